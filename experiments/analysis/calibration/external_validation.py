"""Simulated counts beside the world's: which statistics lie in the bands of the series, with presence as played and shuffled.

The fit saw the first part of the series alone; the later part and the whole are shown beside it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from straits.agents.base import Policy
from straits.envs.scenarios.scenario import Scenario, load_scenario
from straits.experiments.analysis.calibration import moments
from straits.experiments.analysis.calibration.data import COUNTS, Series
from straits.experiments.analysis.calibration.fit import Fit, fit
from straits.experiments.analysis.calibration.observation_model import Noise, aircraft_of, emit
from straits.experiments.analysis.calibration.presence import Presence, watch

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
    """Fit to the first part of the series and compare with each part. `seats`: who plays; the published counts are compared with
    what the `default` policies do. ValueError where a part is too short."""
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
