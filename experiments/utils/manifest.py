"""What a result rests on, written beside it: configuration, scenarios, policies, seeds, versions. No result without one."""

import hashlib
import platform
from collections.abc import Iterable, Mapping
from importlib import metadata
from typing import TYPE_CHECKING, Any, Final

from straits.envs.core.jit import sources_hash
from straits.envs.scenarios.scenario import Scenario

if TYPE_CHECKING:
    from straits.agents.sb3 import LearnedPolicy

PACKAGES: Final = (
    "straits",
    "numpy",
    "numba",
    "torch",
    "stable-baselines3",
    "sb3-contrib",
    "gymnasium",
    "pettingzoo",
    "hydra-core",
)


def versions() -> dict[str, str]:
    """Versions of Python, of the packages that results depend on, and a hash of the world's own sources."""
    return {
        "python": platform.python_version(),
        "platform": platform.platform(),
        "world": sources_hash(),
        **installed(PACKAGES),
    }


def installed(packages: Iterable[str]) -> dict[str, str]:
    """The version of each package, "absent" where it is not there."""
    found = {}
    for name in packages:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "absent"
    return found


def manifest(
    config: Mapping[str, Any],
    scenarios: Iterable[Scenario],
    policies: Iterable["LearnedPolicy"],
    results: Mapping[str, str],
    state: str,
) -> dict[str, Any]:
    """Everything to run it again and to tell whether the same came out. `results`: row -> digest. `state`: how far the job got."""
    return {
        "state": state,
        "config": config,
        "scenarios": {s.name: s.hash for s in scenarios},
        "policies": {p.name: weights_hash(p) for p in policies},
        "results": results,
        "versions": versions(),
    }


def weights_hash(policy: "LearnedPolicy") -> str:
    """A hash of the network's weights, by name."""
    digest = hashlib.sha256()
    for name, weights in sorted(policy.network.state_dict().items()):
        digest.update(name.encode())
        digest.update(weights.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()[:16]
