"""Check every entry of a `straits-replay/1`, since a file may come from anyone.

The checks are built from smaller ones for plain JSON data. docs/viewer-data.md describes the format. An invalid value raises
ValueError with one line that names key, value and expectation. Each function that returns a `Check` builds one from its arguments.
"""

from collections.abc import Callable, Iterable
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BeforeValidator, Field, Strict

from straits.envs import fields
from straits.envs.fields import Type, complete, fault, option, record, says, whole
from straits.envs.spec.constants import (
    ACTORS,
    AMBASSADOR,
    AREAS,
    CHANNELS,
    CLASSES,
    COMPONENTS,
    CONFLICT_RUNG,
    N_ACTORS,
    N_AREAS,
    N_CHANNELS,
    OUTCOMES,
    PAIRS,
    RUNGS,
)
from straits.envs.spec.moves import N_MOVES
from straits.envs.validation import wrong
from straits.experiments.rollouts.crises import ENDS
from straits.experiments.rollouts.events import KINDS
from straits.experiments.viewer.export.policy_probs import DRAWN, EXACT, SHOWN
from straits.experiments.viewer.export.replay import ORDERED, SCHEMA

MAX_TEXT: Final = 4_000  # characters
MAX_TURNS: Final = 10_000  # limit of a scenario
LARGEST: Final = 10**9
VOCABULARY: Final = {  # exact values of these keys in version 1 of the format
    "rungs": RUNGS,
    "channels": CHANNELS,
    "components": COMPONENTS,
    "classes": CLASSES,
    "statuses": AMBASSADOR,
}
ACTOR, AREA, RUNG = whole(0, N_ACTORS - 1), whole(0, N_AREAS - 1), whole(0, CONFLICT_RUNG)
NO_ACTOR, NO_AREA, CHANNEL, SHARE = whole(-1, N_ACTORS - 1), whole(-1, N_AREAS - 1), whole(0, N_CHANNELS - 1), whole(0, 1000)
TEXT: Final = Annotated[str, Strict(), Field(max_length=MAX_TEXT), says(f"text of at most {MAX_TEXT} characters")]


def check(given: Any, where: str = "replay") -> dict[str, Any]:
    """Check a replay.

    Args:
        given: Content of the JSON file.
        where: Name of the file for messages.

    Returns:
        The replay, unchanged.

    Raises:
        ValueError: If a value is invalid. The message names the first one.
    """
    episode: dict[str, Any] = fields.check(where, fields.by_name(), given, json=True)
    if episode.get("schema") != SCHEMA:
        raise wrong(f"{where}.schema", episode.get("schema"), repr(SCHEMA))
    for name, words in VOCABULARY.items():
        if episode.get(name) != list(words):
            raise wrong(f"{where}.{name}", episode.get(name), f"{', '.join(words)}, in that order")
    kinds = {"meta": _meta(), "actors": _named(ACTORS, "code", "label"), "areas": _named(AREAS, "label")}
    fields.check(where, record("Object", kinds), {key: episode[key] for key in kinds if key in episode}, json=True)
    turns, codes = episode["meta"]["turns"], [actor["code"] for actor in episode["actors"]]
    if len(set(codes)) < N_ACTORS:
        raise wrong(f"{where}.actors", codes, "five different codes")
    table = episode.get("table")
    place = whole(0, len(table) - 1 if isinstance(table, list) else -1)
    lens = {"lens": by(codes, _lens(turns, place) | None) | None}
    rest = {key: value for key, value in episode.items() if key not in ("schema", *VOCABULARY, *kinds)}
    fields.check(where, record("Object", _columns(turns, codes) | _lists(turns, place) | lens), rest, json=True)
    return episode


def _meta() -> Type:
    texts = ("title", "scenario", "date", "env_version", "scenario_hash", "env_source_hash", "digest", "seed", "game_seed")
    checks = dict.fromkeys((*texts, "description", "tension_definition", "limits"), TEXT)
    return record(
        "Object",
        {
            **checks,
            **dict.fromkeys(("game", "episode"), whole(0, 2**53)),
            **dict.fromkeys(("turns", "horizon"), whole(1, MAX_TURNS)),
            "turn_days": whole(1, 31),
            "policies": by(ACTORS, TEXT),
            "outcome": option(*OUTCOMES),
            "belligerents": row(ACTOR, ACTOR) | None,
            "sources": items(TEXT, 100),
        },
    )


def _named(ids: tuple[str, ...], *texts: str) -> Type:
    """Build the type of these things in this order, each with texts."""
    return row(*(record("Object", {"id": option(name), **dict.fromkeys(texts, TEXT)}) for name in ids))


def _columns(turns: int, codes: list[str]) -> dict[str, Type]:
    """Build types of the columns with an entry per turn, or per change."""
    share, rungs = series(turns + 1, 0, 1000), digits(turns + 1, CONFLICT_RUNG)
    arrows = [f"{codes[i]}>{codes[j]}" for i, j in ORDERED]
    return {
        "tension": share,
        "pairs": by([f"{codes[i]}-{codes[j]}" for i, j in PAIRS], share),
        "directed": by(arrows, share),
        "rung": rungs,
        "seen": by(arrows, rungs),
        "hazard": series(turns + 1, 0, LARGEST),
        "presence": by(codes, by(AREAS, changes(turns, *[SHARE] * len(CLASSES)), partial=True)),
        "ambassador": by(arrows, changes(turns, whole(0, len(AMBASSADOR) - 1))),
        "support": by(codes, share),
        **_crises(turns, codes),
        "rewards": by(codes, by(COMPONENTS, series(turns, -LARGEST, LARGEST))),
    }


def _crises(turns: int, codes: list[str]) -> dict[str, Type]:
    """Build types of the crises and of the columns of each rival pair."""
    since, terms = whole(0, turns), series(turns + 1, -1000, 1000)
    counts, flags = series(turns + 1, 0, MAX_TURNS), series(turns + 1, 0, 1)
    pair = {
        "leverage": series(turns + 1, 0, 1000),
        "ripeness": series(turns + 1, 0, 1000),
        "terms": row(terms, terms),
        "quiet": counts,
        "offers": row(flags, flags),
    }
    most = len(PAIRS) * (turns + 1)
    return {
        "crises": items(row(since, since, ACTOR, ACTOR, ACTOR, option(*ENDS), NO_ACTOR), most),
        "truces": items(row(since, since, ACTOR, ACTOR, NO_ACTOR), most),
        "disputes": by([f"{codes[i]}-{codes[j]}" for i, j in PAIRS], record("Object", pair), partial=True),
        "settlement": record("Object", {"talks_from": whole(0, MAX_TURNS), "fade_turns": whole(1, MAX_TURNS)}),
    }


def _lists(turns: int, place: Type) -> dict[str, Type]:
    """Build types of the lists with a row per move or event. place: type of an index in the table of moves."""
    turn, most = whole(1, turns), turns * N_ACTORS * N_CHANNELS
    move = {"name": TEXT, "words": TEXT, "channel": CHANNEL, "rung": RUNG, "actor": NO_ACTOR, "area": NO_AREA}
    return {
        "table": items(record("Object", move), N_MOVES),
        "moves": items(row(turn, ACTOR, place, whole(0, 1), RUNG), most),
        "illegal": items(row(turn, ACTOR, CHANNEL), most),
        "events": items(row(turn, option(*KINDS), TEXT, NO_ACTOR, NO_AREA), 100 * turns),
    }


def _lens(turns: int, place: Type) -> Type:
    channel = {"top": items(row(place, SHARE), SHOWN), "entropy": whole(0, 10_000), "legal": whole(0, N_MOVES), "chosen": SHARE}
    turn = items(record("Object", channel), N_CHANNELS, N_CHANNELS)
    about = {"policy": TEXT, "source": option(EXACT, DRAWN), "draws": whole(0, LARGEST)}
    return record("Object", {**about, "turns": items(turn, turns, turns)})


def by(names: Iterable[str], kind: Type, *, partial: bool = False) -> Type:
    """Return the type of an object with one type of values under each name; `partial`: it may lack some."""
    names = list(names)
    return Annotated[fields.by_name(names, kind), AfterValidator(dict if partial else complete(names))]


def items(kind: Type, most: int, least: int = 0) -> Type:
    """Return the type of a list of least..most."""
    return Annotated[list[kind], Field(min_length=least, max_length=most), says(f"a list of {least}..{most}")]


def row(*kinds: Type) -> Type:
    """Return the type of a list with one value of each type."""
    return Annotated[tuple[kinds], BeforeValidator(_of_length(len(kinds)))]  # type: ignore[valid-type]


def series(length: int, low: int, high: int) -> Type:
    """Return the type of a list of so many whole numbers low..high."""

    def numbers(values: list[Any]) -> list[Any]:
        if not all(type(value) is int and low <= value <= high for value in values):
            raise fault(f"whole numbers {low}..{high}")
        return values

    return Annotated[list[Any], BeforeValidator(_of_length(length)), AfterValidator(numbers)]


def digits(length: int, highest: int) -> Type:
    """Return the type of a string of so many digits 0..highest."""
    return Annotated[str, Strict(), Field(pattern=f"^[0-{highest}]{{{length}}}$"), says(f"{length} digits 0..{highest}")]


def changes(turns: int, *kinds: Type) -> Type:
    """Return the type of rows of a turn and values, from turn 0 on, each turn later than the one before."""

    def rising(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        turn = [first for first, *_ in rows]
        if turn[0] != 0 or sorted(set(turn)) != turn:
            raise fault("turns that begin with 0 and rise", value=turn)
        return rows

    return Annotated[items(row(whole(0, turns), *kinds), turns + 1, 1), AfterValidator(rising)]


def _of_length(length: int) -> Callable[[Any], list[Any]]:
    def validate(value: Any) -> list[Any]:
        if not isinstance(value, list) or len(value) != length:
            raise fault(f"a list of {length}")
        return value

    return validate
