"""Define the policy protocol, and helpers that every policy uses.

A policy receives observations, action masks and a source of random numbers, and returns one choice in each channel.
"""

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from straits.envs.spec.constants import N_CHANNELS
from straits.envs.spec.moves import N_MOVES, OFFSETS, SIZES

Observations = NDArray[np.float32]  # (rows, N_OBSERVATION)
Masks = NDArray[np.int8]  # (rows, N_MOVES)
Choices = NDArray[np.int64]  # (rows, channels): an index in each channel


class Rng(Protocol):
    """Provide uniform random numbers.

    NumPy's `Generator` is one, and so is `straits.envs.core.rng.GameDraws`, which has one stream per game.
    """

    def random(self, size: Any) -> NDArray[np.float64]:
        """Draw uniform numbers.

        Args:
            size: Shape of the result.

        Returns:
            Array of this shape, float64 in [0, 1).
        """
        ...


class Policy(Protocol):
    """Choose actions for many rows at once. A row is one actor in one game.

    The mask has no default, so that a caller cannot omit it by mistake.
    """

    @property
    def name(self) -> str:
        """Return the name of the policy in tables."""
        ...

    def act(self, observation: Observations, mask: Masks, rng: Rng) -> Choices:
        """Choose a legal move in each channel of each row.

        Args:
            observation: (rows, N_OBSERVATION) float32.
            mask: (rows, N_MOVES) int8, 1 where legal, channels end to end.
            rng: Source of random numbers.

        Returns:
            (rows, channels) int64, an index in each channel.
        """
        ...


def by_channel(scores: NDArray[np.float64], mask: Masks) -> Choices:
    """Choose the legal move with the highest score in each channel.

    Args:
        scores: (rows, N_MOVES) float64.
        mask: (rows, N_MOVES) int8, 1 where legal.

    Returns:
        (rows, channels) int64, an index in each channel.
    """
    legal = np.where(mask != 0, scores, -np.inf)
    picked = [legal[:, o : o + s].argmax(axis=1) for o, s in zip(OFFSETS, SIZES, strict=True)]
    return np.stack(picked, axis=1).astype(np.int64)


def check(observation: Observations, mask: Masks) -> None:
    """Check that observation and mask have the same rows.

    Args:
        observation: (rows, N_OBSERVATION).
        mask: (rows, N_MOVES).

    Raises:
        ValueError: If the shape of the mask does not fit.
    """
    if mask.shape != (len(observation), N_MOVES):
        raise ValueError(f"mask of shape {mask.shape}: expected ({len(observation)}, {N_MOVES})")


def idle(rows: int) -> Choices:
    """Return no-ops.

    Args:
        rows: Number of rows.

    Returns:
        (rows, channels) int64, index 0 in every channel.
    """
    return np.zeros((rows, N_CHANNELS), np.int64)
