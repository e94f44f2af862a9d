"""Read the document of a scenario: safe YAML, every key and value checked, `extends` merged row by row.

This module knows the format but not the rules. `read` returns dictionaries in one normal form, from which `build.py` makes
records. A key (`of`, `to`, `pair`, ...) identifies a row. A file that extends another one replaces the values that it gives.
Every value has a source: a declared key (docs/sources.md lists S0 to S4) or the word "assumption". A note follows after a
semicolon where a source gives the mechanism but not the number ("S4; size: assumption").
"""

import functools
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

import yaml

from straits.envs import validation
from straits.envs.core.state import EVENTS
from straits.envs.spec.constants import ACTORS, AREAS, CLASSES, COMPONENTS
from straits.envs.spec.moves import KIND_INDEX
from straits.envs.spec.parameters import ASSUMPTION, PARAMETER_INDEX
from straits.envs.validation import Check, mapping, number, share, wrong

Document = dict[str, Any]  # result of `normal`: scalars unchanged; rows, parameters and moves as {key: row with "source"}

FOLDER: Final = Path(__file__).parent
MAX_BYTES: Final = 262_144
MAX_DEPTH: Final = 5  # length of a chain of files that extend each other
KNOWN_SOURCES: Final = ("S0", "S1", "S2", "S3", "S4", ASSUMPTION)
OVERRIDE: Final = "override"  # source of the values that a caller changes in a loaded scenario
POLICIES: Final = ("default", "dove", "random", "hawk")  # policies for which a scenario bounds the conflict rate
KINDS_OF_SCENARIO: Final = ("scenario", "replay")
MOVE_FIELDS: Final = ("cost", "provocation", "warmth", "demand_relief", "amount")


class Rows(NamedTuple):
    """Define a list of rows: the keys that identify a row, and the values that it may hold."""

    keys: Mapping[str, Check]
    values: Mapping[str, Check]


_OF: Final = {"of": validation.actor}
_OF_EACH: Final = {"of": validation.each}
_PAIR: Final = {"pair": validation.actors(2, 2)}
_PLACE: Final = {"area": validation.option(*AREAS), "class": validation.option(*CLASSES)}
_BUDGETS: Final = ("audience", "readiness", "credibility", "capital", "support")
_TURN: Final = {"turn": validation.whole(0, 9999)}
ROWS: Final[Mapping[str, Rows]] = {
    "relations": Rows(_OF | {"to": validation.actor}, {"rival": share, "hostility": share, "unrest": share}),
    "partners": Rows(_PAIR, {"ally": share, "trust": share}),
    "trade": Rows(_OF, {"shares": validation.shares(ACTORS)}),
    "claims": Rows(_OF, {"areas": validation.shares(AREAS)}),
    "proximity": Rows(_OF, {"areas": validation.shares(AREAS, sums_to_one=False)}),
    "presence": Rows(_OF | _PLACE, {"standing": share, "extra": share}),
    "domestic": Rows(_OF_EACH, dict.fromkeys(_BUDGETS, share)),
    "types": Rows(_OF_EACH, {"opportunist": share, "resolve": validation.interval}),
    "channels": Rows(_PAIR, {"open": validation.boolean}),
    "offices": Rows(_OF, {"embassies": validation.boolean}),
    "state": Rows({"set": validation.text(80)}, {"value": validation.level}),
    "schedule": Rows(_TURN | {"event": validation.option(*EVENTS), "actors": validation.actors(1, 2)}, {}),
    "forbid": Rows(_OF_EACH | {"move": validation.move}, {}),
    "weights": Rows(_OF_EACH, dict.fromkeys(COMPONENTS, number(0, 10))),
    "replay": Rows(_TURN | _OF, {"moves": validation.moves}),
}
SCALARS: Final[Mapping[str, Check]] = {
    "name": validation.text(60),
    "title": validation.text(120),
    "description": validation.text(3000),
    "story": validation.text(6000),
    "reaction": validation.text(1000),
    "kind": validation.option(*KINDS_OF_SCENARIO),
    "date": validation.date,
    "turn_days": validation.whole(1, 31),
    "horizon": validation.whole(1, 10_000),
}
KEYS: Final = (*SCALARS, "extends", "sources", "labels", "order", "bounds", "parameters", "moves", *ROWS)


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
    if not path.is_file():
        raise wrong("scenario", str(path), "a file")
    if path.stat().st_size > MAX_BYTES:
        raise wrong(f"scenario file {path.name} bytes", path.stat().st_size, f"at most {MAX_BYTES}")
    try:
        raw = yaml.load(path.read_text(encoding="utf-8"), _Loader)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise ValueError(f"scenario file {path.name}: expected YAML; {' '.join(str(error).split())[:300]}") from None
    return mapping("scenario", raw, KEYS)


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
    raw = mapping("scenario", raw, KEYS)
    document: Document = {k: check(f"scenario.{k}", raw[k]) for k, check in SCALARS.items() if k in raw}
    sources = _sources(raw.get("sources", [])) | {k: v for k, v in inherited.items() if v}
    if "sources" in raw:
        document["sources"] = sources
    known = (*KNOWN_SOURCES, *sources, source or ASSUMPTION)
    if "labels" in raw:
        document["labels"] = _labels(raw["labels"])
    if "order" in raw:
        document["order"] = _order(raw["order"])
    bounds = mapping("scenario.bounds", raw.get("bounds", {}), POLICIES)
    document["bounds"] = {k: validation.interval(f"scenario.bounds.{k}", v) for k, v in bounds.items()}
    document["parameters"] = _parameters(raw.get("parameters", {}), known, source)
    document["moves"] = _moves(raw.get("moves", {}), known, source)
    for name, rows in ROWS.items():
        document[name] = _rows(name, rows, raw.get(name, []), known, source)
    return document


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


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Load YAML safely, and reject duplicate keys."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        names = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        twice = [name for n, name in enumerate(names) if name in names[:n]]
        if twice:
            raise yaml.YAMLError(f"the key {twice[0]!r} occurs twice in one map{node.start_mark}")
        content: dict[Any, Any] = super().construct_mapping(node, deep)
        return content


def _sources(given: Any) -> dict[str, str]:
    """Parse the list of sources: known keys, and maps from a new key to its text."""
    sources: dict[str, str] = {}
    for item in validation.sequence("scenario.sources", given, 0, 50, "keys"):
        if isinstance(item, str) and item in KNOWN_SOURCES:
            sources[item] = ""
        elif isinstance(item, Mapping) and len(item) == 1 and not set(item) & set(KNOWN_SOURCES):
            sources |= {k: validation.text(300)(f"scenario.sources.{k}", v) for k, v in mapping("scenario.sources", item).items()}
        else:
            raise wrong("scenario.sources", item, f"{', '.join(KNOWN_SOURCES)}, or a map of one key of yours to a text")
    return sources


def _source(where: str, row: Mapping[str, Any], known: Iterable[str], source: str) -> str:
    given = row.get("source", source or None)
    keys = [key.strip() for key in str(given).split(";")[0].split(",")]
    if not isinstance(given, str) or any(key not in known for key in keys):
        raise wrong(f"{where}.source", given, f"keys among {', '.join(dict.fromkeys(known))}")
    return given


def _rows(name: str, rows: Rows, given: Any, known: Iterable[str], source: str) -> dict[tuple[Any, ...], Any]:
    table: dict[tuple[Any, ...], Any] = {}
    for n, item in enumerate(validation.sequence(f"scenario.{name}", given, 0, 500, "rows")):
        row = mapping(f"scenario.{name}[{n}]", item, (*rows.keys, *rows.values, "source"))
        missing = [k for k in rows.keys if k not in row]
        if missing:
            raise ValueError(f"scenario.{name}[{n}].{missing[0]}: expected a value")
        key = tuple(check(f"scenario.{name}[{n}].{k}", row[k]) for k, check in rows.keys.items())
        where = f"scenario.{name}[{' '.join('-'.join(k) if isinstance(k, tuple) else str(k) for k in key)}]"
        values = {k: check(f"{where}.{k}", row[k]) for k, check in rows.values.items() if k in row}
        values["source"] = _source(where, row, known, source)
        if "to" in row and row["of"] == row["to"]:
            raise wrong(f"{where}.to", row["to"], "another actor")
        for one in [(a, *key[1:]) for a in ACTORS] if key[0] == "all" else [key]:
            if one in table:
                raise ValueError(f"{where}: expected one row for {one[0]}")
            table[one] = values
    return table


def _parameters(given: Any, known: Iterable[str], source: str) -> Document:
    parameters = {}
    for name, row in mapping("scenario.parameters", given, PARAMETER_INDEX).items():
        p = PARAMETER_INDEX[name]
        parameters[name] = _valued(f"scenario.parameters.{name}", row, number(p.low, p.high), known, source)
    return parameters


def _moves(given: Any, known: Iterable[str], source: str) -> Document:
    moves = {}
    for kind, fields in mapping("scenario.moves", given, KIND_INDEX).items():
        for name, row in mapping(f"scenario.moves.{kind}", fields, MOVE_FIELDS).items():
            moves[f"{kind}.{name}"] = _valued(f"scenario.moves.{kind}.{name}", row, share, known, source)
    return moves


def _valued(where: str, row: Any, check: Check, known: Iterable[str], source: str) -> Document:
    if not isinstance(row, Mapping):
        if not source and isinstance(row, int | float):
            raise wrong(where, check(where, row), "{value: ..., source: ...}")
        row = {"value": row}
    if "value" not in mapping(where, row, ("value", "source")):
        raise ValueError(f"{where}.value: expected a number")
    return {"value": check(where, row["value"]), "source": _source(where, row, known, source)}


def _labels(given: Any) -> dict[str, str]:
    labels = {k: validation.text(40)(f"scenario.labels.{k}", v) for k, v in mapping("scenario.labels", given, ACTORS).items()}
    labels = {a: labels.get(a, a) for a in ACTORS}
    if len(set(labels.values())) < len(ACTORS):
        raise wrong("scenario.labels", list(labels.values()), "five different labels")
    return labels


def _order(given: Any) -> tuple[str, ...]:
    validation.actors(5, 5)("scenario.order", given)
    return tuple(given)
