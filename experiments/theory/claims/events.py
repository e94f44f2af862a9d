"""What happened on a tree: backing down, entry and concession as docs/model.md defines them, and the chance that they ever do."""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from straits.envs.spec.constants import CRISIS_RUNG
from straits.experiments.theory.game_tree import Floats, Tree
from straits.experiments.theory.qre import Play

Flags = NDArray[np.bool_]
Event = Callable[[Tree, int], Flags]  # (tree, turn) -> whether each joint choice of the turn is one, (n, K)

COMMITTED: Final = 0.1  # R6.5
KEPT_ON_BACKING_DOWN: Final = 0.5  # of the commitment, at most: R6.5 leaves 0.3, every other turn more than 0.9


def backs_down(actor: int, rival: int) -> Event:
    """R6.5: a committed actor is provoked and gives no firm answer; read off the commitment, of which it then keeps 0.3."""

    def happens(tree: Tree, turn: int) -> Flags:
        held = tree.before("audience", turn)[:, None, actor, rival]
        left = tree.levels[turn].after["audience"][:, :, actor, rival]
        return np.asarray((held >= COMMITTED) & (left < KEPT_ON_BACKING_DOWN * held))

    return happens


def escalates(actor: int, rival: int) -> Event:
    """A step of rung 3 or more that the rival sees: the first is the actor's entry."""
    return lambda tree, turn: np.asarray(tree.levels[turn].after["rung"][:, :, actor, rival] >= CRISIS_RUNG)


def chooses(actor: int, *names: str) -> Event:
    """One of these choices."""

    def happens(tree: Tree, turn: int) -> Flags:
        return np.broadcast_to(tree.chosen(actor, *names), tree.levels[turn].survive.shape)

    return happens


def ever(play: Play, event: Event, types: Sequence[Floats | None] | None = None, *, given: Event | None = None) -> float:
    """Compute the chance of an event, or its chance after another.

    The chance that the event comes in some turn or, with `given`, that it comes after that other one, among games in which that
    comes. A game that ends in conflict first is one in which it does not.
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
    """The expectation of a column (n, K) over the joint choices of a turn, among games that get there."""
    played = play.reach(turn, types)
    return float((played * column).sum() / played.sum())
