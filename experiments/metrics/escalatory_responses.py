"""Escalating answers: how often a step is followed by a higher one back, by rung of the step and by ordered pair.

An association in time, not a cause: who steps often finds many of its steps followed by something.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from straits.envs.spec.constants import CONFLICT_RUNG, N_ACTORS

WITHIN: Final = 5  # turns in which an answer counts
RUNGS: Final = tuple(range(1, CONFLICT_RUNG))  # of steps: armed conflict is nobody's


class Answers(NamedTuple):
    """Of each game, rung of the step (1 to 5), actor and target: (games, rungs, actors, actors)."""

    steps: NDArray[np.int64]  # steps at that rung by the actor which the target saw and could still answer
    answered: NDArray[np.int64]  # those that the target answered at a higher rung


def answers(
    rung: NDArray[np.int8],
    played: NDArray[np.bool_],
    conflict: NDArray[np.bool_],
    belligerents: NDArray[np.int64],
    within: int = WITHIN,
) -> Answers:
    """Count steps and their answers. rung.

    (games, turns, actors, actors), [i, j] of i's steps that j saw; played: (games, turns); conflict: (games,); belligerents:
    (games, 2).

    An answer is a turn, 1 to `within` after the step, in which the target's own steps, as the actor sees them, reach a higher rung;
    armed conflict between the two is one. Steps with fewer turns left are left out, unless a conflict ended the game.
    """
    last = played.sum(axis=1) - 1
    replies = rung.astype(np.int64).transpose(0, 1, 3, 2)  # [i, j] what j sends i
    for game in np.flatnonzero(conflict):
        i, j = belligerents[game]
        replies[game, last[game], [i, j], [j, i]] = CONFLICT_RUNG
    replies[~played] = 0
    turn = np.arange(rung.shape[1])
    heard = (turn + within <= last[:, None]) | (conflict[:, None] & (turn < last[:, None]))  # (games, turns)
    best = _best_of_next(replies, within)
    counted = [(rung == k) & heard[:, :, None, None] & ~np.eye(N_ACTORS, dtype=np.bool_) for k in RUNGS]
    steps = np.stack([at.sum(axis=1) for at in counted], axis=1)
    answered = np.stack([(at & (best > k)).sum(axis=1) for k, at in zip(RUNGS, counted, strict=True)], axis=1)
    return Answers(steps, answered)


def _best_of_next(values: NDArray[np.int64], within: int) -> NDArray[np.int64]:
    """The highest value of the next `within` turns, 0 where there is none. values: (games, turns, ...)."""
    best = np.zeros_like(values)
    for ahead in range(1, min(within, values.shape[1] - 1) + 1):
        best[:, :-ahead] = np.maximum(best[:, :-ahead], values[:, ahead:])
    return best
