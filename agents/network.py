"""A trained network as plain arrays, and the policy that it makes: forward passes without torch, the same bits in every batch.

Sums run in one fixed order and tanh is a quotient of polynomials, so that a row's scores are exact in the sense of the rules:
they depend neither on the batch nor on the machine. What is drawn from them still takes NumPy's exponential.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numba
import numpy as np
from numpy.typing import NDArray

from straits.agents.base import Choices, Masks, Observations, Rng, by_channel, check
from straits.envs.api.actions import FLAT_CHOICES, FLAT_COLUMNS, N_FLAT
from straits.envs.core.jit import kernel, rule
from straits.envs.spec.constants import N_CHANNELS
from straits.envs.spec.moves import N_MOVES, OFFSETS, SIZES
from straits.envs.spec.observation import N_OBSERVATION

ACTIVATIONS: Final = ("tanh", "relu")
OUTPUTS: Final = {False: N_MOVES, True: N_FLAT}  # flat -> how many scores a network has
MASKED: Final = -np.inf
SERIAL_BELOW: Final = 128  # rows: below this the threads cost more than they bring
BLOCK: Final = 32  # rows that one thread takes at a time
_END: Final = 7.90531110763549805  # beyond it tanh is 1 in float32


@dataclass(frozen=True, eq=False)
class Network:
    """Fully connected layers: `weights[n]` (inputs, outputs) and `biases[n]` (outputs,), float32, an activation between them."""

    weights: tuple[NDArray[np.float32], ...]
    biases: tuple[NDArray[np.float32], ...]
    activation: str

    @property
    def sizes(self) -> list[int]:
        """Units of each layer, the observation first, the scores last."""
        return [len(self.weights[0]), *(len(bias) for bias in self.biases)]

    def scores(self, observation: Observations) -> NDArray[np.float64]:
        """The last layer's values, (rows, outputs)."""
        values = np.ascontiguousarray(observation, np.float32)
        last = len(self.weights) - 1
        run = _layer_serial if len(values) < SERIAL_BELOW else _layer_parallel
        for n, (weight, bias) in enumerate(zip(self.weights, self.biases, strict=True)):
            out = np.empty((len(values), len(bias)), np.float32)
            run(values, weight, bias, -1 if n == last else ACTIVATIONS.index(self.activation), out)
            values = out
        return values.astype(np.float64)


class NetworkPolicy:
    """Chooses as a network scores, among the legal moves only.

    With a score for every move it draws in each channel with the probabilities that the scores stand for; with a score for every
    number of the flat mode (DQN) it takes the best.
    """

    def __init__(self, name: str, network: Network, deterministic: bool = False) -> None:
        """Create the policy.

        Args:
            name: Name in tables.
            network: The layers.
            deterministic: Take the move with the highest score in each channel instead of sampling.

        Raises:
            ValueError: If the network is for other observations or moves.
        """
        first, last = network.sizes[0], network.sizes[-1]
        if first != N_OBSERVATION:
            raise ValueError(f"network.sizes[0]={first}: expected {N_OBSERVATION}, the length of an observation")
        if last not in OUTPUTS.values():
            raise ValueError(f"network.sizes[-1]={last}: expected {N_MOVES}, a score a move, or {N_FLAT}, a score a flat number")
        self.name = name
        self.network = network
        self.deterministic = deterministic

    def act(self, observation: Observations, mask: Masks, rng: Rng) -> Choices:
        """One legal move a channel, drawn by one uniform number a channel; in flat mode at most one move in all."""
        check(observation, mask)
        return choose(self.network.scores(observation), mask, rng, self.deterministic)


def layers(sizes: Sequence[int]) -> list[tuple[int, int]]:
    """Inputs and outputs of each layer."""
    return list(zip(sizes[:-1], sizes[1:], strict=True))


def choose(scores: NDArray[np.float64], mask: Masks, rng: Rng, deterministic: bool) -> Choices:
    """A legal choice in each channel of each row. scores: (rows, N_MOVES), or (rows, N_FLAT) for one move at most."""
    if scores.shape[1] == N_FLAT:
        best: Choices = FLAT_CHOICES[np.where(mask[:, FLAT_COLUMNS] != 0, scores, MASKED).argmax(axis=1)]
        return best
    if deterministic:
        return by_channel(scores, mask)
    return draw(np.where(mask != 0, scores, MASKED), rng.random((len(scores), N_CHANNELS)))


def draw(scores: NDArray[np.float64], uniform: NDArray[np.float64]) -> Choices:
    """Pick by inverse transform: scores (rows, N_MOVES), -inf where masked; uniform (rows, channels) over (0, 1)."""
    chosen = np.zeros(uniform.shape, np.int64)
    for channel, (offset, size) in enumerate(zip(OFFSETS, SIZES, strict=True)):
        part = scores[:, offset : offset + size]
        mass = np.exp(part - part.max(axis=1, keepdims=True))
        reached = mass.cumsum(axis=1)
        whole = reached[:, -1:]
        at = np.minimum(uniform[:, channel, None] * whole, np.nextafter(whole, 0.0))  # a product may round up to the whole
        chosen[:, channel] = (reached <= at).sum(axis=1)
    return chosen


@kernel
def _layer_serial(values: Any, weight: Any, bias: Any, activation: int, out: Any) -> None:
    _layer(0, values.shape[0], values, weight, bias, activation, out)


@kernel(parallel=True)
def _layer_parallel(values: Any, weight: Any, bias: Any, activation: int, out: Any) -> None:
    rows = values.shape[0]
    for block in numba.prange((rows + BLOCK - 1) // BLOCK):
        _layer(block * BLOCK, min((block + 1) * BLOCK, rows), values, weight, bias, activation, out)


@rule
def _layer(first: int, last: int, values: Any, weight: Any, bias: Any, activation: int, out: Any) -> None:
    """Rows first to last: values (rows, inputs) -> out (rows, outputs); activation: a place in ACTIVATIONS, or -1 for none."""
    for row in range(first, last):
        total = out[row]
        for unit in range(bias.shape[0]):
            total[unit] = bias[unit]
        for n in range(weight.shape[0]):
            value = values[row, n]
            if value != 0.0:  # much of an observation is 0
                part = weight[n]
                for unit in range(bias.shape[0]):
                    total[unit] += value * part[unit]
        if activation == 0:
            for unit in range(bias.shape[0]):
                total[unit] = _tanh(total[unit])
        elif activation == 1:
            for unit in range(bias.shape[0]):
                total[unit] = max(total[unit], np.float32(0.0))


@rule
def _tanh(value: Any) -> Any:
    """The rational approximation of Eigen's `ptanh`, good to float32."""
    x = min(max(float(value), -_END), _END)
    s = x * x
    p = -2.76076847742355e-16 * s + 2.00018790482477e-13
    p = p * s - 8.60467152213735e-11
    p = p * s + 5.12229709037114e-08
    p = p * s + 1.48572235717979e-05
    p = p * s + 6.37261928875436e-04
    p = p * s + 4.89352455891786e-03
    q = 1.19825839466702e-06 * s + 1.18534705686654e-04
    q = q * s + 2.26843463243900e-03
    q = q * s + 4.89352518554385e-03
    return np.float32(x * p / q)
