"""Callbacks for the training loop of Stable-Baselines3.

Progress per actor, a check for finite numbers, and a batched bootstrap.
"""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import torch
from stable_baselines3.common.base_class import BaseAlgorithm
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.on_policy_algorithm import OnPolicyAlgorithm

LOSSES = (
    "train/loss", "train/value_loss", "train/policy_gradient_loss", "train/policy_loss", "train/entropy_loss", "train/approx_kl",
)  # fmt: skip


@dataclass(frozen=True)
class Update:
    """State of training after one update.

    Means are over the episodes that ended since the update before, None if there were none.
    """

    timesteps: int  # decisions of single seats, as SB3 counts them
    seconds: float  # since training began
    episodes: int  # games that ended
    returns: dict[str, float | None]  # actor -> mean return, unscaled
    conflict_rate: float | None
    peak_tension: float | None
    incidents: float | None
    losses: dict[str, float]  # names depend on the algorithm

    def as_row(self) -> dict[str, Any]:
        """Return the update as a table row.

        `return.<actor>` and `loss.<name>`, None for a loss that the algorithm does not have.
        """
        row: dict[str, Any] = {k: v for k, v in asdict(self).items() if k not in ("returns", "losses")}
        row |= {f"return.{actor}": value for actor, value in self.returns.items()}
        row |= {f"loss.{k.removeprefix('train/')}": None for k in LOSSES}
        return row | {f"loss.{k}": v for k, v in self.losses.items()}


class Progress(BaseCallback):
    """Collect the episodes that end, and summarize them as an `Update`.

    It never averages over actors, because their returns are not comparable.
    """

    def __init__(self) -> None:
        super().__init__()
        self._ended: list[dict[str, Any]] = []

    def _on_step(self) -> bool:
        self._ended += [info for info in self.locals["infos"] if "outcome" in info]
        return True

    def update(self, seconds: float) -> Update:
        """Return the state of training and forget the episodes in it.

        Args:
            seconds: Duration of training so far.
        """
        actors = self.training_env.get_attr("agents", 0)[0]
        ended, self._ended = self._ended, []
        games = [info for info in ended if info["actor"] == actors[0]]
        return Update(
            timesteps=self.num_timesteps,
            seconds=seconds,
            episodes=len(games),
            returns={a: _mean([info["episode_return"] for info in ended if info["actor"] == a]) for a in actors},
            conflict_rate=_mean([info["outcome"] == "conflict" for info in games]),
            peak_tension=_mean([info["peak_tension"] for info in games]),
            incidents=_mean([info["incidents"] for info in games]),
            losses={k.removeprefix("train/"): float(v) for k, v in self.logger.name_to_value.items() if k in LOSSES},
        )


class Schedule(BaseCallback):
    """Set the total length of training, over which exploration decays.

    `learn` alone only knows the length of the next update.
    """

    def __init__(self, total: int) -> None:
        super().__init__()
        self._total = total

    def _on_training_start(self) -> None:
        self.model._total_timesteps = self._total

    def _on_step(self) -> bool:
        return True


class FiniteCheck(BaseCallback):
    """End training with a FloatingPointError after the first update that left a loss or weight that is not finite."""

    def _on_step(self) -> bool:
        return True

    def _on_rollout_start(self) -> None:
        require_finite(self.model)

    def _on_training_end(self) -> None:
        require_finite(self.model)


class BatchedBootstrap(BaseCallback):
    """Compute the values of all truncated slots in one forward pass. SB3 makes one pass per slot.

    The callback adds the discounted values to the rewards, as SB3's loop would do next, and clears the flag that makes SB3 do so.
    """

    model: OnPolicyAlgorithm

    def _on_step(self) -> bool:
        infos, rewards = self.locals["infos"], self.locals["rewards"]
        cut = [slot for slot, info in enumerate(infos) if info.get("TimeLimit.truncated")]
        if cut:
            last = np.stack([infos[slot]["terminal_observation"] for slot in cut])
            with torch.no_grad():
                values = self.model.policy.predict_values(torch.as_tensor(last, device=self.model.device))
            rewards[cut] += self.model.gamma * values.cpu().numpy().reshape(-1)
            for slot in cut:
                infos[slot]["TimeLimit.truncated"] = False
        return True


class EndAtHorizon(BaseCallback):
    """Treat the horizon as the end of the game, with no value after it.

    Returns are defined this way. The observation contains the number of turns left, so the end is predictable (Pardo et al. 2018,
    *Proceedings of the 35th International Conference on Machine Learning*). With gamma 1, values are defined only this way.
    """

    def _on_step(self) -> bool:
        for info in self.locals["infos"]:
            if "TimeLimit.truncated" in info:
                info["TimeLimit.truncated"] = False
        return True


def require_finite(model: BaseAlgorithm) -> None:
    """Check that the losses and weights of a model are finite.

    Raises:
        FloatingPointError: If one is not; the message gives advice.
    """
    bad = [k for k, v in model.logger.name_to_value.items() if k in LOSSES and not np.isfinite(v)]
    if not all(bool(torch.isfinite(p).all()) for p in model.policy.parameters()):
        bad.append("a weight of the network")
    if bad:
        advice = "lower algorithm.learning_rate or algorithm.reward_scale"
        raise FloatingPointError(f"{', '.join(bad)} not finite after {model.num_timesteps} steps: {advice}")


def _mean(values: list[Any]) -> float | None:
    return float(np.mean(values)) if values else None
