"""Define the tree of a reduced game: the consequences of each joint choice, in expectation over chance.

Each sequence of joint choices is a node. Payoffs are stored at resolve 0 and at resolve 1 of each actor. The payoff of a private
type in between is a weighted mean of the two.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

KEPT: Final = (
    "public_commitment",
    "tension",
    "provocation_presence",
    "reassurance",
    "rung",
    "support",
    "trust",
    "grievance_verbal",
    "grievance_military",
    "forward",
    "recent_incident",
    "crisis_turns",
    "crisis_end",
    "crisis_opener",
    "truce_turns",
    "terms",
)


@dataclass(frozen=True)
class Level:
    """One turn of the tree.

    n is the number of nodes, K the number of joint choices times chance outcomes, N the number of deciding actors. Child k of node
    n is row n K + k of the next level.
    """

    legal: tuple[NDArray[np.bool_], ...]  # per actor (n, moves)
    chance: Floats  # (n, K) probability of the chance outcome (an accident or none), given the choices
    survive: Floats  # (n, K) probability of no conflict
    peace: Floats  # (n, K, N) reward of the turn without the part that depends on resolve
    war: Floats  # (n, K, N, 2) reward that depends on resolve, at 0 and 1: value of conflict, and what resolve saves in peace
    after: Mapping[str, NDArray[Any]]  # columns KEPT of the children's records, (n, K, ...)


@dataclass(frozen=True)
class Tree:
    """All turns in which actors decide, and the value of the idle turns after them."""

    actors: tuple[int, ...]
    moves: tuple[tuple[str, ...], ...]  # per actor, names as `choice` takes them, "" for no-op
    chances: int  # 1, or 2 with accidents: none, one
    levels: tuple[Level, ...]
    tail: Floats  # (leaves, N, 2) value of the turns after the last decision, at resolve 0 and 1
    tail_conflict: Floats  # (leaves,) probability of conflict in those turns
    start: Mapping[str, NDArray[Any]]  # columns KEPT of the first node, (...)

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of choices of each actor, then of chance outcomes. The product is K."""
        return (*(len(m) for m in self.moves), self.chances)

    def chosen(self, actor: int, *names: str) -> NDArray[np.bool_]:
        """Mark the joint choices in which an actor makes one of the given choices.

        Args:
            actor: Index of the actor.
            names: Names of its choices.

        Returns:
            (K,) bool.
        """
        which = self.actors.index(actor)
        index = np.indices(self.shape)[which].ravel()
        return np.isin(index, [n for n, move in enumerate(self.moves[which]) if move in names])

    def before(self, name: str, turn: int) -> NDArray[Any]:
        """Return a state column as it was before the choices of a turn.

        Args:
            name: One of KEPT.
            turn: Turn from 0.

        Returns:
            (n, ...), one row per node.
        """
        if turn == 0:
            return self.start[name][None]
        column = self.levels[turn - 1].after[name]
        return column.reshape(-1, *column.shape[2:])


def columns(games: Any) -> dict[str, NDArray[Any]]:
    """Copy the columns KEPT of state records. games: (games,)."""
    return {name: games[name].copy() for name in KEPT}


def by_goal(low: Tree, high: Tree, actor: int, resolve: float) -> Tree:
    """Combine two trees so that an actor's private type is its goal and not its resolve.

    Args:
        low: The game in which the actor has goal 0.
        high: The same game in which the actor has goal 1.
        actor: Index of the actor.
        resolve: The actor's resolve, now public, 0..1.

    Returns:
        A tree whose payoffs of the actor at type 0 are those of `low`, and at type 1 those of `high`.
    """
    which = low.actors.index(actor)
    levels = [_valued(a, b, which, resolve) for a, b in zip(low.levels, high.levels, strict=True)]
    tail = low.tail.copy()
    tail[:, which] = np.stack([_at(low.tail[:, which], resolve), _at(high.tail[:, which], resolve)], axis=-1)
    return replace(low, levels=tuple(levels), tail=tail)


def _valued(low: Level, high: Level, which: int, resolve: float) -> Level:
    """Return the level with the payoffs of either goal in the places of resolve 0 and 1."""
    assert np.array_equal(low.survive, high.survive)
    war = low.war.copy()
    more = high.peace[..., which] - low.peace[..., which]
    war[..., which, 0] = _at(low.war[..., which, :], resolve)
    war[..., which, 1] = _at(high.war[..., which, :], resolve) + more
    return replace(low, war=war)


def _at(ends: Floats, resolve: float) -> Floats:
    return np.asarray(ends[..., 0] * (1.0 - resolve) + ends[..., 1] * resolve)
