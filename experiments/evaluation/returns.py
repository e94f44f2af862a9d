"""Compare policies under common random numbers: everyone alike on each scenario, and one seat at a time among defaults.

A comparison in one seat keeps the other four fixed, so that a difference in return is that seat's doing. When everyone plays
alike, a higher return of one actor may be the others' kindness; those rows are about escalation.
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
    """What came of one policy's games: alone in a seat, or in every seat."""

    scenario: str
    seat: str  # an actor, or everyone
    policy: str
    games: int
    seed: int
    measures: dict[str, Interval]
    digest: str  # of every game's result, to compare with a run elsewhere


@dataclass(frozen=True)
class Difference:
    """How much more an actor earns in its seat with one policy than with another, in the same games."""

    scenario: str
    seat: str
    policy: str
    against: str
    games: int
    gain: Interval

    @property
    def is_better(self) -> bool:
        """True where the whole interval lies above 0."""
        return self.gain.low > 0.0


def everyone(
    scenarios: Sequence[Scenario],
    policies: Sequence[Policy],
    others: Policy,
    config: EvaluationConfig,
    seats: Sequence[str] = ACTORS,
) -> Iterator[Row]:
    """A row for each policy on each scenario: it plays all `seats`, and `others` the rest if there is one."""
    for scenario in scenarios:
        for policy in policies:
            games = _games(scenario, [policy if actor in seats else others for actor in ACTORS], config)
            yield _row(scenario, EVERYONE, policy, games, config)


def in_each_seat(
    scenario: Scenario, policies: Sequence[Policy], others: Policy, config: EvaluationConfig, seats: Sequence[str] = ACTORS
) -> Iterator[tuple[Row, list[Difference]]]:
    """A row for each policy in each seat with `others` in the other four.

    With the row of a seat's first policy come no differences, with every other row the first policy's gain over it. The intervals
    of one comparison hold together for all seats (Bonferroni).
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
