"""T12: Richardson's race, fitted and foretold."""

from statistics import NormalDist

import pytest

from straits.experiments.theory.claims import race


def test_T12_fitted_coefficients_recover_planted_ones() -> None:
    z = NormalDist().inv_cdf(1 - 0.05 / 2 / 4)  # the four intervals hold together at 95 %
    for planted, found, error in race.fitted():
        assert abs(found - planted) < z * error
        assert error < 0.15 * planted  # the interval says something


@pytest.mark.parametrize("a", [0.15, 0.45])
@pytest.mark.parametrize("product", race.PRODUCTS)
def test_T12_the_race_diverges_exactly_when_reactions_outweigh_fatigues(product: float, a: float) -> None:
    assert race.grows(product, a) == (product > 1)
