"""Play games for the game report, and measure the arcs of crises in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from straits.agents.base import Policy
from straits.envs.recording.buffer import Capture
from straits.envs.scenarios.scenario import Scenario
from straits.envs.simulator.engine import Engine
from straits.envs.spec.constants import CONFLICT, CONFLICT_RUNG, N_ACTORS
from straits.experiments.metrics import crises, event_study, survival
from straits.experiments.metrics.compute import rival_pairs
from straits.experiments.metrics.types import Series, Settings
from straits.experiments.rollouts.rollout import iter_turns
from straits.experiments.utils.statistics import Interval, columns, of_sums, or_wilson, ratios, several_of_sums, wilson

CHUNK: Final = 1000  # games played at a time, to bound memory
SEEN_PEAK: Final = 0.05  # share of games from which on a value of the peak rung counts
TOP: Final = 10  # games at the top of a comparison's ranking
RANKED: Final = 1000  # games that the ranking is among, the default of `straits evaluate`


@dataclass(frozen=True)
class Effort:
    """Set the sizes of the experiments. `seed` differs from those of training."""

    games: int = 4000
    states: int = 10_000
    constant_games: int = 60
    permutations: int = 200
    training_seeds: tuple[int, ...] = (1, 2, 3)
    self_play_decisions: float = 2.0e7
    self_play_games: int = 256
    world_decisions: float = 4.0e6
    response_decisions: float = 1.5e6
    response_games: int = 96
    resamples: int = 1000
    seed: int = 900_000

    @property
    def settings(self) -> Settings:
        """How intervals are computed."""
        return {"seed": self.seed, "confidence": 0.95, "resamples": self.resamples}


QUICK: Final = Effort(60, 40, 4, 20, (1, 2), 2000, 8, 2000, 400, 4, 100)


@dataclass(frozen=True)
class Played:
    """Games as arrays, with the peaks of each game and the seats' resolve."""

    series: Series
    peak_tension: NDArray[np.float64]  # (games,) 0..1
    peak_rung: NDArray[np.int64]  # (games,) 0..6


def play_series(scenario: Scenario, seats: Sequence[Policy], games: int, seed: int) -> Played:
    """Play games to their end and keep every turn.

    Args:
        scenario: The scenario.
        seats: One policy per actor.
        games: Number of games.
        seed: Seed of the games.

    Returns:
        The games.
    """
    parts = [_chunk(scenario, seats, min(CHUNK, games - at), seed + at) for at in range(0, games, CHUNK)]
    fields = {name: np.concatenate([vars(part.series)[name] for part in parts]) for name in vars(parts[0].series)}
    peaks = (np.concatenate([getattr(part, name) for part in parts]) for name in ("peak_tension", "peak_rung"))
    return Played(Series(**fields), *peaks)


def _chunk(scenario: Scenario, seats: Sequence[Policy], games: int, seed: int) -> Played:
    engine = Engine(scenario, games)
    engine.reset(seed)
    capture = Capture(engine, 0, ())
    for _ in iter_turns(engine, seats):
        capture.turn(engine)
    record = engine.games
    played = np.arange(scenario.horizon) < record["turn"][:, None]

    def of(name: str) -> NDArray[Any]:
        values = capture.arrays[name]
        there = played.reshape(*played.shape, *[1] * (values.ndim - 2))
        return np.where(there, values, 0).astype(values.dtype)

    moves = np.where(played[..., None, None], of("moves"), -1).astype(np.int64)
    names = ("tension", "rung", "crisis_turns", "crisis_end", "crisis_opener", "terms")
    series = Series(
        played=played,
        conflict=record["outcome"] == CONFLICT,
        belligerents=np.where(record["belligerents"] < 0, N_ACTORS, record["belligerents"]),
        incidents=np.diff(of("incidents"), axis=1, prepend=0),
        moves=moves,
        effective=moves > 0,
        returns=capture.returns,
        goals=capture.goals,
        resolve=capture.resolve,
        **{name: of(name) for name in names},
    )
    return Played(series, record["peak_tension"].copy(), record["peak_rung"].copy())


def arcs(played: Played, scenario: Scenario, settings: Settings) -> dict[str, Interval]:
    """Measure how crises of rival pairs open, last and end.

    Args:
        played: The games.
        scenario: Their scenario.
        settings: How intervals are computed.

    Returns:
        Measure to interval: `median` (turns), `ended` (share of crises), `turns` (share in which some pair is in a crisis),
        `half_life` of a spike of tension (turns), `conflict` (share of games), and numbers a game of `crises`, `settlements`,
        and of each end.
    """
    data = played.series
    found, games = crises.find_crises(data), len(data.played)
    counts = crises.counts(found, games)
    rates = ratios({"ended": counts["ended"]}, {"ended": counts["crises"]}, **settings)
    inside = np.column_stack([crises.in_crisis(data).sum(axis=1), data.turns]).astype(float)
    closed = found.end != crises.OPEN
    spikes = event_study.epochs(data.tension, data.played, rival_pairs(scenario), crises.STATIONARY, **settings)
    return {
        **columns({name: counts[name] for name in ("crises", "settlements", *crises.ENDS)}, **settings),
        **rates,
        "median": survival.median_interval(found.game, found.length, closed, games, scenario.horizon, **settings),
        "turns": of_sums(inside, lambda total: float(total[0] / total[1]), **settings),
        "half_life": spikes.half_life,
        "conflict": wilson(int(data.conflict.sum()), games),
    }


def calming(played: Played, scenario: Scenario, settings: Settings) -> dict[str, Interval]:
    """Measure the share of crisis turns after which the crisis ends, by the signals of the turn."""
    params = scenario.record[0]
    marks = crises.sent(played.series.moves, params["provokes"] > 0.0)
    rates = crises.end_rates(played.series, marks, int(params["talks_from"]))
    parts, wholes = ({name: counts[:, n] for name, counts in rates.items()} for n in range(2))
    return {n: or_wilson(v, max(1, int(wholes[n].sum()))) for n, v in ratios(parts, wholes, **settings).items()}


def looks(played: Played, settings: Settings) -> dict[str, Any]:
    """Measure whether games differ by eye: the values of the peak rung, and the gap of tension at the top of a ranking.

    Args:
        played: The games.
        settings: How intervals are computed.

    Returns:
        `peak_rungs`: share of games per value. `peak_rung_values`: how many values have SEEN_PEAK of the games or more, by the
        estimate and by the low end. `tension_gap`: mean peak tension of the TOP of RANKED games, less the median.
    """
    games = len(played.peak_rung)
    shares = [wilson(int((played.peak_rung == rung).sum()), games) for rung in range(CONFLICT_RUNG + 1)]
    values = Interval(*(float(sum(share[n] >= SEEN_PEAK for share in shares)) for n in range(3)))
    peaks = played.peak_tension[:RANKED]
    rng = np.random.default_rng(settings["seed"])
    gaps = [_gap(peaks[rng.integers(0, len(peaks), len(peaks))]) for _ in range(settings["resamples"])]
    low, high = np.quantile(gaps, [0.025, 0.975])
    return {"peak_rungs": shares, "peak_rung_values": values, "tension_gap": Interval(_gap(peaks), float(low), float(high))}


def _gap(peaks: NDArray[np.float64]) -> float:
    return float(np.sort(peaks)[-TOP:].mean() - np.median(peaks))


def share_of_gain(lost: NDArray[np.float64], gained: NDArray[np.float64], settings: Settings) -> Interval:
    """Return the interval of sum(lost) / sum(gained).

    Args:
        lost: (games,) numerators.
        gained: (games,) denominators of the same games.
        settings: How intervals are computed.
    """
    pairs = np.column_stack([lost, gained])
    return several_of_sums(pairs, lambda total: np.array([total[0] / total[1] if total[1] > 0.0 else np.nan]), **settings)[0]
