"""Checks of plain data from JSON, put together from smaller ones; they complain as `envs.checks` does."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from straits.envs.validation import whole, wrong

Check = Callable[[str, Any], object]
MAX_TEXT: Final = 4_000  # characters


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
