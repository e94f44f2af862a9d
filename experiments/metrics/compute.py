"""All measures of one recording: a line each for the tables, and the arrays that the pictures are drawn from.

Every line has an interval and the number of games behind it. docs/metrics.md defines each measure and names its source.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from straits.envs.recording import Recording
from straits.envs.rules.signals import SEEN
from straits.envs.scenarios.scenario import Scenario
from straits.envs.spec.constants import ACTORS, CONFLICT_RUNG, CRISIS_RUNG, N_ACTORS, OPPORTUNIST
from straits.experiments.metrics import (
    cameo,
    dyadic,
    half_life,
    hawkes,
    informativeness,
    ladder,
    reciprocity,
    rivera,
    signals,
    survival,
    tail_risk,
    welfare,
)
from straits.experiments.metrics import crises as crisis
from straits.experiments.metrics.arrays import Series, series
from straits.experiments.metrics.per_game import first_at, step_rungs, turns_to_step
from straits.experiments.metrics.types import Line, Point, Settings
from straits.experiments.utils.statistics import Interval, columns, or_wilson, ratios, wilson

__all__ = ["Findings", "Line", "Point", "Settings", "measure", "per_game"]

LEVEL: Final = 0.95  # of the tail
RISKS: Final = {"peak_tension": 1.0, "peak_rung": float(CONFLICT_RUNG), "rivera_scorer": np.inf}  # and the most that each can be
SHARES: Final = ("first", "time_above")  # of which each game has some part from 0 to 1
HALF: Final = 0.5  # resolve above which an actor counts as resolute


@dataclass
class Findings:
    """What was measured. `per_game`: measure -> (games,), for comparisons of policies in the same games."""

    games: int
    lines: list[Line] = field(default_factory=list)
    points: list[Point] = field(default_factory=list)  # of curves over turns
    per_game: dict[str, NDArray[np.float64]] = field(default_factory=dict)
    curve: survival.Curve | None = None
    ends: NDArray[np.float64] | None = None  # (turns + 1, causes) shares of crises that ended
    occupancy: NDArray[np.float64] | None = None  # (rungs,) share of turns at each
    whom: NDArray[np.float64] | None = None  # (actors, actors) steps of rung 3 or more a turn
    responses: list[reciprocity.Reciprocity] = field(default_factory=list)
    branching: NDArray[np.float64] | None = None  # (actors, actors)


def measure(recording: Recording, scenario: Scenario, status_quo: NDArray[np.float64], settings: Settings) -> Findings:
    """Every measure of a recording. status_quo: (games, actors) returns of the same games when everyone holds."""
    data = series(recording)
    found = Findings(recording.games)
    found.per_game = per_game(data, recording, scenario, status_quo)
    found.lines += _means(found, settings)
    for part in (_tails, _crises, _firsts, _ladder, _excitation, _relaxation, _signals, _types):
        found.lines += part(found, data, scenario, settings)
    found.lines += _events(found, data, recording, settings)
    return found


def per_game(
    data: Series, recording: Recording, scenario: Scenario, status_quo: NDArray[np.float64]
) -> dict[str, NDArray[np.float64]]:
    """Each measure that a single game has, (games,): the sample of intervals and comparisons."""
    moves = data.moves.swapaxes(0, 1)  # (turns, games, actors, channels)
    points = {table: rivera.scores(moves, table) for table in rivera.TABLES}
    by_actor, per_move = ({table: both[n] for table, both in points.items()} for n in range(2))
    found = {
        "conflict_rate": data.conflict.astype(np.float64),
        "peak_tension": recording.column("episodes", "peak_tension"),
        "peak_rung": recording.column("episodes", "peak_rung").astype(np.float64),
        "incidents": data.incidents.sum(axis=1).astype(np.float64),
        "turns": data.turns.astype(np.float64),
        "rivera_scorer": by_actor["scorer"].mean(axis=1),
        "rivera_chart": by_actor["chart"].mean(axis=1),
        "rivera_per_move": per_move["scorer"],
        "rivera_chart_per_move": per_move["chart"],
        "welfare": welfare.root_nash(data.returns, status_quo, welfare.least_returns(scenario)),
    }
    above = ladder.time_above(ladder.overall(data.rung, data.played, data.conflict))
    found |= {f"time_above/rung {rung}": above[:, rung] for rung in range(1, ladder.N_RUNGS)}
    lost = welfare.regret(data.returns, status_quo)
    for n, actor in enumerate(ACTORS):
        found |= {f"rivera_{table}/{actor}": of[:, n] for table, of in by_actor.items()}
        found |= {f"return/{actor}": data.returns[:, n], f"regret/{actor}": lost[:, n]}
    return found | _first(step_rungs(moves))


def _first(rungs: NDArray[np.int8]) -> dict[str, NDArray[np.float64]]:
    """Who takes the first step of each rung or a higher one. rungs: (turns, games, actors)."""
    found: dict[str, NDArray[np.float64]] = {}
    for rung in range(1, CONFLICT_RUNG):
        parts, of = first_at(rungs, rung), "" if rung == CRISIS_RUNG else f", rung {rung}"
        found |= {f"first/{actor}{of}": parts[:, n] for n, actor in enumerate(ACTORS)}
        found[f"first/nobody{of}"] = 1.0 - parts.sum(axis=1)
    return found


def _means(found: Findings, settings: Settings) -> Iterator[Line]:
    """The mean over games of what each game has; of what each game has or has not, the share of games."""
    for name, value in columns(found.per_game, **settings).items():
        measure, _, detail = name.partition("/")
        if measure == "conflict_rate" or detail.startswith("nobody"):  # few or none, where the bootstrap is unsound
            value = wilson(int(found.per_game[name].sum()), found.games, confidence=settings["confidence"])
        elif measure in SHARES:
            value = or_wilson(value, found.games, confidence=settings["confidence"])
        yield Line(measure, detail, value, found.games)


def _tails(found: Findings, data: Series, scenario: Scenario, settings: Settings) -> Iterator[Line]:
    for name, most in RISKS.items():
        values = found.per_game[name]
        yield Line(
            "value_at_risk", name, tail_risk.quantile_interval(values, LEVEL, confidence=settings["confidence"]), found.games
        )
        yield Line("conditional_value_at_risk", name, tail_risk.tail_interval(values, LEVEL, most=most, **settings), found.games)


def _crises(found: Findings, data: Series, scenario: Scenario, settings: Settings) -> Iterator[Line]:
    crises = crisis.first_crises(data.rung, data.fresh, data.played, data.conflict)
    durations, observed = crisis.time_to_crisis(crises.onset, data.played)
    found.curve = curve = survival.kaplan_meier(durations, observed, scenario.horizon, settings["confidence"])
    free = map(Interval, *(map(float, ends) for ends in (curve.survival, curve.low, curve.high)))
    found.points += [Point("crisis_free", "", turn, share) for turn, share in enumerate(free)]
    mean = survival.mean_interval(durations, observed, scenario.horizon, **settings)
    yield Line("time_to_crisis", "restricted mean", mean, found.games)
    there = crises.onset > 0
    if not there.any():
        return
    causes, games = crisis.ENDS[1:], int(there.any(axis=1).sum())
    found.ends = survival.aalen_johansen(crises.length[there], crises.end[there], len(causes), scenario.horizon)
    curves = survival.ends_curves(crises.length, crises.end, len(causes), scenario.horizon, **settings)
    for cause, shares in zip(causes, curves, strict=True):
        found.points += [Point("crisis_ends", cause, turn, share) for turn, share in enumerate(shares)]
        yield Line("crisis_ends", cause, or_wilson(shares[-1], games, confidence=settings["confidence"]), int(there.sum()))


def _firsts(found: Findings, data: Series, scenario: Scenario, settings: Settings) -> Iterator[Line]:
    first = turns_to_step(step_rungs(data.moves.swapaxes(0, 1)))  # (games, actors)
    for n, actor in enumerate(ACTORS):
        took = first[:, n] > 0
        mean = survival.mean_interval(np.where(took, first[:, n], data.turns), took, scenario.horizon, **settings)
        yield Line("turns_to_step", actor, mean, found.games)


def _ladder(found: Findings, data: Series, scenario: Scenario, settings: Settings) -> Iterator[Line]:
    rungs = ladder.overall(data.rung, data.played, data.conflict)
    found.occupancy = np.bincount(rungs[rungs >= 0], minlength=ladder.N_RUNGS) / (rungs >= 0).sum()
    moved = ladder.transition_counts(rungs)  # (games, rungs, rungs)
    names = {f"{i} to {j}": (i, j, begun) for i, j, begun in dyadic.transitions(moved)}
    counts, starts = {n: moved[:, i, j] for n, (i, j, _) in names.items()}, {n: begun for n, (*_, begun) in names.items()}
    yield from dyadic.share_lines("rung_transition", counts, starts, settings)
    near = ladder.kahn_counts(data.moves, data.effective)  # (games, kahn rungs)
    turns = dict.fromkeys(map(str, range(1, ladder.N_KAHN)), data.turns * N_ACTORS)
    for rung, value in ratios({rung: near[:, int(rung)] for rung in turns}, turns, **settings).items():
        yield Line("kahn_steps", f"rung {rung}", value, found.games)
    found.whom = ((data.rung >= CRISIS_RUNG) & data.played[:, :, None, None]).sum(axis=(0, 1)) / data.played.sum()
    yield from dyadic.of_steps(data, settings)
    yield from dyadic.of_ladder(data, settings)


def _events(found: Findings, data: Series, recording: Recording, settings: Settings) -> Iterator[Line]:
    tone, quads = cameo.read_events(recording)
    yield from dyadic.of_events(tone, quads, data, settings)
    found.responses = reciprocity.reciprocity(tone.total, data.played, **settings)
    for fit in found.responses:
        for one, other in ((0, 1), (1, 0)):
            detail = f"{ACTORS[fit.pair[one]]} to {ACTORS[fit.pair[other]]}, sums of {fit.aggregation}"
            yield Line("response", detail, fit.response[one], fit.games)
            for n, steps in enumerate(reciprocity.STEPS):
                low, high = map(float, fit.impulse_ends[:, n, one, other])
                yield Line(
                    "impulse", f"{detail}, after {steps}", Interval(float(fit.impulses[n, one, other]), low, high), fit.games
                )


def _excitation(found: Findings, data: Series, scenario: Scenario, settings: Settings) -> Iterator[Line]:
    steps = hawkes.escalatory_steps(data.moves, data.effective)
    if len(steps) < hawkes.FEWEST or not steps.any():
        return
    fitted = hawkes.fit_with_spread(steps, data.played, settings["confidence"])
    found.branching = fitted.fit.branching
    yield Line("spectral_radius", "", fitted.radius, found.games)
    for (k, j), value in fitted.branching.items():
        yield Line("branching", f"{ACTORS[j]} brings about {ACTORS[k]}", value, found.games)


def _relaxation(found: Findings, data: Series, scenario: Scenario, settings: Settings) -> Iterator[Line]:
    followed = half_life.epochs(data.tension, data.played, **settings)
    found.points += [Point("spike_excess", "", turn, value) for turn, value in enumerate(followed.excess)]
    yield Line("half_life", "", followed.half_life, followed.spikes)


def _signals(found: Findings, data: Series, scenario: Scenario, settings: Settings) -> Iterator[Line]:
    provoked = scenario.record[0]["provokes"] >= SEEN
    told = signals.consistency(data.moves, data.rung, provoked, data.played, **settings)
    for name, of in told.items():
        yield Line("bluff_rate", name, of.bluff_rate, of.called)
        yield Line("follow_rate", name, of.follow_rate, of.followed_up)
        yield Line("follow_rate", f"no {name}", of.base_rate, found.games)


def _types(found: Findings, data: Series, scenario: Scenario, settings: Settings) -> Iterator[Line]:
    seen = informativeness.kinds_played(data.moves, data.effective, data.moves.shape[1])
    for n, actor in enumerate(ACTORS):
        for name, is_type in (("goal", data.goals[:, n] == OPPORTUNIST), ("resolve", data.resolve[:, n] > HALF)):
            told = informativeness.skill(seen[:, n], is_type, **settings)
            yield Line("type_skill", f"{name} of {actor}", told.skill, found.games)
            yield Line("type_brier", f"{name} of {actor}", told.brier, found.games)
            yield Line("type_brier", f"{name} of {actor}, base rate", told.base, found.games)
