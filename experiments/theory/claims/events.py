"""Detect events on a tree, as docs/model.md defines them: backing down, entry, the end of a crisis; and their probabilities."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from straits.envs.spec.constants import CRISIS_RUNG, YIELD_END
from straits.experiments.theory.game_tree import Floats, Tree
from straits.experiments.theory.qre import Play

Flags = NDArray[np.bool_]
Event = Callable[[Tree, int], Flags]  # (tree, turn) -> whether each joint choice of the turn is one, (n, K)


def backs_down(actor: int, rival: int) -> Event:
    """Return the event that the actor yields in its crisis with the rival (R11).

    Args:
        actor: Index of the actor.
        rival: Index of the rival.
    """
    return lambda tree, turn: np.asarray(tree.levels[turn].after["crisis_end"][:, :, actor, rival] == YIELD_END)


def ends(actor: int, rival: int, *kinds: int) -> Event:
    """Return the event that the crisis of a pair ends in one of these ways, by whichever side.

    Args:
        actor: Index of one side.
        rival: Index of the other.
        kinds: Indices of CRISIS_ENDS.
    """

    def happens(tree: Tree, turn: int) -> Flags:
        end = tree.levels[turn].after["crisis_end"]
        return np.asarray(np.isin(end[:, :, actor, rival], kinds) | np.isin(end[:, :, rival, actor], kinds))

    return happens


def escalates(actor: int, rival: int) -> Event:
    """Return the event of a step of rung 3 or more that the rival sees. The first such step is the actor's entry.

    Args:
        actor: Index of the actor.
        rival: Index of the rival.
    """
    return lambda tree, turn: np.asarray(tree.levels[turn].after["rung"][:, :, actor, rival] >= CRISIS_RUNG)


def chooses(actor: int, *names: str) -> Event:
    """Return the event that the actor makes one of these choices.

    Args:
        actor: Index of the actor.
        names: Names of choices, as the tree holds them.
    """

    def happens(tree: Tree, turn: int) -> Flags:
        return np.broadcast_to(tree.chosen(actor, *names), tree.levels[turn].survive.shape)

    return happens


def ever(play: Play, event: Event, types: Sequence[Floats | None] | None = None, *, given: Event | None = None) -> float:
    """Compute the probability that an event occurs in some turn.

    A game that ends in conflict before the event counts as one without it.

    Args:
        play: The equilibrium.
        event: The event.
        types: Per actor, weights of its types, (types,), or None for its prior.
        given: Condition: the event counts only after this one, among games in which this one occurs.

    Returns:
        The probability, 0..1.
    """
    tree = play.tree
    done, opened = np.zeros(1, np.bool_), np.full(1, given is None)
    came = begun = 0.0
    for turn, level in enumerate(tree.levels):
        played = play.reach(turn, types)
        now = event(tree, turn) & (opened & ~done)[:, None]
        came += float(played[now].sum())
        opens = np.zeros_like(now) if given is None else given(tree, turn) & ~opened[:, None]
        begun += float(played[opens].sum())
        done = (done[:, None] | now).ravel()
        opened = (opened[:, None] | opens).reshape(-1) if given is not None else np.broadcast_to(opened[:, None], now.shape).ravel()
        assert len(done) == level.survive.size
    return came / (1.0 if given is None else begun)


def mean(play: Play, turn: int, column: NDArray[np.float64], types: Sequence[Floats | None] | None = None) -> float:
    """Return the expectation of a column over the joint choices of a turn, among games that reach it.

    Args:
        play: The equilibrium.
        turn: Turn from 0.
        column: (n, K).
        types: Per actor, weights of its types, (types,), or None for its prior.
    """
    played = play.reach(turn, types)
    return float((played * column).sum() / played.sum())
