"""This module implements Gymnasium's `Env`: one actor learns and policies play the other four."""

import operator
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from straits.envs.api import actions
from straits.envs.api.opponents import Opponents, agent_index, fill_opponent_actions, resolve_opponents
from straits.envs.api.parallel import StraitsParallelEnv
from straits.envs.scenarios.scenario import Scenario
from straits.envs.spec.constants import ACTORS, N_ACTORS, N_CHANNELS
from straits.envs.spec.observation import box
from straits.envs.text.render import RENDER_MODES


class StraitsSingleAgentEnv(gymnasium.Env[NDArray[np.float32], Any]):
    """One actor in a game of crisis diplomacy, as a Gymnasium environment.

    ## Action space
    `MultiDiscrete([deployments, statements, acts])`, an index in each channel; with `action_format="discrete"`, `Discrete`, one
    move per turn. An illegal choice becomes the no-op.

    ## Observation space
    `Box(0, 1, (N_OBSERVATION,), float32)`, the observation of the actor. `observation.table()` prints its layout.

    ## Infos
    `action_mask`: the argument of `action_space.sample(mask)`; `reward_components`: name -> float, which sum to the reward;
    `illegal_channels`: the channels whose choice was illegal in this turn.

    ## Start and end
    `reset(seed=s)` starts the game that the Parallel API starts from s; `reset()` continues with the next one. Armed conflict
    terminates the episode, the horizon truncates it. `game` is the underlying Parallel environment with the full state.

    ## Versions
    v0: the first.

    Args:
        scenario: Scenario name, path of a YAML file, or a Scenario.
        agent: Actor that learns.
        opponents: One policy for all other actors, or one policy per actor name.
        action_format: "multi_discrete" for one choice per channel; "discrete" for one move per turn.
        max_cycles: Number of turns; the scenario's horizon if None.
        render_mode: None, "ansi", "rgb_array" or "human".

    Raises:
        ValueError: If an argument is invalid. The message names argument, value and expectation.
    """

    metadata: dict[str, Any] = {"render_modes": list(RENDER_MODES), "render_fps": 2}

    def __init__(
        self,
        scenario: Scenario | str | Path = "baseline",
        *,
        agent: str,
        opponents: Opponents = None,
        action_format: str = "multi_discrete",
        max_cycles: int | None = None,
        render_mode: str | None = None,
    ) -> None:
        self._row = agent_index("agent", agent)
        self._opponents = resolve_opponents(opponents, [agent])
        self.game = StraitsParallelEnv(scenario, max_cycles, render_mode)
        self.agent = agent
        self.action_format, self._discrete = action_format, actions.is_discrete(action_format)
        self.render_mode = render_mode
        self.observation_space: spaces.Space[Any] = box()
        self.action_space: spaces.Space[Any] = actions.action_space(self._discrete)
        self._labels = [self.game.scenario.labels[actor] for actor in ACTORS]  # of each row
        self._parser = actions.ActionParser([agent], [self._row], self._discrete, raising=False)

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[NDArray[np.float32], dict[str, Any]]:
        """Start a game.

        Args:
            seed: Seed of the first game; None continues with the next game of the same seed.
            options: Not used.

        Returns:
            The observation, (N_OBSERVATION,) float32, and the infos.

        Raises:
            ValueError: If the seed is out of range.
        """
        observations, infos = self.game.reset(seed)
        super().reset(seed=None if seed is None else operator.index(seed))
        return observations[self._labels[self._row]], self._info(infos)

    def step(self, action: Any) -> tuple[NDArray[np.float32], float, bool, bool, dict[str, Any]]:
        """Play one turn with this actor's action and the moves of the opponents.

        Args:
            action: Three indices, or one integer in discrete format.

        Returns:
            Observation, reward, terminated, truncated and infos.

        Raises:
            ValueError: If the action is out of range or the game is over. The game does not change.
        """
        moves = np.zeros((1, N_ACTORS, N_CHANNELS), np.int64)
        moves[0, self._row] = self._parser.parse_one(self.agent, action)
        if self.game.agents:
            fill_opponent_actions(self.game.engine, self._opponents, moves)
        observations, rewards, terminated, truncated, infos = self.game.step(dict(zip(self._labels, moves[0], strict=True)))
        agent = self._labels[self._row]
        return observations[agent], rewards[agent], terminated[agent], truncated[agent], self._info(infos)

    def action_masks(self) -> NDArray[np.int8]:
        """Return the action mask as one int8 array, as MaskablePPO requires.

        Returns:
            (N_MOVES,) with the channels concatenated, in discrete format (N_FLAT,); 1 where legal.
        """
        mask = self.game.action_mask(self._labels[self._row])
        return mask[actions.FLAT_COLUMNS] if self._discrete else mask

    def render(self) -> Any:
        """Return the full game as text or as an image, by `render_mode`."""
        return self.game.render()

    def _info(self, infos: dict[str, dict[str, Any]]) -> dict[str, Any]:
        info = infos[self._labels[self._row]]
        return {**info, "action_mask": self.action_masks()} if self._discrete else info
