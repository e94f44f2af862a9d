"""The Gymnasium face: one game in which one seat learns and policies play the other four."""

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
    """One actor's seat in a game of crisis diplomacy, as an environment of Gymnasium.

    ## Action space
    `MultiDiscrete([deployments, statements, acts])`, an index in each channel; with `flat=True`, `Discrete`, one move a turn. A
    choice that the mask forbids becomes idle.

    ## Observation space
    `Box(0, 1, (N_OBSERVATION,), float32)`, what the seat's actor sees. `observation.table()` prints what stands where.

    ## Infos
    `action_mask`: what `action_space.sample(mask)` takes; `reward_components`: name -> float, which sum to the reward;
    `illegal`: the channels whose choice was turned down in this turn.

    ## Start and end
    `reset(seed=s)` starts the game that the Parallel face starts from s; `reset()` goes on to the next one. Armed conflict
    terminates the episode, the horizon truncates it. `game` is the Parallel face behind the seat, for those who may see everything.

    ## Versions
    v0: the first.
    """

    metadata: dict[str, Any] = {"render_modes": list(RENDER_MODES), "render_fps": 2}

    def __init__(
        self,
        scenario: Scenario | str | Path = "baseline",
        *,
        seat: str,
        opponents: Opponents = None,
        flat: bool = False,
        max_cycles: int | None = None,
        render_mode: str | None = None,
    ) -> None:
        """`scenario`: a name, the path of a YAML file or a Scenario. `seat`: the actor that learns. `others`: one policy for all
        other seats, or one for each by name. `max_cycles`: turns to play, the scenario's horizon if None. ValueError names the
        argument, its value and what was expected."""
        self._row = agent_index("seat", seat)
        self._opponents = resolve_opponents(opponents, [seat])
        self.game = StraitsParallelEnv(scenario, max_cycles, render_mode)
        self.seat = seat
        self.flat = flat
        self.render_mode = render_mode
        self.observation_space: spaces.Space[Any] = box()
        self.action_space: spaces.Space[Any] = actions.action_space(flat)
        self._labels = [self.game.scenario.labels[actor] for actor in ACTORS]  # of each row
        self._parser = actions.ActionParser([seat], [self._row], flat, strict=False)

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[NDArray[np.float32], dict[str, Any]]:
        """Start a game: the first of `seed`, or without one the next game of the same seed. `options` are not used. ValueError
        where the seed is no number in its range."""
        observations, infos = self.game.reset(seed)
        super().reset(seed=None if seed is None else operator.index(seed))
        return observations[self._labels[self._row]], self._info(infos)

    def step(self, action: Any) -> tuple[NDArray[np.float32], float, bool, bool, dict[str, Any]]:
        """Play a turn: this seat's action, and what the policies of the others choose. ValueError where it can never be an action,
        and where the game is over; nothing has happened then."""
        moves = np.zeros((1, N_ACTORS, N_CHANNELS), np.int64)
        moves[0, self._row] = self._parser.parse_one(self.seat, action)
        if self.game.agents:
            fill_opponent_actions(self.game.engine, self._opponents, moves)
        observations, rewards, terminated, truncated, infos = self.game.step(dict(zip(self._labels, moves[0], strict=True)))
        agent = self._labels[self._row]
        return observations[agent], rewards[agent], terminated[agent], truncated[agent], self._info(infos)

    def action_masks(self) -> NDArray[np.int8]:
        """What the seat may choose now, (N_MOVES,) the channels end to end, in flat mode (N_FLAT,): what MaskablePPO asks for."""
        mask = self.game.action_mask(self._labels[self._row])
        return mask[actions.FLAT_COLUMNS] if self.flat else mask

    def render(self) -> Any:
        """As the Parallel face: words or a picture of the whole game."""
        return self.game.render()

    def _info(self, infos: dict[str, dict[str, Any]]) -> dict[str, Any]:
        info = infos[self._labels[self._row]]
        return {**info, "action_mask": self.action_masks()} if self.flat else info
