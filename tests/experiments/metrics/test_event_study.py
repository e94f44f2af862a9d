"""Series laid over one another at an event, by hand."""

import numpy as np

from straits.experiments.metrics.event_study import aligned

VALUES = np.array([[1, 2, 3, 4, 0], [10, 20, 30, 40, 50], [7, 7, 7, 7, 7]], float)
PLAYED = np.array([[1, 1, 1, 1, 0], [1, 1, 1, 1, 1], [1, 1, 1, 1, 1]], bool)


def test_games_are_laid_over_one_another_at_their_own_turn() -> None:
    found = aligned(VALUES, np.array([2, 4, -1]), PLAYED, before=1, after=2)
    assert found.offset.tolist() == [-1, 0, 1, 2]
    assert found.n.tolist() == [2, 2, 2, 1]  # the third game had no event; the second has one turn left after its own
    assert found.median.tolist() == [(1 + 30) / 2, (2 + 40) / 2, (3 + 50) / 2, 4]
    assert found.low[0] == 1 + 0.1 * 29 and found.high[0] == 1 + 0.9 * 29


def test_turns_that_nobody_played_have_no_number() -> None:
    found = aligned(VALUES, np.array([1, -1, -1]), PLAYED, before=1, after=1)
    assert found.n.tolist() == [0, 1, 1] and np.isnan(found.median[0]) and found.median[1:].tolist() == [1, 2]


def test_without_events_nothing_is_known() -> None:
    found = aligned(VALUES, np.array([-1, -1, -1]), PLAYED, before=0, after=0)
    assert found.n.tolist() == [0] and np.isnan(found.median).all()
