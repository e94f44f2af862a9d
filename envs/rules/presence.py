"""Update presence (phase 2, R2.1-R2.9): it decays to its standing level and moves as ordered."""

from typing import Any, Final

import numpy as np

from straits.envs.core.jit import rule
from straits.envs.core.views import flat
from straits.envs.rules.math import greater
from straits.envs.spec.constants import (
    DEPLOYMENT,
    EAST_CHINA_SEA,
    JAPAN,
    LUZON,
    MAINLAND_COAST,
    MISSILES_CLASS,
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
def act(game: Any, world: Any) -> None:
    """Decay presence, apply delayed orders that arrive, then carry out the orders of this turn."""
    fade(game, world)
    for actor in range(N_ACTORS):
        _arrive(game, actor)
    for actor in range(N_ACTORS):
        _order(game, world, actor, CHANNEL_OFFSET[DEPLOYMENT] + game.moves[actor, DEPLOYMENT])
    measure(game, world)


@rule
def fade(game: Any, world: Any) -> None:
    """Compute R2.1: P <- S + keep (P - S), per class."""
    presence, standing, keep = flat(game.presence), flat(game.standing), flat(world.keep)
    for n in range(N_ACTORS * N_AREAS * N_CLASSES):
        presence[n] = standing[n] + keep[n] * (presence[n] - standing[n])
    for actor in range(N_ACTORS):
        game.hardened[actor] *= world.level_keep
    game.logistics *= world.level_keep
    game.protection *= world.level_keep


@rule
def measure(game: Any, world: Any) -> None:
    """Compute the quantities that follow from presence, [actor, area].

    R4.1: strength = capability * sum over classes of weight * presence. R5.1: exposed presence uses the rate at which a class
    meets others as its weight. R8.1: denial is the reach of missiles. The part of capability that `capability_apart` excludes
    from strength counts in R8.9.
    """
    presence, strength, exposed, denial = flat(game.presence), flat(game.strength), flat(game.exposed), flat(game.denial)
    patrol, guard, troops, missiles = world.threat_patrol, world.threat_coast_guard, world.threat_troops, world.missile_weight
    met_patrol, met_guard, met_troops = world.contact_patrol, world.contact_coast_guard, world.contact_troops
    met_missiles = world.contact_missiles
    for n in range(N_ACTORS * N_AREAS):
        p, g, t, m = presence[4 * n], presence[4 * n + 1], presence[4 * n + 2], presence[4 * n + 3]
        strength[n] = patrol * p + guard * g + troops * t + missiles * m
        exposed[n] = met_patrol * p + met_guard * g + met_troops * t + met_missiles * m
        denial[n] = missiles * m
    for actor in range(N_ACTORS):
        reach = game.capability[actor] + world.capability_apart * (1.0 - game.capability[actor])
        for area in range(N_AREAS):
            game.strength[actor, area] *= reach
        for link in range(REACH.shape[0]):
            near = missiles * game.presence[actor, REACH[link, 0], MISSILES_CLASS]
            game.denial[actor, REACH[link, 1]] += near
    game.strength[USA, NANSEI] *= 1.0 + world.logistics_boost * game.logistics  # R2.4


@rule
def _arrive(game: Any, actor: int) -> None:
    area = game.order_area[actor]
    if area != NOWHERE:
        _place(game, actor, area, game.order_class[actor], game.order_amount[actor])
        game.order_area[actor] = NOWHERE
        game.order_amount[actor] = 0.0


@rule
def _place(game: Any, actor: int, area: int, c: int, amount: float) -> None:
    presence = game.presence[actor, area, c]
    game.presence[actor, area, c] = presence + amount * (1.0 - presence)


@rule
def _order(game: Any, world: Any, actor: int, move: int) -> None:
    """Carry out one deployment (R2.2-R2.7)."""
    kind, area = MOVE_KIND[move], MOVE_AREA[move]
    if kind == LOGISTICS:
        game.logistics += world.logistics_step * (1.0 - game.logistics)
    elif kind == ASSET_PROTECTION:
        game.protection += world.protection_step * (1.0 - game.protection)
    elif kind == HARDEN:
        game.hardened[actor] += world.harden_step * (1.0 - game.hardened[actor])
    elif kind == PULL_BACK:
        _withdraw(game, world, actor)
    elif KIND_CLASS[kind] >= 0:
        _deploy(game, world, actor, kind, area)


@rule
def _deploy(game: Any, world: Any, actor: int, kind: int, area: int) -> None:
    amount = world.amount[kind]
    if actor == USA and area == LUZON:  # R2.3
        amount *= 1.0 - world.site_scale + world.site_scale * game.access[PHILIPPINES] / 9.0
    late = 0.0
    if actor == USA and (area == NANSEI or area == EAST_CHINA_SEA):  # R2.2, R2.9
        late = world.command_delay * (1.0 - game.command) * (1.0 - world.plan_speed * game.plan[USA, JAPAN])
    _place(game, actor, area, KIND_CLASS[kind], amount * (1.0 - late))
    if late > 0.0:
        game.order_area[actor] = area
        game.order_class[actor] = KIND_CLASS[kind]
        game.order_amount[actor] = amount * late


@rule
def _withdraw(game: Any, world: Any, actor: int) -> None:
    """Shrink forward presence towards the standing level (R2.7)."""
    for area in range(N_AREAS):
        for c in range(N_CLASSES):
            beyond = greater(0.0, game.presence[actor, area, c] - game.standing[actor, area, c])
            game.presence[actor, area, c] -= world.withdrawal * beyond
