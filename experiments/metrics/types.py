"""Define what metrics take and return: arrays of a recording, rows, curve points and settings of intervals.

Turns that were not played hold 0, or -1 in `moves`. The mask `played` marks the turns that were played. The arrays of ten thousand
games fit in memory.
"""

from dataclasses import dataclass
from typing import NamedTuple, TypedDict

import numpy as np
from numpy.typing import NDArray

from straits.envs.recording import Recording
from straits.envs.spec.constants import ACTORS, CONFLICT
from straits.experiments.utils.statistics import Interval


class Settings(TypedDict):
    """How intervals are computed: seed of the bootstrap, confidence level (0..1) and number of resamples."""

    seed: int
    confidence: float
    resamples: int


class Line(NamedTuple):
    """One row of a results table."""

    measure: str
    detail: str  # actor, pair, rung or cause; empty for a metric that has one row
    value: Interval
    n: int  # size of the sample: games, or crises, events, spikes or signals


class Point(NamedTuple):
    """One point of a curve over turns."""

    curve: str
    detail: str
    turn: int
    value: Interval


@dataclass(frozen=True)
class Series:
    """Games as arrays. Entry [i, j] is what i sent to j, or how threatened i feels by j."""

    played: NDArray[np.bool_]  # (games, turns)
    conflict: NDArray[np.bool_]  # (games,)
    belligerents: NDArray[np.int64]  # (games, 2) actors, or N_ACTORS
    incidents: NDArray[np.int64]  # (games, turns) incidents of the turn
    tension: NDArray[np.float32]  # (games, turns, actors, actors) 0..1
    rung: NDArray[np.int8]  # (games, turns, actors, actors) 0..5
    crisis_turns: NDArray[np.int16]  # (games, turns, actors, actors) turns that the crisis of the pair has lasted, or 0
    crisis_end: NDArray[np.int8]  # (games, turns, actors, actors) index in CRISIS_ENDS; only the side that yields has a yield
    crisis_opener: NDArray[np.bool_]  # (games, turns, actors, actors) True where i opened the latest crisis
    terms: NDArray[np.float32]  # (games, turns, actors, actors) -1..1
    moves: NDArray[np.int64]  # (games, turns, actors, channels)
    effective: NDArray[np.bool_]  # (games, turns, actors, channels) True where the move took effect
    returns: NDArray[np.float64]  # (games, actors)
    goals: NDArray[np.int64]  # (games, actors) private types
    resolve: NDArray[np.float64]  # (games, actors) 0..1

    @property
    def turns(self) -> NDArray[np.int64]:
        """Number of turns played in each game, (games,)."""
        turns: NDArray[np.int64] = self.played.sum(axis=1)
        return turns


def series(recording: Recording) -> Series:
    """Read the arrays that the metrics need.

    Args:
        recording: The recorded games.

    Returns:
        The arrays of all games.

    Raises:
        ValueError: If a table or column of the recording is missing or invalid.
    """
    episodes = {name: recording.column("episodes", name) for name in ("outcome", "belligerent", "opponent")}
    channels = ("deployment", "statement", "act")
    return Series(
        played=recording.played,
        conflict=episodes["outcome"] == CONFLICT,
        belligerents=np.stack([episodes["belligerent"], episodes["opponent"]], axis=1).astype(np.int64),
        incidents=recording.by_turn("turns", "incidents").astype(np.int64),
        tension=recording.by_turn("dyads", "tension"),
        rung=recording.by_turn("dyads", "rung"),
        **{name: recording.by_turn("dyads", name) for name in ("crisis_turns", "crisis_end", "crisis_opener", "terms")},
        moves=recording.moves(),
        effective=np.stack([recording.by_turn("moves", f"effective_{c}") for c in channels], axis=-1),
        returns=_by_actor(recording, "return"),
        goals=_by_actor(recording, "goal").astype(np.int64),
        resolve=_by_actor(recording, "resolve").astype(np.float64),
    )


def _by_actor(recording: Recording, prefix: str) -> NDArray[np.float64]:
    return np.stack([recording.column("episodes", f"{prefix}_{actor}") for actor in ACTORS], axis=1)
