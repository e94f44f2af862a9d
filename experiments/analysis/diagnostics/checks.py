"""The questions of the game report, a function each: played games in, a verdict with its numbers out."""

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

USED: Final = 0.02  # share of its channel's turns from which a move counts as used
CROWDED: Final = 0.5  # share of a channel's non-idle choices that no single move may exceed
HIGH_FACE, LOW_FACE = 0.25, 0.05  # unmet face demand called high, and low
PANEL: Final = ("hold", "hawk", "dove", "tit_for_tat", "grim", "random", "default")


@dataclass(frozen=True)
class Effort:
    """How much of everything; `seed` starts apart from those that the search and PPO train on."""

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


Part = tuple[dict[str, Any], list[Verdict]]  # a section of the report: the numbers by name, and what they say
Say = Callable[[str], None]  # where progress is told


@dataclass(frozen=True)
class Response:
    """The better of the responses found for a seat, and how it does on fresh seeds."""

    seat: int
    against: str
    found_by: str
    policy: Policy
    games: Games
    constant: int  # the best constant move, flat


def percent(values: Sequence[float]) -> str:
    """An interval of a share, (estimate, low, high): `1.0 % [0.4, 2.3]`."""
    estimate, low, high = (100 * value for value in values)
    return f"{estimate:.1f} % [{low:.1f}, {high:.1f}]"


def outcomes(scenario: Scenario, names: Sequence[str], games: int, seed: int) -> dict[str, dict[str, Any]]:
    """Conflict rate (Wilson), peak tension and returns (bootstrap) where everyone plays the same scripted policy."""
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
    """True where the conflict rates rise along the names with intervals apart."""
    rates = [rows[n]["conflict"] for n in names]
    return all(a[2] < b[1] for a, b in zip(rates, rates[1:], strict=False))


def gains(responses: Sequence[Response], scenario: Scenario, rival: str, seed: int) -> dict[str, Interval]:
    """Each response's gain over a scripted policy in the same seat, paired by seeds."""
    found = {}
    for r in responses:
        n = len(r.games.conflict)
        other = play(scenario, seated(scripted(rival), r.seat, scripted(r.against)), n, seed)
        found[ACTORS[r.seat]] = paired(r.games.returns[:, r.seat], other.returns[:, r.seat], seed=seed)
    return found


def best_constant(scenario: Scenario, seat: int, against: str, games: int, seed: int) -> int:
    """The move, flat, that pays the seat most when it is played whenever it is legal."""
    legal = [m.flat for m in MOVES if m.index > 0 and MAY_EVER[seat, m.flat]]
    others = scripted(against)
    tried = [play(scenario, seated(Constant(m), seat, others), games, seed).returns[:, seat].mean() for m in legal]
    return legal[int(np.argmax(tried))]


def over_constant(r: Response, scenario: Scenario, seed: int) -> Interval:
    """The response's gain over the best constant move on fresh seeds."""
    again = play(scenario, seated(Constant(r.constant), r.seat, scripted(r.against)), len(r.games.conflict), seed)
    return paired(r.games.returns[:, r.seat], again.returns[:, r.seat], seed=seed)


def without_channel(r: Response, scenario: Scenario, channel: int, retrained: Policy, seed: int) -> Interval:
    """What the channel is worth: the response less the better of itself with the channel idle and a response found without it."""
    n = len(r.games.conflict)
    others = scripted(r.against)
    candidates = (Restricted(r.policy, channel), Restricted(retrained, channel))
    played = [play(scenario, seated(p, r.seat, others), n, seed).returns[:, r.seat] for p in candidates]
    best = max(played, key=lambda returns: float(returns.mean()))
    return paired(r.games.returns[:, r.seat], best, seed=seed)


def usage(moves: NDArray[np.int64], seats: Sequence[int]) -> dict[str, dict[str, float]]:
    """Share of each channel's turns that each move takes, idle aside; moves: (turns, games, actors, channels)."""
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
    """The most chosen move of each channel and its share of the non-idle choices."""
    found = {}
    for channel, moves in shares.items():
        total = sum(moves.values())
        top = max(moves, key=lambda m: moves[m]) if moves else "-"
        found[channel] = (top, moves[top] / total if total > 0 else 0.0)
    return found


def used(shares: Mapping[str, Mapping[str, float]]) -> dict[str, int]:
    """How many moves of each channel are used."""
    return {channel: sum(s >= USED for s in moves.values()) for channel, moves in shares.items()}


def summons_by_face(
    scenario: Scenario, seats: Sequence[Policy], watched: Sequence[int], games: int, seed: int
) -> dict[str, Interval]:
    """Share of turns with a summons at high and at low unmet face demand (the most pressing rival's), Wilson intervals."""
    summons = [m.index for m in MOVES if m.kind.channel == ACT and m.kind in (KINDS[SUMMON], KINDS[SUMMON_URGENT])]
    counts = {"high": [0, 0], "low": [0, 0]}

    def watch(engine: Engine, choices: NDArray[np.int64], running: NDArray[np.bool_]) -> None:
        for seat in watched:
            face = engine.games["face"][running, seat].max(axis=1)
            called = np.isin(choices[running, seat, ACT], summons)
            for level, where in (("high", face >= HIGH_FACE), ("low", face <= LOW_FACE)):
                counts[level][0] += int(called[where].sum())
                counts[level][1] += int(where.sum())

    play(scenario, seats, games, seed, watch=watch)
    return {level: wilson(hits, max(1, n)) for level, (hits, n) in counts.items()}


def influence(scenario: Scenario, games: int, seed: int) -> dict[str, tuple[str, Interval]]:
    """For each actor, whose return moves most when it holds instead of playing `default`, paired by seeds."""
    base = play(scenario, [scripted("default")] * N_ACTORS, games, seed).returns
    found = {}
    for seat, actor in enumerate(ACTORS):
        held = play(scenario, seated(scripted("hold"), seat, scripted("default")), games, seed).returns
        moved = {
            a: paired(held[:, i], base[:, i], seed=seed, confidence=1 - 0.05 / N_ACTORS) for i, a in enumerate(ACTORS) if a != actor
        }
        most = max(moved, key=lambda a: abs(moved[a].estimate))
        found[actor] = (most, moved[most])
    return found


def no_exit(scenario: Scenario, states: int, copies: int, seed: int) -> dict[str, dict[str, Any]]:
    """R8.9: in visited states, what conflict now is worth to each actor against continuing with the worst scripted policy.

    States are drawn evenly from games among hawks, random, default and holding policies; each is continued `copies` times under
    each policy of the panel in the actor's seat, the others going on as they were. Conflict with the actor as a party is held
    against every single state and continuation (`exits`, `least_margin`). As a bystander, which the actor cannot choose to be, it
    is held against the mean over states, since one continuation may itself end in a conflict with the actor as a party:
    `bystander` is the interval of the margin for the worst pair of profile and policy.
    """
    found: dict[str, dict[str, Any]] = {a: {"exits": 0, "states": 0, "least_margin": np.inf, "bystander": None} for a in ACTORS}
    for n, profile in enumerate(("hawk", "random", "default", "hold")):
        engine = _visited(scenario, scripted(profile), states // 4, seed + n)
        world = engine.worlds[0]
        for seat, actor in enumerate(ACTORS):
            row = found[actor]
            party, bystander = (
                np.array([conflict_value(game, world, seat, share) for game in engine.games])
                for share in (1.0, world.bystander_share)
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
    return found


def _visited(scenario: Scenario, policy: Policy, states: int, seed: int) -> Engine:
    """Games stopped at turns spread evenly over the horizon, those still running."""
    engine = Engine(scenario, 2 * states)
    engine.reset(seed)
    horizon = int(engine.games["horizon"][0])
    stop = np.random.default_rng(seed).integers(0, horizon, len(engine))
    kept = engine.games.copy()
    for turn, _ in enumerate(iter_turns(engine, [policy] * N_ACTORS), 1):
        here = stop >= turn
        kept[here] = engine.games[here]
    running = np.flatnonzero(kept["outcome"] == RUNNING)[:states]
    chosen = Engine(scenario, len(running))
    chosen.games[:] = kept[running]
    chosen.look()
    return chosen


def _continued(engine: Engine, seat: int, policy: Policy, others: Policy, copies: int) -> NDArray[np.float64]:
    """Mean return of the seat from each state on, (states,)."""
    forked = engine.fork(np.arange(len(engine)), copies)
    totals = np.zeros(len(forked))
    seats = seated(policy, seat, others)
    for running in iter_turns(forked, seats):
        totals += np.where(running, forked.reward[:, seat], 0.0)
    means: NDArray[np.float64] = totals.reshape(len(engine), copies).mean(axis=1)
    return means
