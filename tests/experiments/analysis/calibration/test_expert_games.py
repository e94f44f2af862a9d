"""The contrast with expert teams: who counts as using an instrument, and what agrees."""

import numpy as np

from straits.envs.spec.constants import ACTORS, N_ACTORS, N_CHANNELS
from straits.envs.spec.moves import KIND_INDEX, choice
from straits.experiments.analysis.calibration.expert_games import (
    INSTRUMENTS,
    PARTNERS,
    TEAMS,
    Contrast,
    _used,
    contrasts,
    same_direction,
)
from straits.experiments.utils.statistics import Interval


def test_instruments_are_moves_of_those_who_have_them() -> None:
    for instrument in INSTRUMENTS:
        assert set(instrument.kinds) <= set(KIND_INDEX) and set(instrument.by) <= set(ACTORS)
        assert all(n <= teams for n, teams in zip(instrument.chosen, TEAMS, strict=True))


def test_an_instrument_is_used_where_one_who_has_it_makes_the_move() -> None:
    reserve = next(i for i in INSTRUMENTS if i.by == PARTNERS)
    moves = np.zeros((2, 3, N_ACTORS, N_CHANNELS), np.int64)
    moves[1, 1, ACTORS.index("taiwan")] = choice("mobilise.taiwan")
    moves[1, 2, ACTORS.index("china")] = choice("mobilise.mainland_coast")
    assert _used(reserve, moves).tolist() == [0, 1, 0]


def test_only_a_difference_beyond_its_interval_has_a_direction() -> None:
    teams = (Interval(0.1, 0, 0.4), Interval(0.6, 0.3, 0.9))
    for difference, expected in (
        (Interval(0.1, 0.05, 0.2), True),
        (Interval(-0.1, -0.2, -0.05), False),
        (Interval(0.1, -0.1, 0.3), None),
    ):
        assert same_direction(Contrast(INSTRUMENTS[0], teams, teams, difference)) is expected
    assert same_direction(Contrast(INSTRUMENTS[5], teams, None, None)) is None


def test_every_instrument_is_compared_and_those_without_moves_say_so() -> None:
    found = contrasts(games=60)
    assert [c.instrument for c in found] == list(INSTRUMENTS)
    assert all((c.default is None) == (not c.instrument.kinds) for c in found)
