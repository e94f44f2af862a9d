"""Search for a best response with the cross-entropy method over random-utility tables, for one seat against given opponents.

The result is a lower bound on the best response, and is scored on new seeds. The game report shows it next to the response of PPO,
and the better of the two counts, because a learner alone understates the gain.

Source: Rubinstein and Kroese 2004, The Cross-Entropy Method.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from straits.agents.base import Choices, Masks, Observations, Policy, Rng
from straits.agents.scripted import DEFAULT, HAWK, TIT_FOR_TAT
from straits.agents.utility import FEATURE_INDEX, N_FEATURES, UtilityPolicy, weight_matrix
from straits.envs.core.rng import game_seeds
from straits.envs.scenarios.scenario import Scenario
from straits.envs.spec.constants import ACTORS, N_ACTORS, N_CHANNELS
from straits.envs.spec.moves import KIND_CHANNEL, MAY_EVER, MOVE_KIND, N_KINDS, N_MOVES, OFFSETS
from straits.experiments.rollouts.rollout import play

SEARCHED: Final = (  # features searched, per channel
    ("one", "grievance_military", "gap", "own", "public_commitment", "opportunist"),
    ("one", "grievance_verbal", "caused", "distrust", "tension", "rival", "offer"),
    ("one", "grievance_verbal", "grievance_military", "distrust", "rival", "offer", "disaster"),
)
IDLE_BIAS: Final = -1.5  # initial bias of a kind that the starting table does not name
NEVER: Final = -1.0e9
NOISE: Final = 0.05
HABIT: Final = 0.5  # bias of a kind that is chosen whenever it is legal and nothing better is
CHANGED: Final = 0.3  # share of the numbers that a sample changes; few at a time, to keep what works
TABLE: Final = N_KINDS * N_FEATURES
GENOME: Final = TABLE + N_MOVES  # numbers of a policy: its table, then one bias per move


@dataclass(frozen=True)
class Budget:
    """Set the effort of the search."""

    generations: int = 12
    population: int = 40
    games: int = 150
    elite: float = 0.2
    habits: int = 0  # rounds of adding one kind that is chosen whenever it is legal


DEFAULT_BUDGET: Final = Budget()


class Population:
    """Play one seat with many utility policies at once: row g belongs to member g * members // rows."""

    name = "population"

    def __init__(self, genomes: NDArray[np.float64], seat: int, noise: float) -> None:
        """Create the policies.

        Args:
            genomes: (members, GENOME) numbers.
            seat: Index of the actor.
            noise: Half-width of the uniform noise on each utility.
        """
        self.members = [_policy(g, seat, noise) for g in genomes]

    def act(self, observation: Observations, mask: Masks, rng: Rng) -> Choices:
        """Let each member choose for its share of the rows.

        Args:
            observation: (rows, N_OBSERVATION) float32.
            mask: (rows, N_MOVES) int8, 1 where legal.
            rng: Source of random numbers.

        Returns:
            (rows, channels) int64, an index in each channel.
        """
        noise = rng.random((len(observation), N_MOVES))
        parts = np.array_split(np.arange(len(observation)), len(self.members))
        played = [m.act(observation[p], mask[p], _Drawn(noise[p])) for m, p in zip(self.members, parts, strict=True)]
        return np.concatenate(played)


class _Drawn:
    """Hold numbers that were drawn before."""

    def __init__(self, numbers: NDArray[np.float64]) -> None:
        self._numbers = numbers

    def random(self, size: object) -> NDArray[np.float64]:
        """Return the numbers, for any size."""
        return self._numbers


class Restricted:
    """Restrict a policy to the no-op in one channel."""

    def __init__(self, policy: Policy, channel: int) -> None:
        self.policy, self.channel = policy, channel
        self.name = f"{policy.name} without {channel}"

    def act(self, observation: Observations, mask: Masks, rng: Rng) -> Choices:
        """Choose as the policy does, with the no-op in the channel.

        Args:
            observation: (rows, N_OBSERVATION) float32.
            mask: (rows, N_MOVES) int8, 1 where legal.
            rng: Source of random numbers.

        Returns:
            (rows, channels) int64, an index in each channel.
        """
        choices = self.policy.act(observation, mask, rng)
        choices[:, self.channel] = 0
        return choices


class Constant:
    """Choose one move whenever it is legal."""

    def __init__(self, move: int) -> None:
        """Create the policy.

        Args:
            move: Flat index of the move.
        """
        self.move = move
        self.channel = int(KIND_CHANNEL[MOVE_KIND[move]])
        self.name = f"constant {move}"

    def act(self, observation: Observations, mask: Masks, rng: Rng) -> Choices:
        """Choose the move where it is legal, and no-ops otherwise.

        Args:
            observation: (rows, N_OBSERVATION) float32.
            mask: (rows, N_MOVES) int8, 1 where legal.
            rng: Not used.

        Returns:
            (rows, channels) int64, an index in each channel.
        """
        choices = np.zeros((len(observation), N_CHANNELS), np.int64)
        choices[:, self.channel] = np.where(mask[:, self.move] != 0, self.move - OFFSETS[self.channel], 0)
        return choices


def search(
    scenario: Scenario,
    seat: int,
    others: Policy,
    seed: int,
    budget: Budget = DEFAULT_BUDGET,
    *,
    without: int | None = None,
    starts: Sequence[UtilityPolicy] = (),
    constant: int | None = None,
) -> UtilityPolicy:
    """Search the utility policy with the highest mean return in a seat.

    The two best starting points share the generations.

    Args:
        scenario: Scenario to play.
        seat: Index of the actor.
        others: Policy of every other seat.
        seed: Seed of the search and of its games.
        budget: Effort of the search.
        without: Index of a channel that the policy must not use.
        starts: Starting points instead of the scripted policies.
        constant: Flat index of a move. One further starting point chooses it whenever it is legal.

    Returns:
        The best policy.
    """
    rng = np.random.default_rng([seed, seat])
    free = _free(seat, without)
    begun = [_genome(p.table[seat], p.bias[seat]) for p in starts] or _scripted(seat)
    if constant is not None:
        begun.append(_constant_genome(constant))
    genomes = np.stack([_closed(_opened(g), free) for g in begun])
    order = np.argsort(-_scores(scenario, seat, others, genomes, budget.games * 2, seed + 5))[:2]
    finished = [
        _climb(scenario, seat, others, genomes[k], free, rng, seed, budget, budget.generations // len(order)) for k in order
    ]
    finalists = np.stack([*finished, *(genomes[k] for k in order)])
    scores = _scores(scenario, seat, others, finalists, budget.games * 4, seed + 77)
    best = finalists[int(np.argmax(scores))]
    for habit in range(budget.habits):
        best = _add_habit(scenario, seat, others, best, free, seed + 5000 * (habit + 1), budget)
    return _policy(best, seat, NOISE)


def seated(policy: Policy, seat: int, others: Policy) -> list[Policy]:
    """Assign a policy to a seat and another to the rest.

    Args:
        policy: Policy of the seat.
        seat: Index of the actor.
        others: Policy of the other seats.

    Returns:
        One policy per actor.
    """
    return [policy if s == seat else others for s in range(N_ACTORS)]


def _climb(
    scenario: Scenario,
    seat: int,
    others: Policy,
    mean: NDArray[np.float64],
    free: NDArray[np.bool_],
    rng: np.random.Generator,
    seed: int,
    budget: Budget,
    generations: int,
) -> NDArray[np.float64]:
    """Run the generations from one start. The best mean so far is part of each sample."""
    spread = np.where(free, 0.5, 0.0)
    for generation in range(generations):
        changed = rng.random((budget.population, GENOME)) < CHANGED
        sample = mean + changed * spread * rng.standard_normal((budget.population, GENOME))
        sample[0] = mean
        scores = _scores(scenario, seat, others, sample, budget.games, seed + 1000 * (generation + 1))
        elite = sample[np.argsort(-scores)[: max(2, int(budget.elite * budget.population))]]
        mean, spread = elite.mean(axis=0), np.where(free, elite.std(axis=0) + 0.05, 0.0)
    return mean


def _add_habit(
    scenario: Scenario, seat: int, others: Policy, genome: NDArray[np.float64], free: NDArray[np.bool_], seed: int, budget: Budget
) -> NDArray[np.float64]:
    """Return the best of the genome and its variants that choose one more kind whenever it is legal.

    Samples that change many numbers at once miss these variants.
    """
    kinds = [k for k in range(N_KINDS) if free[k * N_FEATURES] and genome[k * N_FEATURES] <= 0.0]
    grown = np.repeat(genome[None], len(kinds) + 1, axis=0)
    for row, kind in enumerate(kinds):
        grown[row, kind * N_FEATURES] = HABIT
    scores = _scores(scenario, seat, others, grown, budget.games, seed)
    best: NDArray[np.float64] = grown[int(np.argmax(scores))]
    return best


def _genome(table: NDArray[np.float64], bias: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.concatenate([table.ravel(), bias])


def _policy(genome: NDArray[np.float64], seat: int, noise: float) -> UtilityPolicy:
    policy = UtilityPolicy("search", {}, noise)
    policy.table[seat] = genome[:TABLE].reshape(N_KINDS, N_FEATURES)
    policy.bias[seat] = genome[TABLE:]
    return policy


def _free(seat: int, without: int | None) -> NDArray[np.bool_]:
    """Return which numbers are searched, (GENOME,)."""
    table = np.zeros((N_KINDS, N_FEATURES), np.bool_)
    moves = MAY_EVER[seat] & (KIND_CHANNEL[MOVE_KIND] != (-1 if without is None else without))
    for kind in {int(k) for k in MOVE_KIND[moves]}:
        table[kind, [FEATURE_INDEX[f] for f in SEARCHED[int(KIND_CHANNEL[kind])]]] = True
    return np.concatenate([table.ravel(), moves])


def _scripted(seat: int) -> list[NDArray[np.float64]]:
    return [_genome(weight_matrix(t), np.zeros(N_MOVES)) for t in (DEFAULT[ACTORS[seat]], HAWK, TIT_FOR_TAT)]


def _constant_genome(move: int) -> NDArray[np.float64]:
    bias = np.zeros(N_MOVES)
    bias[move] = 1.0 - IDLE_BIAS
    return _genome(weight_matrix({}), bias)


def _opened(genome: NDArray[np.float64]) -> NDArray[np.float64]:
    """Make kinds that are never chosen unlikely instead, so that the search can reach them."""
    opened = genome.copy()
    ones = opened[:TABLE:N_FEATURES]  # a view: the bias of each kind
    ones[ones == NEVER] = IDLE_BIAS
    return opened


def _closed(genome: NDArray[np.float64], free: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Make sure that kinds outside the search are never chosen."""
    closed = genome.copy()
    closed[:TABLE:N_FEATURES][~free[:TABLE:N_FEATURES]] = NEVER
    return closed


def _scores(
    scenario: Scenario, seat: int, others: Policy, genomes: NDArray[np.float64], games: int, seed: int
) -> NDArray[np.float64]:
    """Return the mean return of each genome. All play the same games (common random numbers) in one batch."""
    population = Population(genomes, seat, NOISE)
    seeds = np.tile(game_seeds(seed, games), len(genomes))
    returns = play(scenario, seated(population, seat, others), len(seeds), seeds).returns[:, seat]
    return np.array([part.mean() for part in np.array_split(returns, len(genomes))])
