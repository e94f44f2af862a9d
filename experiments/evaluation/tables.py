"""Format the results of the demo: rich tables for the terminal, CSV, JSON and Markdown."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from rich.table import Table
from rich.text import Text

from straits.envs.spec.constants import ACTORS
from straits.experiments.evaluation.returns import EVERYONE, Difference, Row
from straits.experiments.training.callbacks import Update
from straits.experiments.utils.statistics import Interval

ESCALATION: Final = {  # column -> measure, decimals
    "tension": ("peak_tension", 2),
    "rung": ("peak_rung", 1),
    "incidents": ("incidents", 1),
    "Rivera": ("rivera_scorer", 1),
}
WIDTHS: Final = (11, 14, 9, 7, 9, 9, 15)
COLUMNS: Final = ("scenario", "seat", "policy", "measure", "estimate", "low", "high", "games")


def escalation(rows: Sequence[Row]) -> list[Table]:
    """Build the tables of escalation when all actors play a policy: one per scenario, one row per policy.

    They fit 80 columns. The CSV has the exact ends of the intervals.

    Args:
        rows: Results; only those with all seats are used.

    Returns:
        The tables.
    """
    together = [row for row in rows if row.seat == EVERYONE]
    tables = []
    for scenario in dict.fromkeys(row.scenario for row in together):
        table = _table(f"All actors play the policy: {scenario}", ["policy", "conflict, %", *ESCALATION, "first to rung 3"], WIDTHS)
        for row in (r for r in together if r.scenario == scenario):
            cells = [shown(row.measures[measure], decimals) for measure, decimals in ESCALATION.values()]
            table.add_row(row.policy, share(row.measures["conflict_rate"]), *cells, first(row))
        tables.append(table)
    return tables


def returns(rows: Sequence[Row], seats: Sequence[str]) -> Table:
    """Build the table of returns: one row per policy, one column per seat.

    Args:
        rows: Results; only those with one seat are used.
        seats: Columns of the table.

    Returns:
        The table.
    """
    table = _table("Return of a policy in one seat, the others playing the default", ["policy", *seats])
    means = {(row.policy, row.seat): row.measures[f"return.{row.seat}"] for row in rows if row.seat != EVERYONE}
    for policy in dict.fromkeys(policy for policy, _ in means):
        table.add_row(policy, *(shown(means[policy, s], 1) if (policy, s) in means else "-" for s in seats))
    return table


def verdict(differences: Sequence[Difference], against: str, confidence: float) -> str:
    """Describe the main comparison in words, with its numbers.

    Args:
        differences: Gains of the trained policy.
        against: Policy to compare with.
        confidence: Joint confidence level of the intervals.

    Returns:
        One paragraph.
    """
    compared = [d for d in differences if d.against == against]
    if not compared:
        return f"No seat was compared with {against}."
    better = sum(d.is_better for d in compared)
    gains = "; ".join(f"{d.seat} {d.gain:+.1f}" for d in compared)
    return (
        f"{compared[0].policy} against {against}, return in one seat with the others playing the default ({compared[0].scenario}, "
        f"{compared[0].games} paired games per seat, {100 * confidence:g} % for all seats together): {gains}. "
        f"The interval is above 0 in {better} of {len(compared)} seats."
    )


def first(row: Row) -> str:
    """Return the actor that most often takes the first step of rung 3 or more, with its share of games.

    Args:
        row: Results of one policy.

    Returns:
        Text such as `china 61%`.
    """
    shares = {a: row.measures[f"first.{a}"].estimate for a in (*ACTORS, "nobody")}
    who = max(shares, key=lambda a: shares[a])
    return f"{who} {100 * shares[who]:.0f}%"


def shown(interval: Interval, decimals: int) -> str:
    """Format an interval with half its width, such as `0.55±0.01`.

    Args:
        interval: The interval.
        decimals: Number of decimals.

    Returns:
        The text.
    """
    return f"{interval.estimate:.{decimals}f}±{(interval.high - interval.low) / 2:.{decimals}f}"


def share(interval: Interval) -> str:
    """Format a share in per cent with both ends, such as `1.0 [0.4, 2.3]`, because its interval is asymmetric near 0.

    Args:
        interval: The interval of the share.

    Returns:
        The text, with brackets escaped for Rich.
    """
    decimals = 0 if interval.high >= 0.1 else 1
    estimate, low, high = (f"{100 * value:.{decimals}f}" for value in interval)
    return f"{estimate} \\[{low}, {high}]"


def write_results(path: Path, rows: Iterable[Row]) -> None:
    """Write every measure of every row, one line each.

    Args:
        path: File to write.
        rows: Results.
    """
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for row in rows:
            for measure, interval in row.measures.items():
                writer.writerow([row.scenario, row.seat, row.policy, measure, *interval, row.games])


def write_curve(path: Path, updates: Iterable[Update]) -> None:
    """Write the learning curve, one line per update.

    Args:
        path: File to write.
        updates: Updates of the training.
    """
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        for n, update in enumerate(updates):
            row = update.as_row()
            if n == 0:
                writer.writerow(row)
            writer.writerow(row.values())


def as_json(rows: Iterable[Row], differences: Iterable[Difference]) -> dict[str, Any]:
    """Convert the results to plain data.

    Args:
        rows: Results.
        differences: Gains of the trained policy.

    Returns:
        Dictionaries and lists.
    """
    return {
        "rows": [{**asdict(row), "measures": {m: i._asdict() for m, i in row.measures.items()}} for row in rows],
        "differences": [{**asdict(d), "gain": d.gain._asdict(), "is_better": d.is_better} for d in differences],
    }


def markdown(table: Table) -> str:
    """Convert a Rich table to Markdown.

    Args:
        table: The table.

    Returns:
        The table in Markdown.
    """
    heads = [str(column.header) for column in table.columns]
    lines = zip(*(map(_plain, column.cells) for column in table.columns), strict=True)
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (heads, ["---"] * len(heads), *lines))


def _plain(cell: Any) -> str:
    return Text.from_markup(str(cell)).plain


def _table(title: str, columns: Sequence[str], widths: Sequence[int] = ()) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False, padding=(0, 1, 0, 0))
    for n, name in enumerate(columns):
        table.add_column(name, min_width=widths[n] if widths else None)
    return table
