"""Hold the networks of several learners in shared tensors, so that one matrix product serves all of them."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from straits.agents.network import Network
from straits.envs.spec.moves import N_MOVES, OFFSETS, SIZES
from straits.envs.spec.observation import N_OBSERVATION

HIDDEN: Final = 64  # units of each of the two hidden layers
MASKED: Final = -1.0e9  # score of an illegal move
FIRST_SCALE: Final = 1.2  # standard deviation of hidden weights at the start, times the root of their inputs
LAST_SCALE: Final = 0.02  # small, so that a new policy is near its biases
NOOP_BIAS: Final = 2.0  # start near idleness: the no-op of each channel is e^2 times as likely as another move
_OFFSETS: Final = torch.tensor(OFFSETS)


class BatchedNetworks:
    """Hold `learners` separate networks: observation -> 64 -> 64 -> scores of all moves and a value.

    Attributes:
        parameters: Weights (learners, inputs, outputs) and biases (learners, 1, outputs) of the three layers, in turn.
    """

    def __init__(self, learners: int, hidden: int = HIDDEN, seed: int = 0) -> None:
        """Draw the weights.

        Args:
            learners: Number of networks.
            hidden: Units of each hidden layer.
            seed: Seed of the weights.
        """
        generator = torch.Generator().manual_seed(seed)

        def weight(inputs: int, outputs: int, scale: float) -> Tensor:
            drawn = torch.randn(learners, inputs, outputs, generator=generator)
            scaled: Tensor = drawn * (scale / inputs**0.5)
            return scaled.requires_grad_()

        last = torch.zeros(learners, 1, N_MOVES + 1)
        last[..., list(OFFSETS)] = NOOP_BIAS
        self.parameters = [
            weight(N_OBSERVATION, hidden, FIRST_SCALE),
            torch.zeros(learners, 1, hidden, requires_grad=True),
            weight(hidden, hidden, FIRST_SCALE),
            torch.zeros(learners, 1, hidden, requires_grad=True),
            weight(hidden, N_MOVES + 1, LAST_SCALE),
            last.requires_grad_(),
        ]

    def __len__(self) -> int:
        return int(self.parameters[0].shape[0])

    def evaluate(self, observation: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Compute log-probabilities and values.

        Args:
            observation: (learners, rows, N_OBSERVATION) float32.
            mask: (learners, rows, N_MOVES) bool, True where legal.

        Returns:
            Log-probabilities of each move within its channel (learners, rows, N_MOVES), and values (learners, rows).
        """
        first, first_bias, second, second_bias, last, last_bias = self.parameters
        values = torch.tanh(torch.baddbmm(first_bias, observation, first))
        values = torch.tanh(torch.baddbmm(second_bias, values, second))
        values = torch.baddbmm(last_bias, values, last)
        scores = values[..., :N_MOVES].masked_fill(~mask, MASKED)
        parts = [torch.log_softmax(part, -1) for part in torch.split(scores, list(SIZES), -1)]
        return torch.cat(parts, -1), values[..., N_MOVES]

    def network(self, learner: int) -> Network:
        """Return one learner's network without the value, for `NetworkPolicy`."""
        arrays = [parameter[learner].detach().numpy().copy() for parameter in self.parameters]
        arrays[4], arrays[5] = arrays[4][:, :N_MOVES], arrays[5][:, :N_MOVES]
        arrays = [np.ascontiguousarray(array) for array in arrays]
        return Network(tuple(arrays[::2]), tuple(bias[0] for bias in arrays[1::2]), "tanh")

    def arrays(self) -> dict[str, NDArray[np.float32]]:
        """Return all parameters by name, for a safetensors file."""
        return {f"layer{n // 2}.{'bias' if n % 2 else 'weight'}": p.detach().numpy() for n, p in enumerate(self.parameters)}

    def load(self, arrays: dict[str, NDArray[np.float32]]) -> None:
        """Take over parameters from `arrays`; one network serves all learners.

        Args:
            arrays: Parameters by name, for one learner or for as many as there are.

        Raises:
            ValueError: If a shape does not fit.
        """
        for (name, own), parameter in zip(self.arrays().items(), self.parameters, strict=True):
            if arrays[name].shape[1:] != own.shape[1:]:
                raise ValueError(f"{name}.shape={arrays[name].shape}: expected (learners, {', '.join(map(str, own.shape[1:]))})")
            parameter.data.copy_(torch.from_numpy(np.array(arrays[name])).expand_as(parameter))


def sample(log_probability: Tensor, uniform: Tensor) -> tuple[Tensor, Tensor]:
    """Sample a move in each channel by inverse transform.

    Args:
        log_probability: (learners, rows, N_MOVES).
        uniform: (learners, rows, channels) numbers over [0, 1).

    Returns:
        Choices (learners, rows, channels) int64, and their joint log-probability (learners, rows).
    """
    choices = []
    for channel, part in enumerate(torch.split(log_probability, list(SIZES), -1)):
        reached = torch.cumsum(part.exp(), -1)
        at = uniform[..., channel : channel + 1] * reached[..., -1:]
        choices.append((at >= reached).sum(-1).clamp(max=part.shape[-1] - 1))
    chosen = torch.stack(choices, -1)
    return chosen, joint(log_probability, chosen)


def joint(log_probability: Tensor, choices: Tensor) -> Tensor:
    """Return the joint log-probability of choices, (learners, rows).

    Args:
        log_probability: (learners, rows, N_MOVES).
        choices: (learners, rows, channels) index in each channel.
    """
    return log_probability.gather(-1, choices + _OFFSETS).sum(-1)


def closed_moves(bans: Sequence[Sequence[int]]) -> NDArray[np.bool_]:
    """Return which moves each learner may choose if channels are closed to it.

    Args:
        bans: For each learner, the channels in which it may only choose the no-op.

    Returns:
        (learners, N_MOVES) bool.
    """
    allowed = np.ones((len(bans), N_MOVES), np.bool_)
    for learner, channels in enumerate(bans):
        for channel in channels:
            allowed[learner, OFFSETS[channel] + 1 : OFFSETS[channel] + SIZES[channel]] = False
    return allowed
