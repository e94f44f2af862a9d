"""Write docs/zoo.md: the trained policies, the differences between reward profiles, learning curves and commands."""

import csv
import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from straits.agents.base import Policy
from straits.agents.registry import PREFIX, policy
from straits.agents.scripted import scripted
from straits.envs.scenarios.scenario import load_scenario
from straits.envs.spec.constants import ACTORS
from straits.experiments.evaluation.best_response import seated
from straits.experiments.reproduce.docs_tables import fill_template
from straits.experiments.reproduce.pretrained import PROFILES, SEATS, SEEDS, SHARED, name, run
from straits.experiments.rollouts.rollout import play
from straits.experiments.utils.statistics import Interval, bootstrap, paired, small_sample

GAMES: Final = 1000
PLAYED_SEED: Final = 91_000
PICTURE: Final = "zoo.png"
LOOKS: Final = {"neutral": ("black", "-"), "hawkish": ("#d55e00", "--"), "dovish": ("#0072b2", ":")}


def write(page: Path, runs: Path) -> None:
    """Measure and write the page, and its figure into `images/` next to it.

    Args:
        page: The page.
        runs: Folder of the training runs.
    """
    images = page.parent / "images"
    images.mkdir(exist_ok=True)
    curves(images / PICTURE, runs)
    text = fill_template("zoo", members=_members(), behaviour=_behaviour(), games=GAMES, picture=PICTURE)
    page.write_text(text, encoding="utf-8")


def peaks(seat: str, player: Policy, games: int = GAMES) -> NDArray[np.float64]:
    """Return the peak tension of each game that a policy plays in its seat, (games,), 0..1.

    Args:
        seat: Name of an actor, or SHARED for all seats.
        player: The policy.
        games: Number of games.
    """
    seats = [player] * len(ACTORS) if seat == SHARED else seated(player, ACTORS.index(seat), scripted("default"))
    return play(load_scenario("baseline"), seats, games, PLAYED_SEED).peak_tension


def curves(path: Path, runs: Path) -> None:
    """Draw the learning curves: one column per actor, one line per profile with its interval over seeds.

    The upper row has the policies for one seat, the lower row those for all seats.

    Args:
        path: The PNG file.
        runs: Folder of the training runs.
    """
    figure = Figure(figsize=(16, 6.5), layout="constrained")
    panels = figure.subplots(2, len(ACTORS))
    for row, who in zip(panels, (None, SHARED), strict=True):
        for panel, actor in zip(row, ACTORS, strict=True):
            for profile in PROFILES:
                steps, intervals = _learned([runs / run(who or actor, profile, seed).name for seed in SEEDS], actor)
                colour, style = LOOKS[profile]
                panel.plot(steps, [i.estimate for i in intervals], style, color=colour, label=profile)
                panel.fill_between(
                    steps, [i.low for i in intervals], [i.high for i in intervals], color=colour, alpha=0.15, linewidth=0
                )
            panel.set(title=f"{SHARED}, {actor}" if who else actor, xlabel="thousand decisions")
        row[0].set_ylabel("return per episode")
    panels.flat[0].legend()
    figure.savefig(path, dpi=100)


def _learned(folders: Sequence[Path], actor: str) -> tuple[list[float], list[Interval]]:
    """Return thousands of decisions, and the actor's mean return with its interval over the runs, without the first update."""
    steps, returns = [], []
    for folder in folders:
        with (folder / "training.csv").open(encoding="utf-8", newline="") as file:
            rows = [row for row in csv.DictReader(file) if row[f"return.{actor}"]][1:]
        steps.append([int(row["timesteps"]) / 1000 for row in rows])
        returns.append([float(row[f"return.{actor}"]) for row in rows])
    length = min(map(len, steps))
    intervals = [small_sample([values[n] for values in returns]) for n in range(length)]
    return steps[0][:length], intervals


def _members() -> str:
    rows = [
        f"| `{PREFIX}{name(seat, profile)}` | {seat} | {profile} | `{run(seat, profile, SEEDS[0]).command}` |"
        for seat in SEATS
        for profile in PROFILES
    ]
    return "\n".join(["| policy | seat | reward profile | command |", "|---|---|---|---|", *rows])


def _behaviour() -> str:
    """Return the table of peak tensions, and in words which pairs are not significantly different."""
    pairs = list(itertools.combinations(PROFILES, 2))
    rows, alike = [], []
    for seat in SEATS:
        measured = {c: peaks(seat, policy(PREFIX + name(seat, c))) for c in PROFILES}
        cells = [f"{bootstrap(values, seed=PLAYED_SEED):.3f}" for values in measured.values()]
        apart = {pair: paired(measured[pair[1]], measured[pair[0]], seed=PLAYED_SEED) for pair in pairs}
        alike += [f"{seat}: {' and '.join(pair)}" for pair, gap in apart.items() if not gap.apart_from(0.0)]
        rows.append(f"| {' | '.join([seat, *cells, *(f'{gap:+.3f}' for gap in apart.values())])} |")
    heads = ["seat", *PROFILES, *(f"{two} minus {one}" for one, two in pairs)]
    summary = f"Not significantly different: {'; '.join(alike)}." if alike else "All differences are significant."
    return "\n".join([f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}", *rows, "", summary])
