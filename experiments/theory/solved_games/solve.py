"""The exact answer, by others' solvers: nashpy finds equilibria of the normal form, OpenSpiel judges strategies on the tree.

A strategy pair's distance from equilibrium is its NashConv (Lanctot et al. 2017): what both players together could still gain by
their best responses to the other. A share of the payoff range makes games comparable.
"""

import warnings
from dataclasses import dataclass
from typing import Any, Final

import nashpy
import numpy as np
import pyspiel
from numpy.typing import NDArray
from open_spiel.python import policy as spiel_policy
from open_spiel.python.algorithms import expected_game_score, exploitability

from straits.experiments.theory.solved_games.normal_form import Strategy, behaviour, matrices, plans
from straits.experiments.theory.solved_games.tree import Branch, Tree, in_words

SAME: Final = 1e-6  # equilibria whose values differ by less are told as one
Pair = tuple[Strategy, Strategy]


@dataclass(frozen=True)
class Equilibrium:
    """A Nash equilibrium: strategies on the tree, what each player gets, how many plans each mixes."""

    strategies: Pair
    values: tuple[float, float]
    mixed: tuple[int, int]


class Solved:
    """A tree with its exact answer.

    `game`: OpenSpiel's own game of the tree. `span`: the wider of the players' payoff ranges, from the worst to the best that a
    pair of plans may expect: chance is averaged out, so that one rare loss does not make every distance look small. `equilibria`:
    those found, of different values, best sum first; OpenSpiel certifies each on the tree. Lemke-Howson finds one or more, not all.
    """

    def __init__(self, tree: Tree, title: str) -> None:
        self.tree = tree
        self.game: Any = pyspiel.load_efg_game(to_efg(tree, title))
        self.plans = plans(tree, 0), plans(tree, 1)
        self.matrices = matrices(tree, *self.plans)
        self.span = float(max(np.ptp(matrix) for matrix in self.matrices))
        self.equilibria = self._equilibria()

    def nash_conv(self, pair: Pair) -> float:
        """OpenSpiel's NashConv of the strategies, in payoff."""
        return float(exploitability.nash_conv(self.game, self.policy(pair)))

    def share(self, pair: Pair) -> float:
        """NashConv, which is the sum of both players' gains, as a share of the span; 0 in an equilibrium."""
        return self.nash_conv(pair) / self.span

    def values(self, pair: Pair) -> tuple[float, float]:
        """What each player expects, by OpenSpiel."""
        policy = self.policy(pair)
        one, two = expected_game_score.policy_value(self.game.new_initial_state(), [policy, policy])
        return float(one), float(two)

    def policy(self, pair: Pair) -> Any:
        """The strategies as OpenSpiel's policy; it calls an information set `...-player:number` and a choice by its words."""
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
        found: list[Equilibrium] = []
        for mix in _lemke_howson(one, two):
            values = (float(mix[0] @ one @ mix[1]), float(mix[0] @ two @ mix[1]))
            if any(max(abs(v - w) for v, w in zip(values, e.values, strict=True)) < SAME for e in found):
                continue
            strategies = [behaviour(self.tree, k, [self.plans[k][n] for n in keep[k]], mix[k]) for k in range(2)]
            pair = (strategies[0], strategies[1])
            if self.nash_conv(pair) < SAME:  # pivoting rounds, and now and then ends beside an equilibrium
                found.append(Equilibrium(pair, values, (int((mix[0] > SAME).sum()), int((mix[1] > SAME).sum()))))
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


def _lemke_howson(one: NDArray[np.float64], two: NDArray[np.float64]) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """What nashpy finds from each label; on degenerate games, which trees make, some end in no distribution and are left out."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        found = list(nashpy.Game(one, two).lemke_howson_enumeration())
    return [m for m in found if all(np.isfinite(p).all() and abs(p.sum() - 1.0) < SAME and p.min() > -SAME for p in m)]


def _dominated(payoff: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which rows another row beats in every column, (rows,)."""
    return np.array([(payoff > row + SAME).all(axis=1).any() for row in payoff])


def to_efg(tree: Tree, title: str) -> str:
    """The game as text. Information set n of a player is its number n + 1 there, and its label `player:n`."""
    return "\n".join(_Writer(tree).lines(title)) + "\n"


class _Writer:
    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.ends = 0
        self.chances = 0

    def lines(self, title: str) -> list[str]:
        players = " ".join(f'"{p}"' for p in self.tree.players)
        found = [f'EFG 2 R "{title}" {{ {players} }} ""', ""]
        if len(self.tree.roots) == 1:
            return found + self._position(self.tree.roots[0][2], (0.0, 0.0))
        goals = " ".join(f'"{name}" {chance!r}' for chance, name, _ in self.tree.roots)
        found.append(f'c "" {self._chance()} "" {{ {goals} }} 0')
        for _, _, root in self.tree.roots:
            found += self._position(root, (0.0, 0.0))
        return found

    def _position(self, at: int, earned: tuple[float, float]) -> list[str]:
        position = self.tree.positions[at]
        one, two = (self._choose(player, number) for player, number in enumerate(position.sets))
        found = [one]
        for first in range(len(self.tree.sets[0][position.sets[0]].choices)):
            found.append(two)
            for second in range(len(self.tree.sets[1][position.sets[1]].choices)):
                found += self._follow(position.branches[first, second], earned)
        return found

    def _choose(self, player: int, number: int) -> str:
        choices = " ".join(f'"{in_words(c)}"' for c in self.tree.sets[player][number].choices)
        return f'p "" {player + 1} {number + 1} "{player}:{number}" {{ {choices} }} 0'

    def _follow(self, branches: list[Branch], earned: tuple[float, float]) -> list[str]:
        found = []
        if len(branches) > 1:
            found.append(f'c "" {self._chance()} "" {{ "peace" {branches[0].chance!r} "conflict" {branches[1].chance!r} }} 0')
        for b in branches:
            total = (earned[0] + b.payoff[0], earned[1] + b.payoff[1])
            found += self._position(b.position, total) if b.position >= 0 else [self._end(total)]
        return found

    def _end(self, total: tuple[float, float]) -> str:
        self.ends += 1
        return f't "" {self.ends} "end {self.ends}" {{ {total[0]!r} {total[1]!r} }}'

    def _chance(self) -> int:
        self.chances += 1
        return self.chances
