"""Train a critic that sees the complete game, private types included, with an actor that sees its own observation.

Centralised training with decentralised execution (Lowe et al. 2017; with proximal policy optimisation, Yu et al. 2022). The
environment appends the global state to each slot's observation (`StraitsSB3VecEnv(append_global_state=True)`). The actor's network
reads the observation alone. Only the actor is kept after training.
"""

from typing import Any

import torch
from sb3_contrib.common.maskable.policies import MaskableActorCriticPolicy
from stable_baselines3.common.policies import ActorCriticPolicy
from stable_baselines3.common.torch_layers import MlpExtractor
from torch import nn

from straits.envs.spec.observation import N_OBSERVATION


class CentralExtractor(nn.Module):
    """Hidden layers of the actor over the first N_OBSERVATION features, and of the critic over all of them."""

    def __init__(self, features: int, net_arch: Any, activation_fn: type[nn.Module], device: Any) -> None:
        super().__init__()
        actor = MlpExtractor(N_OBSERVATION, net_arch, activation_fn, device)
        critic = MlpExtractor(features, net_arch, activation_fn, device)
        self.policy_net, self.latent_dim_pi = actor.policy_net, actor.latent_dim_pi
        self.value_net, self.latent_dim_vf = critic.value_net, critic.latent_dim_vf

    def forward(self, features: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the latent features of the actor and of the critic."""
        return self.forward_actor(features), self.forward_critic(features)

    def forward_actor(self, features: torch.Tensor) -> torch.Tensor:
        """Return the actor's latent features, computed from the observation alone."""
        hidden: torch.Tensor = self.policy_net(features[:, :N_OBSERVATION])
        return hidden

    def forward_critic(self, features: torch.Tensor) -> torch.Tensor:
        """Return the critic's latent features, computed from the observation and the global state."""
        hidden: torch.Tensor = self.value_net(features)
        return hidden


class CentralPolicy(ActorCriticPolicy):
    """Actor-critic policy of SB3 with a central critic."""

    def _build_mlp_extractor(self) -> None:
        self.mlp_extractor: Any = CentralExtractor(self.features_dim, self.net_arch, self.activation_fn, self.device)


class CentralMaskablePolicy(MaskableActorCriticPolicy):
    """Actor-critic policy of MaskablePPO with a central critic."""

    def _build_mlp_extractor(self) -> None:
        self.mlp_extractor: Any = CentralExtractor(self.features_dim, self.net_arch, self.activation_fn, self.device)
