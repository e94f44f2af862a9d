"""A tree's reduced normal form: plans that say what to do wherever the plan itself may lead, and their expected payoffs.

Its equilibria are those of the tree, and a mixture of plans is as good as choosing at random on the way (Kuhn 1953). Solvers take
the matrices; OpenSpiel checks what they find on the tree itself.
"""

import itertools
import math
from collections.abc import Mapping
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from straits.experiments.theory.solved_games.tree import Tree

MOST: Final = 20_000  # plans of a player
Plan = Mapping[int, int]  # information set -> place of the choice there
Strategy = list[NDArray[np.float64]]  # of one player: probabilities over the choices of each information set


class End(NamedTuple):
    """How a game may end: what each player chose on the way, how likely chance lets it happen, and what both earned."""

    paths: tuple[dict[int, int], dict[int, int]]
    chance: float
    payoff: tuple[float, float]


def ends(tree: Tree) -> list[End]:
    """Every end of the tree."""
    found = []
    open_ = [(End(({}, {}), chance, (0.0, 0.0)), root) for chance, _, root in tree.roots]
    while open_:
        so_far, at = open_.pop()
        position = tree.positions[at]
        for pair, branches in position.branches.items():
            one, two = ({**so_far.paths[k], position.sets[k]: pair[k]} for k in range(2))
            for b in branches:
                payoff = (so_far.payoff[0] + b.payoff[0], so_far.payoff[1] + b.payoff[1])
                end = End((one, two), so_far.chance * b.chance, payoff)
                if b.position < 0:
                    found.append(end)
                else:
                    open_.append((end, b.position))
    return found


def plans(tree: Tree, player: int) -> list[Plan]:
    """Every reduced plan of a player. ValueError where there are too many."""
    follows: dict[tuple[int, int], list[int]] = {}
    for number, s in enumerate(tree.sets[player]):
        follows.setdefault(s.parent, []).append(number)

    def together(numbers: list[int]) -> list[Plan]:
        parts = [below(n) for n in numbers]
        count = math.prod(map(len, parts))
        if count > MOST:
            raise ValueError(f"plans={count}: expected at most {MOST} of a player")
        return [{k: c for part in chosen for k, c in part.items()} for chosen in itertools.product(*parts)]

    def below(number: int) -> list[Plan]:
        choices = range(len(tree.sets[player][number].choices))
        return [{number: c, **rest} for c in choices for rest in together(follows.get((number, c), []))]

    return together(follows[-1, -1])


def matrices(tree: Tree, rows: list[Plan], columns: list[Plan]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Expected payoffs of both players, (rows, columns) each."""
    every = ends(tree)
    allows = [
        np.array([[all(plan.get(s) == c for s, c in end.paths[k].items()) for end in every] for plan in of], np.float64)
        for k, of in enumerate((rows, columns))
    ]
    one, two = ((allows[0] * np.array([end.chance * end.payoff[k] for end in every])) @ allows[1].T for k in range(2))
    return one, two


def behaviour(tree: Tree, player: int, of: list[Plan], weights: ArrayLike) -> Strategy:
    """The strategy that a mixture of plans amounts to: at an information set, the plans that may lead there share by weight."""
    found: Strategy = [np.zeros(len(s.choices)) for s in tree.sets[player]]
    for plan, weight in zip(of, np.asarray(weights, np.float64), strict=True):
        for number, choice in plan.items():
            found[number][choice] += weight
    return [row / row.sum() if row.sum() > 0.0 else np.full(len(row), 1.0 / len(row)) for row in found]
