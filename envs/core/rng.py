"""Generate counter-based random numbers with Philox 4x32-10, for the rules and for policies.

A draw is a function of the seed of the game and of its key (episode, turn, purpose, index), and of nothing else. The generator
has no state. Games therefore give the same bits in any order, batch and thread. A fork draws the same numbers as its origin,
and a new purpose never shifts the draws of other purposes. The rules draw with `uniforms`. The engine computes the seed of each
game with `game_seeds`. Policies draw with `GameDraws`, so that their draws do not depend on the batch that they play in.

Source: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
"""

import operator
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from straits.envs.core.jit import kernel, rule

Word: TypeAlias = int | np.integer  # a non-negative integer; only the low 32 bits of a counter or a key are used
Block: TypeAlias = tuple[np.uint64, np.uint64, np.uint64, np.uint64]  # four words, each below 2**32

# All arithmetic is in uint64, because Numba promotes a signed and an unsigned integer to a float.
ROUNDS: Final = 10
MULTIPLIER_0: Final = np.uint64(0xD2511F53)  # constants of the paper
MULTIPLIER_1: Final = np.uint64(0xCD9E8D57)
WEYL_0: Final = np.uint64(0x9E3779B9)  # golden ratio
WEYL_1: Final = np.uint64(0xBB67AE85)  # sqrt(3) - 1
LOW: Final = np.uint64(0xFFFFFFFF)
HALF: Final = np.uint64(32)
UNIT: Final = 2.0**-32
SEEDING: Final = np.uint64(0xFFFFFFFF)  # takes the place of the episode in `uniforms`, so that seeds and draws never collide

# purposes of draws: each names a stream of its own
INCIDENT: Final = 1
CONFLICT: Final = 2
LEAKS: Final = 3
EXOGENOUS: Final = 4
TYPES: Final = 5
NOISE: Final = 6
TEMPO: Final = 7
FORK: Final = 8  # the seed of a fork that redraws its future
POLICY_PURPOSE: Final = 1000  # plus the actor: streams of the policies, separate from those of the rules
LASTING_PURPOSE: Final = 1100  # plus the actor: draws of a policy once per episode


@rule
def philox(c0: Word, c1: Word, c2: Word, c3: Word, k0: Word, k1: Word) -> Block:
    """Mix a counter of four 32-bit words under a key of two words.

    For each key the function is a bijection of the counter.
    """
    x0, x1, x2, x3 = np.uint64(c0) & LOW, np.uint64(c1) & LOW, np.uint64(c2) & LOW, np.uint64(c3) & LOW
    key0, key1 = np.uint64(k0) & LOW, np.uint64(k1) & LOW
    for _ in range(ROUNDS):
        product0, product1 = MULTIPLIER_0 * x0, MULTIPLIER_1 * x2
        x0, x2 = (product1 >> HALF) ^ x1 ^ key0, (product0 >> HALF) ^ x3 ^ key1
        x1, x3 = product1 & LOW, product0 & LOW
        key0, key1 = (key0 + WEYL_0) & LOW, (key1 + WEYL_1) & LOW
    return x0, x1, x2, x3


@rule
def uniforms(seed: Word, episode: Word, turn: Word, purpose: Word, index: Word) -> tuple[float, float, float, float]:
    """Draw four independent numbers, uniform over the open interval (0, 1).

    Args:
        seed: 64-bit seed of the game.
        episode: Episode of the game, 0..2**32 - 2.
        turn: Turn of the episode, 0..2**32 - 2.
        purpose: Stream of the draw, such as `INCIDENT`, 0..2**32 - 2.
        index: Number of the draw within its purpose, 0..2**32 - 2.

    Returns:
        Four numbers over (0, 1).
    """
    key = np.uint64(seed)
    x0, x1, x2, x3 = philox(index, purpose, turn, episode, key & LOW, key >> HALF)
    return (x0 + 0.5) * UNIT, (x1 + 0.5) * UNIT, (x2 + 0.5) * UNIT, (x3 + 0.5) * UNIT


def game_seed(seed: int, game: int) -> int:
    """Return the seed of one game of a run.

    The seed is a hash of both numbers. With `seed + game`, runs with adjacent seeds would share games.

    Args:
        seed: Seed of the run, 0..2**64 - 1.
        game: Number of the game, 0..2**64 - 1.

    Returns:
        The seed of the game, 0..2**64 - 1.

    Raises:
        ValueError: If either number is not an integer in its range.
    """
    return int(game_seeds(seed, 1, first=game)[0])


def game_seeds(seed: int, n: int, first: int = 0) -> NDArray[np.uint64]:
    """Return the seeds of `n` consecutive games of a run.

    Args:
        seed: Seed of the run, 0..2**64 - 1.
        n: Number of games.
        first: Number of the first game.

    Returns:
        (n,) uint64 seeds.
    """
    seeds = np.empty(_whole("n", n), dtype=np.uint64)  # (games,), 0..2**64 - 1
    _fill_seeds(np.uint64(_whole("seed", seed)), np.uint64(_whole("game", first)), seeds)
    return seeds


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


@kernel
def _fill_seeds(seed: np.uint64, first: np.uint64, seeds: NDArray[np.uint64]) -> None:
    for i in range(len(seeds)):
        game = first + np.uint64(i)
        low, high, _, _ = philox(game & LOW, game >> HALF, 0, SEEDING, seed & LOW, seed >> HALF)
        seeds[i] = low | (high << HALF)


def _whole(key: str, value: object) -> int:
    try:
        number = operator.index(value)  # type: ignore[arg-type]  # the check is for values that are not integers
    except TypeError:
        number = -1
    if not 0 <= number < 2**64:
        raise ValueError(f"{key}={value!r}: expected a whole number from 0 to 2**64 - 1")
    return number
