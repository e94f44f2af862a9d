"""Results as tables: for the terminal (rich), for a spreadsheet (CSV), for a program (JSON), for a page (Markdown)."""

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
    """How far games escalate when everyone plays a policy: a table for each scenario, a line for each policy.

    They fit 80 columns; the exact ends of the intervals stand in the CSV.
    """
    together = [row for row in rows if row.seat == EVERYONE]
    tables = []
    for scenario in dict.fromkeys(row.scenario for row in together):
        table = _table(f"Everyone plays the policy: {scenario}", ["policy", "conflict, %", *ESCALATION, "first to rung 3"], WIDTHS)
        for row in (r for r in together if r.scenario == scenario):
            cells = [shown(row.measures[measure], decimals) for measure, decimals in ESCALATION.values()]
            table.add_row(row.policy, share(row.measures["conflict_rate"]), *cells, first(row))
        tables.append(table)
    return tables


def returns(rows: Sequence[Row], seats: Sequence[str]) -> Table:
    """What each policy earns in each seat: a line a policy, a column a seat."""
    table = _table("Return of a policy in one seat, the others playing the default", ["policy", *seats])
    found = {(row.policy, row.seat): row.measures[f"return.{row.seat}"] for row in rows if row.seat != EVERYONE}
    for policy in dict.fromkeys(policy for policy, _ in found):
        table.add_row(policy, *(shown(found[policy, s], 1) if (policy, s) in found else "-" for s in seats))
    return table


def verdict(differences: Sequence[Difference], against: str, confidence: float) -> str:
    """The main comparison in words, with its numbers: `trained` against `against`, seat by seat."""
    told = [d for d in differences if d.against == against]
    if not told:
        return f"No seat was compared with {against}."
    better = sum(d.is_better for d in told)
    gains = "; ".join(f"{d.seat} {d.gain:+.1f}" for d in told)
    return (
        f"{told[0].policy} against {against}, return in one seat with the others playing the default ({told[0].scenario}, "
        f"{told[0].games} paired games a seat, {100 * confidence:g} % for all seats together): {gains}. "
        f"Better beyond the interval in {better} of {len(told)} seats."
    )


def first(row: Row) -> str:
    """Who most often takes the first step of rung 3 or more, and how often."""
    shares = {a: row.measures[f"first.{a}"].estimate for a in (*ACTORS, "nobody")}
    who = max(shares, key=lambda a: shares[a])
    return f"{who} {100 * shares[who]:.0f}%"


def shown(interval: Interval, decimals: int) -> str:
    """An interval in a cell, `0.55±0.01`: half its width after the sign."""
    return f"{interval.estimate:.{decimals}f}±{(interval.high - interval.low) / 2:.{decimals}f}"


def share(interval: Interval) -> str:
    """A share in a cell, in per cent and with both ends, for it is lopsided near 0: `1.0 [0.4, 2.3]`."""
    decimals = 0 if interval.high >= 0.1 else 1
    estimate, low, high = (f"{100 * value:.{decimals}f}" for value in interval)
    return f"{estimate} \\[{low}, {high}]"


def write_results(path: Path, rows: Iterable[Row]) -> None:
    """Every measure of every row, a line each."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for row in rows:
            for measure, interval in row.measures.items():
                writer.writerow([row.scenario, row.seat, row.policy, measure, *interval, row.games])


def write_curve(path: Path, updates: Iterable[Update]) -> None:
    """The learning curve, a line an update."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        for n, update in enumerate(updates):
            row = update.as_row()
            if n == 0:
                writer.writerow(row)
            writer.writerow(row.values())


def as_json(rows: Iterable[Row], differences: Iterable[Difference]) -> dict[str, Any]:
    """All of it as plain dictionaries."""
    return {
        "rows": [{**asdict(row), "measures": {m: i._asdict() for m, i in row.measures.items()}} for row in rows],
        "differences": [{**asdict(d), "gain": d.gain._asdict(), "is_better": d.is_better} for d in differences],
    }


def markdown(table: Table) -> str:
    """A rich table as Markdown."""
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
