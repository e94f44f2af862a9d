"""Test T1 to T3 (Fearon 1994): audience costs, capability and the price of backing down."""

import functools
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np
from scipy import stats

from straits.envs.simulator.engine import Engine
from straits.envs.spec.constants import ACTORS, CHINA, N_ACTORS, N_CHANNELS, PHILIPPINES
from straits.envs.spec.moves import choice
from straits.experiments.theory.chance import steered_seed
from straits.experiments.theory.claims.events import backs_down, ever
from straits.experiments.theory.game_tree import Floats
from straits.experiments.theory.grid import CELLS, EXERCISE, RELIEF, THREE, Cell, over_cells, planted, slope
from straits.experiments.theory.qre import Play, Types, solve
from straits.experiments.theory.standoff import PAIR, STAKED, standoff
from straits.experiments.theory.verdict import Verdict, cells_say, mean_over, sign_test

SOURCE: Final = "Fearon 1994"
AUDIENCES: Final = (0.0, 0.25, 0.5, 0.75, 1.0)
RATIOS: Final = ((1.5, 0.5), (1.25, 0.75), (1.0, 1.0), (0.75, 1.25), (0.5, 1.5))  # capability of China and of the Philippines
MARGIN: Final = 0.05  # T2: slope per doubling of the capability ratio that counts as no effect
AUDIENCE_RATIOS: Final = ((0.875, 0.525), (0.7, 0.7), (0.525, 0.875))  # T2: the alternative, audience strengths around 0.7
LOSSES: Final = (0.5, 0.325, 0.15)  # T2: shares of a conflict's loss that are possible at all capabilities of RATIOS
FEARON: Final = {"capability_apart": 1.0, "hazard_commitment": 0.0, "crisis_relief": 0.0}  # they affect only conflict
ROUNDS: Final = (0, 2, 4, 6, 8)  # T3: turns of public escalation before
YIELDING: Final = 2  # index of the choice in STANDS


def t1(cells: Sequence[Cell] = CELLS) -> Verdict:
    """Test T1: a stronger audience makes backing down less likely."""

    def effect(cell: Cell) -> float:
        return -slope(AUDIENCES, [_backing_down(cell, strength) for strength in AUDIENCES])

    effects, unsolved = over_cells(effect, cells)
    return Verdict(
        "T1", SOURCE, "a stronger audience makes backing down less likely",
        f"audience_strength {AUDIENCES[0]:g} to {AUDIENCES[-1]:g} of a committed actor in a crisis",
        cells_say(effects, unsolved, "fall of the chance per unit of strength"), mean_over(effects), sign_test(effects),
    )  # fmt: skip


def _backing_down(cell: Cell, strength: float) -> float:
    tree = standoff(cell, domestic=[{"of": "philippines", "audience": strength}])
    return ever(solve(tree, (THREE, THREE), cell.precision), backs_down(PHILIPPINES, CHINA))


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
        "capability 0.5 to 1.5 against 1.5 to 0.5, in the worth of conflict alone; a type is what a conflict costs; both sides in "
        "a crisis and committed; by pair of types",
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
    """Solve the game in which both sides are in a crisis and committed. Pairs are of China, then of the Philippines."""
    sides = ("china", "philippines")
    state = STAKED | {f"capability.{a}": c for a, c in zip(sides, capabilities, strict=True)}
    homes = [{"of": a, "audience": strength} for a, strength in zip(sides, audiences, strict=True)]
    return solve(standoff(cell, parameters=FEARON, state=state, domestic=homes), types, cell.precision)


def _who(play: Play, types: Sequence[Floats] | None) -> float:
    """Return how much likelier the Philippines is to back down than China."""
    return ever(play, backs_down(PHILIPPINES, CHINA), types) - ever(play, backs_down(CHINA, PHILIPPINES), types)


def t3(cells: Sequence[Cell] = CELLS) -> Verdict:
    """Test T3: longer public escalation makes backing down costlier."""
    effects, unsolved = over_cells(lambda cell: slope(ROUNDS, [_price(cell, n) for n in ROUNDS]), cells)
    likelier, _ = over_cells(lambda cell: slope(ROUNDS, [_more_often(cell, n) for n in ROUNDS]), cells)
    return Verdict(
        "T3", SOURCE, "longer public escalation makes backing down costlier",
        f"{ROUNDS[0]} to {ROUNDS[-1]} exercises of both sides before, against the same crisis without commitments",
        f"{cells_say(effects, unsolved, 'price per turn')}; it then backs down more rarely in {int((likelier < 0).sum())}",
        mean_over(effects), sign_test(effects),
    )  # fmt: skip


def _price(cell: Cell, rounds: int) -> float:
    """Return what commitments add to the cost of yielding for the Philippines, against its best firm choice: mean over types."""
    gaps = []
    for committed in (True, False):
        worth = _after(cell, rounds, committed).worth[0][1][0]  # (moves, types)
        gaps.append((worth[:YIELDING].max(axis=0) - worth[YIELDING]).mean())
    return float(gaps[0] - gaps[1])


def _more_often(cell: Cell, rounds: int) -> float:
    """Return by how much commitments raise the probability that the Philippines yields at once."""
    gives_in = [_after(cell, rounds, committed).chances[0][1][0][YIELDING].mean() for committed in (True, False)]
    return float(gives_in[0] - gives_in[1])


@functools.cache
def _after(cell: Cell, rounds: int, committed: bool) -> Play:
    """Solve the crisis in which both sides are as committed as exercises leave them, or not at all."""
    state = _commitments(cell, rounds) if committed else {}
    return solve(standoff(cell, state=state), (THREE, THREE), cell.precision)


def _commitments(cell: Cell, rounds: int) -> dict[str, float]:
    """Return the commitments of both sides after they exercised in public for some turns (R6.1)."""
    engine = Engine(planted(cell, horizon=20), 1)
    engine.reset(0)
    for turn in range(rounds):
        moves = np.zeros((1, N_ACTORS, N_CHANNELS), np.int64)
        moves[0, list(PAIR)] = choice(EXERCISE)
        engine.games["seed"] = steered_seed(turn)
        engine.games["readiness"] = 1.0
        engine.games["cooldown"] = 0
        engine.observe()
        engine.step(moves)  # the state is set by hand before each turn, which no played game does
    held = engine.games["public_commitment"][0]
    return {f"public_commitment.{ACTORS[i]}.{ACTORS[j]}": float(held[i, j]) for i, j in (PAIR, PAIR[::-1])}
