"""List the events of a game: incidents, leaks, disasters, ambassadors, crises, the first turn at a rung, conflict and the end."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from straits.envs.scenarios.scenario import Scenario
from straits.envs.spec.constants import (
    ACTORS,
    AREAS,
    BROKEN,
    CONFLICT,
    CONFLICT_RUNG,
    CRISIS_RUNG,
    HORIZON,
    RECALLED,
    RUNGS,
    SUMMONED,
)
from straits.envs.text.crises import CHANGES, changes
from straits.envs.text.describe import Labels, actor_words
from straits.experiments.rollouts.turning_points import FIGHT, between

KINDS: Final = ("incident", "leak", "disaster", "ambassador", "rung", *CHANGES, "conflict", "end")
STRAINED: Final = {  # diplomatic relations that are marked
    SUMMONED: "{0} has summoned the ambassador of {1}",
    RECALLED: "{0} has recalled its ambassador from {1}",
    BROKEN: "{0} has broken off relations with {1}",
}
RESTORED: Final = "Relations of {0} with {1} are back to normal"


def happenings(records: NDArray[Any], scenario: Scenario) -> list[list[Any]]:
    """List the events of a game in order of time.

    Args:
        records: (turns + 1,) records of one game, from its start on.
        scenario: Scenario of the game.

    Returns:
        Rows of turn (from 1), kind (in KINDS), words, actor or -1, area or -1.
    """
    labels, peak = scenario.labels, 0
    events: list[list[Any]] = []
    for before, game in pairwise(records):
        events += _unchosen(before, game, labels)
        events += _ambassadors(before, game, labels)
        turn = int(game["turn"])
        events += [[turn, change.kind, _sentence(change.words), change.actor, -1] for change in changes(game, before, labels)]
        highest = int(game["rung"].max())
        events += [_arrival(game, rung, labels) for rung in range(max(peak + 1, CRISIS_RUNG), highest + 1)][-1:]
        peak = max(peak, highest)
    return events + list(_end(records[-1], labels))


def _unchosen(before: Any, game: Any, labels: Labels) -> Iterator[list[Any]]:
    for event in between(before, game, labels):
        if event.kind != FIGHT:
            yield [event.turn, event.kind, _sentence(event.words), event.actor, AREAS.index(event.where) if event.where else -1]


def _ambassadors(before: Any, game: Any, labels: Labels) -> Iterator[list[Any]]:
    for i, j in np.argwhere(game["ambassador"] != before["ambassador"]):
        status, was = int(game["ambassador"][i, j]), int(before["ambassador"][i, j])
        words = STRAINED.get(status, RESTORED if was in STRAINED else "")
        if words:
            one, two = (actor_words(ACTORS[n], labels) for n in (i, j))
            yield [int(game["turn"]), "ambassador", _sentence(words.format(one, two)), int(i), -1]


def _arrival(game: Any, rung: int, labels: Labels) -> list[Any]:
    """Return the event of the first turn at a rung, with the actors whose steps were seen at it."""
    who = [n for n in range(len(ACTORS)) if game["rung"][n].max() >= rung]
    names = ", ".join(actor_words(ACTORS[n], labels) for n in who)
    return [int(game["turn"]), "rung", f"Rung {rung}, {RUNGS[rung]}, for the first time: {names}", who[0], -1]


def _end(game: Any, labels: Labels) -> Iterator[list[Any]]:
    turn = int(game["turn"])
    if game["outcome"] == CONFLICT:
        one, two = (actor_words(ACTORS[n], labels) for n in game["belligerents"])
        words = f"Rung {CONFLICT_RUNG}: armed conflict breaks out between {one} and {two}"
        yield [turn, "conflict", words, int(game["belligerents"][0]), -1]
    if game["outcome"] == HORIZON:
        yield [turn, "end", f"The horizon is reached after {turn} turns", -1, -1]


def _sentence(words: str) -> str:
    return words[0].upper() + words[1:]
