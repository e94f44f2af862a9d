"""A network as plain arrays: rows do not depend on one another, choices are legal, and the flat mode plays one move a turn."""

import numpy as np
import pytest

from straits.agents.network import SERIAL_BELOW, Network, NetworkPolicy, _tanh
from straits.envs.api.actions import N_FLAT
from straits.envs.spec.moves import N_MOVES, OFFSETS, SIZES
from straits.envs.spec.observation import N_OBSERVATION

ROWS = 50


def network(*sizes, activation="tanh"):
    rng = np.random.default_rng(0)
    weights = [rng.normal(0, 0.3, shape).astype(np.float32) for shape in zip(sizes[:-1], sizes[1:], strict=True)]
    return Network(tuple(weights), tuple(rng.normal(0, 0.3, n).astype(np.float32) for n in sizes[1:]), activation)


@pytest.fixture
def seen():
    rng = np.random.default_rng(1)
    mask = (rng.random((ROWS, N_MOVES)) < 0.2).astype(np.int8)
    mask[:, list(OFFSETS)] = 1
    return rng.random((ROWS, N_OBSERVATION), np.float32), mask


def legal(choices, mask):
    return all(mask[row, OFFSETS[c] + choices[row, c]] for row in range(len(mask)) for c in range(len(SIZES)))


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_scores_are_the_layers_of_the_textbook(seen, activation):
    net = network(N_OBSERVATION, 16, 8, N_MOVES, activation=activation)
    values = seen[0].astype(np.float64)
    for n, (weight, bias) in enumerate(zip(net.weights, net.biases, strict=True)):
        values = values @ weight + bias
        if n < 2:
            values = np.tanh(values) if activation == "tanh" else np.maximum(values, 0)
    assert np.abs(net.scores(seen[0]) - values).max() < 1e-4


@pytest.mark.parametrize("outputs", [N_MOVES, N_FLAT])
def test_a_row_has_the_same_bits_in_every_batch(outputs):
    net = network(N_OBSERVATION, 16, outputs)
    seen = np.random.default_rng(2).random((3 * SERIAL_BELOW + 5, N_OBSERVATION), np.float32)
    whole = net.scores(seen)  # by several threads
    for rows in (slice(3, 4), slice(7, 40), slice(None, None, -1), slice(None, None, 7)):
        assert (net.scores(seen[rows]) == whole[rows]).all()


def test_tanh_is_within_the_rounding_of_float32():
    x = np.concatenate([np.linspace(-12, 12, 5001), [-1e30, 1e30, 0.0]]).astype(np.float32)
    found = np.array([_tanh(value) for value in x])
    assert np.abs(found - np.tanh(x.astype(np.float64))).max() < 3e-7
    assert found[-1] == 0.0 and np.abs(found).max() <= 1.0


@pytest.mark.parametrize("outputs", [N_MOVES, N_FLAT])
@pytest.mark.parametrize("deterministic", [False, True])
def test_choices_are_legal_and_drawn_from_the_given_rng(seen, outputs, deterministic):
    policy = NetworkPolicy("p", network(N_OBSERVATION, 16, outputs), deterministic)
    first = policy.act(*seen, np.random.default_rng(1))
    assert legal(first, seen[1])
    assert (first == policy.act(*seen, np.random.default_rng(1))).all()
    other = policy.act(*seen, np.random.default_rng(2))
    assert (first == other).all() == (deterministic or outputs == N_FLAT)


def test_in_flat_mode_at_most_one_channel_is_used(seen):
    choices = NetworkPolicy("p", network(N_OBSERVATION, N_FLAT)).act(*seen, np.random.default_rng(0))
    assert ((choices > 0).sum(axis=1) <= 1).all() and choices.any()


@pytest.mark.parametrize("sizes", [(N_OBSERVATION + 1, N_MOVES), (N_OBSERVATION, N_MOVES + 1)])
def test_a_network_for_something_else_is_refused(sizes):
    with pytest.raises(ValueError, match=r"network.sizes\[-?\d\]=\d+: expected"):
        NetworkPolicy("p", network(*sizes))
