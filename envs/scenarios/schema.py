"""Read the document of a scenario: safe YAML, every key and value checked, `extends` merged row by row.

This module knows the format but not the rules. `read` returns dictionaries in one normal form, from which `build.py` makes
records. A key (`of`, `to`, `pair`, ...) identifies a row. A file that extends another one replaces the values that it gives.
Every value has a source: a declared key (docs/sources.md lists S0 to S4) or the word "assumption". A note follows after a
semicolon where a source gives the mechanism but not the number ("S4; size: assumption").
"""

import functools
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from straits.envs import fields
from straits.envs.core.state import EVENTS
from straits.envs.fields import Map, Place, Share, Type, actors, by_name, check, number, option, record, text
from straits.envs.scenarios.yaml_file import read_yaml
from straits.envs.spec.constants import ACTORS, AREAS, CLASSES, COMPONENTS
from straits.envs.spec.moves import KIND_INDEX
from straits.envs.spec.parameters import ASSUMPTION, PARAMETER_INDEX
from straits.envs.validation import wrong

Document = dict[str, Any]  # result of `normal`: scalars unchanged; rows, parameters and moves as {key: row with "source"}

FOLDER: Final = Path(__file__).parent
MAX_DEPTH: Final = 5  # length of a chain of files that extend each other
KNOWN_SOURCES: Final = ("S0", "S1", "S2", "S3", "S4", ASSUMPTION)
OVERRIDE: Final = "override"  # source of the values that a caller changes in a loaded scenario
POLICIES: Final = ("default", "dove", "random", "hawk")  # policies for which a scenario bounds the conflict rate
KINDS_OF_SCENARIO: Final = ("scenario", "replay")
MOVE_FIELDS: Final = ("cost", "provocation", "warmth", "demand_relief", "amount")
_OF: Final = {"of": fields.Actor}
_OF_EACH: Final = {"of": fields.ActorOrAll}
_PAIR: Final = {"pair": actors(2, 2)}
_PLACE: Final = {"area": option(*AREAS), "class": option(*CLASSES)}
_BUDGETS: Final = ("audience", "readiness", "credibility", "capital", "support")
_TURN: Final = {"turn": fields.whole(0, 9999)}
_ROWS: Final[Mapping[str, tuple[Mapping[str, Type], Mapping[str, Type]]]] = {  # keys, values
    "relations": (_OF | {"to": fields.Actor}, {"rival": Share, "hostility": Share, "commitment": Share, "unrest": Share}),
    "partners": (_PAIR, {"ally": Share, "trust": Share}),
    "trade": (_OF, {"shares": fields.shares(ACTORS)}),
    "claims": (_OF, {"areas": fields.shares(AREAS)}),
    "proximity": (_OF, {"areas": fields.shares(AREAS, sums_to_one=False)}),
    "presence": (_OF | _PLACE, {"standing": Share, "extra": Share}),
    "domestic": (_OF_EACH, dict.fromkeys(_BUDGETS, Share)),
    "types": (_OF_EACH, {"opportunist": Share, "resolve": fields.Interval}),
    "channels": (_PAIR, {"open": fields.Flag}),
    "offices": (_OF, {"embassies": fields.Flag}),
    "state": ({"set": text(80)}, {"value": fields.Level}),
    "schedule": (_TURN | {"event": option(*EVENTS), "actors": actors(1, 2)}, {}),
    "forbid": (_OF_EACH | {"move": fields.Move}, {}),
    "weights": (_OF_EACH, dict.fromkeys(COMPONENTS, number(0, 10))),
    "replay": (_TURN | _OF, {"moves": fields.Moves}),
}
ROWS: Final = {name: record(name, keys, {**values, "source": Any}) for name, (keys, values) in _ROWS.items()}
SCALARS: Final[Mapping[str, Type]] = {
    "name": fields.Slug,
    "title": text(120),
    "description": text(3000),
    "story": text(6000),
    "reaction": text(1000),
    "kind": option(*KINDS_OF_SCENARIO),
    "date": fields.Date,
    "turn_days": fields.whole(1, 31),
    "horizon": fields.whole(1, 10_000),
}
_OTHERS: Final[Mapping[str, Type]] = {
    "extends": Any,
    "sources": fields.items(Any, 0, 50, "keys"),
    "labels": by_name(ACTORS, text(40)),
    "order": fields.Order,
    "bounds": by_name(POLICIES, fields.Interval),
    "parameters": by_name(PARAMETER_INDEX),
    "moves": by_name(KIND_INDEX, by_name(MOVE_FIELDS)),
}
KEYS: Final = (*SCALARS, *_OTHERS, *ROWS)
_LISTS: Final = {name: fields.items(row, 0, 500, "rows") for name, row in ROWS.items()}
FILE: Final = record("Scenario", {}, {**SCALARS, **_OTHERS, **_LISTS})


@functools.cache
def package_names() -> tuple[str, ...]:
    """Return the names of the scenarios in the package."""
    return tuple(sorted(p.stem for p in FOLDER.glob("*.yaml")))


@functools.cache
def read_named(name: str) -> Document:
    """Return the document of a scenario in the package. The caller must not change it."""
    return read(FOLDER / f"{name}.yaml")


def read(path: Path, depth: int = 0) -> Document:
    """Read a file, check it, and merge it with the files that it extends.

    Args:
        path: Path of the YAML file.
        depth: Number of files that already extend this one.

    Returns:
        The document in normal form.

    Raises:
        ValueError: If the file is invalid. The message is one line.
    """
    if depth > MAX_DEPTH:
        raise ValueError(f"scenario.extends={path.stem}: expected at most {MAX_DEPTH} files that extend one another")
    raw = raw_map(path)
    parent = raw.get("extends")
    base: Document = {}
    if parent in package_names() and path != FOLDER / f"{parent}.yaml":
        base = read_named(parent)
    elif isinstance(parent, str) and parent.endswith((".yaml", ".yml")):
        base = read(path.parent / parent, depth + 1)
    elif parent is not None:
        raise wrong("scenario.extends", parent, f"a .yaml file or one of {', '.join(package_names())}")
    return merge(base, normal(raw, base.get("sources", {})))


def raw_map(path: Path) -> dict[str, Any]:
    """Read a file and check its keys but not its values. Only plain data is read; no objects are built.

    Args:
        path: Path of the YAML file.

    Returns:
        The map in the file.

    Raises:
        ValueError: If the file is missing, too long, not YAML or not a map with known keys.
    """
    return dict(check("scenario", by_name(KEYS), read_yaml(path)))


def normal(raw: Mapping[str, Any], inherited: Mapping[str, str], source: str = "") -> Document:
    """Convert a raw map to normal form.

    Args:
        raw: Map as in the file.
        inherited: Sources that may be cited in addition to those of the map.
        source: Source of values that have none. If empty, each value must give its own.

    Returns:
        The document.

    Raises:
        ValueError: If a value is invalid.
    """
    file = check("scenario", FILE, raw, label=functools.partial(_located, raw)).given()
    result: Document = {key: file[key] for key in (*SCALARS, "order") if key in file}
    sources = _sources(file.get("sources", [])) | {k: v for k, v in inherited.items() if v}
    if "sources" in file:
        result["sources"] = sources
    known = (*KNOWN_SOURCES, *sources, source or ASSUMPTION)
    if "labels" in file:
        result["labels"] = _labels(file["labels"])
    result["bounds"] = file.get("bounds", {})
    result["parameters"] = _parameters(file.get("parameters", {}), known, source)
    result["moves"] = _moves(file.get("moves", {}), known, source)
    for name in ROWS:
        result[name] = _rows(name, file.get(name, []), known, source)
    return result


def merge(base: Document, changes: Document) -> Document:
    """Merge changes into a document, rows and values by key.

    Args:
        base: The document.
        changes: The changes, in normal form.

    Returns:
        A new document.
    """
    merged = {**base, **changes, "bounds": {**base.get("bounds", {}), **changes["bounds"]}}
    for name in (*ROWS, "parameters", "moves"):
        merged[name] = dict(base.get(name, {}))
        for key, row in changes[name].items():
            merged[name][key] = {**merged[name].get(key, {}), **row}
    return merged


def _located(raw: Any, place: Place) -> str:
    """Name a row by its keys, as in `relations[usa china].hostility`, once they are valid; by its number before."""
    name, *rest = place or ("",)
    if len(rest) < 2 or name not in ROWS or rest[1] in _ROWS[str(name)][0]:
        return "scenario" + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place)
    values = [raw[name][rest[0]][key] for key in _ROWS[str(name)][0]]
    return ".".join([_row(str(name), values), *(str(part) for part in rest[1:] if isinstance(part, str))])


def _row(name: str, key: Iterable[Any]) -> str:
    parts = ("-".join(sorted(part, key=ACTORS.index)) if isinstance(part, list | tuple) else str(part) for part in key)
    return f"scenario.{name}[{' '.join(parts)}]"


def _sources(given: list[Any]) -> dict[str, str]:
    """Parse the list of sources: known keys, and maps from a new key to its text."""
    result: dict[str, str] = {}
    for item in given:
        if isinstance(item, str) and item in KNOWN_SOURCES:
            result[item] = ""
        elif isinstance(item, Mapping) and len(item) == 1 and not set(item) & set(KNOWN_SOURCES):
            result |= check("scenario.sources", by_name(kind=text(300)), {_key(key): value for key, value in item.items()})
        else:
            raise wrong("scenario.sources", item, f"{', '.join(KNOWN_SOURCES)}, or a map of one key of yours to a text")
    return result


def _key(name: Any) -> str:
    key: str = check("scenario.sources key", text(40), name)
    return key


def _source(where: str, row: Mapping[str, Any], known: Iterable[str], source: str) -> str:
    given = row.get("source", source or None)
    keys = [key.strip() for key in given.split(";")[0].split(",")] if isinstance(given, str) else []
    if not keys or any(key not in known for key in keys):
        raise wrong(f"{where}.source", given, f"keys among {', '.join(dict.fromkeys(known))}")
    return check(f"{where}.source", text(300), given)  # type: ignore[no-any-return]


def _rows(name: str, rows: list[Map], known: Iterable[str], source: str) -> dict[tuple[Any, ...], Any]:
    result: dict[tuple[Any, ...], Any] = {}
    for row in (model.given() for model in rows):
        key = tuple(row[k] for k in _ROWS[name][0])
        where = _row(name, key)
        values = {k: row[k] for k in _ROWS[name][1] if k in row} | {"source": _source(where, row, known, source)}
        if _ROWS[name][1] and len(values) == 1:
            raise ValueError(f"{where}: expected {' or '.join(_ROWS[name][1])}")
        if "to" in row and row["of"] == row["to"]:
            raise wrong(f"{where}.to", row["to"], "another actor")
        for one in [(a, *key[1:]) for a in ACTORS] if key[0] == "all" else [key]:
            if one in result:
                raise ValueError(f"{where}: expected one row for {one[0]}")
            result[one] = values
    return result


def _parameters(given: Mapping[str, Any], known: Iterable[str], source: str) -> Document:
    ranges = {name: number(PARAMETER_INDEX[name].low, PARAMETER_INDEX[name].high) for name in given}
    return {name: _valued(f"scenario.parameters.{name}", row, ranges[name], known, source) for name, row in given.items()}


def _moves(given: Mapping[str, Mapping[str, Any]], known: Iterable[str], source: str) -> Document:
    rows = {f"{kind}.{name}": row for kind, values in given.items() for name, row in values.items()}
    return {name: _valued(f"scenario.moves.{name}", row, Share, known, source) for name, row in rows.items()}


def _valued(where: str, row: Any, kind: Type, known: Iterable[str], source: str) -> Document:
    if not isinstance(row, Mapping):
        if not source and isinstance(row, int | float):
            raise wrong(where, check(where, kind, row), "{value: ..., source: ...}")
        row = {"value": row}
    if "value" not in check(where, by_name(("value", "source")), row):
        raise ValueError(f"{where}.value: expected a number")
    return {"value": check(where, kind, row["value"]), "source": _source(where, row, known, source)}


def _labels(given: Mapping[str, str]) -> dict[str, str]:
    labels = {a: given.get(a, a) for a in ACTORS}
    if len(set(labels.values())) < len(ACTORS):
        raise wrong("scenario.labels", list(labels.values()), "five different labels")
    return labels
