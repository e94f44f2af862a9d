"""What people of a class are told: the welcome, a seat's state, a table, the lobby; plain data, made of the class as it stands."""

from collections.abc import Mapping, Sequence
from typing import Any

from straits.agents.base import Policy
from straits.envs.scenarios.scenario import list_scenarios, load_scenario
from straits.experiments.viewer.export.briefings import story
from straits.experiments.viewer.server.classroom import TEACHER, Classroom, Place
from straits.experiments.viewer.server.player_view import advice, history, moves_of, seat_view, setting, turn_rows


def welcome(classroom: Classroom, role: Place | str) -> dict[str, Any]:
    """The first message: what stays the same while the class plays one scenario, and all turns so far as the seat saw them."""
    told = story(classroom.scenario)
    message = {
        "type": "welcome",
        "setting": setting(classroom.scenario),
        "alone": classroom.alone,
        "story": told.page() if told else None,
    }
    if isinstance(role, Place):
        room, actor = classroom.tables[role.game].room, role.actor
        own = {"game": role.game, "actor": actor, "moves": moves_of(room, actor), "history": history(room, actor)}
        return {**message, "role": "seat", **own}
    names = dict.fromkeys([classroom.own_scenario, *list_scenarios("all")])
    scenarios = [{"name": name, "title": load_scenario(name).title} for name in names]
    return {**message, "role": TEACHER, "scenarios": scenarios, "policies": list(classroom.policies.names)}


def state(classroom: Classroom, place: Place, adviser: Policy, shown: Mapping[str, Any]) -> dict[str, Any]:
    """What a seat sees now, what it can tell of the last turn, and what the adviser would have chosen there. shown: its table."""
    room, actor = classroom.tables[place.game].room, place.actor
    last = turn_rows(room, actor, room.turn) if room.turn else None
    told = {"view": seat_view(room, actor), "last": last, "advice": advice(room, actor, adviser)}
    return {"type": "state", **told, "table": shown}


def table(classroom: Classroom, game: int, present: Sequence[int], seconds: int | None) -> dict[str, Any]:
    """What everyone at a table may know of it; `taken` are the seats that somebody holds. present: actors whose people are
    connected; seconds: left of the turn."""
    room, tokens = classroom.tables[game].room, classroom.tables[game].tokens
    return {
        "started": classroom.started,
        "paused": classroom.paused,
        "over": classroom.over,
        "turn": room.turn,
        "people": room.people,
        "waiting": room.waiting,
        "taken": [actor for actor in room.people if tokens[actor]],
        "present": sorted(present),
        "seconds": seconds,
    }


def lobby(classroom: Classroom, tables: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What the teacher sees of everything. tables: those of all games."""
    games = [
        {**shown, "policies": one.policies, "outcome": one.room.outcome}
        for shown, one in zip(tables, classroom.tables, strict=True)
    ]
    flags = {key: getattr(classroom, key) for key in ("code", "turns", "timer", "started", "paused", "over")}
    return {"type": "lobby", "lobby": {**flags, "scenario": classroom.scenario_name, "games": games}}
