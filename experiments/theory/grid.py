"""The grid that every claim is put to, fixed in advance, and the reduced games that it plants.

The numbers of the grid are not estimates of anything: they span games in which standing firm is a dilemma. They were set after a
look at other numbers (hazards of 0.03 to 0.25, precisions of 2 to 20; above 5 and at a hazard of 0.2 or
more the branch is hard to follow), and no cell has been dropped since.
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
FIRM: Final = ("", PATROL, EXERCISE)  # what both may do in most of the games
TAIL: Final = 8  # idle turns in which what was done goes on to count
RELIEF: Final = 0.9  # planted `resolve_relief`: what full resolve spares one of a conflict's loss, so that resolve matters
LOW_STAKES: Final[dict[str, Any]] = {  # where at full stakes both sides step up at once whatever is planted, and nothing can vary
    "claims": [
        {"of": "china", "areas": {SEA: 0.3, "mainland_coast": 0.7}},
        {"of": "philippines", "areas": {SEA: 0.3, "luzon": 0.7}},
    ],
    "parameters": {"status_quo_cost": 2.0},
}
THREE: Final = Types.even(0.0, 0.5, 1.0)


class Cell(NamedTuple):
    """What a claim must hold up to: a place of the grid."""

    hazard: float  # hazard_rate, in place of 0.0018: a turn of the reduced game stands for a whole confrontation
    precision: float  # of the logit responses
    opportunist: int  # the goal of both sides
    tension: float  # of both sides at the start
    force: float = 0.0  # unmet demand of both sides to answer the other's presence at the start


CELLS: Final = tuple(Cell(*c) for c in itertools.product((0.06, 0.15), (2.0, 4.0), (0, 1), (0.35, 0.5)))


def planted(
    cell: Cell, *, parameters: Mapping[str, float] | None = None, state: Mapping[str, Any] | None = None, **more: Any
) -> Scenario:
    """The reduced scenario in that cell, with what a claim plants on top."""
    pair = (("china", "philippines"), ("philippines", "china"))
    start = {f"tension.{a}.{b}": cell.tension for a, b in pair} | {f"force.{a}.{b}": cell.force for a, b in pair}
    return reduced.scenario(
        parameters={"hazard_rate": cell.hazard, "resolve_relief": RELIEF, **(parameters or {})},
        state={**start, **(state or {})},
        types=[{"of": "all", "opportunist": cell.opportunist}],
        **more,
    )


@functools.cache
def symmetric(cell: Cell) -> Tree:
    """The game that several claims share: both sides hold, patrol or exercise, three turns."""
    return reduced.build(planted(cell), {"china": FIRM, "philippines": FIRM}, 3, TAIL)


@functools.cache
def solved(cell: Cell, china: Types = THREE, philippines: Types = THREE) -> Play:
    """Its equilibrium for these types."""
    return solve(symmetric(cell), (china, philippines), cell.precision)


def over_cells(measure: Callable[[Cell], float | Floats], cells: Sequence[Cell]) -> tuple[Floats, int]:
    """The measure in each cell, (cells solved, ...), and how many cells could not be solved."""
    found, unsolved = [], 0
    for cell in cells:
        try:
            found.append(measure(cell))
        except ValueError as error:
            if "still changing" not in str(error):
                raise
            unsolved += 1
    return np.array(found), unsolved


def slope(x: Sequence[float], y: Sequence[float]) -> float:
    """Least squares slope of y on x."""
    return float(np.polyfit(np.asarray(x, np.float64), np.asarray(y, np.float64), 1)[0])
