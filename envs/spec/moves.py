"""Combine the kinds of the move table with their targets, and number the resulting moves.

A *move* is a kind with one target (`summon_urgent.japan`). `index` is its number within its channel. `flat` is its number over
the three concatenated channels, which is the order of every mask. `kinds` holds the meaning and the cost of each kind. The
module also provides the table as arrays for the compiled rules.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from straits.envs.spec.constants import ACTORS, AREAS, CHANNELS, CLASSES, DEPLOYMENT, N_ACTORS, N_CHANNELS, NOWHERE
from straits.envs.spec.move_table import ACTS, DEPLOYMENTS, STATEMENTS, Kind

RIVERA_POINTS: Final = {"DE": -2, "SQ": 0, "PO": 4, "NV": 12, "VI": 28, "NU": 60}  # Rivera et al. 2024


@dataclass(frozen=True)
class Move:
    """Represent one move by its `index` within its channel and its `flat` number over the three concatenated channels."""

    kind: Kind
    target: str
    index: int
    flat: int

    @property
    def name(self) -> str:
        """Return `kind.target`, or only the kind if the move is addressed to all."""
        return f"{self.kind.name}.{self.target}" if self.target else self.kind.name


KINDS: Final = DEPLOYMENTS + STATEMENTS + ACTS
N_KINDS: Final = len(KINDS)
KIND_INDEX: Final = {kind.name: index for index, kind in enumerate(KINDS)}

(
    HOLD, PATROL, AIR_ACTIVITY, COAST_GUARD, EXERCISE, TROOPS, MISSILES, MOBILISE, LOGISTICS, ASSET_PROTECTION, HARDEN,
    PULL_BACK,
    SILENCE, PEACE_APPEAL, JOINT_PEACE, PREPAREDNESS, PLEDGE, PLEDGE_UNOFFICIAL, DENOUNCE, ASSERT_CLAIM, OPPOSE, THREATEN,
    REASSURE, AMBIGUITY, ASSURE_ALLY, WARN, NO_COMMENT, CONFIRM, DISCLOSE,
    NONE, PROTEST, SUMMON, SUMMON_URGENT, RECALL, RESTORE, CONSULT, PLAN, SUMMIT, DEAL, CLOSE_HOTLINE, RELIEF, INTEGRATE,
    ACCESS, DESIGNATE, UNDESIGNATE, CONTACT, TRAINERS, ARMS, ADMINISTER,
) = range(N_KINDS)  # fmt: skip


def _expand() -> tuple[Move, ...]:
    """Return every kind with every target, channel after channel."""
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
    """Return True if the actor can choose the move in some state.

    An actor can never target itself, and can choose only the moves that the table gives it.
    """
    kind = move.kind
    targets = kind.only.get(actor, kind.targets)
    at_itself = kind.channel != DEPLOYMENT and move.target == actor  # a deployment targets an area, e.g. `taiwan`
    return actor in kind.by and not at_itself and (not kind.targets or move.target in targets)


def parse(name: str) -> Move:
    """Return the move with a given name.

    Args:
        name: Name of a move, such as `denounce.japan`.

    Returns:
        The move.

    Raises:
        ValueError: If the name is unknown. The message names the expected form.
    """
    if name not in MOVE_INDEX:
        near = [m.name for m in MOVES if m.kind.name == name.split(".")[0]]
        raise ValueError(f"move={name!r}: expected one of {', '.join(near) or 'the names of the move table'}")
    return MOVES[MOVE_INDEX[name]]


def choice(*names: str) -> tuple[int, int, int]:
    """Return the indices of up to three named moves.

    Args:
        *names: Names of moves, at most one for each channel.

    Returns:
        Indices (deployment, statement, act). A channel without a name gets its no-op, index 0.
    """
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
    matches = [m.flat for m in MOVES if KIND_INDEX[m.kind.name] == kind and m.target == ACTORS[target]]
    return matches[0] if matches else -1


# The move table as arrays for the compiled rules. The shape is (moves,) unless a comment gives another one.
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
KIND_FIRST: Final = np.searchsorted(MOVE_KIND, np.arange(N_KINDS + 1)).astype(np.int64)  # (kinds + 1,) first move of each kind
MOVE_AT: Final = np.array([[_at(k, t) for t in range(N_ACTORS)] for k in range(N_KINDS)], np.int64)  # (kinds, targets)
MAY_EVER: Final = np.array([[may_ever(a, m) for m in MOVES] for a in ACTORS], np.bool_)  # (actors, moves)


def table() -> str:
    """Return the move table in Markdown for the docs."""
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
    sizes = " | ".join(f"{x:.2f}" if x else "-" for x in (kind.provocation, kind.warmth, kind.demand_relief))
    orders = f"{kind.amount:.2f} {kind.presence}" if kind.presence else "-"
    publicity = "private" if kind.private else "both sides" if kind.needs_two else "public"
    return (
        f"| {names} | {by} | {codes} | {values or '0'} | {kind.rung} | {kind.kahn or '-'} | {rivera} | {kind.signal} "
        f"| {kind.cost:.2f} {CHANNELS[kind.channel]} | {kind.cooldown} | {sizes} | {orders} | {publicity} |"
    )
