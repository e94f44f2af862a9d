"""The PettingZoo AEC face: the Parallel face through PettingZoo's own converter, with what a converter leaves out.

The agents act in turn and the game steps on the last one's action, so nobody sees what another chose in the same turn. When the
game ends, each agent gets its closing reward in a dead step, where the only action is None; the order is then alphabetical.
"""

import struct
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from pettingzoo.utils import AgentSelector
from pettingzoo.utils.conversions import parallel_to_aec_wrapper
from pettingzoo.utils.wrappers import OrderEnforcingWrapper

from straits.envs.api.parallel import StraitsParallelEnv
from straits.envs.scenarios.scenario import Scenario
from straits.envs.simulator import serialization
from straits.envs.spec.constants import CONFLICT, HORIZON, N_ACTORS, N_CHANNELS
from straits.envs.validation import over, wrong

# What an AEC face remembers beside the game: flat mode, agents that acted in this turn, agents that took their dead step.
_CYCLE: Final = struct.Struct("<BBB")
_PENDING: Final = np.dtype("<i8")  # (agents, channels) of those that acted; in flat mode the first column


class StraitsAECEnv(parallel_to_aec_wrapper[str, NDArray[np.float32], Any]):
    """The converter, with actions that are checked when they are given, and with states and forks."""

    env: StraitsParallelEnv

    def step(self, action: Any) -> None:
        """Take the selected agent's action. ValueError where it can never be one, or in strict mode is not legal now."""
        if self.agents and self.agent_selection in self.env.agents:
            action = self.env.checked(self.agent_selection, action)
        super().step(action)

    def get_state(self) -> bytes:
        """The game and where its turn stands as bytes; see the Parallel face."""
        engine = self.env.engine
        running = bool(self.env.agents)
        acted = self.possible_agents.index(self.agent_selection) if running else 0
        pending = np.zeros((N_ACTORS, N_CHANNELS), _PENDING)
        for n, agent in enumerate(self.possible_agents[:acted]):
            pending[n] = np.asarray(self._actions[agent])
        cycle = _CYCLE.pack(self.env.flat, acted, 0 if running else N_ACTORS - len(self.agents))
        extra = engine.illegal.tobytes() + cycle + pending.tobytes()
        return serialization.pack("aec", self.env.scenario, engine.games, extra)

    def set_state(self, state: bytes) -> None:
        """Go on from get_state()'s bytes. ValueError where they are damaged, of another version, face or scenario."""
        illegal = self.env.engine.illegal.nbytes
        size = illegal + _CYCLE.size + N_ACTORS * N_CHANNELS * _PENDING.itemsize
        game, extra = serialization.unpack("aec", self.env.scenario, state, size)
        flat, acted, gone = _CYCLE.unpack_from(extra, illegal)
        pending = np.frombuffer(extra, _PENDING, offset=illegal + _CYCLE.size).reshape(N_ACTORS, N_CHANNELS)
        if flat != self.env.flat:
            raise wrong("state.flat", bool(flat), str(self.env.flat))
        if acted >= N_ACTORS or gone > N_ACTORS:
            raise wrong("state.cycle", (acted, gone), f"fewer than {N_ACTORS} that acted")
        actions = [row[0] if flat else row.copy() for row in pending[:acted]]
        for agent, action in zip(self.possible_agents, actions, strict=False):
            self.env.checked(agent, action, now=False)
        self.env.put(game, extra[:illegal])
        self._resume(actions, gone)

    def fork(self, n: int = 1, future: str = "resample") -> "list[OrderedAECEnv]":
        """n copies of the game with the actions that were already given; see the Parallel face."""
        return [self._copy_over(env) for env in self.env.fork(n, future)]

    def action_mask(self, agent: str) -> NDArray[np.int8]:
        """The agent's mask as one array, (N_MOVES,), in flat mode (N_FLAT,); see the Parallel face."""
        return self.env.action_mask(agent)

    def state_dict(self) -> dict[str, Any]:
        """The whole game by name; see the Parallel face."""
        return self.env.state_dict()

    def episode_stats(self) -> dict[str, Any]:
        """Facts about the game as a whole; see the Parallel face."""
        return self.env.episode_stats()

    def _copy_over(self, env: StraitsParallelEnv) -> "OrderedAECEnv":
        copied = StraitsAECEnv(env)
        running = bool(env.agents)
        acted = self.possible_agents.index(self.agent_selection) if running else 0
        copied._resume([self._actions[a] for a in self.possible_agents[:acted]], 0 if running else N_ACTORS - len(self.agents))
        return OrderedAECEnv(copied, begun=True)

    def _resume(self, actions: list[Any], gone: int) -> None:
        """Stand where `actions` were given in this turn or, at the end of the game, `gone` agents took their dead step."""
        self._observations, self.infos = self.env.observe()
        everyone, outcome = self.possible_agents, self.env.engine.outcome[0]
        self._live_agents = everyone[:]
        self._agent_selector = AgentSelector(self._live_agents)
        self.agent_selection = self._agent_selector.reset()
        for _ in actions:
            self.agent_selection = self._agent_selector.next()
        self._actions = {**dict.fromkeys(everyone), **dict(zip(everyone, actions, strict=False))}
        self.agents = self.env.agents[:] or sorted(everyone)[gone:]
        self._cumulative_rewards = {agent: reward for agent, reward in self.env.rewards().items() if agent in self.agents}
        self.rewards = dict.fromkeys(self.agents, 0) if actions or gone else dict(self._cumulative_rewards)
        self.terminations = dict.fromkeys(self.agents, bool(outcome == CONFLICT))
        self.truncations = dict.fromkeys(self.agents, bool(outcome == HORIZON))
        if not self.env.agents:
            self._skip_agent_selection = everyone[-1]
            self._actions = {agent: None for agent in self.agents}
            self.infos = {agent: info for agent, info in self.infos.items() if agent in self.agents}
            self.agent_selection = self.agents[0] if self.agents else everyone[-1]


class OrderedAECEnv(OrderEnforcingWrapper[str, NDArray[np.float32], Any]):
    """PettingZoo's order-enforcing wrapper; a restored game and a fork need no reset() any more."""

    env: StraitsAECEnv

    def __init__(self, env: StraitsAECEnv, begun: bool = False) -> None:
        super().__init__(env)
        self._has_reset = self._has_updated = begun

    def step(self, action: Any) -> None:
        """Take the selected agent's action. ValueError where it can never be one, and where everyone has left the game."""
        if self._has_reset and not self.agents:
            raise over(self.env.env.engine.games[0])
        super().step(action)

    def get_state(self) -> bytes:
        """The game and where its turn stands as bytes, from which set_state() goes on bit for bit, in another process too."""
        return self.env.get_state()

    def set_state(self, state: bytes) -> None:
        """Go on from get_state()'s bytes; last() and agent_iter() then go on too."""
        self.env.set_state(state)
        self._has_reset = self._has_updated = True

    def __str__(self) -> str:
        return str(self.env)


def raw_env(scenario: Scenario | str | Path = "baseline", **arguments: Any) -> StraitsAECEnv:
    """The AEC face without order enforcement. Arguments are those of `parallel_env`."""
    return StraitsAECEnv(StraitsParallelEnv(scenario, **arguments))


def env(scenario: Scenario | str | Path = "baseline", **arguments: Any) -> OrderedAECEnv:
    """The AEC face. Arguments are those of `parallel_env`."""
    return OrderedAECEnv(raw_env(scenario, **arguments))
