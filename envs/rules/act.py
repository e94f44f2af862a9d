"""Phase 2, act: presence fades towards its standing level and moves towards what is ordered."""

from typing import Any, Final

import numpy as np

from straits.envs.compiled import rule
from straits.envs.moves import (
    ASSET_PROTECTION,
    CHANNEL_OFFSET,
    HARDEN,
    KIND_CLASS,
    LOGISTICS,
    MOVE_AREA,
    MOVE_KIND,
    PULL_BACK,
)
from straits.envs.vocabulary import (
    COAST_GUARD_CLASS,
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
    PATROL_CLASS,
    PHILIPPINE_SEA,
    PHILIPPINES,
    SOUTH_CHINA_SEA,
    TAIWAN_AREA,
    TAIWAN_STRAIT,
    TROOPS_CLASS,
    USA,
)

# Which areas missiles in an area reach: (from, to). Abstract neighbourhood, an assumption.
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
    """Fade, let delayed orders arrive, then carry out this turn's."""
    fade(game, world)
    for actor in range(N_ACTORS):
        _arrive(game, actor)
    for actor in range(N_ACTORS):
        _order(game, world, actor, CHANNEL_OFFSET[DEPLOYMENT] + game.moves[actor, DEPLOYMENT])
    measure(game, world)


@rule
def fade(game: Any, world: Any) -> None:
    """R2.1: P <- S + keep (P - S), per class."""
    for actor in range(N_ACTORS):
        for area in range(N_AREAS):
            for c in range(N_CLASSES):
                standing = game.standing[actor, area, c]
                game.presence[actor, area, c] = standing + _kept(world, c) * (game.presence[actor, area, c] - standing)
        game.hardened[actor] *= world.level_keep
    game.logistics *= world.level_keep
    game.protection *= world.level_keep


@rule
def measure(game: Any, world: Any) -> None:
    """R4.1: strength [actor, area] = capability * sum over classes of weight * presence; R8.1: reach of missiles."""
    for actor in range(N_ACTORS):
        reach = game.capability[actor]
        for area in range(N_AREAS):
            presence = game.presence[actor, area]
            game.strength[actor, area] = reach * (
                world.threat_patrol * presence[PATROL_CLASS]
                + world.threat_coast_guard * presence[COAST_GUARD_CLASS]
                + world.threat_troops * presence[TROOPS_CLASS]
                + world.missile_weight * presence[MISSILES_CLASS]
            )
            game.denial[actor, area] = world.missile_weight * presence[MISSILES_CLASS]
        for link in range(REACH.shape[0]):
            near = world.missile_weight * game.presence[actor, REACH[link, 0], MISSILES_CLASS]
            game.denial[actor, REACH[link, 1]] += near
    game.strength[USA, NANSEI] *= 1.0 + world.logistics_boost * game.logistics  # R2.4


@rule
def _kept(world: Any, c: int) -> float:
    if c == PATROL_CLASS:
        return world.keep_patrol
    if c == COAST_GUARD_CLASS:
        return world.keep_coast_guard
    if c == TROOPS_CLASS:
        return world.keep_troops
    return world.keep_missiles


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
    """R2.2-R2.7: carry out one deployment."""
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
    """R2.7: forward presence shrinks towards the standing level."""
    for area in range(N_AREAS):
        for c in range(N_CLASSES):
            beyond = max(0.0, game.presence[actor, area, c] - game.standing[actor, area, c])
            game.presence[actor, area, c] -= world.withdrawal * beyond
