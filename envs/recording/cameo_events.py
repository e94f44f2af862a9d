"""Convert each move to CAMEO events, one event for each actor that receives it.

A move with an actor as its target reaches that actor, as the cooperative event if the table has one. A third party receives the
event if the move provokes it. A move without a target reaches the actors that it provokes, warms or supports. Hidden content
provokes no actor, so it sends no event (R4.1, R4.3). CAMEO codes and Goldstein values come from the move table.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from straits.envs.recording.schema import CAMEO, RIVERA
from straits.envs.rules.signals import SEEN
from straits.envs.spec.constants import AREAS, JAPAN, LUZON, N_ACTORS, NANSEI, OFFICE, PHILIPPINES, USA
from straits.envs.spec.moves import (
    ASSET_PROTECTION,
    DESIGNATE,
    LOGISTICS,
    MOVE_CHANNEL,
    MOVE_KIND,
    MOVE_TARGET,
    MOVES,
    PROTEST,
    Move,
)

NO_EVENT, TO_RIVAL, TO_PARTNER = range(3)
HOSTS: Final = {AREAS[NANSEI]: JAPAN, AREAS[LUZON]: PHILIPPINES}  # actors that units arriving in an area support
SUPPORTS: Final = {LOGISTICS: USA, ASSET_PROTECTION: USA, DESIGNATE: USA}  # other actors that a move supports, by its description
_QUAD_OF_ROOT: Final = np.searchsorted((6, 10, 15), np.arange(21), side="right")  # GDELT: 01-05, 06-09, 10-14, 15-20


class Bundles:
    """Tabulate the events of every move in a scenario."""

    def __init__(self, params: Any) -> None:
        """Compute the table.

        Args:
            params: Parameter record of the scenario.
        """
        self.provokes = params["provokes"].astype(np.float32)  # (actors, moves, actors)
        self.warms = params["warms"].astype(np.float32)
        self.facing = np.array(
            [[[_facing(params, i, m, j) for j in range(N_ACTORS)] for m in MOVES] for i in range(N_ACTORS)], np.int8
        )  # (actors, moves, actors)
        lower = (params["start"]["ambassador"] == OFFICE)[:, None] & (MOVE_KIND == PROTEST)[None, :, None]  # F49
        rungs = np.array([m.kind.rung for m in MOVES])[None, :, None] - lower
        self.rung = np.where(params["provokes"] >= SEEN, rungs, 0).astype(np.int8)  # (actors, moves, actors)

    def sent(self, moves: NDArray[Any]) -> tuple[NDArray[np.int64], dict[str, NDArray[Any]]]:
        """Return the events of moves that took effect.

        Args:
            moves: (rows, actors, channels) flat moves.

        Returns:
            The row of each event, and the columns of the events as in `schema.TABLES["events"]`.
        """
        # (rows, actors, actors, channels): sorted by actor, target, channel
        faces = np.stack([self.facing[a, moves[:, a]].transpose(0, 2, 1) for a in range(N_ACTORS)], axis=1)
        row, actor, target, channel = np.nonzero(faces)
        move, partner = moves[row, actor, channel], faces[row, actor, target, channel] == TO_PARTNER
        either = (partner.astype(np.int8), move)
        return row, {
            "actor": actor,
            "target": target,
            "move": move,
            "channel": MOVE_CHANNEL[move],
            "cameo": _CODES[either],
            "goldstein": _VALUES[either],
            "quad": _QUADS[either],
            "rung": self.rung[actor, move, target],
            "rivera_scorer": _RIVERA[0][move],
            "rivera_chart": _RIVERA[1][move],
            "provocation": self.provokes[actor, move, target],
            "warmth": self.warms[actor, move, target],
        }


def quad(code: str) -> int:
    """Return the quad class of a CAMEO code as an index into QUADS: by its root, as in GDELT."""
    return int(_QUAD_OF_ROOT[int(code[:2])])


def _facing(params: Any, actor: int, move: Move, other: int) -> int:
    """Return the event that the other actor receives: none, that of a rival, or that of a partner."""
    kind, target = move.kind, MOVE_TARGET[move.flat]
    if move.index == 0 or other == actor:
        return NO_EVENT
    if target == other:
        return TO_PARTNER if kind.cameo_partner else TO_RIVAL
    provoked = params["provokes"][actor, move.flat, other] >= SEEN
    hears = kind.provocation == 0.0 and params["rival"][other, actor] > 0.0
    if kind.cameo and (provoked or hears):
        return TO_RIVAL
    supported = params["warms"][actor, move.flat, other] > 0.0 or (other == _supported(actor, move) and target < 0)
    return TO_PARTNER if kind.cameo_partner and supported else NO_EVENT


def _supported(actor: int, move: Move) -> int:
    """Return the partner that a move without a target supports, or -1."""
    whom = SUPPORTS.get(int(MOVE_KIND[move.flat]), HOSTS.get(move.target, -1))
    return -1 if whom == actor else whom


def _of_both(value: Any) -> NDArray[Any]:
    """Return (2, moves) values: for a rival as the receiver and for a partner."""
    return np.array(
        [[value(m.kind.cameo, m.kind.goldstein), value(m.kind.cameo_partner, m.kind.goldstein_partner)] for m in MOVES]
    ).T


_CODES: Final = _of_both(lambda code, _: CAMEO.index(code) if code else 0).astype(np.int8)
_VALUES: Final = _of_both(lambda _, value: value).astype(np.float32)
_QUADS: Final = _of_both(lambda code, _: quad(code) if code else 0).astype(np.int8)
_RIVERA: Final = tuple(
    np.array([RIVERA.index(getattr(m.kind, name)) for m in MOVES], np.int8) for name in ("rivera_scorer", "rivera_chart")
)
