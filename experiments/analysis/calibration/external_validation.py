"""Simulated counts beside the world's: which statistics lie in the bands of the series, with presence as played and shuffled.

The fit saw the first part of the series alone; the later part and the whole are shown beside it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from rich.table import Table

from straits.agents.base import Policy
from straits.envs.scenarios.scenario import Scenario, load_scenario
from straits.experiments.analysis.calibration import moments
from straits.experiments.analysis.calibration.data import COUNTS, Series
from straits.experiments.analysis.calibration.fit import Fit, fit
from straits.experiments.analysis.calibration.observation_model import Noise, Presence, aircraft_of, emit, watch

DAYS: Final = "daily"  # the scenario in day turns that the layer is fitted in
WEEKS: Final = "baseline"  # the one in week turns that it is then played in
SPLIT: Final = 0.7  # share of the days that the fit may see
PARTS: Final = ("first part", "later part", "whole")
Numbers = dict[str, float]
Bands = dict[str, tuple[float, float]]


@dataclass
class Validation:
    """All that docs/validation.md shows of the tempo layer."""

    fitted: Fit
    sha256: str
    spans: dict[str, str]  # part -> its days
    observed: dict[str, dict[str, Numbers]] = field(default_factory=dict)  # count -> part -> statistics
    bands: dict[str, dict[str, Bands]] = field(default_factory=dict)
    played: dict[str, Numbers] = field(default_factory=dict)  # count -> statistics, day turns
    shuffled: Numbers = field(default_factory=dict)  # of aircraft
    weekly: Numbers = field(default_factory=dict)  # of aircraft, week turns

    def inside(self, values: Mapping[str, float], part: str) -> dict[str, bool]:
        """Which claimed statistics of aircraft lie in the bands of that part."""
        return moments.inside(values, self.bands["aircraft"][part])


def validate(
    series: Series, seats: Sequence[Policy], *, games: int = 60, seed: int = 1, split: float = SPLIT, tries: int = 240
) -> Validation:
    """Fit to the first part of the series and compare with each part.

    `seats`: who plays; the published counts are compared with what the `default` policies do. ValueError where a part is too short.
    """
    parts = dict(zip(PARTS, (*series.split(split), series), strict=True))
    presence = watch(_long(DAYS, len(parts[PARTS[0]].counts)), seats, games, seed)
    found = Validation(
        fit(parts[PARTS[0]], presence, seed=seed, tries=tries), series.sha256, {p: _span(s) for p, s in parts.items()}
    )
    for name in COUNTS:
        found.observed[name] = {p: moments.observed(s.column(name), s.first) for p, s in parts.items()}
        found.bands[name] = {p: moments.bands(s.column(name), s.first, seed=seed) for p, s in parts.items()}
    _simulate(found, series, presence, watch(_long(WEEKS, len(parts[PARTS[0]].counts)), seats, games, seed), seed)
    return found


def _simulate(found: Validation, series: Series, days: Presence, weeks: Presence, seed: int) -> None:
    tempo = found.fitted.tempo
    counts = emit(tempo, days).astype(float)
    for n, name in enumerate(COUNTS):
        found.played[name] = moments.simulated(counts[:, :, n], series.first)
    mixed = days.shuffled(seed)
    found.shuffled = moments.simulated(aircraft_of(tempo, mixed, Noise(mixed)), series.first)
    found.weekly = moments.simulated(aircraft_of(tempo, weeks, Noise(weeks)), series.first)


def _long(name: str, days: int) -> Scenario:
    """The scenario, as many turns long as the series has days."""
    scenario = load_scenario(name)
    return scenario.with_(horizon=max(1, days // scenario.turn_days))


def _span(series: Series) -> str:
    last = series.first.toordinal() + len(series.counts) - 1
    return f"{series.first} to {series.first.fromordinal(last)}"


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
