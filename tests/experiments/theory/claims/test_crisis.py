"""T9, T17 and T19 on a part of the grid: crises by turns and by weeks."""

import numpy as np
import pytest

from straits.experiments.theory.claims import audience, brink, crisis, reaction
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
def test_T19_reassuring_shortens_and_closing_lengthens_in_each_of_a_few_cells() -> None:
    for cell in FEW:
        still = 1.0 - crisis._ends(cell)[..., 0].cumsum(axis=1).mean(axis=1)  # (acts,): mean share of turns that it lasts
        assert still[1] < still[0] < still[2]


@pytest.mark.slow
def test_T17_responses_are_stronger_under_tension_and_singles_forgiven_in_each_of_a_few_cells() -> None:
    found = reaction.t17(FEW)
    assert found.p == 0.5 ** len(FEW) and "8 of 8 reciprocators" in found.result


@pytest.mark.slow
def test_T9_success_turns_with_known_resolve_where_conflict_is_near_and_responders_precise() -> None:
    line = brink._successes(CELLS[-4], True)
    assert brink._bend(line) > 0.05 and 0 < line.argmax() < len(line) - 1
