"""A recording as arrays over games and turns: what the measures of escalation take.

Turns that were not played hold 0, and -1 in `moves`; `played` tells them apart. Arrays are small enough for ten thousand games.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from straits.envs.recording import Recording
from straits.envs.spec.constants import ACTORS, CONFLICT


@dataclass(frozen=True)
class Series:
    """Games as arrays; [i, j] is what i sent j, or how threatened i feels by j."""

    played: NDArray[np.bool_]  # (games, turns)
    conflict: NDArray[np.bool_]  # (games,)
    belligerents: NDArray[np.int64]  # (games, 2) actors, or N_ACTORS
    incidents: NDArray[np.int64]  # (games, turns) incidents of the turn
    tension: NDArray[np.float32]  # (games, turns, actors, actors) 0..1
    rung: NDArray[np.int8]  # (games, turns, actors, actors) 0..5
    fresh: NDArray[np.float32]  # (games, turns, actors, actors) 0..1
    moves: NDArray[np.int64]  # (games, turns, actors, channels)
    effective: NDArray[np.bool_]  # (games, turns, actors, channels) what took effect
    returns: NDArray[np.float64]  # (games, actors)
    goals: NDArray[np.int64]  # (games, actors) private types
    resolve: NDArray[np.float64]  # (games, actors) 0..1

    @property
    def turns(self) -> NDArray[np.int64]:
        """Turns played, (games,)."""
        turns: NDArray[np.int64] = self.played.sum(axis=1)
        return turns


def series(recording: Recording) -> Series:
    """Read what the measures need. ValueError names what is wrong with the recording."""
    episodes = {name: recording.column("episodes", name) for name in ("outcome", "belligerent", "opponent")}
    channels = ("deployment", "statement", "act")
    return Series(
        played=recording.played,
        conflict=episodes["outcome"] == CONFLICT,
        belligerents=np.stack([episodes["belligerent"], episodes["opponent"]], axis=1).astype(np.int64),
        incidents=recording.by_turn("turns", "incidents").astype(np.int64),
        tension=recording.by_turn("dyads", "tension"),
        rung=recording.by_turn("dyads", "rung"),
        fresh=recording.by_turn("dyads", "fresh"),
        moves=recording.moves(),
        effective=np.stack([recording.by_turn("moves", f"effective_{c}") for c in channels], axis=-1),
        returns=_by_actor(recording, "return"),
        goals=_by_actor(recording, "goal").astype(np.int64),
        resolve=_by_actor(recording, "resolve").astype(np.float64),
    )


def _by_actor(recording: Recording, prefix: str) -> NDArray[np.float64]:
    return np.stack([recording.column("episodes", f"{prefix}_{actor}") for actor in ACTORS], axis=1)
