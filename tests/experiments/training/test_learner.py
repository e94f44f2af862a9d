"""Training: the twin is what training began with, progress is per actor, bad numbers end it, Ctrl-C keeps what was learned."""

from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch")
from stable_baselines3.common.callbacks import BaseCallback  # noqa: E402

from straits.agents.sb3 import network_of  # noqa: E402
from straits.conf.schema import AgentConfig, AlgorithmConfig, EnvConfig  # noqa: E402
from straits.envs.scenarios.scenario import load_scenario  # noqa: E402
from straits.envs.spec.constants import ACTORS  # noqa: E402
from straits.envs.spec.moves import OFFSETS  # noqa: E402
from straits.envs.spec.observation import N_OBSERVATION  # noqa: E402
from straits.experiments.training.callbacks import BatchedBootstrap  # noqa: E402
from straits.experiments.training.learner import (  # noqa: E402
    Learner,
    build,
    train,
)

SHORT = load_scenario("baseline", horizon=4)
ENV = EnvConfig(num_envs=6)
AGENT = AgentConfig(net_arch=[8])
STEPS = 8 * ENV.num_envs * len(ACTORS)


def algorithm(**changes):
    return AlgorithmConfig(**{"total_timesteps": 2 * STEPS, "n_steps": 8, "batch_size": 60, "n_epochs": 2, **changes})


def weights(policy):
    return [p.detach().numpy().copy() for p in policy.network.parameters()]


def test_the_twin_has_taken_no_step():
    trained = train(SHORT, ENV, AGENT, algorithm(), seed=1)
    fresh = build(SHORT, ENV, AGENT, algorithm(), seed=1)
    start = [p.detach().numpy() for p in fresh.policy.parameters()]
    assert all((a == b).all() for a, b in zip(weights(trained.untrained), start, strict=True))
    assert any((a != b).any() for a, b in zip(weights(trained.trained), start, strict=True))


def test_the_same_seed_learns_the_same():
    one, two = (train(SHORT, ENV, AGENT, algorithm(), seed=2) for _ in range(2))
    assert all((a == b).all() for a, b in zip(weights(one.trained), weights(two.trained), strict=True))


def test_progress_is_told_per_actor():
    seen = []
    trained = train(SHORT, ENV, AGENT, algorithm(), seed=0, watch=seen.append)
    assert seen == trained.updates and [u.timesteps for u in seen] == [STEPS, 2 * STEPS]
    assert all(set(u.returns) == set(ACTORS) and None not in u.returns.values() for u in seen)
    assert seen[0].episodes == 12  # 6 games of 4 turns in 8 turns
    assert all("value_loss" in u.losses for u in seen)


@pytest.mark.parametrize("name", ["maskable_ppo", "ppo"])
def test_one_seat_learns_against_scripted_others(name):
    agent = AgentConfig(seats=["japan"], opponents="hold", net_arch=[8])
    trained = train(SHORT, ENV, agent, algorithm(name=name, batch_size=48, total_timesteps=48), seed=0)
    assert [set(u.returns) for u in trained.updates] == [{"japan"}]


def test_a_loss_that_is_not_finite_ends_training():
    broken = algorithm()
    broken.learning_rate = float("inf")  # past the schema, to stand for whatever makes a loss so
    with pytest.raises(FloatingPointError, match="not finite after .* steps: lower algorithm.learning_rate"):
        train(SHORT, ENV, AGENT, broken, seed=0)


def test_ctrl_c_keeps_what_was_learned():
    def stop(update):
        raise KeyboardInterrupt

    trained = train(SHORT, ENV, AGENT, algorithm(), seed=0, watch=stop)
    assert trained.interrupted and len(trained.updates) == 1


class Rewards(BaseCallback):
    """Keeps the rewards that went into the buffer."""

    def _on_step(self):
        return True

    def _on_rollout_end(self):
        self.kept = self.model.rollout_buffer.rewards.copy()


@pytest.mark.parametrize("name", ["maskable_ppo", "ppo"])
def test_the_batched_bootstrap_changes_nothing_but_the_number_of_passes(name):
    found = {}
    for batched in (False, True):
        model = build(SHORT, ENV, AGENT, algorithm(name=name), seed=3)
        values, calls = model.policy.predict_values, []
        model.policy.predict_values = lambda seen, values=values, calls=calls: calls.append(len(seen)) or values(seen)
        model.learn(STEPS, callback=[BatchedBootstrap(), kept := Rewards()] if batched else (kept := Rewards()))
        found[batched] = kept.kept, calls
    assert np.allclose(found[True][0], found[False][0], rtol=1e-6, atol=1e-6)
    assert sum(found[True][1]) == sum(found[False][1])
    assert len(found[True][1]) < len(found[False][1])


def test_an_end_at_the_horizon_adds_nothing_to_the_last_reward():
    def paid(bootstrap, gamma):
        config = algorithm(gamma=gamma, bootstrap_on_truncation=bootstrap)
        learner = Learner("x", build(SHORT, ENV, AGENT, config, seed=3), config)
        learner.advance()
        return learner.model.rollout_buffer.rewards

    only_the_games = paid(True, 0.0)  # what comes later counts for nothing
    assert np.array_equal(paid(False, 0.9), only_the_games)
    assert not np.array_equal(paid(True, 0.9), only_the_games)


@pytest.mark.parametrize("name", ["maskable_ppo", "dqn"])
def test_a_bias_to_idleness_makes_a_policy_begin_near_doing_nothing(name):
    even, leaning = (
        build(SHORT, ENV, replace(AGENT, noop_logit_bias=bias), AlgorithmConfig(name=name), seed=0) for bias in (0.0, 8.0)
    )
    seen = np.random.default_rng(0).random((50, N_OBSERVATION), np.float32)
    raised = [network_of(m.policy).scores(seen) for m in (even, leaning)]
    idle = [0] if name == "dqn" else list(OFFSETS)
    expected = np.zeros_like(raised[0])
    expected[:, idle] = 8.0
    assert np.allclose(raised[1] - raised[0], expected, atol=1e-5)
