"""Many games at once: reset, step, fork, autoreset. Owns the memory of the games; every face is thin over it.

A batch is an array of game records. A result depends on a game's seed, episode, scenario and moves, never on the batch, the lane,
the thread count or the process. Arrays handed out are the engine's own and are overwritten by the next call: a face that gives
them to somebody copies them.
"""

from collections.abc import Sequence
from typing import Any, Final

import numba
import numpy as np
from numpy.typing import ArrayLike, NDArray

from straits.envs.compiled import kernel, rule
from straits.envs.memory import borrow
from straits.envs.moves import N_MOVES
from straits.envs.observation import N_OBSERVATION
from straits.envs.philox import HALF, LOW, game_seeds, philox
from straits.envs.rules.draws import FORK
from straits.envs.rules.gate import open_gates, show_legal
from straits.envs.rules.observe import observe
from straits.envs.rules.step import befall, begin, choose, reckon, respond
from straits.envs.scenario import Scenario
from straits.envs.state import GAME, WORLD, as_bytes, as_records, records
from straits.envs.vocabulary import N_ACTORS, N_CHANNELS, N_COMPONENTS, RUNNING

BLOCK: Final = 16  # games that pass through the stages of a turn together
SERIAL_BELOW: Final = 32  # games: below this the threads cost more than they bring


class Engine:
    """A batch of games over one or more scenarios.

    Arrays, overwritten by each call: `observation` (games, actors, N_OBSERVATION) float32, `mask` (games, actors, N_MOVES) int8,
    `components` (games, actors, components) float64, `reward` (games, actors) float64, their sums in that order, `illegal` (games,
    actors, channels) int8, `outcome` (games,) int64. `games` is the record array itself.
    """

    def __init__(self, scenarios: Scenario | Sequence[Scenario], games: int, which: ArrayLike = 0) -> None:
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
        return self.games["reward"]

    @property
    def outcome(self) -> NDArray[np.int64]:
        """Running, conflict or horizon, (games,)."""
        return self.games["outcome"]

    def reset(self, seeds: int | ArrayLike, episode: int = 0, only: NDArray[np.bool_] | None = None) -> None:
        """Start games anew. An int s gives game i the seed hash(s, i); an array gives each game its own. `only`: a mask."""
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
        False leaves `observation` as it was: for planners, who read the records."""
        run = _step_serial if len(self) < SERIAL_BELOW else _step_parallel
        run(self._memory, self._constants, moves, self.illegal, observe, self.observation, self.mask, self.reward)

    def look(self) -> None:
        """Write observations and masks of the games as they stand."""
        _look(self._memory, self._constants, self.observation, self.mask, self.reward)

    def fork(self, games: ArrayLike, n: int, future: str = "resample", first: int = 0) -> "Engine":
        """A new engine with n copies of each of the given games. `future`: "resample" redraws what is to come in each copy (the
        default: a planner must not read the true future), "same" keeps it. Copies are numbered from `first`: the same number of
        the same game at the same turn draws the same future, another number another one."""
        if future not in ("resample", "same"):
            raise ValueError(f"future={future!r}: expected 'resample' or 'same'")
        if n < 1:
            raise ValueError(f"n={n}: expected at least 1")
        chosen = np.repeat(np.asarray(games, np.int64), n)
        forked = Engine(self.scenarios, len(chosen), self.which[chosen])
        forked.games[:] = self.games[chosen]
        if future == "resample":
            _resample(forked._memory, np.tile(np.arange(first, first + n, dtype=np.int64), len(chosen) // n))
        forked.look()
        return forked

    def _attach(self) -> None:
        """The records as bytes: they enter compiled code 20 times faster than the records themselves."""
        self._memory, self._constants = as_bytes(self.games), as_bytes(self.worlds)

    def _begin(self, seeds: NDArray[np.uint64], episodes: NDArray[np.int64], only: NDArray[np.bool_]) -> None:
        run = _begin_serial if len(self) < SERIAL_BELOW else _begin_parallel
        run(self._memory, self._constants, self.which, seeds, episodes, only, self.observation, self.mask, self.reward)


@rule
def _begin_at(
    g: int, games: Any, worlds: Any, scenario: int, seed: Any, episode: Any, observation: Any, mask: Any, reward: Any
) -> None:
    world = worlds[scenario]
    games[g] = world.start
    games[g].seed = seed
    games[g].episode = episode
    games[g].scenario = scenario
    begin(games[g], world)
    _show(games[g], world, True, observation[g], mask[g], reward[g])


@rule
def _show(game: Any, world: Any, shown: bool, observation: Any, mask: Any, reward: Any) -> None:
    """Settle what is legal next, and write what the actors of one game get."""
    open_gates(game, world)
    if shown:
        observe(game, world, observation)
    show_legal(game, world, mask)
    for actor in range(N_ACTORS):
        reward[actor] = 0.0
        for component in range(N_COMPONENTS):
            reward[actor] += game.reward[actor, component]


@rule
def _step_block(
    first: int, last: int, games: Any, worlds: Any, moves: Any, illegal: Any, shown: bool, observation: Any, mask: Any, reward: Any
) -> None:
    """Take some games through a turn stage by stage: a stage's code stays in the cache while they pass through it."""
    for g in range(first, last):
        games[g].playing = games[g].outcome == RUNNING
        if games[g].playing:
            choose(games[g], worlds[games[g].scenario], moves[g], illegal[g])
    for g in range(first, last):
        if games[g].playing:
            respond(games[g], worlds[games[g].scenario])
    for g in range(first, last):
        if games[g].playing:
            befall(games[g], worlds[games[g].scenario])
    for g in range(first, last):
        if games[g].playing:
            reckon(games[g], worlds[games[g].scenario])
    for g in range(first, last):
        if games[g].playing:
            games[g].playing = 0
            _show(games[g], worlds[games[g].scenario], shown, observation[g], mask[g], reward[g])


@kernel
def _begin_serial(
    memory: Any, constants: Any, which: Any, seeds: Any, episodes: Any, only: Any, observation: Any, mask: Any, reward: Any
) -> None:
    games, worlds = borrow(records(memory, GAME)), borrow(records(constants, WORLD))
    for g in range(games.shape[0]):
        if only[g]:
            _begin_at(g, games, worlds, which[g], seeds[g], episodes[g], observation, mask, reward)


@kernel(parallel=True)
def _begin_parallel(
    memory: Any, constants: Any, which: Any, seeds: Any, episodes: Any, only: Any, observation: Any, mask: Any, reward: Any
) -> None:
    games, worlds = borrow(records(memory, GAME)), borrow(records(constants, WORLD))
    for g in numba.prange(games.shape[0]):
        if only[g]:
            _begin_at(g, games, worlds, which[g], seeds[g], episodes[g], observation, mask, reward)


@kernel
def _step_serial(
    memory: Any, constants: Any, moves: Any, illegal: Any, shown: bool, observation: Any, mask: Any, reward: Any
) -> None:
    games, worlds = borrow(records(memory, GAME)), borrow(records(constants, WORLD))
    chosen, refused = borrow(moves), borrow(illegal)
    seen, allowed, earned = borrow(observation), borrow(mask), borrow(reward)
    for first in range(0, games.shape[0], BLOCK):
        last = min(first + BLOCK, games.shape[0])
        _step_block(first, last, games, worlds, chosen, refused, shown, seen, allowed, earned)


@kernel(parallel=True)
def _step_parallel(
    memory: Any, constants: Any, moves: Any, illegal: Any, shown: bool, observation: Any, mask: Any, reward: Any
) -> None:
    games, worlds = borrow(records(memory, GAME)), borrow(records(constants, WORLD))
    chosen, refused = borrow(moves), borrow(illegal)
    seen, allowed, earned = borrow(observation), borrow(mask), borrow(reward)
    for block in numba.prange((games.shape[0] + BLOCK - 1) // BLOCK):
        first, last = block * BLOCK, min((block + 1) * BLOCK, games.shape[0])
        _step_block(first, last, games, worlds, chosen, refused, shown, seen, allowed, earned)


@kernel
def _look(memory: Any, constants: Any, observation: Any, mask: Any, reward: Any) -> None:
    games, worlds = borrow(records(memory, GAME)), borrow(records(constants, WORLD))
    for g in range(games.shape[0]):
        world = worlds[games[g].scenario]
        _show(games[g], world, True, observation[g], mask[g], reward[g])


@kernel
def _resample(memory: Any, copies: Any) -> None:
    """Each copy of a game gets a seed of its own: a hash of the game's seed, of where it stands and of the copy's number."""
    games = records(memory, GAME)
    for g in range(games.shape[0]):
        game = games[g]
        low, high, _, _ = philox(copies[g], FORK, game.turn, game.episode, game.seed & LOW, game.seed >> HALF)
        game.seed = low | (high << HALF)
