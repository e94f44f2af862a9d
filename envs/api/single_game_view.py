"""This module reads the only game of an engine by agent, for the Parallel API."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from straits.envs.api import actions
from straits.envs.simulator.engine import Engine
from straits.envs.spec.constants import COMPONENTS, N_ACTORS, N_CHANNELS, RUNNING

Observations = dict[str, NDArray[np.float32]]
Infos = dict[str, dict[str, Any]]

_IN_ORDER: Final = list(range(N_ACTORS))
_NONE_ILLEGAL: Final[list[tuple[str, ...]]] = [()] * N_ACTORS


class SingleGameView:
    """Views of the memory of an engine with one game, created once.

    `observation` (actors, N_OBSERVATION) float32, `mask` (actors, N_MOVES) int8, `reward` (actors,) float64 and `illegal` (actors,
    channels) int8 are views. `moves` (1, actors, channels) int64 is the buffer for the choices of a turn.

    Args:
        engine: Engine with one game.
        agents: Agent names, in the order of the agents.
        places: Index of the actor that each agent plays.
    """

    def __init__(self, engine: Engine, agents: Sequence[str], places: Sequence[int]) -> None:
        self.observation, self.mask, self.reward = engine.observation[0], engine.mask[0], engine.reward[0]
        self.illegal, self._outcome = engine.illegal[0], engine.games["outcome"]
        self._components = engine.games["reward"][0].view(np.ndarray)
        self.moves = np.zeros((1, N_ACTORS, N_CHANNELS), np.int64)
        self._agents, self._places = tuple(agents), list(places)

    @property
    def outcome(self) -> int:
        """Return RUNNING, CONFLICT or HORIZON."""
        return int(self._outcome[0])

    @property
    def running(self) -> bool:
        """Return True until conflict or the horizon ends the game."""
        return self.outcome == RUNNING

    def observe(self, discrete: bool) -> tuple[Observations, Infos]:
        """Return the current observations and infos of all agents, in new arrays.

        Args:
            discrete: True for masks in discrete format.
        """
        observation, mask = self.observation.copy(), self.mask.copy()
        rows = self._components.tolist()
        if self._places != _IN_ORDER:
            observation, mask = observation[self._places], mask[self._places]
            rows = [rows[place] for place in self._places]
        illegal = actions.illegal_channels(self.illegal[self._places]) if any(self.illegal.tobytes()) else _NONE_ILLEGAL
        infos = {
            agent: {
                "action_mask": allowed,
                "reward_components": dict(zip(COMPONENTS, row, strict=True)),
                "illegal_channels": channels,
            }
            for agent, allowed, row, channels in zip(self._agents, actions.split_masks(mask, discrete), rows, illegal, strict=True)
        }
        return dict(zip(self._agents, observation, strict=True)), infos

    def rewards(self) -> dict[str, float]:
        """Return each agent's reward of the last turn."""
        summed = self.reward.tolist()
        return {agent: summed[place] for agent, place in zip(self._agents, self._places, strict=True)}
