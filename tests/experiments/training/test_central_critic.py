"""The central critic: the whole game reaches the value and never the choice, and what is kept plays without it."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")
from straits.agents.sb3 import network_of  # noqa: E402
from straits.conf.compose import compose  # noqa: E402
from straits.envs.spec.observation import N_OBSERVATION  # noqa: E402
from straits.experiments.training import modes, train  # noqa: E402

TINY = [
    "mode=central_critic", "scenario.horizon=6", "env.num_envs=4", "agent.net_arch=[8,8]", "algorithm.n_steps=4",
    "algorithm.total_timesteps=160",
]  # fmt: skip
ALGORITHMS = [
    ["algorithm=maskable_ppo", "algorithm.batch_size=40"],
    ["algorithm=ppo", "algorithm.batch_size=40"],
    ["algorithm=a2c"],
]


def learner(overrides):
    plan = train.prepare(compose("train", [*overrides[:1], *TINY, *overrides[1:]]))
    return modes.learners(plan.config, plan.scenarios, plan.others)[0]


def logits(policy, seen):
    found = policy.get_distribution(seen)
    parts = found.distributions if hasattr(found, "distributions") else found.distribution
    return torch.cat([part.logits for part in parts], dim=1)


@pytest.mark.parametrize("overrides", ALGORITHMS, ids=lambda o: o[0])
def test_the_whole_game_reaches_the_value_and_never_the_choice(overrides):
    learning = learner(overrides)
    learning.advance()
    policy = learning.model.policy
    seen = torch.as_tensor(learning.model._last_obs).requires_grad_()
    other = seen.detach().clone()
    other[:, N_OBSERVATION:] = torch.rand_like(other[:, N_OBSERVATION:])
    assert (logits(policy, seen) == logits(policy, other)).all()
    assert (policy.predict_values(seen) != policy.predict_values(other)).all()
    (gradient,) = torch.autograd.grad(logits(policy, seen).square().sum(), seen)
    assert (gradient[:, N_OBSERVATION:] == 0).all() and (gradient[:, :N_OBSERVATION] != 0).any()
    (gradient,) = torch.autograd.grad(policy.predict_values(seen).sum(), seen)
    assert (gradient[:, N_OBSERVATION:] != 0).any()


def test_what_is_kept_scores_as_the_actor_does():
    learning = learner(ALGORITHMS[0])
    seen = learning.model._last_obs if learning.model._last_obs is not None else learning.model.env.reset()
    scores = network_of(learning.model.policy).scores(seen[:, :N_OBSERVATION])
    live = logits(learning.model.policy, torch.as_tensor(seen)).detach().numpy()
    centred = [part - part.mean(axis=1, keepdims=True) for part in np.split(scores, [27, 67], axis=1)]
    expected = [part - part.mean(axis=1, keepdims=True) for part in np.split(live, [27, 67], axis=1)]
    assert all(np.abs(a - b).max() < 1e-4 for a, b in zip(centred, expected, strict=True))


def test_an_algorithm_without_a_critic_is_refused():
    with pytest.raises(ValueError, match="algorithm.name='dqn': expected maskable_ppo, ppo or a2c"):
        compose("train", ["mode=central_critic", "algorithm=dqn"])
