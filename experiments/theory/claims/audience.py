"""Test T1 to T3 (Fearon 1994): audience costs, capability and the price of backing down."""

import functools
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final

import numpy as np
from scipy import stats

from straits.envs.simulator.engine import Engine
from straits.envs.spec.constants import CHINA, N_ACTORS, N_CHANNELS, PHILIPPINES
from straits.envs.spec.moves import choice
from straits.experiments.theory import reduced
from straits.experiments.theory.chance import steered_seed
from straits.experiments.theory.claims.events import backs_down, ever
from straits.experiments.theory.game_tree import Floats
from straits.experiments.theory.grid import CELLS, FIRM, PATROL, RELIEF, SEA, TAIL, THREE, Cell, over_cells, planted, slope
from straits.experiments.theory.qre import Play, Types, solve
from straits.experiments.theory.verdict import Verdict, cells_say, mean_over, sign_test

SOURCE: Final = "Fearon 1994"
SIDES: Final = {"china": FIRM, "philippines": FIRM}
AUDIENCES: Final = (0.0, 0.25, 0.5, 0.75, 1.0)
COMMITTED: Final = {
    "public_commitment.philippines.china": 0.35,
    "grievance_military.philippines.china": 0.4,
}  # commitment of a threat, and provocation
BOTH_IN: Final = {f"{k}.{a}.{b}": v for k, v in (("public_commitment", 0.35), ("grievance_military", 0.4))
                  for a, b in (("china", "philippines"), ("philippines", "china"))}  # fmt: skip
RATIOS: Final = ((1.5, 0.5), (1.25, 0.75), (1.0, 1.0), (0.75, 1.25), (0.5, 1.5))  # capability of China and of the Philippines
MARGIN: Final = 0.05  # T2: slope per doubling of the capability ratio that counts as no effect
AUDIENCE_RATIOS: Final = ((0.875, 0.525), (0.7, 0.7), (0.525, 0.875))  # T2: the alternative, audience strengths around 0.7
LOSSES: Final = (0.5, 0.325, 0.15)  # T2: shares of a conflict's loss that are possible at all capabilities of RATIOS
FEARON: Final = {"capability_apart": 1.0, "hazard_commitment": 0.0}  # capability affects only conflict, commitment only its price
ROUNDS: Final = (0, 2, 4, 6, 8)  # T3: turns of public escalation before
LADDER: Final = (PATROL, f"coast_guard.{SEA}")  # deployments of even and odd turns


def t1(cells: Sequence[Cell] = CELLS) -> Verdict:
    """Test T1: a stronger audience makes backing down less likely."""

    def effect(cell: Cell) -> float:
        return -slope(AUDIENCES, [_backing_down(cell, strength) for strength in AUDIENCES])

    effects, unsolved = over_cells(effect, cells)
    return Verdict(
        "T1", SOURCE, "a stronger audience makes backing down less likely",
        f"audience_strength {AUDIENCES[0]:g} to {AUDIENCES[-1]:g} of a committed, provoked actor",
        cells_say(effects, unsolved, "fall of the chance per unit of strength"), mean_over(effects), sign_test(effects),
    )  # fmt: skip


def _backing_down(cell: Cell, strength: float) -> float:
    scenario = planted(cell, state=COMMITTED, domestic=[{"of": "philippines", "audience": strength}])
    play = solve(reduced.build(scenario, SIDES, 3, TAIL), (THREE, THREE), cell.precision)
    return ever(play, backs_down(PHILIPPINES, CHINA))


def t2(cells: Sequence[Cell] = CELLS) -> Verdict:
    """Test T2: given entry and types, the capability ratio does not predict which side backs down.

    This is an equivalence test (Schuirmann 1987). The audience ratio, Fearon's own contrast, does predict it.
    """
    effects, unsolved = over_cells(_by_capability, cells)
    audiences, more = over_cells(_by_audience, cells)
    interval = mean_over(effects)
    error = float(effects.std(ddof=1)) / len(effects) ** 0.5
    apart = min(interval.estimate + MARGIN, MARGIN - interval.estimate) / error
    largest = float(np.abs(effects).max())
    return Verdict(
        "T2", SOURCE, "given entry and types, the capability ratio does not predict who backs down",
        "capability 0.5 to 1.5 against 1.5 to 0.5, in the worth of conflict alone; a type is what a conflict costs; both sides in, "
        "committed and provoked; by pair of types",
        f"slope per doubling of the ratio, margin {MARGIN:g}: largest in a cell {largest:.2g}; of the ratio of audiences, "
        f"in its place, {audiences.min():.2g} to {audiences.max():.2g}"
        + (f"; {unsolved + more} not solved" if unsolved + more else ""),
        interval, float(stats.t.sf(apart, len(effects) - 1)), largest < MARGIN and bool(audiences.max() < 0),
    )  # fmt: skip


def _by_capability(cell: Cell) -> float:
    """Return the slope of the probability of backing down per doubling of the rival's capability ratio.

    The slope is the mean over pairs of types.
    """
    lines = []
    for china, philippines in RATIOS:
        play = _both_in(cell, (china, philippines), (_types(china), _types(philippines)), (0.7, 0.7))
        ends = np.eye(len(LOSSES))
        lines.append([_who(play, (ours, theirs)) for ours in ends for theirs in ends])
    logs = [np.log2(theirs / ours) for ours, theirs in RATIOS]
    return float(np.mean([slope(logs, line) for line in np.array(lines).T]))


def _by_audience(cell: Cell) -> float:
    logs = [np.log2(theirs / ours) for ours, theirs in AUDIENCE_RATIOS]
    return slope(logs, [_who(_both_in(cell, (1.0, 1.0), (THREE, THREE), ratio), None) for ratio in AUDIENCE_RATIOS])


def _types(capability: float) -> Types:
    """Return Fearon's types, by the cost of a conflict (R13.9).

    The costs are the same at all capabilities; high capability makes low costs likelier. The prior is that of a resolve drawn
    uniformly from 0 to 1. Each cost represents those nearest to it.
    """
    factor = 2.0 - capability
    least, most = factor * (1.0 - RELIEF), factor
    between = [(a + b) / 2 for a, b in pairwise(LOSSES)]
    share = -np.diff(np.clip([most, *between, least], least, most)) / (most - least)
    return Types(tuple((1.0 - loss / factor) / RELIEF for loss in LOSSES), tuple(float(x) for x in share))


def _both_in(cell: Cell, capabilities: tuple[float, float], types: tuple[Types, Types], audiences: tuple[float, float]) -> Play:
    """Solve the game in which both sides have entered, are committed and provoked. Pairs are of China, then of the Philippines."""
    sides = ("china", "philippines")
    state = BOTH_IN | {f"capability.{a}": c for a, c in zip(sides, capabilities, strict=True)}
    homes = [{"of": a, "audience": strength} for a, strength in zip(sides, audiences, strict=True)]
    scenario = planted(cell, parameters=FEARON, state=state, domestic=homes)
    return solve(reduced.build(scenario, SIDES, 3, TAIL), types, cell.precision)


def _who(play: Play, types: Sequence[Floats] | None) -> float:
    """Return how much likelier the Philippines is to back down than China."""
    return ever(play, backs_down(PHILIPPINES, CHINA), types) - ever(play, backs_down(CHINA, PHILIPPINES), types)


def t3(cells: Sequence[Cell] = CELLS) -> Verdict:
    """Test T3: longer public escalation makes backing down costlier."""
    effects, unsolved = over_cells(lambda cell: slope(ROUNDS, [_price(cell, n) for n in ROUNDS]), cells)
    likelier, _ = over_cells(lambda cell: slope(ROUNDS, [_more_often(cell, n) for n in ROUNDS]), cells)
    return Verdict(
        "T3", SOURCE, "longer public escalation makes backing down costlier",
        f"{ROUNDS[0]} to {ROUNDS[-1]} turns in which both deploy, then provoked; against the same state without commitments",
        f"{cells_say(effects, unsolved, 'price per turn')}; it then backs down more rarely in {int((likelier < 0).sum())}",
        mean_over(effects), sign_test(effects),
    )  # fmt: skip


def _price(cell: Cell, rounds: int) -> float:
    """Return the cost of a no-op for the Philippines, against its best firm response, because of commitments: mean over types."""
    gaps = []
    for committed in (True, False):
        worth = _after(cell, rounds, committed).worth[0][1][0]  # (moves, types)
        gaps.append((worth[1:].max(axis=0) - worth[0]).mean())
    return float(gaps[0] - gaps[1])


def _more_often(cell: Cell, rounds: int) -> float:
    """Return by how much commitments raise the probability that the Philippines does nothing now."""
    idle = [_after(cell, rounds, committed).chances[0][1][0][0].mean() for committed in (True, False)]
    return float(idle[0] - idle[1])


@functools.cache
def _after(cell: Cell, rounds: int, committed: bool) -> Play:
    """Solve the game that begins after both sides deployed for some turns; without `committed`, as if no audience had seen it."""
    scenario = planted(cell, horizon=20, domestic=[{"of": "all", "readiness": 1}])
    engine = Engine(scenario, 1)
    engine.reset(0)
    for turn in range(rounds):
        moves = np.zeros((1, N_ACTORS, N_CHANNELS), np.int64)
        moves[0, [CHINA, PHILIPPINES]] = choice(LADDER[turn % 2])
        engine.games["seed"] = steered_seed(turn)
        engine.games["readiness"] = 1.0
        engine.games["cooldown"] = 0
        engine.observe()
        engine.step(moves)  # the state is set by hand before each turn, which no played game does
    start = _rested(engine, cell, committed)
    return solve(reduced.build(scenario, SIDES, 3, TAIL, start=start), (THREE, THREE), cell.precision)


def _rested(engine: Engine, cell: Cell, committed: bool) -> Any:
    """Return the start record: all but the commitment is as in the cell, so that rounds differ only in commitment."""
    start = planted(cell, state=BOTH_IN).record["start"].copy()
    commitment = engine.games["public_commitment"] if committed else 0.0
    start["public_commitment"] = commitment
    return start
