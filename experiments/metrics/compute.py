"""Compute all metrics of one recording: rows for the tables and arrays for the plots.

Each row has an interval and its number of games. docs/metrics.md defines each metric and names its source.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from straits.envs.recording import Recording
from straits.envs.rules.signals import SEEN
from straits.envs.scenarios.scenario import Scenario
from straits.envs.spec.constants import ACTORS, CONFLICT_RUNG, CRISIS_RUNG, N_ACTORS, OPPORTUNIST, PAIRS
from straits.experiments.metrics import (
    cameo,
    crises,
    dyadic,
    event_study,
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
from straits.experiments.metrics.per_game import first_at, step_rungs, turns_to_step
from straits.experiments.metrics.types import Line, Point, Series, Settings, series
from straits.experiments.utils.statistics import Interval, columns, or_wilson, ratios, wilson

__all__ = ["Findings", "Line", "Point", "Settings", "measure", "per_game"]

LEVEL: Final = 0.95  # share of games outside the tail
RISKS: Final = {"peak_tension": 1.0, "peak_rung": float(CONFLICT_RUNG), "rivera_scorer": np.inf}  # metric -> its upper limit
SHARES: Final = ("first", "time_above", "crisis_turns")  # metrics whose value in one game is a share, 0..1
HALF: Final = 0.5  # resolve above which an actor counts as resolute


@dataclass
class Findings:
    """All metrics of one recording.

    `per_game` maps a metric to its values, (games,), for paired comparisons of policies in the same games.
    """

    games: int
    lines: list[Line] = field(default_factory=list)
    points: list[Point] = field(default_factory=list)  # of curves over turns
    per_game: dict[str, NDArray[np.float64]] = field(default_factory=dict)
    curve: survival.Curve | None = None
    ends: NDArray[np.float64] | None = None  # (turns + 1, causes) shares of crises that ended, by turns since the onset
    occupancy: NDArray[np.float64] | None = None  # (rungs,) share of turns at each
    dyads: NDArray[np.float64] | None = None  # (actors, actors) steps of rung 3 or more per turn, [actor, observer]
    responses: list[reciprocity.Reciprocity] = field(default_factory=list)
    branching: NDArray[np.float64] | None = None  # (actors, actors)


def measure(
    recording: Recording, scenario: Scenario, status_quo: NDArray[np.float64], settings: Settings, *, full: bool = True
) -> Findings:
    """Compute the metrics of a recording.

    Args:
        recording: The recorded games.
        scenario: Their scenario.
        status_quo: (games, actors), returns of the same games when all actors hold.
        settings: How intervals are computed.
        full: Compute all metrics; otherwise the means of those that each game has.

    Returns:
        Rows, curves and arrays.
    """
    data = series(recording)
    findings = Findings(recording.games)
    findings.per_game = per_game(data, recording, scenario, status_quo)
    findings.lines += _means(findings, settings)
    if not full:
        return findings
    for part in (_tails, _crises, _firsts, _ladder, _excitation, _relaxation, _signals, _types):
        findings.lines += part(findings, data, scenario, settings)
    findings.lines += _events(findings, data, recording, settings)
    return findings


def per_game(
    data: Series, recording: Recording, scenario: Scenario, status_quo: NDArray[np.float64]
) -> dict[str, NDArray[np.float64]]:
    """Compute the metrics that have a value in each game, the sample of intervals and comparisons.

    Args:
        data: Arrays of the recording.
        recording: The recorded games.
        scenario: Their scenario.
        status_quo: (games, actors), returns of the same games when all actors hold.

    Returns:
        Metric, or metric/detail, to values, (games,).
    """
    moves = data.moves.swapaxes(0, 1)  # (turns, games, actors, channels)
    points = {table: rivera.scores(moves, table) for table in rivera.TABLES}
    by_actor, per_move = ({table: metrics[n] for table, metrics in points.items()} for n in range(2))
    values = {
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
    found = crises.counts(crises.find_crises(data), len(data.played))
    values |= {name: found[key] for name, key in (("crises", "crises"), ("crisis_settlements", "settlements"))}
    values["crisis_turns"] = crises.in_crisis(data).sum(axis=1) / data.turns
    above = ladder.time_above(ladder.overall(data.rung, data.played, data.conflict))
    values |= {f"time_above/rung {rung}": above[:, rung] for rung in range(1, ladder.N_RUNGS)}
    lost = welfare.regret(data.returns, status_quo)
    for n, actor in enumerate(ACTORS):
        values |= {f"rivera_{table}/{actor}": of[:, n] for table, of in by_actor.items()}
        values |= {f"return/{actor}": data.returns[:, n], f"regret/{actor}": lost[:, n]}
    return values | _first(step_rungs(moves))


def _first(rungs: NDArray[np.int8]) -> dict[str, NDArray[np.float64]]:
    """Return the share of each actor in the first step of each rung or more. rungs: (turns, games, actors)."""
    shares: dict[str, NDArray[np.float64]] = {}
    for rung in range(1, CONFLICT_RUNG):
        parts, of = first_at(rungs, rung), "" if rung == CRISIS_RUNG else f", rung {rung}"
        shares |= {f"first/{actor}{of}": parts[:, n] for n, actor in enumerate(ACTORS)}
        shares[f"first/nobody{of}"] = 1.0 - parts.sum(axis=1)
    return shares


def _means(findings: Findings, settings: Settings) -> Iterator[Line]:
    """Yield the mean over games of each per-game metric; for metrics that are 0 or 1, the share of games."""
    for name, value in columns(findings.per_game, **settings).items():
        measure, _, detail = name.partition("/")
        if measure == "conflict_rate" or detail.startswith("nobody"):  # rare events, for which the bootstrap is unsound
            value = wilson(int(findings.per_game[name].sum()), findings.games, confidence=settings["confidence"])
        elif measure in SHARES:
            value = or_wilson(value, findings.games, confidence=settings["confidence"])
        yield Line(measure, detail, value, findings.games)


def _tails(findings: Findings, data: Series, scenario: Scenario, settings: Settings) -> Iterator[Line]:
    for name, most in RISKS.items():
        values = findings.per_game[name]
        yield Line(
            "value_at_risk", name, tail_risk.quantile_interval(values, LEVEL, confidence=settings["confidence"]), findings.games
        )
        yield Line("conditional_value_at_risk", name, tail_risk.tail_interval(values, LEVEL, most=most, **settings), findings.games)


def _crises(findings: Findings, data: Series, scenario: Scenario, settings: Settings) -> Iterator[Line]:
    all_crises = crises.find_crises(data)
    durations, observed = crises.time_to_crisis(all_crises, data.turns)
    findings.curve = curve = survival.kaplan_meier(durations, observed, scenario.horizon, settings["confidence"])
    free = map(Interval, *(map(float, ends) for ends in (curve.survival, curve.low, curve.high)))
    findings.points += [Point("crisis_free", "", turn, share) for turn, share in enumerate(free)]
    mean = survival.mean_interval(durations, observed, scenario.horizon, **settings)
    yield Line("time_to_crisis", "restricted mean", mean, findings.games)
    if len(all_crises.game):
        yield from _durations(findings, all_crises, scenario, settings)
        yield from _sides(findings, all_crises, settings)
        yield from _calming(findings, data, all_crises, scenario, settings)


def _durations(findings: Findings, found: crises.Crises, scenario: Scenario, settings: Settings) -> Iterator[Line]:
    """Yield the median duration and the ends of the crises."""
    n, causes = len(found.game), crises.ENDS[1:]
    closed = found.end != crises.OPEN
    at = found.game, found.length
    median = survival.median_interval(*at, closed, findings.games, scenario.horizon, **settings)
    yield Line("crisis_duration", "median", median, n)
    findings.ends = survival.aalen_johansen(found.length, found.end, len(causes), scenario.horizon)
    curves = survival.ends_curves(*at, found.end, findings.games, len(causes), scenario.horizon, **settings)
    games = len(np.unique(found.game))
    for cause, shares in zip(causes, curves, strict=True):
        findings.points += [Point("crisis_ends", cause, turn, share) for turn, share in enumerate(shares)]
        yield Line("crisis_ends", cause, or_wilson(shares[-1], games, confidence=settings["confidence"]), n)


def _sides(findings: Findings, found: crises.Crises, settings: Settings) -> Iterator[Line]:
    """Yield the share of each actor in openings and in yields."""
    for name, actors in (("crisis_opener", found.opener), ("crisis_loser", found.loser)):
        sums = crises.by_actor(found, actors, findings.games)
        parts = {actor: sums[:, n] for n, actor in enumerate(ACTORS)}
        yield from dyadic.share_lines(name, parts, dict.fromkeys(ACTORS, sums.sum(axis=1)), settings)


def _calming(findings: Findings, data: Series, found: crises.Crises, scenario: Scenario, settings: Settings) -> Iterator[Line]:
    """Yield the signals before each end, and the rates at which crises end after signals."""
    params = scenario.record[0]
    marks = crises.sent(data.moves, params["provokes"] >= SEEN)
    parts, wholes = {}, {}
    for cause, end in ((cause, n) for n, cause in enumerate(crises.ENDS) if n != crises.OPEN):
        chosen = found.end == end
        whole = np.bincount(found.game[chosen], minlength=findings.games)
        for name, mark in marks.items():
            seen = chosen & crises.before_end(found, mark)
            parts[f"{name} before {cause}"] = np.bincount(found.game[seen], minlength=findings.games)
            wholes[f"{name} before {cause}"] = whole
    yield from dyadic.share_lines("crisis_signals", parts, wholes, settings)
    rates = crises.end_rates(data, marks, int(params["talks_from"]))
    ended, stood = ({f"after {name}": counts[:, n] for name, counts in rates.items()} for n in range(2))
    yield from dyadic.share_lines("crisis_end_rate", ended, stood, settings)


def _firsts(findings: Findings, data: Series, scenario: Scenario, settings: Settings) -> Iterator[Line]:
    first = turns_to_step(step_rungs(data.moves.swapaxes(0, 1)))  # (games, actors)
    for n, actor in enumerate(ACTORS):
        took = first[:, n] > 0
        mean = survival.mean_interval(np.where(took, first[:, n], data.turns), took, scenario.horizon, **settings)
        yield Line("turns_to_step", actor, mean, findings.games)


def _ladder(findings: Findings, data: Series, scenario: Scenario, settings: Settings) -> Iterator[Line]:
    rungs = ladder.overall(data.rung, data.played, data.conflict)
    findings.occupancy = np.bincount(rungs[rungs >= 0], minlength=ladder.N_RUNGS) / (rungs >= 0).sum()
    moved = ladder.transition_counts(rungs)  # (games, rungs, rungs)
    names = {f"{i} to {j}": (i, j, begun) for i, j, begun in dyadic.transitions(moved)}
    counts, starts = {n: moved[:, i, j] for n, (i, j, _) in names.items()}, {n: begun for n, (*_, begun) in names.items()}
    yield from dyadic.share_lines("rung_transition", counts, starts, settings)
    near = ladder.kahn_counts(data.moves, data.effective)  # (games, kahn rungs)
    turns = dict.fromkeys(map(str, range(1, ladder.N_KAHN)), data.turns * N_ACTORS)
    for rung, value in ratios({rung: near[:, int(rung)] for rung in turns}, turns, **settings).items():
        yield Line("kahn_steps", f"rung {rung}", value, findings.games)
    findings.dyads = ((data.rung >= CRISIS_RUNG) & data.played[:, :, None, None]).sum(axis=(0, 1)) / data.played.sum()
    yield from dyadic.of_steps(data, settings)
    yield from dyadic.of_ladder(data, settings)


def _events(findings: Findings, data: Series, recording: Recording, settings: Settings) -> Iterator[Line]:
    tone, quads = cameo.read_events(recording)
    yield from dyadic.of_events(tone, quads, data, settings)
    findings.responses = reciprocity.reciprocity(tone.total, data.played, **settings)
    for fit in findings.responses:
        for one, other in ((0, 1), (1, 0)):
            detail = f"{ACTORS[fit.pair[one]]} to {ACTORS[fit.pair[other]]}, sums of {fit.aggregation}"
            yield Line("response", detail, fit.response[one], fit.games)
            for n, steps in enumerate(reciprocity.STEPS):
                low, high = map(float, fit.impulse_ends[:, n, one, other])
                yield Line(
                    "impulse", f"{detail}, after {steps}", Interval(float(fit.impulses[n, one, other]), low, high), fit.games
                )


def _excitation(findings: Findings, data: Series, scenario: Scenario, settings: Settings) -> Iterator[Line]:
    steps = hawkes.escalatory_steps(data.moves, data.effective)
    if len(steps) < hawkes.FEWEST or not steps.any():
        return
    stationary = data.played & (np.arange(data.played.shape[1]) >= crises.STATIONARY)
    if not stationary.any() or not steps[stationary].any():
        return
    fitted = hawkes.fit_with_spread(steps, stationary, settings["confidence"])
    findings.branching = fitted.fit.branching
    yield Line("spectral_radius", "", fitted.radius, findings.games)
    for (k, j), value in fitted.branching.items():
        yield Line("branching", f"{ACTORS[j]} triggers {ACTORS[k]}", value, findings.games)


def _relaxation(findings: Findings, data: Series, scenario: Scenario, settings: Settings) -> Iterator[Line]:
    pairs = rival_pairs(scenario)
    if not pairs:
        return
    followed = event_study.epochs(data.tension, data.played, pairs, crises.STATIONARY, **settings)
    findings.points += [Point("spike_excess", "", turn, value) for turn, value in enumerate(followed.excess)]
    yield Line("half_life", "", followed.half_life, followed.spikes)


def rival_pairs(scenario: Scenario) -> list[tuple[int, int]]:
    """Return the pairs of actors that are rivals of each other in a scenario."""
    rival = scenario.record[0]["rival"]
    return [(i, j) for i, j in PAIRS if rival[i, j] > 0.0 and rival[j, i] > 0.0]


def _signals(findings: Findings, data: Series, scenario: Scenario, settings: Settings) -> Iterator[Line]:
    provoked = scenario.record[0]["provokes"] >= SEEN
    by_kind = signals.consistency(data.moves, data.rung, provoked, data.played, **settings)
    for name, rates in by_kind.items():
        yield Line("bluff_rate", name, rates.bluff_rate, rates.called)
        yield Line("follow_rate", name, rates.follow_rate, rates.followed_up)
        yield Line("follow_rate", f"no {name}", rates.base_rate, findings.games)


def _types(findings: Findings, data: Series, scenario: Scenario, settings: Settings) -> Iterator[Line]:
    seen = informativeness.kinds_played(data.moves, data.effective, data.moves.shape[1])
    for n, actor in enumerate(ACTORS):
        for name, is_type in (("goal", data.goals[:, n] == OPPORTUNIST), ("resolve", data.resolve[:, n] > HALF)):
            skill = informativeness.skill(seen[:, n], is_type, **settings)
            yield Line("type_skill", f"{name} of {actor}", skill.skill, findings.games)
            yield Line("type_brier", f"{name} of {actor}", skill.brier, findings.games)
            yield Line("type_brier", f"{name} of {actor}, base rate", skill.base, findings.games)
