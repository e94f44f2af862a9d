"""Build the manifest of a result: configuration, scenario hashes, policy hashes, seeds and package versions."""

import hashlib
import platform
from collections.abc import Iterable, Mapping
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from straits import agents
from straits.agents.base import Policy
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
    """Return the versions of Python and of the packages that results depend on, and a hash of the environment's sources."""
    return {
        "python": platform.python_version(),
        "platform": platform.platform(),
        "env_source_hash": sources_hash(),
        **installed(PACKAGES),
    }


def installed(packages: Iterable[str]) -> dict[str, str]:
    """Look up the versions of packages.

    Args:
        packages: Names of distributions.

    Returns:
        Name -> version, or "absent" if the package is not installed.
    """
    result = {}
    for name in packages:
        try:
            result[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            result[name] = "absent"
    return result


def manifest(
    config: Mapping[str, Any],
    scenarios: Iterable[Scenario],
    policies: Iterable["LearnedPolicy"],
    results: Mapping[str, str],
    state: str,
) -> dict[str, Any]:
    """Collect what is needed to repeat a job and to compare the results.

    Args:
        config: The job's configuration, as plain data.
        scenarios: The scenarios that were played.
        policies: The trained policies.
        results: Digest of each row of the results.
        state: Progress of the job, such as `complete`.

    Returns:
        The manifest as plain data.
    """
    return {
        "state": state,
        "config": config,
        "scenarios": {s.name: s.hash for s in scenarios},
        "policies": {p.name: weights_hash(p) for p in policies},
        "results": results,
        "versions": versions(),
    }


def weights_hash(policy: "LearnedPolicy") -> str:
    """Hash the weights of a network and their names.

    Args:
        policy: A trained policy.

    Returns:
        16 hexadecimal digits.
    """
    digest = hashlib.sha256()
    for name, weights in sorted(policy.network.state_dict().items()):
        digest.update(name.encode())
        digest.update(weights.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()[:16]


def policy_fingerprint(policy: Policy) -> str:
    """Return a hash of the policy: its class, all of its data (weights or tables) and the sources of `agents/`.

    Args:
        policy: Any policy that holds plain data, arrays, and objects of them.

    Returns:
        16 hexadecimal digits, the same for the same policy in every process.

    Raises:
        TypeError: If the policy holds anything else.
    """
    digest = hashlib.sha256(f"{type(policy).__module__}.{type(policy).__qualname__}".encode())
    _digest(digest, vars(policy))
    for path in sorted(Path(next(iter(agents.__path__))).glob("*.py")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _digest(digest: Any, value: Any) -> None:
    """Add a value of plain data, arrays, and objects of them to the digest."""
    if isinstance(value, np.ndarray):
        digest.update(f"{value.dtype.str}{value.shape}".encode() + np.ascontiguousarray(value).tobytes())
    elif isinstance(value, dict):
        for key in sorted(value, key=str):
            digest.update(str(key).encode())
            _digest(digest, value[key])
    elif isinstance(value, list | tuple):
        digest.update(str(len(value)).encode())
        for item in value:
            _digest(digest, item)
    elif isinstance(value, str | bytes | int | float | bool | None):
        digest.update(repr(value).encode())
    elif hasattr(value, "__dict__") and not callable(value):
        _digest(digest, vars(value))
    else:
        raise TypeError(f"{type(value).__name__}: expected plain data, arrays, or objects of them")
