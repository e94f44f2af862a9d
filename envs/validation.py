"""Checks of what people hand us: each takes where a value stands and the value, and returns it in normal form.

All complaints are a ValueError with one line that names key, value and expectation.
"""

import difflib
import re
import reprlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from straits.envs.spec.constants import ACTORS, AMBASSADOR, DESIGNATIONS, OUTCOMES
from straits.envs.spec.moves import KIND_INDEX, MOVE_INDEX

Check = Callable[[str, Any], Any]


def wrong(where: str, value: object, expected: str) -> ValueError:
    """The complaint about a value: `scenario.parameters.leak_rate=3: expected 0..1`."""
    return ValueError(f"{where}={reprlib.repr(value)}: expected {expected}")


def misspelt(where: str, given: object, names: Iterable[str]) -> ValueError:
    """The complaint about a key that does not exist, with the nearest that does."""
    listed = list(names)
    return ValueError(f"{where}.{str(given)[:60]}: expected one of {', '.join(listed)}{hint(given, listed)}")


def hint(given: object, names: Iterable[str]) -> str:
    """What was probably meant, or nothing."""
    near = difflib.get_close_matches(str(given), list(names), 1)
    return f" (did you mean {near[0]}?)" if near else ""


def over(game: Any) -> ValueError:
    """The complaint about a step in a game, a record, that has ended."""
    return ValueError(
        f"outcome={OUTCOMES[game['outcome']]} at turn {game['turn']}: expected a running game; reset() starts the next one"
    )


def number(low: float, high: float) -> Check:
    """A float in a closed range; NaN is in none."""

    def check(where: str, value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise wrong(where, value, f"{low:g}..{high:g}")
        return float(value)

    return check


def whole(low: int, high: int) -> Check:
    """An int in a closed range."""

    def check(where: str, value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise wrong(where, value, f"a whole number {low}..{high}")
        return int(value)

    return check


def option(*names: str) -> Check:
    """One of some words."""

    def check(where: str, value: Any) -> str:
        if not isinstance(value, str) or value not in names:
            raise wrong(where, value, f"one of {', '.join(names)}{hint(value, names)}")
        return value

    return check


def text(longest: int) -> Check:
    """A non-empty string; runs of white space become one space."""

    def check(where: str, value: Any) -> str:
        if not isinstance(value, str) or not value.strip() or len(value) > longest:
            raise wrong(where, value, f"text of 1..{longest} characters")
        return " ".join(value.split())

    return check


def shares(names: tuple[str, ...], sums_to_one: bool = True) -> Check:
    """A map from some of the names to 0..1."""

    def check(where: str, value: Any) -> dict[str, float]:
        found = {k: share(f"{where}.{k}", v) for k, v in mapping(where, value, names).items()}
        if sums_to_one and abs(sum(found.values()) - 1.0) > 1e-6:
            raise wrong(f"{where} sum", round(sum(found.values()), 6), "1")
        return found

    return check


def mapping(where: str, value: Any, names: Iterable[str] | None = None) -> dict[str, Any]:
    """A map whose keys are strings, and among the names where these are given."""
    if not isinstance(value, Mapping):
        raise wrong(where, value, "a map")
    listed = None if names is None else list(names)
    for key in value:
        if not isinstance(key, str) or (listed is not None and key not in listed):
            raise misspelt(where, key, listed or ["text"])
    return dict(value)


def sequence(where: str, value: Any, low: int, high: int, of: str) -> list[Any]:
    """A list of low..high items."""
    if not isinstance(value, list | tuple) or not low <= len(value) <= high:
        raise wrong(where, value, f"a list of {low}..{high} {of}" if low < high else f"a list of {low} {of}")
    return list(value)


def actors(low: int, high: int) -> Check:
    """A list of different actors, put in the fixed order."""

    def check(where: str, value: Any) -> tuple[str, ...]:
        listed = [actor(where, v) for v in sequence(where, value, low, high, "actors")]
        if len(set(listed)) < len(listed):
            raise wrong(where, value, "different actors")
        return tuple(sorted(listed, key=ACTORS.index))

    return check


def interval(where: str, value: Any) -> tuple[float, float]:
    """[low, high] inside 0..1."""
    low, high = (share(where, v) for v in sequence(where, value, 2, 2, "numbers"))
    if low > high:
        raise wrong(where, value, "[low, high] with low <= high")
    return low, high


def boolean(where: str, value: Any) -> bool:
    """true or false."""
    if not isinstance(value, bool):
        raise wrong(where, value, "true or false")
    return value


def date(where: str, value: Any) -> str:
    """A day, a month or a year."""
    if not re.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?", str(value)):
        raise wrong(where, value, "a date such as 2021-12-24, 2021-12 or 2021")
    return str(value)


def move(where: str, value: Any) -> str:
    """A move, or a kind of the move table."""
    if not isinstance(value, str) or (value not in MOVE_INDEX and value not in KIND_INDEX):
        raise wrong(where, value, f"a move such as denounce.japan{hint(value, [*KIND_INDEX, *MOVE_INDEX])}")
    return value


def moves(where: str, value: Any) -> tuple[str, ...]:
    """One to three moves, each with its target."""
    listed = [move(where, v) for v in sequence(where, value, 1, 3, "moves")]
    without = [m for m in listed if m not in MOVE_INDEX]
    if without:
        raise wrong(where, without[0], "a move with its target, such as denounce.japan")
    return tuple(listed)


def level(where: str, value: Any) -> float:
    """A number, or a word of the vocabulary that stands for one."""
    for words in (AMBASSADOR, DESIGNATIONS):
        if isinstance(value, str) and value in words:
            return float(words.index(value))
    if isinstance(value, str):
        raise wrong(where, value, f"a number, or one of {', '.join((*AMBASSADOR, *DESIGNATIONS))}")
    return float(number(0, 9)(where, value))


actor: Final = option(*ACTORS)
each: Final = option(*ACTORS, "all")
share: Final = number(0, 1)
