"""A scenario's document: YAML read safely, every key and value checked, `extends` merged row by row.

This is the format and nothing of the world: `read` gives plain dictionaries in one normal form, `scenario.py` makes records of
them. A row is identified by its key (`of`, `to`, `pair`, ...); a file that extends another replaces the values it gives. Every
value carries a source: a declared key (S0 to S4 stand in docs/sources.md) or the word "assumption", with a note after a
semicolon where only the mechanism is sourced ("S4; size: assumption").
"""

import difflib
import functools
import re
import reprlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from straits.envs.moves import KIND_INDEX, MOVE_INDEX
from straits.envs.parameters import ASSUMPTION, PARAMETER_INDEX
from straits.envs.state import EVENTS
from straits.envs.vocabulary import ACTORS, AMBASSADOR, AREAS, CLASSES, COMPONENTS, DESIGNATIONS

Document = dict[str, Any]
Check = Callable[[str, Any], Any]

FOLDER: Final = Path(__file__).parent / "scenarios"
MAX_BYTES: Final = 262_144
MAX_DEPTH: Final = 5  # files that extend one another
KNOWN_SOURCES: Final = ("S0", "S1", "S2", "S3", "S4")
OVERRIDE: Final = "override"  # the source of what a caller changes in a loaded scenario
POLICIES: Final = ("default", "doves", "random", "hawks")
KINDS_OF_SCENARIO: Final = ("scenario", "replay")


def wrong(where: str, value: object, expected: str) -> ValueError:
    """The project's one form of complaint: key, value, expectation."""
    return ValueError(f"{where}={reprlib.repr(value)}: expected {expected}")


def one_of(where: str, given: str, names: Iterable[str]) -> ValueError:
    """A key that does not exist, with the nearest that does."""
    listed = list(names)
    near = difflib.get_close_matches(str(given), listed, 1)
    hint = f" (did you mean {near[0]}?)" if near else ""
    return ValueError(f"{where}.{str(given)[:60]}: expected one of {', '.join(listed)}{hint}")


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
        return value

    return check


def option(*names: str) -> Check:
    """One of some words."""

    def check(where: str, value: Any) -> str:
        if not isinstance(value, str) or value not in names:
            near = difflib.get_close_matches(str(value), names, 1)
            raise wrong(where, value, "one of " + ", ".join(names) + (f" (did you mean {near[0]}?)" if near else ""))
        return value

    return check


def text(longest: int) -> Check:
    """A non-empty string."""

    def check(where: str, value: Any) -> str:
        if not isinstance(value, str) or not value.strip() or len(value) > longest:
            raise wrong(where, value, f"text of 1..{longest} characters")
        return " ".join(value.split())

    return check


def shares(names: tuple[str, ...], sums_to_one: bool = True) -> Check:
    """A map from some of the names to 0..1."""

    def check(where: str, value: Any) -> dict[str, float]:
        found = {k: number(0, 1)(f"{where}.{k}", v) for k, v in mapping(where, value, names).items()}
        if sums_to_one and abs(sum(found.values()) - 1.0) > 1e-6:
            raise wrong(where, round(sum(found.values()), 6), "shares that sum to 1")
        return found

    return check


def mapping(where: str, value: Any, names: Iterable[str] | None = None) -> dict[str, Any]:
    """A map whose keys are strings, and among the names where these are given."""
    if not isinstance(value, dict):
        raise wrong(where, value, "a map")
    for key in value:
        if names is not None and key not in (listed := list(names)):
            raise one_of(where, key, listed)
        if not isinstance(key, str):
            raise wrong(f"{where} key", key, "text")
    return value


def pair(where: str, value: Any) -> tuple[str, str]:
    """Two different actors, in the fixed order."""
    if not isinstance(value, list | tuple) or len(value) != 2 or value[0] == value[1]:
        raise wrong(where, value, "two different actors")
    one, two = sorted((actor(where, v) for v in value), key=ACTORS.index)
    return one, two


def actor_list(where: str, value: Any) -> tuple[str, ...]:
    """One or two actors, in the fixed order."""
    if not isinstance(value, list | tuple) or not 1 <= len(value) <= 2:
        raise wrong(where, value, "a list of one or two actors")
    return tuple(sorted((actor(where, v) for v in value), key=ACTORS.index))


def interval(where: str, value: Any) -> tuple[float, float]:
    """[low, high] inside 0..1."""
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise wrong(where, value, "[low, high] in 0..1")
    low, high = (number(0, 1)(where, v) for v in value)
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


def move_name(where: str, value: Any) -> str:
    """A move, or a kind of the move table."""
    if value not in MOVE_INDEX and value not in KIND_INDEX:
        near = difflib.get_close_matches(str(value), [*KIND_INDEX, *MOVE_INDEX], 1)
        raise wrong(where, value, "a move" + (f" (did you mean {near[0]}?)" if near else ", such as denounce.japan"))
    return str(value)


def move_list(where: str, value: Any) -> tuple[str, ...]:
    """One to three moves."""
    if not isinstance(value, list | tuple) or not 1 <= len(value) <= 3:
        raise wrong(where, value, "a list of one to three moves")
    return tuple(move_name(where, v) for v in value)


def state_value(where: str, value: Any) -> float:
    """A number, or a word of the vocabulary that stands for one. `scenario.py` checks its range."""
    for words in (AMBASSADOR, DESIGNATIONS):
        if value in words:
            return float(words.index(value))
    return number(0, 9)(where, value)


actor: Final = option(*ACTORS)
share: Final = number(0, 1)
_EACH: Final = option(*ACTORS, "all")


@dataclass(frozen=True)
class Rows:
    """A list of rows: what identifies one, and what it may say."""

    keys: Mapping[str, Check]
    values: Mapping[str, Check]


ROWS: Final[Mapping[str, Rows]] = {
    "relations": Rows({"of": actor, "to": actor}, {"rival": share, "hostility": share}),
    "partners": Rows({"pair": pair}, {"ally": share, "trust": share}),
    "trade": Rows({"of": actor}, {"shares": shares(ACTORS)}),
    "claims": Rows({"of": actor}, {"areas": shares(AREAS)}),
    "proximity": Rows({"of": actor}, {"areas": shares(AREAS, sums_to_one=False)}),
    "presence": Rows({"of": actor, "area": option(*AREAS), "class": option(*CLASSES)}, {"standing": share, "extra": share}),
    "domestic": Rows({"of": _EACH}, dict.fromkeys(("audience", "readiness", "credibility", "capital", "support"), share)),
    "types": Rows({"of": _EACH}, {"opportunist": share, "resolve": interval}),
    "channels": Rows({"pair": pair}, {"open": boolean}),
    "offices": Rows({"of": actor}, {}),
    "state": Rows({"set": text(80)}, {"value": state_value}),
    "schedule": Rows({"turn": whole(0, 9999), "event": option(*EVENTS), "actors": actor_list}, {}),
    "forbid": Rows({"of": _EACH, "move": move_name}, {}),
    "weights": Rows({"of": _EACH}, dict.fromkeys(COMPONENTS, number(0, 10))),
    "replay": Rows({"turn": whole(0, 9999), "of": actor}, {"moves": move_list}),
}
SCALARS: Final[Mapping[str, Check]] = {
    "name": text(60),
    "title": text(120),
    "description": text(3000),
    "story": text(6000),
    "reaction": text(1000),
    "kind": option(*KINDS_OF_SCENARIO),
    "date": date,
    "turn_days": whole(1, 31),
    "horizon": whole(1, 10_000),
}
KEYS: Final = (*SCALARS, "extends", "sources", "labels", "order", "bounds", "parameters", "moves", *ROWS)
MOVE_FIELDS: Final = ("cost", "provocation", "warmth", "relief", "amount")


def read(path: Path, depth: int = 0) -> Document:
    """The checked document of a file, merged with what it extends. ValueError says in one line what is wrong."""
    if depth > MAX_DEPTH:
        raise ValueError(f"scenario.extends={path.stem}: expected at most {MAX_DEPTH} files that extend one another")
    raw = _load(path)
    parent = raw.pop("extends", None)
    base = {} if parent is None else read(_parent(path, parent), depth + 1)
    inherited = base.get("sources", {})
    return merge(base, normal(raw, inherited)) | {"extends": parent}


@functools.cache
def package_names() -> tuple[str, ...]:
    """The scenarios that ship with the package."""
    return tuple(sorted(p.stem for p in FOLDER.glob("*.yaml")))


def normal(raw: Mapping[str, Any], inherited: Mapping[str, str], source: str = "") -> Document:
    """The normal form of a raw map. `source` stands in where a value has none: empty means that each must have its own."""
    unknown = [k for k in raw if k not in KEYS]
    if unknown:
        raise one_of("scenario", unknown[0], KEYS)
    found: Document = {k: check(f"scenario.{k}", raw[k]) for k, check in SCALARS.items() if k in raw}
    found["sources"] = {**inherited, **_sources(raw.get("sources", []))}
    known = (*found["sources"], *([source] if source else []))
    if "labels" in raw:
        found["labels"] = _labels(raw["labels"])
    if "order" in raw:
        found["order"] = _order(raw["order"])
    given = mapping("scenario.bounds", raw.get("bounds", {}), POLICIES)
    found["bounds"] = {k: interval(f"scenario.bounds.{k}", v) for k, v in given.items()}
    found["parameters"] = _parameters(raw.get("parameters", {}), known, source)
    found["moves"] = _moves(raw.get("moves", {}), known, source)
    for name, rows in ROWS.items():
        found[name] = _rows(name, rows, raw.get(name, []), known, source)
    return found


def merge(base: Document, changes: Document) -> Document:
    """What `changes` says, over `base`: rows and values by their key."""
    merged = {**base, **changes}
    for name in (*ROWS, "parameters", "moves"):
        rows = dict(base.get(name, {}))
        for key, row in changes.get(name, {}).items():
            rows[key] = {**rows.get(key, {}), **row}
        merged[name] = rows
    merged["bounds"] = {**base.get("bounds", {}), **changes["bounds"]}
    return merged


def _load(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise wrong("scenario", str(path), "a file")
    if path.stat().st_size > MAX_BYTES:
        raise wrong("scenario file size", path.stat().st_size, f"at most {MAX_BYTES} bytes")
    try:
        raw = yaml.load(path.read_text(encoding="utf-8"), _Loader)  # a safe loader: it builds no objects
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(f"scenario file {path.name}: expected YAML, {' '.join(str(error).split())[:200]}") from None
    return dict(mapping("scenario", raw))


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """A safe loader that does not let a second key of the same name pass."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        names = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        twice = [name for n, name in enumerate(names) if name in names[:n]]
        if twice:
            raise yaml.YAMLError(f"the key {twice[0]} stands twice in one map")
        found: dict[Any, Any] = super().construct_mapping(node, deep)
        return found


def _parent(path: Path, name: Any) -> Path:
    """A scenario of the package, or a file beside the one that extends it."""
    if name in package_names():
        return FOLDER / f"{name}.yaml"
    if isinstance(name, str) and name.endswith((".yaml", ".yml")):
        return path.parent / name
    raise wrong("scenario.extends", name, f"a file or one of {', '.join(package_names())}")


def _sources(given: Any) -> dict[str, str]:
    """A list of keys; a key of one's own is a map from it to what it stands for."""
    if not isinstance(given, list):
        raise wrong("scenario.sources", given, "a list")
    found = {}
    for item in given:
        own = item if isinstance(item, dict) and len(item) == 1 else {}
        if not own and item not in (*KNOWN_SOURCES, ASSUMPTION):
            raise wrong("scenario.sources", item, f"{', '.join(KNOWN_SOURCES)}, assumption, or a map of one key to a text")
        found.update({str(k): text(300)(f"scenario.sources.{k}", v) for k, v in own.items()} or {item: ""})
    return found


def _source(where: str, row: Mapping[str, Any], known: tuple[str, ...], source: str) -> str:
    given = row.get("source", source)
    keys = [key.strip() for key in str(given).split(";")[0].split(",")]
    if not isinstance(given, str) or any(key not in (*known, ASSUMPTION) for key in keys):
        raise wrong(f"{where}.source", given or None, f"'{ASSUMPTION}' or keys of sources ({', '.join(known)})")
    return given


def _rows(name: str, rows: Rows, given: Any, known: tuple[str, ...], source: str) -> dict[tuple[Any, ...], Any]:
    if not isinstance(given, list | tuple):
        raise wrong(f"scenario.{name}", given, "a list of rows")
    found: dict[tuple[Any, ...], Any] = {}
    for n, item in enumerate(given):
        row = mapping(f"scenario.{name}[{n}]", item, (*rows.keys, *rows.values, "source"))
        missing = [k for k in rows.keys if k not in row]
        if missing:
            raise ValueError(f"scenario.{name}[{n}].{missing[0]}: expected a value")
        key = tuple(check(f"scenario.{name}[{n}].{k}", row[k]) for k, check in rows.keys.items())
        where = f"scenario.{name}[{_shown(key)}]"
        if "to" in row and key[0] == key[1]:
            raise wrong(where, key[1], "another actor")
        values = {k: check(f"{where}.{k}", row[k]) for k, check in rows.values.items() if k in row}
        values["source"] = _source(where, row, known, source)
        for one in [(a, *key[1:]) for a in ACTORS] if key[0] == "all" else [key]:
            if one in found and key[0] != "all" and one in [k for k in found if found[k] is not values]:
                raise ValueError(f"{where}: expected one row of this key")
            found[one] = values
    return found


def _shown(key: tuple[Any, ...]) -> str:
    return " ".join("-".join(k) if isinstance(k, tuple) else str(k) for k in key)


def _parameters(given: Any, known: tuple[str, ...], source: str) -> Document:
    found = {}
    for name, row in mapping("scenario.parameters", given, PARAMETER_INDEX).items():
        where = f"scenario.parameters.{name}"
        p = PARAMETER_INDEX[name]
        found[name] = _valued(where, row, number(p.low, p.high), known, source)
    return found


def _moves(given: Any, known: tuple[str, ...], source: str) -> Document:
    found = {}
    for kind, fields in mapping("scenario.moves", given, KIND_INDEX).items():
        for field, row in mapping(f"scenario.moves.{kind}", fields, MOVE_FIELDS).items():
            where = f"scenario.moves.{kind}.{field}"
            found[f"{kind}.{field}"] = _valued(where, row, share, known, source)
    return found


def _valued(where: str, row: Any, check: Check, known: tuple[str, ...], source: str) -> Document:
    if not isinstance(row, dict):
        if not source:
            check(where, row)
            raise wrong(where, row, "{value: ..., source: ...}")
        row = {"value": row}
    if "value" not in mapping(where, row, ("value", "source")):
        raise ValueError(f"{where}.value: expected a number")
    return {"value": check(where, row["value"]), "source": _source(where, row, known, source)}


def _labels(given: Any) -> dict[str, str]:
    found = {k: text(40)(f"scenario.labels.{k}", v) for k, v in mapping("scenario.labels", given, ACTORS).items()}
    found = {a: found.get(a, a) for a in ACTORS}
    if len(set(found.values())) < len(ACTORS):
        raise wrong("scenario.labels", list(found.values()), "five different labels")
    return found


def _order(given: Any) -> tuple[str, ...]:
    if not isinstance(given, list | tuple) or sorted(map(str, given)) != sorted(ACTORS):
        raise wrong("scenario.order", given, f"each of {', '.join(ACTORS)} once")
    return tuple(given)
