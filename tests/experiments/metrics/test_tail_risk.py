"""Tail risk by hand."""

import pytest

from straits.experiments.metrics.tail_risk import conditional_value_at_risk, quantile_interval, tail_interval, value_at_risk

HUNDRED = list(range(1, 101))


def test_value_at_risk_is_the_value_that_so_many_do_not_exceed():
    assert value_at_risk(HUNDRED, 0.95) == 95
    assert value_at_risk([1, 2, 3, 4], 0.5) == 2


def test_conditional_value_at_risk_is_the_mean_of_the_worst():
    assert conditional_value_at_risk(HUNDRED, 0.95) == pytest.approx(98)  # mean of 96..100
    assert conditional_value_at_risk([0, 0, 0, 10], 0.5) == pytest.approx(5)


def test_a_boundary_within_a_game_counts_it_in_part():
    assert conditional_value_at_risk([0, 1, 2], 0.5) == pytest.approx((2 + 0.5 * 1) / 1.5)


def test_the_ranks_of_a_quantile_by_hand():
    # Of 100 games, Binomial(100, 0.95) is below 90 in 1.1 % and above 99 in 0.6 %: the 90th and the 100th value.
    assert quantile_interval(HUNDRED) == (95, 90, 100)


def test_the_tails_interval_stands_around_the_estimate_and_ends_where_values_do():
    found = tail_interval(HUNDRED, seed=1)
    assert found.estimate == pytest.approx(98) and 90 < found.low < 98 < found.high
    assert tail_interval(HUNDRED, seed=1, most=98.5).high == 98.5
    assert tail_interval([3.0] * 50, seed=1) == (3, 3, 3)


@pytest.mark.parametrize(("values", "level", "message"), [([], 0.9, "values of shape"), ([1], 1.0, "level=1.0: expected")])
def test_bad_input_is_named(values, level, message):
    with pytest.raises(ValueError, match=message):
        value_at_risk(values, level)
