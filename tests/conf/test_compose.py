"""Composition: what ships is sound, overrides arrive, and bad input is one line that names key, value and expectation."""

import pytest

pytest.importorskip("hydra")
from straits.agents.scripted import SCRIPTED
from straits.conf.compose import _options, combinations, compose
from straits.conf.schema import ACTORS, HYPERPARAMETERS, AlgorithmConfig
from straits.envs.scenarios.scenario import list_scenarios
from straits.envs.spec.constants import ACTORS as VOCABULARY


def test_the_defaults_compose_and_name_what_exists():
    config = compose("demo")
    assert set(config.evaluation.scenarios) <= set(list_scenarios("all"))
    assert config.scenario.name in list_scenarios("all")
    assert {*config.evaluation.policies, config.agent.opponents} <= set(SCRIPTED)
    assert tuple(ACTORS) == VOCABULARY


@pytest.mark.parametrize("override", ["algorithm=ppo", "agent=one_seat", "experiment=quick", "~experiment"])
def test_every_option_composes(override):
    compose("demo", [override])


@pytest.mark.parametrize("group", ["agent", "algorithm", "reward_profile", "env", "mode"])
def test_every_option_of_training_composes(group):
    for option in _options(group):
        assert compose("train", [f"{group}={option}"])


def test_an_algorithm_is_told_its_own_hyperparameters_only():
    assert set(compose("train", ["algorithm=dqn"]).algorithm.settings()) == set(HYPERPARAMETERS["dqn"])
    with pytest.raises(ValueError, match="algorithm.n_epochs=3: expected nothing, dqn does not have it"):
        compose("train", ["algorithm=dqn", "algorithm.n_epochs=3"])


def test_overrides_arrive():
    config = compose("demo", ["algorithm.learning_rate=1e-4", "agent.seats=[japan]", "+scenario.parameters.leak_rate=0"])
    assert config.algorithm.learning_rate == 1e-4
    assert config.agent.seats == ["japan"]
    assert config.scenario.parameters == {"leak_rate": 0.0}


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("x=1", "x: expected one of scenario, env"),
        ("+x=1", "x: expected one of scenario, env"),
        ("++algorithm.x=1", "algorithm.x: expected one of name"),
        ("algorithm.lerning_rate=1", r"did you mean learning_rate\?"),
        ("algorithm.n_steps=abc", "algorithm.n_steps: Value 'abc'"),
        ("algorithm.n_steps=-5", "algorithm.n_steps=-5: expected 1..100000 steps"),
        ("algorithm.gamma=1.5", "algorithm.gamma=1.5: expected 0..1"),
        ("algorithm.learning_rate=nan", "algorithm.learning_rate=nan: expected 0..1"),
        ("algorithm.learning_rate=", "algorithm.learning_rate: Value ''"),
        ("algorithm.n_steps=null", "algorithm.n_steps"),
        ("algorithm.n_steps=1,2", "expected one value; several need --multirun"),
        ("algorithm=sac", "algorithm='sac': expected one of a2c, dqn, maskable_ppo, ppo"),
        ("algorithm=5", "algorithm=5: expected one of a2c, dqn, maskable_ppo, ppo"),
        ("agent.seats=[usa,usa]", "expected actors, each once"),
        ("agent.seats=[france]", "agent.seats='france': expected one of usa"),
        ("agent.net_arch=[64,0]", r"agent.net_arch=\[64, 0\]: expected 1..4096 units"),
        ("algorithm.batch_size=1000000", "expected at most the 40960 steps of an update"),
        ("evaluation.scenarios=baseline", r"evaluation.scenarios: expected a list, as in evaluation.scenarios=\[...\]"),
        ("agent.seats=japan", r"agent.seats: expected a list, as in agent.seats=\[...\]"),
        ("evaluation.scenarios=[]", r"evaluation.scenarios=\[\]: expected at least one"),
        ("env.random_initial_step=maybe", "env.random_initial_step: Value 'maybe'"),
        ("hydra.launcher._target_=os.system", "expected no _target_"),
        ("no equals sign", "no equals sign: expected key=value"),
    ],
)
def test_bad_input_is_one_line(override, message):
    with pytest.raises(ValueError, match=message) as raised:
        compose("demo", [override])
    assert "\n" not in str(raised.value)


def test_a_dataclass_judges_itself_too():
    with pytest.raises(ValueError, match="algorithm.clip_range=-1: expected 0..10"):
        AlgorithmConfig(clip_range=-1)


def test_a_sweep_is_every_combination():
    assert combinations(["seed=1,2", "agent.seats=[usa,china]", "algorithm.n_steps=range(1,3)"]) == [
        ["seed=1", "agent.seats=[usa,china]", "algorithm.n_steps=1"],
        ["seed=1", "agent.seats=[usa,china]", "algorithm.n_steps=2"],
        ["seed=2", "agent.seats=[usa,china]", "algorithm.n_steps=1"],
        ["seed=2", "agent.seats=[usa,china]", "algorithm.n_steps=2"],
    ]
    with pytest.raises(ValueError, match="expected values to choose from"):
        combinations(["seed=interval(0,1)"])
