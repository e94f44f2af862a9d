"""A reduced game as a tree: what every joint choice of a turn leads to, in expectation over the chance that was taken off.

Every sequence of joint choices is a node. Payoffs stand at resolve 0 and at resolve 1 of each actor, since those of a private type
in between are a weighted mean of the two.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

KEPT: Final = ("audience", "tension", "pressed", "warmed", "rung", "support", "trust", "face", "force", "forward", "fresh")


@dataclass(frozen=True)
class Level:
    """One turn. n nodes, K = all joint choices times chance; N deciding actors. Row n K + k of the next level is child k of n."""

    legal: tuple[NDArray[np.bool_], ...]  # per actor (n, moves)
    chance: Floats  # (n, K) of the accident or of none, given the choices
    survive: Floats  # (n, K) chance that no conflict comes of it
    peace: Floats  # (n, K, N) what the turn earns apart from conflict
    war: Floats  # (n, K, N, 2) what hangs on resolve: the expected worth of conflict, and what is spared, at resolve 0 and at 1
    after: Mapping[str, NDArray[Any]]  # columns KEPT of the children's records, (n, K, ...)


@dataclass(frozen=True)
class Tree:
    """All turns in which actors decide, and what the idle turns after them are worth."""

    actors: tuple[int, ...]
    moves: tuple[tuple[str, ...], ...]  # per actor, names as `choice` takes them, "" to do nothing
    chances: int  # 1, or 2 with accidents: none, one
    levels: tuple[Level, ...]
    tail: Floats  # (leaves, N, 2) worth of what follows the last decision, at resolve 0 and 1
    tail_conflict: Floats  # (leaves,) chance of conflict there
    start: Mapping[str, NDArray[Any]]  # columns KEPT of the first node, (...)

    @property
    def shape(self) -> tuple[int, ...]:
        """Choices of each actor, then of chance: what K is the product of."""
        return (*(len(m) for m in self.moves), self.chances)

    def chosen(self, actor: int, *names: str) -> NDArray[np.bool_]:
        """Which of the K joint choices hold one of these choices of the actor, (K,)."""
        which = self.actors.index(actor)
        index = np.indices(self.shape)[which].ravel()
        return np.isin(index, [n for n, move in enumerate(self.moves[which]) if move in names])

    def before(self, name: str, turn: int) -> NDArray[Any]:
        """A column as it stood before that turn's choices, (n, ...)."""
        if turn == 0:
            return self.start[name][None]
        column = self.levels[turn - 1].after[name]
        return column.reshape(-1, *column.shape[2:])


def columns(games: Any) -> dict[str, NDArray[Any]]:
    """The columns KEPT of game records (games,), copied."""
    return {name: games[name].copy() for name in KEPT}


def by_goal(low: Tree, high: Tree, actor: int, resolve: float) -> Tree:
    """One tree in which that actor's private type is its goal and no longer its resolve, which is given.

    At 0 it earns what it does in `low`, at 1 what it does in `high`. The trees are of the same game but for its goal.
    """
    which = low.actors.index(actor)
    levels = [_valued(a, b, which, resolve) for a, b in zip(low.levels, high.levels, strict=True)]
    tail = low.tail.copy()
    tail[:, which] = np.stack([_at(low.tail[:, which], resolve), _at(high.tail[:, which], resolve)], axis=-1)
    return replace(low, levels=tuple(levels), tail=tail)


def _valued(low: Level, high: Level, which: int, resolve: float) -> Level:
    """What a turn earns at either goal, in the two places where it otherwise stands at either resolve."""
    assert np.array_equal(low.survive, high.survive)
    war = low.war.copy()
    more = high.peace[..., which] - low.peace[..., which]
    war[..., which, 0] = _at(low.war[..., which, :], resolve)
    war[..., which, 1] = _at(high.war[..., which, :], resolve) + more
    return replace(low, war=war)


def _at(ends: Floats, resolve: float) -> Floats:
    return np.asarray(ends[..., 0] * (1.0 - resolve) + ends[..., 1] * resolve)
