"""All measures of one recording: a line each for the tables, and the arrays that the pictures are drawn from.

Every line has an interval and the number of games behind it. docs/metrics.md defines each measure and names its source.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple, TypedDict

import numpy as np
from numpy.typing import NDArray

from straits.envs.recording import Recording
from straits.envs.recording.schema import QUADS
from straits.envs.rules.signal import SEEN
from straits.envs.scenario import Scenario
from straits.envs.vocabulary import ACTORS, CRISIS_RUNG, N_ACTORS, OPPORTUNIST
from straits.experiments.escalation import (
    crisis,
    events,
    excitation,
    informativeness,
    ladder,
    reciprocity,
    relaxation,
    rivera,
    signals,
    survival,
    tail,
    welfare,
)
from straits.experiments.escalation.series import Series, series
from straits.experiments.escalation.summary import first_steps
from straits.experiments.intervals import Interval, columns, wilson

LEVEL: Final = 0.95  # of the tail
RISKS: Final = ("peak_tension", "peak_rung", "rivera_scorer")
HALF: Final = 0.5  # resolve above which an actor counts as resolute


class Line(NamedTuple):
    """A number of a table."""

    measure: str
    detail: str  # of whom, at what; empty where there is but one
    value: Interval


class Settings(TypedDict):
    """How intervals are made."""

    seed: int
    confidence: float
    resamples: int


@dataclass
class Findings:
    """What was measured. `per_game`: measure -> (games,), for comparisons of policies in the same games."""

    games: int
    lines: list[Line] = field(default_factory=list)
    per_game: dict[str, NDArray[np.float64]] = field(default_factory=dict)
    curve: survival.Curve | None = None
    ends: NDArray[np.float64] | None = None  # (turns + 1, causes) shares of crises that ended
    occupancy: NDArray[np.float64] | None = None  # (rungs,) share of turns at each
    whom: NDArray[np.float64] | None = None  # (actors, actors) steps of rung 3 or more a turn
    responses: list[reciprocity.Reciprocity] = field(default_factory=list)
    branching: NDArray[np.float64] | None = None  # (actors, actors)


def measure(recording: Recording, scenario: Scenario, status_quo: NDArray[np.float64], settings: Settings) -> Findings:
    """Everything that EVALUATION asks of a recording. status_quo: (games, actors) returns of the same games when everyone holds."""
    data = series(recording)
    found = Findings(recording.games)
    found.per_game = per_game(data, recording, scenario, status_quo)
    found.lines += [Line("conflict_rate", "", wilson(int(data.conflict.sum()), recording.games, confidence=settings["confidence"]))]
    averaged = {name: values for name, values in found.per_game.items() if name != "conflict_rate"}
    found.lines += [Line(*_split(name), value) for name, value in columns(averaged, **settings).items()]
    for part in (_tails, _crises, _ladder, _excitation, _relaxation, _signals, _types):
        found.lines += part(found, data, scenario, settings)
    found.lines += _tone(found, data, recording, settings)
    return found


def per_game(
    data: Series, recording: Recording, scenario: Scenario, status_quo: NDArray[np.float64]
) -> dict[str, NDArray[np.float64]]:
    """Each measure that a single game has, (games,): the sample of intervals and comparisons."""
    moves = data.moves.swapaxes(0, 1)  # (turns, games, actors, channels)
    found = {
        "conflict_rate": data.conflict.astype(np.float64),
        "peak_tension": recording.column("episodes", "peak_tension"),
        "peak_rung": recording.column("episodes", "peak_rung").astype(np.float64),
        "incidents": data.incidents.sum(axis=1).astype(np.float64),
        "turns": data.turns.astype(np.float64),
        "rivera_scorer": rivera.score(moves, "scorer"),
        "rivera_chart": rivera.score(moves, "chart"),
        "rivera_per_move": rivera.score_per_move(moves, "scorer"),
        "welfare": welfare.root_nash(data.returns, status_quo, welfare.least_returns(scenario)),
    }
    above = ladder.time_above(ladder.overall(data.rung, data.played, data.conflict))
    found |= {f"time_above/rung {rung}": above[:, rung] for rung in range(1, ladder.N_RUNGS)}
    lost, first = welfare.regret(data.returns, status_quo), first_steps(moves)
    for n, actor in enumerate(ACTORS):
        found |= {f"return/{actor}": data.returns[:, n], f"regret/{actor}": lost[:, n], f"first/{actor}": first[:, n]}
    return found | {"first/nobody": 1.0 - first.sum(axis=1)}


def _split(name: str) -> tuple[str, str]:
    measure, _, detail = name.partition("/")
    return measure, detail


def _tails(found: Findings, data: Series, scenario: Scenario, settings: Settings) -> Iterator[Line]:
    for name in RISKS:
        values = found.per_game[name]
        worst = float(tail.value_at_risk(values, LEVEL))
        yield Line("value_at_risk", name, Interval(worst, *_order_statistics(values, LEVEL, settings["confidence"])))
        yield Line("conditional_value_at_risk", name, tail.tail_interval(values, LEVEL, **settings))


def _order_statistics(values: NDArray[np.float64], level: float, confidence: float) -> tuple[float, float]:
    """The interval of a quantile from the ranks that it may have, normally approximated."""
    n, ordered = len(values), np.sort(values)
    half = wilson(round(level * n), n, confidence=confidence)
    low, high = (int(np.clip(np.floor(end * n), 0, n - 1)) for end in (half.low, half.high))
    return float(ordered[low]), float(ordered[high])


def _crises(found: Findings, data: Series, scenario: Scenario, settings: Settings) -> Iterator[Line]:
    crises = crisis.first_crises(data.rung, data.fresh, data.played, data.conflict)
    durations, observed = crisis.time_to_crisis(crises.onset, data.played)
    found.curve = survival.kaplan_meier(durations, observed, scenario.horizon, settings["confidence"])
    mean = survival.mean_interval(durations, observed, scenario.horizon, **settings)
    yield Line("time_to_crisis", "restricted mean, turns", mean)
    there = crises.onset > 0
    if not there.any():
        return
    causes = crisis.ENDS[1:]
    found.ends = survival.aalen_johansen(crises.length[there], crises.end[there], len(causes), scenario.horizon)
    shares = survival.ends_intervals(crises.length, crises.end, len(causes), scenario.horizon, **settings)
    for cause, share in zip(causes, shares, strict=True):
        yield Line("crisis_ends", cause, share)


def _ladder(found: Findings, data: Series, scenario: Scenario, settings: Settings) -> Iterator[Line]:
    rungs = ladder.overall(data.rung, data.played, data.conflict)
    found.occupancy = np.bincount(rungs[rungs >= 0], minlength=ladder.N_RUNGS) / (rungs >= 0).sum()
    steps = ((data.rung >= CRISIS_RUNG) & data.played[:, :, None, None]).sum(axis=1)  # (games, actors, actors)
    found.whom = steps.sum(axis=0) / data.played.sum()
    sums = {f"{i}>{j}": steps[:, i, j] for i in range(N_ACTORS) for j in range(N_ACTORS) if i != j}
    rates = _rates(sums, data.turns, settings)
    for pair, rate in rates.items():
        i, j = map(int, pair.split(">"))
        yield Line("steps_a_turn", f"{ACTORS[i]}>{ACTORS[j]}", rate)


def _rates(sums: Mapping[str, NDArray[np.int64]], turns: NDArray[np.int64], settings: Settings) -> dict[str, Interval]:
    """Each sum over games a turn played: linearised about the mean, so that all are resampled at once."""
    mean_turns = turns.mean()
    found = {}
    for name, values in sums.items():
        rate = values.sum() / turns.sum()
        found[name] = rate + (values - rate * turns) / mean_turns  # the delta method: its mean is the rate
    return columns(found, **settings)


def _tone(found: Findings, data: Series, recording: Recording, settings: Settings) -> Iterator[Line]:
    tone = events.read_tone(recording)
    counts, totals = (values.sum(axis=1) for values in (tone.count, tone.total))  # (games, actors, actors)
    for name, sums in (("events_a_turn", counts), ("goldstein_a_turn", totals)):
        named = {f"{ACTORS[i]}>{ACTORS[j]}": sums[:, i, j] for i in range(N_ACTORS) for j in range(N_ACTORS) if i != j}
        for pair, rate in _rates(named, data.turns, settings).items():
            yield Line(name, pair, rate)
    everyone = events.read_quads(recording).sum(axis=(0, 1))
    for quad, number in zip(QUADS, everyone, strict=True):
        yield Line("quad_share", quad, wilson(int(number), max(int(everyone.sum()), 1), confidence=settings["confidence"]))
    found.responses = reciprocity.reciprocity(tone.total, data.played, settings["confidence"])
    for fit in found.responses:
        i, j = fit.pair
        for one, other, value in ((i, j, fit.response[0]), (j, i, fit.response[1])):
            yield Line("response", f"{ACTORS[one]} to {ACTORS[other]}, sums of {fit.aggregation}", value)


def _excitation(found: Findings, data: Series, scenario: Scenario, settings: Settings) -> Iterator[Line]:
    steps = excitation.escalatory_steps(data.moves, data.effective)
    if len(steps) < 2 * excitation.GROUPS or not steps.any():
        return
    fitted = excitation.fit_with_spread(steps, data.played, settings["confidence"])
    found.branching = fitted.fit.branching
    yield Line("spectral_radius", "", fitted.radius)
    for (k, j), value in fitted.branching.items():
        yield Line("branching", f"{ACTORS[j]} brings about {ACTORS[k]}", value)


def _relaxation(found: Findings, data: Series, scenario: Scenario, settings: Settings) -> Iterator[Line]:
    followed = relaxation.epochs(data.tension, data.played, **settings)
    yield Line("half_life", f"turns, {followed.spikes} spikes", followed.half_life)


def _signals(found: Findings, data: Series, scenario: Scenario, settings: Settings) -> Iterator[Line]:
    provoked = scenario.record[0]["provokes"] >= SEEN
    told = signals.consistency(data.moves, data.rung, provoked, data.played, **settings)
    for name, of in told.items():
        yield Line("bluff_rate", f"{name}, {of.called} called of {of.sent}", of.bluff_rate)
        yield Line("follow_rate", name, of.follow_rate)
        yield Line("follow_rate", f"no {name}", of.base_rate)


def _types(found: Findings, data: Series, scenario: Scenario, settings: Settings) -> Iterator[Line]:
    seen = informativeness.kinds_played(data.moves, data.effective, data.moves.shape[1])
    for n, actor in enumerate(ACTORS):
        for name, is_type in (("goal", data.goals[:, n] == OPPORTUNIST), ("resolve", data.resolve[:, n] > HALF)):
            told = informativeness.skill(seen[:, n], is_type, **settings)
            yield Line("type_skill", f"{name} of {actor}", told.skill)
