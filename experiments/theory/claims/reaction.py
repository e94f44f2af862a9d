"""Test T17 (Frank et al. 2018): how actors respond to an escalation at low and high tension, and whether they forgive a single one.

A response is the increase in the probability that an actor steps to rung 3 or more because its rival did so one turn before. It is
a regression over the nodes of a reduced game. Forgiveness is read from nodes that differ only in the rival's choices. The paper
counts weekly events and not confrontations, so a turn has the hazard of a week. With the hazard of a confrontation, tension deters
responses.
"""

import functools
from collections.abc import Sequence
from typing import Final

import numpy as np

from straits.envs.spec.constants import CHINA, PHILIPPINES
from straits.experiments.theory import reduced
from straits.experiments.theory.grid import CELLS, FIRM, LOW_STAKES, TAIL, THREE, Cell, over_cells, planted
from straits.experiments.theory.qre import Play, solve
from straits.experiments.theory.verdict import Verdict, cells_say, mean_over, sign_test

LOW, HIGH = 0.2, 0.5  # tension of both sides at the start
FORCES: Final = (0.0, 0.2)  # unmet demand at the start, which replaces the grid's tensions
DEFECTIONS: Final = FIRM[1:]
WEEKLY: Final = 0.03  # share of the cell's hazard: 0.15 becomes the rules' 0.0045 per week


def t17(cells: Sequence[Cell] = CELLS) -> Verdict:
    """Test T17: response is stronger under high tension, and reciprocators forgive single defections."""
    varied = [cell._replace(grievance_military=FORCES[int(cell.tension == cells[-1].tension)]) for cell in cells]
    stronger, unsolved = over_cells(lambda cell: _response(_play(cell, HIGH)) - _response(_play(cell, LOW)), varied)
    forgiven = _forgiven(varied)
    forgiving = np.array(forgiven) if forgiven else np.zeros(2)
    return Verdict(
        "T17", "Frank et al. 2018", "response is stronger under high tension; single defections are forgiven by reciprocators",
        f"low stakes; hazards of a week; tension {HIGH:g} against {LOW:g}, by regression; after holding, a rival's step last "
        "turn against one the turn before",
        f"{cells_say(stronger, unsolved, 'response at high less at low tension')}; "
        f"{int((forgiving > 0).sum())} of {len(forgiven)} reciprocators answer an old step less than a fresh one",
        mean_over(stronger), max(sign_test(stronger), sign_test(forgiving)),
    )  # fmt: skip


def _forgiven(cells: Sequence[Cell]) -> list[float]:
    """Return how much less each reciprocator responds to an old step than to a recent one, over all solved games."""
    differences = []
    for cell in cells:
        for tension in (LOW, HIGH):
            try:
                at_once, later = _recent(_play(cell, tension))
            except ValueError:  # the solver did not converge
                continue
            if at_once > 0:
                differences.append(at_once - later)
    return differences


@functools.cache
def _play(cell: Cell, tension: float) -> Play:
    scenario = planted(cell._replace(tension=tension, hazard=WEEKLY * cell.hazard), **LOW_STAKES)
    tree = reduced.build(scenario, {"china": FIRM, "philippines": FIRM}, 3, TAIL)
    return solve(tree, (THREE, THREE), cell.precision)


def _escalation(play: Play, turn: int, path: Sequence[tuple[str, str]]) -> float:
    """Return the probability that the Philippines deploys in a turn after a path of choices, under the common belief."""
    tree, node = play.tree, 0
    for china, philippines in path:
        index = (tree.moves[0].index(china), tree.moves[1].index(philippines), 0)
        node = node * int(np.prod(tree.shape)) + int(np.ravel_multi_index(index, tree.shape))
    which = tree.actors.index(PHILIPPINES)
    chances = play.chances[turn][which][node]  # (moves, types)
    return float(1.0 - chances[0] @ play.beliefs[turn][which][node])


def _response(play: Play) -> float:
    """Return how much a step of China raises the probability of a step of the Philippines one turn later.

    Least squares over all nodes, weighted by their probability, with a constant for each turn and for each last choice of the
    Philippines.
    """
    tree, rows, outcomes, weights = play.tree, [], [], []
    own_choices, width = len(tree.moves[1]), int(np.prod(tree.shape))
    for turn in range(1, len(tree.levels)):
        nodes = np.arange(len(tree.levels[turn].survive))
        stepped = tree.chosen(CHINA, *DEFECTIONS)[nodes % width]
        own = np.array([tree.chosen(PHILIPPINES, move)[nodes % width] for move in tree.moves[1]]).T
        constants = np.zeros((len(nodes), (len(tree.levels) - 1) * own_choices))
        constants[:, (turn - 1) * own_choices : turn * own_choices] = own
        rows.append(np.column_stack([stepped, constants]))
        outcomes.append(1.0 - (play.chances[turn][1][:, 0] * play.beliefs[turn][1]).sum(axis=1))
        weights.append(play.reach(turn).sum(axis=1))
    root = np.sqrt(np.concatenate(weights))
    coefficients = np.linalg.lstsq(np.concatenate(rows) * root[:, None], np.concatenate(outcomes) * root, rcond=None)[0]
    return float(coefficients[0])


def _recent(play: Play) -> tuple[float, float]:
    """Return the response to a single step of China in the last turn, and in the turn before. The Philippines held in both."""
    assert play.tree.actors == (CHINA, PHILIPPINES)
    base = _escalation(play, 2, [("", ""), ("", "")])
    fresh = float(np.mean([_escalation(play, 2, [("", ""), (step, "")]) for step in DEFECTIONS]))
    old = float(np.mean([_escalation(play, 2, [(step, ""), ("", "")]) for step in DEFECTIONS]))
    return fresh - base, old - base
