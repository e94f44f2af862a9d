"""This package simulates a crisis around the Taiwan Strait and exposes it through the standard environment APIs.

    from straits.envs import parallel_env

    env = parallel_env("baseline")
    observations, infos = env.reset(seed=1)

`parallel_env` and `env` implement PettingZoo's Parallel and AEC APIs and are registered there as `straits-v1`.
`StraitsSingleAgentEnv` implements Gymnasium's `Env` for one actor and is registered as `straits/SingleAgent-v1`.
`StraitsVectorEnv` and `StraitsSB3VecEnv` run many games at once, for Gymnasium and for Stable-Baselines3 (extra `train`). Every
name is imported at its first use, so importing this package loads neither the compiler nor a learning library.
"""

from typing import TYPE_CHECKING, Any

import gymnasium
from pettingzoo import aec_registry, parallel_registry, register

from straits.envs.spec.constants import ENVIRONMENT

if TYPE_CHECKING:
    from straits.envs.api.aec import env, raw_env
    from straits.envs.api.parallel import parallel_env
    from straits.envs.api.sb3_vec_env import StraitsSB3VecEnv
    from straits.envs.api.single_agent import StraitsSingleAgentEnv
    from straits.envs.api.vector_env import StraitsVectorEnv
    from straits.envs.scenarios.scenario import Scenario, list_scenarios, load_scenario

__all__ = [
    "Scenario",
    "StraitsSB3VecEnv",
    "StraitsSingleAgentEnv",
    "StraitsVectorEnv",
    "env",
    "list_scenarios",
    "load_scenario",
    "parallel_env",
    "raw_env",
]

_ID = ENVIRONMENT
_SINGLE_AGENT_ID = "straits/SingleAgent-v1"
_MODULES = {
    "env": "api.aec",
    "raw_env": "api.aec",
    "parallel_env": "api.parallel",
    "StraitsSB3VecEnv": "api.sb3_vec_env",
    "StraitsSingleAgentEnv": "api.single_agent",
    "StraitsVectorEnv": "api.vector_env",
    "Scenario": "scenarios.scenario",
    "list_scenarios": "scenarios.scenario",
    "load_scenario": "scenarios.scenario",
}

if _ID not in parallel_registry:
    register("parallel", _ID, entry_point="straits.envs.api.parallel:parallel_env")
if _ID not in aec_registry:
    register("aec", _ID, entry_point="straits.envs.api.aec:env")
if _SINGLE_AGENT_ID not in gymnasium.registry:
    gymnasium.register(_SINGLE_AGENT_ID, entry_point="straits.envs.api.single_agent:StraitsSingleAgentEnv")


def __getattr__(name: str) -> Any:
    """Import a public name from the module that defines it.

    Raises:
        AttributeError: If the package has no such name.
        ModuleNotFoundError: If `StraitsSB3VecEnv` is used without stable-baselines3.
    """
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
