"""Provide random numbers for policies, drawn per game.

The draws of a policy do not depend on the batch that it plays in.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from straits.envs.core.jit import kernel
from straits.envs.core.philox import uniforms

POLICY_PURPOSE = 1000  # plus the actor: streams of the policies, separate from those of the rules
LASTING_PURPOSE = 1100  # plus the actor: draws of a policy once per episode


class GameDraws:
    """Draw random numbers for one actor in many games.

    The class has the one method of NumPy's Generator that policies use: `random((n, k))`. Row g is a pure function of the seed,
    episode and turn of game g and of the actor. Each call within a turn returns new numbers.
    """

    def __init__(self, games: NDArray[Any], seat: int) -> None:
        """Create the draws for one actor.

        Args:
            games: (n,) game records.
            seat: Index of the actor.
        """
        self._games = games
        self._seat = seat
        self._used = 0

    def random(self, size: tuple[int, int]) -> NDArray[np.float64]:
        """Draw uniform numbers over (0, 1).

        Args:
            size: (n, k), where n is the number of games.

        Returns:
            (n, k) float64.

        Raises:
            ValueError: If n is not the number of games.
        """
        n, k = size
        if n != len(self._games):
            raise ValueError(f"size={size}: expected {len(self._games)} rows, one a game")
        out = np.empty((n, k))
        seeds, episodes = self._games["seed"].copy(), self._games["episode"].copy()
        _fill(seeds, episodes, self._games["turn"].copy(), np.int64(POLICY_PURPOSE + self._seat), np.int64(self._used), out)
        self._used += (k + 3) // 4
        return out

    def lasting(self) -> NDArray[np.float64]:
        """Draw one number per game over (0, 1) that stays constant for the complete episode.

        Returns:
            (n,) float64.
        """
        out = np.empty((len(self._games), 1))
        seeds, episodes = self._games["seed"].copy(), self._games["episode"].copy()
        _fill(seeds, episodes, np.zeros(len(out), np.int64), np.int64(LASTING_PURPOSE + self._seat), np.int64(0), out)
        return out[:, 0]

    def of(self, rows: NDArray[np.intp]) -> "GameDraws":
        """Return the draws of some of the games.

        Each game draws the numbers that it would draw in a batch of its own.

        Args:
            rows: Positions of the games in the batch.

        Returns:
            The draws of these games.
        """
        return GameDraws(self._games[rows], self._seat)


@kernel
def _fill(seeds: Any, episodes: Any, turns: Any, purpose: Any, first: Any, out: Any) -> None:
    for g in range(out.shape[0]):
        for block in range((out.shape[1] + 3) // 4):
            drawn = uniforms(seeds[g], episodes[g], turns[g], purpose, first + block)
            for n in range(4):
                if 4 * block + n < out.shape[1]:
                    out[g, 4 * block + n] = drawn[n]
