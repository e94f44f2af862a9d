"""A told episode: the setting, every turn, the end; the same words for the same seed."""

from straits.agents.scripted import scripted
from straits.envs.scenarios.scenario import load_scenario
from straits.experiments.rollouts import narrate
from straits.experiments.rollouts.trajectory import record

DEFAULTS = [scripted("default")] * 5


def as_text(scenario, seats, seed):
    return narrate.as_text(record(scenario, seats, seed), [policy.name for policy in seats], f"seed {seed}")


def test_every_turn_is_told_and_idle_actors_share_a_sentence():
    turns = list(narrate.story(record(load_scenario("baseline", horizon=5), [scripted("hold")] * 5, seed=1)))
    assert [t.number for t in turns] == [1, 2, 3, 4, 5]
    assert all("No actor moves." in t.sentences for t in turns)


def test_the_same_seed_tells_the_same_story():
    scenario = load_scenario("s2_two_plus_two", horizon=8)
    assert as_text(scenario, DEFAULTS, 4) == as_text(scenario, DEFAULTS, 4)
    assert as_text(scenario, DEFAULTS, 4) != as_text(scenario, DEFAULTS, 5)


def test_a_conflict_is_told_as_the_end():
    scenario = load_scenario("severe", parameters={"hazard_rate": 1})
    said = as_text(scenario, [scripted("hawk")] * 5, 0)
    assert "Armed conflict breaks out between" in said
    assert "Armed conflict ends the game in week" in said


def test_a_daily_scenario_counts_days_and_labels_stand_for_actors():
    assert "Day 1:" in as_text(load_scenario("daily", horizon=2), DEFAULTS, 0)
    anonymous = load_scenario("anonymous", horizon=3)
    said = as_text(anonymous, DEFAULTS, 0).split("policy default")[1]
    assert not any(name in said for name in ("Japan", "United States", "China reassures"))
