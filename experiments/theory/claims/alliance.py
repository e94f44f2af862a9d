"""Test T14 and T15 (Snyder 1984) with a patron, its client and a rival.

The patron responds too; only its commitment is planted.
"""

import functools
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from straits.envs.spec.constants import CHINA, PHILIPPINES, USA
from straits.experiments.theory import reduced
from straits.experiments.theory.claims.events import backs_down, ever
from straits.experiments.theory.grid import CELLS, PATROL, SEA, TAIL, Cell, over_cells, planted, slope
from straits.experiments.theory.qre import Play, Types, solve
from straits.experiments.theory.standoff import PAIR, STAKED, STANDS, standoff
from straits.experiments.theory.verdict import Verdict, cells_say, mean_over, sign_test

FIRMNESS: Final = (0.0, 0.2, 0.4, 0.6)  # T14: the patron's public commitment towards the rival, which binds it (R6.1)
TWO: Final = Types.even(0.0, 1.0)
REASSURE: Final = "reassure.china"
SIDES: Final = {"usa": ("", PATROL, REASSURE), **STANDS}
_PROVOKED: Final = {"grievance_military.usa.china": 0.4}
_ALLIED: Final[dict[str, Any]] = {  # the patron is a rival of its client's rival
    "relations": [{"of": a, "to": b, "rival": 1.0, "hostility": 0.5} for a, b in (("usa", "china"), ("china", "usa"))],
    "partners": [{"pair": ["usa", "philippines"], "ally": 0.8, "trust": 0.5}],
    "claims": [{"of": "usa", "areas": {SEA: 0.5, "philippine_sea": 0.5}}],
    "proximity": [{"of": "usa", "areas": {SEA: 0.4, "philippine_sea": 1.0}}],
    "domestic": [{"of": "usa", "audience": 1.0}],
}


@functools.cache
def _crisis(cell: Cell, firmness: float) -> Play:
    """Solve the crisis of two turns in which China faces the client and its patron. firmness: the patron's commitment."""
    tree = standoff(
        cell, turns=2, seats=SIDES, pairs=(PAIR, (CHINA, USA)), **_ALLIED, state=STAKED | {"public_commitment.usa.china": firmness}
    )
    return solve(tree, (TWO, TWO, TWO), cell.precision)


def t14(cells: Sequence[Cell] = CELLS) -> Verdict:
    """Test T14: firmer patrons make bolder clients, which yield more rarely."""

    def fall(cell: Cell, side: int) -> float:
        return -slope(FIRMNESS, [ever(_crisis(cell, f), backs_down(side, CHINA)) for f in FIRMNESS])

    effects, unsolved = over_cells(lambda cell: fall(cell, PHILIPPINES), cells)
    firm, _ = over_cells(lambda cell: fall(cell, USA), cells)
    return Verdict(
        "T14", "Snyder 1984", "firmer patrons make bolder clients",
        f"both in a crisis with the rival; public commitment of the patron {FIRMNESS[0]:g} to {FIRMNESS[-1]:g}; the client yields",
        f"{cells_say(effects, unsolved, 'fall of the chance per unit of commitment')}; "
        f"the patron itself yields more rarely in {int((firm > 0).sum())}",
        mean_over(effects), sign_test(effects),
    )  # fmt: skip


@functools.cache
def _play(cell: Cell, abandonment: float) -> Play:
    """Solve the game of three sides and three turns in which the patron may reassure its client's rival."""
    scenario = planted(cell, parameters={"reassure_abandonment": abandonment}, state=_PROVOKED, **_ALLIED)
    seats = {"usa": ("", REASSURE), "china": ("", PATROL), "philippines": ("", PATROL)}
    return solve(reduced.build(scenario, seats, 3, TAIL), (TWO, TWO, TWO), cell.precision)


def t15(cells: Sequence[Cell] = CELLS) -> Verdict:
    """Test T15: a patron that reassures the rival worries the client, which trusts the patron less and expects a lower return."""
    values, unsolved = over_cells(lambda cell: _worry(cell, 0.04)[0] - _worry(cell, 0.0)[0], cells)
    trusts, _ = over_cells(lambda cell: _worry(cell, 0.04)[1], cells)
    return Verdict(
        "T15", "Snyder 1984", "reassuring the rival worries the client",
        "the patron reassures the rival at once or stays silent; reassure_abandonment 0.04, against 0",
        f"{cells_say(values, unsolved, 'loss of what the client expects')}; "
        f"trust falls by {trusts.mean():.2g} in {int((trusts > 0).sum())}",
        mean_over(values), sign_test(values),
    )  # fmt: skip


def _worry(cell: Cell, abandonment: float) -> tuple[float, float]:
    """Return the client's loss of expected return and of trust when the patron reassures and no other actor moves in that turn."""
    play = _play(cell, abandonment)
    which, shape = play.tree.actors.index(PHILIPPINES), play.tree.shape
    silent, spoken = (int(np.ravel_multi_index((n, 0, 0, 0), shape)) for n in (0, 1))
    value = (play.chances[1][which] * play.worth[1][which]).sum(axis=1).mean(axis=1)  # (children,)
    earned = play.tree.levels[0].peace[0, :, which]
    trust = play.tree.levels[0].after["trust"][0, :, USA, PHILIPPINES]
    return float(value[silent] + earned[silent] - value[spoken] - earned[spoken]), float(trust[silent] - trust[spoken])
