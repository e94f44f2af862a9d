"""Batched learners: the same seed gives the same networks, closed channels stay closed, and learning raises returns."""

import numpy as np
import pytest
import torch

from straits.agents.network import NetworkPolicy
from straits.agents.registry import policy
from straits.envs.scenarios.scenario import load_scenario
from straits.envs.spec.moves import OFFSETS, SIZES
from straits.experiments.training.batched.games import play_batch
from straits.experiments.training.batched.networks import BatchedNetworks, sample
from straits.experiments.training.batched.ppo import BatchedPPO

GAMES = 4
SHORT = {"horizon": 6}


def _in_seats(seed: int = 0) -> BatchedPPO:
    others = [policy("default")] * 5
    return BatchedPPO.in_seats(load_scenario("baseline", **SHORT), (2, 4), GAMES, others, bans=((), (1,)), seed=seed)


def _in_self_play() -> BatchedPPO:
    return BatchedPPO.in_self_play(load_scenario("baseline", **SHORT), GAMES * 5, [policy("default")] * 5, mixed=0.5)


def test_the_same_seed_gives_the_same_networks() -> None:
    first, second, other = _in_seats(), _in_seats(), _in_seats(seed=1)
    for learners in (first, second, other):
        learners.train(6 * GAMES * 2)
    for name, array in first.networks.arrays().items():
        np.testing.assert_array_equal(array, second.networks.arrays()[name])
    assert not np.array_equal(first.networks.arrays()["layer0.weight"], other.networks.arrays()["layer0.weight"])


def test_a_closed_channel_stays_closed_in_play_and_in_imitation() -> None:
    learners = _in_seats()
    learners.imitate(policy("default"), rounds=1, epochs=1, minibatches=1)
    batch = play_batch(learners.games, learners.networks, learners.allowed)
    assert (batch.choices[1, :, 1] == 0).all()
    assert not batch.mask[1, :, OFFSETS[1] + 1 : OFFSETS[1] + SIZES[1]].any()
    assert (batch.choices[0, :, 1] != 0).any()


def test_each_learner_plays_its_own_seat() -> None:
    learners = _in_seats()
    batch = play_batch(learners.games, learners.networks, learners.allowed)
    for n, seat in enumerate((2, 4)):
        assert (batch.observation[n, :, seat] == 1.0).all()


def test_mixed_games_count_one_seat_and_the_others_count_all() -> None:
    learners = _in_self_play()
    learners.games.begin()
    counted = learners.games.counted()
    assert (counted[:10].sum(axis=1) == 1).all() and counted[10:].all()
    assert (counted[:10].sum(axis=0) == 2).all()  # each seat in turn


def test_the_exported_network_scores_as_the_learner_does() -> None:
    learners = _in_seats()
    learners.train(6 * GAMES)
    games = learners.games.engine
    observation, mask = games.observation[:, 2], games.mask[:, 2]
    log_probability, _ = learners.networks.evaluate(
        torch.from_numpy(observation)[None].expand(2, -1, -1), torch.from_numpy(mask.astype(bool))[None].expand(2, -1, -1)
    )
    scores = NetworkPolicy("learner", learners.networks.network(0)).network.scores(observation)
    for offset, size in zip(OFFSETS, SIZES, strict=True):
        legal = mask[:, offset : offset + size] != 0
        part = np.where(legal, scores[:, offset : offset + size], -np.inf)
        expected = part - np.log(np.exp(part).sum(axis=1, keepdims=True))
        ours = log_probability[0, :, offset : offset + size].detach().numpy()
        np.testing.assert_allclose(ours[legal], expected[legal], atol=1e-4)


def test_sampling_never_chooses_an_illegal_move() -> None:
    networks = BatchedNetworks(1)
    mask = torch.zeros(1, 64, sum(SIZES), dtype=torch.bool)
    mask[..., [OFFSETS[0], OFFSETS[0] + 2, OFFSETS[1], OFFSETS[2], OFFSETS[2] + 1]] = True
    log_probability, _ = networks.evaluate(torch.zeros(1, 64, networks.parameters[0].shape[1]), mask)
    choices, _ = sample(log_probability, torch.rand(1, 64, 3))
    assert set(choices[..., 0].unique().tolist()) <= {0, 2}
    assert (choices[..., 1] == 0).all()


def test_saved_parameters_come_back_and_a_wrong_shape_is_refused() -> None:
    first, second = _in_seats(), _in_seats(seed=3)
    second.networks.load(first.networks.arrays())
    np.testing.assert_array_equal(first.networks.arrays()["layer2.bias"], second.networks.arrays()["layer2.bias"])
    arrays = first.networks.arrays() | {"layer0.weight": np.zeros((2, 3, 4), np.float32)}
    with pytest.raises(ValueError, match=r"layer0.weight.shape"):
        second.networks.load(arrays)


def test_imitation_comes_nearer_to_the_teacher() -> None:
    learners = _in_self_play()
    early = learners.imitate(policy("default"), rounds=1, epochs=1, minibatches=1)
    late = learners.imitate(policy("default"), rounds=4, epochs=8, minibatches=2)
    assert late < early
