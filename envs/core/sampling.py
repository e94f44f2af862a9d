"""Random numbers for whoever decides: per game, so that a policy's draws do not depend on the batch it plays in."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from straits.envs.core.jit import kernel
from straits.envs.core.philox import uniforms

POLICY_PURPOSE = 1000  # plus the seat: streams of the policies, apart from those of the rules
LASTING_PURPOSE = 1100  # plus the seat: what a policy draws once an episode


class GameDraws:
    """Draws for one seat in many games, with the one method of numpy's Generator that policies use: `random((n, k))`.

    Row g is a pure function of game g's seed, episode, turn and the seat; each call within a turn takes fresh numbers.
    """

    def __init__(self, games: NDArray[Any], seat: int) -> None:
        """games: (n,) game records."""
        self._games = games
        self._seat = seat
        self._used = 0

    def random(self, size: tuple[int, int]) -> NDArray[np.float64]:
        """Uniform over (0, 1), shape (n, k). ValueError unless n is the number of games."""
        n, k = size
        if n != len(self._games):
            raise ValueError(f"size={size}: expected {len(self._games)} rows, one a game")
        out = np.empty((n, k))
        seeds, episodes = self._games["seed"].copy(), self._games["episode"].copy()
        _fill(seeds, episodes, self._games["turn"].copy(), np.int64(POLICY_PURPOSE + self._seat), np.int64(self._used), out)
        self._used += (k + 3) // 4
        return out

    def lasting(self) -> NDArray[np.float64]:
        """One number a game over (0, 1) that stays the same for the whole episode, (n,)."""
        out = np.empty((len(self._games), 1))
        seeds, episodes = self._games["seed"].copy(), self._games["episode"].copy()
        _fill(seeds, episodes, np.zeros(len(out), np.int64), np.int64(LASTING_PURPOSE + self._seat), np.int64(0), out)
        return out[:, 0]

    def of(self, rows: NDArray[np.intp]) -> "GameDraws":
        """The draws of some of the games, (rows,) places: what each would draw if nobody else played."""
        return GameDraws(self._games[rows], self._seat)


@kernel
def _fill(seeds: Any, episodes: Any, turns: Any, purpose: Any, first: Any, out: Any) -> None:
    for g in range(out.shape[0]):
        for block in range((out.shape[1] + 3) // 4):
            drawn = uniforms(seeds[g], episodes[g], turns[g], purpose, first + block)
            for n in range(4):
                if 4 * block + n < out.shape[1]:
                    out[g, 4 * block + n] = drawn[n]
