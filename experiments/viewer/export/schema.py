"""Check a `straits-replay/1` to its last entry, since a file may come from anyone.

The checks are built from smaller ones for plain JSON data. docs/viewer-data.md describes the format. An invalid value raises
ValueError with one line that names key, value and expectation.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

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
from straits.envs.validation import option, whole, wrong
from straits.experiments.rollouts.events import KINDS
from straits.experiments.viewer.export.policy_probs import DRAWN, EXACT, SHOWN
from straits.experiments.viewer.export.replay import ORDERED, SCHEMA

Check = Callable[[str, Any], object]
MAX_TEXT: Final = 4_000  # characters
MAX_TURNS: Final = 10_000  # what a scenario may have
LARGEST: Final = 10**9
VOCABULARY: Final = {  # what version 1 of the format has under these keys, word for word
    "rungs": RUNGS,
    "channels": CHANNELS,
    "components": COMPONENTS,
    "classes": CLASSES,
    "statuses": AMBASSADOR,
}
ACTOR, AREA, RUNG = whole(0, N_ACTORS - 1), whole(0, N_AREAS - 1), whole(0, CONFLICT_RUNG)
NO_ACTOR, NO_AREA, CHANNEL, SHARE = whole(-1, N_ACTORS - 1), whole(-1, N_AREAS - 1), whole(0, N_CHANNELS - 1), whole(0, 1000)


def check(given: Any, where: str = "replay") -> dict[str, Any]:
    """The episode that was given, unchanged. ValueError says what is wrong with it first."""
    episode = mapping(where, given)
    if episode.get("schema") != SCHEMA:
        raise wrong(f"{where}.schema", episode.get("schema"), repr(SCHEMA))
    for name, words in VOCABULARY.items():
        if episode.get(name) != list(words):
            raise wrong(f"{where}.{name}", episode.get(name), f"{', '.join(words)}, in that order")
    head = {"meta": _meta(), "actors": _named(ACTORS, "code", "label"), "areas": _named(AREAS, "label")}
    record(head, others=True)(where, episode)
    turns, codes = episode["meta"]["turns"], [actor["code"] for actor in episode["actors"]]
    if len(set(codes)) < N_ACTORS:
        raise wrong(f"{where}.actors", codes, "five different codes")
    table = episode.get("table")
    place = whole(0, len(table) - 1 if isinstance(table, list) else -1)
    seen = dict.fromkeys(("schema", *VOCABULARY, *head), anything)
    lens = {"lens": optional(by(codes, optional(_lens(turns, place))))}
    record(seen | _columns(turns, codes) | _lists(turns, place) | lens)(where, episode)
    return episode


def _meta() -> Check:
    texts = ("title", "scenario", "date", "env_version", "scenario_hash", "env_source_hash", "digest", "seed", "game_seed")
    checks = dict.fromkeys((*texts, "description", "tension_definition", "limits"), text)
    return record(
        {
            **checks,
            **dict.fromkeys(("game", "episode"), whole(0, 2**53)),
            **dict.fromkeys(("turns", "horizon"), whole(1, MAX_TURNS)),
            "turn_days": whole(1, 31),
            "policies": by(ACTORS, text),
            "outcome": option(*OUTCOMES),
            "belligerents": optional(row(ACTOR, ACTOR)),
            "sources": items(text, 100),
        }
    )


def _named(ids: tuple[str, ...], *texts: str) -> Check:
    """These things, in this order, each with texts."""
    return row(*(record({"id": option(name), **dict.fromkeys(texts, text)}) for name in ids))


def _columns(turns: int, codes: list[str]) -> dict[str, Check]:
    """What has an entry a turn, or for each change."""
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
        "rewards": by(codes, by(COMPONENTS, series(turns, -LARGEST, LARGEST))),
    }


def _lists(turns: int, place: Check) -> dict[str, Check]:
    """What has a row for each thing that happened. place: in the table of moves."""
    turn, most = whole(1, turns), turns * N_ACTORS * N_CHANNELS
    move = {"name": text, "words": text, "channel": CHANNEL, "rung": RUNG, "actor": NO_ACTOR, "area": NO_AREA}
    return {
        "table": items(record(move), N_MOVES),
        "moves": items(row(turn, ACTOR, place, whole(0, 1), RUNG), most),
        "illegal": items(row(turn, ACTOR, CHANNEL), most),
        "events": items(row(turn, option(*KINDS), text, NO_ACTOR, NO_AREA), 100 * turns),
    }


def _lens(turns: int, place: Check) -> Check:
    channel = {"top": items(row(place, SHARE), SHOWN), "entropy": whole(0, 10_000), "legal": whole(0, N_MOVES), "chosen": SHARE}
    turn = items(record(channel), N_CHANNELS, N_CHANNELS)
    about = {"policy": text, "source": option(EXACT, DRAWN), "draws": whole(0, LARGEST)}
    return record({**about, "turns": items(turn, turns, turns)})


def anything(where: str, given: Any) -> None:
    """Nothing is wrong with it here."""


def text(where: str, given: Any) -> None:
    """A string, empty or not."""
    if not isinstance(given, str) or len(given) > MAX_TEXT:
        raise wrong(where, given, f"text of at most {MAX_TEXT} characters")


def optional(entry: Check) -> Check:
    """Null, or what `entry` wants."""
    return lambda where, given: None if given is None else entry(where, given)


def mapping(where: str, given: Any) -> dict[str, Any]:
    """An object."""
    if not isinstance(given, dict):
        raise wrong(where, given, "an object")
    return given


def record(checks: Mapping[str, Check], *, others: bool = False, partial: bool = False) -> Check:
    """An object whose values are as `checks` says by key. `others`: it may have further keys; `partial`: it may lack some."""

    def check(where: str, given: Any) -> None:
        found = mapping(where, given)
        for key in found if not others else ():
            if key not in checks:
                raise wrong(f"{where} key", key, f"one of {', '.join(checks)}")
        for key, entry in checks.items():
            if key in found:
                entry(f"{where}.{key}", found[key])
            elif not partial:
                raise ValueError(f"{where}.{key}: expected a value")

    return check


def by(names: Iterable[str], entry: Check, *, partial: bool = False) -> Check:
    """An object with one kind of value under each name."""
    return record(dict.fromkeys(names, entry), partial=partial)


def items(entry: Check, most: int, least: int = 0) -> Check:
    """A list of least..most."""

    def check(where: str, given: Any) -> None:
        if not isinstance(given, list) or not least <= len(given) <= most:
            raise wrong(where, given, f"a list of {least}..{most}")
        for n, value in enumerate(given):
            entry(f"{where}[{n}]", value)

    return check


def row(*entries: Check) -> Check:
    """A list with one value for each check."""

    def check(where: str, given: Any) -> None:
        if not isinstance(given, list) or len(given) != len(entries):
            raise wrong(where, given, f"a list of {len(entries)}")
        for n, (value, entry) in enumerate(zip(given, entries, strict=True)):
            entry(f"{where}[{n}]", value)

    return check


def series(length: int, low: int, high: int) -> Check:
    """So many whole numbers low..high."""

    def check(where: str, given: Any) -> None:
        if not isinstance(given, list) or len(given) != length:
            raise wrong(where, given, f"a list of {length}")
        if not all(type(value) is int and low <= value <= high for value in given):
            raise wrong(where, given, f"whole numbers {low}..{high}")

    return check


def digits(length: int, highest: int) -> Check:
    """A string of so many digits 0..highest."""
    allowed = "".join(map(str, range(highest + 1)))

    def check(where: str, given: Any) -> None:
        if not isinstance(given, str) or len(given) != length or given.strip(allowed):
            raise wrong(where, given, f"{length} digits 0..{highest}")

    return check


def changes(turns: int, *values: Check) -> Check:
    """Rows of a turn and values, from turn 0 on, each turn later than the one before."""
    rows = items(row(whole(0, turns), *values), turns + 1, 1)

    def check(where: str, given: Any) -> None:
        rows(where, given)
        turn = [first for first, *_ in given]
        if turn[0] != 0 or sorted(set(turn)) != turn:
            raise wrong(where, turn, "turns that begin with 0 and rise")

    return check
