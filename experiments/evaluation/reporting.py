"""What an evaluation writes down: CSV for programs, a page for people. Numbers have six digits: the same runs, the same bytes."""

import csv
import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from straits.experiments.utils.statistics import Interval

if TYPE_CHECKING:
    from straits.experiments.evaluation.evaluate import Cell, Plan

FORMAT: Final = "straits-evaluation-2"
EVERYONE: Final = "everyone"
RECORDINGS: Final = "recordings"
RESULTS: Final = ("scenario", "seat", "policy", "measure", "detail", "estimate", "low", "high", "n", "games")
CURVES: Final = ("scenario", "seat", "policy", "curve", "detail", "turn", "value", "low", "high", "games")
COMPARISONS: Final = (
    "scenario",
    "policy",
    "against",
    "measure",
    "difference",
    "low",
    "high",
    "p",
    "p_holm",
    "holds",
    "games",
)
EPISODES: Final = ("scenario", "policy", "game", "seed", "digest")
FILES: Final = ("results.csv", "curves.csv", "comparisons.csv", "episodes.csv")  # whose hashes the manifest holds
HEADLINES: Final = {  # measure and detail -> heading, decimals
    ("conflict_rate", ""): ("conflict, share", 3),
    ("peak_tension", ""): ("peak tension", 2),
    ("conditional_value_at_risk", "peak_tension"): ("its worst 5 %", 2),
    ("rivera_scorer", ""): ("Rivera", 2),
    ("time_to_crisis", "restricted mean"): ("turns to crisis", 1),
    ("spectral_radius", ""): ("spectral radius", 2),
    ("welfare", ""): ("welfare", 3),
}
NOTE: Final = """\
Rates are of this game, under its assumptions, and say nothing of the world. *Rivera*: points an actor-turn, classes of the scorer.
*Turns to crisis*: restricted mean until any pair is in crisis. *Spectral radius*: of the branching matrix of steps of rung 3 or
more; below 1 they die out. *Welfare*: root Nash welfare, 1 where nobody ever moves. In `[ ]` stand the ends of the intervals. All
measures stand in `results.csv`."""


class Difference(NamedTuple):
    """One policy against another in the same games."""

    scenario: str
    policy: str
    against: str
    measure: str
    gap: Interval
    p_value: float
    corrected: float  # by Holm, for all comparisons of the evaluation
    holds: bool
    games: int


def write_results(path: Path, seat: str, cells: Iterable["Cell"]) -> None:
    """Every measure of every cell, a line each."""
    lines = ((cell, line) for cell in cells for line in cell.findings.lines)
    write_table(
        path, RESULTS, ([c.scenario, seat, c.policy, m, d, *map(shown, v), n, c.findings.games] for c, (m, d, v, n) in lines)
    )


def write_curves(path: Path, seat: str, cells: Iterable["Cell"]) -> None:
    """Every point of every curve, a line each."""
    points = ((cell, point) for cell in cells for point in cell.findings.points)
    rows = ([c.scenario, seat, c.policy, curve, d, turn, *map(shown, v), c.findings.games] for c, (curve, d, turn, v) in points)
    write_table(path, CURVES, rows)


def write_comparisons(path: Path, differences: Iterable[Difference]) -> None:
    """Every difference, a line each."""
    rows = ([*d[:4], *map(shown, d.gap), shown(d.p_value), shown(d.corrected), d.holds, d.games] for d in differences)
    write_table(path, COMPARISONS, rows)


def write_episodes(path: Path, cells: Iterable["Cell"]) -> None:
    """Each game's seed and the hash of how it ended: what `straits verify` compares with."""
    games = ((cell, game) for cell in cells for game in enumerate(zip(cell.seeds, cell.digests, strict=True)))
    write_table(path, EPISODES, ([c.scenario, c.policy, n, s, f"{d:016x}"] for c, (n, (s, d)) in games))


def folder_name(name: str) -> str:
    """Return the name of a policy's folder."""
    return name.strip("/").replace("/", "-").replace("\\", "-")


def digest(digests: NDArray[np.uint64]) -> str:
    """One hash of all games of a cell."""
    return hashlib.sha256(digests.astype("<u8").tobytes()).hexdigest()[:16]


def file_hash(path: Path) -> str:
    """SHA-256 of a file, as the manifest has it."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def shown(value: float) -> str:
    """Six digits, the same on every machine that computes the same to ten."""
    return f"{value:.6g}"


def page(plan: "Plan", cells: Sequence["Cell"], differences: Sequence[Difference], images: Sequence[str]) -> str:
    """The page that a person opens first."""
    who = (
        "All five seats play the policy"
        if plan.seat == "everyone"
        else f"The policy plays {plan.seat}, {plan.others.name} the rest"
    )
    parts = ["# Evaluation", f"{who}; {plan.games} games each, the same random numbers for all, seed {plan.seed}.", NOTE]
    for scenario in plan.scenarios:
        there = [cell for cell in cells if cell.scenario == scenario.name]
        parts += [f"## {scenario.title}", _headlines(there)]
        gaps = [d for d in differences if d.scenario == scenario.name]
        if gaps:
            parts += [f"Against {gaps[0].against}, in the same games:", _gaps(gaps)]
        parts += [f"![{name}]({name})" for name in images if name.startswith(f"{scenario.name}-")]
    parts.append("What all this rests on: [manifest.json](manifest.json); `straits verify` plays a sample of it again.")
    return "\n\n".join(parts) + "\n"


def _headlines(cells: Sequence["Cell"]) -> str:
    rows = [["policy", *(heading for heading, _ in HEADLINES.values())]]
    for cell in cells:
        found = {(line.measure, line.detail): line.value for line in cell.findings.lines}
        rows.append([cell.policy, *(f"{found[key]:.{n}f}" if key in found else "-" for key, (_, n) in HEADLINES.items())])
    return markdown(rows)


def _gaps(differences: Sequence[Difference]) -> str:
    rows = [["policy", "measure", "difference", "p, corrected", "holds"]]
    rows += [[d.policy, d.measure, f"{d.gap:.3f}", f"{d.corrected:.2g}", "yes" if d.holds else "no"] for d in differences]
    return markdown(rows)


def markdown(rows: Sequence[Sequence[str]]) -> str:
    """A table of a page; the first row is its head."""
    return "\n".join("| " + " | ".join(row) + " |" for row in (rows[0], ["---"] * len(rows[0]), *rows[1:]))


def write_table(path: Path, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """A CSV file."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(head)
        writer.writerows(rows)
