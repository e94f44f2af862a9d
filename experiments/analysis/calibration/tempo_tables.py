"""The tempo layer's tables: statistics of the series with their bands, and of simulated counts."""

from collections.abc import Mapping
from typing import Final

from rich.table import Table

from straits.experiments.analysis.calibration import moments
from straits.experiments.analysis.calibration.external_validation import PARTS, Validation

SHOWN: Final = (*moments.LEVELS, *moments.PROFILE, *moments.WEEKLY)
DECIMALS: Final = {"zero share": 3, **dict.fromkeys((n for n in SHOWN if "autocorrelation" in n), 2)}  # else 1
SHORT: Final = {"first part": "first part (fitted to)", "later part": "later part (kept aside)", "whole": "whole"}


def aircraft(found: Validation) -> Table:
    """Aircraft: what each part of the series shows, and the simulation as played, with presence shuffled, and in week turns."""
    table = _table("Aircraft a day")
    for column in ("statistic", *(SHORT[p] for p in PARTS), "day turns", "in", "presence shuffled", "in", "week turns", "in"):
        table.add_column(column)
    for name in SHOWN:
        cells = [_banded(found, "aircraft", part, name) for part in PARTS]
        for values in (found.played["aircraft"], found.shuffled, found.weekly):
            cells += [_number(name, values[name]), _marks(found, "aircraft", values, name)]
        table.add_row(name, *cells)
    return table


def others(found: Validation) -> Table:
    """The other counts, briefly."""
    table = _table("Other counts a day")
    for column in ("count", "statistic", *(SHORT[p] for p in PARTS), "day turns", "in"):
        table.add_column(column)
    for count in (c for c in found.played if c != "aircraft"):
        for name in ("mean", "p90", "zero share", "Fano", "autocorrelation 1", "autocorrelation 2", "weekly Fano"):
            cells = [_banded(found, count, part, name) for part in PARTS]
            value = found.played[count][name]
            table.add_row(f"`{count}`", name, *cells, _number(name, value), _marks(found, count, found.played[count], name))
    return table


def _banded(found: Validation, count: str, part: str, name: str) -> str:
    low, high = found.bands[count][part][name]
    value = _number(name, found.observed[count][part][name])
    return f"{value} ({_number(name, low)} to {_number(name, high)})" if low == low else value


def _marks(found: Validation, count: str, values: Mapping[str, float], name: str) -> str:
    """A letter for each part whose band holds the value: f, l, w; a dash where none does."""
    held = [found.bands[count][part][name] for part in PARTS]
    letters = "".join(part[0] for part, (low, high) in zip(PARTS, held, strict=True) if low <= values[name] <= high)
    return letters or "-"


def _number(name: str, value: float) -> str:
    return "none" if value != value else f"{value:.{DECIMALS.get(name, 1)}f}"


def _table(title: str) -> Table:
    return Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False, padding=(0, 1, 0, 0))
