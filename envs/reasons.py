"""Why a move is not legal now, in a short plain sentence: for people, who choose better when a mask explains itself.

The mask says what is legal; here each move that it forbids gets the first of the conditions of R1.1-R1.8 that fails, what lasts
longest first: what the actor never does, what the situation closes, rest, price. It reads what the gate reads, all of it the
actor's own or public, so that it tells the actor nothing that its observation and its mask do not. Plain Python: it is asked for
the seats of people, never in a rollout.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from straits.envs.moves import (
    ACCESS,
    ASSET_PROTECTION,
    CLOSE_CHANNEL,
    CONFIRM,
    DEAL,
    DESIGNATE,
    DISCLOSE,
    INTEGRATE,
    LOGISTICS,
    MAY_EVER,
    MISSILES,
    MOVE_AREA,
    MOVE_KIND,
    MOVE_TARGET,
    MOVES,
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
from straits.envs.rules.gate import PLANNED
from straits.envs.text import OWN_NAMES, Labels, actor_words
from straits.envs.vocabulary import (
    ACT,
    ACTORS,
    BROKEN,
    DEPLOYMENT,
    DESIGNATIONS,
    JAPAN,
    LUZON,
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

BUDGETS: Final = ("readiness", "credibility", "capital")  # of each channel
STANDING: Final = {
    OFFICE: "There is no ambassador, only a representative office.",
    NORMAL: "Relations are normal.",
    SUMMONED: "The ambassador is summoned already.",
    RECALLED: "One's own ambassador is recalled.",
    BROKEN: "Relations are broken off.",
}


class Cause(NamedTuple):
    """What closes a move: the name of the condition, and the sentence; both empty where the move is legal."""

    key: str
    words: str


OPEN: Final = Cause("", "")


@dataclass(frozen=True)
class _Seat:
    """A game as the gates of one actor read it: fields of its record and of its world by name, as plain numbers and lists, which
    Python reads much faster than records."""

    game: dict[str, Any]
    world: dict[str, Any]
    actor: int
    labels: Labels

    def name(self, actor: int) -> str:
        return actor_words(ACTORS[actor], self.labels)


def reasons(game: Any, world: Any, actor: int, labels: Labels = OWN_NAMES) -> list[str]:
    """Why each of the N_MOVES moves is not legal for the actor now, a sentence each, "" where it is. game, world: records as an
    engine holds them after reset(), step() or look()."""
    return [cause.words for cause in causes(game, world, actor, labels)]


def causes(game: Any, world: Any, actor: int, labels: Labels = OWN_NAMES) -> list[Cause]:
    """The same with the name of each condition: "rest", "price", "grievance", ..."""
    seat = _Seat(_plain(game, _GAME_FIELDS), _plain(world, _WORLD_FIELDS), actor, labels)
    return [OPEN if move.index == 0 else next(_closing(seat, move), OPEN) for move in MOVES]


def _plain(record: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: record[name].tolist() for name in names}


def _closing(seat: _Seat, move: Move) -> Iterator[Cause]:
    """All that closes the move, what lasts longest first."""
    yield from _never(seat, move)
    yield from _GATES[move.kind.channel](seat, move)
    yield from _costs(seat, move)


def _never(seat: _Seat, move: Move) -> Iterator[Cause]:
    """The move table and the scenario."""
    actor = ACTORS[seat.actor]
    if move.kind.channel != DEPLOYMENT and move.target == actor:
        yield Cause("itself", "One does not address oneself.")
    elif not MAY_EVER[seat.actor, move.flat]:
        where = " there" if move.kind.channel == DEPLOYMENT and actor in move.kind.by else ""
        yield Cause("never", f"{_capital(seat.name(seat.actor))} has no such move{where}.")
    elif not seat.world["legal"][seat.actor][move.flat]:
        yield Cause("scenario", "The scenario rules it out.")


def _deployment(seat: _Seat, move: Move) -> Iterator[Cause]:
    """R1.1 to R1.4, and pulling back."""
    game, world, kind, area = seat.game, seat.world, MOVE_KIND[move.flat], MOVE_AREA[move.flat]
    if kind == LOGISTICS and game["designation"] < world["designation_gate"]:
        needed = DESIGNATIONS[math.ceil(world["designation_gate"])].replace("_", " ")
        yield Cause("designation", f"It needs the legal designation {needed!r}.")
    if kind == ASSET_PROTECTION and game["plan"][JAPAN][USA] < world["protection_stage"]:
        needed = PLAN_STAGES[math.ceil(world["protection_stage"])]
        yield Cause("protection", f"It needs a joint plan with {seat.name(USA)} at the stage {needed!r}.")
    if kind == PULL_BACK and sum(game["forward"][seat.actor]) <= 0.05:
        yield Cause("forward", "There are no forward units to pull back.")
    if seat.actor == USA and area in (NANSEI, LUZON):
        yield from _sites(seat, int(kind), int(area))


def _sites(seat: _Seat, kind: int, area: int) -> Iterator[Cause]:
    """R1.1 and R1.3: what hosts have opened to the United States."""
    game, world = seat.game, seat.world
    host = JAPAN if area == NANSEI else PHILIPPINES
    sites, who = game["access"][host], _capital(seat.name(host))
    if area == NANSEI:
        if world["access_gate"] != 0.0 and sites <= 0.0 and game["designation"] < 1:
            yield Cause("nansei", f"{who} has neither opened a site nor designated the situation.")
        return
    needed = world["luzon_sites"] if kind == MISSILES else min(1.0, world["luzon_sites"])
    if sites < needed:
        yield Cause("luzon", f"It needs {needed:g} sites opened by {seat.name(host)}; now {_down(sites)}.")


def _statement(seat: _Seat, move: Move) -> Iterator[Cause]:
    """A threat needs means; an answer to a leak needs a leak; a disclosure something to disclose."""
    game, world, kind = seat.game, seat.world, MOVE_KIND[move.flat]
    ready, patrol = game["readiness"][seat.actor], world["cost"][PATROL]
    if kind == THREATEN and ready < patrol:
        yield Cause("bluff", f"A threat needs readiness for a patrol, {_up(patrol)}; it is {_down(ready)}.")
    if kind in (NO_COMMENT, CONFIRM) and not any(game["leaked"][seat.actor]):
        yield Cause("leak", "There is no fresh leak to answer.")
    if kind == DISCLOSE and game["trainers"][USA] - game["trainers_known"][USA] <= 0.01:
        yield Cause("trainers", "There are no trainers whose presence is not public.")


def _act(seat: _Seat, move: Move) -> Iterator[Cause]:
    """R1.5 to R1.8."""
    game, world, kind, target = seat.game, seat.world, MOVE_KIND[move.flat], int(MOVE_TARGET[move.flat])
    if kind == INTEGRATE and game["command"] >= 1.0:
        yield Cause("command", "Command is integrated as far as it goes.")
    if kind == DESIGNATE:
        yield from _designation(seat)
    if kind == UNDESIGNATE and game["designation"] == 0:
        yield Cause("undesignated", "There is no designation to lower.")
    if kind == RELIEF and game["disaster"][target] < world["disaster_need"]:
        yield Cause("disaster", f"{_capital(seat.name(target))} is in no need after a disaster.")
    if kind == ACCESS and game["access"][target if seat.actor == USA else seat.actor] >= 9.0:
        yield Cause("access", "All nine sites are open.")
    if target >= 0:
        yield from _envoys(seat, int(kind), target)
        yield from _talks(seat, int(kind), target)


def _designation(seat: _Seat) -> Iterator[Cause]:
    game = seat.game
    if game["designation"] >= 2:
        yield Cause("designated", "The designation is at its highest.")
        return
    needed = seat.world["designation_threshold"] * (game["designation"] + 1)
    if game["assessment"] < needed:
        yield Cause("assessment", f"It needs a private assessment of {_up(needed)}; it is {_down(game['assessment'])}.")


def _envoys(seat: _Seat, kind: int, target: int) -> Iterator[Cause]:
    """R1.6: who may be protested to, summoned, recalled; what can be restored."""
    status = int(seat.game["ambassador"][seat.actor][target])
    shut = {
        PROTEST: status == BROKEN,
        SUMMON: status < NORMAL or status > PROTEST_OPEN,
        SUMMON_URGENT: status < NORMAL or status > SUMMONED,
        RECALL: status < NORMAL or status > RECALLED,
    }
    if shut.get(kind):
        yield Cause("status", STANDING[status])
    if kind in shut:
        demand = seat.game["face"][seat.actor][target] + seat.game["force"][seat.actor][target]
        needed = seat.world["grievance"] * (5.0 if kind == RECALL else 1.0)
        if demand < needed:
            who = seat.name(target)
            yield Cause("grievance", f"Too little to answer: demand to answer {who} {_down(demand)}, needed {_up(needed)}.")
    if kind == RESTORE and status < PROTEST_OPEN:
        yield Cause("restored", "Relations are as good as they can be." if status == NORMAL else STANDING[status])


def _talks(seat: _Seat, kind: int, target: int) -> Iterator[Cause]:
    """R1.6: summits, hotlines and plans."""
    game, who = seat.game, seat.name(target)
    if kind == SUMMIT and game["ambassador"][target][seat.actor] >= RECALLED:
        yield Cause("recalled", f"{_capital(who)} has recalled its ambassador.")
    if kind == SUMMIT and game["ambassador"][seat.actor][target] >= RECALLED:
        yield Cause("absent", f"One's own ambassador to {who} is recalled.")
    if kind == CLOSE_CHANNEL and game["channel"][seat.actor][target] == 0:
        yield Cause("no_channel", f"There is no open hotline with {who}.")
    if kind == DEAL and game["channel"][seat.actor][target] != 0:
        yield Cause("channel", f"A deal and a hotline with {who} are in place.")
    if kind == PLAN and game["plan"][seat.actor][target] >= 3:
        yield Cause("planned", f"The plan with {who} is complete.")


def _costs(seat: _Seat, move: Move) -> Iterator[Cause]:
    """Rest, and R1.7: the price against the budget."""
    rest = int(seat.game["rest"][seat.actor][move.flat])
    if rest > 0:
        yield Cause("rest", f"It rests for {rest} more turn{'s' if rest > 1 else ''} after its last use.")
    kind, budget = MOVE_KIND[move.flat], BUDGETS[move.kind.channel]
    stage = max(seat.game["plan"][seat.actor])
    price = seat.world["cost"][kind] * (1.0 - seat.world["plan_discount"] * stage * PLANNED[kind])
    left = seat.game[budget][seat.actor]
    if price > left:
        yield Cause("price", f"It costs {_up(price)} of {budget}; {_down(left)} is left.")


def _up(value: float) -> str:
    """Two decimals, never less than the value: what is needed."""
    return f"{math.ceil(round(100.0 * float(value), 9)) / 100.0:.2f}"


def _down(value: float) -> str:
    """Two decimals, never more than the value: what there is, so that it never looks enough where it is not."""
    return f"{math.floor(round(100.0 * float(value), 9)) / 100.0:.2f}"


def _capital(words: str) -> str:
    return words[0].upper() + words[1:]


_GAME_FIELDS: Final = (
    "access", "ambassador", "assessment", "capital", "channel", "command", "credibility", "designation", "disaster", "face",
    "force", "forward", "leaked", "plan", "readiness", "rest", "trainers", "trainers_known",
)  # fmt: skip
_WORLD_FIELDS: Final = (
    "access_gate", "cost", "designation_gate", "designation_threshold", "disaster_need", "grievance", "legal", "luzon_sites",
    "plan_discount", "protection_stage",
)  # fmt: skip
_GATES: Final = {DEPLOYMENT: _deployment, STATEMENT: _statement, ACT: _act}
