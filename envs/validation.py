"""Validate user input: each check takes the location of a value and the value, and returns it in normal form.

All checks raise ValueError with one line that names key, value and expectation.
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
    """Return the error for an invalid value: `scenario.parameters.leak_rate=3: expected 0..1`.

    Args:
        where: Key of the value.
        value: The invalid value.
        expected: Description of valid values.

    Returns:
        The error to raise.
    """
    return ValueError(f"{where}={reprlib.repr(value)}: expected {expected}")


def misspelt(where: str, name: object, names: Iterable[str]) -> ValueError:
    """Return the error for an unknown key, with the most similar known key.

    Args:
        where: Location of the key.
        name: The unknown key.
        names: Known keys.

    Returns:
        The error to raise.
    """
    listed = list(names)
    return ValueError(f"{where}.{str(name)[:60]}: expected one of {', '.join(listed)}{hint(name, listed)}")


def hint(name: object, names: Iterable[str]) -> str:
    """Return a suggestion of the most similar name, or an empty string."""
    near = difflib.get_close_matches(str(name), list(names), 1)
    return f" (did you mean {near[0]}?)" if near else ""


def over(game: Any) -> ValueError:
    """Return the error for a step in a game that has ended."""
    return ValueError(
        f"outcome={OUTCOMES[game['outcome']]} at turn {game['turn']}: expected a running game; reset() starts the next one"
    )


def number(low: float, high: float) -> Check:
    """Return a check for a float in a closed range; NaN is rejected."""

    def check(where: str, value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise wrong(where, value, f"{low:g}..{high:g}")
        return float(value)

    return check


def whole(low: int, high: int) -> Check:
    """Return a check for an int in a closed range."""

    def check(where: str, value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise wrong(where, value, f"a whole number {low}..{high}")
        return int(value)

    return check


def option(*names: str) -> Check:
    """Return a check for one of some words."""

    def check(where: str, value: Any) -> str:
        if not isinstance(value, str) or value not in names:
            raise wrong(where, value, f"one of {', '.join(names)}{hint(value, names)}")
        return value

    return check


def text(longest: int) -> Check:
    """Return a check for a non-empty string; white space is collapsed to single spaces."""

    def check(where: str, value: Any) -> str:
        if not isinstance(value, str) or not value.strip() or len(value) > longest:
            raise wrong(where, value, f"text of 1..{longest} characters")
        return " ".join(value.split())

    return check


def shares(names: tuple[str, ...], sums_to_one: bool = True) -> Check:
    """Return a check for a map from some of the names to 0..1."""

    def check(where: str, value: Any) -> dict[str, float]:
        numbers = {k: share(f"{where}.{k}", v) for k, v in mapping(where, value, names).items()}
        if sums_to_one and abs(sum(numbers.values()) - 1.0) > 1e-6:
            raise wrong(f"{where} sum", round(sum(numbers.values()), 6), "1")
        return numbers

    return check


def mapping(where: str, value: Any, names: Iterable[str] | None = None) -> dict[str, Any]:
    """Check a map with string keys, limited to `names` if given, and return it."""
    if not isinstance(value, Mapping):
        raise wrong(where, value, "a map")
    listed = None if names is None else list(names)
    for key in value:
        if not isinstance(key, str) or (listed is not None and key not in listed):
            raise misspelt(where, key, listed or ["text"])
    return dict(value)


def sequence(where: str, value: Any, low: int, high: int, of: str) -> list[Any]:
    """Check that a value is a list of `low` to `high` items, and return it as a list."""
    if not isinstance(value, list | tuple) or not low <= len(value) <= high:
        raise wrong(where, value, f"a list of {low}..{high} {of}" if low < high else f"a list of {low} {of}")
    return list(value)


def actors(low: int, high: int) -> Check:
    """Return a check for a list of distinct actors, which returns them in the fixed order."""

    def check(where: str, value: Any) -> tuple[str, ...]:
        listed = [actor(where, v) for v in sequence(where, value, low, high, "actors")]
        if len(set(listed)) < len(listed):
            raise wrong(where, value, "different actors")
        return tuple(sorted(listed, key=ACTORS.index))

    return check


def interval(where: str, value: Any) -> tuple[float, float]:
    """Check an interval [low, high] within 0..1, and return it."""
    low, high = (share(where, v) for v in sequence(where, value, 2, 2, "numbers"))
    if low > high:
        raise wrong(where, value, "[low, high] with low <= high")
    return low, high


def boolean(where: str, value: Any) -> bool:
    """Check for true or false."""
    if not isinstance(value, bool):
        raise wrong(where, value, "true or false")
    return value


def date(where: str, value: Any) -> str:
    """Check for a day, a month or a year."""
    if not re.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?", str(value)):
        raise wrong(where, value, "a date such as 2021-12-24, 2021-12 or 2021")
    return str(value)


def move(where: str, value: Any) -> str:
    """Check for the name of a move or of a kind in the move table."""
    if not isinstance(value, str) or (value not in MOVE_INDEX and value not in KIND_INDEX):
        raise wrong(where, value, f"a move such as denounce.japan{hint(value, [*KIND_INDEX, *MOVE_INDEX])}")
    return value


def moves(where: str, value: Any) -> tuple[str, ...]:
    """Check for one to three moves, each with its target."""
    listed = [move(where, v) for v in sequence(where, value, 1, 3, "moves")]
    without = [m for m in listed if m not in MOVE_INDEX]
    if without:
        raise wrong(where, without[0], "a move with its target, such as denounce.japan")
    return tuple(listed)


def level(where: str, value: Any) -> float:
    """Check for a number or a word that represents one, and return the number."""
    for words in (AMBASSADOR, DESIGNATIONS):
        if isinstance(value, str) and value in words:
            return float(words.index(value))
    if isinstance(value, str):
        raise wrong(where, value, f"a number, or one of {', '.join((*AMBASSADOR, *DESIGNATIONS))}")
    return float(number(0, 9)(where, value))


actor: Final = option(*ACTORS)
each: Final = option(*ACTORS, "all")
share: Final = number(0, 1)
