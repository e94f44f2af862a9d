"""Format the results of an evaluation as Rich tables for the terminal, and convert Rich tables to Markdown."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from rich.markup import escape
from rich.table import Table
from rich.text import Text

from straits.envs.spec.constants import ACTORS
from straits.experiments.evaluation.reporting import Difference
from straits.experiments.utils.statistics import Interval

if TYPE_CHECKING:
    from straits.experiments.evaluation.evaluate import Cell

ESCALATION: Final = {  # column -> measure, decimals
    "tension": ("peak_tension", 2),
    "rung": ("peak_rung", 1),
    "incidents": ("incidents", 1),
    "Rivera": ("rivera_scorer", 1),
}
WIDTHS: Final = (11, 14, 9, 7, 9, 9, 15)


def escalation(cells: Sequence["Cell"]) -> list[Table]:
    """Build the tables of escalation when all actors play a policy: one per scenario, one row per policy.

    They fit 80 columns. The CSV has the exact ends of the intervals.

    Args:
        cells: Results; only those with the seats of the last one are used.

    Returns:
        The tables.
    """
    together = [cell for cell in cells if cell.key.seat == cells[-1].key.seat]
    tables = []
    for scenario in dict.fromkeys(cell.key.scenario for cell in together):
        table = _table(f"Escalation: {scenario}", ["policy", "conflict, %", *ESCALATION, "first to rung 3"], WIDTHS)
        for cell in (c for c in together if c.key.scenario == scenario):
            values = [format_interval(cell.metrics[measure, ""], decimals) for measure, decimals in ESCALATION.values()]
            table.add_row(escape(cell.key.policy), format_share(cell.metrics["conflict_rate", ""]), *values, first_mover(cell))
        tables.append(table)
    return tables


def returns(cells: Sequence["Cell"], seats: Sequence[str]) -> Table:
    """Build the table of returns in the first scenario: one row per policy, one column per seat.

    Args:
        cells: Results; only those with one seat are used.
        seats: Columns of the table.

    Returns:
        The table.
    """
    table = _table("Return of a policy in one seat, the others playing the default", ["policy", *seats])
    means = {
        (c.key.policy, c.key.seat): c.metrics["return", c.key.seat]
        for c in cells
        if c.key.seat in seats and c.key.scenario == cells[0].key.scenario
    }
    for policy in dict.fromkeys(policy for policy, _ in means):
        table.add_row(escape(policy), *(format_interval(means[policy, s], 1) if (policy, s) in means else "-" for s in seats))
    return table


def describe_gains(differences: Sequence[Difference], policy: str) -> str:
    """Describe in words what the first policy gains over another policy, seat by seat, in the first scenario.

    Args:
        differences: The differences from the first policy.
        policy: The other policy.

    Returns:
        One paragraph.
    """
    compared = [d for d in differences if d.policy == policy and d.measure == "return" and d.scenario == differences[0].scenario]
    if not compared:
        return f"No seat was compared with {policy}."
    gains = [Interval(-d.gap.estimate, -d.gap.high, -d.gap.low) for d in compared]
    better = sum(gain.low > 0 and d.holds for gain, d in zip(gains, compared, strict=True))
    listed = "; ".join(f"{d.seat} {gain:+.1f}" for gain, d in zip(gains, compared, strict=True))
    return (
        f"{compared[0].against} against {policy}, return in one seat with the others playing the default ({compared[0].scenario}, "
        f"{compared[0].games} paired games per seat): {listed}. "
        f"The gain is above 0 after Holm's correction in {better} of {len(compared)} seats."
    )


def first_mover(cell: "Cell") -> str:
    """Return the actor that most often takes the first step of rung 3 or more, with its share of games.

    Args:
        cell: Results of one policy.

    Returns:
        Text such as `china 61%`.
    """
    shares = {actor: cell.metrics["first", actor].estimate for actor in (*ACTORS, "nobody")}
    who = max(shares, key=lambda actor: shares[actor])
    return f"{who} {100 * shares[who]:.0f}%"


def format_interval(interval: Interval, decimals: int) -> str:
    """Format an interval with half its width, such as `0.55±0.01`.

    Args:
        interval: The interval.
        decimals: Number of decimals.

    Returns:
        The text.
    """
    return f"{interval.estimate:.{decimals}f}±{(interval.high - interval.low) / 2:.{decimals}f}"


def format_share(interval: Interval) -> str:
    """Format a share in per cent with both ends, such as `1.0 [0.4, 2.3]`, because its interval is asymmetric near 0.

    Args:
        interval: The interval of the share.

    Returns:
        The text, with brackets escaped for Rich.
    """
    decimals = 0 if interval.high >= 0.1 else 1
    estimate, low, high = (f"{100 * value:.{decimals}f}" for value in interval)
    return f"{estimate} \\[{low}, {high}]"


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
    table = Table(title=escape(title), title_justify="left", title_style="bold", box=None, pad_edge=False, padding=(0, 1, 0, 0))
    for n, name in enumerate(columns):
        table.add_column(name, min_width=widths[n] if widths else None)
    return table
