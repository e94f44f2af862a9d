"""T2, T6, T10 and T19 on a part of the grid: crises by turns and by weeks."""

import numpy as np
import pytest

from straits.experiments.theory.claims import audience, brink, crisis
from straits.experiments.theory.grid import CELLS

FEW = CELLS[::5]


def test_T2_types_cost_the_same_whatever_the_capability_and_are_likelier_low_the_more_there_is() -> None:
    weak, strong = audience._types(0.5), audience._types(1.5)
    for capability, types in ((0.5, weak), (1.5, strong)):
        costs = [(2.0 - capability) * (1.0 - audience.RELIEF * r) for r in types.resolve]
        assert costs == pytest.approx(audience.LOSSES) and sum(types.prior) == pytest.approx(1.0)
    assert weak.prior[0] > strong.prior[0] and weak.prior[-1] < strong.prior[-1]


def test_T19_a_crisis_ends_or_is_censored_in_some_turn() -> None:
    ways = crisis._ends(FEW[0])
    assert ways.shape == (len(crisis.ACTS), crisis.TURNS, 2) and ways.sum(axis=(1, 2)) == pytest.approx(1.0)
    assert (np.diff(crisis._drawn(ways[None], 1).groupby(["reassured", "closed"])["crises"].sum()) == 0).all()


@pytest.mark.slow
def test_T6_T10_brinkmanship_by_turns_rewards_posture_and_can_be_more_dangerous_with_less_noise() -> None:
    near = [CELLS[6], CELLS[-2]]  # the high precision
    assert all(brink._peaceful_posture(brink._alternate(cell)) > -0.02 for cell in near)
    assert brink.t10(near).met
