"""The distance of scenarios: what counts as apart, and that both windows are measured."""

import numpy as np
import pytest

from straits.agents.scripted import scripted
from straits.experiments.analysis.diagnostics.scenario_distance import MEASURES, WINDOWS, _compare, compare


def test_scenarios_are_apart_where_a_corrected_interval_leaves_out_zero() -> None:
    rng = np.random.default_rng(0)

    def sums(*shift: float) -> np.ndarray:
        part = rng.normal(1.0, 0.5, (len(MEASURES), 400)) + np.array([*shift, *[0.0] * (len(MEASURES) - len(shift))])[:, None]
        return np.stack([part, np.ones_like(part)])

    result = _compare({"one": sums(), "two": sums(), "three": sums(1.0, 0.5)}, 0.95)
    assert result["apart"] == {"one two": [], "one three": ["conflict", "tension"], "two three": ["conflict", "tension"]}
    assert result["least"] == 0 and result["measures"]["three"]["conflict"].estimate == pytest.approx(2.0, abs=0.1)


def test_a_share_of_nothing_is_not_apart_from_anything() -> None:
    part = np.ones((2, len(MEASURES), 50))
    part[:, -1] = 0.0
    assert _compare({"one": part, "two": part}, 0.95)["apart"] == {"one two": []}


def test_every_scenario_is_measured_over_the_year_and_its_second_half() -> None:
    result = compare([scripted("hold")] * 5, 3, 1, ("calm", "severe"))
    assert set(result) == set(WINDOWS)
    for window in result.values():
        assert set(window["measures"]) == {"calm", "severe"} and set(window["apart"]) == {"calm severe"}
        tension = [window["measures"][name]["tension"].estimate for name in ("calm", "severe")]
        assert 0.0 < tension[0] < tension[1] and window["measures"]["calm"]["summonses"].estimate == 0.0
