"""Describe the crises of rival pairs: how each pair stands now, and what a turn changed.

This module reads what is public: crises, truces, ripeness and terms. Open offers of a deal are known to the pair only, so a view
of a player must drop those of others. It never reads leverage.
"""

import math
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from straits.envs.spec.constants import ACTORS, CRISIS_ENDS, PAIRS
from straits.envs.text.describe import OWN_NAMES, Labels, actor_words

OPENED, BROKEN_TRUCE = "crisis", "breach"
CHANGES: Final = (OPENED, *CRISIS_ENDS[1:], BROKEN_TRUCE)  # kinds of changes
_WORDS: Final = {
    OPENED: "{0} opens a crisis with {1}",
    "deal": "a deal ends the crisis of {0} and {1}",
    "yield": "{0} yields to {1}, which ends their crisis",
    "fade": "the crisis of {0} and {1}, which {2} opened, fades without a settlement",
    BROKEN_TRUCE: "{0} breaks the truce with {1}",
}


class Dispute(NamedTuple):
    """Represent how a rival pair stands after a turn."""

    one: int
    two: int
    turns: int  # that the crisis has lasted, 0 without a crisis
    since: int  # turn in which it opened, from 1
    opener: int  # actor that opened it, or -1
    talks: int  # first turn that can settle it
    fades_in: int  # quiet turns until it fades
    offers: tuple[int, ...]  # actors whose offer of a deal still has effect
    truce: int  # turns that the truce still binds
    ripeness: float  # how much is left to settle, 0..1
    terms: tuple[float, float]  # what each side holds from settlements, -1..1


class Change(NamedTuple):
    """Describe what a turn changed between two rivals."""

    kind: str  # one of CHANGES
    actor: int  # who opened, yielded, or broke the truce; otherwise the first of the pair
    other: int
    words: str  # a clause


def disputes(state: Any, params: Any) -> list[Dispute]:
    """Return how every rival pair stands.

    Args:
        state: Record of the game.
        params: Parameter record of the scenario.

    Returns:
        One entry per pair of which both sides are rivals, in the order of PAIRS.
    """
    return [_dispute(state, params, i, j) for i, j in PAIRS if params["rival"][i, j] > 0.0 and params["rival"][j, i] > 0.0]


def changes(state: Any, before: Any = None, labels: Labels = OWN_NAMES) -> list[Change]:
    """Return the crises that opened or ended in the last turn, and the truces that were broken.

    Args:
        state: Record of the game.
        before: Record of the game one turn earlier, without which no breach is known.
        labels: Label of each actor.

    Returns:
        The changes in the order of PAIRS.
    """
    found = []
    for i, j in PAIRS:
        for kind, actor, other in _kinds(state, before, i, j):
            names = [actor_words(ACTORS[n], labels) for n in (actor, other, i if state["crisis_opener"][i, j] else j)]
            found.append(Change(kind, actor, other, _WORDS[kind].format(*names)))
    return found


def dispute_words(dispute: Dispute, labels: Labels = OWN_NAMES) -> str:
    """Describe a crisis or a truce in one line, `China - Taiwan: in crisis since turn 4`; empty if the pair has neither."""
    one, two = (actor_words(ACTORS[n], labels).removeprefix("the ") for n in (dispute.one, dispute.two))
    if dispute.turns:
        parts = [f"in crisis since turn {dispute.since}, opened by {actor_words(ACTORS[dispute.opener], labels)}"]
        parts.append(f"a settlement is possible from turn {dispute.talks}")
        parts.append(f"fades after {dispute.fades_in} more quiet turn{'s' if dispute.fades_in > 1 else ''}")
        if dispute.offers:
            parts.append(f"open offer by {' and '.join(actor_words(ACTORS[n], labels) for n in dispute.offers)}")
        return f"{one} - {two}: {'; '.join(parts)}"
    return f"{one} - {two}: truce for {dispute.truce} more turn{'s' if dispute.truce > 1 else ''}" if dispute.truce else ""


def _dispute(state: Any, params: Any, i: int, j: int) -> Dispute:
    turns = int(state["crisis_turns"][i, j])
    since = int(state["turn"]) - turns + 1
    return Dispute(
        i,
        j,
        turns,
        since,
        -1 if not turns else i if state["crisis_opener"][i, j] else j,
        since + math.floor(params["talks_from"]),
        max(1, math.ceil(params["fade_turns"] - state["quiet_turns"][i, j])),
        tuple(a for a, b in ((i, j), (j, i)) if state["offer_turns"][a, b] > 1.0),  # it counts down before the next turn settles
        math.ceil(state["truce_turns"][i, j]),
        float(state["ripeness"][i, j]),
        (float(state["terms"][i, j]), float(state["terms"][j, i])),
    )


def _kinds(state: Any, before: Any, i: int, j: int) -> Iterator[tuple[str, int, int]]:
    """Yield kind, actor and other actor of each change between two actors."""
    if before is not None:
        for actor, other in ((i, j), (j, i)):
            if state["breaches"][actor, other] > before["breaches"][actor, other]:
                yield BROKEN_TRUCE, actor, other
    end = int(max(state["crisis_end"][i, j], state["crisis_end"][j, i]))
    if end:
        first = bool(state["crisis_end"][i, j])  # a yield is noted for the side that yields only
        yield (CRISIS_ENDS[end], i, j) if first else (CRISIS_ENDS[end], j, i)
    if state["crisis_turns"][i, j] == 1.0:
        actor, other = (i, j) if state["crisis_opener"][i, j] else (j, i)
        yield OPENED, actor, other
