"""The Stable-Baselines3 face: many games as one VecEnv, for PPO, MaskablePPO and their kin.

A slot is one learning seat in one game: slot = game * len(seats) + place of the seat. With every seat learning, one policy is
shared by the five actors and tells them apart by the one-hot in its observation; with one seat learning, the others are
played by the policies given as `others`. This module needs stable-baselines3, the `train` extra; nothing else in envs/ does.

Every array that is handed out is fresh: SB3 keeps the last observation by reference and stores it after the next step.
"""

import functools
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from gymnasium import spaces
from numpy.typing import ArrayLike, NDArray
from stable_baselines3.common.vec_env import VecEnv

from straits.envs.api.actions import action_space, flatten_masks, illegal_channels, parse_batch
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
    """Games as slots of a VecEnv, stepped in one call and restarted by themselves.

    Observation: (slots, N_OBSERVATION) float32. Action: (slots, channels), an index in each channel; with `flat=True` (slots,), a
    `Discrete` number. Reward: (slots,) float32. `env_method("action_masks")` gives (slots, N_MOVES) int8, in flat mode (slots,
    N_FLAT), which MaskablePPO asks for. All slots of a game end together; their infos then hold `terminal_observation`,
    `TimeLimit.truncated` (the horizon, not a conflict) and how the game went.

    Seeds: the seed of slot 0 seeds the batch, game g then gets hash(seed, g) as in every face; `reset()` without a seed goes on to
    the next episodes, and draws a seed where there never was one.
    """

    render_mode: str | None = None

    def __init__(
        self,
        scenario: Scenarios = "baseline",
        num_envs: int = 64,
        seats: Sequence[str] = ACTORS,
        opponents: Opponents = None,
        *,
        scenario_ids: ArrayLike = 0,
        flat: bool = False,
        random_initial_step: bool = False,
        reward_scale: float = 1.0,
        append_global_state: bool = False,
    ) -> None:
        """`scenario`: one, by name, path or value, or several among which `which` (games,) picks. `seats`: who learns. `others`:
        one policy for all other seats, or one for each by name. `flat`: one `Discrete` move a turn, as DQN needs. `stagger`: the
        first episodes start at evenly spread turns, so that horizons are not reached by all at once. `reward_scale` multiplies
        rewards, for the learner's sake. `central`: after a slot's observation stands the whole game, `overview.vector`, for a
        critic and never for an actor: (slots, N_OBSERVATION + N_STATE). ValueError names a seat that is unknown or has nobody to
        play it."""
        if isinstance(reward_scale, str) or not 0 < reward_scale < float("inf"):
            raise wrong("reward_scale", reward_scale, "a number above 0")
        self.engine = Engine(load_scenarios(scenario), check_count(num_envs), scenario_ids)
        self.seats = tuple(seats)
        self.flat = flat
        self._rows = agent_indices(seats)  # (seats,) actors that learn
        self._opponents = resolve_opponents(opponents, self.seats)
        self._random_initial_step = random_initial_step
        self._scale = reward_scale
        self._append_global_state = append_global_state
        self._moves = np.zeros((num_envs, N_ACTORS, N_CHANNELS), np.int64)
        self._totals = np.zeros((num_envs, len(self.seats)))  # rewards of the episode so far, unscaled
        self._seeded = False
        space = _joined(box(), global_state.box()) if append_global_state else box()
        super().__init__(num_envs * len(self.seats), space, action_space(flat))

    def reset(self) -> NDArray[np.float32]:
        """Start every game anew and give the first observations, (slots, N_OBSERVATION)."""
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
        """Take the slots' moves, (slots, channels), in flat mode (slots,). ValueError where one can never be a move."""
        chosen = parse_batch(actions, self.num_envs, self.flat)
        self._moves[:, self._rows] = chosen.reshape(len(self.engine), len(self.seats), N_CHANNELS)

    def step_wait(self) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.bool_], Infos]:
        """Play the turn: observations (slots, N_OBSERVATION), rewards (slots,), endings (slots,) and a dict of infos a slot. Games
        that end begin their next episode, and their rows show its first observation."""
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
        return self._observe(), rewards, np.repeat(ended, len(self.seats)), infos

    def close(self) -> None:
        """Nothing is held open."""

    def action_masks(self) -> NDArray[np.int8]:
        """What each slot may choose now, 1 where legal: (slots, N_MOVES), channels end to end, or in flat mode (slots, N_FLAT)."""
        return flatten_masks(self._of(self.engine.mask), self.flat)

    def get_state(self) -> dict[str, NDArray[Any]]:
        """The games as they stand between two steps, as plain arrays that `set_state` takes to go on bit for bit."""
        return {"games": as_bytes(self.engine.games).copy(), "totals": self._totals.copy()}

    def set_state(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Go on with the games of `get_state` of a VecEnv made with the same arguments; it is checked and never unpickled.
        ValueError names what is not as expected."""
        for name, own in self.get_state().items():
            given = state.get(name)
            if given is None or given.shape != own.shape or given.dtype != own.dtype:
                found = None if given is None else f"{given.dtype} {given.shape}"
                raise ValueError(f"state.{name}={found}: expected {own.dtype} {own.shape}")
        games = as_records(state["games"].copy().view(GAME))
        if (games["scenario"] != self.engine.which).any():
            raise ValueError("state.games scenario: expected the scenarios that this VecEnv was made with")
        for n, game in enumerate(games):
            if found := global_state.fault(game, len(self.engine.scenarios)):
                raise ValueError(f"state.games[{n}] {found}")
        self.engine.games[:] = games
        self.engine.look()
        self._totals[:] = state["totals"]
        self._seeded = True

    def env_method(self, method_name: str, *method_args: Any, indices: Indices = None, **method_kwargs: Any) -> Any:
        """`action_masks`, one array, a row a slot. AttributeError for any other method: slots share one engine."""
        if method_name != "action_masks":
            raise AttributeError(f"method={method_name!r}: expected 'action_masks'")
        masks = self.action_masks()
        return masks if indices is None else masks[list(self._get_indices(indices))]

    def has_attr(self, attr_name: str) -> bool:
        """Whether every slot has that attribute."""
        return hasattr(self, attr_name)

    def get_attr(self, attr_name: str, indices: Indices = None) -> list[Any]:
        """The attribute of each slot, a list. `actor` and `action_masks` are a slot's own, the rest are shared."""
        slots = list(self._get_indices(indices))
        if attr_name == "actor":
            return [self._actor(slot) for slot in slots]
        if attr_name == "action_masks":
            return [functools.partial(self._mask_of, slot) for slot in slots]
        return [getattr(self, attr_name)] * len(slots)

    def set_attr(self, attr_name: str, value: Any, indices: Indices = None) -> None:
        """AttributeError: slots share one engine, so nothing can be set for one."""
        raise AttributeError(f"{attr_name}={value!r}: slots share one engine, set it on the VecEnv itself")

    def env_is_wrapped(self, wrapper_class: type[Any], indices: Indices = None) -> list[bool]:
        """No slot is a wrapped environment."""
        return [False for _ in self._get_indices(indices)]

    def get_images(self) -> Sequence[None]:
        """Slots draw no pictures; `straits.envs.parallel_env(render_mode="rgb_array")` does."""
        return [None] * self.num_envs

    def _actor(self, slot: int) -> str:
        return self.seats[slot % len(self.seats)]

    def _mask_of(self, slot: int) -> NDArray[np.int8]:
        masks: NDArray[np.int8] = self.action_masks()[slot]
        return masks

    def _observe(self) -> NDArray[np.float32]:
        return self._seen(slice(None)).reshape(self.num_envs, -1)

    def _seen(self, games: slice | NDArray[np.intp]) -> NDArray[np.float32]:
        """What the slots of these games see, (games, seats, features)."""
        seen = self._of(self.engine.observation[games])
        if not self._append_global_state:
            return seen
        whole = np.repeat(global_state.vector(self.engine.games[games])[:, None], len(self.seats), axis=1)
        return np.concatenate([seen, whole], axis=2)

    def _spread(self) -> None:
        games = self.engine.games
        games["turn"] = np.arange(len(games)) * games["horizon"] // len(games)
        self.engine.look()

    def _illegal_infos(self) -> Infos:
        """A fresh dict for each slot: empty, or with the channels whose choice was not legal."""
        illegal = illegal_channels(self._of(self.engine.illegal))
        return [{"illegal": channels} if channels else {} for channels in illegal]

    def _of(self, array: NDArray[Any]) -> NDArray[Any]:
        """The rows (games, seats, ...) of the seats that learn, of an array (games, actors, ...): always a copy."""
        return array.copy() if self.seats == ACTORS else array[:, self._rows]

    def _report_ended(self, infos: Infos, ended: NDArray[np.intp]) -> None:
        """What a finished game leaves in the infos of its slots, before it restarts."""
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
            for place in range(len(self.seats)):
                infos[game * len(self.seats) + place].update(
                    whole,
                    actor=self.seats[place],
                    episode_return=float(self._totals[game, place]),
                    terminal_observation=seen[place].copy(),
                )


def _joined(*boxes: spaces.Box) -> spaces.Box:
    """One box of all their entries, end to end."""
    return spaces.Box(np.concatenate([b.low for b in boxes]), np.concatenate([b.high for b in boxes]), dtype=np.float32)
