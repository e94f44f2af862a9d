"""Solve small games exactly: Gambit computes equilibria of the normal form, OpenSpiel evaluates strategies on the tree.

The distance of a strategy pair from equilibrium is its NashConv (Lanctot et al. 2017): the sum of what both players gain by best
responses. Divided by the payoff range it is comparable between games.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pygambit
import pyspiel
from numpy.typing import NDArray
from open_spiel.python import policy as spiel_policy
from open_spiel.python.algorithms import expected_game_score, exploitability

from straits.experiments.theory.solved_games.normal_form import Strategy, behaviour, matrices, plans
from straits.experiments.theory.solved_games.tree import Branch, Tree, in_words

SAME: Final = 1e-6  # equilibria whose values differ by less count as one
Pair = tuple[Strategy, Strategy]
Mix = tuple[NDArray[np.float64], NDArray[np.float64]]  # probability of each plan


@dataclass(frozen=True)
class Equilibrium:
    """A Nash equilibrium: strategies on the tree, values of both players, and the number of plans that each mixes."""

    strategies: Pair
    values: tuple[float, float]
    mixed: tuple[int, int]


class Solved:
    """A tree with its equilibria.

    Attributes:
        game: OpenSpiel's game of the tree.
        span: The larger of the two players' payoff ranges over all pairs of plans. Payoffs are expectations over chance, so that
            one rare loss does not make all distances look small.
        equilibria: Equilibria of different values, highest sum first. OpenSpiel certifies each on the tree. Lemke-Howson finds at
            least one, but not all.
    """

    def __init__(self, tree: Tree, title: str) -> None:
        self.tree = tree
        self.game: Any = pyspiel.load_efg_game(to_efg(tree, title))
        self.plans = plans(tree, 0), plans(tree, 1)
        self.matrices = matrices(tree, *self.plans)
        self.span = float(max(np.ptp(matrix) for matrix in self.matrices))
        self.equilibria = self._equilibria()

    def nash_conv(self, pair: Pair) -> float:
        """Return OpenSpiel's NashConv of the strategies, in payoff units."""
        return float(exploitability.nash_conv(self.game, self.policy(pair)))

    def share(self, pair: Pair) -> float:
        """Return NashConv as a share of the span; 0 in an equilibrium."""
        return self.nash_conv(pair) / self.span

    def values(self, pair: Pair) -> tuple[float, float]:
        """Return the expected payoffs of both players, computed by OpenSpiel."""
        policy = self.policy(pair)
        one, two = expected_game_score.policy_value(self.game.new_initial_state(), [policy, policy])
        return float(one), float(two)

    def policy(self, pair: Pair) -> Any:
        """Convert the strategies to an OpenSpiel policy.

        OpenSpiel names an information set `...-player:number` and a choice by its words.
        """
        table = spiel_policy.TabularPolicy(self.game)
        for name, row in table.state_lookup.items():
            player, number = map(int, name.rsplit("-", 1)[1].split(":"))
            state = table.states[row]
            chances = dict(zip(map(in_words, self.tree.sets[player][number].choices), pair[player][number], strict=True))
            for action in state.legal_actions():
                table.action_probability_array[row, action] = chances[state.action_to_string(action)]
        return table

    def _equilibria(self) -> list[Equilibrium]:
        keep = undominated(*self.matrices)
        one, two = (matrix[np.ix_(*keep)] for matrix in self.matrices)
        equilibria: list[Equilibrium] = []
        for mix in sorted(_lemke_howson(one, two), key=_mixed):  # of equal values, one that mixes least
            values = (float(mix[0] @ one @ mix[1]), float(mix[0] @ two @ mix[1]))
            if any(max(abs(v - w) for v, w in zip(values, e.values, strict=True)) < SAME for e in equilibria):
                continue
            strategies = [behaviour(self.tree, k, [self.plans[k][n] for n in keep[k]], mix[k]) for k in range(2)]
            pair = (strategies[0], strategies[1])
            equilibria.append(Equilibrium(pair, values, _mixed(mix)))
        return sorted(equilibria, key=lambda e: -sum(e.values))


def undominated(one: NDArray[np.float64], two: NDArray[np.float64]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Remove plans that another plan strictly dominates, repeatedly. No equilibrium is lost.

    Args:
        one: Payoffs of player 0, (rows, columns).
        two: Payoffs of player 1, (rows, columns).

    Returns:
        Indices of the rows and columns that remain.
    """
    rows, columns = np.arange(one.shape[0]), np.arange(one.shape[1])
    while True:
        a, b = one[np.ix_(rows, columns)], two[np.ix_(rows, columns)].T
        stay, left = ~_dominated(a), ~_dominated(b)
        if stay.all() and left.all():
            return rows, columns
        rows, columns = rows[stay], columns[left]


def _lemke_howson(one: NDArray[np.float64], two: NDArray[np.float64]) -> list[Mix]:
    """Return all equilibria on the paths of Lemke and Howson (1964), in rational arithmetic: in floating point pivots can cycle."""
    game = pygambit.Game.from_arrays(one, two)
    equilibria = pygambit.nash.lcp_solve(game, rational=True, use_strategic=True).equilibria
    first, second = ([[float(e[s]) for s in player.strategies] for e in equilibria] for player in game.players)
    return [(np.array(a), np.array(b)) for a, b in zip(first, second, strict=True)]


def _mixed(mix: Mix) -> tuple[int, int]:
    """Return the number of plans that each player mixes."""
    return int((mix[0] > 0.0).sum()), int((mix[1] > 0.0).sum())


def _dominated(payoff: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which rows another row exceeds in all columns, (rows,)."""
    return np.array([(payoff > row + SAME).all(axis=1).any() for row in payoff])


def to_efg(tree: Tree, title: str) -> str:
    """Write the game as Gambit's extensive-form text.

    Information set n of a player has the number n + 1 in the text, and the label `player:n`.

    Args:
        tree: The game.
        title: Its title.
    """
    return "\n".join(_Writer(tree).lines(title)) + "\n"


class _Writer:
    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.ends = 0
        self.chances = 0

    def lines(self, title: str) -> list[str]:
        players = " ".join(f'"{p}"' for p in self.tree.players)
        lines = [f'EFG 2 R "{title}" {{ {players} }} ""', ""]
        if len(self.tree.roots) == 1:
            return lines + self._position(self.tree.roots[0][2], (0.0, 0.0))
        goals = " ".join(f'"{name}" {chance!r}' for chance, name, _ in self.tree.roots)
        lines.append(f'c "" {self._chance()} "" {{ {goals} }} 0')
        for _, _, root in self.tree.roots:
            lines += self._position(root, (0.0, 0.0))
        return lines

    def _position(self, at: int, earned: tuple[float, float]) -> list[str]:
        position = self.tree.positions[at]
        one, two = (self._choose(player, number) for player, number in enumerate(position.sets))
        lines = [one]
        for first in range(len(self.tree.sets[0][position.sets[0]].choices)):
            lines.append(two)
            for second in range(len(self.tree.sets[1][position.sets[1]].choices)):
                lines += self._follow(position.branches[first, second], earned)
        return lines

    def _choose(self, player: int, number: int) -> str:
        choices = " ".join(f'"{in_words(c)}"' for c in self.tree.sets[player][number].choices)
        return f'p "" {player + 1} {number + 1} "{player}:{number}" {{ {choices} }} 0'

    def _follow(self, branches: list[Branch], earned: tuple[float, float]) -> list[str]:
        lines = []
        if len(branches) > 1:
            lines.append(f'c "" {self._chance()} "" {{ "peace" {branches[0].chance!r} "conflict" {branches[1].chance!r} }} 0')
        for b in branches:
            total = (earned[0] + b.payoff[0], earned[1] + b.payoff[1])
            lines += self._position(b.position, total) if b.position >= 0 else [self._end(total)]
        return lines

    def _end(self, total: tuple[float, float]) -> str:
        self.ends += 1
        return f't "" {self.ends} "end {self.ends}" {{ {total[0]!r} {total[1]!r} }}'

    def _chance(self) -> int:
        self.chances += 1
        return self.chances
