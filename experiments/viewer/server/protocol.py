"""Check messages from browsers, and make messages to them.

Messages are JSON objects of known shapes, with ids and numbers only, never a path or a program. The protocol does not depend on
sockets, so that other transports can carry it. A bad message raises ValueError with one line.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from straits.agents.base import Policy
from straits.envs.fields import Actor, Flag, Type, check, items, mapping, option, record, text, whole
from straits.envs.scenarios.scenario import list_scenarios, load_scenario
from straits.envs.spec.constants import N_CHANNELS
from straits.envs.spec.moves import SIZES
from straits.envs.validation import wrong
from straits.experiments.viewer.export.briefings import story
from straits.experiments.viewer.server.classroom import TEACHER, Classroom, Place
from straits.experiments.viewer.server.player_view import advice, history, moves_of, seat_view, setting, turn_rows

MAX_BYTES: Final = 65_536  # of a message
MAX_TURNS: Final = 520
MAX_TIMER: Final = 3600  # seconds
POLICY_NAME: Final = 200  # characters
TOKEN: Final = 64
CODE: Final = 16


_GAME: Final = whole(0, 99)
SHAPES: Final[Mapping[str, Mapping[str, Type]]] = {
    "hello": {"token": text(TOKEN)},
    "join": {"code": text(CODE), "seat": Actor | None},
    "commit": {"turn": whole(0, MAX_TURNS), "choices": items(whole(0, max(SIZES) - 1), N_CHANNELS, N_CHANNELS, "whole numbers")},
    "setup": {"scenario": text(100), "turns": whole(1, MAX_TURNS)},
    "seat": {"game": _GAME, "seat": Actor, "policy": text(POLICY_NAME) | None},
    "kick": {"game": _GAME, "seat": Actor},
    "timer": {"seconds": whole(0, MAX_TIMER)},
    "pause": {"on": Flag},
    "start": {},
    "end": {},
    "replay": {"game": _GAME},
    "close": {"save": Flag},
}
MODELS: Final = {kind: record(kind, {"type": option(kind), **shape}) for kind, shape in SHAPES.items()}


def parse_message(message: str) -> dict[str, Any]:
    """Parse and check a message.

    Args:
        message: JSON text.

    Returns:
        Its `type` and the checked values of this type.

    Raises:
        ValueError: If the message is invalid. The message of the error is one line.
    """
    if len(message.encode()) > MAX_BYTES:
        raise ValueError(f"message of {len(message.encode())} bytes: expected at most {MAX_BYTES}")
    try:
        value = json.loads(message)
    except (ValueError, RecursionError):
        raise wrong("message", message[:40], "a JSON object") from None
    given = mapping("message", value)
    kind = check("message.type", option(*SHAPES), given.get("type"))
    return {**check(f"message {kind}", MODELS[kind], given).given()}


def welcome(classroom: Classroom, role: Place | str) -> dict[str, Any]:
    """Build the first message: what stays the same while the class plays one scenario, and all turns so far as the seat saw them.

    Args:
        classroom: The class.
        role: A seat or TEACHER.

    Returns:
        The message.
    """
    background = story(classroom.scenario)
    message = {
        "type": "welcome",
        "setting": setting(classroom.scenario),
        "alone": classroom.alone,
        "story": background.page() if background else None,
    }
    if isinstance(role, Place):
        live, actor = classroom.tables[role.game].live, role.actor
        own = {"game": role.game, "actor": actor, "moves": moves_of(live, actor), "history": history(live, actor)}
        return {**message, "role": "seat", **own}
    names = dict.fromkeys([classroom.own_scenario, *list_scenarios("all")])
    scenarios = [{"name": name, "title": load_scenario(name).title} for name in names]
    return {**message, "role": TEACHER, "scenarios": scenarios, "policies": list(classroom.policies.names)}


def state(classroom: Classroom, place: Place, adviser: Policy, shown: Mapping[str, Any]) -> dict[str, Any]:
    """Build the view of a seat, with the last turn and the adviser's choice in it.

    Args:
        classroom: The class.
        place: The seat.
        adviser: A trained policy.
        shown: The table of the seat.

    Returns:
        The message.
    """
    live, actor = classroom.tables[place.game].live, place.actor
    last = turn_rows(live, actor, live.turn) if live.turn else None
    content = {"view": seat_view(live, actor), "last": last, "advice": advice(live, actor, adviser)}
    return {"type": "state", **content, "table": shown}


def table(classroom: Classroom, game: int, present: Sequence[int], seconds: int | None) -> dict[str, Any]:
    """Build what all at a table may know.

    Args:
        classroom: The class.
        game: Number of the game.
        present: Actors whose people are connected.
        seconds: Seconds left of the turn, or None.

    Returns:
        The table. `taken` has the seats that a person holds.
    """
    live, tokens = classroom.tables[game].live, classroom.tables[game].tokens
    return {
        "started": classroom.started,
        "paused": classroom.paused,
        "over": classroom.over,
        "turn": live.turn,
        "people": live.people,
        "waiting": live.waiting,
        "taken": [actor for actor in live.people if tokens[actor]],
        "present": sorted(present),
        "seconds": seconds,
    }


def lobby(classroom: Classroom, tables: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Build the teacher's view of the class.

    Args:
        classroom: The class.
        tables: The tables of all games.

    Returns:
        The message.
    """
    games = [
        {**shown, "policies": one.policies, "outcome": one.live.outcome}
        for shown, one in zip(tables, classroom.tables, strict=True)
    ]
    flags = {key: getattr(classroom, key) for key in ("code", "turns", "timer", "started", "paused", "over")}
    return {"type": "lobby", "lobby": {**flags, "scenario": classroom.scenario_name, "games": games}}
