"""Measure positions on the escalation ladder: peaks, time above each rung and transitions between rungs.

Rungs are those of docs/model.md, from 0 (routine) to 6 (armed conflict, an outcome). The idea is from Kahn 1965. `kahn_counts`
counts the moves that correspond to his own 44 rungs.
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
    """Return the highest rung that any actor saw in each turn.

    Args:
        rung: (games, turns, actors, actors), [i, j] is the rung of i's step as j saw it, 0..5.
        played: (games, turns), True where the turn was played.
        conflict: (games,), True where the game ended in armed conflict.

    Returns:
        (games, turns), 0..6: 6 in the turn of a conflict, -1 where no turn was played.
    """
    highest = np.where(played, rung.max(axis=(2, 3)), -1).astype(np.int64)
    last = played.sum(axis=1) - 1
    highest[conflict, last[conflict]] = CONFLICT_RUNG
    return highest


def of_pairs(
    rung: NDArray[np.int8], played: NDArray[np.bool_], conflict: NDArray[np.bool_], belligerents: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the highest rung between the two actors of each pair in each turn.

    Args:
        rung: (games, turns, actors, actors), [i, j] is the rung of i's step as j saw it, 0..5.
        played: (games, turns), True where the turn was played.
        conflict: (games,), True where the game ended in armed conflict.
        belligerents: (games, 2), the actors of the conflict.

    Returns:
        (games, turns, pairs), 0..6: 6 in the turn of a conflict between the two, -1 where no turn was played.
    """
    one, two = (np.array(side) for side in zip(*PAIRS, strict=True))
    highest = np.where(played[:, :, None], np.maximum(rung[:, :, one, two], rung[:, :, two, one]), -1).astype(np.int64)
    game, pair = np.nonzero(conflict[:, None] & (np.sort(belligerents, axis=1)[:, None] == np.array(PAIRS)).all(axis=2))
    highest[game, played[game].sum(axis=1) - 1, pair] = CONFLICT_RUNG
    return highest


def first_at(rungs: NDArray[np.int64], rung: int) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return the turns until a rung is first reached.

    Args:
        rungs: (games, turns), -1 where no turn was played.
        rung: The rung to reach; a higher rung counts too.

    Returns:
        Turns until the rung was reached or the game ended, (games,), and whether it was reached, (games,).
    """
    reached = rungs >= rung
    ever = np.asarray(reached.any(axis=1), np.bool_)
    return np.where(ever, reached.argmax(axis=1) + 1, (rungs >= 0).sum(axis=1)), ever


def time_above(rungs: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the share of turns at each rung or above.

    Args:
        rungs: (games, turns), -1 where no turn was played.

    Returns:
        (games, rungs), 0..1.
    """
    played = (rungs >= 0).sum(axis=1)
    above = (rungs[:, :, None] >= np.arange(N_RUNGS)).sum(axis=1)
    share: NDArray[np.float64] = above / np.maximum(played, 1)[:, None]
    return share


def transition_counts(rungs: NDArray[np.int64]) -> NDArray[np.int64]:
    """Count how often each rung was followed by each other rung.

    Args:
        rungs: (games, turns), -1 where no turn was played.

    Returns:
        (games, rungs, rungs), [game, rung, rung of the next turn].
    """
    before, after = rungs[:, :-1], rungs[:, 1:]
    both = (before >= 0) & (after >= 0)
    shape = len(rungs), N_RUNGS, N_RUNGS
    at = np.ravel_multi_index((np.nonzero(both)[0], before[both], after[both]), shape)
    return np.bincount(at, minlength=int(np.prod(shape))).reshape(shape)


def transitions(rungs: NDArray[np.int64]) -> NDArray[np.float64]:
    """Estimate the probability of each rung given the rung of the turn before.

    Args:
        rungs: (games, turns), -1 where no turn was played.

    Returns:
        (rungs, rungs), 0..1. The rows of rungs that never occurred are NaN.
    """
    counts = transition_counts(rungs).sum(axis=0)
    total = counts.sum(axis=1, keepdims=True)
    return np.where(total > 0, counts / np.maximum(total, 1), np.nan)


def kahn_counts(moves: NDArray[np.int64], effective: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Count the steps that correspond to each of Kahn's rungs.

    Args:
        moves: (games, turns, actors, channels), index within each channel, -1 where no turn was played.
        effective: (games, turns, actors, channels), True where the move took effect.

    Returns:
        (games, Kahn rungs). Column 0 counts the moves without a rung of Kahn.
    """
    counted = effective & (moves > 0)
    flat = (moves + np.array(OFFSETS))[counted]
    at = np.nonzero(counted)[0] * N_KAHN + KAHN[flat]
    return np.bincount(at, minlength=len(moves) * N_KAHN).reshape(len(moves), N_KAHN)
