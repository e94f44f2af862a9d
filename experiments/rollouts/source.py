"""Parse the options that select a game. This module imports nothing slow, so that help is quick."""

import argparse
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from straits.experiments.utils.arguments import ACTORS, OR_TRAINED, POLICIES, seed, whole

SCENARIO: Final = "baseline"  # default


@dataclass(frozen=True)
class Asked:
    """Select a game by its source."""

    what: str  # a folder, a scenario's name or file, a replay file
    game: int | None = None  # of a recording or an evaluation; None for the first
    seed: int | None = None  # of a scenario; None for 1
    policy: str = ""  # in all seats; of an evaluation, the policy whose game it is
    seats: Mapping[str, str] = field(default_factory=dict)  # actor -> another policy
    scenario: str = ""  # of an evaluation, one of its scenarios; of a recording, the file of a scenario that does not ship


def add_game(parser: argparse.ArgumentParser, *, required: bool = True) -> None:
    """Add the options that select a game.

    Args:
        parser: The parser.
        required: Whether the source must be named. Otherwise the default is to play `--scenario`.
    """
    what = "folder of a recording or an evaluation; or a scenario, dated event or .yaml file to play by --seed"
    parser.add_argument("what", nargs=None if required else "?", default="", help=what)
    parser.add_argument(
        "--game", type=whole, default=None, help="number of the game in a recording or evaluation, from 0 (default: 0)"
    )
    parser.add_argument("--seed", type=seed, default=None, help="seed of the episode (default: 1)")
    parser.add_argument(
        "--scenario",
        default="",
        help=f"scenario to play if no source is named (default: {SCENARIO}); for an evaluation, one of its scenarios",
    )
    parser.add_argument(
        "--policy",
        help=f"policy of all five seats: {POLICIES} (the default), {OR_TRAINED}; for an evaluation, the policy whose game is shown",
    )
    for actor in ACTORS:
        parser.add_argument(f"--{actor}", metavar="POLICY", help=f"policy for {actor} instead")


def asked(options: argparse.Namespace) -> Asked:
    """Return the selection of the options of `add_game`.

    Args:
        options: Parsed options.

    Returns:
        The selection. `sources.check_source` checks it further.

    Raises:
        ValueError: If a policy is empty.
    """
    for name in ("policy", *ACTORS):
        if getattr(options, name) == "":
            raise ValueError(f"--{name}='': expected a policy: {POLICIES}, {OR_TRAINED}")
    what = options.what or options.scenario or SCENARIO
    seats = {actor: getattr(options, actor) for actor in ACTORS if getattr(options, actor)}
    return Asked(what, options.game, options.seed, options.policy or "", seats, options.scenario if options.what else "")
