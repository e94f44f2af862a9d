"""Represent sets of choices as machine words.

Bit n of the word of a channel represents choice n of that channel. A channel has at most 64 choices. The rules decide legality
on complete sets and not move by move, so the masks of a turn cost a few word operations for each actor.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from straits.envs.core.jit import rule
from straits.envs.spec.constants import DEPLOYMENT, N_ACTORS, N_AREAS, N_CHANNELS
from straits.envs.spec.moves import KIND_CHANNEL, MOVE_AREA, MOVE_KIND, MOVE_TARGET, MOVES, N_KINDS, N_MOVES, OFFSETS, SIZES

EMPTY: Final = np.uint64(0)
IDLE: Final = np.uint64(1)  # choice 0, which is always legal
ONE: Final = np.uint64(1)
_END: Final = (*OFFSETS[1:], N_MOVES)


def as_sets(moves: NDArray[Any]) -> NDArray[np.uint64]:
    """Convert a mask of moves to one set for each channel.

    Args:
        moves: (..., N_MOVES), nonzero for each move in the set.

    Returns:
        (..., N_CHANNELS) sets as words.
    """
    marked = np.asarray(moves, bool)
    bits = np.array([1 << m.index for m in MOVES], np.uint64)
    return np.stack([np.where(marked, bits, EMPTY)[..., OFFSETS[c] : _END[c]].sum(-1) for c in range(N_CHANNELS)], -1)


def _sets_of(column: NDArray[np.int64], n: int, channel: int) -> NDArray[np.uint64]:
    marked: NDArray[np.bool_] = column == np.arange(n)[:, None]
    return np.ascontiguousarray(as_sets(marked)[:, channel])  # Numba does not cache code that refers to a strided array


KIND_SET: Final = np.array([_sets_of(MOVE_KIND, N_KINDS, c)[k] for k, c in enumerate(KIND_CHANNEL)], np.uint64)  # (kinds,)
AREA_SET: Final = _sets_of(MOVE_AREA, N_AREAS, DEPLOYMENT)  # (areas,) the deployments to each area
TARGET_SET: Final = np.array([_sets_of(MOVE_TARGET, N_ACTORS, c) for c in range(N_CHANNELS)])  # (channels, actors)

if max(SIZES) > 64:
    raise AssertionError(f"a channel has {max(SIZES)} choices: expected at most 64, the bits of a word")


@rule
def is_in(choices: Any, choice: int) -> bool:
    """Return True if the choice is in the set."""
    is_member: bool = ((choices >> np.uint64(choice)) & ONE) == ONE
    return is_member


@rule
def when(condition: bool, choices: Any) -> Any:
    """Return the set if the condition holds, else the empty set."""
    return choices if condition else EMPTY
