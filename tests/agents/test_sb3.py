"""A learned policy: legal, drawn from the rng that is given and from nothing else, one row independent of the others."""

import numpy as np
import pytest
from gymnasium import spaces

from straits.envs.api import actions
from straits.envs.spec.moves import N_MOVES, OFFSETS, SIZES
from straits.envs.spec.observation import N_OBSERVATION, box

torch = pytest.importorskip("torch")
from stable_baselines3.common.policies import ActorCriticPolicy  # noqa: E402
from stable_baselines3.dqn.policies import DQNPolicy  # noqa: E402

from straits.agents.network import NetworkPolicy, draw  # noqa: E402
from straits.agents.sb3 import LearnedPolicy, network_of  # noqa: E402

ROWS = 40


def network(sizes=SIZES):
    torch.manual_seed(0)
    return ActorCriticPolicy(box(), spaces.MultiDiscrete(list(sizes)), lambda _: 1e-3, net_arch=[16])


@pytest.fixture
def seen():
    rng = np.random.default_rng(0)
    mask = (rng.random((ROWS, N_MOVES)) < 0.2).astype(np.int8)
    mask[:, list(OFFSETS)] = 1
    return rng.random((ROWS, N_OBSERVATION), np.float32), mask


def is_legal(choices, mask):
    return all(mask[row, OFFSETS[c] + choices[row, c]] for row in range(len(mask)) for c in range(3))


@pytest.mark.parametrize("deterministic", [True, False])
def test_chooses_only_what_is_legal(seen, deterministic):
    policy = LearnedPolicy("p", network(), deterministic)
    for seed in range(20):
        assert is_legal(policy.act(*seen, np.random.default_rng(seed)), seen[1])


def test_draws_from_the_given_rng_and_not_from_torch(seen):
    policy = LearnedPolicy("p", network())
    torch.manual_seed(1)
    one = policy.act(*seen, np.random.default_rng(5))
    torch.manual_seed(2)
    assert (one == policy.act(*seen, np.random.default_rng(5))).all()
    assert (one != policy.act(*seen, np.random.default_rng(6))).any()


def test_scores_of_a_row_do_not_depend_on_the_batch(seen):
    policy = LearnedPolicy("p", network())
    whole = policy.scores(seen[0])
    assert np.abs(policy.scores(seen[0][3:4]) - whole[3:4]).max() < 1e-5


def test_scores_are_those_of_the_network(seen):
    policy = network()
    logits = policy.get_distribution(torch.as_tensor(seen[0])).distribution
    expected = torch.cat([d.logits for d in logits], dim=1).detach().numpy()
    ours = LearnedPolicy("p", policy).scores(seen[0])
    for offset, size in zip(OFFSETS, SIZES, strict=True):
        part = ours[:, offset : offset + size]
        part = part - np.log(np.exp(part).sum(axis=1, keepdims=True))
        assert np.allclose(part, expected[:, offset : offset + size], atol=1e-5)


def test_draws_follow_the_probabilities():
    n = 100_000
    scores = np.full((n, N_MOVES), -np.inf)
    scores[:, list(OFFSETS)] = 0.0
    scores[:, 5] = np.log(3.0)  # deployment 5 against deployment 0: 3 to 1
    chosen = draw(scores, np.random.default_rng(0).random((n, 3)))
    assert (chosen[:, 0] == 5).mean() == pytest.approx(0.75, abs=0.01)
    assert set(np.unique(chosen[:, 0])) == {0, 5}
    assert (chosen[:, 1:] == 0).all()


def test_draws_at_the_ends_of_the_unit_interval_are_legal():
    scores = np.full((2, N_MOVES), -np.inf)
    scores[:, list(OFFSETS)] = 0.3
    scores[:, 7] = -0.1
    chosen = draw(scores, np.array([[0.0] * 3, [1.0] * 3]))
    assert chosen[:, 0].tolist() == [0, 7]


def test_a_network_for_other_moves_is_refused():
    with pytest.raises(ValueError, match=f"scores 6: expected {N_MOVES}"):
        LearnedPolicy("p", network((3, 3)))


@pytest.mark.parametrize("activation", [torch.nn.Tanh, torch.nn.ReLU])
def test_the_network_without_torch_scores_and_chooses_as_the_one_with_it(seen, activation):
    torch.manual_seed(0)
    live = ActorCriticPolicy(box(), spaces.MultiDiscrete(list(SIZES)), lambda _: 1e-3, net_arch=[32, 16], activation_fn=activation)
    for weights in live.parameters():
        weights.data *= 3.0  # scores far apart, tanh near its ends
    plain = network_of(live)
    assert np.abs(plain.scores(seen[0]) - LearnedPolicy("p", live).scores(seen[0])).max() < 1e-4
    choices = [p.act(*seen, np.random.default_rng(3)) for p in (NetworkPolicy("p", plain), LearnedPolicy("p", live))]
    assert (choices[0] == choices[1]).all()


def test_a_q_network_plays_at_most_one_move_a_turn(seen):
    torch.manual_seed(0)
    live = DQNPolicy(box(), actions.action_space(discrete=True), lambda _: 1e-3, net_arch=[16])
    policies = LearnedPolicy("p", live), NetworkPolicy("p", network_of(live))
    one, two = (policy.act(*seen, np.random.default_rng(0)) for policy in policies)
    assert (one == two).all() and is_legal(one, seen[1])
    assert ((one > 0).sum(axis=1) <= 1).all()
