"""Run a trained network on plain arrays, and wrap it as a policy that needs no torch.

Sums run in one fixed order, and tanh is a quotient of polynomials. The scores of a row therefore have the same bits in every batch
and on every machine. Sampling from the scores still uses NumPy's exponential.
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
    """Hold fully connected layers.

    Attributes:
        weights: One array per layer, (inputs, outputs) float32.
        biases: One array per layer, (outputs,) float32.
        activation: Name in ACTIVATIONS of the function between layers.
    """

    weights: tuple[NDArray[np.float32], ...]
    biases: tuple[NDArray[np.float32], ...]
    activation: str

    @property
    def sizes(self) -> list[int]:
        """Return the units of each layer, observation first, scores last."""
        return [len(self.weights[0]), *(len(bias) for bias in self.biases)]

    def scores(self, observation: Observations) -> NDArray[np.float64]:
        """Compute the values of the last layer.

        Args:
            observation: (rows, N_OBSERVATION) float32.

        Returns:
            (rows, outputs) float64.
        """
        values = np.ascontiguousarray(observation, np.float32)
        last = len(self.weights) - 1
        run = _layer_serial if len(values) < SERIAL_BELOW else _layer_parallel
        for n, (weight, bias) in enumerate(zip(self.weights, self.biases, strict=True)):
            out = np.empty((len(values), len(bias)), np.float32)
            run(values, weight, bias, -1 if n == last else ACTIVATIONS.index(self.activation), out)
            values = out
        return values.astype(np.float64)


class NetworkPolicy:
    """Choose legal moves by the scores of a network.

    A network with N_MOVES outputs has a score for every move, and the policy samples in each channel from the softmax of the legal
    scores. A network with N_FLAT outputs (DQN) has a value for every action of the discrete format, and the policy takes the
    highest.
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
        """Choose a legal move in each channel of each row.

        Args:
            observation: (rows, N_OBSERVATION) float32.
            mask: (rows, N_MOVES) int8, 1 where legal.
            rng: Source of random numbers. Sampling takes one per row and channel.

        Returns:
            (rows, channels) int64. In the discrete format at most one choice per row is not a no-op.

        Raises:
            ValueError: If the shapes do not fit.
        """
        check(observation, mask)
        return choose(self.network.scores(observation), mask, rng, self.deterministic)


def layers(sizes: Sequence[int]) -> list[tuple[int, int]]:
    """Pair the sizes of adjacent layers.

    Args:
        sizes: Units of each layer.

    Returns:
        (inputs, outputs) of each layer.
    """
    return list(zip(sizes[:-1], sizes[1:], strict=True))


def choose(scores: NDArray[np.float64], mask: Masks, rng: Rng, deterministic: bool) -> Choices:
    """Choose a legal move in each channel of each row.

    Args:
        scores: (rows, N_MOVES), or (rows, N_FLAT) for the discrete format.
        mask: (rows, N_MOVES) int8, 1 where legal.
        rng: Source of random numbers.
        deterministic: Take the highest score instead of sampling.

    Returns:
        (rows, channels) int64, an index in each channel.
    """
    if scores.shape[1] == N_FLAT:
        best: Choices = FLAT_CHOICES[np.where(mask[:, FLAT_COLUMNS] != 0, scores, MASKED).argmax(axis=1)]
        return best
    if deterministic:
        return by_channel(scores, mask)
    return draw(np.where(mask != 0, scores, MASKED), rng.random((len(scores), N_CHANNELS)))


def draw(scores: NDArray[np.float64], uniform: NDArray[np.float64]) -> Choices:
    """Sample a move in each channel by inverse transform.

    Args:
        scores: (rows, N_MOVES) unnormalised log-probabilities, -inf where illegal.
        uniform: (rows, channels) numbers over (0, 1).

    Returns:
        (rows, channels) int64, an index in each channel.
    """
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
    """Compute rows `first` to `last`: values (rows, inputs) -> out (rows, outputs).

    `activation` is an index in ACTIVATIONS, or -1 for none.
    """
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
    """Compute the rational approximation of Eigen's `ptanh`, exact to the rounding of float32."""
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
