"""Fit the observation model to the first part of a public series, by simulated moments (McFadden 1989).

The days of the series and of a game do not correspond, so a day has no likelihood. The fit matches statistics, each weighted by
the width of its band (`moments`). All trials use the same games and draws, so the distance is a deterministic function of the
parameters. It is a step function, because counts are integers, so the search is Nelder and Mead's. Ships are fitted to their own
moments.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

from straits.experiments.analysis.calibration import moments
from straits.experiments.analysis.calibration.data import Series
from straits.experiments.analysis.calibration.observation_model import Noise, Presence, Tempo, aircraft_of, emit

FITTED: Final = ("rate", "gain", "settle", "dispersion", "quiet")  # parameters of the aircraft
SHARES: Final = ("settle", "quiet")
MATCHED: Final = {**dict.fromkeys((*moments.LEVELS, "weekly Fano"), 1.0), **dict.fromkeys(moments.PROFILE, 0.4)}  # with weights
UNKNOWN: Final = 5.0  # distance, in standard errors, of a statistic that is undefined in the simulation (no spikes)
START: Final = Tempo(9.0, 80.0, 0.5, 3.0, 0.03, 0.4, 1.0, 6.0, 0.5, 0.5, 0.2, 0.1)
STEP: Final = 0.5  # size of the first simplex, in logarithms


@dataclass(frozen=True)
class Fit:
    """The fitted parameters, the remaining distance, and the number of evaluations."""

    tempo: Tempo
    distance: float
    tried: int


def fit(series: Series, presence: Presence, *, seed: int, tries: int = 240) -> Fit:
    """Fit the observation model to a series.

    Args:
        series: The complete series is used, so pass only the part to fit.
        presence: Presence in games with day turns, about as long as the series.
        seed: Seed of the bands.
        tries: Largest number of evaluations.
    """
    distance = Distance(series, presence, seed)
    start = _logs(START)
    optimum = optimize.minimize(
        lambda x: distance(_with(x)),
        start,
        method="Nelder-Mead",
        options={
            "maxfev": tries,
            "xatol": 0.005,
            "fatol": 0.01,
            "initial_simplex": start + STEP * np.eye(len(start) + 1, len(start)),
        },
    )
    tempo = _crossings(_with(optimum.x), series, presence, distance.noise)
    return Fit(_ships(tempo, series, presence), float(optimum.fun), int(optimum.nfev))


class Distance:
    """Distance between simulated and published aircraft.

    Weighted sum of squared differences of `MATCHED`, in standard errors.
    """

    def __init__(self, series: Series, presence: Presence, seed: int) -> None:
        self.first, self.presence, self.noise = series.first, presence, Noise(presence)
        counts = series.column("aircraft")
        self.wanted = moments.observed(counts, series.first)
        ends = moments.bands(counts, series.first, seed=seed)
        self.errors = {name: max((ends[name][1] - ends[name][0]) / 4.0, 1e-6) for name in MATCHED}  # a band is 4 errors wide

    def __call__(self, tempo: Tempo) -> float:
        """Return the weighted distance between simulated and published moments."""
        values = moments.simulated(aircraft_of(tempo, self.presence, self.noise), self.first)
        total = 0.0
        for name, weight in MATCHED.items():
            off = (values[name] - self.wanted[name]) / self.errors[name]
            total += weight * (UNKNOWN if np.isnan(off) else off) ** 2
        return total


def _logs(tempo: Tempo) -> NDArray[np.float64]:
    """Map the fitted parameters to unbounded scales: logarithms, and log odds of shares."""
    values = [getattr(tempo, name) for name in FITTED]
    return np.array([np.log(v / (1.0 - v)) if n in SHARES else np.log(v) for n, v in zip(FITTED, values, strict=True)])


def _with(x: NDArray[np.float64]) -> Tempo:
    values = [1.0 / (1.0 + np.exp(-v)) if name in SHARES else np.exp(v) for name, v in zip(FITTED, x, strict=True)]
    return replace(START, **dict(zip(FITTED, map(float, np.clip(values, 1e-6, 1e5)), strict=True)))


def _crossings(tempo: Tempo, series: Series, presence: Presence, noise: Noise) -> Tempo:
    """Fit the mean share of crossings, and the agreement of one day's aircraft by the share of days without a crossing."""
    crossed, flown = series.column("crossed_centre_line"), series.column("aircraft")
    known = ~np.isnan(crossed)
    wanted = float((crossed[known] == 0).mean())
    share = float(np.clip(crossed[known].sum() / max(1.0, flown[known].sum()), 0.01, 0.99))

    def apart(log: float) -> float:
        counts = emit(replace(tempo, crossing=share, agreement=float(np.exp(log))), presence, noise)
        return abs(float((counts[:, :, 1] == 0).mean()) - wanted)

    optimum = optimize.minimize_scalar(apart, bounds=(-3.0, 4.0), method="bounded", options={"maxiter": 20})
    return replace(tempo, crossing=share, agreement=float(np.exp(optimum.x)))


def _ships(tempo: Tempo, series: Series, presence: Presence) -> Tempo:
    """Fit the ships by their moments.

    Navy ships: the mean; variance above Poisson as growth with patrols; the rest of the first autocorrelation as ships that stay.
    Official ships: mean and variance.
    """
    navy, official = series.column("navy_ships"), series.column("official_ships")
    level = presence.levels[:, 1:] / np.maximum(presence.standing[:, 1:], 1e-3)  # (games, turns, 2)
    mean, varies = _moments(navy)
    patrols, guard = (level[:, :, n] for n in range(2))
    spread = float(patrols.var()) or 1.0
    slope = float(np.clip(np.sqrt(max(0.0, varies - mean) / spread) / max(mean, 1e-6), 0.01, 5.0))
    base = mean / (1.0 + slope * (float(patrols.mean()) - 1.0))
    moved = base * base * slope * slope * spread  # variance that presence brings
    lasting = float(np.mean([moments.autocorrelation(row, 1) for row in patrols]))
    stay = (moments.autocorrelation(navy, 1) * (mean + moved) - moved * lasting) / max(mean, 1e-6)
    few, uneven = _moments(official)
    return replace(
        tempo,
        navy=max(base, 1e-6),
        navy_slope=slope,
        navy_stay=float(np.clip(stay, 0.01, 0.99)),
        official=max(few / float(guard.mean()), 1e-6),
        official_dispersion=float(np.clip(few * few / max(uneven - few, 1e-6), 1e-3, 1e3)),
    )


def _moments(counts: NDArray[np.float64]) -> tuple[float, float]:
    return float(np.nanmean(counts)), float(np.nanvar(counts))
