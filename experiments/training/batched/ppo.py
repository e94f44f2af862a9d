"""Train batched learners by masked PPO on complete games (Schulman et al. 2017), after imitating a scripted policy."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from straits.agents.base import Policy
from straits.envs.scenarios.scenario import Scenario
from straits.envs.spec.constants import N_ACTORS, N_CHANNELS, RUNNING
from straits.envs.spec.moves import OFFSETS
from straits.experiments.training.batched.games import Batch, SeatGames, SharedGames, look, play_batch
from straits.experiments.training.batched.networks import BatchedNetworks, closed_moves, joint

VALUE_WEIGHT: Final = 0.5
CLIP: Final = 0.2
MOST_NORM: Final = 0.7  # of a learner's gradient
SCALE_KEEP: Final = 0.95  # of the running spread of returns, by which rewards are divided
LEAST_RATE: Final = 0.05  # share of the learning rate at the end
ENTROPY_UNTIL: Final = 0.8  # share of the run in which the entropy weight falls
Watch = Callable[["BatchedPPO", int, int], None]


@dataclass(frozen=True)
class Settings:
    """Set the optimisation.

    Attributes:
        learning_rate: At the start; it falls linearly.
        entropy: Weight of the entropy at the start and at the end; it falls geometrically.
        epochs: Passes over each batch.
        minibatches: Parts of each pass.
        gamma: Discount per turn.
        lam: Decay of generalised advantages.
    """

    learning_rate: float = 1.0e-3
    entropy: tuple[float, float] = (0.02, 0.002)
    epochs: int = 2
    minibatches: int = 4
    gamma: float = 0.99
    lam: float = 0.95


class BatchedPPO:
    """Train several learners at once.

    Attributes:
        games: The games that they play.
        networks: Their networks.
        returns: (learners, rows) returns of the last batch, or an empty array.
    """

    def __init__(
        self, games: SeatGames, bans: Sequence[Sequence[int]] = (), settings: Settings | None = None, seed: int = 0
    ) -> None:
        """Create the learners.

        Args:
            games: The games; `SharedGames` for one network in all seats.
            bans: For each learner, the channels that are closed to it; none if empty.
            settings: Settings of the optimisation.
            seed: Seed of the weights and of the order of minibatches.
        """
        learners = len(games.seats)
        self.games, self.settings, self.seed = games, settings or Settings(), seed
        self.allowed = closed_moves(list(bans) or [()] * learners)
        self.networks = BatchedNetworks(learners, seed=seed)
        self.optimizer = torch.optim.Adam(self.networks.parameters, lr=self.settings.learning_rate, eps=1e-5)
        self.scale: NDArray[np.float64] = np.zeros(0)
        self.returns: NDArray[np.float64] = np.zeros((learners, 0))

    @classmethod
    def in_seats(
        cls, scenario: Scenario, seats: Sequence[int], games: int, others: Sequence[Policy], *,
        bans: Sequence[Sequence[int]] = (), settings: Settings | None = None, seed: int = 0,
    ) -> "BatchedPPO":  # fmt: skip
        """Create learners that have a seat each, against other policies. See `SeatGames` and `BatchedPPO`."""
        return cls(SeatGames(scenario, seats, games, others, seed), bans, settings, seed)

    @classmethod
    def in_self_play(
        cls, scenario: Scenario, games: int, others: Sequence[Policy], *,
        mixed: float = 0.3, settings: Settings | None = None, seed: int = 0,
    ) -> "BatchedPPO":  # fmt: skip
        """Create one network for all seats. See `SharedGames` and `BatchedPPO`."""
        return cls(SharedGames(scenario, games, others, mixed, seed), (), settings, seed)

    def train(self, decisions: float, watch: Watch | None = None) -> None:
        """Train for a number of decisions per learner.

        Args:
            decisions: Decisions per learner; one batch at least.
            watch: Called after each batch with the learners, the batch's number and the number of batches.
        """
        batches = max(1, int(decisions / (self.games.rows * self.games.engine.params["horizon"][0])))
        for number in range(batches):
            self._anneal(number / batches)
            batch = play_batch(self.games, self.networks, self.allowed)
            self._update(batch, number)
            if watch is not None:
                watch(self, number, batches)

    def imitate(
        self, teacher: Policy, rounds: int = 3, epochs: int = 4, minibatches: int = 8, learning_rate: float = 2e-3
    ) -> float:
        """Imitate a policy in the learners' seats, and learn the values of its choices (behaviour cloning).

        Args:
            teacher: The policy to imitate. In a closed channel the learner chooses the no-op instead.
            rounds: Batches of games.
            epochs: Passes over each batch.
            minibatches: Parts of each pass.
            learning_rate: Step size of this phase.

        Returns:
            Mean negative log-likelihood of the teacher's choices in the last minibatch.
        """
        optimizer = torch.optim.Adam(self.networks.parameters, lr=learning_rate, eps=1e-5)
        loss = torch.zeros(())
        for number in range(rounds):
            batch = self._taught(teacher)
            worth = _flat(self._discounted(batch))
            weight = _flat(batch.weight)
            for index in self._minibatches(batch, epochs, minibatches, number):
                log_probability, value = self.networks.evaluate(batch.observation[:, index], batch.mask[:, index])
                likelihood = joint(log_probability, batch.choices[:, index])
                loss = ((VALUE_WEIGHT * (value - worth[:, index]) ** 2 - likelihood) * weight[:, index]).mean(1).sum()
                self._descend(optimizer, loss)
        return -float(likelihood.detach().mean())

    def _taught(self, teacher: Policy) -> Batch:
        games, engine = self.games, self.games.engine
        games.begin()
        turns, flows = [], []
        open_channels = np.stack([self.allowed[:, offset + 1] for offset in OFFSETS], -1)[:, None]
        while (engine.outcome == RUNNING).any():
            observation, mask, weight = look(games, self.allowed)
            every = np.zeros((len(engine), N_ACTORS, N_CHANNELS), np.int64)
            for seat in range(N_ACTORS):
                every[:, seat] = teacher.act(engine.observation[:, seat], engine.mask[:, seat], games.rng)
            choices = games.of_learners(every) * open_channels
            games.step(choices)
            turns.append((observation, mask, torch.from_numpy(choices)))
            flows.append((games.of_learners(engine.reward) * weight, weight))
        observed, masks, made = (torch.cat(part, 1) for part in zip(*turns, strict=True))
        reward, counts = (np.stack(part) for part in zip(*flows, strict=True))
        return Batch(observed, masks, made, torch.zeros(0), np.zeros_like(reward), reward, counts)

    def _rescale(self, reward: NDArray[np.float64]) -> NDArray[np.float64]:
        """Divide rewards by the running spread of returns, per learner (turns, learners, rows)."""
        spread = reward.sum(0).std(axis=1) + 1e-3
        self.scale = SCALE_KEEP * self.scale + (1 - SCALE_KEEP) * spread if len(self.scale) else spread
        self.returns = reward.sum(0)
        return reward / self.scale[None, :, None]

    def _discounted(self, batch: Batch) -> NDArray[np.float64]:
        reward, total = self._rescale(batch.reward), 0.0
        worth = np.zeros_like(reward)
        for turn in reversed(range(len(reward))):
            total = reward[turn] + self.settings.gamma * total
            worth[turn] = total
        return worth

    def _advantages(self, batch: Batch) -> NDArray[np.float64]:
        """Compute generalised advantages (Schulman et al. 2016), (turns, learners, rows)."""
        reward, gamma, lam = self._rescale(batch.reward), self.settings.gamma, self.settings.lam
        advantage, last, following = np.zeros_like(reward), np.zeros(reward.shape[1:]), np.zeros(reward.shape[1:])
        for turn in reversed(range(len(reward))):
            last = reward[turn] + gamma * following - batch.value[turn] + gamma * lam * last
            advantage[turn] = last
            following, last = batch.value[turn] * batch.weight[turn], last * batch.weight[turn]
        return advantage

    def _update(self, batch: Batch, number: int) -> None:
        raw = self._advantages(batch)
        target, weight = _flat(raw + batch.value), _flat(batch.weight)
        advantage = _standardised(_flat(raw), weight)
        for index in self._minibatches(batch, self.settings.epochs, self.settings.minibatches, number):
            log_probability, value = self.networks.evaluate(batch.observation[:, index], batch.mask[:, index])
            ratio = (joint(log_probability, batch.choices[:, index]) - batch.log_probability[:, index]).exp()
            gain = advantage[:, index]
            policy = -torch.min(ratio * gain, ratio.clamp(1 - CLIP, 1 + CLIP) * gain)
            entropy = -(log_probability.exp() * log_probability).sum(-1)
            loss = policy + VALUE_WEIGHT * (value - target[:, index]) ** 2 - self.entropy * entropy
            self._descend(self.optimizer, (loss * weight[:, index]).mean(1).sum())

    def _minibatches(self, batch: Batch, epochs: int, parts: int, number: int) -> list[Tensor]:
        rows, indices = batch.choices.shape[1], []
        for epoch in range(epochs):
            order = torch.randperm(rows, generator=torch.Generator().manual_seed((self.seed * 1009 + number) * epochs + epoch))
            indices += list(order.tensor_split(parts))
        return indices

    def _descend(self, optimizer: torch.optim.Optimizer, loss: Tensor) -> None:
        """Take a step, with the gradient of each learner clipped on its own."""
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        gradients = [p.grad for p in self.networks.parameters if p.grad is not None]
        norm = sum((g**2).flatten(1).sum(1) for g in gradients) ** 0.5
        factor = (MOST_NORM / (norm + 1e-6)).clamp(max=1.0).view(-1, 1, 1)
        for gradient in gradients:
            gradient.mul_(factor)
        optimizer.step()

    def _anneal(self, done: float) -> None:
        first, last = self.settings.entropy
        self.entropy = first * (last / first) ** min(1.0, done / ENTROPY_UNTIL)
        for group in self.optimizer.param_groups:
            group["lr"] = self.settings.learning_rate * max(LEAST_RATE, 1.0 - done)


def _flat(array: NDArray[np.float64]) -> Tensor:
    """Turn (turns, learners, rows) into (learners, turns * rows) float32."""
    return torch.from_numpy(np.ascontiguousarray(np.swapaxes(array, 0, 1).reshape(array.shape[1], -1), np.float32))


def _standardised(values: Tensor, weight: Tensor) -> Tensor:
    total = weight.sum(1, True)
    mean = (values * weight).sum(1, True) / total
    spread = (((values - mean) ** 2 * weight).sum(1, True) / total).sqrt()
    return (values - mean) / (spread + 1e-6)
