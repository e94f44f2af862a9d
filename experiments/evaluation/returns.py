"""Compare policies under common random numbers: in all seats on each scenario, and in one seat at a time.

A comparison in one seat keeps the other four policies fixed, so that a difference in return is due to that seat. If all actors play
the same policy, a higher return of one actor may be due to the others. Those rows measure escalation.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from straits.agents.base import Policy
from straits.conf.schema import EvaluationConfig
from straits.envs.scenarios.scenario import Scenario
from straits.envs.spec.constants import ACTORS
from straits.experiments.metrics.per_game import summarise
from straits.experiments.rollouts.rollout import Games, play
from straits.experiments.utils.statistics import Interval, corrected, paired

EVERYONE: Final = "everyone"


@dataclass(frozen=True)
class Row:
    """Hold the results of one policy, in one seat or in all."""

    scenario: str
    seat: str  # an actor, or everyone
    policy: str
    games: int
    seed: int
    measures: dict[str, Interval]
    digest: str  # of every game's result, to compare with a run elsewhere


@dataclass(frozen=True)
class Difference:
    """Hold the gain of one policy over another in a seat, in the same games."""

    scenario: str
    seat: str
    policy: str
    against: str
    games: int
    gain: Interval

    @property
    def is_better(self) -> bool:
        """Return whether the interval is above 0."""
        return self.gain.low > 0.0


def everyone(
    scenarios: Sequence[Scenario],
    policies: Sequence[Policy],
    others: Policy,
    config: EvaluationConfig,
    seats: Sequence[str] = ACTORS,
) -> Iterator[Row]:
    """Play each policy on each scenario in all learning seats.

    Args:
        scenarios: Scenarios to play.
        policies: Policies to compare.
        others: Policy of the actors that are not in `seats`.
        config: Settings of the evaluation.
        seats: Actors that play the policy.

    Yields:
        One row per scenario and policy.
    """
    for scenario in scenarios:
        for policy in policies:
            games = _games(scenario, [policy if actor in seats else others for actor in ACTORS], config)
            yield _row(scenario, EVERYONE, policy, games, config)


def in_each_seat(
    scenario: Scenario, policies: Sequence[Policy], others: Policy, config: EvaluationConfig, seats: Sequence[str] = ACTORS
) -> Iterator[tuple[Row, list[Difference]]]:
    """Play each policy in each seat, with `others` in the other four.

    The intervals of one comparison hold jointly for all seats (Bonferroni).

    Args:
        scenario: Scenario to play.
        policies: Policies to compare.
        others: Policy of the other seats.
        config: Settings of the evaluation.
        seats: Seats to compare in.

    Yields:
        A row, and the gain of the first policy over this one. The first policy's row has no gain.
    """
    for seat in seats:
        first: Games | None = None
        for policy in policies:
            games = _games(scenario, [policy if actor == seat else others for actor in ACTORS], config)
            row = _row(scenario, seat, policy, games, config)
            yield row, [] if first is None else [_difference(row, policies[0].name, first, games, config, len(seats))]
            first = games if first is None else first


def _games(scenario: Scenario, seats: Sequence[Policy], config: EvaluationConfig) -> Games:
    return play(scenario, seats, config.games, config.seed, keep_moves=True)


def _row(scenario: Scenario, seat: str, policy: Policy, games: Games, config: EvaluationConfig) -> Row:
    measures = summarise(games, seed=config.seed, confidence=config.confidence, resamples=config.resamples)
    return Row(scenario.name, seat, policy.name, config.games, config.seed, measures, _digest(games))


def _difference(row: Row, name: str, first: Games, games: Games, config: EvaluationConfig, seats: int) -> Difference:
    actor = ACTORS.index(row.seat)
    gain = paired(
        first.returns[:, actor],
        games.returns[:, actor],
        seed=config.seed,
        confidence=corrected(config.confidence, seats),
        resamples=config.resamples,
    )
    return Difference(row.scenario, row.seat, name, row.policy, row.games, gain)


def _digest(games: Games) -> str:
    digest = hashlib.sha256()
    for part in (games.conflict, games.turns, games.peak_rung, games.peak_tension, games.returns, games.moves):
        digest.update(np.ascontiguousarray(part).tobytes())
    return digest.hexdigest()[:16]
