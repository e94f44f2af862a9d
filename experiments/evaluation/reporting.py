"""Write the files of an evaluation: CSV tables and `report.md`.

Numbers have six digits, so that equal runs write equal bytes.
"""

import csv
import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from straits.envs.io import path_in
from straits.experiments.utils.statistics import Interval

if TYPE_CHECKING:
    from straits.experiments.evaluation.evaluate import Cell, Evaluation, Plan

FORMAT: Final = "straits-evaluation-3"
EVERYONE: Final = "everyone"
RECORDINGS: Final = "recordings"
OVERVIEW: Final = ("escalation.png", "gains.png")  # plots of all trials
RESULTS: Final = ("scenario", "seat", "policy", "measure", "detail", "estimate", "low", "high", "n", "games")
CURVES: Final = ("scenario", "seat", "policy", "curve", "detail", "turn", "value", "low", "high", "games")
COMPARISONS: Final = (
    "scenario",
    "seat",
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
FILES: Final = ("results.csv", "curves.csv", "comparisons.csv")  # the manifest holds their hashes
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
Rates apply to this game under its assumptions, and are no probability of a real event. *Rivera*: points per actor and turn, by
the classes of the scorer. *Turns to crisis*: restricted mean until any pair is in crisis. *Spectral radius*: of the branching
matrix of steps of rung 3 or more; below 1 they die out. *Welfare*: root Nash welfare, 1 if all actors hold. `[ ]` holds the ends
of the intervals. `results.csv` has all metrics."""


class Difference(NamedTuple):
    """Compare one policy with another in the same games."""

    scenario: str
    seat: str
    policy: str
    against: str
    measure: str
    gap: Interval
    p_value: float
    corrected: float  # by Holm, for all comparisons of the evaluation
    holds: bool
    games: int


def write_results(path: Path, cells: Iterable["Cell"]) -> None:
    """Write every metric of every cell, one row each.

    Args:
        path: File to write.
        cells: Results of each policy on each scenario.
    """
    lines = ((cell, line) for cell in cells for line in cell.findings.lines)
    write_table(path, RESULTS, ([*c.key, m, d, *map(shown, v), n, c.findings.games] for c, (m, d, v, n) in lines))


def write_curves(path: Path, cells: Iterable["Cell"]) -> None:
    """Write every point of every curve, one row each.

    Args:
        path: File to write.
        cells: Results of each policy on each scenario.
    """
    points = ((cell, point) for cell in cells for point in cell.findings.points)
    rows = ([*c.key, curve, d, turn, *map(shown, v), c.findings.games] for c, (curve, d, turn, v) in points)
    write_table(path, CURVES, rows)


def write_comparisons(path: Path, differences: Iterable[Difference]) -> None:
    """Write every difference, one row each.

    Args:
        path: File to write.
        differences: The differences.
    """
    rows = ([*d[:5], *map(shown, d.gap), shown(d.p_value), shown(d.corrected), d.holds, d.games] for d in differences)
    write_table(path, COMPARISONS, rows)


def recording_folder(folder: Path, scenario: str, policy: str) -> Path:
    """Return the folder of the recording of a policy.

    Args:
        folder: Folder of the evaluation.
        scenario: Name of the scenario.
        policy: Name or path of the policy.

    Returns:
        A folder within that of the evaluation.
    """
    return path_in(path_in(folder / RECORDINGS, scenario), policy)


def digest(digests: NDArray[np.uint64]) -> str:
    """Hash all games of a cell.

    Args:
        digests: (games,) hashes of the last records.

    Returns:
        16 hexadecimal digits.
    """
    return hashlib.sha256(digests.astype("<u8").tobytes()).hexdigest()[:16]


def file_hash(path: Path) -> str:
    """Hash a file.

    Args:
        path: The file.

    Returns:
        SHA-256, 64 hexadecimal digits.
    """
    return hashlib.sha256(path.read_bytes()).hexdigest()


def shown(value: float) -> str:
    """Format a number with six digits, which hide differences of rounding between machines.

    Args:
        value: The number.

    Returns:
        Its text.
    """
    return f"{value:.6g}"


def page(plan: "Plan", evaluation: "Evaluation", images: Sequence[str]) -> str:
    """Write the text of `report.md`.

    Args:
        plan: The plan of the evaluation.
        evaluation: The results.
        images: Names of the plots.

    Returns:
        The page in Markdown.
    """
    parts = ["# Evaluation", f"{plan.games} games each, the same random numbers for all, seed {plan.seed}.", NOTE]
    parts += [f"![{name}]({name})" for name in images if name in OVERVIEW]
    for trial in plan.trials:
        who = (
            "All five seats play the policy"
            if trial.seat == EVERYONE
            else f"The policy plays {trial.seat}, {plan.others.name} the rest"
        )
        parts += [
            f"## {trial.scenario.title}",
            f"{who}:",
            _headlines(c for c in evaluation.cells if c.key[:2] == (trial.label, trial.seat)),
        ]
        gaps = [d for d in evaluation.differences if d[:2] == (trial.label, trial.seat)]
        if gaps:
            parts += [f"Against {gaps[0].against}, in the same games:", _gaps(gaps)]
        parts += [f"![{name}]({name})" for name in images if name.startswith(f"{trial.label}-")]
    parts.append(
        "Settings, hashes and versions: [manifest.json](manifest.json). `straits verify` replays the games in games.parquet."
    )
    return "\n\n".join(parts) + "\n"


def _headlines(cells: Iterable["Cell"]) -> str:
    """Format the headlines that the evaluation has, one row per policy."""
    listed = list(cells)
    keys = [key for key in HEADLINES if any(key in cell.metrics for cell in listed)]
    rows = [["policy", *(HEADLINES[key][0] for key in keys)]]
    for cell in listed:
        rows.append([cell.key.policy, *(f"{cell.metrics[k]:.{HEADLINES[k][1]}f}" if k in cell.metrics else "-" for k in keys)])
    return markdown(rows)


def _gaps(differences: Sequence[Difference]) -> str:
    rows = [["policy", "measure", "difference", "p, corrected", "holds"]]
    rows += [[d.policy, d.measure, f"{d.gap:.3f}", f"{d.corrected:.2g}", "yes" if d.holds else "no"] for d in differences]
    return markdown(rows)


def markdown(rows: Sequence[Sequence[str]]) -> str:
    """Format a table in Markdown.

    Args:
        rows: Cells; the first row is the header.

    Returns:
        The table.
    """
    return "\n".join("| " + " | ".join(row) + " |" for row in (rows[0], ["---"] * len(rows[0]), *rows[1:]))


def write_table(path: Path, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write a CSV file.

    Args:
        path: File to write.
        head: Names of the columns.
        rows: Cells.
    """
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(head)
        writer.writerows(rows)
