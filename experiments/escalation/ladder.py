"""The ladder: how high, how long above each rung, and how rungs follow one another.

Rungs are those of docs/model.md, 0 routine to 6 armed conflict (an outcome). Source of the idea: Kahn 1965; his own rungs, as far
as moves stand near them, are counted by `kahn`.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from straits.envs.moves import MOVES, OFFSETS
from straits.envs.vocabulary import CONFLICT_RUNG

N_RUNGS: Final = CONFLICT_RUNG + 1
KAHN: Final = np.array([m.kind.kahn for m in MOVES])  # (moves,) rung of Kahn 1965, 0 where a move has none
N_KAHN: Final = int(KAHN.max()) + 1


def overall(rung: NDArray[np.int8], played: NDArray[np.bool_], conflict: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The highest rung that anyone saw in each turn, (games, turns): 6 in the turn of a conflict, -1 where none was played."""
    highest = np.where(played, rung.max(axis=(2, 3)), -1).astype(np.int64)
    last = played.sum(axis=1) - 1
    highest[conflict, last[conflict]] = CONFLICT_RUNG
    return highest


def time_above(rungs: NDArray[np.int64]) -> NDArray[np.float64]:
    """Share of each game's turns at each rung or above, (games, rungs). rungs: (games, turns), -1 where no turn was played."""
    played = (rungs >= 0).sum(axis=1)
    above = (rungs[:, :, None] >= np.arange(N_RUNGS)).sum(axis=1)
    share: NDArray[np.float64] = above / np.maximum(played, 1)[:, None]
    return share


def transitions(rungs: NDArray[np.int64]) -> NDArray[np.float64]:
    """Chance of each rung given the rung a turn before, (rungs, rungs); rows of rungs that never occurred are not numbers.

    rungs: (games, turns), or (games, turns, ...) for many pairs at once; -1 where no turn was played.
    """
    before, after = rungs[:, :-1].ravel(), rungs[:, 1:].ravel()
    both = (before >= 0) & (after >= 0)
    counts = np.bincount(before[both] * N_RUNGS + after[both], minlength=N_RUNGS**2).reshape(N_RUNGS, N_RUNGS)
    total = counts.sum(axis=1, keepdims=True)
    return np.where(total > 0, counts / np.maximum(total, 1), np.nan)


def kahn(moves: NDArray[np.int64], effective: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Steps an actor-turn that stand near each of Kahn's rungs, (kahn rungs,). moves: (games, turns, actors, channels)."""
    flat = moves + np.array(OFFSETS)
    counted = effective & (moves > 0)
    counts = np.bincount(KAHN[flat[counted]], minlength=N_KAHN)
    return counts / max(int((moves[..., 0] >= 0).sum()), 1)
