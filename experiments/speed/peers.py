"""Speed of other environments, in the same run, where they are installed: mpe2's simple_spread with five agents."""

import importlib
from typing import Final

from straits.experiments.speed.clock import Rate, rate

AGENTS: Final = 5
CYCLES: Final = 25


def mpe2_agent_steps(seconds: float) -> Rate | None:
    """Agent-steps a second of simple_spread's Parallel face with recorded actions; None where mpe2 is not installed."""
    try:
        module = importlib.import_module("mpe2.simple_spread_v3")
    except ImportError:
        return None
    env = module.parallel_env(N=AGENTS, max_cycles=CYCLES)
    env.reset(seed=1)
    tape = [{agent: (turn + n) % 5 for n, agent in enumerate(env.possible_agents)} for turn in range(CYCLES)]

    def play() -> int:
        env.reset(seed=1)
        for actions in tape:
            env.step(actions)
        return CYCLES * AGENTS

    return rate(play, seconds=seconds)
