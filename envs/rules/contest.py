"""Compute the share of its claims that each actor holds, from relative strength in each area (phase 13: R13.1).

The strength of an actor and its partners is compared with the strength of its rivals. The loop treats nine areas at once. It
reads contiguous rows without branches, so that it runs in vector registers. The sums over areas follow after the loop.
"""

from typing import Any

from straits.envs.core.jit import rule
from straits.envs.core.records import Params, State
from straits.envs.spec.constants import N_ACTORS, N_AREAS


@rule
def contest(state: State, params: Params) -> None:
    """Compute R13.1: each actor's share of its claims, with the quantities of R14.1 and R14.2 that need the same sums.

    The share is a Tullock contest with exponent 2, reduced by rival missiles (Tullock 1980). The function also computes by how
    much rivals outweigh the actor, the share within reach (R14.2), and the posture of rivals in the claimed areas (R14.1).
    """
    for actor in range(N_ACTORS):
        _weigh(state, params, actor)
        share, outweighed, attainable, posture = 0.0, 0.0, 0.0, 0.0
        for area in range(N_AREAS):
            claim = params.claim[actor, area]
            share += claim * state.odds[area]
            outweighed += claim * state.excess_there[area]
            attainable += claim * state.odds_with_more[area]
            posture += claim * state.posture_there[area]
        state.share[actor] = share
        state.outweighed[actor] = outweighed
        state.attainable[actor] = attainable
        state.posture[actor] = posture / _total(params.rival[actor])


@rule
def _weigh(state: State, params: Params, actor: int) -> None:
    """Compute own and rival strength in each area.

    Own strength includes the strength that partners lend. The strongest rival counts in full and the others as far as allies
    pool, so that one actor against many keeps a chance. The attainable share is the share after one more step in the area.
    """
    lent, rival = _lent(state, params, actor), _row(params.rival[actor])
    pooled, denial, step = params.ally_share, params.denial, params.opportunity_step
    floor = params.contest_floor * params.contest_floor
    for area in range(N_AREAS):
        own, menace, facing, strongest = 0.0, 0.0, 0.0, 0.0
        for other in range(N_ACTORS):
            strength = state.strength[other, area]
            own += lent[other] * strength
            menace += rival[other] * state.denial[other, area]
            against = rival[other] * strength
            facing += against
            strongest = against if against > strongest else strongest
        against = strongest + pooled * (facing - strongest)
        sharp = 1.0 / (1.0 + denial * menace)
        more = (own + step) * sharp
        own *= sharp
        stakes, stakes_with_more = own * own + against * against + floor, more * more + against * against + floor
        shared = 1.0 / (stakes * stakes_with_more)  # one division for both odds, because divisions dominate the time of this loop
        state.odds[area] = own * own * stakes_with_more * shared
        state.odds_with_more[area] = more * more * stakes * shared
        state.excess_there[area] = against - own if against > own else 0.0
        state.posture_there[area] = facing + menace


@rule
def _lent(state: State, params: Params, actor: int) -> Any:
    """Return the share of each actor's strength that counts for the actor: 1 for itself, and what partners are trusted to lend."""
    a = params.ally_share * params.ally[0, actor] * state.trust[0, actor] + (actor == 0)
    b = params.ally_share * params.ally[1, actor] * state.trust[1, actor] + (actor == 1)
    c = params.ally_share * params.ally[2, actor] * state.trust[2, actor] + (actor == 2)
    d = params.ally_share * params.ally[3, actor] * state.trust[3, actor] + (actor == 3)
    e = params.ally_share * params.ally[4, actor] * state.trust[4, actor] + (actor == 4)
    return a, b, c, d, e


@rule
def _row(row: Any) -> Any:
    return row[0], row[1], row[2], row[3], row[4]


@rule
def _total(row: Any) -> float:
    """Return the sum of the row, or 1 if the row is zero."""
    total = row[0] + row[1] + row[2] + row[3] + row[4]
    return total if total > 0.0 else 1.0
