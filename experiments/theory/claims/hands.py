"""Test T4 (Fearon 1997): tying hands against sinking costs, with the paper's order of moves and order of payoffs.

The defender may threaten, then the challenger may exercise, which opens a crisis, then the defender responds with its coast guard
or yields (R11). A threat that ties hands costs almost nothing and commits, and to yield then costs support; one that sinks costs
is paid at once and does not commit. The challenger's goal is private:
a security-seeker prefers to avoid a response, an opportunist does not. The defender's resolve is private: without resolve it
prefers to cede unless it is committed, with full resolve it responds anyway. `orders` checks these inequalities for a cell. The
stakes and the price of the response were set by these inequalities, and not by the results.
"""

import functools
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from straits.envs.spec.constants import CHINA
from straits.experiments.theory import reduced
from straits.experiments.theory.claims.signals import COMMITMENTS, FREE, PAID, PRICES, THREAT
from straits.experiments.theory.game_tree import Floats, Tree, by_goal
from straits.experiments.theory.grid import CELLS, EXERCISE, SEA, TAIL, THREE, Cell, over_cells, planted
from straits.experiments.theory.qre import Play, Types, solve
from straits.experiments.theory.standoff import YIELDS
from straits.experiments.theory.verdict import Verdict, cells_say, mean_over, sign_test

YIELD: Final = YIELDS["philippines"]
ANSWER: Final = f"coast_guard.{SEA}"
ANSWER_COST: Final = 0.5  # share of readiness; 1.2 reward units at MOVE_COST, instead of 0.41
STAKE: Final = 0.5  # share of each side's claims that is in the sea
TIED: Final = tuple((FREE, k) for k in COMMITMENTS)  # (price, commitment)
SUNK: Final = tuple((price, 0.0) for price in PRICES[1:])
GOALS: Final = Types.even(0.0, 1.0)  # security-seeker, opportunist
SEATS: Final = {"china": ("", EXERCISE), "philippines": ("", THREAT, YIELD, ANSWER)}
LET_BE, CHALLENGED, CEDED, ANSWERED = 0, 4, 2, 3  # indices of joint choices of SEATS; the defender's choice varies fastest
SILENT, BOUND = 0, 1
ORDER: Final = ({"philippines": ("", THREAT)}, {"china": ("", EXERCISE)}, {"philippines": (YIELD, ANSWER)})


def t4(cells: Sequence[Cell] = CELLS) -> Verdict:
    """Test T4: tying hands has a higher mean return than sinking costs, at a higher risk of conflict."""

    def gain(cell: Cell) -> float:
        tied, sunk = ([_play(cell, *kind).value[1].mean() for kind in family] for family in (TIED, SUNK))
        return float(np.mean(tied) - np.mean(sunk))

    def danger(cell: Cell) -> float:
        tied, sunk = ([_play(cell, *kind).conflict() for kind in family] for family in (TIED, SUNK))
        return float(np.mean(tied) - np.mean(sunk))

    gains, unsolved = over_cells(gain, cells)
    dangers, _ = over_cells(danger, cells)
    return Verdict(
        "T4", "Fearon 1997", "tying hands gives more on average than sinking costs, at a higher risk of conflict",
        f"threat, challenge, answer by turns, in the paper's order of payoffs; threats that commit by {COMMITMENTS[0]:g} to "
        f"{COMMITMENTS[-1]:g}, against threats at a price of {PRICES[1]:g} to 1",
        f"{cells_say(gains, unsolved, 'gain')}; risk higher in {int((dangers > 0).sum())}, by {dangers.mean():.2g} on average",
        mean_over(gains), max(sign_test(gains), sign_test(dangers)),
    )  # fmt: skip


def orders(cell: Cell) -> dict[str, bool]:
    """Check the paper's inequalities on the payoffs of a cell's game, read from the tree.

    Returns:
        Each inequality in words, and whether it holds.
    """
    seeker, opportunist = (_tree(cell, FREE, COMMITMENTS[2], goal) for goal in (0, 1))
    peace, loss, contest = (SILENT, LET_BE, CEDED), (SILENT, CHALLENGED, CEDED), (SILENT, CHALLENGED, ANSWERED)
    quiet, ceded, answered = (_middling(seeker, path) for path in (peace, loss, contest))
    bold_quiet, bold_ceded, bold_answered = (_middling(opportunist, path) for path in (peace, loss, contest))
    left, yielded, stood = (_worth(seeker, path)[1] for path in (peace, loss, contest))
    yielded_bound, stood_bound = (_worth(seeker, (BOUND, *path[1:]))[1] for path in (loss, contest))
    return {
        "a security-seeker challenges a defender that cedes, not one that responds": ceded > quiet > answered,
        "an opportunist challenges both": min(bold_ceded, bold_answered) > bold_quiet,
        "a defender without resolve prefers to cede": bool(yielded[0] > stood[0]),
        "a defender with full resolve prefers to respond": bool(stood[1] > yielded[1]),
        "a committed defender prefers to respond": bool((stood_bound > yielded_bound).all()),
        "no challenge is better for the defender than to cede": bool((left > yielded).all()),
        "no challenge is better for the defender than to respond": bool((left > stood).all()),
    }


@functools.cache
def _play(cell: Cell, price: float, commitment: float) -> Play:
    seeker, opportunist = (_tree(cell, price, commitment, goal) for goal in (0, 1))
    tree = by_goal(seeker, opportunist, CHINA, 0.5)
    return solve(tree, (GOALS, THREE), cell.precision)


def _tree(cell: Cell, price: float, commitment: float, goal: int) -> Tree:
    """Build the game against a challenger of a goal. A crisis may end in its second turn. A commitment adds no hazard."""
    parameters = {"rally": 0.0, "hazard_commitment": 0.0, "talks_from": 0, "threat_commitment": commitment, **PAID}
    claims: list[dict[str, Any]] = [
        {"of": "china", "areas": {SEA: STAKE, "mainland_coast": 1 - STAKE}},
        {"of": "philippines", "areas": {SEA: STAKE, "luzon": 1 - STAKE}},
    ]
    moves = {"threaten": {"cost": price, "provocation": 0.05}, "coast_guard": {"cost": ANSWER_COST}}
    scenario = planted(cell, parameters=parameters, claims=claims, moves=moves)
    return reduced.build(scenario.with_(types=[{"of": "china", "opportunist": goal}]), SEATS, len(ORDER), TAIL, menus=ORDER)


def _worth(tree: Tree, path: Sequence[int]) -> Floats:
    """Return the value of a path of joint choices to each side at resolve 0 and 1, (N, 2)."""
    node, alive, total = 0, 1.0, np.zeros((len(tree.actors), 2))
    for k, level in zip(path, tree.levels, strict=True):
        total += alive * (level.peace[node, k][:, None] + level.war[node, k])
        alive *= float(level.survive[node, k])
        node = node * level.survive.shape[1] + k
    return np.asarray(total + alive * tree.tail[node])


def _middling(tree: Tree, path: Sequence[int]) -> float:
    """Return the value of a path to a challenger of resolve 0.5."""
    return float(_worth(tree, path)[0].mean())
