"""Compute the data of the page that compares policies, in the format of docs/viewer-data.md. The browser only draws.

Every number has its sample size. A cell with fewer than FEW games or steps is `null`.
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from straits.envs.core.jit import sources_hash
from straits.envs.spec.constants import CODES, CONFLICT_RUNG, CRISIS_RUNG, ENVIRONMENT, N_ACTORS, RUNGS
from straits.envs.text.crises import disputes
from straits.experiments.evaluation.sources import Group
from straits.experiments.metrics.compute import Settings
from straits.experiments.metrics.event_study import aligned
from straits.experiments.metrics.ladder import first_at
from straits.experiments.metrics.reciprocity import RUNGS as STEP_RUNGS
from straits.experiments.metrics.reciprocity import WITHIN, answers
from straits.experiments.metrics.survival import kaplan_meier
from straits.experiments.rollouts.crises import ENDS, Crisis, list_crises
from straits.experiments.utils.statistics import Interval, columns, linearised, ratios, wilson
from straits.experiments.viewer.export.outliers import means, ranked, runs
from straits.experiments.viewer.export.replay import TENSION

SCHEMA: Final = "straits-comparison/1"
FEW: Final = 10  # steps or games below which a cell is left out
BEFORE, AFTER = 10, 20  # turns before and after the first turn at a rung
MANY: Final = 2000  # games above which there is no row for each, only quantiles
DIGITS: Final = 5
LIMITS: Final = (
    "Rates apply to a stylised game under its assumptions and are no probability of a real event. Intervals "
    "apply to these policies in this scenario; the games are their sample."
)
LEVELS: Final = (0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0)
ARROWS: Final = [(i, j) for i in range(N_ACTORS) for j in range(N_ACTORS) if i != j]
Cell = list[float] | None  # estimate, low and high


def build_comparison(groups: Sequence[Group], settings: Settings) -> dict[str, Any]:
    """Compute the statistics of groups of games. Differences are relative to the first group.

    Args:
        groups: Groups of one scenario.
        settings: Seed, confidence level and resamples of the intervals.

    Returns:
        The comparison as plain data.

    Raises:
        ValueError: If a group has fewer than FEW games.
    """
    for group in groups:
        if group.recording.games < FEW:
            raise ValueError(f"{group.label}: {group.recording.games} games: expected at least {FEW}")
    matched = all(np.array_equal(group.seeds, groups[0].seeds) for group in groups)
    scenario, listed = groups[0].scenario, [crises_of_games(group) for group in groups]
    return {
        "schema": SCHEMA,
        "scenario": scenario.name,
        "title": scenario.title,
        "scenario_hash": scenario.hash,
        "env_version": ENVIRONMENT,
        "env_source_hash": sources_hash(),
        "tension_definition": TENSION,
        "limits": LIMITS,
        "turns": scenario.horizon,
        "turn_days": scenario.turn_days,
        "rungs": list(RUNGS),
        "codes": list(CODES),
        "labels": [group.label for group in groups],
        "seats": [{a: str(name) for a, name in group.recording.facts["seats"].items()} for group in groups],
        "games": [group.recording.games for group in groups],
        "seeds": [_seeds(group) for group in groups],
        "matched": matched,
        "confidence": settings["confidence"],
        "few": FEW,
        "methods": _methods(settings, matched),
        "peak": [_peak(group, settings) for group in groups],
        "survival": {str(k): [_survival(group, k, settings) for group in groups] for k in range(1, CONFLICT_RUNG + 1)},
        "whom": _whom(groups, settings, matched),
        "answers": {"within": WITHIN, "groups": [_answers(group, settings) for group in groups]},
        "aligned": {str(k): [_aligned(group, k) for group in groups] for k in range(1, CONFLICT_RUNG + 1)},
        "crises": _crises(groups, listed, settings),
        "quantiles": {"levels": list(LEVELS), "groups": [_quantiles(group) for group in groups]},
        "runs": runs(groups) if sum(group.recording.games for group in groups) <= MANY else None,
        "ranked": [row | {"crises": [list(crisis) for crisis in listed[row["policy"]][row["game"]]]} for row in ranked(groups)],
    }


def _peak(group: Group, settings: Settings) -> dict[str, Any]:
    """Count the games by their highest rung."""
    n = group.recording.games
    counts = np.bincount(group.recording.column("episodes", "peak_rung"), minlength=len(RUNGS))
    shares = [wilson(int(count), n, confidence=settings["confidence"]) for count in counts]
    return {"n": n, "counts": counts.tolist(), "shares": [_cell(share) for share in shares]}


def _survival(group: Group, rung: int, settings: Settings) -> dict[str, Any]:
    """Compute the share of games that have stayed below the rung, after each turn from the start on."""
    durations, reached = first_at(group.rungs, rung)
    curve = kaplan_meier(durations, reached, group.scenario.horizon, settings["confidence"])
    lines = {"share": curve.survival, "low": curve.low, "high": curve.high}
    return {"n": len(durations), "reached": int(reached.sum()), **{name: _list(values) for name, values in lines.items()}}


def _whom(groups: Sequence[Group], settings: Settings, matched: bool) -> dict[str, Any]:
    """Compute, for each ordered pair, its steps.

    They are the sum of the rungs of its steps per game, the share of turns with a step of rung 3 or more, and the difference of
    that share from the first group's.
    """
    first = groups[0]
    return {
        "sum": [_sums(group, settings) for group in groups],
        "rate": [_matrix(_rates(group, settings)) for group in groups],
        "difference": [None, *(_matrix(_differences(g, first, settings)) if matched else None for g in groups[1:])],
        "games": [group.recording.games for group in groups],
        "turns": [int(group.data.turns.sum()) for group in groups],
    }


def _sums(group: Group, settings: Settings) -> list[list[Cell]]:
    total = (group.data.rung * group.data.played[:, :, None, None]).sum(axis=1, dtype=np.int64)  # (games, actors, actors)
    return _matrix(columns({f"{i}>{j}": total[:, i, j] for i, j in ARROWS}, **settings))


def _steps(group: Group) -> NDArray[np.float64]:
    """Count turns with a step of rung 3 or more that the other saw, (games, actors, actors)."""
    steps = (group.data.rung >= CRISIS_RUNG) & group.data.played[:, :, None, None]
    return np.asarray(steps.sum(axis=1), np.float64)


def _rates(group: Group, settings: Settings) -> dict[str, Interval]:
    steps, turns = _steps(group), group.data.turns
    parts = {f"{i}>{j}": steps[:, i, j] for i, j in ARROWS}
    return ratios(parts, dict.fromkeys(parts, turns), **settings)


def _differences(group: Group, first: Group, settings: Settings) -> dict[str, Interval]:
    """Compute intervals of paired differences, from linearised ratios whose means are the rates."""
    ours, theirs = _steps(group), _steps(first)
    turns = group.data.turns.astype(np.float64), first.data.turns.astype(np.float64)
    gaps = {f"{i}>{j}": linearised(ours[:, i, j], turns[0]) - linearised(theirs[:, i, j], turns[1]) for i, j in ARROWS}
    return columns(gaps, **settings)


def _crises(groups: Sequence[Group], listed: Sequence[Sequence[Sequence[Crisis]]], settings: Settings) -> dict[str, Any]:
    """Compute the crises a game by their ends, and the share of games in which each pair is in crisis after each turn."""
    pairs = [
        (dispute.one, dispute.two) for dispute in disputes(groups[0].scenario.record["start"][0], groups[0].scenario.record[0])
    ]
    rows = []
    for group, games in zip(groups, listed, strict=True):
        counts = {end: np.array([sum(crisis.end == end for crisis in game) for game in games], np.float64) for end in ENDS}
        means = columns(counts | {"all": np.sum(list(counts.values()), axis=0)}, **settings)
        turns = group.recording.by_turn("dyads", "crisis_turns")
        running = group.data.played.sum(axis=0)
        open_shares = {
            f"{CODES[i]}-{CODES[j]}": [
                None if n < FEW else _round(count / n)
                for count, n in zip((turns[:, :, i, j] > 0).sum(axis=0), running, strict=True)
            ]
            for i, j in pairs
        }
        rows.append({"ends": {end: _cell(mean, 0.0) for end, mean in means.items()}, "open": open_shares})
    return {"pairs": [list(pair) for pair in pairs], "ends": list(ENDS), "groups": rows}


def crises_of_games(group: Group) -> list[list[Crisis]]:
    """List the crises of each game of a group.

    Args:
        group: Games of one policy.

    Returns:
        The crises of each game, by onset.
    """
    recording = group.recording
    names = ("crisis_turns", "crisis_end", "crisis_opener")
    fields = {name: np.pad(recording.by_turn("dyads", name), ((0, 0), (1, 0), (0, 0), (0, 0))) for name in names}
    outcome = recording.column("episodes", "outcome")
    sides = np.stack([recording.column("episodes", name) for name in ("belligerent", "opponent")], axis=1)
    return [
        list_crises(
            {name: values[n, : turns + 1] for name, values in fields.items()}
            | {"outcome": outcome[n : n + 1], "belligerents": sides[n : n + 1]}
        )
        for n, turns in enumerate(group.data.turns.tolist())
    ]


def _answers(group: Group, settings: Settings) -> dict[str, Any]:
    """Compute, by rung of the step, the steps of each pair and the share of them that was answered at a higher rung."""
    data = group.data
    responses = answers(data.rung, data.played, data.conflict, data.belligerents)
    result: dict[str, Any] = {}
    for k, rung in enumerate(STEP_RUNGS):
        n = responses.steps[:, k].sum(axis=0)
        enough = [(i, j) for i, j in ARROWS if n[i, j] >= FEW]
        parts = {f"{i}>{j}": responses.answered[:, k, i, j] for i, j in enough}
        shares = ratios(parts, {f"{i}>{j}": responses.steps[:, k, i, j] for i, j in enough}, **settings) if enough else {}
        result[str(rung)] = {"n": n.tolist(), "share": _matrix(shares, 0.0, 1.0)}
    return result


def _aligned(group: Group, rung: int) -> dict[str, Any]:
    """Compute the tension around the first turn at the rung."""
    turn, reached = first_at(group.rungs, rung)
    around = aligned(group.tension, np.where(reached, turn, -1), group.data.played, BEFORE, AFTER)
    enough = around.n >= FEW
    lines = {"median": around.median, "low": around.low, "high": around.high}
    shown = {name: [_round(v) if e else None for v, e in zip(values, enough, strict=True)] for name, values in lines.items()}
    return {"games": int(reached.sum()), "offset": around.offset.tolist(), "n": around.n.tolist(), **shown}


def _quantiles(group: Group) -> dict[str, list[float | None]]:
    peak = group.recording.column("episodes", "peak_tension")
    return {"mean": _list(np.quantile(means(group), LEVELS)), "peak": _list(np.quantile(peak, LEVELS))}


def _seeds(group: Group) -> dict[str, Any]:
    """Return the seed of the run. Game n has the seed hash(run, n)."""
    run = group.recording.facts["seed"]
    return {"run": str(run) if run is not None else None, "games": group.recording.games}


def _methods(settings: Settings, matched: bool) -> dict[str, str]:
    """Describe the interval of each panel in words."""
    percent = f"{100 * settings['confidence']:g} %"
    alike = "it has no width, and carries no information, if all games are alike"
    bootstrap = f"{percent} bootstrap over games, {settings['resamples']} resamples; {alike}"
    same = f"paired by game, {bootstrap}" if matched else "none: the policies did not play the same games"
    return {
        "peak": f"{percent} Wilson intervals",
        "survival": f"Kaplan-Meier, {percent} pointwise band (log-log); without width if no game or every game reached the rung; "
        "the shares by peak rung have valid intervals for these",
        "whom": bootstrap,
        "difference": same,
        "answers": bootstrap,
        "crises": bootstrap,
        "aligned": "median and 10-90 % of games, which is a spread and not an interval of the median",
        "ranked": "gap: mean over the game's turns of its distance from the median of its policy's games in the same turn",
    }


def _matrix(intervals: dict[str, Interval], low: float = -np.inf, high: float = np.inf) -> list[list[Cell]]:
    """Build [from][to] cells, null if there is none. Ends of intervals are limited to low..high."""
    cells = {name: _cell(value, low, high) for name, value in intervals.items()}
    return [[cells.get(f"{i}>{j}") for j in range(N_ACTORS)] for i in range(N_ACTORS)]


def _cell(interval: Interval, low: float = -np.inf, high: float = np.inf) -> Cell:
    ends = interval.estimate, max(low, interval.low), min(high, interval.high)
    return None if np.isnan(ends).any() else [round(float(value), DIGITS) + 0.0 for value in ends]


def _list(values: NDArray[np.float64]) -> list[float | None]:
    return [_round(value) for value in values.tolist()]


def _round(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), DIGITS) + 0.0
