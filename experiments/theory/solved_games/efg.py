"""A tree in Gambit's EFG format, which OpenSpiel loads as a game; simultaneous choices become one after the other, unseen.

Format: McKelvey, McLennan and Turocy, Gambit. Payoffs stand at the ends, as OpenSpiel wants them.
"""

from straits.experiments.theory.solved_games.tree import Branch, Tree, in_words


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
