"""Wrap a Stable-Baselines3 policy, and extract its layers.

SB3's own `predict` draws from torch's global generator, so a game would depend on everything that ran before it. Here the network
only scores moves, and the random numbers come from the caller. `network_of` extracts the layers for a policy that needs no torch.
This is the only module of agents/ that needs torch (the `train` extra).
"""

from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from sb3_contrib.common.maskable.policies import MaskableActorCriticPolicy
from stable_baselines3.common.policies import ActorCriticPolicy, BasePolicy
from stable_baselines3.dqn.policies import DQNPolicy
from torch import nn

from straits.agents.base import Choices, Masks, Observations, Rng, check
from straits.agents.network import OUTPUTS, Network, choose

ACTIVATIONS: Final[dict[str, type[nn.Module]]] = {"tanh": nn.Tanh, "relu": nn.ReLU}


class LearnedPolicy:
    """Choose legal moves by the scores of the network of an SB3 policy.

    Rows are independent, up to the rounding of a matrix product, which may differ between batch sizes.
    """

    def __init__(self, name: str, network: BasePolicy, deterministic: bool = False) -> None:
        """Create the policy.

        Args:
            name: Name in tables.
            network: The policy of PPO, MaskablePPO or A2C over the project's spaces, or of DQN over the flat ones.
            deterministic: Take the move with the highest score instead of sampling, as DQN always does.

        Raises:
            ValueError: If the network scores another number of moves.
        """
        self.flat = isinstance(network, DQNPolicy)
        scored = getattr(_modules(network)[-1], "out_features", None)
        if scored != OUTPUTS[self.flat]:
            raise ValueError(f"network's last layer scores {scored}: expected {OUTPUTS[self.flat]}, one score a move")
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
            (rows, channels) int64, an index in each channel.

        Raises:
            ValueError: If the shapes do not fit.
        """
        check(observation, mask)
        return choose(self.scores(observation), mask, rng, self.deterministic)

    def scores(self, observation: Observations) -> NDArray[np.float64]:
        """Score every move, legal or not.

        Args:
            observation: (rows, N_OBSERVATION) float32.

        Returns:
            (rows, N_MOVES) unnormalised log-probabilities. For DQN (rows, N_FLAT) action values.
        """
        self.network.set_training_mode(False)
        with torch.no_grad():
            seen = torch.as_tensor(np.ascontiguousarray(observation), device=self.network.device)
            scores = self._forward(seen)
        values: NDArray[np.float64] = scores.cpu().numpy().astype(np.float64)
        return values

    def _forward(self, seen: torch.Tensor) -> torch.Tensor:
        if isinstance(self.network, DQNPolicy):
            values: torch.Tensor = self.network.q_net(seen)
            return values
        assert isinstance(self.network, ActorCriticPolicy | MaskableActorCriticPolicy)
        features = self.network.extract_features(seen, self.network.pi_features_extractor)
        assert isinstance(features, torch.Tensor)  # a pair only where no extractor is named
        scores: torch.Tensor = self.network.action_net(self.network.mlp_extractor.forward_actor(features))
        return scores


def network_of(policy: BasePolicy) -> Network:
    """Extract the layers that score moves: the actor of PPO, MaskablePPO and A2C, the Q-network of DQN.

    Args:
        policy: Policy of a Stable-Baselines3 or sb3-contrib algorithm.

    Returns:
        The layers as plain arrays.

    Raises:
        ValueError: If `Network` does not support the activation.
    """
    linear = linear_layers(policy)
    used = {type(module) for module in _modules(policy) if not isinstance(module, nn.Linear)}
    activation = next((name for name, kind in ACTIVATIONS.items() if used == {kind}), None)
    if activation is None and used:
        raise ValueError(f"policy.activation_fn={sorted(kind.__name__ for kind in used)}: expected one of {', '.join(ACTIVATIONS)}")
    weights = [np.ascontiguousarray(layer.weight.detach().cpu().numpy().T) for layer in linear]
    return Network(tuple(weights), tuple(layer.bias.detach().cpu().numpy().copy() for layer in linear), activation or "tanh")


def linear_layers(policy: BasePolicy) -> list[nn.Linear]:
    """List the fully connected layers from the observation to the scores.

    Args:
        policy: Policy of a Stable-Baselines3 or sb3-contrib algorithm.

    Returns:
        The layers in order.
    """
    return [module for module in _modules(policy) if isinstance(module, nn.Linear)]


def _modules(policy: BasePolicy) -> list[nn.Module]:
    if isinstance(policy, DQNPolicy):
        return list(policy.q_net.q_net)
    assert isinstance(policy, ActorCriticPolicy | MaskableActorCriticPolicy)
    return [*policy.mlp_extractor.policy_net, policy.action_net]
