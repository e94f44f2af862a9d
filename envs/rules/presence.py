"""Update presence (phase 3: R3.1-R3.10): it decays to its standing level and moves as ordered."""

from typing import Final

import numpy as np

from straits.envs.core.jit import flat, rule
from straits.envs.core.records import Params, State
from straits.envs.rules.math import maximum
from straits.envs.spec.constants import (
    DEPLOYMENT,
    EAST_CHINA_SEA,
    JAPAN,
    LUZON,
    MAINLAND_COAST,
    MISSILES_CLASS,
    MOST_SITES,
    N_ACTORS,
    N_AREAS,
    N_CLASSES,
    NANSEI,
    NOWHERE,
    PHILIPPINE_SEA,
    PHILIPPINES,
    SOUTH_CHINA_SEA,
    TAIWAN_AREA,
    TAIWAN_STRAIT,
    USA,
)
from straits.envs.spec.moves import ASSET_PROTECTION, CHANNEL_OFFSET, HARDEN, KIND_CLASS, LOGISTICS, MOVE_AREA, MOVE_KIND, PULL_BACK

# Areas within missile reach of an area: (from, to). The neighbourhood is abstract, an assumption.
REACH: Final = np.array(
    [
        (NANSEI, EAST_CHINA_SEA),
        (NANSEI, TAIWAN_STRAIT),
        (NANSEI, PHILIPPINE_SEA),
        (LUZON, SOUTH_CHINA_SEA),
        (LUZON, TAIWAN_STRAIT),
        (LUZON, PHILIPPINE_SEA),
        (TAIWAN_AREA, TAIWAN_STRAIT),
        (MAINLAND_COAST, TAIWAN_STRAIT),
        (MAINLAND_COAST, EAST_CHINA_SEA),
        (MAINLAND_COAST, SOUTH_CHINA_SEA),
    ],
    np.int64,
)


@rule
def act(state: State, params: Params) -> None:
    """Decay presence, apply delayed orders that arrive, then carry out the orders of this turn."""
    fade(state, params)
    for actor in range(N_ACTORS):
        _arrive(state, actor)
    for actor in range(N_ACTORS):
        _order(state, params, actor, CHANNEL_OFFSET[DEPLOYMENT] + state.moves[actor, DEPLOYMENT])
    measure(state, params)


@rule
def fade(state: State, params: Params) -> None:
    """Compute R3.1: P <- S + keep (P - S), per class."""
    presence, standing, keep = flat(state.presence), flat(state.standing), flat(params.keep)
    for n in range(N_ACTORS * N_AREAS * N_CLASSES):
        presence[n] = standing[n] + keep[n] * (presence[n] - standing[n])
    for actor in range(N_ACTORS):
        state.hardened[actor] *= params.level_keep
    state.logistics *= params.level_keep
    state.protection *= params.level_keep


@rule
def measure(state: State, params: Params) -> None:
    """Compute the quantities that follow from presence, [actor, area].

    R3.10: strength = capability * sum over classes of weight * presence. Exposed presence uses the rate at which a class
    meets others as its weight. Denial is the reach of missiles. The part of capability that `capability_apart` excludes
    from strength counts in R13.9.
    """
    presence, strength, exposed, denial = flat(state.presence), flat(state.strength), flat(state.exposed), flat(state.denial)
    patrol, guard, troops, missiles = params.threat_patrol, params.threat_coast_guard, params.threat_troops, params.missile_weight
    met_patrol, met_guard, met_troops = params.contact_patrol, params.contact_coast_guard, params.contact_troops
    met_missiles = params.contact_missiles
    for n in range(N_ACTORS * N_AREAS):
        p, g, t, m = presence[4 * n], presence[4 * n + 1], presence[4 * n + 2], presence[4 * n + 3]
        strength[n] = patrol * p + guard * g + troops * t + missiles * m
        exposed[n] = met_patrol * p + met_guard * g + met_troops * t + met_missiles * m
        denial[n] = missiles * m
    for actor in range(N_ACTORS):
        reach = state.capability[actor] + params.capability_apart * (1.0 - state.capability[actor])
        for area in range(N_AREAS):
            state.strength[actor, area] *= reach
        for link in range(REACH.shape[0]):
            near = missiles * state.presence[actor, REACH[link, 0], MISSILES_CLASS]
            state.denial[actor, REACH[link, 1]] += near
    state.strength[USA, NANSEI] *= 1.0 + params.logistics_boost * state.logistics  # R3.4


@rule
def _arrive(state: State, actor: int) -> None:
    area = state.order_area[actor]
    if area != NOWHERE:
        _place(state, actor, area, state.order_class[actor], state.order_amount[actor])
        state.order_area[actor] = NOWHERE
        state.order_amount[actor] = 0.0


@rule
def _place(state: State, actor: int, area: int, c: int, amount: float) -> None:
    presence = state.presence[actor, area, c]
    state.presence[actor, area, c] = presence + amount * (1.0 - presence)


@rule
def _order(state: State, params: Params, actor: int, move: int) -> None:
    """Carry out one deployment (R3.2-R3.7)."""
    kind, area = MOVE_KIND[move], MOVE_AREA[move]
    if kind == LOGISTICS:
        state.logistics += params.logistics_step * (1.0 - state.logistics)
    elif kind == ASSET_PROTECTION:
        state.protection += params.protection_step * (1.0 - state.protection)
    elif kind == HARDEN:
        state.hardened[actor] += params.harden_step * (1.0 - state.hardened[actor])
    elif kind == PULL_BACK:
        _withdraw(state, params, actor)
    elif KIND_CLASS[kind] >= 0:
        _deploy(state, params, actor, kind, area)


@rule
def _deploy(state: State, params: Params, actor: int, kind: int, area: int) -> None:
    amount = params.amount[kind]
    if actor == USA and area == LUZON:  # R3.3
        amount *= 1.0 - params.site_scale + params.site_scale * state.access[PHILIPPINES] / MOST_SITES
    late = 0.0
    if actor == USA and (area == NANSEI or area == EAST_CHINA_SEA):  # R3.2, R3.8
        late = params.command_delay * (1.0 - state.command) * (1.0 - params.plan_speed * state.plan[USA, JAPAN])
    _place(state, actor, area, KIND_CLASS[kind], amount * (1.0 - late))
    if late > 0.0:
        state.order_area[actor] = area
        state.order_class[actor] = KIND_CLASS[kind]
        state.order_amount[actor] = amount * late


@rule
def _withdraw(state: State, params: Params, actor: int) -> None:
    """Shrink forward presence towards the standing level (R3.7)."""
    for area in range(N_AREAS):
        for c in range(N_CLASSES):
            beyond = maximum(0.0, state.presence[actor, area, c] - state.standing[actor, area, c])
            state.presence[actor, area, c] -= params.withdrawal * beyond
