"""Find the first crisis of each pair: its onset, its length and how it ended.

The definition is that of docs/model.md. A pair is in crisis from the turn in which either side takes a step of rung 3 or more that
the other sees. A crisis ends in one of three ways, whichever is first:

- armed conflict anywhere in the game;
- an incident between the two;
- fading: both sides stay below rung 3 for four turns in a row. The end is the first of these turns.

A crisis that outlasts the game is censored.
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
    """The first crisis of each pair in each game."""

    onset: NDArray[np.int64]  # (games, pairs) turn from 1, or -1
    length: NDArray[np.int64]  # (games, pairs) turns from the onset to the end, both included, or -1
    end: NDArray[np.int64]  # (games, pairs) index in ENDS


def first_crises(
    rung: NDArray[np.int8], recent_incident: NDArray[np.float32], played: NDArray[np.bool_], conflict: NDArray[np.bool_]
) -> Crises:
    """Find the first crisis of each pair.

    Args:
        rung: (games, turns, actors, actors), [i, j] is the rung of i's step as j saw it.
        recent_incident: (games, turns, actors, actors), recent-incident level, 0..1; a rise marks an incident.
        played: (games, turns), True where the turn was played.
        conflict: (games,), True where the game ended in armed conflict.

    Returns:
        Onset, length and end of each pair's first crisis.
    """
    one, two = (np.array(side) for side in zip(*PAIRS, strict=True))
    active = np.maximum(rung[:, :, one, two], rung[:, :, two, one]) >= CRISIS_RUNG  # (games, turns, pairs)
    turns = np.arange(active.shape[1])[None, :, None]
    onset = _first(active)  # (games, pairs) from 0
    last = (played.sum(axis=1) - 1)[:, None]  # (games, 1) the turn of a conflict, if there is one
    rose = np.diff(recent_incident[:, :, one, two], axis=1, prepend=0) > 0
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
    """Return the turns until the first crisis of any pair.

    Args:
        onset: (games, pairs), turn from 1, or -1 for a pair without a crisis.
        played: (games, turns), True where the turn was played.

    Returns:
        Turns until the first crisis or the end of the game, (games,), and whether there was a crisis, (games,).
    """
    turns = played.sum(axis=1)
    first = np.where(onset > 0, onset, np.iinfo(np.int64).max).min(axis=1)
    return np.minimum(first, turns), first <= turns


def _first(flags: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the first flagged turn, or -1. flags: (games, turns, pairs)."""
    return np.where(flags.any(axis=1), flags.argmax(axis=1), -1)


def _or(turn: NDArray[np.int64], never: int) -> NDArray[np.int64]:
    return np.where(turn >= 0, turn, never)


def _quiet(active: NDArray[np.bool_], played: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Flag the turns that begin QUIET turns in a row, all played and none active."""
    calm = ~active & played[:, :, None]
    quiet = np.zeros_like(calm)
    n = calm.shape[1] - QUIET + 1
    if n > 0:
        quiet[:, :n] = np.logical_and.reduce([calm[:, k : k + n] for k in range(QUIET)])
    return quiet
