"""Test T14 and T15 (Snyder 1984) with a patron, its client and a rival.

The patron responds too; only its commitment is planted.
"""

import functools
from collections.abc import Sequence
from typing import Final

import numpy as np

from straits.envs.spec.constants import CHINA, PHILIPPINES, USA
from straits.experiments.theory import reduced
from straits.experiments.theory.claims.events import escalates, ever
from straits.experiments.theory.grid import CELLS, LOW_STAKES, PATROL, SEA, Cell, over_cells, planted, slope
from straits.experiments.theory.qre import Play, Types, solve
from straits.experiments.theory.verdict import Verdict, cells_say, mean_over, sign_test

FIRMNESS: Final = (0.0, 0.2, 0.4, 0.6)  # T14: the patron's public commitment towards the rival, which binds it (R6.1, R5.3)
TWO: Final = Types.even(0.0, 1.0)
TAIL: Final = 8
REASSURE: Final = "reassure.china"
_BOUND: Final = {"grievance_military.usa.china": 0.4}  # the patron is provoked, so that no response is backing down


@functools.cache
def _play(cell: Cell, firmness: float, patron: tuple[str, ...], abandonment: float) -> Play:
    """Solve the game of three sides and three turns.

    The patron is a rival of the client's rival; it may deploy (T14) or reassure (T15).
    """
    low = PATROL in patron
    stake = 0.1 if low else 0.5
    rivals = [{"of": a, "to": b, "rival": 1.0, "hostility": 0.5} for a, b in (("usa", "china"), ("china", "usa"))]
    scenario = planted(
        cell,
        relations=rivals,
        partners=[{"pair": ["usa", "philippines"], "ally": 0.8, "trust": 0.5}],
        claims=[{"of": "usa", "areas": {SEA: stake, "philippine_sea": 1.0 - stake}}, *(LOW_STAKES["claims"] if low else ())],
        proximity=[{"of": "usa", "areas": {SEA: 0.4, "philippine_sea": 1.0}}],
        domestic=[{"of": "usa", "audience": 1.0}],
        parameters={"reassure_abandonment": abandonment, **(LOW_STAKES["parameters"] if low else {})},
        state={"public_commitment.usa.china": firmness, **_BOUND},
    )
    seats = {"usa": patron, "china": ("", PATROL), "philippines": ("", PATROL)}
    return solve(reduced.build(scenario, seats, 3, TAIL), (TWO, TWO, TWO), cell.precision)


def t14(cells: Sequence[Cell] = CELLS) -> Verdict:
    """Test T14: firmer patrons make bolder clients."""

    def boldness(cell: Cell) -> float:
        return slope(FIRMNESS, [ever(_play(cell, f, ("", PATROL), 0.04), escalates(PHILIPPINES, CHINA)) for f in FIRMNESS])

    effects, unsolved = over_cells(boldness, cells)
    firm, _ = over_cells(
        lambda cell: slope(FIRMNESS, [ever(_play(cell, f, ("", PATROL), 0.04), escalates(USA, CHINA)) for f in FIRMNESS]), cells
    )
    return Verdict(
        "T14", "Snyder 1984", "firmer patrons make bolder clients",
        f"low stakes; public commitment of the patron {FIRMNESS[0]:g} to {FIRMNESS[-1]:g}; the client's entry",
        f"{cells_say(effects, unsolved, 'rise of the chance of entry per unit of commitment')}; "
        f"the patron itself is firmer in {int((firm > 0).sum())}",
        mean_over(effects), sign_test(effects),
    )  # fmt: skip


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
    play = _play(cell, 0.0, ("", REASSURE), abandonment)
    which, shape = play.tree.actors.index(PHILIPPINES), play.tree.shape
    silent, spoken = (int(np.ravel_multi_index((n, 0, 0, 0), shape)) for n in (0, 1))
    value = (play.chances[1][which] * play.worth[1][which]).sum(axis=1).mean(axis=1)  # (children,)
    earned = play.tree.levels[0].peace[0, :, which]
    trust = play.tree.levels[0].after["trust"][0, :, USA, PHILIPPINES]
    return float(value[silent] + earned[silent] - value[spoken] - earned[spoken]), float(trust[silent] - trust[spoken])
