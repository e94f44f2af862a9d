"""Test T20 and T22 to T24: what ends a crisis, on which terms, who stands longer, and whether a truce holds."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from straits.envs.spec.constants import CHINA, DEAL_END, PHILIPPINES
from straits.experiments.theory import reduced
from straits.experiments.theory.claims.events import backs_down, ends, ever
from straits.experiments.theory.grid import CELLS, FIRM, PATROL, TAIL, THREE, Cell, over_cells, planted, slope
from straits.experiments.theory.qre import Play, solve
from straits.experiments.theory.standoff import OFFERS, PAIR, in_crisis, standoff, stood
from straits.experiments.theory.verdict import Verdict, cells_say, mean_over, sign_test

STAKES: Final = (0.0, 0.2, 0.4, 0.6)  # T20: public commitment of the Philippines; China has none
BARGAIN: Final = {side: ("", PATROL, offer) for side, offer in OFFERS.items()}
RIPE: Final = (0.1, 0.4, 0.7, 1.0)  # T23
TRUCE: Final = 10.0  # T24: turns of the truce at the start
SETTLED: Final = 0.1  # T24: ripeness that a settlement leaves
PRICES: Final = (0.0, 0.1, 0.2, 0.3)  # T24: breach_terms; breach_support is a third of it, as in the rules


def t20(cells: Sequence[Cell] = CELLS) -> Verdict:
    """Test T20: public commitments improve the terms of a deal."""

    def better(cell: Cell) -> float:
        return slope(STAKES, [_terms(_bargain(cell, stake)) for stake in STAKES])

    effects, unsolved = over_cells(better, cells)
    rarer, _ = over_cells(
        lambda cell: -slope(STAKES, [ever(_bargain(cell, s), ends(PHILIPPINES, CHINA, DEAL_END)) for s in STAKES]), cells
    )
    return Verdict(
        "T20", "Schelling 1960", "commitments improve the terms of a deal",
        f"a crisis in which both may deal, joint_gain 0; public commitment of one side {STAKES[0]:g} to {STAKES[-1]:g}",
        f"{cells_say(effects, unsolved, 'terms per unit of commitment')}; deals are rarer in {int((rarer > 0).sum())}",
        mean_over(effects), sign_test(effects),
    )  # fmt: skip


def _bargain(cell: Cell, stake: float) -> Play:
    tree = standoff(cell, seats=BARGAIN, state={"public_commitment.philippines.china": stake}, parameters={"joint_gain": 0.0})
    return solve(tree, (THREE, THREE), cell.precision)


def _terms(play: Play) -> float:
    """Return the mean terms of the Philippines in the turn of a deal."""
    held = deals = 0.0
    for turn, level in enumerate(play.tree.levels):
        dealt = play.reach(turn) * ends(PHILIPPINES, CHINA, DEAL_END)(play.tree, turn)
        held += float((dealt * level.after["terms"][:, :, PHILIPPINES, CHINA]).sum())
        deals += float(dealt.sum())
    return held / deals


def t22(cells: Sequence[Cell] = CELLS) -> Verdict:
    """Test T22: the resolute stand longer in a crisis, and who still stands is believed to be more resolute."""

    def gap(cell: Cell) -> float:
        weak, strong = (ever(stood(cell), backs_down(PHILIPPINES, CHINA), (None, row)) for row in np.eye(3)[[0, 2]])
        return weak - strong

    effects, unsolved = over_cells(gap, cells)
    believed, _ = over_cells(_believed, cells)
    return Verdict(
        "T22", "Maynard Smith 1974, Fearon 1994", "resolve shows in how long one stands in a crisis",
        "a crisis; resolve 0, 0.5 or 1; who yields, and the mean resolve that is believed of a side in its last turn",
        f"{cells_say(effects, unsolved, 'chance to yield, resolve 0 less resolve 1,')}; those who still stand are believed more "
        f"resolute in {int((believed > 0).sum())}, by {believed.min():.2g} to {believed.max():.2g}",
        mean_over(effects), max(sign_test(effects), sign_test(believed)),
    )  # fmt: skip


def _believed(cell: Cell) -> float:
    """Return the mean resolve believed of the Philippines where the crisis goes on to the last turn, less the prior's."""
    play, last = stood(cell), len(stood(cell).tree.levels) - 1
    on = play.tree.before("crisis_turns", last)[:, CHINA, PHILIPPINES] > 0
    weight = play.reach(last).sum(axis=1) * on
    mean = play.beliefs[last][1] @ np.array(THREE.resolve)
    return float(weight @ mean / weight.sum()) - float(np.dot(THREE.prior, THREE.resolve))


def t23(cells: Sequence[Cell] = CELLS) -> Verdict:
    """Test T23: ripe disputes are settled more often."""

    def settled(cell: Cell, ripeness: float) -> float:
        play = solve(standoff(cell, seats=BARGAIN, ripeness=ripeness), (THREE, THREE), cell.precision)
        return ever(play, ends(CHINA, PHILIPPINES, DEAL_END))

    effects, unsolved = over_cells(lambda cell: slope(RIPE, [settled(cell, r) for r in RIPE]), cells)
    return Verdict(
        "T23", "Zartman 2000", "ripe disputes settle more",
        f"a crisis in which both may deal; ripeness {RIPE[0]:g} to {RIPE[-1]:g}",
        cells_say(effects, unsolved, "rise of the chance of a settlement per unit of ripeness"),
        mean_over(effects), sign_test(effects),
    )  # fmt: skip


def t24(cells: Sequence[Cell] = CELLS) -> Verdict:
    """Test T24: the costlier a truce is to break, the more rarely it is broken."""
    effects, unsolved = over_cells(lambda cell: -slope(PRICES, [_breaks(cell, price) for price in PRICES]), cells)
    return Verdict(
        "T24", "Fortna 2003", "truces that are costly to break are kept",
        f"a truce of {TRUCE:g} turns; breach_terms {PRICES[0]:g} to {PRICES[-1]:g}, breach_support a third of it; a crisis opens",
        cells_say(effects, unsolved, "fall of the chance per unit of price"), mean_over(effects), sign_test(effects),
    )  # fmt: skip


def _breaks(cell: Cell, price: float) -> float:
    scenario = planted(cell, parameters={"breach_terms": price, "breach_support": price / 3.0})
    start = in_crisis(scenario, ripeness=SETTLED)
    for i, j in (PAIR, PAIR[::-1]):
        start["crisis_turns"][:, i, j], start["truce_turns"][:, i, j] = 0.0, TRUCE
    tree = reduced.build(scenario, {"china": FIRM, "philippines": FIRM}, 3, TAIL, start=start)
    play = solve(tree, (THREE, THREE), cell.precision)
    return ever(play, lambda tree, turn: np.asarray(tree.levels[turn].after["crisis_turns"][:, :, CHINA, PHILIPPINES] > 0))
