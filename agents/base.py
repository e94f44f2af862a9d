"""The policy protocol: whoever decides sees observations and masks, draws from what it is given, and returns choices."""

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from straits.envs.spec.constants import N_CHANNELS
from straits.envs.spec.moves import N_MOVES, OFFSETS, SIZES

Observations = NDArray[np.float32]  # (rows, N_OBSERVATION)
Masks = NDArray[np.int8]  # (rows, N_MOVES)
Choices = NDArray[np.int64]  # (rows, channels): an index in each channel


class Rng(Protocol):
    """What a policy draws from: numpy's Generator, or one stream a game (`straits.envs.core.sampling.GameDraws`)."""

    def random(self, size: Any) -> NDArray[np.float64]:
        """Uniform numbers over [0, 1) of that size."""
        ...


class Policy(Protocol):
    """Decides for many rows at once; a row is one seat in one game. The mask has no default: forgetting it is an error."""

    @property
    def name(self) -> str:
        """What tables call it."""
        ...

    def act(self, observation: Observations, mask: Masks, rng: Rng) -> Choices:
        """Choose a legal move in each channel of each row."""
        ...


def by_channel(scores: NDArray[np.float64], mask: Masks) -> Choices:
    """The best-scored legal move of each channel. scores, mask: (rows, N_MOVES)."""
    legal = np.where(mask != 0, scores, -np.inf)
    picked = [legal[:, o : o + s].argmax(axis=1) for o, s in zip(OFFSETS, SIZES, strict=True)]
    return np.stack(picked, axis=1).astype(np.int64)


def check(observation: Observations, mask: Masks) -> None:
    """ValueError where shapes do not fit together."""
    if mask.shape != (len(observation), N_MOVES):
        raise ValueError(f"mask of shape {mask.shape}: expected ({len(observation)}, {N_MOVES})")


def idle(rows: int) -> Choices:
    """Index 0 in every channel, (rows, channels)."""
    return np.zeros((rows, N_CHANNELS), np.int64)
