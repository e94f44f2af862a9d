"""Measures of each pair: what passes between the two, in which tone, and how high they stand on the ladder.

A pair `i>j` is ordered, what i sends j; `i-j` is both directions together. docs/metrics.md defines each measure.
"""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from straits.envs.recording.schema import QUADS
from straits.envs.spec.constants import ACTORS, CONFLICT_RUNG, CRISIS_RUNG, PAIRS
from straits.experiments.metrics import ladder
from straits.experiments.metrics.arrays import Series
from straits.experiments.metrics.cameo import Tone
from straits.experiments.metrics.types import Line, Settings
from straits.experiments.utils.statistics import Interval, columns, or_wilson, ratios

ORDERED: Final = {f"{ACTORS[i]}>{ACTORS[j]}": (i, j) for i in range(len(ACTORS)) for j in range(len(ACTORS)) if i != j}


def of_events(tone: Tone, quads: NDArray[np.int64], data: Series, settings: Settings) -> Iterator[Line]:
    """How many events, their Goldstein values, summed up and each, and their classes. quads: (games, actors, actors, classes)."""
    counts, totals = (values.sum(axis=1) for values in (tone.count, tone.total))  # (games, actors, actors)
    games = len(counts)
    for name, sums in (("events_a_turn", counts), ("goldstein_a_turn", totals)):
        for pair, rate in _a_turn(sums, data.turns, settings).items():
            yield Line(name, pair, rate, games)
    wholes = {pair: counts[:, i, j] for pair, (i, j) in ORDERED.items()}
    for pair, mean in ratios({p: totals[:, i, j] for p, (i, j) in ORDERED.items()}, wholes, **settings).items():
        yield Line("goldstein_mean", pair, mean, int(wholes[pair].sum()))
    parts = {quad: quads[:, :, :, n].sum(axis=(1, 2)) for n, quad in enumerate(QUADS)}
    parts |= {f"{p}, {quad}": quads[:, i, j, n] for p, (i, j) in ORDERED.items() for n, quad in enumerate(QUADS)}
    every = counts.sum(axis=(1, 2))
    of = {name: wholes.get(name.partition(",")[0], every) for name in parts}
    yield from share_lines("quad_share", parts, of, settings)


def of_steps(data: Series, settings: Settings) -> Iterator[Line]:
    """Steps of rung 3 or more that the other sees, an opportunity: every turn is one."""
    steps = ((data.rung >= CRISIS_RUNG) & data.played[:, :, None, None]).sum(axis=1)  # (games, actors, actors)
    for pair, rate in _a_turn(steps, data.turns, settings).items():
        yield Line("steps_a_turn", pair, or_wilson(rate, len(steps), confidence=settings["confidence"]), len(steps))


def of_ladder(data: Series, settings: Settings) -> Iterator[Line]:
    """Between the two of each pair: the peak, the share of turns at each rung or above, and how rungs follow one another."""
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
    """Count how often one rung follows another.

    Rung, next rung, and in how many turns of each game that next was possible, (games,), for every rung that was ever left or kept.
    moved: (games, rungs, rungs).
    """
    for start in range(moved.shape[1]):
        begun = moved[:, start].sum(axis=1)
        if begun.any():
            yield from ((start, end, begun) for end in range(moved.shape[2]))


def share_lines(
    measure: str, parts: dict[str, NDArray[Any]], wholes: dict[str, NDArray[Any]], settings: Settings
) -> Iterator[Line]:
    """A line for each share, part of whole, both (games,)."""
    for name, value in ratios(parts, wholes, **settings).items():
        games = int((wholes[name] > 0).sum())
        share = or_wilson(value, games, confidence=settings["confidence"]) if games else value
        yield Line(measure, name, share, int(wholes[name].sum()))


def _a_turn(sums: NDArray[Any], turns: NDArray[np.int64], settings: Settings) -> dict[str, Interval]:
    """Of each ordered pair, what it sums up to a turn. sums: (games, actors, actors)."""
    return ratios({p: sums[:, i, j] for p, (i, j) in ORDERED.items()}, dict.fromkeys(ORDERED, turns), **settings)
