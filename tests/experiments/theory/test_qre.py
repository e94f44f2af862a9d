"""The equilibrium: closed forms of games whose answer is known, Bayes' rule by hand."""

import numpy as np
import pytest

from straits.experiments.theory.game_tree import Floats, Level, Tree
from straits.experiments.theory.qre import Types, solve
from straits.experiments.theory.verdict import Verdict, corrected, judged, sign_test

SURE = Types.even(0.0)


def tree(payoffs: list[list[tuple[float, float]]], bite: float = 0.0, turns: int = 1) -> Tree:
    """A game of two sides and two choices each, played so many times. bite: what choosing 1 earns one more at full resolve."""
    peace = np.array(payoffs, float).reshape(1, 4, 2)
    war = np.zeros((1, 4, 2, 2))
    war[0, 2:, 0, 1] = bite
    levels = []
    for turn in range(turns):
        n = 4**turn
        legal = (np.ones((n, 2), bool), np.ones((n, 2), bool))
        ones: Floats = np.ones((n, 4))
        levels.append(Level(legal, ones, ones, np.repeat(peace, n, axis=0), np.repeat(war, n, axis=0), {}))
    return Tree((0, 1), (("a", "b"), ("a", "b")), 1, tuple(levels), np.zeros((4**turns, 2, 2)), np.zeros(4**turns), {})


def test_a_dominant_choice_has_its_logit_chance() -> None:
    dilemma = tree([[(2, 2), (0, 3)], [(3, 0), (1, 1)]])
    play = solve(dilemma, (SURE, SURE), precision=1.5)
    expected = 1 / (1 + np.exp(-1.5))
    assert play.chances[0][0][0, 1, 0] == pytest.approx(expected, abs=1e-6)
    assert play.chances[0][1][0, 1, 0] == pytest.approx(expected, abs=1e-6)


def test_matching_pennies_is_mixed_evenly_however_precise_the_players() -> None:
    pennies = tree([[(1, -1), (-1, 1)], [(-1, 1), (1, -1)]])
    for precision in (1.0, 20.0):
        assert solve(pennies, (SURE, SURE), precision).chances[0][0][0, :, 0] == pytest.approx([0.5, 0.5], abs=1e-6)


def test_uneven_matching_pennies_moves_the_other_side_towards_nash() -> None:
    """One side's prize is 9 in place of 1: as precision grows the other side comes to mix 1/6 to 5/6 (Goeree, Holt and Palfrey
    2003). At 25 and more the solver does not settle."""
    uneven = tree([[(9, -1), (-1, 1)], [(-1, 1), (1, -1)]])
    mixed = [solve(uneven, (SURE, SURE), precision).chances[0][1][0, 0, 0] for precision in (4.0, 8.0, 15.0)]
    assert mixed[0] > mixed[1] > mixed[2] == pytest.approx(1 / 6, abs=0.002)


def test_beliefs_follow_bayes_and_tell_the_resolute_by_what_they_do() -> None:
    game = tree([[(0, 0), (0, 0)], [(0, 0), (0, 0)]], bite=1.0, turns=2)
    play = solve(game, (Types((0.0, 1.0), (0.7, 0.3)), SURE), precision=2.0)
    firm = play.chances[0][0][0, 1]  # of each type
    assert firm == pytest.approx([0.5, 1 / (1 + np.exp(-2.0))], abs=1e-6)
    after = 0.3 * firm[1] / (0.7 * firm[0] + 0.3 * firm[1])
    assert play.beliefs[1][0][2, 1] == pytest.approx(after, abs=1e-6)  # child 2: it chose 1, the other 0
    assert play.reach(1).sum() == pytest.approx(1.0)


def test_holm_corrects_step_by_step() -> None:
    """By hand, of 0.01, 0.02 and 0.04: 0.03, 0.04 and 0.04; with 0.03 in place of 0.02 the second fails, and the third with it."""
    rows = [Verdict(n, "", "", "", "", None, p) for n, p in (("A", 0.01), ("B", 0.02), ("C", 0.04))]
    assert corrected(rows) == pytest.approx({"A": 0.03, "B": 0.04, "C": 0.04})
    assert [v.holds for v in judged(rows)] == [True, True, True]
    rows[1] = Verdict("B", "", "", "", "", None, 0.03)
    assert [v.holds for v in judged(rows)] == [True, False, False]


def test_the_sign_test_counts_cells() -> None:
    assert sign_test(np.ones(10)) == pytest.approx(2.0**-10)
    assert sign_test(np.array([1.0, -1.0])) == pytest.approx(0.75)
