"""Phase 3b, signal: what each move conveys to each other actor, as provocation by presence, by words, and as warmth."""

from typing import Any, Final

from straits.envs.compiled import rule
from straits.envs.moves import (
    ADMINISTER,
    AIR_ACTIVITY,
    ARMS,
    CHANNEL_OFFSET,
    CONTACT,
    DENOUNCE,
    DISCLOSE,
    KIND_NEEDS_TWO,
    KIND_RUNG,
    MOVE_AREA,
    MOVE_KIND,
    MOVE_TARGET,
    PLAN,
    PLEDGE,
    PLEDGE_UNOFFICIAL,
    PROTEST,
    PULL_BACK,
    TRAINERS,
    UNDESIGNATE,
)
from straits.envs.vocabulary import DEPLOYMENT, JAPAN, N_ACTORS, N_CHANNELS, NOWHERE, OFFICE, STATEMENT, TAIWAN, USA

NO_AREA: Final = 0.5  # proximity of a deployment that is not tied to an area (assumption)
SEEN: Final = 0.02  # provocation from which a move counts as seen by the other side


@rule
def signal(game: Any, world: Any) -> None:
    """R3.1, R3.10: fill pressed, offended, warmed and rung [sender, receiver] of this turn."""
    for actor in range(N_ACTORS):
        for other in range(N_ACTORS):
            game.pressed[actor, other] = 0.0
            game.offended[actor, other] = 0.0
            game.warmed[actor, other] = 0.0
            game.rung[actor, other] = 0
    for actor in range(N_ACTORS):
        for channel in range(N_CHANNELS):
            move = in_effect(game, actor, channel)
            if MOVE_KIND[move] != MOVE_KIND[CHANNEL_OFFSET[channel]]:
                _send(game, world, actor, channel, move)
    _reciprocate(game, world)


@rule
def in_effect(game: Any, actor: int, channel: int) -> int:
    """The flat move that takes effect: what was chosen or, for moves that need two, what both sides agreed."""
    move = CHANNEL_OFFSET[channel] + game.moves[actor, channel]
    if channel == DEPLOYMENT:
        return move
    agreed = game.agreed[actor, channel - STATEMENT]
    if KIND_NEEDS_TWO[MOVE_KIND[move]]:
        return agreed if agreed == move else CHANNEL_OFFSET[channel]
    return move


@rule
def felt(game: Any, world: Any, actor: int, move: int, other: int) -> float:
    """R3.1: provocation of one move as the other receives it, 0..1. Monotone in rivalry and proximity."""
    kind, target, area = MOVE_KIND[move], MOVE_TARGET[move], MOVE_AREA[move]
    size = world.provocation[kind]
    if size == 0.0:
        return 0.0
    rivalry = world.rival[other, actor]
    if kind == ADMINISTER:
        return size if world.claim[other, area] > 0.0 and rivalry > 0.0 else 0.0
    if move < CHANNEL_OFFSET[STATEMENT]:
        near = NO_AREA if area == NOWHERE else world.proximity[other, area]
        if kind == AIR_ACTIVITY and (other == USA or other == JAPAN or other == TAIWAN):  # R2.8
            near *= 1.0 + world.air_alarm
        return min(1.0, size * rivalry * near)
    if kind == PLEDGE or kind == PLEDGE_UNOFFICIAL or kind == CONTACT or kind == ARMS or kind == TRAINERS:
        return _about_client(game, world, kind, target, other)
    if kind == DISCLOSE:
        return size * world.rival[other, TAIWAN]
    if kind == PLAN:  # private unless nothing is (R3.4); a leak is treated apart
        return size * rivalry * (1.0 - world.privacy)
    if target == NOWHERE or KIND_NEEDS_TWO[kind]:
        return size * rivalry
    return size if target == other else 0.0


@rule
def _about_client(game: Any, world: Any, kind: int, client: int, other: int) -> float:
    """Support for a client provokes those who treat the client as a rival (F14, F16-F18)."""
    size = world.provocation[kind] * world.rival[other, client]
    if kind == PLEDGE_UNOFFICIAL:
        return size * world.unofficial_weight
    if kind == TRAINERS:
        return size * (1.0 - world.privacy)
    return size


@rule
def _send(game: Any, world: Any, actor: int, channel: int, move: int) -> None:
    kind, target = MOVE_KIND[move], MOVE_TARGET[move]
    for other in range(N_ACTORS):
        if other == actor:
            continue
        size = felt(game, world, actor, move, other)
        if channel == DEPLOYMENT:
            game.pressed[actor, other] = size
        else:
            game.offended[actor, other] = min(1.0, game.offended[actor, other] + size)
        if size >= SEEN:
            game.rung[actor, other] = max(game.rung[actor, other], rung_of(game, actor, kind, other))
        if world.warmth[kind] > 0.0 and (target == NOWHERE or target == other or _for_all(kind)):
            only_rivals = kind == PULL_BACK or kind == UNDESIGNATE
            share = world.rival[other, actor] if only_rivals else 1.0
            game.warmed[actor, other] = min(1.0, game.warmed[actor, other] + share * world.warmth[kind])


@rule
def rung_of(game: Any, actor: int, kind: int, other: int) -> int:
    """The ladder rung of a move; a protest to a representative office stands one lower (F49)."""
    rung = KIND_RUNG[kind]
    if kind == PROTEST and game.ambassador[actor, other] == OFFICE:
        return rung - 1
    return rung


@rule
def _for_all(kind: int) -> bool:
    """A joint statement on peace and stability is heard by everyone (F38)."""
    return KIND_NEEDS_TWO[kind] and kind < DENOUNCE


@rule
def _reciprocate(game: Any, world: Any) -> None:
    """R3.10: warmth that is returned in the same turn counts for more."""
    for one in range(N_ACTORS):
        for two in range(one + 1, N_ACTORS):
            if game.warmed[one, two] > 0.0 and game.warmed[two, one] > 0.0:
                more = 1.0 + world.reciprocity
                game.warmed[one, two] = min(1.0, more * game.warmed[one, two])
                game.warmed[two, one] = min(1.0, more * game.warmed[two, one])
