"""Summarise what an actor can see of the last turn, from its observations before and after it.

A player does not receive the choices of others. It receives what the actor observes: presence grew in an area, an ambassador was
summoned, a step of rung 3 was taken. A move without a trace in the observation has none here.
"""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from straits.envs.spec.constants import (
    ACTORS,
    AREAS,
    BROKEN,
    JAPAN,
    N_ACTORS,
    N_AREAS,
    NORMAL,
    PAIRS,
    PROTEST_OPEN,
    RECALLED,
    SUMMONED,
    TAIWAN,
    USA,
)
from straits.envs.spec.observation import named
from straits.envs.text.describe import Labels, actor_words, area_words

GROWTH: Final = 0.01  # smallest change of strength, x/(1+x) of presence, in a row
COMMITTED: Final = 0.05  # rise of public commitment
FELT: Final = 0.02  # provocation or warmth
FRESH_LEAK: Final = 1.0  # `leaked` in the turn of the leak
RELATIONS: Final = {
    NORMAL: "has normal relations with {} again",
    PROTEST_OPEN: "lodged a protest with {}",
    SUMMONED: "summoned the ambassador of {}",
    RECALLED: "recalled its ambassador from {}",
    BROKEN: "broke off relations with {}",
}
OFFERS: Final = (  # in the order of the observation's code
    "a meeting of ministers",
    "a joint plan",
    "a summit",
    "a deal",
    "closer command",
    "wider access",
)
Seen = dict[str, NDArray[np.float32]]
Row = dict[str, Any]  # actor (-1 for none), rung (-1 for none), words


def news(before: NDArray[np.float32], after: NDArray[np.float32], labels: Labels) -> list[Row]:
    """List what changed between two observations of an actor.

    Args:
        before: (N_OBSERVATION,) observation before the turn.
        after: (N_OBSERVATION,) observation after the turn.
        labels: Names of actors in the scenario.

    Returns:
        Rows by actor in the order of ACTORS, then rows without an actor.
    """
    old, new = named(before), named(after)
    me = int(new["actor"].argmax())
    rows = [row for actor in range(N_ACTORS) if actor != me for row in _deeds(old, new, actor, me, labels)]
    return rows + [{"actor": -1, "rung": -1, "words": words} for words in _events(old, new, labels)]


def _deeds(old: Seen, new: Seen, actor: int, me: int, labels: Labels) -> Iterator[Row]:
    """Yield one row per actor, with the highest rung of its visible steps; none if it did nothing visible."""
    who = ["you" if n == me else actor_words(name, labels) for n, name in enumerate(ACTORS)]
    parts = [*_presence(old, new, actor), *_relations(old, new, actor, who), *_stances(old, new, actor, who)]
    rung = round(6 * float(new["rung"][actor]))
    if parts or rung:
        yield {"actor": actor, "rung": rung, "words": "; ".join(parts) or "took a step with little effect"}


def _presence(old: Seen, new: Seen, actor: int) -> Iterator[str]:
    change = new["strength"][actor] - old["strength"][actor]
    for more, word in ((change, "more"), (-change, "less")):
        places = [area_words(AREAS[area]) for area in range(N_AREAS) if more[area] > GROWTH]
        if places and (word == "more" or more.max() > 4 * GROWTH):  # patrols decay by themselves
            yield f"{word} presence in {_listed(places)}"


def _relations(old: Seen, new: Seen, actor: int, who: list[str]) -> Iterator[str]:
    was, now = (np.rint(5 * seen["ambassador"][actor]).astype(int) for seen in (old, new))
    for other in range(N_ACTORS):
        if was[other] != now[other] and now[other] in RELATIONS:
            yield RELATIONS[int(now[other])].format(who[other]).replace("the ambassador of you", "your ambassador")


def _stances(old: Seen, new: Seen, actor: int, who: list[str]) -> Iterator[str]:
    """Yield commitments, provocations, warmth, offers and arrangements."""
    others = [n for n in range(N_ACTORS) if n != actor]
    tied = [who[n] for n in others if new["public_commitment"][actor, n] - old["public_commitment"][actor, n] > COMMITTED]
    if tied:
        yield f"committed itself in public towards {_listed(tied)}"
    felt = [who[n] for n in others if new["provoked"][actor, n] > FELT]
    if felt:
        yield f"put pressure on {_listed(felt)}"
    if new["reassurance"][actor] > FELT:
        yield "reassured you"
    if new["offer_act"][actor] > 0:
        yield f"offers you {OFFERS[round(6 * float(new['offer_act'][actor])) - 1]}"
    if new["offer_statement"][actor] > 0:
        yield "offers you a joint statement"
    if new["access"][actor] > old["access"][actor]:
        yield "opened sites"
    if new["hardened"][actor] - old["hardened"][actor] > FELT:
        yield "hardened its sites"


def _events(old: Seen, new: Seen, labels: Labels) -> Iterator[str]:
    """Yield events without an actor."""
    name = [actor_words(actor, labels) for actor in ACTORS]
    for area in np.flatnonzero(new["incident"] > old["incident"]):
        yield f"An incident in {area_words(AREAS[area])}."
    for n in np.flatnonzero((new["leaked"] >= FRESH_LEAK) & (old["leaked"] < FRESH_LEAK)):
        yield f"A leak reveals a plan of {name[n]} with {name[USA]}."
    for n in np.flatnonzero(new["plan_known"] > old["plan_known"]):
        yield f"The plan of {name[n]} with {name[USA]} is public."
    for pair, (i, j) in enumerate(PAIRS):
        if new["hotline"][pair] != old["hotline"][pair]:
            yield f"The hotline between {name[i]} and {name[j]} is {'open' if new['hotline'][pair] > 0.5 else 'suspended'}."
    if new["designation"] != old["designation"]:
        change = "raised" if new["designation"] > old["designation"] else "lowered"
        yield f"{_capital(name[JAPAN])} has {change} its legal designation."
    if new["command"] > old["command"]:
        yield f"{_capital(name[USA])} and {name[JAPAN]} integrate their command."
    if new["trainers_known"] > old["trainers_known"]:
        yield f"Trainers of {name[USA]} in {name[TAIWAN]} are public."
    for n in np.flatnonzero(new["disaster"] > old["disaster"]):
        yield f"A disaster strikes {name[n]}."


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _capital(words: str) -> str:
    return words[0].upper() + words[1:]
