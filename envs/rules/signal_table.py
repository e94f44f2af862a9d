"""Tabulate the signal that each move sends to each other actor (phase 4: R4.1-R4.3, R5.1).

Only the numbers of the scenario determine the signals. The table is therefore computed once, before any game, and a turn looks
up its entries without branches.
"""

from typing import Final

from straits.envs.core.jit import rule
from straits.envs.core.records import Params
from straits.envs.rules.math import minimum
from straits.envs.spec.constants import JAPAN, N_ACTORS, NOWHERE, STATEMENT, TAIWAN, USA
from straits.envs.spec.moves import (
    ADMINISTER,
    AIR_ACTIVITY,
    ARMS,
    CHANNEL_OFFSET,
    CONTACT,
    DENOUNCE,
    DISCLOSE,
    KIND_NEEDS_TWO,
    MOVE_AREA,
    MOVE_IDLE,
    MOVE_KIND,
    MOVE_TARGET,
    N_MOVES,
    PLAN,
    PLEDGE,
    PLEDGE_UNOFFICIAL,
    PULL_BACK,
    TRAINERS,
    UNDESIGNATE,
)

NO_AREA: Final = 0.5  # proximity of a deployment that is not tied to an area (assumption)


@rule
def build_signal_table(params: Params) -> None:
    """Fill provokes and warms [actor, move, other] and relieves [move, rival] of a parameter record."""
    for move in range(N_MOVES):
        for actor in range(N_ACTORS):
            for other in range(N_ACTORS):
                if other != actor and not MOVE_IDLE[move]:
                    params.provokes[actor, move, other] = provocation(params, actor, move, other)
                    params.warms[actor, move, other] = warmth(params, actor, move, other)
        for rival in range(N_ACTORS):
            params.relieves[move, rival] = relief(params, move, rival)


@rule
def provocation(params: Params, actor: int, move: int, other: int) -> float:
    """Compute R4.1: provocation of one move as the other actor receives it, 0..1. Monotone in rivalry and proximity."""
    kind, target, area = MOVE_KIND[move], MOVE_TARGET[move], MOVE_AREA[move]
    size = params.provocation[kind]
    rivalry = params.rival[other, actor]
    if kind == ADMINISTER:
        return size if params.claim[other, area] > 0.0 and rivalry > 0.0 else 0.0
    if move < CHANNEL_OFFSET[STATEMENT]:
        near = NO_AREA if area == NOWHERE else params.proximity[other, area]
        if kind == AIR_ACTIVITY and (other == USA or other == JAPAN or other == TAIWAN):  # R4.2
            near *= 1.0 + params.air_alarm
        return minimum(1.0, size * rivalry * near)
    if kind == PLEDGE or kind == PLEDGE_UNOFFICIAL or kind == CONTACT or kind == ARMS or kind == TRAINERS:
        return _about_client(params, kind, target, other)
    if kind == DISCLOSE:
        return size * params.rival[other, TAIWAN]
    if kind == PLAN:  # hidden unless privacy is 0 (R4.3); leaks are separate
        return size * rivalry * (1.0 - params.privacy)
    if target == NOWHERE or KIND_NEEDS_TWO[kind]:
        return size * rivalry
    return size if target == other else 0.0


@rule
def warmth(params: Params, actor: int, move: int, other: int) -> float:
    """Compute R4.1: warmth of one move as the other actor receives it.

    A move that undoes a threat warms only the actors that felt threatened.
    """
    kind, target = MOVE_KIND[move], MOVE_TARGET[move]
    for_all = KIND_NEEDS_TWO[kind] and kind < DENOUNCE  # a joint statement on peace reaches all actors (F38)
    if target != NOWHERE and target != other and not for_all:
        return 0.0
    only_rivals = kind == PULL_BACK or kind == UNDESIGNATE
    return (params.rival[other, actor] if only_rivals else 1.0) * params.warmth[kind]


@rule
def relief(params: Params, move: int, rival: int) -> float:
    """Compute R5.1: the part of the demand to answer the rival that the move meets.

    A move that is addressed to all counts for each rival.
    """
    kind, target = MOVE_KIND[move], MOVE_TARGET[move]
    if kind == PLEDGE or kind == PLEDGE_UNOFFICIAL:
        return params.demand_relief[kind] * params.rival[rival, target]
    return params.demand_relief[kind] if target == NOWHERE or target == rival else 0.0


@rule
def _about_client(params: Params, kind: int, client: int, other: int) -> float:
    """Return the provocation of support for a client to the actors that treat the client as a rival (F14, F16-F18)."""
    size = params.provocation[kind] * params.rival[other, client]
    if kind == PLEDGE_UNOFFICIAL:
        return size * params.unofficial_weight
    if kind == TRAINERS:
        return size * (1.0 - params.privacy)
    return size
