"""Simulate daily counts as a function of presence and independent noise.

Aircraft. With P[d] the level of patrols on day d, S the level to which they decay, and R[d] the level that has become usual,

    R[d] = R[d-1] + settle (P[d-1] - R[d-1])            surge[d] = max(0, P[d] - R[d])
    mean[d] = rate P[d] / S + gain surge[d]              aircraft[d] ~ negative binomial (mean[d], dispersion), or 0 on a quiet day

New deployments therefore fly much and soon become usual: bursts with a memory of days over slowly changing presence. The noise of
different days is independent, so all longer dependence is due to presence. Crossings of the informal centre line are a
beta-binomial share of the aircraft. A share of yesterday's navy ships remains, and others arrive (INAR(1), Al-Osh and Alzaid
1987). Official ships are negative binomial at the level of the coast guard.

Random numbers are Philox's for the purpose TEMPO: a function of game, turn and day, separate from the streams of rules and
policies.
"""

from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from straits.agents.base import Policy
from straits.envs.core.jit import kernel
from straits.envs.core.rng import TEMPO, uniforms
from straits.envs.scenarios.scenario import Scenario
from straits.envs.simulator.engine import Engine
from straits.envs.spec.constants import CHINA, COAST_GUARD_CLASS, CONFLICT, PATROL_CLASS, TAIWAN_STRAIT
from straits.envs.validation import wrong
from straits.experiments.analysis.calibration.data import COUNTS
from straits.experiments.rollouts.rollout import iter_turns

WATCHED: Final = (PATROL_CLASS, COAST_GUARD_CLASS)  # the last axis of `levels`


@dataclass(frozen=True)
class Presence:
    """China's patrols and coast guard in the strait in many games. Other actors publish no such counts."""

    levels: NDArray[np.float64]  # (games, 1 + turns, 2) the start included, 0..1
    standing: NDArray[np.float64]  # (games, 1 + turns, 2) the level to which they decay, 0..1
    keep: NDArray[np.float64]  # (2,) share above standing that remains after one turn
    turn_days: int
    seeds: NDArray[np.uint64]  # (games,)
    episodes: NDArray[np.int64]  # (games,)

    def by_day(self, draws: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the levels at the end of each day, (games, days, 2).

        The change of a turn occurs on one of its days. At the end of the turn the level is the recorded one.

        Args:
            draws: (games, turns), 0..1, which choose the day.
        """
        games, turns = draws.shape
        days = self.turn_days
        if days == 1:
            return self.levels[:, 1:]
        keep = self.keep ** (1.0 / days)
        before, after, resting = self.levels[:, :-1], self.levels[:, 1:], self.standing[:, 1:]
        change = after - (resting + self.keep * (before - resting))  # (games, turns, 2)
        come = np.floor(draws * days)  # (games, turns)
        levels = np.empty((games, turns, days, len(WATCHED)))
        for day in range(days):
            faded = resting + keep ** (day + 1) * (before - resting)
            levels[:, :, day] = faded + np.where((come <= day)[:, :, None], change * keep ** (day + 1 - days), 0.0)
        return np.clip(levels, 0.0, 1.0).reshape(games, turns * days, len(WATCHED))

    def shuffled(self, seed: int) -> "Presence":
        """Return the same levels with the turns of each game in random order.

        The comparison separates the dynamics of presence from those of the observation model.
        """
        rng = np.random.default_rng(seed)
        order = np.argsort(rng.random(self.levels.shape[:2]), axis=1)[:, :, None]
        levels, standing = (np.take_along_axis(x, order, axis=1) for x in (self.levels, self.standing))
        return Presence(levels, standing, self.keep, self.turn_days, self.seeds, self.episodes)


def watch(scenario: Scenario, seats: Sequence[Policy], games: int, seed: int) -> Presence:
    """Play games and record the presence. Games that end in conflict are excluded, because their counts are incomplete.

    Args:
        scenario: The scenario.
        seats: Policies, one per actor.
        games: Number of games.
        seed: Seed of the games.

    Raises:
        ValueError: If all games end in conflict.
    """
    engine = Engine(scenario, games)
    engine.reset(seed)
    levels, standing = [_watched(engine, "presence")], [_watched(engine, "standing")]
    for _ in iter_turns(engine, seats):
        levels.append(_watched(engine, "presence"))
        standing.append(_watched(engine, "standing"))
    peaceful = engine.outcome != CONFLICT
    if not peaceful.any():
        raise ValueError(f"games={games}: expected at least one that does not end in a conflict")
    return Presence(
        np.stack(levels, axis=1)[peaceful],
        np.stack(standing, axis=1)[peaceful],
        scenario.record["keep"][0, CHINA, TAIWAN_STRAIT][list(WATCHED)].copy(),
        scenario.turn_days,
        engine.games["seed"][peaceful].copy(),
        engine.games["episode"][peaceful].copy(),
    )


def _watched(engine: Engine, field: str) -> NDArray[np.float64]:
    levels: NDArray[np.float64] = engine.games[field][:, CHINA, TAIWAN_STRAIT][:, list(WATCHED)].copy()
    return levels


BLOCKS: Final = 2  # of four draws, per day
AIR, QUIET, CROSSING, SHARE, STAYING, COMING, OFFICIAL = range(7)  # purpose of each draw
PLACING: Final = 1000  # index of the draw that assigns a turn's change to a day
SCARCE: Final = 1e-3  # floor of the standing level, which means are divided by
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Tempo:
    """Parameters of the observation model. All are positive; shares are at most 1."""

    rate: float  # aircraft per day at the standing level
    gain: float  # aircraft per day and unit of surge
    settle: float  # share of the distance to the present level that becomes usual in one day
    dispersion: float  # of the negative binomial: variance is mean + mean^2 / dispersion
    quiet: float  # share of days without flights, whatever the presence
    crossing: float  # mean share of aircraft that cross
    agreement: float  # of one day's aircraft on whether to cross: a + b of the beta distribution
    navy: float  # navy ships at the standing level
    navy_slope: float  # growth of navy ships with patrols, per standing level
    navy_stay: float  # share of navy ships that remain the next day
    official: float  # official ships per day at the standing level of the coast guard
    official_dispersion: float

    def __post_init__(self) -> None:
        """Check the ranges.

        Raises:
            ValueError: If a number is out of range.
        """
        for field, value in zip(fields(self), astuple(self), strict=True):
            most = 1.0 if field.name in ("settle", "quiet", "crossing", "navy_stay") else 1e6
            if not isinstance(value, float) or not 0.0 < value <= most:
                raise wrong(f"tempo.{field.name}", value, f"above 0, up to {most:g}")


class Noise:
    """The random numbers of many games, drawn once and used for all parameters (common random numbers)."""

    def __init__(self, presence: Presence) -> None:
        games, turns = presence.levels.shape[0], presence.levels.shape[1] - 1
        self.daily = np.empty((games, turns, presence.turn_days, 4 * BLOCKS))
        self.placing = np.empty((games, turns))
        _fill(presence.seeds, presence.episodes, self.daily, self.placing)

    def of(self, what: int) -> Array:
        """Return one draw per day, uniform over (0, 1), (games, days)."""
        return self.daily[..., what].reshape(len(self.daily), -1)


def emit(tempo: Tempo, presence: Presence, noise: Noise | None = None) -> NDArray[np.int64]:
    """Simulate the counts of each day.

    Args:
        tempo: Parameters.
        presence: Presence in the games.
        noise: Random numbers; default is those of the games' seeds.

    Returns:
        (games, days, COUNTS).
    """
    drawn = Noise(presence) if noise is None else noise
    aircraft = aircraft_of(tempo, presence, drawn)
    columns = {
        "aircraft": aircraft,
        "crossed_centre_line": _crossings(tempo, aircraft, drawn),
        "navy_ships": _navy(tempo, presence, drawn),
        "official_ships": _official(tempo, presence, drawn),
    }
    return np.stack([columns[name] for name in COUNTS], axis=2).astype(np.int64)


def aircraft_of(tempo: Tempo, presence: Presence, noise: Noise) -> Array:
    """Simulate the aircraft of each day, the only count that the search uses.

    Args:
        tempo: Parameters.
        presence: Presence in the games.
        noise: Random numbers.

    Returns:
        (games, days).
    """
    patrols, standing = _daily(presence, noise, 0)
    mean = tempo.rate * patrols / standing + tempo.gain * surge(patrols, tempo.settle)
    flown = _negative_binomial(noise.of(AIR), mean, tempo.dispersion)
    return np.where(noise.of(QUIET) < tempo.quiet, 0.0, flown)


def surge(levels: Array, settle: float) -> Array:
    """Return how far each day's level exceeds what has become usual; 0 on the first day.

    Args:
        levels: (games, days).
        settle: Share of the distance that becomes usual in one day, 0..1.
    """
    usual = levels[:, 0].copy()
    excess = np.zeros_like(levels)
    for day in range(1, levels.shape[1]):
        usual += settle * (levels[:, day - 1] - usual)
        excess[:, day] = np.maximum(0.0, levels[:, day] - usual)
    return excess


def _crossings(tempo: Tempo, aircraft: Array, noise: Noise) -> Array:
    share = stats.beta.ppf(noise.of(SHARE), tempo.agreement * tempo.crossing, tempo.agreement * (1.0 - tempo.crossing))
    return np.where(aircraft > 0, stats.binom.ppf(noise.of(CROSSING), np.maximum(aircraft, 1.0), share), 0.0)


def _navy(tempo: Tempo, presence: Presence, noise: Noise) -> Array:
    patrols, standing = _daily(presence, noise, 0)
    mean = tempo.navy * np.maximum(0.0, 1.0 + tempo.navy_slope * (patrols / standing - 1.0))
    coming = stats.poisson.ppf(noise.of(COMING), (1.0 - tempo.navy_stay) * mean)
    staying = noise.of(STAYING)
    ships = np.empty_like(mean)
    present = stats.poisson.ppf(staying[:, 0], mean[:, 0])
    for day in range(mean.shape[1]):
        if day > 0:
            present = stats.binom.ppf(staying[:, day], present, tempo.navy_stay) + coming[:, day]
        ships[:, day] = present
    return ships


def _official(tempo: Tempo, presence: Presence, noise: Noise) -> Array:
    guard, standing = _daily(presence, noise, 1)
    return _negative_binomial(noise.of(OFFICIAL), tempo.official * guard / standing, tempo.official_dispersion)


def _daily(presence: Presence, noise: Noise, which: int) -> tuple[Array, Array]:
    """Return the levels of one class by day, and the standing level that they are divided by."""
    levels = presence.by_day(noise.placing)[:, :, which]
    standing = np.repeat(presence.standing[:, 1:, which], presence.turn_days, axis=1)
    return levels, np.maximum(standing, SCARCE)


def _negative_binomial(uniform: Array, mean: Array, dispersion: float) -> Array:
    counts: Array = stats.nbinom.ppf(uniform, dispersion, dispersion / (dispersion + mean))
    return counts


@kernel
def _fill(seeds: Any, episodes: Any, daily: Any, placing: Any) -> None:
    for g in range(daily.shape[0]):
        for turn in range(daily.shape[1]):
            placing[g, turn] = uniforms(seeds[g], episodes[g], turn, TEMPO, PLACING)[0]
            for day in range(daily.shape[2]):
                for block in range(BLOCKS):
                    drawn = uniforms(seeds[g], episodes[g], turn, TEMPO, BLOCKS * day + block)
                    for n in range(4):
                        daily[g, turn, day, 4 * block + n] = drawn[n]
