"""Explain which conditions of the situation make a move illegal: R1.1 to R1.6 and R1.8 in words.

The rules decide the same conditions on complete sets of choices (`rules/conditions.py`). This module evaluates them for one
move and one actor in plain Python, and returns sentences.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from straits.envs.rules.conditions import FORWARD
from straits.envs.spec.constants import (
    ACT,
    ACTORS,
    BROKEN,
    DEPLOYMENT,
    DESIGNATIONS,
    HIDDEN,
    JAPAN,
    LUZON,
    MOST_SITES,
    NANSEI,
    NORMAL,
    OFFICE,
    PHILIPPINES,
    PLAN_STAGES,
    PROTEST_OPEN,
    RECALLED,
    STATEMENT,
    SUMMONED,
    USA,
)
from straits.envs.spec.moves import (
    ACCESS,
    ASSET_PROTECTION,
    CLOSE_HOTLINE,
    CONFIRM,
    DEAL,
    DESIGNATE,
    DISCLOSE,
    INTEGRATE,
    LOGISTICS,
    MISSILES,
    MOVE_AREA,
    MOVE_KIND,
    MOVE_TARGET,
    NO_COMMENT,
    PATROL,
    PLAN,
    PROTEST,
    PULL_BACK,
    RECALL,
    RELIEF,
    RESTORE,
    SUMMIT,
    SUMMON,
    SUMMON_URGENT,
    THREATEN,
    UNDESIGNATE,
    Move,
)
from straits.envs.text.describe import Labels, actor_words

STANDING: Final = {
    OFFICE: "There is no ambassador, only a representative office.",
    NORMAL: "Relations are normal.",
    SUMMONED: "The ambassador is summoned already.",
    RECALLED: "One's own ambassador is recalled.",
    BROKEN: "Relations are broken off.",
}


class Cause(NamedTuple):
    """Represent the condition that makes a move illegal: its name and a sentence, both empty if the move is legal."""

    key: str
    words: str


@dataclass(frozen=True)
class Seat:
    """Provide a game as the legality rules of one actor read it.

    Fields of the game record and the parameter record are available by name, as plain numbers and lists. Python reads these
    much faster than records.
    """

    state: dict[str, Any]
    params: dict[str, Any]
    actor: int
    labels: Labels

    def name(self, actor: int) -> str:
        """Return the name of an actor in a sentence, `the United States`."""
        return actor_words(ACTORS[actor], self.labels)


def closing(seat: Seat, move: Move) -> Iterator[Cause]:
    """Yield the conditions of the situation that make the move illegal.

    Args:
        seat: Game from the view of the actor.
        move: The move.

    Yields:
        Causes for R1.1 to R1.6 and R1.8, in the order of the rules.
    """
    return _CONDITIONS[move.kind.channel](seat, move)


def up(value: float) -> str:
    """Round up to two decimals, for a required amount."""
    return f"{math.ceil(round(100.0 * float(value), 9)) / 100.0:.2f}"


def down(value: float) -> str:
    """Round down to two decimals, for an available amount, so that it never appears sufficient when it is not."""
    return f"{math.floor(round(100.0 * float(value), 9)) / 100.0:.2f}"


def capital(words: str) -> str:
    """Capitalize the first letter of a sentence."""
    return words[0].upper() + words[1:]


def _deployment(seat: Seat, move: Move) -> Iterator[Cause]:
    """Yield the conditions of R1.1 to R1.4 and of withdrawal."""
    state, params, kind, area = seat.state, seat.params, MOVE_KIND[move.flat], MOVE_AREA[move.flat]
    if kind == LOGISTICS and state["designation"] < params["designation_gate"]:
        needed = DESIGNATIONS[math.ceil(params["designation_gate"])].replace("_", " ")
        yield Cause("designation", f"It needs the legal designation {needed!r}.")
    if kind == ASSET_PROTECTION and state["plan"][JAPAN][USA] < params["protection_stage"]:
        needed = PLAN_STAGES[math.ceil(params["protection_stage"])]
        yield Cause("protection", f"It needs a joint plan with {seat.name(USA)} at the stage {needed!r}.")
    if kind == PULL_BACK and sum(state["forward"][seat.actor]) <= FORWARD:
        yield Cause("forward", "There are no forward units to pull back.")
    if seat.actor == USA and area in (NANSEI, LUZON):
        yield from _sites(seat, int(kind), int(area))


def _sites(seat: Seat, kind: int, area: int) -> Iterator[Cause]:
    """Yield the conditions of R1.1 and R1.3: the sites that hosts have opened to the United States."""
    state, params = seat.state, seat.params
    host = JAPAN if area == NANSEI else PHILIPPINES
    sites, who = state["access"][host], capital(seat.name(host))
    if area == NANSEI:
        if params["access_gate"] != 0.0 and sites <= 0.0 and state["designation"] < 1:
            yield Cause("nansei", f"{who} has neither opened a site nor designated the situation.")
        return
    needed = params["luzon_sites"] if kind == MISSILES else min(1.0, params["luzon_sites"])
    if sites < needed:
        yield Cause("luzon", f"It needs {needed:g} sites opened by {seat.name(host)}; now {down(sites)}.")


def _statement(seat: Seat, move: Move) -> Iterator[Cause]:
    """Yield the conditions of statements: a threat needs means, an answer a leak, a disclosure a secret."""
    state, params, kind = seat.state, seat.params, MOVE_KIND[move.flat]
    ready, patrol = state["readiness"][seat.actor], params["cost"][PATROL]
    if kind == THREATEN and ready < patrol:
        yield Cause("bluff", f"A threat needs readiness for a patrol, {up(patrol)}; it is {down(ready)}.")
    if kind in (NO_COMMENT, CONFIRM) and not any(state["leaked"][seat.actor]):
        yield Cause("leak", "There is no fresh leak to answer.")
    if kind == DISCLOSE and state["trainers"][USA] - state["trainers_known"][USA] <= HIDDEN:
        yield Cause("trainers", "There are no trainers whose presence is not public.")


def _act(seat: Seat, move: Move) -> Iterator[Cause]:
    """Yield the conditions of R1.5 to R1.8."""
    state, params, kind, target = seat.state, seat.params, MOVE_KIND[move.flat], int(MOVE_TARGET[move.flat])
    if kind == INTEGRATE and state["command"] >= 1.0:
        yield Cause("command", "Command is integrated as far as it goes.")
    if kind == DESIGNATE:
        yield from _designation(seat)
    if kind == UNDESIGNATE and state["designation"] == 0:
        yield Cause("undesignated", "There is no designation to lower.")
    if kind == RELIEF and state["disaster"][target] < params["disaster_need"]:
        yield Cause("disaster", f"{capital(seat.name(target))} is in no need after a disaster.")
    if kind == ACCESS and state["access"][target if seat.actor == USA else seat.actor] >= MOST_SITES:
        yield Cause("access", "All nine sites are open.")
    if target >= 0:
        yield from _envoys(seat, int(kind), target)
        yield from _talks(seat, int(kind), target)


def _designation(seat: Seat) -> Iterator[Cause]:
    state = seat.state
    if state["designation"] >= 2:
        yield Cause("designated", "The designation is at its highest.")
        return
    needed = seat.params["designation_threshold"] * (state["designation"] + 1)
    if state["assessment"] < needed:
        yield Cause("assessment", f"It needs a private assessment of {up(needed)}; it is {down(state['assessment'])}.")


def _envoys(seat: Seat, kind: int, target: int) -> Iterator[Cause]:
    """Yield the conditions of R1.6 on protests, summons, recalls and restored relations."""
    status = int(seat.state["ambassador"][seat.actor][target])
    shut = {
        PROTEST: status == BROKEN,
        SUMMON: status < NORMAL or status > PROTEST_OPEN,
        SUMMON_URGENT: status < NORMAL or status > SUMMONED,
        RECALL: status < NORMAL or status > RECALLED,
    }
    if shut.get(kind):
        yield Cause("status", STANDING[status])
    if kind in shut:
        demand = seat.state["grievance_verbal"][seat.actor][target] + seat.state["grievance_military"][seat.actor][target]
        needed = seat.params["grievance"] * (seat.params["recall_grievance"] if kind == RECALL else 1.0)
        if demand < needed:
            who = seat.name(target)
            yield Cause("grievance", f"Too little to answer: demand to answer {who} {down(demand)}, needed {up(needed)}.")
    if kind == RESTORE and status < PROTEST_OPEN:
        yield Cause("restored", "Relations are as good as they can be." if status == NORMAL else STANDING[status])


def _talks(seat: Seat, kind: int, target: int) -> Iterator[Cause]:
    """Yield the conditions of R1.6 on summits, hotlines and plans."""
    state, who = seat.state, seat.name(target)
    if kind == SUMMIT and state["ambassador"][target][seat.actor] >= RECALLED:
        yield Cause("recalled", f"{capital(who)} has recalled its ambassador.")
    if kind == SUMMIT and state["ambassador"][seat.actor][target] >= RECALLED:
        yield Cause("absent", f"One's own ambassador to {who} is recalled.")
    if kind == CLOSE_HOTLINE and state["hotline"][seat.actor][target] == 0:
        yield Cause("no_hotline", f"There is no open hotline with {who}.")
    if kind == DEAL and state["hotline"][seat.actor][target] != 0 and state["crisis_turns"][seat.actor][target] == 0.0:
        yield Cause("hotline", f"A deal and a hotline with {who} are in place, and there is no crisis to settle.")
    if kind == PLAN and state["plan"][seat.actor][target] >= 3:
        yield Cause("planned", f"The plan with {who} is complete.")


_CONDITIONS: Final = {DEPLOYMENT: _deployment, STATEMENT: _statement, ACT: _act}
