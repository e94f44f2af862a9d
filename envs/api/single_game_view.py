"""One game of an engine read by agent: what the Parallel face hands to those who play it."""

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
    """Views of the memory of an engine's only game, made once: a turn looks at no more than these.

    `observation` (actors, N_OBSERVATION) float32, `mask` (actors, N_MOVES) int8, `reward` (actors,) float64, `illegal` (actors,
    channels) int8; `moves` (1, actors, channels) int64 is where the choices of a turn are laid down.
    """

    def __init__(self, engine: Engine, agents: Sequence[str], seats: Sequence[int]) -> None:
        """engine: of one game. agents: their names, in their order; seats: the actor that each of them plays."""
        self.observation, self.mask, self.reward = engine.observation[0], engine.mask[0], engine.reward[0]
        self.illegal, self._outcome = engine.illegal[0], engine.games["outcome"]
        self._components = engine.games["reward"][0].view(np.ndarray)
        self.moves = np.zeros((1, N_ACTORS, N_CHANNELS), np.int64)
        self._agents, self._seats = tuple(agents), list(seats)

    @property
    def outcome(self) -> int:
        """RUNNING, CONFLICT or HORIZON."""
        return int(self._outcome[0])

    @property
    def running(self) -> bool:
        """True until conflict or the horizon ends the game."""
        return self.outcome == RUNNING

    def observe(self, flat: bool) -> tuple[Observations, Infos]:
        """What every agent sees now, in fresh arrays; `flat`: the form of the masks."""
        observation, mask = self.observation.copy(), self.mask.copy()
        rows = self._components.tolist()
        if self._seats != _IN_ORDER:
            observation, mask = observation[self._seats], mask[self._seats]
            rows = [rows[seat] for seat in self._seats]
        illegal = actions.illegal_channels(self.illegal[self._seats]) if any(self.illegal.tobytes()) else _NONE_ILLEGAL
        infos = {
            agent: {"action_mask": allowed, "reward_components": dict(zip(COMPONENTS, row, strict=True)), "illegal": channels}
            for agent, allowed, row, channels in zip(self._agents, actions.split_masks(mask, flat), rows, illegal, strict=True)
        }
        return dict(zip(self._agents, observation, strict=True)), infos

    def rewards(self) -> dict[str, float]:
        """Each agent's reward of the last turn."""
        summed = self.reward.tolist()
        return {agent: summed[seat] for agent, seat in zip(self._agents, self._seats, strict=True)}
