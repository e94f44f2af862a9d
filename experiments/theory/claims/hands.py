"""T4 (Fearon 1997): tying hands against sinking costs, in the paper's order of moves and with its order of payoffs.

The defender may threaten, then the challenger may patrol, then the defender may answer with its coast guard. A threat that ties
hands costs next to nothing and commits; one that sinks costs is paid for at once and commits to nothing. Of the challenger the goal
is private: a security-seeker would rather not meet an answer, an opportunist would. Of the defender it is the resolve: with none it
would rather cede than answer, unless it is committed; with full resolve it answers anyway. `orders` says so for a cell; the stakes
and the price of the answer were set by it, and not by what comes out.
"""

import functools
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from straits.envs.spec.constants import CHINA
from straits.experiments.theory import reduced
from straits.experiments.theory.claims.signals import COMMITMENTS, FREE, PAID, PRICES, THREAT
from straits.experiments.theory.game_tree import Floats, Tree, by_goal
from straits.experiments.theory.grid import CELLS, PATROL, SEA, TAIL, THREE, Cell, over_cells, planted
from straits.experiments.theory.qre import Play, Types, solve
from straits.experiments.theory.verdict import Verdict, cells_say, mean_over, sign_test

ANSWER: Final = f"coast_guard.{SEA}"
ANSWER_COST: Final = 0.5  # share of readiness; at MOVE_COST worth 1.2, in place of 0.41
STAKE: Final = 0.5  # of each side's claims, in the sea
TIED: Final = tuple((FREE, k) for k in COMMITMENTS)  # (price, commitment)
SUNK: Final = tuple((price, 0.0) for price in PRICES[1:])
GOALS: Final = Types.even(0.0, 1.0)  # security-seeker, opportunist
SEATS: Final = {"china": ("", PATROL), "philippines": ("", THREAT, ANSWER)}
LET_BE, CHALLENGED, CEDED, ANSWERED = 0, 3, 0, 2  # places among the joint choices of SEATS, fastest in the defender's
SILENT, BOUND = 0, 1
ORDER: Final = ({"philippines": ("", THREAT)}, {"china": ("", PATROL)}, {"philippines": ("", ANSWER)})


def t4(cells: Sequence[Cell] = CELLS) -> Verdict:
    """Tying hands gives more on average than sinking costs, at a higher risk of conflict."""

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
    """Which of the paper's inequalities the payoffs of the cell's game meet, read off the tree, whatever anybody does."""
    seeker, opportunist = (_tree(cell, FREE, COMMITMENTS[2], goal) for goal in (0, 1))
    peace, loss, contest = (SILENT, LET_BE, CEDED), (SILENT, CHALLENGED, CEDED), (SILENT, CHALLENGED, ANSWERED)
    quiet, ceded, answered = (_middling(seeker, path) for path in (peace, loss, contest))
    bold_quiet, bold_ceded, bold_answered = (_middling(opportunist, path) for path in (peace, loss, contest))
    left, yielded, stood = (_worth(seeker, path)[1] for path in (peace, loss, contest))
    yielded_bound, stood_bound = (_worth(seeker, (BOUND, *path[1:]))[1] for path in (loss, contest))
    return {
        "a security-seeker challenges who cedes and lets be who answers": ceded > quiet > answered,
        "an opportunist challenges either": min(bold_ceded, bold_answered) > bold_quiet,
        "without resolve one would rather cede": bool(yielded[0] > stood[0]),
        "with full resolve one would rather answer": bool(stood[1] > yielded[1]),
        "committed, nobody would rather cede": bool((stood_bound > yielded_bound).all()),
        "all would rather be let be than cede": bool((left > yielded).all()),
        "all would rather be let be than answer": bool((left > stood).all()),
    }


@functools.cache
def _play(cell: Cell, price: float, commitment: float) -> Play:
    seeker, opportunist = (_tree(cell, price, commitment, goal) for goal in (0, 1))
    tree = by_goal(seeker, opportunist, CHINA, 0.5)
    return solve(tree, (GOALS, THREE), cell.precision)


def _tree(cell: Cell, price: float, commitment: float, goal: int) -> Tree:
    """The game against a challenger of that goal. A patrol alone provokes, and a commitment is a price and no hazard."""
    parameters = {"rally": 0.0, "hazard_commitment": 0.0, "provoked": 0.05, "threat_commitment": commitment, **PAID}
    claims: list[dict[str, Any]] = [
        {"of": "china", "areas": {SEA: STAKE, "mainland_coast": 1 - STAKE}},
        {"of": "philippines", "areas": {SEA: STAKE, "luzon": 1 - STAKE}},
    ]
    moves = {"threaten": {"cost": price, "provocation": 0.05}, "coast_guard": {"cost": ANSWER_COST}}
    world = planted(cell, parameters=parameters, claims=claims, moves=moves)
    return reduced.build(world.with_(types=[{"of": "china", "opportunist": goal}]), SEATS, len(ORDER), TAIL, menus=ORDER)


def _worth(tree: Tree, path: Sequence[int]) -> Floats:
    """What a path of joint choices is worth to each side at resolve 0 and 1, (N, 2)."""
    node, alive, total = 0, 1.0, np.zeros((len(tree.actors), 2))
    for k, level in zip(path, tree.levels, strict=True):
        total += alive * (level.peace[node, k][:, None] + level.war[node, k])
        alive *= float(level.survive[node, k])
        node = node * level.survive.shape[1] + k
    return np.asarray(total + alive * tree.tail[node])


def _middling(tree: Tree, path: Sequence[int]) -> float:
    """The same to a challenger of resolve a half."""
    return float(_worth(tree, path)[0].mean())
