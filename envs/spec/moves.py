"""The moves: the kinds of the table set at their targets and numbered, as words and as arrays for the compiled rules.

A *move* is a kind at one target (`summon_urgent.japan`). Its `index` counts within its channel, its `flat` number over the three
channels laid end to end: that is the order of every mask. What a kind is and costs stands in `kinds`.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from straits.envs.spec.constants import ACTORS, AREAS, CHANNELS, CLASSES, DEPLOYMENT, N_ACTORS, N_CHANNELS, NOWHERE
from straits.envs.spec.move_table import ACTS, DEPLOYMENTS, STATEMENTS, Kind

RIVERA_POINTS: Final = {"DE": -2, "SQ": 0, "PO": 4, "NV": 12, "VI": 28, "NU": 60}  # Rivera et al. 2024


@dataclass(frozen=True)
class Move:
    """One choice: `index` within its channel, `flat` over the three channels laid end to end."""

    kind: Kind
    target: str
    index: int
    flat: int

    @property
    def name(self) -> str:
        """`kind.target`, or the kind alone where it is addressed to all."""
        return f"{self.kind.name}.{self.target}" if self.target else self.kind.name


KINDS: Final = DEPLOYMENTS + STATEMENTS + ACTS
N_KINDS: Final = len(KINDS)
KIND_INDEX: Final = {kind.name: index for index, kind in enumerate(KINDS)}

(
    HOLD, PATROL, AIR_ACTIVITY, COAST_GUARD, EXERCISE, TROOPS, MISSILES, MOBILISE, LOGISTICS, ASSET_PROTECTION, HARDEN,
    PULL_BACK,
    SILENCE, PEACE_APPEAL, JOINT_PEACE, PREPAREDNESS, PLEDGE, PLEDGE_UNOFFICIAL, DENOUNCE, ASSERT_CLAIM, OPPOSE, THREATEN,
    REASSURE, AMBIGUITY, ASSURE_ALLY, WARN, NO_COMMENT, CONFIRM, DISCLOSE,
    NONE, PROTEST, SUMMON, SUMMON_URGENT, RECALL, RESTORE, CONSULT, PLAN, SUMMIT, DEAL, CLOSE_CHANNEL, RELIEF, INTEGRATE,
    ACCESS, DESIGNATE, UNDESIGNATE, CONTACT, TRAINERS, ARMS, ADMINISTER,
) = range(N_KINDS)  # fmt: skip


def _expand() -> tuple[Move, ...]:
    """Every kind at every target, channel after channel."""
    moves: list[Move] = []
    for channel in range(N_CHANNELS):
        start = len(moves)
        for kind in (k for k in KINDS if k.channel == channel):
            moves += [Move(kind, target, len(moves) - start + n, len(moves) + n) for n, target in enumerate(kind.targets or ("",))]
    return tuple(moves)


MOVES: Final = _expand()
N_MOVES: Final = len(MOVES)
SIZES: Final = tuple(sum(m.kind.channel == c for m in MOVES) for c in range(N_CHANNELS))
OFFSETS: Final = (0, SIZES[0], SIZES[0] + SIZES[1])
MOVE_INDEX: Final = {m.name: m.flat for m in MOVES}


def may_ever(actor: str, move: Move) -> bool:
    """True where the actor can choose the move in some state: never at itself, and only what the table gives it."""
    kind = move.kind
    targets = kind.only.get(actor, kind.targets)
    at_itself = kind.channel != DEPLOYMENT and move.target == actor  # a deployment's target is an area, `taiwan` among them
    return actor in kind.by and not at_itself and (not kind.targets or move.target in targets)


def parse(name: str) -> Move:
    """The move of that name, `denounce.japan`. ValueError names what was expected."""
    if name not in MOVE_INDEX:
        near = [m.name for m in MOVES if m.kind.name == name.split(".")[0]]
        raise ValueError(f"move={name!r}: expected one of {', '.join(near) or 'the names of the move table'}")
    return MOVES[MOVE_INDEX[name]]


def choice(*names: str) -> tuple[int, int, int]:
    """Indices (deployment, statement, act) of up to three named moves; a channel that is not named stays idle."""
    chosen = [0, 0, 0]
    for name in names:
        move = parse(name)
        chosen[move.kind.channel] = move.index
    return chosen[0], chosen[1], chosen[2]


def _target_actor(move: Move) -> int:
    return ACTORS.index(move.target) if move.target in ACTORS and move.kind.channel != DEPLOYMENT else NOWHERE


def _target_area(move: Move) -> int:
    if move.kind.channel == DEPLOYMENT or move.kind.name == "administer":
        return AREAS.index(move.target) if move.target else NOWHERE
    return NOWHERE


def _at(kind: int, target: int) -> int:
    found = [m.flat for m in MOVES if KIND_INDEX[m.kind.name] == kind and m.target == ACTORS[target]]
    return found[0] if found else -1


# The same table as arrays, for the compiled rules. (moves,) unless said otherwise.
MOVE_KIND: Final = np.array([KIND_INDEX[m.kind.name] for m in MOVES], np.int64)
MOVE_TARGET: Final = np.array([_target_actor(m) for m in MOVES], np.int64)  # actor, or NOWHERE
MOVE_AREA: Final = np.array([_target_area(m) for m in MOVES], np.int64)  # area, or NOWHERE
MOVE_IDLE: Final = np.array([m.index == 0 for m in MOVES], np.bool_)
MOVE_CHANNEL: Final = np.array([m.kind.channel for m in MOVES], np.int64)
CHANNEL_OFFSET: Final = np.array(OFFSETS, np.int64)
CHANNEL_SIZE: Final = np.array(SIZES, np.int64)
KIND_RUNG: Final = np.array([k.rung for k in KINDS], np.int64)  # (kinds,)
KIND_CLASS: Final = np.array([CLASSES.index(k.presence) if k.presence else -1 for k in KINDS], np.int64)
KIND_CHANNEL: Final = np.array([k.channel for k in KINDS], np.int64)
KIND_NEEDS_TWO: Final = np.array([k.needs_two for k in KINDS], np.bool_)
KIND_FIRST: Final = np.searchsorted(MOVE_KIND, np.arange(N_KINDS + 1)).astype(np.int64)  # (kinds + 1,) its first move
MOVE_AT: Final = np.array([[_at(k, t) for t in range(N_ACTORS)] for k in range(N_KINDS)], np.int64)  # (kinds, targets)
MAY_EVER: Final = np.array([[may_ever(a, m) for m in MOVES] for a in ACTORS], np.bool_)  # (actors, moves)


def table() -> str:
    """The move table in Markdown, as the docs print it."""
    head = (
        "| move | by | CAMEO | Goldstein | rung | Kahn | Rivera (scorer, chart) | signal | cost | rest | provocation | warmth "
        "| relief | orders | publicity |"
    )
    return "\n".join([head, "|" + "---|" * 15, *map(_row, KINDS)])


def _row(kind: Kind) -> str:
    codes = " / ".join(c for c in (kind.cameo, kind.cameo_partner) if c) or "-"
    values = " / ".join(f"{v:+.1f}" for c, v in ((kind.cameo, kind.goldstein), (kind.cameo_partner, kind.goldstein_partner)) if c)
    names = f"`{kind.name}`" + (f" at {', '.join(kind.targets)}" if kind.targets else "")
    by = "all" if kind.by == ACTORS else ", ".join(kind.by)
    rivera = f"{kind.rivera_scorer} {RIVERA_POINTS[kind.rivera_scorer]}, {kind.rivera_chart} {RIVERA_POINTS[kind.rivera_chart]}"
    sizes = " | ".join(f"{x:.2f}" if x else "-" for x in (kind.provocation, kind.warmth, kind.relief))
    orders = f"{kind.amount:.2f} {kind.presence}" if kind.presence else "-"
    publicity = "private" if kind.private else "both sides" if kind.needs_two else "public"
    return (
        f"| {names} | {by} | {codes} | {values or '0'} | {kind.rung} | {kind.kahn or '-'} | {rivera} | {kind.signal} "
        f"| {kind.cost:.2f} {CHANNELS[kind.channel]} | {kind.rest} | {sizes} | {orders} | {publicity} |"
    )
