"""T4's game: which of Fearon's inequalities its payoffs break since the defender can yield in a crisis."""

import pytest

from straits.experiments.theory.claims import hands
from straits.experiments.theory.grid import CELLS

ALWAYS = "an opportunist challenges both"  # what a deal or a yield moves is less than the price of an exercise
SOMETIMES = {"a defender without resolve prefers to cede", "a committed defender prefers to respond"}


@pytest.mark.parametrize("cell", [cell for cell in CELLS if cell.precision == 2.0])  # precision is no part of payoffs
def test_T4_payoffs_break_the_order_of_the_paper_only_where_it_is_said(cell: hands.Cell) -> None:
    wrong = {name for name, met in hands.orders(cell).items() if not met}
    assert ALWAYS in wrong and wrong <= {ALWAYS, *SOMETIMES}


@pytest.mark.slow
def test_T4_tying_hands_pays_more_and_is_more_dangerous_in_each_of_a_few_cells() -> None:
    found = hands.t4(CELLS[::5])
    assert found.p == 0.5 ** len(CELLS[::5])
