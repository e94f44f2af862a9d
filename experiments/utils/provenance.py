"""A hash of what a policy is: of its weights where it was trained, of its table where it is scripted, and of the code that acts."""

import hashlib
from pathlib import Path
from typing import Any

import numpy as np

from straits import agents
from straits.agents.base import Policy


def hash_of(policy: Policy) -> str:
    """The same for the same policy in every process: its class, everything that it holds, and the sources of agents/."""
    digest = hashlib.sha256(f"{type(policy).__module__}.{type(policy).__qualname__}".encode())
    _add(digest, vars(policy))
    for path in sorted(Path(next(iter(agents.__path__))).glob("*.py")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _add(digest: Any, value: Any) -> None:
    """Take in a value of plain data, arrays, and objects of them."""
    if isinstance(value, np.ndarray):
        digest.update(f"{value.dtype.str}{value.shape}".encode() + np.ascontiguousarray(value).tobytes())
    elif isinstance(value, dict):
        for key in sorted(value, key=str):
            digest.update(str(key).encode())
            _add(digest, value[key])
    elif isinstance(value, list | tuple):
        digest.update(str(len(value)).encode())
        for item in value:
            _add(digest, item)
    elif isinstance(value, str | bytes | int | float | bool | None):
        digest.update(repr(value).encode())
    elif hasattr(value, "__dict__") and not callable(value):
        _add(digest, vars(value))
    else:
        raise TypeError(f"{type(value).__name__}: expected plain data, arrays, or objects of them")
