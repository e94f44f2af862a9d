"""The exact answer, by solvers that are not ours: nashpy finds equilibria of the normal form, OpenSpiel judges strategies on the tree.

A strategy pair's distance from equilibrium is its NashConv (Lanctot et al. 2017): what both players together could still gain by
their best responses to the other. A share of the payoff range makes games comparable.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyspiel
from nashpy.algorithms.lemke_howson_lex import lemke_howson_lex
from numpy.typing import NDArray
from open_spiel.python import policy as spiel_policy
from open_spiel.python.algorithms import expected_game_score, exploitability

from straits.experiments.known_answers.efg import to_efg
from straits.experiments.known_answers.normal import Strategy, behaviour, matrices, plans
from straits.experiments.known_answers.tree import Tree, in_words

SAME: Final = 1e-6  # equilibria whose values differ by less are told as one
Pair = tuple[Strategy, Strategy]


@dataclass(frozen=True)
class Equilibrium:
    """A Nash equilibrium: strategies on the tree, what each player gets, how many plans each mixes."""

    strategies: Pair
    values: tuple[float, float]
    mixed: tuple[int, int]


def spiel(tree: Tree, title: str) -> Any:
    """OpenSpiel's own game of the tree."""
    return pyspiel.load_efg_game(to_efg(tree, title))


def equilibria(tree: Tree) -> list[Equilibrium]:
    """Nash equilibria by nashpy, after removing plans that are strictly dominated; those of different values, best sum first.

    Lemke-Howson from every label finds at least one and as a rule not all."""
    rows, columns = plans(tree, 0), plans(tree, 1)
    one, two = matrices(tree, rows, columns)
    keep = undominated(one, two)
    found: list[Equilibrium] = []
    for mix in _lemke_howson(one[np.ix_(*keep)], two[np.ix_(*keep)]):
        weights = [np.zeros(len(rows)), np.zeros(len(columns))]
        for k in range(2):
            weights[k][keep[k]] = mix[k]
        values = (float(weights[0] @ one @ weights[1]), float(weights[0] @ two @ weights[1]))
        if any(max(abs(v - w) for v, w in zip(values, e.values, strict=True)) < SAME for e in found):
            continue
        pair = (behaviour(tree, 0, rows, weights[0]), behaviour(tree, 1, columns, weights[1]))
        found.append(Equilibrium(pair, values, (int((weights[0] > SAME).sum()), int((weights[1] > SAME).sum()))))
    return sorted(found, key=lambda e: -sum(e.values))


def undominated(one: NDArray[np.float64], two: NDArray[np.float64]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows and columns left when plans that another plan strictly dominates are removed, and again; no equilibrium is lost."""
    rows, columns = np.arange(one.shape[0]), np.arange(one.shape[1])
    while True:
        a, b = one[np.ix_(rows, columns)], two[np.ix_(rows, columns)].T
        stay, left = ~_dominated(a), ~_dominated(b)
        if stay.all() and left.all():
            return rows, columns
        rows, columns = rows[stay], columns[left]


def nash_conv(game: Any, tree: Tree, pair: Pair) -> float:
    """OpenSpiel's NashConv of the strategies, in payoff."""
    return float(exploitability.nash_conv(game, tabular(game, tree, pair)))


def share(game: Any, tree: Tree, pair: Pair) -> float:
    """NashConv as a share of both payoff ranges together, so that 0 is an equilibrium and 1 the worst there can be."""
    return nash_conv(game, tree, pair) / sum(tree.payoff_range())


def values(game: Any, tree: Tree, pair: Pair) -> tuple[float, float]:
    """What each player expects, by OpenSpiel."""
    policy = tabular(game, tree, pair)
    one, two = expected_game_score.policy_value(game.new_initial_state(), [policy, policy])
    return float(one), float(two)


def tabular(game: Any, tree: Tree, pair: Pair) -> Any:
    """The strategies as OpenSpiel's policy; it calls an information set `...-player:number` and a choice by its words."""
    table = spiel_policy.TabularPolicy(game)
    for name, row in table.state_lookup.items():
        player, number = map(int, name.rsplit("-", 1)[1].split(":"))
        state = table.states[row]
        chances = dict(zip(map(in_words, tree.sets[player][number].choices), pair[player][number], strict=True))
        for action in state.legal_actions():
            table.action_probability_array[row, action] = chances[state.action_to_string(action)]
    return table


def _lemke_howson(one: NDArray[np.float64], two: NDArray[np.float64]) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """What nashpy finds from each label. The lexicographic rule ends on degenerate games too, and trees make such games."""
    with np.errstate(all="ignore"):  # it compares ratios with zero
        found = [lemke_howson_lex(one, two, initial_dropped_label=label) for label in range(sum(one.shape))]
    return [m for m in found if all(np.isfinite(p).all() and abs(p.sum() - 1.0) < SAME and p.min() > -SAME for p in m)]


def _dominated(payoff: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which rows another row beats in every column, (rows,)."""
    return np.array([(payoff > row + SAME).all(axis=1).any() for row in payoff])
