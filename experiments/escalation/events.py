"""Event series: per ordered pair and turn, how many events, their Goldstein values, and their quad classes.

Both the sum and the mean of the values: a sum mixes the tone of what is said with how much is said. Source: Goldstein 1992; quad
classes as GDELT has them. Events are those of `straits.envs.recording`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from straits.envs.recording import Recording
from straits.envs.recording.schema import QUADS
from straits.envs.vocabulary import N_ACTORS


@dataclass(frozen=True)
class Tone:
    """Per game, turn, actor and target."""

    count: NDArray[np.int32]  # (games, turns, actors, actors)
    total: NDArray[np.float32]  # the same, sum of Goldstein values

    @property
    def mean(self) -> NDArray[np.float32]:
        """Mean Goldstein value; not a number where there was no event."""
        mean: NDArray[np.float32] = np.where(self.count > 0, self.total / np.maximum(self.count, 1), np.nan)
        return mean


def tone(
    shape: tuple[int, int], game: ArrayLike, turn: ArrayLike, actor: ArrayLike, target: ArrayLike, goldstein: ArrayLike
) -> Tone:
    """Count and add up events, one an entry. shape: (games, turns); turn: from 1."""
    whole = (*shape, N_ACTORS, N_ACTORS)
    at = np.ravel_multi_index((np.asarray(game), np.asarray(turn) - 1, np.asarray(actor), np.asarray(target)), whole)
    size = int(np.prod(whole))
    count, total = np.bincount(at, minlength=size), np.bincount(at, np.asarray(goldstein, np.float64), size)
    return Tone(count.astype(np.int32).reshape(whole), total.astype(np.float32).reshape(whole))


def quads(actor: ArrayLike, target: ArrayLike, quad: ArrayLike) -> NDArray[np.int64]:
    """How many events of each quad class each ordered pair saw, (actors, actors, quads)."""
    shape = N_ACTORS, N_ACTORS, len(QUADS)
    at = np.ravel_multi_index((np.asarray(actor), np.asarray(target), np.asarray(quad)), shape)
    return np.bincount(at, minlength=int(np.prod(shape))).reshape(shape)


def read_tone(recording: Recording) -> Tone:
    """The series of a recording."""
    games, turns = recording.played.shape
    return tone((games, turns), *(recording.column("events", name) for name in ("game", "turn", "actor", "target", "goldstein")))


def read_quads(recording: Recording) -> NDArray[np.int64]:
    """The quad classes of a recording's events, (actors, actors, quads)."""
    return quads(*(recording.column("events", name) for name in ("actor", "target", "quad")))
