"""The mix of events: classes are those of CAMEO's codes, shares sum to one."""

import pytest

from straits.envs.spec.moves import parse
from straits.experiments.analysis.calibration.event_mix import CLASSES, PUBLISHED, mixes, quad_class


@pytest.mark.parametrize(
    ("move", "expected"),
    [
        ("reassure.japan", "verbal cooperation"),
        ("relief.japan", "material cooperation"),
        ("denounce.japan", "verbal conflict"),
        ("patrol.taiwan_strait", "material conflict"),
    ],
)
def test_a_moves_class_is_that_of_its_code(move: str, expected: str) -> None:
    assert CLASSES[quad_class(parse(move))] == expected


def test_idle_moves_are_no_events_and_shares_sum_to_one() -> None:
    assert quad_class(parse("hold")) == -1
    assert sum(m.played.estimate for m in mixes(games=20)) == pytest.approx(1) == sum(PUBLISHED)
