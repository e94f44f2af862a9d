"""Convert a game to bytes and back: versioned, checked and never pickled, so that an untrusted file is safe to read.

    magic 8 | version 2 | api 1 | reserved 1 | fields 16 | scenario 32 | digest 16 | body

All numbers are little-endian. The byte `api` identifies the API that wrote the snapshot. `fields` identifies the layout of the
game record and `scenario` the content of the scenario. `digest` covers all other bytes. The body is the game record, followed
by further state of the API. A restored game continues bit for bit, also in another process, because its random draws depend on
the record alone.
"""

import hashlib
import struct
from typing import Final

import numpy as np

from straits.envs.core.state import GAME, STATE_VERSION
from straits.envs.scenarios.scenario import Scenario
from straits.envs.simulator.global_state import validate_state
from straits.envs.validation import wrong

MAGIC: Final = b"STRAITS\n"
APIS: Final = ("parallel", "aec")
_HEAD: Final = struct.Struct("<8sHBx16s32s")
_DIGEST: Final = 16
_FIELDS: Final = hashlib.sha256(repr((GAME.descr, GAME.itemsize)).encode()).digest()[:16]


def pack(api: str, scenario: Scenario, game: np.ndarray, extra: bytes) -> bytes:
    """Return the snapshot of one game.

    Args:
        api: Identifier of the API.
        scenario: Scenario of the game.
        game: (1,) record.
        extra: Further state of the API.

    Returns:
        The snapshot.
    """
    head = _HEAD.pack(MAGIC, STATE_VERSION, APIS.index(api), _FIELDS, bytes.fromhex(scenario.hash))
    body = game.tobytes() + extra
    return head + _digest(head, body) + body


def unpack(api: str, scenario: Scenario, state: bytes, extra: int) -> tuple[np.ndarray, bytes]:
    """Read a snapshot.

    Args:
        api: Identifier of the API.
        scenario: Scenario of the game.
        state: The snapshot.
        extra: Number of bytes of further state of the API.

    Returns:
        The game as a (1,) record, and the further state of the API.

    Raises:
        ValueError: If the snapshot is invalid. The message names the reason.
    """
    body = _checked(api, scenario, state)
    if len(body) != GAME.itemsize + extra:
        raise wrong("state.length", len(state), f"{len(state) - len(body) + GAME.itemsize + extra} bytes")
    game = np.frombuffer(body, GAME, 1).copy()
    if found := validate_state(game[0]):
        raise ValueError(f"state: {found}")
    return game, body[GAME.itemsize :]


def _checked(api: str, scenario: Scenario, state: bytes) -> bytes:
    """Return the body of a snapshot after checking its digest, API, version and scenario."""
    if not isinstance(state, bytes | bytearray | memoryview):
        raise wrong("state.type", type(state).__name__, "bytes from get_state()")
    state = bytes(state)
    if len(state) < _HEAD.size + _DIGEST or not state.startswith(MAGIC):
        raise wrong("state.start", state[:8], f"at least {_HEAD.size + _DIGEST} bytes from {MAGIC!r}")
    head, digest, body = state[: _HEAD.size], state[_HEAD.size : _HEAD.size + _DIGEST], state[_HEAD.size + _DIGEST :]
    _, version, kind, fields, content = _HEAD.unpack(head)
    if version != STATE_VERSION:
        raise wrong("state.version", version, f"{STATE_VERSION}, the version of this release")
    if digest != _digest(head, body):
        raise wrong("state.digest", digest.hex(), f"{_digest(head, body).hex()}: the bytes are damaged or cut short")
    if kind != APIS.index(api):
        raise wrong("state.api", APIS[kind] if kind < len(APIS) else kind, api)
    if fields != _FIELDS:
        raise wrong("state.fields", fields.hex(), f"{_FIELDS.hex()}, the game record of this release")
    if content.hex() != scenario.hash:
        raise wrong("state.scenario", content.hex()[:16], f"{scenario.hash[:16]} ({scenario.name})")
    return body


def _digest(head: bytes, body: bytes) -> bytes:
    return hashlib.sha256(head + body).digest()[:_DIGEST]
