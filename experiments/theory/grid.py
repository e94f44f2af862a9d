"""Define the grid of cells on which each claim is tested, and the reduced games of the cells.

The grid was fixed in advance. Its numbers are no estimates: they span games in which firmness is a dilemma. They were set after a
look at other numbers (hazards of 0.03 to 0.25, precisions of 2 to 20). Above a precision of 5 and from a hazard of 0.2 the branch
is hard to follow. No cell has been dropped since.
"""

import functools
import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np

from straits.envs.scenarios.scenario import Scenario
from straits.experiments.theory import reduced
from straits.experiments.theory.game_tree import Floats, Tree
from straits.experiments.theory.qre import Play, Types, solve

SEA: Final = "south_china_sea"
PATROL: Final = f"patrol.{SEA}"
EXERCISE: Final = f"exercise.{SEA}"
FIRM: Final = ("", PATROL, EXERCISE)  # choices of both sides in most of the games
TAIL: Final = 8  # idle turns after the last decision, in which consequences still count
RELIEF: Final = 0.9  # planted `resolve_reduction`: share of a conflict's loss that full resolve avoids, so that resolve matters
LOW_STAKES: Final[dict[str, Any]] = {  # for claims where, at full stakes, both sides always escalate at once and nothing varies
    "claims": [
        {"of": "china", "areas": {SEA: 0.3, "mainland_coast": 0.7}},
        {"of": "philippines", "areas": {SEA: 0.3, "luzon": 0.7}},
    ],
    "parameters": {"status_quo_cost": 2.0},
}
THREE: Final = Types.even(0.0, 0.5, 1.0)


class Cell(NamedTuple):
    """One cell of the grid, a setting in which a claim must hold."""

    hazard: float  # hazard_rate, instead of 0.0045: one turn of the reduced game represents a complete confrontation
    precision: float  # of the logit responses
    opportunist: int  # the goal of both sides
    tension: float  # of both sides at the start
    grievance_military: float = 0.0  # unmet demand of both sides to answer the other's presence at the start


CELLS: Final = tuple(Cell(*c) for c in itertools.product((0.06, 0.15), (2.0, 4.0), (0, 1), (0.35, 0.5)))


def planted(
    cell: Cell, *, parameters: Mapping[str, float] | None = None, state: Mapping[str, Any] | None = None, **more: Any
) -> Scenario:
    """Return the reduced scenario of a cell with the changes of a claim.

    Args:
        cell: The cell.
        parameters: Parameters of the rules.
        state: Values of the start state, keys such as `tension.china.philippines`.
        more: Other changes, as `Scenario.with_` takes them.
    """
    pair = (("china", "philippines"), ("philippines", "china"))
    start = {f"tension.{a}.{b}": cell.tension for a, b in pair} | {
        f"grievance_military.{a}.{b}": cell.grievance_military for a, b in pair
    }
    return reduced.scenario(
        parameters={"hazard_rate": cell.hazard, "resolve_reduction": RELIEF, **(parameters or {})},
        state={**start, **(state or {})},
        types=[{"of": "all", "opportunist": cell.opportunist}],
        **more,
    )


@functools.cache
def symmetric(cell: Cell) -> Tree:
    """Return the game that several claims share: both sides hold, patrol or exercise, for three turns."""
    return reduced.build(planted(cell), {"china": FIRM, "philippines": FIRM}, 3, TAIL)


@functools.cache
def solved(cell: Cell, china: Types = THREE, philippines: Types = THREE) -> Play:
    """Return the equilibrium of the symmetric game.

    Args:
        cell: The cell.
        china: Types of China.
        philippines: Types of the Philippines.
    """
    return solve(symmetric(cell), (china, philippines), cell.precision)


def over_cells(measure: Callable[[Cell], float | Floats], cells: Sequence[Cell]) -> tuple[Floats, int]:
    """Apply a measure to each cell.

    Args:
        measure: Effect in one cell; raises a ValueError where the solver does not converge.
        cells: The cells.

    Returns:
        The values of the cells that were solved, (cells solved, ...), and the number of cells that were not.

    Raises:
        ValueError: If the measure fails for another reason.
    """
    values, unsolved = [], 0
    for cell in cells:
        try:
            values.append(measure(cell))
        except ValueError as error:
            if "still changing" not in str(error):
                raise
            unsolved += 1
    return np.array(values), unsolved


def slope(x: Sequence[float], y: Sequence[float]) -> float:
    """Return the least-squares slope of y on x."""
    return float(np.polyfit(np.asarray(x, np.float64), np.asarray(y, np.float64), 1)[0])
