"""This module implements PettingZoo's Parallel API: one game in which all agents move at once."""

import copy
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray
from pettingzoo import ParallelEnv

from straits.envs.api import actions
from straits.envs.api.single_game_view import Infos, Observations, SingleGameView
from straits.envs.core.rng import game_seed
from straits.envs.scenarios.scenario import Scenario, load_scenario
from straits.envs.simulator import global_state, serialization
from straits.envs.simulator.engine import Engine
from straits.envs.spec.constants import ACTORS, CONFLICT, ENVIRONMENT, HORIZON
from straits.envs.spec.observation import box
from straits.envs.text.render import RENDER_MODES, shown
from straits.envs.validation import over, wrong

NAME: Final = ENVIRONMENT.replace("-", "_")
MAX_TURNS: Final = 9999
_ONE: Final = np.ones(1, np.bool_)


class StraitsParallelEnv(ParallelEnv[str, NDArray[np.float32], Any]):
    """Crisis diplomacy around the Taiwan Strait: five actors deploy, speak and act simultaneously, one turn per week.

    ## Action space
    `MultiDiscrete([deployments, statements, acts])`, an index in each channel; 0 is the no-op: hold, stay silent, take no step.
    With `action_format="discrete"`, `Discrete`: 0 is the no-op in all channels, and each other number is one move. An illegal
    choice becomes 0 in its channel and is named in that agent's infos; with `on_illegal="raise"` it raises ValueError before
    the turn is played.

    ## Observation space
    `Box(0, 1, (N_OBSERVATION,), float32)`: the agent's private state, then public state. `observation.table()` prints its layout,
    `text.describe` returns it as text.

    ## Infos
    `action_mask`: the argument of `action_space(agent).sample(mask)`, a tuple of int8 arrays, one array in discrete format;
    `reward_components`: name -> float, which sum to the reward; `illegal_channels`: the channels whose choice was illegal in
        this turn. An
    agent's infos hold no information about other agents; `episode_stats()` holds facts about the game.

    ## Rewards
    The sum of the components that docs/model.md numbers, R13.1 to R13.9, as a float.

    ## Start and end
    Private types are drawn at reset. Armed conflict terminates the episode of all agents, the horizon truncates it, never both.
    docs/seeds.md describes what a seed determines.

    ## Versions
    v0: the first.

    Args:
        scenario: Scenario name, path of a YAML file, or a Scenario.
        max_cycles: Number of turns, read at each reset; the scenario's horizon if None.
        render_mode: None, "ansi", "rgb_array" or "human".
        on_illegal: "noop" replaces an illegal choice with the no-op and names its channel in the infos; "raise" raises
            ValueError before the turn is played.
        action_format: "multi_discrete" for one choice per channel; "discrete" for one move per turn.

    Raises:
        ValueError: If an argument is invalid. The message names argument, value and expectation.
    """

    metadata: dict[str, Any] = {"name": NAME, "render_modes": list(RENDER_MODES), "render_fps": 2, "is_parallelizable": True}

    def __init__(
        self,
        scenario: Scenario | str | Path = "baseline",
        max_cycles: int | None = None,
        render_mode: str | None = None,
        on_illegal: str = "noop",
        action_format: str = "multi_discrete",
    ) -> None:
        if render_mode not in (None, *RENDER_MODES):
            raise wrong("render_mode", render_mode, f"None or one of {', '.join(RENDER_MODES)}")
        self.scenario = scenario if isinstance(scenario, Scenario) else load_scenario(scenario)
        self.max_cycles = self.scenario.horizon if max_cycles is None else max_cycles
        self.render_mode, self.on_illegal, self.action_format = render_mode, on_illegal, action_format
        self._discrete = actions.is_discrete(action_format)
        self.possible_agents = [self.scenario.labels[actor] for actor in self.scenario.order]
        self.agents: list[str] = []
        self.state_space = global_state.box()
        self._places = [ACTORS.index(actor) for actor in self.scenario.order]  # actor of each agent
        self._parser = actions.ActionParser(self.possible_agents, self._places, self._discrete, actions.is_raising(on_illegal))
        self._spaces: dict[tuple[str, str], spaces.Space[Any]] = {}
        self._begun, self._forks = False, 0
        self.engine = Engine(self.scenario, 1)
        self._attach()
        self._take_horizon()

    def reset(self, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Observations, Infos]:
        """Start a game.

        Args:
            seed: Seed of the first game; None continues with the next game of the same seed.
            options: Not used.

        Returns:
            Observations and infos by agent.

        Raises:
            ValueError: If `seed` or `max_cycles` is out of range.
        """
        self._take_horizon()
        if seed is None and self._begun:
            self.engine.restart(_ONE)
        else:
            chosen = secrets.randbits(64) if seed is None else seed
            self.engine.reset(np.array([game_seed(chosen, 0)], np.uint64))
        self.engine.illegal[:] = 0
        self._begun, self._forks = True, 0
        self.agents = self.possible_agents[:]
        return self.observe()

    def step(self, actions: Mapping[str, Any]) -> tuple[Observations, dict[str, float], dict[str, bool], dict[str, bool], Infos]:
        """Play one turn.

        Args:
            actions: Action of each agent.

        Returns:
            Observations, rewards, terminations, truncations and infos by agent.

        Raises:
            ValueError: If an action is missing or out of range, illegal with `on_illegal="raise"`, or if the game is over. The game
                does not change.
        """
        if not self.agents:
            self._check_begun()
            raise over(self.engine.games[0])
        view = self._view
        self._parser.parse(actions, view.mask, view.moves[0])
        self.engine.step(view.moves)
        observations, infos = view.observe(self._discrete)
        outcome = view.outcome
        terminated = dict.fromkeys(self.possible_agents, outcome == CONFLICT)
        truncated = dict.fromkeys(self.possible_agents, outcome == HORIZON)
        if not view.running:
            self.agents = []
        return observations, view.rewards(), terminated, truncated, infos

    def observe(self) -> tuple[Observations, Infos]:
        """Return the current observations and infos in new arrays, for use after `set_state()` and in a fork."""
        self._check_begun()
        return self._view.observe(self._discrete)

    def checked(self, agent: str, action: Any, now: bool = True) -> Any:
        """Return the action as a new array, in discrete format as an int.

        Args:
            agent: Agent name.
            action: Action of the agent.
            now: True to check its legality under `on_illegal="raise"`.

        Raises:
            ValueError: If the action is out of range, or illegal and `on_illegal="raise"`.
        """
        choice = self._parser.parse_one(agent, action)
        if now:
            self._parser.check_legal(agent, choice, self._view.mask)
        return int(action) if self._discrete else choice

    def rewards(self) -> dict[str, float]:
        """Return the rewards of the last turn by agent."""
        return self._view.rewards()

    def observation_space(self, agent: str) -> spaces.Space[NDArray[np.float32]]:
        """Return the observation space of an agent, the same object at each call.

        Args:
            agent: Name of the agent.

        Returns:
            `Box(0, 1, (N_OBSERVATION,), float32)`.
        """
        return self._space("observation", agent)

    def action_space(self, agent: str) -> spaces.Space[Any]:
        """Return the action space of an agent, the same object at each call.

        Args:
            agent: Name of the agent.

        Returns:
            `MultiDiscrete` with one entry per channel, in discrete format `Discrete(N_FLAT)`.
        """
        return self._space("action", agent)

    def action_mask(self, agent: str) -> NDArray[np.int8]:
        """Return the mask of an agent as one new array, as MaskablePPO requires.

        Args:
            agent: Name of the agent.

        Returns:
            (N_MOVES,) int8 with the channels concatenated, in discrete format (N_FLAT,); 1 where legal.

        Raises:
            ValueError: If the agent is unknown.
        """
        self._check_begun()
        row: NDArray[np.int8] = self._view.mask[self._place(agent)]
        return row[actions.FLAT_COLUMNS] if self._discrete else row.copy()

    def state(self) -> NDArray[np.float32]:
        """Return the full state, private types included.

        Returns:
            (N_STATE,) float32 in -1..1; `global_state.table()` prints its layout.
        """
        self._check_begun()
        row: NDArray[np.float32] = global_state.vector(self.engine.games)[0]
        return row

    def state_dict(self) -> dict[str, Any]:
        """Return copies of the fields `STATE_FIELDS` by name, in the units of the rules, axes in the order of ACTORS."""
        self._check_begun()
        return global_state.state_dict(self.engine.games[0])

    def episode_stats(self) -> dict[str, Any]:
        """Return statistics of the episode so far.

        Returns:
            Turn, horizon, outcome, belligerents, peak tension, peak rung, incidents and the first actor to take a step of rung 3.
        """
        self._check_begun()
        return global_state.episode_stats(self.engine.games[0], [self.scenario.labels[actor] for actor in ACTORS])

    def get_state(self) -> bytes:
        """Return the game as bytes; a restored game continues bit for bit, also in another process."""
        self._check_begun()
        return serialization.pack("parallel", self.scenario, self.engine.games, self.engine.illegal.tobytes())

    def set_state(self, state: bytes) -> None:
        """Restore a game from the bytes of `get_state()`; `observe()` then returns its observations.

        Args:
            state: The bytes.

        Raises:
            ValueError: If the bytes are damaged, or of another version or scenario. The current game does not change.
        """
        game, illegal = serialization.unpack("parallel", self.scenario, state, self.engine.illegal.nbytes)
        self.put(game, illegal)

    def put(self, game: NDArray[Any], illegal: bytes) -> None:
        """Replace the game.

        Args:
            game: (1,) game record.
            illegal: Illegal channels of its last turn, int8 bytes.
        """
        self.engine.games[:] = game
        self.engine.illegal[:] = np.frombuffer(illegal, np.int8).reshape(self.engine.illegal.shape)
        self.engine.observe()
        self._begun, self._forks = True, 0
        self.agents = self.possible_agents[:] if self._view.running else []

    def fork(self, n: int = 1, resample_rng: bool = True) -> list["StraitsParallelEnv"]:
        """Return n independent copies of the environment.

        Consecutive calls give different futures; after the same `reset()` the same calls give the same futures.

        Args:
            n: Number of copies.
            resample_rng: True draws new random numbers for the coming turns in each copy, so that a planner cannot read the true
                future; False keeps them.

        Raises:
            ValueError: If n < 1 or `resample_rng` is not a bool.
        """
        self._check_begun()
        if not _is_whole(n) or n < 1:
            raise wrong("n", n, "a whole number from 1")
        copies = [self._copy(self.engine.fork([0], 1, resample_rng, first=self._forks + k)) for k in range(int(n))]
        self._forks += int(n)
        return copies

    def render(self) -> None | NDArray[np.uint8] | str:
        """Render the full game.

        Returns:
            (H, W, 3) uint8 for "rgb_array", text for "ansi"; "human" prints the text and returns None.
        """
        self._check_begun()
        return shown(self.engine.games[0], self.scenario, self.render_mode)

    def close(self) -> None:
        """Do nothing; the environment holds no resources."""

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "_view"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._attach()

    def _attach(self) -> None:
        self._view = SingleGameView(self.engine, self.possible_agents, self._places)

    def _take_horizon(self) -> None:
        turns = self.max_cycles
        if not _is_whole(turns) or not 1 <= turns <= MAX_TURNS:
            raise wrong("max_cycles", turns, f"None or a whole number 1..{MAX_TURNS}")
        self.engine.params["horizon"] = turns
        self.engine.params["start"]["horizon"] = turns

    def _copy(self, engine: Engine) -> "StraitsParallelEnv":
        """Return a copy of this environment with its own spaces over another engine."""
        copied = copy.copy(self)
        copied.engine = engine
        copied.engine.illegal[:] = self.engine.illegal
        copied.possible_agents, copied.agents, copied._spaces = self.possible_agents[:], self.agents[:], {}
        copied._attach()
        copied._forks = 0
        return copied

    def _space(self, which: str, agent: str) -> spaces.Space[Any]:
        if (which, agent) not in self._spaces:
            self._place(agent)
            self._spaces[which, agent] = box() if which == "observation" else actions.action_space(self._discrete)
        return self._spaces[which, agent]

    def _place(self, agent: str) -> int:
        if agent not in self.possible_agents:
            raise wrong("agent", agent, f"one of {', '.join(self.possible_agents)}")
        return self._places[self.possible_agents.index(agent)]

    def _check_begun(self) -> None:
        if not self._begun:
            raise ValueError("turn=None: expected reset() or set_state() first")


def _is_whole(value: object) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


parallel_env = StraitsParallelEnv
