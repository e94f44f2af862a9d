"""Check the bounds of the game: no way out through conflict, and summonses that answer demands."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from straits.agents.base import Policy
from straits.agents.scripted import scripted
from straits.envs.rules.rewards import conflict_value
from straits.envs.scenarios.scenario import Scenario
from straits.envs.simulator.engine import Engine
from straits.envs.spec.constants import ACT, ACTORS, N_ACTORS, RUNNING
from straits.envs.spec.moves import KINDS, MOVES, SUMMON, SUMMON_URGENT
from straits.experiments.evaluation.best_response import seated
from straits.experiments.rollouts.rollout import iter_turns, play
from straits.experiments.utils.statistics import Interval, bootstrap, wilson

HIGH_GRIEVANCE, LOW_GRIEVANCE = 0.25, 0.05  # limits of high and low verbal grievance
PANEL: Final = ("hold", "hawk", "dove", "tit_for_tat", "grim", "random", "default")


def summons_by_grievance(
    scenario: Scenario, seats: Sequence[Policy], watched: Sequence[int], games: int, seed: int
) -> dict[str, Interval]:
    """Measure the share of turns with a summons at high and at low unmet verbal demand (the most pressing rival's).

    Args:
        scenario: The scenario.
        seats: One policy per actor.
        watched: Indices of the actors whose summonses count.
        games: Number of games.
        seed: Seed of the games.

    Returns:
        "high" and "low" to the share, with Wilson intervals.
    """
    summons = [m.index for m in MOVES if m.kind.channel == ACT and m.kind in (KINDS[SUMMON], KINDS[SUMMON_URGENT])]
    counts = {"high": [0, 0], "low": [0, 0]}

    def watch(engine: Engine, choices: NDArray[np.int64], running: NDArray[np.bool_]) -> None:
        for seat in watched:
            grievance = engine.games["grievance_verbal"][running, seat].max(axis=1)
            called = np.isin(choices[running, seat, ACT], summons)
            for level, where in (("high", grievance >= HIGH_GRIEVANCE), ("low", grievance <= LOW_GRIEVANCE)):
                counts[level][0] += int(called[where].sum())
                counts[level][1] += int(where.sum())

    play(scenario, seats, games, seed, watch=watch)
    return {level: wilson(hits, max(1, n)) for level, (hits, n) in counts.items()}


def no_exit(scenario: Scenario, states: int, copies: int, seed: int) -> dict[str, dict[str, Any]]:
    """Compare the value of conflict now with that of continued play, in visited states (R13.9).

    States are drawn evenly from games of hawk, random, default and hold policies. Each is continued `copies` times with each
    policy of the panel in the actor's seat; the others continue as before. Conflict with the actor as a party is compared with
    each single state and continuation. As a bystander, which an actor cannot choose to be, it is compared with the mean over
    states, because a continuation may itself end in a conflict with the actor as a party.

    Args:
        scenario: The scenario.
        states: Number of states.
        copies: Continuations per state and policy.
        seed: Seed of the games.

    Returns:
        Per actor: `exits`, the number of states in which conflict is worth at least the worst continuation; `states`;
        `least_margin` as a party; `bystander`, the interval of the margin for the worst pair of profile and policy.
    """
    by_actor: dict[str, dict[str, Any]] = {a: {"exits": 0, "states": 0, "least_margin": np.inf, "bystander": None} for a in ACTORS}
    for n, profile in enumerate(("hawk", "random", "default", "hold")):
        engine = _visited(scenario, scripted(profile), states // 4, seed + n)
        params = engine.params[0]
        for seat, actor in enumerate(ACTORS):
            row = by_actor[actor]
            party, bystander = (
                np.array([conflict_value(state, params, seat, share) for state in engine.games])
                for share in (1.0, params.bystander_share)
            )
            continued = np.array([_continued(engine, seat, scripted(p), scripted(profile), copies) for p in PANEL])
            worst = continued.min(axis=0) - party
            row["exits"] += int((worst <= 0).sum())
            row["states"] += len(worst)
            row["least_margin"] = min(row["least_margin"], float(worst.min()))
            margins = continued - bystander
            margin = bootstrap(margins[int(margins.mean(axis=1).argmin())], seed=seed, resamples=500)
            if row["bystander"] is None or margin.low < row["bystander"].low:
                row["bystander"] = margin
    return by_actor


def _visited(scenario: Scenario, policy: Policy, states: int, seed: int) -> Engine:
    """Return running games, stopped at turns spread evenly over the horizon."""
    engine = Engine(scenario, 2 * states)
    engine.reset(seed)
    horizon = int(engine.games["horizon"][0])
    stop = np.random.default_rng(seed).integers(0, horizon, len(engine))
    records = engine.games.copy()
    for turn, _ in enumerate(iter_turns(engine, [policy] * N_ACTORS), 1):
        continuing = stop >= turn
        records[continuing] = engine.games[continuing]
    running = np.flatnonzero(records["outcome"] == RUNNING)[:states]
    chosen = Engine(scenario, len(running))
    chosen.games[:] = records[running]
    chosen.observe()
    return chosen


def _continued(engine: Engine, seat: int, policy: Policy, others: Policy, copies: int) -> NDArray[np.float64]:
    """Return the mean return of the seat from each state on, (states,)."""
    forked = engine.fork(np.arange(len(engine)), copies)
    totals = np.zeros(len(forked))
    seats = seated(policy, seat, others)
    for running in iter_turns(forked, seats):
        totals += np.where(running, forked.reward[:, seat], 0.0)
    means: NDArray[np.float64] = totals.reshape(len(engine), copies).mean(axis=1)
    return means
