"""Check every entry of a `straits-replay/1`, since a file may come from anyone.

The checks are built from smaller ones for plain JSON data. docs/viewer-data.md describes the format. An invalid value raises
ValueError with one line that names key, value and expectation. Each function that returns a `Check` builds one from its arguments.
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


def check(given: Any, where: str = "replay") -> dict[str, Any]:
    """Check an episode.

    Args:
        given: Parsed JSON.
        where: Name of the value for messages.

    Returns:
        The episode, unchanged.

    Raises:
        ValueError: If the episode is invalid. The message names the first invalid value.
    """
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
    """Build a check of these things in this order, each with texts."""
    return row(*(record({"id": option(name), **dict.fromkeys(texts, text)}) for name in ids))


def _columns(turns: int, codes: list[str]) -> dict[str, Check]:
    """Build checks of the columns with an entry per turn, or per change."""
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
    """Build checks of the lists with a row per move or event. place: check of an index in the table of moves."""
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
    """Accept any value.

    Args:
        where: Name of the value for messages.
        given: The value.
    """


def text(where: str, given: Any) -> None:
    """Check a string, empty or not.

    Args:
        where: Name of the value for messages.
        given: The value.

    Raises:
        ValueError: If it is not a string of at most MAX_TEXT characters.
    """
    if not isinstance(given, str) or len(given) > MAX_TEXT:
        raise wrong(where, given, f"text of at most {MAX_TEXT} characters")


def optional(entry: Check) -> Check:
    """Build a check that accepts null or what another check accepts.

    Args:
        entry: The other check.

    Returns:
        The check.
    """
    return lambda where, given: None if given is None else entry(where, given)


def mapping(where: str, given: Any) -> dict[str, Any]:
    """Check an object.

    Args:
        where: Name of the value for messages.
        given: The value.

    Returns:
        The value.

    Raises:
        ValueError: If it is not an object.
    """
    if not isinstance(given, dict):
        raise wrong(where, given, "an object")
    return given


def record(checks: Mapping[str, Check], *, others: bool = False, partial: bool = False) -> Check:
    """Build a check of an object with a check for each key.

    Args:
        checks: Key -> check of its value.
        others: Whether the object may have further keys.
        partial: Whether keys may be missing.

    Returns:
        The check.
    """

    def check(where: str, given: Any) -> None:
        entries = mapping(where, given)
        for key in entries if not others else ():
            if key not in checks:
                raise wrong(f"{where} key", key, f"one of {', '.join(checks)}")
        for key, entry in checks.items():
            if key in entries:
                entry(f"{where}.{key}", entries[key])
            elif not partial:
                raise ValueError(f"{where}.{key}: expected a value")

    return check


def by(names: Iterable[str], entry: Check, *, partial: bool = False) -> Check:
    """Build a check of an object with the same check for each key.

    Args:
        names: The keys.
        entry: Check of each value.
        partial: Whether keys may be missing.

    Returns:
        The check.
    """
    return record(dict.fromkeys(names, entry), partial=partial)


def items(entry: Check, most: int, least: int = 0) -> Check:
    """Build a check of a list.

    Args:
        entry: Check of each value.
        most: Largest length.
        least: Smallest length.

    Returns:
        The check.
    """

    def check(where: str, given: Any) -> None:
        if not isinstance(given, list) or not least <= len(given) <= most:
            raise wrong(where, given, f"a list of {least}..{most}")
        for n, value in enumerate(given):
            entry(f"{where}[{n}]", value)

    return check


def row(*entries: Check) -> Check:
    """Build a check of a list with a fixed check for each position.

    Args:
        *entries: Check of each value.

    Returns:
        The check.
    """

    def check(where: str, given: Any) -> None:
        if not isinstance(given, list) or len(given) != len(entries):
            raise wrong(where, given, f"a list of {len(entries)}")
        for n, (value, entry) in enumerate(zip(given, entries, strict=True)):
            entry(f"{where}[{n}]", value)

    return check


def series(length: int, low: int, high: int) -> Check:
    """Build a check of a list of whole numbers.

    Args:
        length: Length of the list.
        low: Smallest value.
        high: Largest value.

    Returns:
        The check.
    """

    def check(where: str, given: Any) -> None:
        if not isinstance(given, list) or len(given) != length:
            raise wrong(where, given, f"a list of {length}")
        if not all(type(value) is int and low <= value <= high for value in given):
            raise wrong(where, given, f"whole numbers {low}..{high}")

    return check


def digits(length: int, highest: int) -> Check:
    """Build a check of a string of digits.

    Args:
        length: Length of the string.
        highest: Highest digit.

    Returns:
        The check.
    """
    allowed = "".join(map(str, range(highest + 1)))

    def check(where: str, given: Any) -> None:
        if not isinstance(given, str) or len(given) != length or given.strip(allowed):
            raise wrong(where, given, f"{length} digits 0..{highest}")

    return check


def changes(turns: int, *values: Check) -> Check:
    """Build a check of rows of a turn and values, from turn 0 on, with increasing turns.

    Args:
        turns: Number of turns of the game.
        *values: Check of each value.

    Returns:
        The check.
    """
    rows = items(row(whole(0, turns), *values), turns + 1, 1)

    def check(where: str, given: Any) -> None:
        rows(where, given)
        turn = [first for first, *_ in given]
        if turn[0] != 0 or sorted(set(turn)) != turn:
            raise wrong(where, turn, "turns that begin with 0 and rise")

    return check
