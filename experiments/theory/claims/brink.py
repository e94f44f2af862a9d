"""Test T6, T7, T9, T10 and T18: brinkmanship with private resolve (Schelling 1960, Powell 1987, Fearon 1995, Slantchev 2005)."""

import functools
from collections.abc import Sequence
from typing import Final

import numpy as np

from straits.envs.spec.constants import CHINA, PHILIPPINES
from straits.experiments.theory.claims.events import backs_down, ever
from straits.experiments.theory.game_tree import Floats, Tree
from straits.experiments.theory.grid import CELLS, THREE, Cell, over_cells, symmetric
from straits.experiments.theory.qre import Play, Types, solve
from straits.experiments.theory.standoff import STANDS, standoff, stood
from straits.experiments.theory.verdict import MATTERS, Verdict, cells_say, mean_over, sign_test

AHEAD: Final = 0.02  # T9: least difference of terms that counts
RESOLVES: Final = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)  # T9
SPREADS: Final = (0.5, 0.4, 0.3, 0.2, 0.1, 0.0)  # T10: resolve is 0.5 - spread, 0.5 or 0.5 + spread, a third each
BY_TURNS: Final = "a crisis, moves by turns, patrols that stay"
ACCIDENTS: Final = (0.0, 3.0)  # T18: incident_rate; the default is 0.3 per week, and a turn here represents more than a week


def t6(cells: Sequence[Cell] = CELLS) -> Verdict:
    """Test T6: somewhere, posture in games that stay peaceful exceeds posture in games that end in conflict."""
    effects, unsolved = over_cells(lambda cell: _peaceful_posture(_alternate(cell)), cells)
    mixed, _ = over_cells(lambda cell: _peaceful_posture(_alternate(cell, Types.even(0.0, 0.5), Types.even(0.5, 1.0))), cells)
    both = np.concatenate([effects, mixed])
    return Verdict(
        "T6", "Slantchev 2005",
        "deployments cost and shift the odds; somewhere posture in peaceful games exceeds that in conflicts",
        f"{BY_TURNS}; resolve 0 to 1 on both sides, or the lower half against the upper; the more resolute side's forward presence",
        f"in {int((both > MATTERS).sum())} of {len(both)} cells; peaceful less conflict {both.min():.2g} to {both.max():.2g}"
        + (f"; {unsolved} not solved" if unsolved else ""),
        None, None, bool((both > MATTERS).any()) and _deployments_cost_and_shift(cells),
    )  # fmt: skip


def _peaceful_posture(play: Play) -> float:
    """Return the Philippines' mean forward presence in games that stay peaceful, less that in games with conflict."""
    summed = np.zeros(1)
    in_conflict = conflicts = 0.0
    for turn, level in enumerate(play.tree.levels):
        forward = level.after["forward"][:, :, PHILIPPINES].sum(axis=2)
        posture = (summed[:, None] + forward) / (turn + 1)
        played = play.reach(turn)
        in_conflict += float((played * (1 - level.survive) * posture).sum())
        conflicts += float((played * (1 - level.survive)).sum())
        summed = (summed[:, None] + forward).ravel()
    last = (played * level.survive).ravel()
    late = play.tree.tail_conflict
    in_conflict += float((last * late * posture.ravel()).sum())
    conflicts += float((last * late).sum())
    peaceful = float((last * (1 - late) * posture.ravel()).sum()) / float((last * (1 - late)).sum())
    return peaceful - in_conflict / conflicts


def _deployments_cost_and_shift(cells: Sequence[Cell]) -> bool:
    """Return whether, against idle sides, a patrol raises the risk of conflict (R9.4) and its side's payoff in peace (R13.1)."""
    for cell in cells:
        level = symmetric(cell).levels[0]
        patrol = 1  # joint choices vary fastest in the Philippines' choice
        if not (level.survive[0, patrol] < level.survive[0, 0] and level.peace[0, patrol, 0] < level.peace[0, 0, 0]):
            return False
    return True


def t7(cells: Sequence[Cell] = CELLS) -> Verdict:
    """Test T7: with full information and no shift of power, conflict is rarer than with private types."""

    def effect(cell: Cell) -> float:
        known = [stood(cell, Types.even(a), Types.even(b)).conflict() for a in THREE.resolve for b in THREE.resolve]
        return stood(cell).conflict() - float(np.mean(known))

    effects, unsolved = over_cells(effect, cells)
    return Verdict(
        "T7", "Fearon 1995", "with full information and no shift of power, conflict is rarer than with private types",
        "a crisis; resolve 0, 0.5 or 1 of each side, known to both or to its owner alone; drift 0",
        cells_say(effects, unsolved, "more conflict with private types, chance"), mean_over(effects), sign_test(effects),
    )  # fmt: skip


@functools.cache
def _yielding(cell: Cell, types: Types, accidents: float) -> Play:
    """Solve the crisis of two turns. accidents: incident_rate."""
    tree = standoff(cell, turns=2, accidents=True, parameters={"incident_rate": accidents})
    return solve(tree, (types, types), cell.precision)


def _successes(cell: Cell, public: bool) -> Floats:
    """Return the probability of success by the Philippines' resolve, (RESOLVES,).

    Success is peace through the last decision, and better terms than China (R11). The resolve is known to China (`public`) or
    private.
    """
    last = _by_turns(cell).levels[-1]
    terms = last.after["terms"]
    won = last.survive * (terms[:, :, PHILIPPINES, CHINA] > terms[:, :, CHINA, PHILIPPINES] + AHEAD)
    end = len(_by_turns(cell).levels) - 1
    if public:
        plays = [_alternate(cell, THREE, Types.even(r)) for r in RESOLVES]
        return np.array([float((play.reach(end) * won).sum()) for play in plays])
    play = _alternate(cell, THREE, Types.even(*RESOLVES))
    return np.array([float((play.reach(end, (None, row)) * won).sum()) for row in np.eye(len(RESOLVES))])


@functools.cache
def _alternate(cell: Cell, china: Types = THREE, philippines: Types = THREE) -> Play:
    return solve(_by_turns(cell), (china, philippines), cell.precision)


@functools.cache
def _by_turns(cell: Cell) -> Tree:
    """Build Powell's game: in a crisis the sides alternate four times between a step, no step and yielding, China first.

    Presence that was deployed does not decay, so each step adds risk.
    """
    menus = [{side: STANDS[side]} for side in ("china", "philippines")] * 2
    return standoff(cell, turns=len(menus), menus=menus, parameters={"keep_patrol": 1.0})


def t9(cells: Sequence[Cell] = CELLS) -> Verdict:
    """Test T9: success is somewhere non-monotone in resolve."""
    secret, unsolved = over_cells(lambda cell: _bend(_successes(cell, False)), cells)
    known, more = over_cells(lambda cell: _bend(_successes(cell, True)), cells)
    turns = np.concatenate([secret, known])
    return Verdict(
        "T9", "Powell 1987, 1988", "success is somewhere non-monotone in resolve",
        f"{BY_TURNS}; resolve {RESOLVES[0]:g} to {RESOLVES[-1]:g} in {len(RESOLVES)} steps, "
        "secret or known; success: peace, and better terms than the rival",
        f"in {int((turns > MATTERS).sum())} of {len(turns)} lines; largest turn {turns.max():.2g}"
        + (f"; {unsolved + more} not solved" if unsolved + more else ""),
        None, None, bool((turns > MATTERS).any()),
    )  # fmt: skip


def _bend(line: Floats) -> float:
    """Return how far a line both rises and falls, the smaller of the two."""
    steps = np.diff(line)
    return float(max(0.0, min(steps[steps > 0].sum(), -steps[steps < 0].sum())))


def t10(cells: Sequence[Cell] = CELLS) -> Verdict:
    """Test T10: less uncertainty about resolve is somewhere more dangerous."""

    def effect(cell: Cell) -> float:
        types = [Types.even(0.5 - s, 0.5, 0.5 + s) for s in SPREADS]
        return float(np.diff([_alternate(cell, t, t).conflict() for t in types]).max())

    effects, unsolved = over_cells(effect, cells)
    return Verdict(
        "T10", "Powell 1988", "less noise is somewhere more dangerous",
        f"{BY_TURNS}; both sides' resolve 0.5, plus or minus {SPREADS[0]:g} down to {SPREADS[-1]:g}",
        f"in {int((effects > MATTERS).sum())} of {len(effects)} cells; largest rise of a conflict's chance {effects.max():.2g}"
        + (f"; {unsolved} not solved" if unsolved else ""),
        None, None, bool((effects > MATTERS).any()),
    )  # fmt: skip


def t18(cells: Sequence[Cell] = CELLS) -> Verdict:
    """Test T18: the removal of accidents reduces conflicts and concessions."""

    def conflicts(cell: Cell) -> float:
        return _yielding(cell, THREE, ACCIDENTS[-1]).conflict() - _yielding(cell, THREE, 0.0).conflict()

    def concessions(cell: Cell) -> float:
        return _conceding(cell, ACCIDENTS[-1]) - _conceding(cell, 0.0)

    fewer, unsolved = over_cells(conflicts, cells)
    firmer, _ = over_cells(concessions, cells)
    return Verdict(
        "T18", "Schelling 1960", "removing accidents cuts conflicts and also cuts concessions",
        f"a crisis of two turns; incident_rate {ACCIDENTS[-1]:g} against 0; a concession: to yield",
        f"{cells_say(fewer, unsolved, 'conflicts fewer, chance')}; concessions fewer in {int((firmer > 0).sum())}, "
        f"{firmer.min():.2g} to {firmer.max():.2g}",
        mean_over(firmer), max(sign_test(fewer), sign_test(firmer)),
    )  # fmt: skip


def _conceding(cell: Cell, accidents: float) -> float:
    play = _yielding(cell, THREE, accidents)
    return ever(play, backs_down(PHILIPPINES, CHINA))
