"""Messages from browsers, checked: JSON objects of known shapes, with ids and numbers only, never a path or a program.

The protocol says nothing of sockets, so that other transports can carry it. ValueError says in one line what is wrong.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from straits.envs.spec.constants import N_CHANNELS
from straits.envs.spec.moves import SIZES
from straits.envs.validation import Check, actor, boolean, mapping, option, sequence, text, whole, wrong

MAX_BYTES: Final = 65_536  # of a message
MAX_TURNS: Final = 520
MAX_TIMER: Final = 3600  # seconds
POLICY_NAME: Final = 200  # characters
TOKEN: Final = 64
CODE: Final = 16


def _choices(where: str, value: Any) -> list[int]:
    listed = sequence(where, value, N_CHANNELS, N_CHANNELS, "whole numbers")
    return [whole(0, max(SIZES) - 1)(f"{where}[{n}]", choice) for n, choice in enumerate(listed)]


def _maybe(check: Check) -> Check:
    return lambda where, value: None if value is None else check(where, value)


_GAME: Final = whole(0, 99)
SHAPES: Final[Mapping[str, Mapping[str, Check]]] = {
    "hello": {"token": text(TOKEN)},
    "join": {"code": text(CODE), "seat": _maybe(actor)},
    "commit": {"turn": whole(0, MAX_TURNS), "choices": _choices},
    "setup": {"scenario": text(100), "turns": whole(1, MAX_TURNS)},
    "seat": {"game": _GAME, "seat": actor, "policy": _maybe(text(POLICY_NAME))},
    "kick": {"game": _GAME, "seat": actor},
    "timer": {"seconds": whole(0, MAX_TIMER)},
    "pause": {"on": boolean},
    "start": {},
    "end": {},
    "replay": {"game": _GAME},
    "close": {"save": boolean},
}
_name: Final = option(*SHAPES)


def read(message: str) -> dict[str, Any]:
    """The message in normal form: its `type` and the values that the type has, each checked."""
    if len(message.encode()) > MAX_BYTES:
        raise ValueError(f"message of {len(message.encode())} bytes: expected at most {MAX_BYTES}")
    try:
        found = json.loads(message)
    except (ValueError, RecursionError):
        raise wrong("message", message[:40], "a JSON object") from None
    given = mapping("message", found)
    kind = _name("message.type", given.get("type"))
    shape = SHAPES[kind]
    mapping(f"message {kind}", given, ("type", *shape))
    for key in shape:
        if key not in given:
            raise ValueError(f"message {kind}.{key}: expected a value")
    return {"type": kind, **{key: check(f"message {kind}.{key}", given[key]) for key, check in shape.items()}}
