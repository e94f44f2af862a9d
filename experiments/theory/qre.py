"""Compute the agent quantal response equilibrium of a reduced game with private types (McKelvey and Palfrey 1998).

In each node, each type of each actor plays a logit response to the values of its choices. These values assume that the others play
their equilibrium strategies and that beliefs about types follow Bayes' rule. As `precision` grows, play approaches best responses
and, along the branch that begins at random play, a sequential equilibrium. Beliefs are defined in all nodes because each legal
choice has a positive probability.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from straits.experiments.theory.game_tree import Floats, Tree

STEPS: Final = (0.1, 0.25, 0.4, 0.55, 0.7, 0.85, 1.0)  # the branch is followed at these shares of the precision
SWEEPS: Final = 300
TOLERANCE: Final = 1e-7  # largest distance of a probability from its logit response
DAMPING: Final = 0.5
MEMORY: Final = 8  # sweeps that the extrapolation uses
RESTART: Final = 2.0  # a step longer than the shortest in memory by this factor restarts the extrapolation
LEAST: Final = 1e-300  # lowest probability, so that extrapolation keeps all legal choices possible


@dataclass(frozen=True)
class Types:
    """An actor's private resolve: its possible values, 0..1, and the prior that the others hold."""

    resolve: tuple[float, ...]
    prior: tuple[float, ...]

    @classmethod
    def even(cls, *resolve: float) -> "Types":
        """Return types of equal probability."""
        return cls(resolve, (1.0 / len(resolve),) * len(resolve))


@dataclass(frozen=True)
class Play:
    """An equilibrium. Lists are by turn, then by actor."""

    tree: Tree
    types: tuple[Types, ...]
    chances: list[list[Floats]]  # (n, moves, types) of each choice
    beliefs: list[list[Floats]]  # (n, types) that all others hold of the actor
    worth: list[list[Floats]]  # (n, moves, types) expected return of each choice
    value: tuple[Floats, ...]  # per actor (types,) expected return of the game
    residual: float  # largest distance of a probability from its response in the last sweep

    def reach(self, turn: int, types: Sequence[Floats | None] | None = None) -> Floats:
        """Return the probability that each joint choice of a turn is played, (n, K), without conflict before it.

        Args:
            turn: Turn from 0.
            types: Per actor, weights of its types, (types,), or None for its prior.

        Raises:
            ValueError: If no actor decides in the turn.
        """
        weights = self._weights(types)
        reached: Floats = np.ones(1)
        own = [w[None] for w in weights]  # (n, types)
        for at in range(turn + 1):
            level, shape = self.tree.levels[at], self.tree.shape
            n = len(level.survive)
            mixed = reached.reshape(n, *(1,) * len(shape)) * level.chance.reshape(n, *shape)
            nature = mixed
            for i, weight in enumerate(own):
                played = weight[:, None] * self.chances[at][i]  # (n, moves, types)
                nature = nature * _along(played.sum(axis=2), i, len(shape))
            if at == turn:
                return np.asarray(nature.reshape(n, -1))
            reached = (mixed.reshape(n, -1) * level.survive).reshape(-1)
            own = [_to_children(w[:, None] * c, i, shape) for i, (w, c) in enumerate(zip(own, self.chances[at], strict=True))]
        raise ValueError(f"turn={turn}: expected a turn with decisions, 0 to {len(self.tree.levels) - 1}")

    def conflict(self, types: Sequence[Floats | None] | None = None) -> float:
        """Return the probability that the game ends in conflict, the idle turns of the tail included.

        Args:
            types: Per actor, weights of its types, (types,), or None for its prior.
        """
        total = 0.0
        for turn, level in enumerate(self.tree.levels):
            played = self.reach(turn, types)
            total += float((played * (1.0 - level.survive)).sum())
        last = (played * level.survive).reshape(-1)
        return total + float(last @ self.tree.tail_conflict)

    def _weights(self, types: Sequence[Floats | None] | None) -> list[Floats]:
        weights = types or [None] * len(self.types)
        return [np.array(t.prior) if w is None else np.asarray(w, np.float64) for t, w in zip(self.types, weights, strict=True)]


class Anderson:
    """Extrapolate a fixed-point iteration from its last steps (Anderson 1965). It converges where plain iteration does not."""

    def __init__(self) -> None:
        self._points: list[Floats] = []
        self._steps: list[Floats] = []

    def next(self, before: Floats, after: Floats) -> Floats:
        """Return the next point, when an iteration led from `before` to `after`."""
        step = after - before
        if self._steps and np.linalg.norm(step) > RESTART * min(np.linalg.norm(s) for s in self._steps):
            self._points, self._steps = [], []
        self._points = [*self._points[-MEMORY:], before]
        self._steps = [*self._steps[-MEMORY:], step]
        if len(self._steps) < 3:
            return after
        steps = np.diff(np.array(self._steps), axis=0).T
        points = np.diff(np.array(self._points), axis=0).T
        weights = np.linalg.lstsq(steps, step, rcond=1e-10)[0]
        return np.asarray(after - (points + steps) @ weights)


def solve(tree: Tree, types: Sequence[Types], precision: float) -> Play:
    """Compute the equilibrium on the branch that begins at random play.

    Args:
        tree: The game.
        types: Private types per actor.
        precision: Precision of the logit responses, per unit of reward.

    Returns:
        The equilibrium.

    Raises:
        ValueError: If the number of types does not match the actors, or the iteration does not converge.
    """
    if len(types) != len(tree.actors):
        raise ValueError(f"types of {len(types)} actors: expected {len(tree.actors)}")
    payoffs = [_payoffs(tree, i, np.array(t.resolve)) for i, t in enumerate(types)]
    chances = [[_logit(np.zeros((*legal.shape, len(types[i].prior))), legal, 0.0) for i, legal in enumerate(level.legal)]
               for level in tree.levels]  # fmt: skip
    for share in STEPS:
        anderson = Anderson()
        for _ in range(SWEEPS):
            before = _flat(chances)
            beliefs = _beliefs(tree, types, chances)
            worth, value, residual = _sweep(tree, payoffs, chances, beliefs, precision * share)
            if residual < TOLERANCE:
                break
            _fill(chances, anderson.next(before, _flat(chances)))
    if residual >= TOLERANCE:
        raise ValueError(f"precision={precision}: still changing by {residual:.1e} after {SWEEPS} sweeps")
    return Play(tree, tuple(types), chances, beliefs, worth, value, residual)


def _payoffs(tree: Tree, i: int, resolve: Floats) -> tuple[list[Floats], Floats]:
    """Return the reward of each joint choice for each type, by turn (n, K, types), and that of the tail, (leaves, types)."""
    at_once = [lv.peace[..., i, None] + _blend(lv.war[..., i, :], resolve) for lv in tree.levels]
    return at_once, _blend(tree.tail[:, i], resolve)


def _blend(ends: Floats, resolve: Floats) -> Floats:
    """Interpolate between the values at resolve 0 and 1. R13.9 is linear in resolve. ends: (..., 2)."""
    return ends[..., :1] * (1.0 - resolve) + ends[..., 1:] * resolve


def _beliefs(tree: Tree, types: Sequence[Types], chances: list[list[Floats]]) -> list[list[Floats]]:
    """Apply Bayes' rule along all paths. Return the beliefs by turn and actor, (n, types)."""
    beliefs = [[np.array(t.prior)[None] for t in types]]
    for turn in range(len(tree.levels) - 1):
        row = []
        for i, prior in enumerate(beliefs[-1]):
            joint = prior[:, None] * chances[turn][i]  # (n, moves, types)
            total = joint.sum(axis=2, keepdims=True)
            learnt = np.where(total > 0, joint / np.where(total > 0, total, 1.0), prior[:, None])
            row.append(_to_children(learnt, i, tree.shape))
        beliefs.append(row)
    return beliefs


def _to_children(of_move: Floats, i: int, shape: tuple[int, ...]) -> Floats:
    """Copy the values of an actor's moves, (n, moves, types), to the rows of the children, (n K, types)."""
    n, _, types = of_move.shape
    spread = of_move.reshape(n, *(s if a == i else 1 for a, s in enumerate(shape)), types)
    return np.ascontiguousarray(np.broadcast_to(spread, (n, *shape, types))).reshape(-1, types)


def _along(of_move: Floats, i: int, axes: int) -> Floats:
    """Lay (n, moves) along axis i of the joint choices."""
    return of_move.reshape(len(of_move), *(-1 if a == i else 1 for a in range(axes)))


def _flat(chances: list[list[Floats]]) -> Floats:
    return np.concatenate([c.ravel() for row in chances for c in row])


def _fill(chances: list[list[Floats]], numbers: Floats) -> None:
    """Write the numbers into the probabilities and normalize them: positive where they were positive, with sum 1."""
    at = 0
    for row in chances:
        for i, old in enumerate(row):
            new = np.where(old > 0, np.maximum(numbers[at : at + old.size].reshape(old.shape), LEAST), 0.0)
            row[i] = new / new.sum(axis=1, keepdims=True)
            at += old.size


def _sweep(
    tree: Tree,
    payoffs: list[tuple[list[Floats], Floats]],
    chances: list[list[Floats]],
    beliefs: list[list[Floats]],
    precision: float,
) -> tuple[list[list[Floats]], tuple[Floats, ...], float]:
    """Go through the turns backwards.

    Compute the values of choices, and move the probabilities towards the logit responses, in place.
    """
    actors, shape = range(len(tree.actors)), tree.shape
    following = [payoffs[i][1] for i in actors]  # (n K, types)
    worth: list[list[Floats]] = []
    residual = 0.0
    for turn in reversed(range(len(tree.levels))):
        level = tree.levels[turn]
        n = len(level.survive)
        mixed = [_along((beliefs[turn][j][:, None] * chances[turn][j]).sum(axis=2), j, len(shape))[..., None] for j in actors]
        row, next_following = [], []
        for i in actors:
            outcome = payoffs[i][0][turn] + level.survive[..., None] * following[i].reshape(n, -1, following[i].shape[-1])
            row.append(_expected((outcome * level.chance[..., None]).reshape(n, *shape, -1), i, mixed))
        for i in actors:
            response = _logit(row[i], level.legal[i], precision)
            change = response - chances[turn][i]
            residual = max(residual, float(np.abs(change).max()))
            chances[turn][i] = chances[turn][i] + DAMPING * change
            next_following.append((chances[turn][i] * row[i]).sum(axis=1))
        worth.insert(0, row)
        following = next_following
    return worth, tuple(f[0] for f in following), residual


def _expected(outcome: Floats, own: int, mixed: Sequence[Floats]) -> Floats:
    """Return the expected value of an actor's choices over the others' and over chance, (n, moves, types).

    outcome: (n, *shape, types).
    """
    for other, chances in enumerate(mixed):
        if other != own:
            outcome = (outcome * chances).sum(axis=1 + other, keepdims=True)
    expected: Floats = outcome.sum(axis=-2).reshape(len(outcome), -1, outcome.shape[-1])
    return expected


def _logit(worth: Floats, legal: np.ndarray, precision: float) -> Floats:
    """Return probabilities proportional to exp(precision worth) over the legal choices. worth: (n, moves, types)."""
    scaled = np.where(legal[..., None], precision * worth, -np.inf)
    odds = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    chances: Floats = odds / odds.sum(axis=1, keepdims=True)
    return chances
