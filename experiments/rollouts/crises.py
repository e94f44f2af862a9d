"""List the crises and the truces of a game, each from its first turn to its last."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from straits.envs.spec.constants import CONFLICT, CRISIS_ENDS, NO_END, PAIRS
from straits.envs.text.crises import BROKEN_TRUCE, changes

ENDS: Final = (*CRISIS_ENDS[1:], "conflict", "cut")  # cut: the game ended first


class Crisis(NamedTuple):
    """Represent a crisis of a pair."""

    first: int  # turn in which it opened, from 1
    last: int  # turn in which it ended, or the last turn of the game
    one: int
    two: int
    opener: int
    end: str  # one of ENDS
    loser: int  # who yielded, or -1


class Truce(NamedTuple):
    """Represent a truce of a pair."""

    first: int  # turn of the settlement
    last: int  # last turn that it bound
    one: int
    two: int
    breaker: int  # who broke it, or -1


def list_crises(records: NDArray[Any] | Mapping[str, NDArray[Any]]) -> list[Crisis]:
    """List the crises of a game.

    Args:
        records: (turns + 1,) records of one game, from its start on, or their fields `crisis_turns`, `crisis_end`,
            `crisis_opener`, `outcome` and `belligerents`.

    Returns:
        The crises, by turn of their onset and pair.
    """
    found = [crisis for i, j in PAIRS for crisis in _of_pair(records, i, j)]
    return sorted(found)


def list_truces(records: NDArray[Any]) -> list[Truce]:
    """List the truces of a game.

    Args:
        records: (turns + 1,) records of one game, from its start on.

    Returns:
        The truces, by turn of the settlement and pair.
    """
    broken = {
        (int(game["turn"]), *sorted((change.actor, change.other))): change.actor
        for before, game in zip(records, records[1:], strict=False)
        for change in changes(game, before)
        if change.kind == BROKEN_TRUCE
    }
    found = []
    for i, j in PAIRS:
        for first, last in _stretches(records["truce_turns"][:, i, j] > 0.0):
            end = min(last + 1, len(records) - 1)
            found.append(Truce(first, end, i, j, broken.get((end, i, j), -1)))
    return sorted(found)


def _of_pair(records: Any, i: int, j: int) -> list[Crisis]:
    ends = np.maximum(records["crisis_end"][:, i, j], records["crisis_end"][:, j, i])
    found = []
    for first, last in _stretches(records["crisis_turns"][:, i, j] > 0.0):
        turn = min(last + 1, len(ends) - 1)  # the crisis is no more after the turn in which it ended
        opener = i if records["crisis_opener"][first, i, j] else j
        end, loser = "cut", -1
        if ends[turn] != NO_END and turn > last:
            end = CRISIS_ENDS[ends[turn]]
            loser = -1 if end != "yield" else i if records["crisis_end"][turn, i, j] else j
        elif records["outcome"][-1] == CONFLICT and set(records["belligerents"][-1].tolist()) == {i, j}:
            end = "conflict"
        found.append(Crisis(first, turn, i, j, opener, end, loser))
    return found


def _stretches(active: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return the first and the last index of each run of True."""
    edges = np.diff(active.astype(np.int8), prepend=0, append=0)
    return list(zip(np.flatnonzero(edges == 1).tolist(), (np.flatnonzero(edges == -1) - 1).tolist(), strict=True))
