"""The world: a crisis around the Taiwan Strait, simulated and observed. It knows nothing of agents.

    from straits.envs import parallel_env

    env = parallel_env("baseline")
    observations, infos = env.reset(seed=1)

`parallel_env` and `env` are PettingZoo's two faces, and stand in its registries as `straits-v0`. `SeatEnv` is Gymnasium's, one seat
in one game, and stands in its registry as `straits/Seat-v0`; `StraitsVectorEnv` is many games at once. They load at the first use:
to import this package is quick, and brings neither the compiler nor anything that learns.
"""

from typing import TYPE_CHECKING, Any

import gymnasium
from pettingzoo import aec_registry, parallel_registry, register

if TYPE_CHECKING:
    from straits.envs.api.aec import env, raw_env
    from straits.envs.api.parallel import parallel_env
    from straits.envs.api.single_agent import SeatEnv
    from straits.envs.api.vector_env import StraitsVectorEnv
    from straits.envs.scenarios.scenario import Scenario, list_scenarios, load

__all__ = ["Scenario", "SeatEnv", "StraitsVectorEnv", "env", "list_scenarios", "load", "parallel_env", "raw_env"]

_ID = "straits-v0"
_SEAT_ID = "straits/Seat-v0"
_HOMES = {
    "env": "api.aec",
    "raw_env": "api.aec",
    "parallel_env": "api.parallel",
    "SeatEnv": "api.single_agent",
    "StraitsVectorEnv": "api.vector_env",
    "Scenario": "scenarios.scenario",
    "list_scenarios": "scenarios.scenario",
    "load": "scenarios.scenario",
}

if _ID not in parallel_registry:
    register("parallel", _ID, entry_point="straits.envs.api.parallel:parallel_env")
if _ID not in aec_registry:
    register("aec", _ID, entry_point="straits.envs.api.aec:env")
if _SEAT_ID not in gymnasium.registry:
    gymnasium.register(_SEAT_ID, entry_point="straits.envs.api.single_agent:SeatEnv")


def __getattr__(name: str) -> Any:
    """Load a public name from the module that holds it."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
