"""Apply the immediate effects of one-sided statements and acts (phase 3c): commitments, embassies, designation, trust."""

from typing import Any

from straits.envs.core.jit import rule
from straits.envs.rules.agreements import trust_more
from straits.envs.rules.math import greater, lesser
from straits.envs.spec.constants import (
    ACT,
    BROKEN,
    COAST_GUARD_CLASS,
    N_ACTORS,
    NORMAL,
    OFFICE,
    PROTEST_OPEN,
    RECALLED,
    STATEMENT,
    SUMMONED,
    TAIWAN,
    TAIWAN_AREA,
    TAIWAN_STRAIT,
    USA,
)
from straits.envs.spec.moves import (
    ADMINISTER,
    AMBIGUITY,
    ARMS,
    ASSURE_ALLY,
    CHANNEL_OFFSET,
    CLOSE_HOTLINE,
    CONFIRM,
    CONTACT,
    DESIGNATE,
    DISCLOSE,
    MOVE_AREA,
    MOVE_KIND,
    MOVE_TARGET,
    NO_COMMENT,
    PLEDGE,
    PLEDGE_UNOFFICIAL,
    PROTEST,
    REASSURE,
    RECALL,
    RELIEF,
    RESTORE,
    SUMMON,
    SUMMON_URGENT,
    THREATEN,
    TRAINERS,
    UNDESIGNATE,
    WARN,
)


@rule
def stance(game: Any, world: Any) -> None:
    """Apply every actor's statement, then every actor's act."""
    for actor in range(N_ACTORS):
        move = CHANNEL_OFFSET[STATEMENT] + game.moves[actor, STATEMENT]
        _say(game, world, actor, MOVE_KIND[move], MOVE_TARGET[move])
    for actor in range(N_ACTORS):
        move = CHANNEL_OFFSET[ACT] + game.moves[actor, ACT]
        _embassy(game, actor, MOVE_KIND[move], MOVE_TARGET[move])
        _do(game, world, actor, move)


@rule
def commit(game: Any, world: Any, actor: int, rival: int, gain: float) -> None:
    """Raise the public commitment towards a rival, with saturation (R6.4)."""
    game.public_commitment[actor, rival] += gain * (1.0 - game.public_commitment[actor, rival])


@rule
def _say(game: Any, world: Any, actor: int, kind: int, target: int) -> None:
    if kind == PLEDGE or kind == PLEDGE_UNOFFICIAL:
        _pledge(game, world, actor, target, 1.0 if kind == PLEDGE else 0.5 * world.unofficial_weight)
    elif kind == THREATEN:
        commit(game, world, actor, target, world.threat_commitment)
        _rally(game, world, actor, 1.0)
    elif kind == WARN:
        commit(game, world, actor, target, 0.5 * world.threat_commitment)
    elif kind == ASSURE_ALLY:
        trust_more(game, actor, target, world.assure_trust * world.ally[actor, target])
    elif kind == AMBIGUITY:
        _keep_open(game, world, actor)
    elif kind == REASSURE:
        for client in range(N_ACTORS):  # R3.12
            if client != actor and client != target:
                loss = world.reassure_abandonment * world.ally[actor, client] * world.rival[target, client]
                game.trust[actor, client] *= 1.0 - loss
    elif kind == NO_COMMENT or kind == CONFIRM:
        _answer_leak(game, world, actor, kind)
    elif kind == DISCLOSE:
        game.trainers_known[USA] = game.trainers[USA]


@rule
def _pledge(game: Any, world: Any, actor: int, client: int, weight: float) -> None:
    """Apply a pledge: it ties hands towards the client's rivals and raises the client's trust (R6.4, R3.7, F14)."""
    for rival in range(N_ACTORS):
        if rival != actor and world.rival[rival, client] > 0.0 and world.rival[actor, rival] > 0.0:
            commit(game, world, actor, rival, weight * world.pledge_commitment * world.rival[rival, client])
    trust_more(game, actor, client, weight * world.pledge_trust)
    _rally(game, world, actor, weight)


@rule
def _rally(game: Any, world: Any, actor: int, weight: float) -> None:
    """Apply R6.6: a firm statement raises domestic support at once, in proportion to perceived threat."""
    felt = 0.0
    for rival in range(N_ACTORS):
        felt = greater(felt, game.tension[actor, rival])
    game.support[actor] += weight * world.rally * felt * (1.0 - game.support[actor])


@rule
def _keep_open(game: Any, world: Any, actor: int) -> None:
    """Apply ambiguity: it restrains and worries the client, less so with visible presence (R3.5, R3.6, F19, F47)."""
    near = game.strength[actor, TAIWAN_STRAIT] + game.strength[actor, TAIWAN_AREA]
    effect = world.ambiguity_effect * greater(0.0, 1.0 - world.presence_erosion * near) * world.ally[actor, TAIWAN]
    game.restraint[TAIWAN] += effect * (1.0 - game.restraint[TAIWAN])
    game.trust[actor, TAIWAN] *= 1.0 - 0.2 * effect


@rule
def _answer_leak(game: Any, world: Any, actor: int, kind: int) -> None:
    """Apply R3.3: no comment reduces the effect of a leak, a confirmation increases it (F46)."""
    for other in range(N_ACTORS):
        if game.leaked[actor, other] == 0:
            continue
        size = game.leak_size[actor, other]
        change = world.confirm_effect * size if kind == CONFIRM else -world.no_comment_effect * size
        for rival in range(N_ACTORS):
            share = change * world.rival[rival, actor]
            verbal = game.grievance_verbal[rival, actor] + share
            game.grievance_verbal[rival, actor] = lesser(1.0, greater(0.0, verbal))
            tension = game.tension[rival, actor] + world.event_tension * share * (1.0 - game.tension[rival, actor])
            game.tension[rival, actor] = lesser(1.0, greater(0.0, tension))
        game.leaked[actor, other] = 0
        game.leaked[other, actor] = 0


@rule
def _embassy(game: Any, actor: int, kind: int, target: int) -> None:
    """Set the diplomatic relations of the actor with the target. A representative office remains an office."""
    if kind == PROTEST and game.ambassador[actor, target] == NORMAL:
        game.ambassador[actor, target] = PROTEST_OPEN
    elif kind == SUMMON or kind == SUMMON_URGENT:
        game.ambassador[actor, target] = SUMMONED
    elif kind == RECALL:
        was = game.ambassador[actor, target]
        game.ambassador[actor, target] = BROKEN if was == RECALLED else RECALLED
    elif kind == RESTORE and game.ambassador[actor, target] != OFFICE:
        game.ambassador[actor, target] = NORMAL


@rule
def _do(game: Any, world: Any, actor: int, move: int) -> None:
    kind, target = MOVE_KIND[move], MOVE_TARGET[move]
    if kind == CLOSE_HOTLINE:
        game.hotline[actor, target] = 0
        game.hotline[target, actor] = 0
    elif kind == RELIEF:
        game.disaster[target] *= 0.5
        trust_more(game, actor, target, 0.5 * world.assure_trust * world.ally[actor, target])
    elif kind == DESIGNATE:
        game.designation = lesser(2, game.designation + 1)
    elif kind == UNDESIGNATE:
        game.designation = greater(0, game.designation - 1)
    elif kind == CONTACT:
        trust_more(game, actor, target, 0.5 * world.arms_trust)
        _implicate(game, world, actor, target, move)
    elif kind == TRAINERS:
        game.trainers[actor] += 0.25 * (1.0 - game.trainers[actor])
        trust_more(game, actor, target, 0.5 * world.arms_trust)
        if world.privacy == 0.0:
            game.trainers_known[actor] = game.trainers[actor]
        _implicate(game, world, actor, target, move)
    elif kind == ARMS:
        trust_more(game, actor, target, world.arms_trust)
        _implicate(game, world, actor, target, move)
        game.readiness[target] = lesser(1.0, game.readiness[target] + 0.1)
    elif kind == ADMINISTER:
        _administer(game, world, actor, MOVE_AREA[move])


@rule
def _implicate(game: Any, world: Any, patron: int, client: int, move: int) -> None:
    """Apply R3.1: rivals of a patron hold its support against the client too (F16).

    The client does not choose this support, so it does not count as sent by the client's own moves (R8.4).
    """
    for rival in range(N_ACTORS):
        if rival != client and rival != patron:
            share = world.client_share * world.provokes[patron, move, rival]
            game.provocation_verbal[client, rival] = lesser(1.0, game.provocation_verbal[client, rival] + share)


@rule
def _administer(game: Any, world: Any, actor: int, area: int) -> None:
    """Apply R3.9: rivals with a claim in the area keep more coast guard on station from this turn on (F28)."""
    _rally(game, world, actor, 1.0)
    for rival in range(N_ACTORS):
        if rival != actor and world.rival[rival, actor] > 0.0 and world.claim[rival, area] > 0.0:
            level = game.standing[rival, area, COAST_GUARD_CLASS]
            game.standing[rival, area, COAST_GUARD_CLASS] = level + world.greyzone_rise * (1.0 - level)
