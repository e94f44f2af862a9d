"""Simulate many games at once: reset, step, fork and autoreset. All API wrappers share this class.

A batch is an array of game records, and the engine owns their memory. A result depends on the seed, episode, scenario and moves
of a game. It never depends on the batch, the position in the batch, the number of threads or the process. Returned arrays
belong to the engine, and the next call overwrites them. An API that returns them to a user must copy them.
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from straits.envs.core.jit import is_forked
from straits.envs.core.rng import game_seeds
from straits.envs.core.state import GAME, as_bytes, as_records
from straits.envs.scenarios.scenario import Scenario
from straits.envs.simulator import kernels
from straits.envs.spec.constants import N_ACTORS, N_CHANNELS, N_COMPONENTS
from straits.envs.spec.moves import N_MOVES
from straits.envs.spec.observation import N_OBSERVATION

WRITTEN: Final = ("observation", "mask", "reward", "illegal", "done", "final_observation")
SERIAL_BELOW: Final = 32  # games; below this number threads cost more time than they save


class Engine:
    """Simulate a batch of games over one or more scenarios.

    Each call overwrites the arrays below. `write_into` replaces them with arrays of the caller.

    With `autoreset`, a game that ends begins its next episode within the same call. `reward` and `components` then belong to
    the end of the episode; `observation`, `mask` and `outcome` belong to the new one.

    Attributes:
        games: Record array of the games.
        observation: (games, actors, N_OBSERVATION) float32.
        mask: (games, actors, N_MOVES) int8, 1 where the move is legal.
        components: (games, actors, components) float64 reward components of the last turn.
        reward: (games, actors) float64, the sum of the components in their order.
        illegal: (games, actors, channels) int8, 1 where a choice was illegal.
        outcome: (games,) int64, running, conflict or horizon.
        done: (games,) int64, the outcome of the episode that ended in the last call, 0 if the game continues.
        final_observation: Last observation of each episode that ended, in the shape of `observation`.
    """

    def __init__(
        self, scenarios: Scenario | Sequence[Scenario], games: int, scenario_ids: ArrayLike = 0, *, autoreset: bool = False
    ) -> None:
        """Create the engine; call `reset` before `step`.

        Args:
            scenarios: Scenarios of the batch.
            games: Number of games, at least 1.
            scenario_ids: (games,) index into `scenarios` for each game.
            autoreset: True to begin the next episode of a game as soon as it ends.

        Raises:
            ValueError: If `games` is less than 1.
        """
        if games < 1:
            raise ValueError(f"games={games}: expected at least 1")
        listed = [scenarios] if isinstance(scenarios, Scenario) else list(scenarios)
        self.scenarios = tuple(listed)
        self.params = as_records(np.concatenate([np.atleast_1d(s.record) for s in listed]))
        self.games = as_records(np.zeros(games, GAME))
        self.scenario_ids = np.broadcast_to(np.asarray(scenario_ids, np.int64), (games,)).copy()
        if self.scenario_ids.min() < 0 or self.scenario_ids.max() >= len(listed):
            raise ValueError(f"scenario_ids={self.scenario_ids.max()}: expected an index into {len(listed)} scenarios")
        self.observation = np.zeros((games, N_ACTORS, N_OBSERVATION), np.float32)
        self.mask = np.zeros((games, N_ACTORS, N_MOVES), np.int8)
        self.reward = np.zeros((games, N_ACTORS))
        self.illegal = np.zeros((games, N_ACTORS, N_CHANNELS), np.int8)
        self.autoreset = autoreset
        self.done = np.zeros(games, np.int64)
        self.final_observation = np.zeros_like(self.observation) if autoreset else self.observation[:0]
        self._components = np.zeros((games if autoreset else 0, N_ACTORS, N_COMPONENTS))
        self._everyone = np.ones(games, np.bool_)
        self._attach()

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name not in ("_memory", "_constants")}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._attach()

    def __len__(self) -> int:
        return int(self.games.shape[0])

    @property
    def components(self) -> NDArray[np.float64]:
        """Return the reward components of the last turn, (games, actors, components)."""
        return self._components if self.autoreset else self.games["reward"]

    @property
    def outcome(self) -> NDArray[np.int64]:
        """Return the outcome of each game: running, conflict or horizon, (games,)."""
        return self.games["outcome"]

    def reset(self, seeds: int | ArrayLike, episode: int = 0, only: NDArray[np.bool_] | None = None) -> None:
        """Start games from their initial state.

        Args:
            seeds: An integer s gives game i the seed hash(s, i). An array (games,) gives each game its own seed.
            episode: Number of the episode.
            only: (games,) mask of the games to start, all games if None.

        Raises:
            ValueError: If the number of seeds differs from the number of games.
        """
        n = len(self)
        by_game = game_seeds(seeds, n) if isinstance(seeds, int) else np.asarray(seeds, np.uint64)
        if by_game.shape != (n,):
            raise ValueError(f"seeds of shape {by_game.shape}: expected ({n},)")
        self._begin(by_game, np.full(n, episode, np.int64), self._everyone if only is None else only)

    def restart(self, only: NDArray[np.bool_]) -> None:
        """Begin the next episode of some games under the same seeds.

        Args:
            only: (games,) mask of the games.
        """
        self._begin(self.games["seed"].copy(), self.games["episode"] + 1, only)

    def step(self, moves: NDArray[np.int64], observe: bool = True) -> None:
        """Play one turn in every game that runs.

        Args:
            moves: (games, actors, channels) int64, each in the range of its channel.
            observe: False leaves `observation` and `final_observation` unchanged, for planners that read the records.
        """
        run = kernels.step_serial if _is_serial(len(self)) else kernels.step_parallel
        outputs = (observe, self.observation, self.mask, self.reward)
        at_the_end = (self.autoreset, self.done, self._components, self.final_observation)
        run(self._memory, self._constants, moves, self.illegal, *outputs, *at_the_end)

    def write_into(self, **arrays: NDArray[Any]) -> None:
        """Replace output arrays of the engine with arrays of the caller.

        The new arrays take over the current content.

        Args:
            **arrays: Arrays by name: observation, mask, reward, illegal, done, final_observation.

        Raises:
            ValueError: If an array differs in shape or dtype, or is not contiguous and writable.
        """
        for name, array in arrays.items():
            own = getattr(self, name) if name in WRITTEN else None
            if own is None:
                raise ValueError(f"write_into {name!r}: expected one of {', '.join(WRITTEN)}")
            if array.shape != own.shape or array.dtype != own.dtype or not (array.flags.c_contiguous and array.flags.writeable):
                shape = f"{array.dtype} {array.shape}"
                raise ValueError(f"write_into {name}={shape}: expected a contiguous, writable {own.dtype} {own.shape}")
            array[...] = own
            setattr(self, name, array)

    def observe(self) -> None:
        """Write the observations and masks of the current state of all games."""
        kernels.write_views(self._memory, self._constants, self.observation, self.mask, self.reward)

    def fork(self, games: ArrayLike, n: int, resample_rng: bool = True, first: int = 0) -> "Engine":
        """Copy games into a new engine.

        Game i * n + c of the new engine is copy c of `games[i]`. With the same copy number, the same game at the same turn
        draws the same future. Another number draws another future.

        Args:
            games: (k,) positions of the games to copy.
            n: Number of copies of each game, at least 1.
            resample_rng: True redraws the future of each copy, since a planner must not read the true future. False keeps the
                random draws of the original.
            first: Number of the first copy.

        Returns:
            An engine with k * n games.

        Raises:
            ValueError: If `n` is less than 1 or `resample_rng` is not a bool.
        """
        if not isinstance(resample_rng, bool):
            raise ValueError(f"resample_rng={resample_rng!r}: expected True or False")
        if n < 1:
            raise ValueError(f"n={n}: expected at least 1")
        originals = np.repeat(np.asarray(games, np.int64), n)
        forked = Engine(self.scenarios, len(originals), self.scenario_ids[originals])
        forked.games[:] = self.games[originals]
        if resample_rng:
            kernels.resample(forked._memory, np.tile(np.arange(first, first + n, dtype=np.int64), len(originals) // n))
        forked.observe()
        return forked

    def _attach(self) -> None:
        """Create the byte views of the records.

        Bytes enter compiled code 20 times faster than the records themselves.
        """
        self._memory, self._constants = as_bytes(self.games), as_bytes(self.params)

    def _begin(self, seeds: NDArray[np.uint64], episodes: NDArray[np.int64], only: NDArray[np.bool_]) -> None:
        run = kernels.begin_serial if _is_serial(int(np.count_nonzero(only))) else kernels.begin_parallel
        run(self._memory, self._constants, self.scenario_ids, seeds, episodes, only, self.observation, self.mask, self.reward)


def _is_serial(games: int) -> bool:
    """Return whether one thread plays the games: if they are few, or in a forked process, which OpenMP would abort."""
    return games < SERIAL_BELOW or is_forked()
