"""Tail risk by hand."""

import pytest

from straits.experiments.escalation.tail import conditional_value_at_risk, value_at_risk

HUNDRED = list(range(1, 101))


def test_value_at_risk_is_the_value_that_so_many_do_not_exceed():
    assert value_at_risk(HUNDRED, 0.95) == 95
    assert value_at_risk([1, 2, 3, 4], 0.5) == 2


def test_conditional_value_at_risk_is_the_mean_of_the_worst():
    assert conditional_value_at_risk(HUNDRED, 0.95) == pytest.approx(98)  # mean of 96..100
    assert conditional_value_at_risk([0, 0, 0, 10], 0.5) == pytest.approx(5)


def test_a_boundary_within_a_game_counts_it_in_part():
    assert conditional_value_at_risk([0, 1, 2], 0.5) == pytest.approx((2 + 0.5 * 1) / 1.5)


@pytest.mark.parametrize(("values", "level", "message"), [([], 0.9, "values of shape"), ([1], 1.0, "level=1.0: expected")])
def test_bad_input_is_named(values, level, message):
    with pytest.raises(ValueError, match=message):
        value_at_risk(values, level)
