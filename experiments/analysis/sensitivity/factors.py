"""List the assumptions that are varied: all numbers of the rules without a source, and the columns of a scenario's tables.

A parameter whose source is "assumption", or whose size is an assumption, varies from half to one and a half of its default, within
its own range. That width is an assumption too. The rows of a scenario and of the move table are scaled by column: all rows of a
column by one factor, cut off at 1. A parameter that is 0 by default switches a mechanism off, and is not varied.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from straits.envs.scenarios.scenario import Scenario
from straits.envs.scenarios.schema import MOVE_FIELDS
from straits.envs.spec.moves import KINDS
from straits.envs.spec.parameters import ASSUMPTION, PARAMETERS

LEAST, MOST = 0.5, 1.5  # multiples of the default
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
    """An assumption with its range: the value of a parameter, or the scale of a column."""

    name: str
    low: float
    high: float
    default: float


def factors() -> tuple[Factor, ...]:
    """List all factors: parameters in their order, columns of a scenario, columns of the move table."""
    varied = [p for p in PARAMETERS if ASSUMPTION in p.source and p.default != 0.0]
    listed = [Factor(p.name, max(p.low, LEAST * p.default), min(p.high, MOST * p.default), p.default) for p in varied]
    listed += [Factor(f"{table}.{column}", LEAST, MOST, 1.0) for table, column in COLUMNS]
    listed += [Factor(f"moves.{column}", LEAST, MOST, 1.0) for column in MOVE_FIELDS]
    return tuple(listed)


def problem(chosen: Sequence[Factor]) -> dict[str, Any]:
    """Describe the factors in the format of SALib."""
    return {"num_vars": len(chosen), "names": [f.name for f in chosen], "bounds": [[f.low, f.high] for f in chosen]}


def applied(base: Scenario, chosen: Sequence[Factor], values: NDArray[np.float64]) -> Scenario:
    """Return the scenario with some factors changed. All other factors keep their values.

    Args:
        base: The scenario.
        chosen: The factors.
        values: Their values, (factors,).
    """
    new = dict(zip((f.name for f in chosen), map(float, values), strict=True))
    parameters = {name: value for name, value in new.items() if "." not in name}
    rows: dict[str, dict[Any, dict[str, Any]]] = {}  # table -> key -> the row's changes
    moves: dict[str, dict[str, float]] = {}
    for name, scale in new.items():
        table, _, column = name.partition(".")
        if table == "moves":
            for kind in KINDS:
                if value := getattr(kind, column):
                    moves.setdefault(kind.name, {})[column] = min(1.0, scale * value)
        elif column:
            for key, row in base.document[table].items():
                if column in row:
                    entry = rows.setdefault(table, {}).setdefault(key, dict(zip(KEYS[table], key, strict=True)))
                    entry[column] = min(1.0, scale * row[column])
    return base.with_(parameters=parameters, moves=moves, **{table: list(changed.values()) for table, changed in rows.items()})
