"""Crises of pairs, as docs/model.md defines them: when each began, how it ended, and after how many turns.

A pair is in crisis from the turn in which either side takes a step of rung 3 or more that the other sees. The crisis ends,
whichever comes first, in armed conflict in the game, in an incident between the two, or by fading: both stay below rung 3 for four
turns in a row, and it is over in the first of them. A crisis that still goes on when the game ends is censored.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from straits.envs.spec.constants import CRISIS_RUNG, PAIRS

QUIET: Final = 4  # turns below the rung that end a crisis
ENDS: Final = ("censored", "conflict", "incident", "fade")
CENSORED, CONFLICT_END, INCIDENT_END, FADE = range(len(ENDS))


@dataclass(frozen=True)
class Crises:
    """The first crisis of each pair in each game; -1 turns where there was none."""

    onset: NDArray[np.int64]  # (games, pairs) turn from 1, or -1
    length: NDArray[np.int64]  # (games, pairs) turns from the onset to the end, both counted, or -1
    end: NDArray[np.int64]  # (games, pairs) place in ENDS


def first_crises(
    rung: NDArray[np.int8], fresh: NDArray[np.float32], played: NDArray[np.bool_], conflict: NDArray[np.bool_]
) -> Crises:
    """The first crisis of each pair. rung, fresh: (games, turns, actors, actors); played: (games, turns); conflict: (games,)."""
    one, two = (np.array(side) for side in zip(*PAIRS, strict=True))
    active = np.maximum(rung[:, :, one, two], rung[:, :, two, one]) >= CRISIS_RUNG  # (games, turns, pairs)
    turns = np.arange(active.shape[1])[None, :, None]
    onset = _first(active)  # (games, pairs) from 0
    last = (played.sum(axis=1) - 1)[:, None]  # (games, 1) the turn of a conflict, if there is one
    rose = np.diff(fresh[:, :, one, two], axis=1, prepend=0) > 0
    never = active.shape[1]
    incident = _or(_first(rose & (turns >= onset[:, None])), never)
    faded = _or(_first(_quiet(active, played) & (turns > onset[:, None])), never)
    ended = np.where(conflict[:, None] & (last >= onset), last, never)
    both = np.stack([ended, incident, faded])
    end = np.where(both.min(axis=0) < never, both.argmin(axis=0) + 1, CENSORED)
    over = np.where(end == CENSORED, last, both.min(axis=0))
    there = onset >= 0
    return Crises(np.where(there, onset + 1, -1), np.where(there, over - onset + 1, -1), np.where(there, end, CENSORED))


def time_to_crisis(onset: NDArray[np.int64], played: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Turns until any pair's crisis, and whether there was one before the game ended, both (games,). onset: (games, pairs)."""
    turns = played.sum(axis=1)
    first = np.where(onset > 0, onset, np.iinfo(np.int64).max).min(axis=1)
    return np.minimum(first, turns), first <= turns


def _first(flags: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The first turn that is flagged, or -1. flags: (games, turns, pairs)."""
    return np.where(flags.any(axis=1), flags.argmax(axis=1), -1)


def _or(turn: NDArray[np.int64], never: int) -> NDArray[np.int64]:
    return np.where(turn >= 0, turn, never)


def _quiet(active: NDArray[np.bool_], played: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Turns with which QUIET turns in a row begin, all played and none of them active."""
    calm = ~active & played[:, :, None]
    quiet = np.zeros_like(calm)
    n = calm.shape[1] - QUIET + 1
    if n > 0:
        quiet[:, :n] = np.logical_and.reduce([calm[:, k : k + n] for k in range(QUIET)])
    return quiet
