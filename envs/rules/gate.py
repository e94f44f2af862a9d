"""Phase 1, gate: which moves are legal, what they cost, and what an illegal choice becomes."""

from typing import Any, Final

from straits.envs.compiled import rule
from straits.envs.moves import (
    ACCESS,
    ASSET_PROTECTION,
    CHANNEL_OFFSET,
    CLOSE_CHANNEL,
    CONFIRM,
    DEAL,
    DESIGNATE,
    DISCLOSE,
    INTEGRATE,
    KIND_CHANNEL,
    KIND_NEEDS_TWO,
    LOGISTICS,
    MISSILES,
    MOVE_AREA,
    MOVE_KIND,
    MOVE_TARGET,
    N_KINDS,
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
    TROOPS,
    UNDESIGNATE,
)
from straits.envs.vocabulary import (
    ACT,
    BROKEN,
    DEPLOYMENT,
    JAPAN,
    LUZON,
    N_ACTORS,
    N_AREAS,
    N_CHANNELS,
    NANSEI,
    NORMAL,
    PHILIPPINES,
    PROTEST_OPEN,
    RECALLED,
    STATEMENT,
    SUMMONED,
    USA,
)

PROPOSAL_REST: Final = 1  # turns before an actor may propose the same kind again (assumption)


@rule
def gate(game: Any, world: Any, moves: Any, illegal: Any) -> None:
    """Turn illegal choices into index 0, flag them, and charge budgets. moves, illegal: (actors, channels)."""
    for actor in range(N_ACTORS):
        game.spent[actor] = 0.0
        for channel in range(N_CHANNELS):
            move = CHANNEL_OFFSET[channel] + moves[actor, channel]
            allowed = legal(game, world, actor, move)
            illegal[actor, channel] = 0 if allowed else 1
            game.moves[actor, channel] = moves[actor, channel] if allowed else 0
    for actor in range(N_ACTORS):  # afterwards, so that nobody's price depends on another's choice
        for channel in range(N_CHANNELS):
            _charge(game, world, actor, MOVE_KIND[CHANNEL_OFFSET[channel] + game.moves[actor, channel]])


@rule
def legal(game: Any, world: Any, actor: int, move: int) -> bool:
    """True where the actor may choose the flat move now. Does not depend on the other channels' choices."""
    kind = MOVE_KIND[move]
    channel = KIND_CHANNEL[kind]
    if move == CHANNEL_OFFSET[channel]:
        return True
    if not world.legal[actor, move] or not available(game, world, actor, kind):
        return False
    return open_to(game, world, actor, kind, MOVE_TARGET[move], MOVE_AREA[move])


@rule
def available(game: Any, world: Any, actor: int, kind: int) -> bool:
    """True where the kind is rested and its price is in the budget."""
    return game.rest[actor, kind] == 0 and price(game, world, actor, kind) <= budget(game, actor, KIND_CHANNEL[kind])


@rule
def budget(game: Any, actor: int, channel: int) -> float:
    """What is left to spend in a channel, 0..1."""
    if channel == DEPLOYMENT:
        return game.readiness[actor]
    if channel == STATEMENT:
        return game.credibility[actor]
    return game.capital[actor]


@rule
def price(game: Any, world: Any, actor: int, kind: int) -> float:
    """R1.7: the kind's cost, less the discount that a joint plan gives on F01-F04."""
    cost = world.cost[kind]
    if kind == TROOPS or kind == MISSILES or kind == LOGISTICS:
        stage = 0
        for other in range(N_ACTORS):
            stage = max(stage, game.plan[actor, other])
        cost *= 1.0 - world.plan_discount * stage
    return cost


@rule
def forward(game: Any, actor: int) -> float:
    """Presence beyond the standing level, summed over areas and classes."""
    total = 0.0
    for area in range(N_AREAS):
        for c in range(4):
            total += max(0.0, game.presence[actor, area, c] - game.standing[actor, area, c])
    return total


@rule
def host_of(actor: int, target: int) -> int:
    """The host in an access agreement: the side that is not the US."""
    return target if actor == USA else actor


@rule
def open_to(game: Any, world: Any, actor: int, kind: int, target: int, area: int) -> bool:
    """R1.1-R1.8: the gates of one kind at one target."""
    if KIND_CHANNEL[kind] == DEPLOYMENT:
        return _deployment_open(game, world, actor, kind, area)
    if KIND_CHANNEL[kind] == ACT:
        return _act_open(game, world, actor, kind, target)
    if kind == THREATEN:  # a threat without the means to honour it would be an empty one
        return game.readiness[actor] >= world.cost[PATROL]
    if kind == NO_COMMENT or kind == CONFIRM:
        return _leak_open(game, actor)
    if kind == DISCLOSE:
        return game.trainers[USA] - game.trainers_known[USA] > 0.01
    return True


@rule
def _deployment_open(game: Any, world: Any, actor: int, kind: int, area: int) -> bool:
    if actor == USA and area == NANSEI:  # R1.1
        return world.access_gate == 0.0 or game.access[JAPAN] > 0.0 or game.designation >= 1
    if actor == USA and area == LUZON:  # R1.3
        sites = world.luzon_sites if kind == MISSILES else min(1.0, world.luzon_sites)
        return game.access[PHILIPPINES] >= sites
    if kind == LOGISTICS:  # R1.2
        return game.designation >= world.designation_gate
    if kind == ASSET_PROTECTION:  # R1.4
        return game.plan[JAPAN, USA] >= world.protection_stage
    if kind == PULL_BACK:
        return forward(game, actor) > 0.05
    return True


@rule
def _act_open(game: Any, world: Any, actor: int, kind: int, target: int) -> bool:
    if kind == PROTEST or kind == SUMMON or kind == SUMMON_URGENT or kind == RECALL or kind == RESTORE:
        return _envoy_open(game, world, actor, kind, target)
    if kind == PLAN:
        return game.plan[actor, target] < 3
    if kind == SUMMIT:
        return game.ambassador[actor, target] < RECALLED and game.ambassador[target, actor] < RECALLED
    if kind == DEAL:
        return game.channel[actor, target] == 0
    if kind == CLOSE_CHANNEL:
        return game.channel[actor, target] == 1
    if kind == RELIEF:  # R1.8
        return game.disaster[target] >= world.disaster_need
    if kind == INTEGRATE:
        return game.command < 1.0
    if kind == ACCESS:
        return game.access[host_of(actor, target)] < 9.0
    if kind == DESIGNATE:  # R1.5
        needed = world.designation_threshold * (game.designation + 1)
        return game.designation < 2 and game.assessment >= needed
    if kind == UNDESIGNATE:
        return game.designation > 0
    return True


@rule
def _envoy_open(game: Any, world: Any, actor: int, kind: int, target: int) -> bool:
    """R1.6: a protest or summons answers a grievance; offices have no ambassador to summon (F49)."""
    status = game.ambassador[actor, target]
    grievance = game.face[actor, target] + game.force[actor, target]
    if kind == PROTEST:
        return status != BROKEN and grievance >= world.grievance
    if kind == RESTORE:
        return status >= PROTEST_OPEN
    if kind == RECALL:
        return status >= NORMAL and status <= RECALLED and grievance >= 5.0 * world.grievance
    if kind == SUMMON_URGENT and status == SUMMONED:
        return grievance >= world.grievance
    return (status == NORMAL or status == PROTEST_OPEN) and grievance >= world.grievance


@rule
def _leak_open(game: Any, actor: int) -> bool:
    for other in range(N_ACTORS):
        if game.leaked[actor, other] > 0:
            return True
    return False


@rule
def _charge(game: Any, world: Any, actor: int, kind: int) -> None:
    """Take the price and start the kind's rest; a proposal rests shortly, an agreement as the table says (R3.13)."""
    cost = price(game, world, actor, kind)
    channel = KIND_CHANNEL[kind]
    if channel == DEPLOYMENT:
        game.readiness[actor] -= cost
    elif channel == STATEMENT:
        game.credibility[actor] -= cost
    else:
        game.capital[actor] -= cost
    game.spent[actor] += 0.6 * cost if channel == DEPLOYMENT else cost  # readiness is the cheaper budget
    if KIND_NEEDS_TWO[kind]:
        game.rest[actor, kind] = PROPOSAL_REST + 1
    elif world.rest_turns[kind] > 0:
        game.rest[actor, kind] = world.rest_turns[kind] + 1


@rule
def recover_rest(game: Any) -> None:
    """One turn of rest for every kind."""
    for actor in range(N_ACTORS):
        for kind in range(N_KINDS):
            if game.rest[actor, kind] > 0:
                game.rest[actor, kind] -= 1
