"""Build the reduced game of two sides in a crisis: they press, wait, yield or offer a deal (R11).

The crisis has lasted as long as talks need, so that each turn may end it. To reassure the rival without pressing it is to yield.
Both sides are committed in public. The other parameters are those of a cell of the grid.
"""

import functools
from collections.abc import Mapping, Sequence
from typing import Any, Final

from straits.envs.scenarios.scenario import Scenario
from straits.envs.simulator.engine import Engine
from straits.envs.spec.constants import CHINA, PHILIPPINES
from straits.experiments.theory import reduced
from straits.experiments.theory.game_tree import Tree
from straits.experiments.theory.grid import PATROL, TAIL, THREE, Cell, planted
from straits.experiments.theory.qre import Play, Types, solve

PAIR: Final = (CHINA, PHILIPPINES)
YIELDS: Final = {"china": "reassure.philippines", "philippines": "reassure.china"}
OFFERS: Final = {"china": "deal.philippines", "philippines": "deal.china"}
STANDS: Final = {side: ("", PATROL, YIELDS[side]) for side in YIELDS}  # no deal: one side yields, or the crisis fades
STAKED: Final = {"public_commitment.china.philippines": 0.35, "public_commitment.philippines.china": 0.35}  # that of a threat
TURNS: Final = 3


def standoff(
    cell: Cell,
    *,
    turns: int = TURNS,
    seats: Mapping[str, Sequence[str]] = STANDS,
    menus: Sequence[Mapping[str, Sequence[str]]] = (),
    state: Mapping[str, Any] = STAKED,
    accidents: bool = False,
    pairs: Sequence[tuple[int, int]] = (PAIR,),
    ripeness: float = 1.0,
    **more: Any,
) -> Tree:
    """Build the game of a cell.

    Args:
        cell: The cell.
        turns: Number of turns with decisions.
        seats: Moves of each side.
        menus: Moves of each side in each turn, as `reduced.build` takes them.
        state: Values of the start state.
        accidents: Add a second child with an incident to each choice.
        pairs: Pairs in a crisis, its opener first.
        ripeness: How much there is to settle, 0..1.
        more: Other changes, as `planted` takes them.
    """
    scenario = planted(cell, state=state, **more)
    return reduced.build(scenario, seats, turns, TAIL, accidents, in_crisis(scenario, pairs, ripeness), menus)


def in_crisis(scenario: Scenario, pairs: Sequence[tuple[int, int]] = (PAIR,), ripeness: float = 1.0) -> Any:
    """Return the start of a scenario, (1,), with pairs in a crisis that can end from now on.

    Args:
        scenario: The scenario.
        pairs: Pairs, the opener of the crisis first.
        ripeness: How much there is to settle, 0..1.
    """
    engine = Engine(scenario, 1)
    engine.reset(0)
    start = engine.games.copy()
    for opener, other in pairs:
        for i, j in ((opener, other), (other, opener)):
            start["crisis_turns"][:, i, j] = engine.params["talks_from"][0]
            start["crisis_opener"][:, i, j] = i == opener
            start["ripeness"][:, i, j] = ripeness
            start["crises"][:, i, j] = 1
    return start


@functools.cache
def stood(cell: Cell, china: Types = THREE, philippines: Types = THREE) -> Play:
    """Return the equilibrium of the crisis that several claims share.

    Args:
        cell: The cell.
        china: Types of China.
        philippines: Types of the Philippines.
    """
    return solve(_shared(cell), (china, philippines), cell.precision)


@functools.cache
def _shared(cell: Cell) -> Tree:
    return standoff(cell)
