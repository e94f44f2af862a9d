"""How a command line says which game is meant. Nothing heavy is imported here, so that help is quick."""

import argparse
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from straits.experiments.utils.arguments import ACTORS, OR_TRAINED, POLICIES, seed, whole

SCENARIO: Final = "baseline"  # where none is named


@dataclass(frozen=True)
class Asked:
    """What somebody asks for."""

    what: str  # a folder, a scenario's name or file, a replay file
    game: int | None = None  # of a recording or an evaluation; None: its first
    seed: int | None = None  # of a scenario; None: 1
    policy: str = ""  # in all seats; of an evaluation: whose games
    seats: Mapping[str, str] = field(default_factory=dict)  # actor -> another policy
    scenario: str = ""  # of an evaluation: which one; of a recording: the file of one that does not ship


def add_game(parser: argparse.ArgumentParser, *, required: bool = True) -> None:
    """The arguments that say which game; without `required` it may be left out, and --scenario is played."""
    what = "a recording's or an evaluation's folder, or a scenario, dated event or .yaml file to play by --seed"
    parser.add_argument("what", nargs=None if required else "?", default="", help=what)
    parser.add_argument("--game", type=whole, default=None, help="which game of a recording or evaluation, from 0 (default: 0)")
    parser.add_argument("--seed", type=seed, default=None, help="which episode of a scenario (default: 1)")
    parser.add_argument(
        "--scenario",
        default="",
        help=f"what to play where nothing else is named (default: {SCENARIO}); of an evaluation: which one",
    )
    parser.add_argument(
        "--policy",
        help=f"who plays all five seats: {POLICIES} (the default), {OR_TRAINED}; of an evaluation: whose games",
    )
    for actor in ACTORS:
        parser.add_argument(f"--{actor}", metavar="POLICY", help=f"another policy for {actor}")


def asked(options: argparse.Namespace) -> Asked:
    """What the arguments of `add_game` ask for. ValueError where a policy is empty; `opened.fitting` judges the rest."""
    for name in ("policy", *ACTORS):
        if getattr(options, name) == "":
            raise ValueError(f"--{name}='': expected a policy: {POLICIES}, {OR_TRAINED}")
    what = options.what or options.scenario or SCENARIO
    seats = {actor: getattr(options, actor) for actor in ACTORS if getattr(options, actor)}
    return Asked(what, options.game, options.seed, options.policy or "", seats, options.scenario if options.what else "")
