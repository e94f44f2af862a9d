"""Define the state record of one game and the constants record of its scenario.

Both are NumPy records of plain numbers and can be copied. A batch is an array of records, and a fork is a copy. `GAME_FIELDS`
is the one list of the fields of a game and of their visibility. The dtype, `state_dict()` and the docs derive from it. All
computation is in float64.
"""

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

import numpy as np
from numba.extending import overload
from numpy.typing import NDArray

from straits.envs.spec.constants import N_ACTORS, N_AREAS, N_CHANNELS, N_CLASSES, N_COMPONENTS
from straits.envs.spec.moves import N_KINDS, N_MOVES
from straits.envs.spec.parameters import PARAMETERS

A: Final = N_ACTORS
STATE_VERSION: Final = 3
N_EVENTS: Final = 8
LEAK, DISASTER, LEADERSHIP = range(3)  # scheduled events
EVENTS: Final = ("leak", "disaster", "leadership")


class Field(NamedTuple):
    """Define a field of the game record.

    `seen_by` is one of: all, owner (only the actor of the row), dyad (both actors of the pair), nobody, or scratch. A turn
    computes the scratch fields from the other fields before it reads them, so they are not part of the state.
    """

    name: str
    dtype: str
    shape: tuple[int, ...]
    seen_by: str
    meaning: str


GAME_FIELDS: Final = (
    Field("seed", "u8", (), "nobody", "the game's seed, key of its random numbers"),
    Field("episode", "i8", (), "nobody", "episodes played since that seed"),
    Field("scenario", "i8", (), "all", "row of the batch's scenarios"),
    Field("turn", "i8", (), "all", "turns played"),
    Field("horizon", "i8", (), "all", "turns to play"),
    Field("outcome", "i8", (), "all", "running, conflict or horizon"),
    Field("playing", "i8", (), "scratch", "1 while a turn of the game is under way"),
    Field("belligerents", "i8", (2,), "all", "the pair in conflict, or -1"),
    Field("presence", "f8", (A, N_AREAS, N_CLASSES), "all", "[actor, area, class] presence, 0..1"),
    Field("standing", "f8", (A, N_AREAS, N_CLASSES), "all", "[actor, area, class] the level that presence fades to, 0..1"),
    Field("order_area", "i8", (A,), "owner", "area of an order that arrives next turn, or -1"),
    Field("order_class", "i8", (A,), "owner", "class of that order"),
    Field("order_amount", "f8", (A,), "owner", "amount of that order"),
    Field("strength", "f8", (A, N_AREAS), "all", "[actor, area] weighted presence of this turn"),
    Field("denial", "f8", (A, N_AREAS), "all", "[actor, area] reach of the actor's missiles, from 0"),
    Field("tension", "f8", (A, A), "dyad", "[i, j] how threatened i feels by j, 0..1"),
    Field("baseline_tension", "f8", (A, A), "nobody", "[i, j] tension at the start"),
    Field("hostility", "f8", (A, A), "owner", "[i, j] i's standing view of j, 0..1"),
    Field("public_commitment", "f8", (A, A), "all", "[i, j] public commitment of i towards j, 0..1"),
    Field("trust", "f8", (A, A), "dyad", "[i, j] how far j counts on i's support, 0..1"),
    Field("ambassador", "i1", (A, A), "all", "[i, j] how i treats relations with j"),
    Field("hotline", "i1", (A, A), "all", "[i, j] hotline and incident-avoidance deal open"),
    Field("access", "f8", (A,), "all", "sites a host opens to the US, 0..9"),
    Field("plan", "i1", (A, A), "dyad", "[i, j] stage of the joint plan, 0..3"),
    Field("plan_known", "i1", (A, A), "all", "[i, j] stage that is public"),
    Field("talk", "f8", (A, A), "dyad", "[i, j] private contingency talk not yet public, 0..1"),
    Field("leaked", "i1", (A, A), "all", "[i, j] turns in which the leak can still be answered"),
    Field("leak_size", "f8", (A, A), "nobody", "[i, j] provocation of the leak that is open"),
    Field("command", "f8", (), "all", "level of US-Japan command integration, 0..1"),
    Field("designation", "i8", (), "all", "Japan's public designation, 0..2"),
    Field("assessment", "f8", (), "owner", "Japan's private assessment, 0..1"),
    Field("host_support", "f8", (A,), "all", "support for hosting among residents, 0..1"),
    Field("trainers", "f8", (A,), "dyad", "trainers of the actor in Taiwan, 0..1"),
    Field("trainers_known", "f8", (A,), "all", "the part that is public"),
    Field("support", "f8", (A,), "owner", "domestic support, 0..1"),
    Field("grievance_verbal", "f8", (A, A), "owner", "[i, j] i's unmet demand to answer j's words and acts, 0..1"),
    Field("grievance_military", "f8", (A, A), "owner", "[i, j] i's unmet demand to answer j's presence, 0..1"),
    Field("readiness", "f8", (A,), "owner", "budget for deployments, 0..1"),
    Field("credibility", "f8", (A,), "owner", "budget for statements, 0..1"),
    Field("capital", "f8", (A,), "owner", "budget for acts, 0..1"),
    Field("hardened", "f8", (A,), "all", "hardening and dispersal, 0..1"),
    Field("logistics", "f8", (), "all", "Japan's supply of US units in nansei, 0..1"),
    Field("protection", "f8", (), "all", "Japan's protection of US aircraft and ships, 0..1"),
    Field("goal", "i8", (A,), "owner", "private type: security-seeker or opportunist"),
    Field("resolve", "f8", (A,), "owner", "private type: resolve, 0..1"),
    Field("capability", "f8", (A,), "all", "reach of an actor's presence, 0.5..1.5"),
    Field("restraint", "f8", (A,), "owner", "restraint that a patron's ambiguity puts on it, 0..1"),
    Field("propensity", "f8", (A,), "owner", "escalation propensity, 0..1"),
    Field("disaster", "f8", (A,), "all", "need after a disaster, 0..1"),
    Field("incident", "f8", (N_AREAS,), "all", "severity of fresh incidents, 0..1"),
    Field("recent_incident", "f8", (A, A), "all", "[i, j] severity of fresh incidents between them, 0..1"),
    Field("crisis_turns", "f8", (A, A), "all", "[i, j] turns that the crisis of the pair has lasted, 0 without a crisis"),
    Field("quiet_turns", "f8", (A, A), "all", "[i, j] turns in a row of the crisis in which neither side pressed"),
    Field("crisis_opener", "i1", (A, A), "all", "[i, j] 1 if i opened the last crisis of the pair"),
    Field("crisis_end", "i1", (A, A), "all", "[i, j] how the crisis of the pair ended this turn; yield: i yielded"),
    Field("crises", "i8", (A, A), "all", "[i, j] crises of the pair so far"),
    Field("truce_turns", "f8", (A, A), "all", "[i, j] turns that the truce of the pair still binds"),
    Field("breaches", "i8", (A, A), "all", "[i, j] truces with j that i has broken so far"),
    Field("ripeness", "f8", (A, A), "all", "[i, j] how much the pair has left to settle, 0..1"),
    Field("terms", "f8", (A, A), "all", "[i, j] what i holds from settlements with j, -1..1"),
    Field("offer_turns", "f8", (A, A), "dyad", "[i, j] turns that i's offer of a deal to j still stands"),
    Field("leverage", "f8", (A, A), "owner", "[i, j] i's share of the leverage between i and j, 0..1"),
    Field("hazard", "f8", (A, A), "nobody", "[i, j] conflict hazard of this turn"),
    Field("cooldown", "i1", (A, N_MOVES), "owner", "[actor, move] turns until the move's kind is rested"),
    Field("open", "u8", (A, N_CHANNELS), "scratch", "[actor, channel] choices that the gates leave open, one bit each"),
    Field("proposal", "i8", (A, 2), "dyad", "[actor, statement or act] open proposal as a flat move, or -1"),
    Field("agreed", "i8", (A, 2), "dyad", "[actor, statement or act] what two sides agreed this turn, or -1"),
    Field("moves", "i8", (A, N_CHANNELS), "dyad", "[actor, channel] last accepted moves; private ones are hidden"),
    Field("provocation_presence", "f8", (A, A), "all", "[i, j] provocation by presence that i sent and j received this turn, 0..1"),
    Field("provocation_verbal", "f8", (A, A), "all", "[i, j] the same by words and acts, 0..1"),
    Field("reassurance", "f8", (A, A), "all", "[i, j] warmth that i sent and j received this turn, 0..1"),
    Field("spent", "f8", (A,), "owner", "budget spent this turn"),
    Field("excess", "f8", (A,), "owner", "provocation this turn beyond unmet demand"),
    Field("share", "f8", (A,), "owner", "claim-weighted contest share"),
    Field("outweighed", "f8", (A,), "owner", "claim-weighted excess of rivals"),
    Field("usual_share", "f8", (A,), "owner", "the share that counts as usual: it follows `share`"),
    Field("usual_outweighed", "f8", (A,), "owner", "the excess of rivals that counts as usual: it follows `outweighed`"),
    Field("start_felt", "f8", (A,), "owner", "tension towards rivals at the start"),
    Field("start_traded", "f8", (A,), "owner", "tension with trading partners at the start"),
    Field("closed", "u8", (A, A), "scratch", "acts at j that the relations of i and j close to i"),
    Field("received_provocation", "f8", (A, A), "scratch", "[i, j] provocation that i received from j, 0..1"),
    Field("received_reassurance", "f8", (A, A), "scratch", "[i, j] warmth that i received from j, 0..1"),
    Field("threat", "f8", (A, A), "scratch", "[i, j] how near and strong j is to i"),
    Field("odds", "f8", (N_AREAS,), "scratch", "the share of each area"),
    Field("odds_with_more", "f8", (N_AREAS,), "scratch", "the share with one more step there"),
    Field("excess_there", "f8", (N_AREAS,), "scratch", "by how much rivals outweigh there"),
    Field("posture_there", "f8", (N_AREAS,), "scratch", "rivals' strength and missiles there"),
    Field("attainable", "f8", (A,), "scratch", "claim-weighted contest share with one more step in every area"),
    Field("posture", "f8", (A,), "scratch", "claim-weighted strength and missiles of rivals"),
    Field("forward", "f8", (A, N_AREAS), "scratch", "[actor, area] presence beyond the standing level"),
    Field("exposed", "f8", (A, N_AREAS), "scratch", "[actor, area] presence that may meet others'"),
    Field("first_strike_incentive", "f8", (A,), "scratch", "how far the actor's unhardened units tempt rivals to act early"),
    Field("rung", "i1", (A, A), "all", "[i, j] rung of i's steps that j saw this turn"),
    Field("peak_tension", "f8", (), "all", "highest pair tension so far (an outcome, not observed)"),
    Field("peak_rung", "i8", (), "all", "highest rung so far"),
    Field("incidents", "i8", (), "all", "incidents so far"),
    Field("first", "i8", (), "all", "who took the first step of rung 3 or more, or -1"),
    Field("reward", "f8", (A, N_COMPONENTS), "owner", "[actor, component] of this turn"),
)
STATE_FIELDS: Final = tuple(f for f in GAME_FIELDS if f.seen_by != "scratch")


def _aligned(fields: Iterable[tuple[str, Any, tuple[int, ...]]]) -> np.dtype[np.void]:
    """Return an aligned dtype in which the gaps are fields too.

    Equal content therefore means equal bytes and equal hashes.
    """
    rows: list[tuple[str, Any, tuple[int, ...]]] = []
    end = 0
    for name, kind, shape in fields:
        gap = -end % np.dtype(kind).alignment
        if gap:
            rows.append((f"gap_before_{name}", "i1", (gap,)))
        rows.append((name, kind, shape))
        end += gap + np.dtype((kind, shape)).itemsize
    return np.dtype(rows, align=True)


GAME: Final = _aligned((f.name, f.dtype, f.shape) for f in GAME_FIELDS)

_MATRIX = (A, A)
PARAMS_ARRAYS: Final = (
    ("horizon", "i8", ()),
    ("rivals", "i8", (A,)),  # [i] the rivals of i: bit j represents actor j
    ("rival", "f8", _MATRIX),  # [i, j] how far i treats j as a rival, 0..1
    ("ally", "f8", _MATRIX),  # [i, j] how far i and j are partners, 0..1, symmetric
    ("trade", "f8", _MATRIX),  # [i, j] share of i's trade with j, rows sum to 1
    ("proximity", "f8", (A, N_AREAS)),  # how near an area is to an actor, 0..1
    ("claim", "f8", (A, N_AREAS)),  # rows sum to 1
    ("hostility_base", "f8", _MATRIX),
    ("commitment_base", "f8", _MATRIX),  # [i, j] standing commitment of i towards j, to which the public one returns
    ("trust_base", "f8", _MATRIX),
    ("audience_strength", "f8", (A,)),
    ("opportunist_share", "f8", (A,)),
    ("resolve_range", "f8", (A, 2)),
    ("weights", "f8", (A, N_COMPONENTS)),
    ("legal", "i1", (A, N_MOVES)),
    ("may", "u8", (A, N_CHANNELS)),  # `legal` as sets of choices
    ("cost", "f8", (N_KINDS,)),
    ("prices", "f8", (4, N_CHANNELS, 31)),  # [stage of the joint plan, channel] prices, cheapest first, then inf
    ("price_rank", "i1", (4, N_MOVES)),  # [stage, move] rank of the price of the move among them
    ("keep", "f8", (A, N_AREAS, N_CLASSES)),  # share of the presence above its standing level that remains each turn
    ("cooldown_turns", "i1", (N_KINDS,)),  # turns before the same kind is legal again
    ("provocation", "f8", (N_KINDS,)),
    ("warmth", "f8", (N_KINDS,)),
    ("demand_relief", "f8", (N_KINDS,)),
    ("amount", "f8", (N_KINDS,)),
    ("provokes", "f8", (A, N_MOVES, A)),  # [actor, move, other] provocation that the other receives
    ("warms", "f8", (A, N_MOVES, A)),  # [actor, move, other] warmth that the other receives
    ("relieves", "f8", (N_MOVES, A)),  # [move, rival] relief of the actor's demand to answer the rival
    ("schedule", "i8", (N_EVENTS, 4)),  # turn, event, actor, other: scheduled events of the scenario; turn -1: none
    ("start", GAME, ()),
)
PARAMS: Final = _aligned([*((p.name, "f8", ()) for p in PARAMETERS), *PARAMS_ARRAYS])


def as_records(array: np.ndarray) -> np.recarray:
    """Return a view of the array with its fields as attributes.

    The rules take this view, compiled or not.
    """
    return array.view(np.recarray)


def as_bytes(array: np.ndarray) -> NDArray[np.uint8]:
    """Return a view of the array as plain bytes.

    Compiled code accepts bytes at once, whereas a structured array costs 10 microseconds.
    """
    return array.view(np.ndarray).view(np.uint8)


def records(memory: NDArray[np.uint8], dtype: Any) -> np.recarray:
    """Return the records in a byte array, compiled or not: the inverse of `as_bytes`."""
    return as_records(memory.view(dtype))


@overload(records)  # type: ignore[untyped-decorator]
def _records(memory: Any, dtype: Any) -> Any:
    def view(memory: Any, dtype: Any) -> Any:
        return memory.view(dtype)

    return view
