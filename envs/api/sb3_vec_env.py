"""This module implements Stable-Baselines3's `VecEnv`: many games for PPO, MaskablePPO and similar algorithms.

A slot is one learning agent in one game: slot = game * len(agents) + place of the agent. If every actor learns, the five actors
share one policy, which identifies them by the one-hot vector in its observation. Otherwise the `opponents` play the other actors.
This module needs stable-baselines3, the `train` extra; no other module in envs/ does.

All returned arrays are new: SB3 keeps the last observation by reference and stores it after the next step.
"""

import functools
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from gymnasium import spaces
from numpy.typing import ArrayLike, NDArray
from stable_baselines3.common.vec_env import VecEnv

from straits.envs.api.actions import action_space, flatten_masks, illegal_channels, is_discrete, parse_batch
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
from straits.envs.core.state import GAME, as_bytes, as_records
from straits.envs.simulator import global_state
from straits.envs.simulator.engine import Engine
from straits.envs.spec.constants import ACTORS, HORIZON, N_ACTORS, N_CHANNELS, OUTCOMES, RUNNING
from straits.envs.spec.observation import box
from straits.envs.validation import wrong

Indices = None | int | Iterable[int]
Infos = list[dict[str, Any]]


class StraitsSB3VecEnv(VecEnv):
    """Games as slots of a VecEnv, stepped in one call and restarted automatically.

    Observation: (slots, N_OBSERVATION) float32. Action: (slots, channels), an index in each channel; with
        `action_format="discrete"` (slots,), a
    `Discrete` number. Reward: (slots,) float32. `env_method("action_masks")` returns (slots, N_MOVES) int8, in discrete format
    (slots, N_FLAT), as MaskablePPO requires. All slots of a game end together; their infos then hold `terminal_observation`,
    `TimeLimit.truncated` (horizon, not conflict) and statistics of the episode.

    Seeds: the seed of slot 0 seeds the batch, and game g gets hash(seed, g) as in every API. `reset()` without a seed continues
    with the next episodes, and draws a seed at the first call.

    Args:
        scenario: One scenario by name, path or value, or a list of scenarios.
        num_games: Number of games; the attribute `num_envs` is the number of slots, `games * len(agents)`.
        agents: Actors that learn.
        opponents: One policy for all other actors, or one policy per actor name.
        scenario_ids: (games,) index of each game's scenario in the list.
        action_format: "multi_discrete" for one choice per channel; "discrete" for one move per turn, as DQN requires.
        random_initial_step: True to start the first episodes at evenly spread turns, so that not all games reach the horizon at
            once.
        reward_scale: Factor of the rewards, > 0.
        append_global_state: True to append the full state, for a critic: (slots, N_OBSERVATION + N_STATE).

    Raises:
        ValueError: If an argument is invalid. The message names argument, value and expectation.
    """

    render_mode: str | None = None

    def __init__(
        self,
        scenario: Scenarios = "baseline",
        num_games: int = 64,
        agents: Sequence[str] = ACTORS,
        opponents: Opponents = None,
        *,
        scenario_ids: ArrayLike = 0,
        action_format: str = "multi_discrete",
        random_initial_step: bool = False,
        reward_scale: float = 1.0,
        append_global_state: bool = False,
    ) -> None:
        if isinstance(reward_scale, str) or not 0 < reward_scale < float("inf"):
            raise wrong("reward_scale", reward_scale, "a number above 0")
        self.engine = Engine(load_scenarios(scenario), check_count(num_games), scenario_ids)
        self.agents = tuple(agents)
        self.action_format, self._discrete = action_format, is_discrete(action_format)
        self._rows = agent_indices(agents)  # (agents,) actors that learn
        self._opponents = resolve_opponents(opponents, self.agents)
        self._random_initial_step = random_initial_step
        self._scale = reward_scale
        self._append_global_state = append_global_state
        self._moves = np.zeros((num_games, N_ACTORS, N_CHANNELS), np.int64)
        self._totals = np.zeros((num_games, len(self.agents)))  # rewards of the episode so far, unscaled
        self._seeded = False
        space = _joined(box(), global_state.box()) if append_global_state else box()
        super().__init__(num_games * len(self.agents), space, action_space(self._discrete))

    def reset(self) -> NDArray[np.float32]:
        """Start every game and return the first observations, (slots, N_OBSERVATION) float32."""
        seed = self._seeds[0]
        if seed is None and self._seeded:
            self.engine.restart(np.ones(len(self.engine), np.bool_))
        else:
            self.engine.reset(random_seed() if seed is None else seed)
        self._seeded = True
        if self._random_initial_step:
            self._spread()
        self._totals[:] = 0.0
        self.reset_infos = [{"actor": self._actor(slot)} for slot in range(self.num_envs)]
        self._reset_seeds()
        self._reset_options()
        return self._observe()

    def step_async(self, actions: NDArray[Any]) -> None:
        """Set the moves of the next turn.

        Args:
            actions: (slots, channels) integers, in discrete format (slots,).

        Raises:
            ValueError: If an action is out of range.
        """
        chosen = parse_batch(actions, self.num_envs, self._discrete)
        self._moves[:, self._rows] = chosen.reshape(len(self.engine), len(self.agents), N_CHANNELS)

    def step_wait(self) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.bool_], Infos]:
        """Play the turn; games that end start their next episode.

        Returns:
            Observations (slots, N_OBSERVATION), rewards (slots,), dones (slots,) and one dict of infos per slot. Rows of games that
            ended hold the first observation of the next episode.
        """
        engine = self.engine
        fill_opponent_actions(engine, self._opponents, self._moves)
        engine.step(self._moves)
        earned = self._of(engine.reward)
        self._totals += earned
        ended = engine.outcome != RUNNING
        infos = self._illegal_infos()
        if ended.any():
            self._report_ended(infos, np.flatnonzero(ended))
            engine.restart(ended)
            self._totals[ended] = 0.0
        rewards = (self._scale * earned).astype(np.float32).reshape(-1)
        return self._observe(), rewards, np.repeat(ended, len(self.agents)), infos

    def close(self) -> None:
        """Do nothing; the environment holds no resources."""

    def action_masks(self) -> NDArray[np.int8]:
        """Return the action mask of each slot.

        Returns:
            (slots, N_MOVES) int8 with the channels concatenated, in discrete format (slots, N_FLAT); 1 where legal.
        """
        return flatten_masks(self._of(self.engine.mask), self._discrete)

    def get_state(self) -> dict[str, NDArray[Any]]:
        """Return the games between two steps as plain arrays, from which `set_state` continues bit for bit."""
        return {"games": as_bytes(self.engine.games).copy(), "totals": self._totals.copy()}

    def set_state(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Restore the games of `get_state` of a VecEnv with the same arguments.

        Args:
            state: Arrays by name; they are checked and never unpickled.

        Raises:
            ValueError: If an array is missing or invalid.
        """
        for name, own in self.get_state().items():
            restored = state.get(name)
            if restored is None or restored.shape != own.shape or restored.dtype != own.dtype:
                fault = None if restored is None else f"{restored.dtype} {restored.shape}"
                raise ValueError(f"state.{name}={fault}: expected {own.dtype} {own.shape}")
        games = as_records(state["games"].copy().view(GAME))
        if (games["scenario"] != self.engine.scenario_ids).any():
            raise ValueError("state.games scenario: expected the scenarios that this VecEnv was made with")
        for n, game in enumerate(games):
            if fault := global_state.validate_state(game, len(self.engine.scenarios)):
                raise ValueError(f"state.games[{n}] {fault}")
        self.engine.games[:] = games
        self.engine.observe()
        self._totals[:] = state["totals"]
        self._seeded = True

    def env_method(self, method_name: str, *method_args: Any, indices: Indices = None, **method_kwargs: Any) -> Any:
        """Return `action_masks` as one array with one row per slot.

        Raises:
            AttributeError: If the method is not `action_masks`; slots share one engine.
        """
        if method_name != "action_masks":
            raise AttributeError(f"method={method_name!r}: expected 'action_masks'")
        masks = self.action_masks()
        return masks if indices is None else masks[list(self._get_indices(indices))]

    def has_attr(self, attr_name: str) -> bool:
        """Return True if every slot has the attribute."""
        return hasattr(self, attr_name)

    def get_attr(self, attr_name: str, indices: Indices = None) -> list[Any]:
        """Return the attribute of each slot; `actor` and `action_masks` differ by slot, others are shared."""
        slots = list(self._get_indices(indices))
        if attr_name == "actor":
            return [self._actor(slot) for slot in slots]
        if attr_name == "action_masks":
            return [functools.partial(self._mask_of, slot) for slot in slots]
        return [getattr(self, attr_name)] * len(slots)

    def set_attr(self, attr_name: str, value: Any, indices: Indices = None) -> None:
        """Reject attributes of single slots.

        Raises:
            AttributeError: Always, since slots share one engine.
        """
        raise AttributeError(f"{attr_name}={value!r}: slots share one engine, set it on the VecEnv itself")

    def env_is_wrapped(self, wrapper_class: type[Any], indices: Indices = None) -> list[bool]:
        """Return False for each slot; no slot is a wrapped environment."""
        return [False for _ in self._get_indices(indices)]

    def get_images(self) -> Sequence[None]:
        """Return None for each slot; `parallel_env(render_mode="rgb_array")` renders images."""
        return [None] * self.num_envs

    def _actor(self, slot: int) -> str:
        return self.agents[slot % len(self.agents)]

    def _mask_of(self, slot: int) -> NDArray[np.int8]:
        masks: NDArray[np.int8] = self.action_masks()[slot]
        return masks

    def _observe(self) -> NDArray[np.float32]:
        return self._seen(slice(None)).reshape(self.num_envs, -1)

    def _seen(self, games: slice | NDArray[np.intp]) -> NDArray[np.float32]:
        """Return the observations of these games, (games, agents, features)."""
        seen = self._of(self.engine.observation[games])
        if not self._append_global_state:
            return seen
        whole = np.repeat(global_state.vector(self.engine.games[games])[:, None], len(self.agents), axis=1)
        return np.concatenate([seen, whole], axis=2)

    def _spread(self) -> None:
        games = self.engine.games
        games["turn"] = np.arange(len(games)) * games["horizon"] // len(games)
        self.engine.observe()

    def _illegal_infos(self) -> Infos:
        """Return a new dict for each slot: empty, or with the channels whose choice was illegal."""
        illegal = illegal_channels(self._of(self.engine.illegal))
        return [{"illegal_channels": channels} if channels else {} for channels in illegal]

    def _of(self, array: NDArray[Any]) -> NDArray[Any]:
        """Copy the rows of the learning actors, (games, agents, ...), of an array (games, actors, ...)."""
        return array.copy() if self.agents == ACTORS else array[:, self._rows]

    def _report_ended(self, infos: Infos, ended: NDArray[np.intp]) -> None:
        """Write the statistics of finished games into the infos of their slots, before the restart."""
        games = self.engine.games
        for game, seen in zip(ended, self._seen(ended), strict=True):
            record = games[game]
            whole: dict[str, Any] = {
                "TimeLimit.truncated": bool(record["outcome"] == HORIZON),
                "outcome": OUTCOMES[record["outcome"]],
                "turns": int(record["turn"]),
                "peak_tension": float(record["peak_tension"]),
                "peak_rung": int(record["peak_rung"]),
                "incidents": int(record["incidents"]),
            }
            for place in range(len(self.agents)):
                infos[game * len(self.agents) + place].update(
                    whole,
                    actor=self.agents[place],
                    episode_return=float(self._totals[game, place]),
                    terminal_observation=seen[place].copy(),
                )


def _joined(*boxes: spaces.Box) -> spaces.Box:
    """Concatenate boxes into one box."""
    return spaces.Box(np.concatenate([b.low for b in boxes]), np.concatenate([b.high for b in boxes]), dtype=np.float32)
