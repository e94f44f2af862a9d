"""Many games at once: reset, step, fork, autoreset. Owns the memory of the games; every face is thin over it.

A batch is an array of game records. A result depends on a game's seed, episode, scenario and moves, never on the batch, the lane,
the thread count or the process. Arrays handed out are the engine's own and are overwritten by the next call: a face that gives
them to somebody copies them.
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from straits.envs.core.philox import game_seeds
from straits.envs.core.state import GAME, as_bytes, as_records
from straits.envs.scenarios.scenario import Scenario
from straits.envs.simulator import kernels
from straits.envs.spec.constants import N_ACTORS, N_CHANNELS, N_COMPONENTS
from straits.envs.spec.moves import N_MOVES
from straits.envs.spec.observation import N_OBSERVATION

WRITTEN: Final = ("observation", "mask", "reward", "illegal", "done", "final_observation")
SERIAL_BELOW: Final = 32  # games: below this the threads cost more than they bring


class Engine:
    """A batch of games over one or more scenarios.

    Arrays, overwritten by each call: `observation` (games, actors, N_OBSERVATION) float32, `mask` (games, actors, N_MOVES) int8,
    `components` (games, actors, components) float64, `reward` (games, actors) float64, their sums in that order, `illegal` (games,
    actors, channels) int8, `outcome` (games,) int64. `games` is the record array itself. `write_into` makes them the caller's.

    With `autoreset` a game that ends begins its next episode within the same call: `done` (games,) int64 then tells how its episode
    ended, 0 where it goes on, and `final_observation` what its actors saw last; reward and components are still those of the end,
    observation, mask and outcome those of the new episode.
    """

    def __init__(
        self, scenarios: Scenario | Sequence[Scenario], games: int, which: ArrayLike = 0, *, autoreset: bool = False
    ) -> None:
        """`which` (games,) picks each game's scenario by its place in `scenarios`. ValueError unless games >= 1."""
        if games < 1:
            raise ValueError(f"games={games}: expected at least 1")
        listed = [scenarios] if isinstance(scenarios, Scenario) else list(scenarios)
        self.scenarios = tuple(listed)
        self.worlds = as_records(np.concatenate([np.atleast_1d(s.record) for s in listed]))
        self.games = as_records(np.zeros(games, GAME))
        self.which = np.broadcast_to(np.asarray(which, np.int64), (games,)).copy()
        if self.which.min() < 0 or self.which.max() >= len(listed):
            raise ValueError(f"which={self.which.max()}: expected a place among {len(listed)} scenarios")
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
        """Reward components of the last turn, (games, actors, components)."""
        return self._components if self.autoreset else self.games["reward"]

    @property
    def outcome(self) -> NDArray[np.int64]:
        """Running, conflict or horizon, (games,)."""
        return self.games["outcome"]

    def reset(self, seeds: int | ArrayLike, episode: int = 0, only: NDArray[np.bool_] | None = None) -> None:
        """Start games anew. An int s gives game i the seed hash(s, i); an array (games,) gives each game its own.
        `only` (games,) says which, all of them if None. ValueError where there is not one seed a game."""
        n = len(self)
        chosen = game_seeds(seeds, n) if isinstance(seeds, int) else np.asarray(seeds, np.uint64)
        if chosen.shape != (n,):
            raise ValueError(f"seeds of shape {chosen.shape}: expected ({n},)")
        self._begin(chosen, np.full(n, episode, np.int64), self._everyone if only is None else only)

    def restart(self, only: NDArray[np.bool_]) -> None:
        """Begin the next episode of the games in the mask `only` (games,), under the same seeds."""
        self._begin(self.games["seed"].copy(), self.games["episode"] + 1, only)

    def step(self, moves: NDArray[np.int64], observe: bool = True) -> None:
        """Play one turn in every game that still runs. moves: (games, actors, channels) int64, each inside its channel. `observe`
        False leaves `observation` and `final_observation` as they were: for planners, who read the records."""
        run = kernels.step_serial if len(self) < SERIAL_BELOW else kernels.step_parallel
        shown = (observe, self.observation, self.mask, self.reward)
        renewed = (self.autoreset, self.done, self._components, self.final_observation)
        run(self._memory, self._constants, moves, self.illegal, *shown, *renewed)

    def write_into(self, **arrays: NDArray[Any]) -> None:
        """From now on, write into these arrays, by name: observation, mask, reward, illegal, done, final_observation. They take
        over what the engine's hold. ValueError unless each has the shape and dtype of the engine's, is contiguous and writable."""
        for name, array in arrays.items():
            own = getattr(self, name) if name in WRITTEN else None
            if own is None:
                raise ValueError(f"write_into {name!r}: expected one of {', '.join(WRITTEN)}")
            if array.shape != own.shape or array.dtype != own.dtype or not (array.flags.c_contiguous and array.flags.writeable):
                found = f"{array.dtype} {array.shape}"
                raise ValueError(f"write_into {name}={found}: expected a contiguous, writable {own.dtype} {own.shape}")
            array[...] = own
            setattr(self, name, array)

    def look(self) -> None:
        """Write observations and masks of the games as they stand."""
        kernels.look(self._memory, self._constants, self.observation, self.mask, self.reward)

    def fork(self, games: ArrayLike, n: int, future: str = "resample", first: int = 0) -> "Engine":
        """A new engine with n copies of each of the given games, (k,) places: game i * n + c of it is copy c of games[i]. `future`:
        "resample" redraws what is to come in each copy (the default: a planner must not read the true future), "same" keeps it.
        Copies are numbered from `first`: the same number of the same game at the same turn draws the same future, another number
        another one. ValueError unless n >= 1 and the future is one of the two."""
        if future not in ("resample", "same"):
            raise ValueError(f"future={future!r}: expected 'resample' or 'same'")
        if n < 1:
            raise ValueError(f"n={n}: expected at least 1")
        chosen = np.repeat(np.asarray(games, np.int64), n)
        forked = Engine(self.scenarios, len(chosen), self.which[chosen])
        forked.games[:] = self.games[chosen]
        if future == "resample":
            kernels.resample(forked._memory, np.tile(np.arange(first, first + n, dtype=np.int64), len(chosen) // n))
        forked.look()
        return forked

    def _attach(self) -> None:
        """The records as bytes: they enter compiled code 20 times faster than the records themselves."""
        self._memory, self._constants = as_bytes(self.games), as_bytes(self.worlds)

    def _begin(self, seeds: NDArray[np.uint64], episodes: NDArray[np.int64], only: NDArray[np.bool_]) -> None:
        run = kernels.begin_serial if np.count_nonzero(only) < SERIAL_BELOW else kernels.begin_parallel
        run(self._memory, self._constants, self.which, seeds, episodes, only, self.observation, self.mask, self.reward)
