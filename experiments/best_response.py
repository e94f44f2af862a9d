"""Best responses by search: the cross-entropy method over random-utility tables, one seat against given others.

A found policy is a lower bound on the best response, and it is scored on fresh seeds. PPO's response stands beside it in the
game report; the better of the two counts (a learner alone understates the gap).
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
from straits.envs.moves import KIND_CHANNEL, MAY_EVER, MOVE_KIND, N_KINDS, N_MOVES, OFFSETS
from straits.envs.philox import game_seeds
from straits.envs.scenario import Scenario
from straits.envs.vocabulary import ACTORS, N_ACTORS, N_CHANNELS
from straits.experiments.rollout import play

SEARCHED: Final = (  # features searched, per channel
    ("one", "force", "gap", "own", "audience", "opportunist"),
    ("one", "face", "caused", "distrust", "tension", "rival", "offer"),
    ("one", "face", "force", "distrust", "rival", "offer", "disaster"),
)
IDLE_BIAS: Final = -1.5  # where a kind that the starting table does not name begins
NEVER: Final = -1.0e9


@dataclass(frozen=True)
class Budget:
    """How hard to search."""

    generations: int = 12
    population: int = 40
    games: int = 150
    elite: float = 0.2


DEFAULT_BUDGET: Final = Budget()


class Population:
    """Many utility tables playing one seat at once: row g belongs to member g * members // rows."""

    name = "population"

    def __init__(self, tables: NDArray[np.float64], seat: int, noise: float) -> None:
        """tables: (members, kinds, features)."""
        self.members = [UtilityPolicy("member", {}, noise) for _ in tables]
        for member, table in zip(self.members, tables, strict=True):
            member.table[seat] = table

    def act(self, observation: Observations, mask: Masks, rng: Rng) -> Choices:
        """Each member plays its share of the rows."""
        noise = rng.random((len(observation), N_MOVES))
        parts = np.array_split(np.arange(len(observation)), len(self.members))
        played = [m.act(observation[p], mask[p], _Drawn(noise[p])) for m, p in zip(self.members, parts, strict=True)]
        return np.concatenate(played)


class _Drawn:
    """Numbers drawn beforehand."""

    def __init__(self, numbers: NDArray[np.float64]) -> None:
        self._numbers = numbers

    def random(self, size: object) -> NDArray[np.float64]:
        """The numbers, whatever the size asked for."""
        return self._numbers


class Restricted:
    """A policy that may not use one channel."""

    def __init__(self, policy: Policy, channel: int) -> None:
        self.policy, self.channel = policy, channel
        self.name = f"{policy.name} without {channel}"

    def act(self, observation: Observations, mask: Masks, rng: Rng) -> Choices:
        """The policy's choices, idle in the channel."""
        choices = self.policy.act(observation, mask, rng)
        choices[:, self.channel] = 0
        return choices


class Constant:
    """One move whenever it is legal."""

    def __init__(self, move: int) -> None:
        """move: a flat index."""
        self.move = move
        self.channel = int(KIND_CHANNEL[MOVE_KIND[move]])
        self.name = f"constant {move}"

    def act(self, observation: Observations, mask: Masks, rng: Rng) -> Choices:
        """The move where legal, idle elsewhere."""
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
    start: UtilityPolicy | None = None,
) -> UtilityPolicy:
    """The best utility table found for the seat against `others` in every other seat.

    `without`: a channel it may not use. `start`: a table to begin from, in place of the scripted ones.
    """
    rng = np.random.default_rng([seed, seat])
    free = _free(seat, without)
    best, best_score = None, -np.inf
    starts = _starts(seat) if start is None else [_opened(start.table[seat])]
    for begun in starts:
        mean, spread = begun.copy(), np.where(free, 0.5, 0.0)
        for generation in range(budget.generations // len(starts)):
            tables = _sample(rng, mean, spread, free, budget.population)
            scores = _scores(scenario, seat, others, tables, budget.games, seed + 1000 * generation)
            elite = tables[np.argsort(-scores)[: max(2, int(budget.elite * budget.population))]]
            mean, spread = elite.mean(axis=0), np.where(free, elite.std(axis=0) + 0.05, 0.0)
        final = _scores(scenario, seat, others, mean[None], budget.games * 4, seed + 77)[0]
        if final > best_score:
            best, best_score = mean, final
    assert best is not None
    found = UtilityPolicy("search", {}, noise=0.05)
    found.table[seat] = _closed(best, free)
    return found


def returns_of(scenario: Scenario, seats: Sequence[Policy], games: int, seed: int) -> NDArray[np.float64]:
    """Returns of every actor, (games, actors)."""
    return play(scenario, seats, games, seed).returns


def seated(policy: Policy, seat: int, others: Policy) -> list[Policy]:
    """The policy in its seat, `others` elsewhere."""
    return [policy if s == seat else others for s in range(N_ACTORS)]


def _free(seat: int, without: int | None) -> NDArray[np.bool_]:
    """Which weights are searched, (kinds, features)."""
    free = np.zeros((N_KINDS, N_FEATURES), np.bool_)
    for kind in {int(k) for k in MOVE_KIND[MAY_EVER[seat]]}:
        channel = int(KIND_CHANNEL[kind])
        if channel != without:
            free[kind, [FEATURE_INDEX[f] for f in SEARCHED[channel]]] = True
    return free


def _starts(seat: int) -> list[NDArray[np.float64]]:
    tables = (DEFAULT[ACTORS[seat]], HAWK, TIT_FOR_TAT)
    return [_opened(weight_matrix(t)) for t in tables]


def _opened(table: NDArray[np.float64]) -> NDArray[np.float64]:
    """Kinds that are never chosen become unlikely instead, so that the search can find them."""
    opened = table.copy()
    opened[opened[:, 0] == NEVER, 0] = IDLE_BIAS
    return opened


def _sample(
    rng: np.random.Generator, mean: NDArray[np.float64], spread: NDArray[np.float64], free: NDArray[np.bool_], n: int
) -> NDArray[np.float64]:
    tables = mean + spread * rng.standard_normal((n, *mean.shape))
    tables[0] = mean
    return np.stack([_closed(t, free) for t in tables])


def _closed(table: NDArray[np.float64], free: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Kinds that are not searched are never chosen."""
    closed = table.copy()
    closed[~free[:, 0], 0] = NEVER
    return closed


def _scores(
    scenario: Scenario, seat: int, others: Policy, tables: NDArray[np.float64], games: int, seed: int
) -> NDArray[np.float64]:
    """Mean return of each table, all in one batch, each on the same games (common random numbers)."""
    population = Population(tables, seat, noise=0.05)
    seeds = np.tile(game_seeds(seed, games), len(tables))
    returns = play(scenario, seated(population, seat, others), len(seeds), seeds).returns[:, seat]
    return np.array([part.mean() for part in np.array_split(returns, len(tables))])
