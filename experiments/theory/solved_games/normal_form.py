"""Convert a tree to its reduced normal form: plans and their expected payoffs.

A reduced plan names a choice at each information set that the plan itself can reach. The equilibria of the normal form are those
of the tree, and a mixture of plans is equivalent to random choices along the way (Kuhn 1953). Solvers take the matrices. OpenSpiel
checks their results on the tree itself.
"""

import itertools
import math
from collections.abc import Mapping
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from straits.experiments.theory.solved_games.tree import Tree

MOST: Final = 20_000  # plans per player
Plan = Mapping[int, int]  # information set -> index of the choice
Strategy = list[NDArray[np.float64]]  # of one player: probabilities over the choices of each information set


class End(NamedTuple):
    """One end of a game: the choices of both players on the way, the probability of its chance events, and the payoffs."""

    paths: tuple[dict[int, int], dict[int, int]]
    chance: float
    payoff: tuple[float, float]


def ends(tree: Tree) -> list[End]:
    """List all ends of the tree."""
    complete = []
    stack = [(End(({}, {}), chance, (0.0, 0.0)), root) for chance, _, root in tree.roots]
    while stack:
        partial, at = stack.pop()
        position = tree.positions[at]
        for pair, branches in position.branches.items():
            one, two = ({**partial.paths[k], position.sets[k]: pair[k]} for k in range(2))
            for b in branches:
                payoff = (partial.payoff[0] + b.payoff[0], partial.payoff[1] + b.payoff[1])
                end = End((one, two), partial.chance * b.chance, payoff)
                if b.position < 0:
                    complete.append(end)
                else:
                    stack.append((end, b.position))
    return complete


def plans(tree: Tree, player: int) -> list[Plan]:
    """List the reduced plans of a player.

    Args:
        tree: The game.
        player: 0 or 1.

    Raises:
        ValueError: If there are more than MOST plans.
    """
    follows: dict[tuple[int, int], list[int]] = {}
    for number, s in enumerate(tree.sets[player]):
        follows.setdefault(s.parent, []).append(number)

    def together(numbers: list[int]) -> list[Plan]:
        parts = [below(n) for n in numbers]
        count = math.prod(map(len, parts))
        if count > MOST:
            raise ValueError(f"plans={count}: expected at most {MOST} per player")
        return [{k: c for part in chosen for k, c in part.items()} for chosen in itertools.product(*parts)]

    def below(number: int) -> list[Plan]:
        choices = range(len(tree.sets[player][number].choices))
        return [{number: c, **rest} for c in choices for rest in together(follows.get((number, c), []))]

    return together(follows[-1, -1])


def matrices(tree: Tree, rows: list[Plan], columns: list[Plan]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Compute the expected payoffs of both players.

    Args:
        tree: The game.
        rows: Plans of player 0.
        columns: Plans of player 1.

    Returns:
        Two arrays, (rows, columns).
    """
    every = ends(tree)
    allows = [
        np.array([[all(plan.get(s) == c for s, c in end.paths[k].items()) for end in every] for plan in of], np.float64)
        for k, of in enumerate((rows, columns))
    ]
    one, two = ((allows[0] * np.array([end.chance * end.payoff[k] for end in every])) @ allows[1].T for k in range(2))
    return one, two


def behaviour(tree: Tree, player: int, of: list[Plan], weights: ArrayLike) -> Strategy:
    """Convert a mixture of plans to a behaviour strategy.

    Args:
        tree: The game.
        player: 0 or 1.
        of: The plans.
        weights: Their probabilities, (plans,).

    Returns:
        Probabilities of the choices at each information set; uniform where the mixture never arrives.
    """
    strategy: Strategy = [np.zeros(len(s.choices)) for s in tree.sets[player]]
    for plan, weight in zip(of, np.asarray(weights, np.float64), strict=True):
        for number, choice in plan.items():
            strategy[number][choice] += weight
    return [row / row.sum() if row.sum() > 0.0 else np.full(len(row), 1.0 / len(row)) for row in strategy]
