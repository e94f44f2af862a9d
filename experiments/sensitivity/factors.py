"""The assumptions that are varied: every number of the rules that no source gives, and the sizes of a scenario's tables.

A parameter whose source says "assumption", also for its size alone, goes from half to one and a half of its default, within its
own range; that width is an assumption too. The rows of a scenario and of the move table are scaled a column at a time, all of a
column's rows by the same factor, and cut off at 1. Parameters that are 0 by default are mechanisms that are off, and stay so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from straits.envs.document import MOVE_FIELDS
from straits.envs.moves import KINDS
from straits.envs.parameters import ASSUMPTION, PARAMETERS
from straits.envs.scenario import Scenario

LEAST, MOST = 0.5, 1.5  # of the default
COLUMNS: Final = (  # of a scenario: (table, column)
    ("relations", "rival"),
    ("relations", "hostility"),
    ("partners", "ally"),
    ("partners", "trust"),
    ("presence", "standing"),
    ("domestic", "audience"),
    ("types", "opportunist"),
)
KEYS: Final[Mapping[str, tuple[str, ...]]] = {  # what identifies a row of each table
    "relations": ("of", "to"),
    "partners": ("pair",),
    "presence": ("of", "area", "class"),
    "domestic": ("of",),
    "types": ("of",),
}


@dataclass(frozen=True)
class Factor:
    """An assumption with its range: a parameter's value, or the scale of a column."""

    name: str
    low: float
    high: float
    default: float


def factors() -> tuple[Factor, ...]:
    """All of them: parameters in their order, then columns of a scenario, then columns of the move table."""
    varied = [p for p in PARAMETERS if ASSUMPTION in p.source and p.default != 0.0]
    found = [Factor(p.name, max(p.low, LEAST * p.default), min(p.high, MOST * p.default), p.default) for p in varied]
    found += [Factor(f"{table}.{column}", LEAST, MOST, 1.0) for table, column in COLUMNS]
    found += [Factor(f"moves.{column}", LEAST, MOST, 1.0) for column in MOVE_FIELDS]
    return tuple(found)


def problem(chosen: Sequence[Factor]) -> dict[str, Any]:
    """The factors as SALib takes them."""
    return {"num_vars": len(chosen), "names": [f.name for f in chosen], "bounds": [[f.low, f.high] for f in chosen]}


def applied(base: Scenario, chosen: Sequence[Factor], values: NDArray[np.float64]) -> Scenario:
    """The scenario with those values, (factors,), of those factors; the others stay as they are."""
    given = dict(zip((f.name for f in chosen), map(float, values), strict=True))
    changes: dict[str, Any] = {"parameters": {name: value for name, value in given.items() if "." not in name}}
    for name, scale in given.items():
        table, _, column = name.partition(".")
        if table == "moves":
            _scale_moves(changes, column, scale)
        elif column:
            _scale_rows(changes, base, table, column, scale)
    return base.with_(**changes)


def _scale_moves(changes: dict[str, Any], column: str, scale: float) -> None:
    moves = changes.setdefault("moves", {})
    for kind in KINDS:
        if value := getattr(kind, column):
            moves.setdefault(kind.name, {})[column] = min(1.0, scale * value)


def _scale_rows(changes: dict[str, Any], base: Scenario, table: str, column: str, scale: float) -> None:
    rows = {tuple(map(str, row_key(table, row).values())): row for row in changes.setdefault(table, [])}
    for key, row in base.document[table].items():
        if column in row:
            named = dict(zip(KEYS[table], key, strict=True))
            same = rows.get(tuple(map(str, named.values())))
            if same is None:
                changes[table].append(same := dict(named))
            same[column] = min(1.0, scale * row[column])


def row_key(table: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """What identifies a row."""
    return {key: row[key] for key in KEYS[table]}
