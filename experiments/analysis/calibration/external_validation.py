"""Compare simulated counts with published ones: which statistics lie in the bands of the series.

The comparison uses presence as played and shuffled. The fit sees only the first part of the series; the later part and the
complete series are compared too.
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

DAYS: Final = "daily"  # the scenario with day turns, used to fit
WEEKS: Final = "baseline"  # the scenario with week turns, used to compare
SPLIT: Final = 0.7  # share of the days that the fit uses
PARTS: Final = ("first part", "later part", "whole")
Numbers = dict[str, float]
Bands = dict[str, tuple[float, float]]


@dataclass
class Validation:
    """All results on the observation model that docs/validation.md reports."""

    fitted: Fit
    sha256: str
    spans: dict[str, str]  # part -> first and last day
    observed: dict[str, dict[str, Numbers]] = field(default_factory=dict)  # count -> part -> statistics
    bands: dict[str, dict[str, Bands]] = field(default_factory=dict)
    played: dict[str, Numbers] = field(default_factory=dict)  # count -> statistics, day turns
    shuffled: Numbers = field(default_factory=dict)  # of aircraft
    weekly: Numbers = field(default_factory=dict)  # of aircraft, week turns

    def inside(self, values: Mapping[str, float], part: str) -> dict[str, bool]:
        """Return which claimed statistics of aircraft lie in the bands of a part."""
        return moments.inside(values, self.bands["aircraft"][part])


def validate(
    series: Series, seats: Sequence[Policy], *, games: int = 60, seed: int = 1, split: float = SPLIT, tries: int = 240
) -> Validation:
    """Fit to the first part of the series and compare with each part.

    Args:
        series: The published counts.
        seats: Policies that play, one per actor. The published figures use `default`.
        games: Number of games.
        seed: Seed of games and bands.
        split: Share of the days in the first part, between 0 and 1.
        tries: Largest number of evaluations of the fit.

    Raises:
        ValueError: If a part is too short.
    """
    parts = dict(zip(PARTS, (*series.split(split), series), strict=True))
    presence = watch(_long(DAYS, len(parts[PARTS[0]].counts)), seats, games, seed)
    validation = Validation(
        fit(parts[PARTS[0]], presence, seed=seed, tries=tries), series.sha256, {p: _span(s) for p, s in parts.items()}
    )
    for name in COUNTS:
        validation.observed[name] = {p: moments.observed(s.column(name), s.first) for p, s in parts.items()}
        validation.bands[name] = {p: moments.bands(s.column(name), s.first, seed=seed) for p, s in parts.items()}
    _simulate(validation, series, presence, watch(_long(WEEKS, len(parts[PARTS[0]].counts)), seats, games, seed), seed)
    return validation


def _simulate(validation: Validation, series: Series, days: Presence, weeks: Presence, seed: int) -> None:
    tempo = validation.fitted.tempo
    counts = emit(tempo, days).astype(float)
    for n, name in enumerate(COUNTS):
        validation.played[name] = moments.simulated(counts[:, :, n], series.first)
    mixed = days.shuffled(seed)
    validation.shuffled = moments.simulated(aircraft_of(tempo, mixed, Noise(mixed)), series.first)
    validation.weekly = moments.simulated(aircraft_of(tempo, weeks, Noise(weeks)), series.first)


def _long(name: str, days: int) -> Scenario:
    """Load a scenario with a horizon as long as the series."""
    scenario = load_scenario(name)
    return scenario.with_(horizon=max(1, days // scenario.turn_days))


def _span(series: Series) -> str:
    last = series.first.toordinal() + len(series.counts) - 1
    return f"{series.first} to {series.first.fromordinal(last)}"


SHOWN: Final = (*moments.LEVELS, *moments.PROFILE, *moments.WEEKLY)
DECIMALS: Final = {"zero share": 3, **dict.fromkeys((n for n in SHOWN if "autocorrelation" in n), 2)}  # else 1
SHORT: Final = {"first part": "first part (fitted to)", "later part": "later part (held out)", "whole": "whole"}


def aircraft(validation: Validation) -> Table:
    """Format the aircraft statistics: each part of the series, and the simulation as played, shuffled and in week turns."""
    table = _table("Aircraft per day")
    for column in ("statistic", *(SHORT[p] for p in PARTS), "day turns", "in", "presence shuffled", "in", "week turns", "in"):
        table.add_column(column)
    for name in SHOWN:
        cells = [_banded(validation, "aircraft", part, name) for part in PARTS]
        for values in (validation.played["aircraft"], validation.shuffled, validation.weekly):
            cells += [_number(name, values[name]), _marks(validation, "aircraft", values, name)]
        table.add_row(name, *cells)
    return table


def others(validation: Validation) -> Table:
    """Format a few statistics of the other counts."""
    table = _table("Other counts per day")
    for column in ("count", "statistic", *(SHORT[p] for p in PARTS), "day turns", "in"):
        table.add_column(column)
    for count in (c for c in validation.played if c != "aircraft"):
        for name in ("mean", "p90", "zero share", "Fano", "autocorrelation 1", "autocorrelation 2", "weekly Fano"):
            cells = [_banded(validation, count, part, name) for part in PARTS]
            value = validation.played[count][name]
            table.add_row(
                f"`{count}`", name, *cells, _number(name, value), _marks(validation, count, validation.played[count], name)
            )
    return table


def _banded(validation: Validation, count: str, part: str, name: str) -> str:
    low, high = validation.bands[count][part][name]
    value = _number(name, validation.observed[count][part][name])
    return f"{value} ({_number(name, low)} to {_number(name, high)})" if low == low else value


def _marks(validation: Validation, count: str, values: Mapping[str, float], name: str) -> str:
    """Return the initial of each part whose band holds the value (f, l, w), or a dash."""
    bands = [validation.bands[count][part][name] for part in PARTS]
    letters = "".join(part[0] for part, (low, high) in zip(PARTS, bands, strict=True) if low <= values[name] <= high)
    return letters or "-"


def _number(name: str, value: float) -> str:
    return "none" if value != value else f"{value:.{DECIMALS.get(name, 1)}f}"


def _table(title: str) -> Table:
    return Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False, padding=(0, 1, 0, 0))
