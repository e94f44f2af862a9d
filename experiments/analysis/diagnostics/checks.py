"""Answer the questions of the diagnostics report, one function each: play games and return the numbers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from straits.agents.base import Policy
from straits.agents.scripted import scripted
from straits.envs.rules.rewards import conflict_value
from straits.envs.scenarios.scenario import Scenario
from straits.envs.simulator.engine import Engine
from straits.envs.spec.constants import ACT, ACTORS, CHANNELS, N_ACTORS, RUNNING
from straits.envs.spec.moves import KINDS, MAY_EVER, MOVES, OFFSETS, SIZES, SUMMON, SUMMON_URGENT
from straits.experiments.evaluation.best_response import Budget, Constant, Restricted, seated
from straits.experiments.rollouts.rollout import Games, iter_turns, play
from straits.experiments.utils.statistics import Interval, bootstrap, paired, wilson

USED: Final = 0.02  # a move with this share of its channel's turns counts as used
CROWDED: Final = 0.5  # largest share of a channel's moves, no-ops excluded, that one move may have
HIGH_GRIEVANCE, LOW_GRIEVANCE = 0.25, 0.05  # limits of high and low verbal grievance
PANEL: Final = ("hold", "hawk", "dove", "tit_for_tat", "grim", "random", "default")


@dataclass(frozen=True)
class Effort:
    """Sizes of the experiments. `seed` differs from those that search and PPO train on."""

    games: int = 20_000
    other_games: int = 4_000
    fresh_games: int = 2_000
    constant_games: int = 60
    search: Budget = Budget(generations=12, population=30, games=60, habits=3)
    again: Budget = Budget(generations=4, population=30, games=60)
    response_steps: int = 250_000
    self_play_steps: int = 5_500_000
    states: int = 10_000
    copies: int = 1
    seed: int = 900_000


QUICK: Final = Effort(
    400, 200, 200, 20, Budget(3, 6, 10), Budget(2, 6, 10), response_steps=8_000, self_play_steps=16_000, states=80, copies=1
)


@dataclass(frozen=True)
class Verdict:
    """One line of the acceptance table."""

    name: str
    holds: bool
    detail: str


Part = tuple[dict[str, Any], list[Verdict]]  # a section of the report: the numbers by name, and the verdicts
Say = Callable[[str], None]  # receives progress


@dataclass(frozen=True)
class Response:
    """The best approximate response of a seat, and its games on fresh seeds."""

    seat: int
    against: str
    found_by: str
    policy: Policy
    games: Games
    constant: int  # the best constant move, flat index


def percent(values: Sequence[float]) -> str:
    """Format a share with its interval (estimate, low, high): `1.0 % [0.4, 2.3]`."""
    estimate, low, high = (100 * value for value in values)
    return f"{estimate:.1f} % [{low:.1f}, {high:.1f}]"


def outcomes(scenario: Scenario, names: Sequence[str], games: int, seed: int) -> dict[str, dict[str, Any]]:
    """Measure games in which all actors play the same scripted policy.

    Args:
        scenario: The scenario.
        names: Names of the policies.
        games: Games per policy.
        seed: Seed of the games.

    Returns:
        Per policy: conflict rate (Wilson interval), peak tension, incidents and returns (bootstrap intervals).
    """
    rows: dict[str, dict[str, Any]] = {}
    for name in names:
        played = play(scenario, [scripted(name)] * N_ACTORS, games, seed)
        rows[name] = {
            "conflict": wilson(int(played.conflict.sum()), games),
            "peak_tension": bootstrap(played.peak_tension, seed=seed),
            "incidents": bootstrap(played.incidents.astype(float), seed=seed),
            "returns": {a: bootstrap(played.returns[:, i], seed=seed) for i, a in enumerate(ACTORS)},
        }
    return rows


def in_order(rows: Mapping[str, Mapping[str, Any]], names: Sequence[str]) -> bool:
    """Return True if the conflict rates rise along the names with disjoint intervals.

    Args:
        rows: As `outcomes` returns them.
        names: Names of policies.
    """
    rates = [rows[n]["conflict"] for n in names]
    return all(a[2] < b[1] for a, b in zip(rates, rates[1:], strict=False))


def gains(responses: Sequence[Response], scenario: Scenario, rival: str, seed: int) -> dict[str, Interval]:
    """Return each response's gain over a scripted policy in the same seat, paired by seeds.

    Args:
        responses: The responses.
        scenario: The scenario.
        rival: Name of the scripted policy.
        seed: Seed of the games.

    Returns:
        Actor to gain.
    """
    by_actor = {}
    for r in responses:
        n = len(r.games.conflict)
        other = play(scenario, seated(scripted(rival), r.seat, scripted(r.against)), n, seed)
        by_actor[ACTORS[r.seat]] = paired(r.games.returns[:, r.seat], other.returns[:, r.seat], seed=seed)
    return by_actor


def best_constant(scenario: Scenario, seat: int, against: str, games: int, seed: int) -> int:
    """Find the move that pays a seat most when it is played whenever it is legal.

    Args:
        scenario: The scenario.
        seat: Index of the actor.
        against: Name of the opponents' policy.
        games: Games per move.
        seed: Seed of the games.

    Returns:
        Flat index of the move.
    """
    legal = [m.flat for m in MOVES if m.index > 0 and MAY_EVER[seat, m.flat]]
    others = scripted(against)
    returns = [play(scenario, seated(Constant(m), seat, others), games, seed).returns[:, seat].mean() for m in legal]
    return legal[int(np.argmax(returns))]


def over_constant(r: Response, scenario: Scenario, seed: int) -> Interval:
    """Return the response's gain over the best constant move on fresh seeds.

    Args:
        r: The response.
        scenario: The scenario.
        seed: Seed of the games.
    """
    again = play(scenario, seated(Constant(r.constant), r.seat, scripted(r.against)), len(r.games.conflict), seed)
    return paired(r.games.returns[:, r.seat], again.returns[:, r.seat], seed=seed)


def without_channel(r: Response, scenario: Scenario, channel: int, retrained: Policy, seed: int) -> Interval:
    """Measure the value of a channel to a response.

    Args:
        r: The response.
        scenario: The scenario.
        channel: Index of the channel.
        retrained: A response that was searched without the channel.
        seed: Seed of the games.

    Returns:
        The response's return less that of the better of two policies: itself with no-ops in the channel, and `retrained`.
    """
    n = len(r.games.conflict)
    others = scripted(r.against)
    candidates = (Restricted(r.policy, channel), Restricted(retrained, channel))
    played = [play(scenario, seated(p, r.seat, others), n, seed).returns[:, r.seat] for p in candidates]
    best = max(played, key=lambda returns: float(returns.mean()))
    return paired(r.games.returns[:, r.seat], best, seed=seed)


def usage(moves: NDArray[np.int64], seats: Sequence[int]) -> dict[str, dict[str, float]]:
    """Return the share of each channel's turns that each move takes. No-ops are not listed.

    Args:
        moves: (turns, games, actors, channels), index within each channel, -1 where no turn was played.
        seats: Indices of the actors that count.

    Returns:
        Channel to move to share, 0..1.
    """
    shares: dict[str, dict[str, float]] = {}
    for channel, name in enumerate(CHANNELS):
        chosen = moves[:, :, list(seats), channel].ravel()
        counts = np.bincount(chosen[chosen >= 0], minlength=SIZES[channel])
        total = max(1, int(counts.sum()))
        shares[name] = {
            MOVES[OFFSETS[channel] + i].name: float(counts[i] / total) for i in range(1, SIZES[channel]) if counts[i] > 0
        }
    return shares


def crowding(shares: Mapping[str, Mapping[str, float]]) -> dict[str, tuple[str, float]]:
    """Return the most frequent move of each channel, and its share of the choices that are no no-ops."""
    tops = {}
    for channel, moves in shares.items():
        total = sum(moves.values())
        top = max(moves, key=lambda m: moves[m]) if moves else "-"
        tops[channel] = (top, moves[top] / total if total > 0 else 0.0)
    return tops


def used(shares: Mapping[str, Mapping[str, float]]) -> dict[str, int]:
    """Return the number of moves of each channel that are used."""
    return {channel: sum(s >= USED for s in moves.values()) for channel, moves in shares.items()}


def summons_by_grievance(
    scenario: Scenario, seats: Sequence[Policy], watched: Sequence[int], games: int, seed: int
) -> dict[str, Interval]:
    """Share of turns with a summons at high and at low unmet verbal demand (the most pressing rival's), Wilson intervals."""
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


def influence(scenario: Scenario, games: int, seed: int) -> dict[str, tuple[str, Interval]]:
    """Find, for each actor, the other actor whose return changes most when it holds instead of playing `default`.

    Differences are paired by seeds; intervals are Bonferroni-corrected.

    Args:
        scenario: The scenario.
        games: Number of games.
        seed: Seed of the games.

    Returns:
        Actor to the other actor and the change of its return.
    """
    base = play(scenario, [scripted("default")] * N_ACTORS, games, seed).returns
    strongest = {}
    for seat, actor in enumerate(ACTORS):
        without = play(scenario, seated(scripted("hold"), seat, scripted("default")), games, seed).returns
        changes = {
            a: paired(without[:, i], base[:, i], seed=seed, confidence=1 - 0.05 / N_ACTORS)
            for i, a in enumerate(ACTORS)
            if a != actor
        }
        most = max(changes, key=lambda a: abs(changes[a].estimate))
        strongest[actor] = (most, changes[most])
    return strongest


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
