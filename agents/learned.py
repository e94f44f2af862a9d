"""A Stable-Baselines3 actor-critic as a Policy: one forward pass for the batch, draws from the rng that is given.

SB3's own `predict` draws from torch's global generator, so a game would depend on whatever ran before it; here the network gives
scores and the draws are the caller's. This module needs torch, the `train` extra; nothing else in agents/ does.
"""

from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from stable_baselines3.common.policies import ActorCriticPolicy

from straits.agents.base import Choices, Masks, Observations, Rng, by_channel, check
from straits.envs.moves import N_MOVES, OFFSETS, SIZES
from straits.envs.vocabulary import N_CHANNELS

MASKED: Final = -np.inf


class LearnedPolicy:
    """Chooses as the network of an SB3 policy scores, among the legal moves only.

    Rows are independent, up to the rounding of a matrix product, which may differ between batch sizes.
    """

    def __init__(self, name: str, network: ActorCriticPolicy, deterministic: bool = False) -> None:
        """`network`: PPO's or MaskablePPO's policy over the project's spaces. `deterministic`: take the best-scored move instead
        of drawing. ValueError where the network scores another number of moves."""
        scored = getattr(network.action_net, "out_features", None)
        if scored != N_MOVES:
            raise ValueError(f"network.action_net.out_features={scored}: expected {N_MOVES}, one score a move")
        self.name = name
        self.network = network
        self.deterministic = deterministic

    def act(self, observation: Observations, mask: Masks, rng: Rng) -> Choices:
        """One legal move a channel, drawn with the network's probabilities by one uniform number a channel."""
        check(observation, mask)
        scores = self.scores(observation)
        if self.deterministic:
            return by_channel(scores, mask)
        return draw(np.where(mask != 0, scores, MASKED), rng.random((len(observation), N_CHANNELS)))

    def scores(self, observation: Observations) -> NDArray[np.float64]:
        """Unnormalised log-probabilities of every move, legal or not, (rows, N_MOVES)."""
        self.network.set_training_mode(False)
        with torch.no_grad():
            seen = torch.as_tensor(np.ascontiguousarray(observation), device=self.network.device)
            features = self.network.extract_features(seen, self.network.pi_features_extractor)
            assert isinstance(features, torch.Tensor)  # a pair only where no extractor is named
            scores = self.network.action_net(self.network.mlp_extractor.forward_actor(features))
        found: NDArray[np.float64] = scores.cpu().numpy().astype(np.float64)
        return found


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
