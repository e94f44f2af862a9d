"""What the APIs of many games are given: scenarios, games, seats; each complaint is one line with key, value and expectation."""

import numpy as np
import pytest

from straits.agents.scripted import scripted
from straits.envs import StraitsVectorEnv, load_scenario
from straits.envs.api.opponents import agent_indices, check_count, load_scenarios
from straits.envs.spec.observation import N_OBSERVATION, named


def test_scenarios_are_named_alone_or_in_a_list() -> None:
    calm, severe = load_scenario("calm"), load_scenario("severe")
    assert load_scenarios("calm") == calm and load_scenarios(severe) is severe
    assert list(load_scenarios(["calm", severe])) == [calm, severe]  # type: ignore[arg-type]
    mixed = StraitsVectorEnv(["calm", "severe"], num_games=2, scenario_ids=[0, 1])
    assert [mixed.engine.scenarios[n].name for n in mixed.engine.scenario_ids] == ["calm", "severe"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"scenario": []}, r"scenario=\[\]: expected one scenario or more"),
        ({"num_games": 0}, "num_games=0: expected a whole number, at least 1"),
        ({"num_games": 1.5}, "num_games=1.5: expected a whole number, at least 1"),
        ({"num_games": "8"}, "num_games='8': expected a whole number, at least 1"),
        ({"agents": "japan"}, r"agents='japan': expected a list of actors, such as \['japan'\]"),
        ({"agents": []}, r"agents=\[\]: expected actors, each once"),
    ],
)
def test_what_is_no_batch_of_games_is_told(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        StraitsVectorEnv(**{"opponents": scripted("hold"), **arguments})  # type: ignore[arg-type]


def test_numbers_of_numpy_count_too() -> None:
    assert check_count(np.int64(3)) == 3 and agent_indices(("japan", "usa")).tolist() == [1, 0]


@pytest.mark.parametrize("scale", [0, -1.0, float("nan"), float("inf"), "x"])
def test_a_scale_of_rewards_that_would_leave_nothing_to_learn_is_refused(scale: object) -> None:
    vector = pytest.importorskip("straits.envs.api.sb3_vec_env")
    with pytest.raises(ValueError, match="reward_scale=.*: expected a number above 0"):
        vector.StraitsSB3VecEnv("calm", num_games=1, reward_scale=scale)


def test_a_vector_of_another_length_has_no_names() -> None:
    assert named(np.zeros((2, N_OBSERVATION), np.float32))
    with pytest.raises(ValueError, match=rf"observation.shape=\(3,\): expected \(..., {N_OBSERVATION}\)"):
        named(np.zeros(3, np.float32))
