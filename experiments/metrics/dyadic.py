"""Compute the metrics of pairs: events, their tone, escalatory steps and positions on the ladder.

The label `i>j` is an ordered pair, what i sends to j; `i-j` is both directions together. docs/metrics.md defines each metric.
"""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from straits.envs.recording.schema import QUADS
from straits.envs.spec.constants import ACTORS, CONFLICT_RUNG, CRISIS_RUNG, PAIRS
from straits.experiments.metrics import ladder
from straits.experiments.metrics.cameo import Tone
from straits.experiments.metrics.types import Line, Series, Settings
from straits.experiments.utils.statistics import Interval, columns, or_wilson, ratios

ORDERED: Final = {f"{ACTORS[i]}>{ACTORS[j]}": (i, j) for i in range(len(ACTORS)) for j in range(len(ACTORS)) if i != j}


def of_events(tone: Tone, quads: NDArray[np.int64], data: Series, settings: Settings) -> Iterator[Line]:
    """Yield the rows for number, Goldstein values and quad classes of events.

    Args:
        tone: Counts and sums of Goldstein values per turn.
        quads: (games, actors, actors, quads), counts of events by class.
        data: Arrays of the recording.
        settings: How intervals are computed.

    Yields:
        Rows per ordered pair, and shares of quad classes of all events and per ordered pair.
    """
    counts, totals = (values.sum(axis=1) for values in (tone.count, tone.total))  # (games, actors, actors)
    games = len(counts)
    for name, sums in (("events_a_turn", counts), ("goldstein_a_turn", totals)):
        for pair, rate in _a_turn(sums, data.turns, settings).items():
            yield Line(name, pair, rate, games)
    sent = {pair: counts[:, i, j] for pair, (i, j) in ORDERED.items()}
    for pair, mean in ratios({p: totals[:, i, j] for p, (i, j) in ORDERED.items()}, sent, **settings).items():
        yield Line("goldstein_mean", pair, mean, int(sent[pair].sum()))
    parts = {quad: quads[:, :, :, n].sum(axis=(1, 2)) for n, quad in enumerate(QUADS)}
    parts |= {f"{p}, {quad}": quads[:, i, j, n] for p, (i, j) in ORDERED.items() for n, quad in enumerate(QUADS)}
    every = counts.sum(axis=(1, 2))
    of = {name: sent.get(name.partition(",")[0], every) for name in parts}
    yield from share_lines("quad_share", parts, of, settings)


def of_steps(data: Series, settings: Settings) -> Iterator[Line]:
    """Yield the rates of steps of rung 3 or more that the other actor sees, per turn and ordered pair.

    Args:
        data: Arrays of the recording.
        settings: How intervals are computed.
    """
    steps = ((data.rung >= CRISIS_RUNG) & data.played[:, :, None, None]).sum(axis=1)  # (games, actors, actors)
    for pair, rate in _a_turn(steps, data.turns, settings).items():
        yield Line("steps_a_turn", pair, or_wilson(rate, len(steps), confidence=settings["confidence"]), len(steps))


def of_ladder(data: Series, settings: Settings) -> Iterator[Line]:
    """Yield the rows of each pair on the ladder: peak, share of turns at each rung or above, and transitions.

    Args:
        data: Arrays of the recording.
        settings: How intervals are computed.
    """
    rungs = ladder.of_pairs(data.rung, data.played, data.conflict, data.belligerents)
    peaks, parts, starts = {}, {}, {}
    for n, (i, j) in enumerate(PAIRS):
        pair, between = f"{ACTORS[i]}-{ACTORS[j]}", rungs[:, :, n]
        above, moved = ladder.time_above(between), ladder.transition_counts(between)
        peaks[f"peak_rung/{pair}"] = between.max(axis=1).astype(np.float64)
        peaks |= {f"time_above/{pair}, rung {k}": above[:, k] for k in range(1, CONFLICT_RUNG + 1)}
        for start, end, begun in transitions(moved):
            parts[f"{pair}, {start} to {end}"], starts[f"{pair}, {start} to {end}"] = moved[:, start, end], begun
    for name, value in columns(peaks, **settings).items():
        measure, _, detail = name.partition("/")
        share = value if measure == "peak_rung" else or_wilson(value, len(rungs), confidence=settings["confidence"])
        yield Line(measure, detail, share, len(rungs))
    yield from share_lines("rung_transition", parts, starts, settings)


def transitions(moved: NDArray[np.int64]) -> Iterator[tuple[int, int, NDArray[np.int64]]]:
    """Yield each possible transition between rungs with the number of its opportunities.

    Args:
        moved: (games, rungs, rungs), counts of transitions.

    Yields:
        Rung, next rung, and the number of turns of each game at the first rung, (games,). Rungs that never occurred are skipped.
    """
    for start in range(moved.shape[1]):
        begun = moved[:, start].sum(axis=1)
        if begun.any():
            yield from ((start, end, begun) for end in range(moved.shape[2]))


def share_lines(
    measure: str, parts: dict[str, NDArray[Any]], wholes: dict[str, NDArray[Any]], settings: Settings
) -> Iterator[Line]:
    """Yield one row for each share, the sum of a part over the sum of its whole.

    Args:
        measure: Name of the metric.
        parts: Detail to counts, (games,).
        wholes: Detail to counts of opportunities, (games,).
        settings: How intervals are computed.

    Yields:
        Rows with the number of opportunities as n.
    """
    for name, value in ratios(parts, wholes, **settings).items():
        games = int((wholes[name] > 0).sum())
        share = or_wilson(value, games, confidence=settings["confidence"]) if games else value
        yield Line(measure, name, share, int(wholes[name].sum()))


def _a_turn(sums: NDArray[Any], turns: NDArray[np.int64], settings: Settings) -> dict[str, Interval]:
    """Return the rate per turn of each ordered pair. sums: (games, actors, actors)."""
    return ratios({p: sums[:, i, j] for p, (i, j) in ORDERED.items()}, dict.fromkeys(ORDERED, turns), **settings)
