"""This module implements Gymnasium's `VectorEnv` over many games, in each of its three autoreset modes.

A slot is one learning agent in one game: slot = game * len(agents) + place of the agent, as in the VecEnv. All slots of a game
start and end together. Observations, rewards, endings and infos equal those of gymnasium's SyncVectorEnv over
`StraitsSingleAgentEnv`. All returned arrays are new.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space
from numpy.typing import ArrayLike, NDArray

from straits.envs.api.actions import action_space, flatten_masks, illegal_channels, is_discrete, parse_batch, split_masks
from straits.envs.api.opponents import (
    Opponents,
    Scenarios,
    agent_indices,
    check_count,
    fill_opponent_actions,
    load_scenarios,
    random_seed,
    resolve_opponents,
)
from straits.envs.core.rng import game_seed
from straits.envs.simulator.engine import Engine
from straits.envs.spec.constants import ACTORS, COMPONENTS, CONFLICT, HORIZON, N_ACTORS, N_CHANNELS, N_COMPONENTS, RUNNING
from straits.envs.spec.observation import box
from straits.envs.validation import wrong

Flags = NDArray[np.bool_]
Step = tuple[NDArray[np.float32], NDArray[np.float64], Flags, Flags, dict[str, Any]]
_MODES: Final = ", ".join(mode.value for mode in AutoresetMode)


class StraitsVectorEnv(VectorEnv[NDArray[np.float32], Any, NDArray[Any]]):
    """Games as slots of a VectorEnv, stepped in one call.

    Observation: (slots, N_OBSERVATION) float32. Action: (slots, channels), an index in each channel; with
        `action_format="discrete"` (slots,), a
    `Discrete` number. Reward: (slots,) float64. Infos: a dict of arrays, each with its mask `_key`: `action_mask`,
    `reward_components` and `illegal` of `StraitsSingleAgentEnv`. In the discrete format
    `action_space.sample(tuple(infos["action_mask"]))` is legal; gymnasium batches a MultiDiscrete into a Box, which takes no mask.

    Endings: with NEXT_STEP the step after an end ignores the action and starts the next episode, reward 0. With SAME_STEP the next
    episode starts at once, and the infos hold `final_obs` and `final_info`. With DISABLED a finished game does not change,
    reward 0, until `reset(options={"reset_mask": mask})`.

    Seeds: `reset(seed=s)` gives game i the seed hash(s, i), as in every API. With a list of seeds, game i is the game that
    `StraitsSingleAgentEnv.reset(seed=list[i])` starts. None, also within a list, continues with the next episode.

    Args:
        scenario: One scenario by name, path or value, or a list of scenarios.
        num_games: Number of games; the attribute `num_envs` is the number of slots, `games * len(agents)`.
        agents: Actors that learn.
        opponents: One policy for all other actors, or one policy per actor name.
        scenario_ids: (games,) index of each game's scenario in the list.
        action_format: "multi_discrete" for one choice per channel; "discrete" for one move per turn.
        autoreset_mode: Behaviour at the end of a game.

    Raises:
        ValueError: If an argument is invalid. The message names argument, value and expectation.
    """

    def __init__(
        self,
        scenario: Scenarios = "baseline",
        num_games: int = 64,
        agents: Sequence[str] = ACTORS,
        opponents: Opponents = None,
        *,
        scenario_ids: ArrayLike = 0,
        action_format: str = "multi_discrete",
        autoreset_mode: AutoresetMode | str = AutoresetMode.NEXT_STEP,
    ) -> None:
        self.engine = Engine(load_scenarios(scenario), check_count(num_games), scenario_ids)
        self.agents, self.autoreset_mode = tuple(agents), _mode(autoreset_mode)
        self.action_format, self._discrete = action_format, is_discrete(action_format)
        self._rows = agent_indices(agents)  # (agents,) actors that learn
        self._opponents = resolve_opponents(opponents, self.agents)
        self._moves = np.zeros((num_games, N_ACTORS, N_CHANNELS), np.int64)
        self._begun = False
        self.num_envs = num_games * len(self.agents)
        self.metadata = {"autoreset_mode": self.autoreset_mode}
        self.single_observation_space, self.single_action_space = box(), action_space(self._discrete)
        self.observation_space = batch_space(self.single_observation_space, self.num_envs)
        self.action_space = batch_space(self.single_action_space, self.num_envs)

    def reset(
        self, *, seed: int | Sequence[int | None] | None = None, options: dict[str, Any] | None = None
    ) -> tuple[NDArray[np.float32], dict[str, Any]]:
        """Start all games, or the games of the slots in `options["reset_mask"]`.

        Args:
            seed: One seed, one seed per game, or None.
            options: May hold `reset_mask`, (slots,) bool.

        Returns:
            Observations (slots, N_OBSERVATION) float32 and infos.

        Raises:
            ValueError: If a seed is out of range or the mask does not fit.
        """
        chosen = self._chosen(options)
        if isinstance(seed, Sequence | np.ndarray):
            self._start(*self._listed(seed), chosen)
        else:
            self._start(*self._counted(seed), chosen)
            super().reset(seed=None if seed is None else int(seed))
        self.engine.illegal[chosen] = 0
        self._begun = True
        return self._observe(), self._infos(self._by_slot(chosen))

    def step(self, actions: Any) -> Step:
        """Play one turn in every running game.

        Args:
            actions: (slots, channels) integers, in discrete format (slots,).

        Returns:
            Observations, rewards, terminations, truncations and infos, with one row per slot.

        Raises:
            ValueError: If an action of a running game is out of range.
        """
        self._check_begun()
        engine = self.engine
        over = engine.outcome != RUNNING  # (games,) before this turn
        chosen = parse_batch(actions, self.num_envs, self._discrete, self._by_slot(over))
        self._moves[:, self._rows] = chosen.reshape(len(engine), len(self.agents), N_CHANNELS)
        fill_opponent_actions(engine, self._opponents, self._moves)
        engine.step(self._moves)
        self._silence(over)
        if self.autoreset_mode is AutoresetMode.NEXT_STEP and over.any():
            engine.restart(over)
        rewards = engine.reward[:, self._rows].reshape(-1)
        terminated, truncated = self._by_slot(engine.outcome == CONFLICT), self._by_slot(engine.outcome == HORIZON)
        last = self._go_on() if self.autoreset_mode is AutoresetMode.SAME_STEP else {}
        return self._observe(), rewards, terminated, truncated, self._infos(np.ones(self.num_envs, np.bool_)) | last

    def action_masks(self) -> NDArray[np.int8]:
        """Return the action mask of each slot.

        Returns:
            (slots, N_MOVES) int8 with the channels concatenated, in discrete format (slots, N_FLAT); 1 where legal.
        """
        self._check_begun()
        return flatten_masks(self.engine.mask[:, self._rows], self._discrete)

    def _go_on(self) -> dict[str, Any]:
        """Start the next episode of each game that just ended and return the final infos."""
        ended = self.engine.outcome != RUNNING
        if not ended.any():
            return {}
        slots, seen = self._by_slot(ended), self._observe()
        last: dict[str, Any] = {"final_obs": _objects([row.copy() for row in seen], slots), "_final_obs": slots}
        last |= {"final_info": self._infos(slots), "_final_info": slots.copy()}
        self._silence(ended)
        self.engine.restart(ended)
        return last

    def _silence(self, over: Flags) -> None:
        """Clear rewards and illegal channels of finished games, (games,)."""
        if over.any():
            self.engine.reward[over] = 0.0
            self.engine.games["reward"][over] = 0.0
            self.engine.illegal[over] = 0

    def _observe(self) -> NDArray[np.float32]:
        return self.engine.observation[:, self._rows].reshape(self.num_envs, -1)  # indexing by an array copies

    def _by_slot(self, games: Flags) -> Flags:
        return np.repeat(games, len(self.agents))

    def _infos(self, listed: Flags) -> dict[str, Any]:
        """Return the infos of the slots in the mask, (slots,), as arrays with masks; other rows are empty."""
        masks = self.engine.mask[:, self._rows].reshape(self.num_envs, -1)
        earned = self.engine.components[:, self._rows].reshape(-1, N_COMPONENTS)
        shown = split_masks(masks, self._discrete)
        infos = {
            "action_mask": np.stack(shown) * listed[:, None] if self._discrete else _objects(shown, listed),
            "reward_components": _keyed({c: np.where(listed, earned[:, n], 0.0) for n, c in enumerate(COMPONENTS)}, listed),
            "illegal_channels": _objects(illegal_channels(self.engine.illegal[:, self._rows]), listed),
        }
        return _keyed(infos, listed)

    def _start(self, numbers: NDArray[np.uint64], seeded: Flags, chosen: Flags) -> None:
        """Start the chosen games, (games,): episode 0 of a new seed, else the next episode of the current seed."""
        if not self._begun and not chosen.all():
            raise ValueError("options.reset_mask: expected reset() of all games first")
        if (chosen & seeded).any():
            self.engine.reset(numbers, only=chosen & seeded)
        if (chosen & ~seeded).any():
            self.engine.restart(chosen & ~seeded)

    def _counted(self, seed: Any) -> tuple[NDArray[np.uint64], Flags]:
        """Return hash(seed, i) for each game i; without a seed, only the first reset draws one."""
        is_seeded = seed is not None or not self._begun
        start = random_seed() if seed is None else seed
        numbers = [game_seed(start, game) if is_seeded else 0 for game in range(len(self.engine))]
        return np.array(numbers, np.uint64), np.full(len(numbers), is_seeded)

    def _listed(self, seed: Any) -> tuple[NDArray[np.uint64], Flags]:
        """Return hash(seed[i], 0) for each game i, as in the single-game APIs."""
        games = len(self.engine)
        if len(seed) != games:
            raise wrong("seed", seed, f"a whole number or a list of {games}, one a game")
        seeds = [random_seed() if one is None and not self._begun else one for one in seed]
        numbers = [0 if one is None else game_seed(one, 0) for one in seeds]
        return np.array(numbers, np.uint64), np.array([one is not None for one in seeds])

    def _chosen(self, options: dict[str, Any] | None) -> Flags:
        """Return the games (games,) to start: all, or those of the mask."""
        if options is None or "reset_mask" not in options:
            return np.ones(len(self.engine), np.bool_)
        mask = options["reset_mask"]
        if not isinstance(mask, np.ndarray) or mask.shape != (self.num_envs,) or mask.dtype != np.bool_ or not mask.any():
            raise wrong("options.reset_mask", mask, f"a bool array ({self.num_envs},) with at least one True")
        by_game = mask.reshape(len(self.engine), -1)
        if (by_game.any(axis=1) != by_game.all(axis=1)).any():
            raise wrong("options.reset_mask", mask, f"the {len(self.agents)} slots of a game all True or all False")
        return by_game[:, 0]

    def _check_begun(self) -> None:
        if not self._begun:
            raise ValueError("turn=None: expected reset() first")


def _mode(value: AutoresetMode | str) -> AutoresetMode:
    try:
        return AutoresetMode(value)
    except ValueError:
        raise wrong("autoreset_mode", value, f"one of {_MODES}") from None


def _keyed(arrays: dict[str, Any], listed: Flags) -> dict[str, Any]:
    """Add to each key its mask, in gymnasium's format."""
    return {name: value for key, array in arrays.items() for name, value in ((key, array), (f"_{key}", listed.copy()))}


def _objects(rows: Iterable[Any], listed: Flags) -> NDArray[Any]:
    """Return an object array with None where the mask is False."""
    return np.fromiter((row if is_listed else None for row, is_listed in zip(rows, listed, strict=True)), object, len(listed))
