"""Event series: per ordered pair and turn, how many events, their Goldstein values, and their quad classes.

Both the sum and the mean of the values: a sum mixes the tone of what is said with how much is said. Source: Goldstein 1992; quad
classes as GDELT has them. Events are those of `straits.envs.recording`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from straits.envs.recording import Recording
from straits.envs.recording.schema import QUADS
from straits.envs.spec.constants import N_ACTORS


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


def quads(games: int, game: ArrayLike, actor: ArrayLike, target: ArrayLike, quad: ArrayLike) -> NDArray[np.int64]:
    """How many events of each quad class each sent each other in each game, (games, actors, actors, quads)."""
    whole = games, N_ACTORS, N_ACTORS, len(QUADS)
    at = np.ravel_multi_index(tuple(np.asarray(place, np.int64) for place in (game, actor, target, quad)), whole)
    return np.bincount(at, minlength=int(np.prod(whole))).reshape(whole)


def read_events(recording: Recording) -> tuple[Tone, NDArray[np.int64]]:
    """The series of a recording, and its quad classes as `quads` gives them."""
    names = ("game", "turn", "actor", "target", "goldstein", "quad")
    read = {name: recording.column("events", name) for name in names}
    series = tone((recording.games, int(recording.turns.max())), *(read[name] for name in names[:-1]))
    return series, quads(recording.games, *(read[name] for name in ("game", "actor", "target", "quad")))
