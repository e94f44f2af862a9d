"""The ladder: how high, how long above each rung, and how rungs follow one another.

Rungs are those of docs/model.md, 0 routine to 6 armed conflict (an outcome). Source of the idea: Kahn 1965; his own rungs, as far
as moves stand near them, are counted by `kahn_counts`.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from straits.envs.spec.constants import CONFLICT_RUNG, PAIRS
from straits.envs.spec.moves import MOVES, OFFSETS

N_RUNGS: Final = CONFLICT_RUNG + 1
KAHN: Final = np.array([m.kind.kahn for m in MOVES])  # (moves,) rung of Kahn 1965, 0 where a move has none
N_KAHN: Final = int(KAHN.max()) + 1


def overall(rung: NDArray[np.int8], played: NDArray[np.bool_], conflict: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The highest rung that anyone saw in each turn, (games, turns): 6 in the turn of a conflict, -1 where none was played."""
    highest = np.where(played, rung.max(axis=(2, 3)), -1).astype(np.int64)
    last = played.sum(axis=1) - 1
    highest[conflict, last[conflict]] = CONFLICT_RUNG
    return highest


def of_pairs(
    rung: NDArray[np.int8], played: NDArray[np.bool_], conflict: NDArray[np.bool_], belligerents: NDArray[np.int64]
) -> NDArray[np.int64]:
    """The same between the two of each pair, (games, turns, pairs), and 6 in the turn of a conflict between them. belligerents.

    (games, 2).
    """
    one, two = (np.array(side) for side in zip(*PAIRS, strict=True))
    highest = np.where(played[:, :, None], np.maximum(rung[:, :, one, two], rung[:, :, two, one]), -1).astype(np.int64)
    game, pair = np.nonzero(conflict[:, None] & (np.sort(belligerents, axis=1)[:, None] == np.array(PAIRS)).all(axis=2))
    highest[game, played[game].sum(axis=1) - 1, pair] = CONFLICT_RUNG
    return highest


def first_at(rungs: NDArray[np.int64], rung: int) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Turns until the rung or a higher one, or until the game ended without, and whether it was reached.

    Both (games,). rungs: (games, turns), -1 where no turn was played.
    """
    reached = rungs >= rung
    ever = np.asarray(reached.any(axis=1), np.bool_)
    return np.where(ever, reached.argmax(axis=1) + 1, (rungs >= 0).sum(axis=1)), ever


def time_above(rungs: NDArray[np.int64]) -> NDArray[np.float64]:
    """Share of each game's turns at each rung or above, (games, rungs). rungs: (games, turns), -1 where no turn was played."""
    played = (rungs >= 0).sum(axis=1)
    above = (rungs[:, :, None] >= np.arange(N_RUNGS)).sum(axis=1)
    share: NDArray[np.float64] = above / np.maximum(played, 1)[:, None]
    return share


def transition_counts(rungs: NDArray[np.int64]) -> NDArray[np.int64]:
    """How often each rung was followed by each, (games, rungs, rungs). rungs: (games, turns), -1 where no turn was played."""
    before, after = rungs[:, :-1], rungs[:, 1:]
    both = (before >= 0) & (after >= 0)
    shape = len(rungs), N_RUNGS, N_RUNGS
    at = np.ravel_multi_index((np.nonzero(both)[0], before[both], after[both]), shape)
    return np.bincount(at, minlength=int(np.prod(shape))).reshape(shape)


def transitions(rungs: NDArray[np.int64]) -> NDArray[np.float64]:
    """Chance of each rung given the rung a turn before, (rungs, rungs); rows of rungs that never occurred are not numbers."""
    counts = transition_counts(rungs).sum(axis=0)
    total = counts.sum(axis=1, keepdims=True)
    return np.where(total > 0, counts / np.maximum(total, 1), np.nan)


def kahn_counts(moves: NDArray[np.int64], effective: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Steps that stand near each of Kahn's rungs, (games, kahn rungs). moves: (games, turns, actors, channels)."""
    counted = effective & (moves > 0)
    flat = (moves + np.array(OFFSETS))[counted]
    at = np.nonzero(counted)[0] * N_KAHN + KAHN[flat]
    return np.bincount(at, minlength=len(moves) * N_KAHN).reshape(len(moves), N_KAHN)
