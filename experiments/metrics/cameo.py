"""Aggregate events per ordered pair and turn: counts, Goldstein values and quad classes.

Both the sum and the mean of the values are reported, because a sum mixes the tone of events with their number. The scale is from
Goldstein 1992; the quad classes are those of GDELT. Events are defined in `straits.envs.recording`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from straits.envs.recording import Recording
from straits.envs.recording.schema import QUADS
from straits.envs.spec.constants import N_ACTORS


@dataclass(frozen=True)
class Tone:
    """Number and tone of events per game, turn, actor and target."""

    count: NDArray[np.int32]  # (games, turns, actors, actors)
    total: NDArray[np.float32]  # (games, turns, actors, actors) sum of Goldstein values

    @property
    def mean(self) -> NDArray[np.float32]:
        """Mean Goldstein value, (games, turns, actors, actors); NaN where there was no event."""
        mean: NDArray[np.float32] = np.where(self.count > 0, self.total / np.maximum(self.count, 1), np.nan)
        return mean


def tone(
    shape: tuple[int, int], game: ArrayLike, turn: ArrayLike, actor: ArrayLike, target: ArrayLike, goldstein: ArrayLike
) -> Tone:
    """Count events and add up their Goldstein values.

    Args:
        shape: Number of games and of turns.
        game: (events,), index of the game.
        turn: (events,), turn from 1.
        actor: (events,), index of the sender.
        target: (events,), index of the receiver.
        goldstein: (events,), Goldstein value, -10..10.

    Returns:
        Counts and sums per game, turn, actor and target.
    """
    full_shape = (*shape, N_ACTORS, N_ACTORS)
    at = np.ravel_multi_index((np.asarray(game), np.asarray(turn) - 1, np.asarray(actor), np.asarray(target)), full_shape)
    size = int(np.prod(full_shape))
    count, total = np.bincount(at, minlength=size), np.bincount(at, np.asarray(goldstein, np.float64), size)
    return Tone(count.astype(np.int32).reshape(full_shape), total.astype(np.float32).reshape(full_shape))


def quads(games: int, game: ArrayLike, actor: ArrayLike, target: ArrayLike, quad: ArrayLike) -> NDArray[np.int64]:
    """Count the events of each quad class per game and ordered pair.

    Args:
        games: Number of games.
        game: (events,), index of the game.
        actor: (events,), index of the sender.
        target: (events,), index of the receiver.
        quad: (events,), index in `QUADS`.

    Returns:
        (games, actors, actors, quads).
    """
    shape = games, N_ACTORS, N_ACTORS, len(QUADS)
    at = np.ravel_multi_index(tuple(np.asarray(place, np.int64) for place in (game, actor, target, quad)), shape)
    return np.bincount(at, minlength=int(np.prod(shape))).reshape(shape)


def read_events(recording: Recording) -> tuple[Tone, NDArray[np.int64]]:
    """Return the tone of all events of a recording and their counts by quad class, as `quads` returns them."""
    names = ("game", "turn", "actor", "target", "goldstein", "quad")
    values = {name: recording.column("events", name) for name in names}
    series = tone((recording.games, int(recording.turns.max())), *(values[name] for name in names[:-1]))
    return series, quads(recording.games, *(values[name] for name in ("game", "actor", "target", "quad")))
