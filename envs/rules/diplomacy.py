"""Apply the immediate effects of one-sided statements and acts (phase 6: R6.1-R6.8)."""

from straits.envs.core.jit import rule
from straits.envs.core.records import Params, State
from straits.envs.rules.agreements import trust_more
from straits.envs.rules.math import maximum, minimum
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
    ASSERT_CLAIM,
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
def update_diplomacy(state: State, params: Params) -> None:
    """Apply every actor's statement, then every actor's act."""
    for actor in range(N_ACTORS):
        move = CHANNEL_OFFSET[STATEMENT] + state.moves[actor, STATEMENT]
        _say(state, params, actor, MOVE_KIND[move], MOVE_TARGET[move])
    for actor in range(N_ACTORS):
        move = CHANNEL_OFFSET[ACT] + state.moves[actor, ACT]
        _embassy(state, actor, MOVE_KIND[move], MOVE_TARGET[move])
        _do(state, params, actor, move)


@rule
def commit(state: State, params: Params, actor: int, rival: int, gain: float) -> None:
    """Raise the public commitment towards a rival, with saturation (R6.1)."""
    state.public_commitment[actor, rival] += gain * (1.0 - state.public_commitment[actor, rival])


@rule
def _say(state: State, params: Params, actor: int, kind: int, target: int) -> None:
    if kind == PLEDGE or kind == PLEDGE_UNOFFICIAL:
        _pledge(state, params, actor, target, 1.0 if kind == PLEDGE else params.unofficial_share * params.unofficial_weight)
    elif kind == THREATEN:
        commit(state, params, actor, target, params.threat_commitment)
        _rally(state, params, actor, 1.0)
    elif kind == WARN:
        commit(state, params, actor, target, params.warning_share * params.threat_commitment)
    elif kind == ASSERT_CLAIM:
        for rival in range(N_ACTORS):
            if params.rival[actor, rival] > 0.0:
                commit(state, params, actor, rival, params.claim_commitment)
    elif kind == ASSURE_ALLY:
        trust_more(state, actor, target, params.assure_trust * params.ally[actor, target])
    elif kind == AMBIGUITY:
        _keep_open(state, params, actor)
    elif kind == REASSURE:
        for client in range(N_ACTORS):  # R6.5
            if client != actor and client != target:
                loss = params.reassure_abandonment * params.ally[actor, client] * params.rival[target, client]
                state.trust[actor, client] *= 1.0 - loss
    elif kind == NO_COMMENT or kind == CONFIRM:
        _answer_leak(state, params, actor, kind)
    elif kind == DISCLOSE:
        state.trainers_known[USA] = state.trainers[USA]


@rule
def _pledge(state: State, params: Params, actor: int, client: int, weight: float) -> None:
    """Apply a pledge: it ties hands towards the client's rivals and raises the client's trust (R6.1, R2.2, F14)."""
    for rival in range(N_ACTORS):
        if rival != actor and params.rival[rival, client] > 0.0 and params.rival[actor, rival] > 0.0:
            commit(state, params, actor, rival, weight * params.pledge_commitment * params.rival[rival, client])
    trust_more(state, actor, client, weight * params.pledge_trust)
    _rally(state, params, actor, weight)


@rule
def _rally(state: State, params: Params, actor: int, weight: float) -> None:
    """Apply R6.2: a firm statement raises domestic support at once, in proportion to perceived threat."""
    felt = 0.0
    for rival in range(N_ACTORS):
        felt = maximum(felt, state.tension[actor, rival])
    state.support[actor] += weight * params.rally * felt * (1.0 - state.support[actor])


@rule
def _keep_open(state: State, params: Params, actor: int) -> None:
    """Apply ambiguity: it restrains and worries the client, less so with visible presence (R6.3, R6.4, F19, F47)."""
    near = state.strength[actor, TAIWAN_STRAIT] + state.strength[actor, TAIWAN_AREA]
    effect = params.ambiguity_effect * maximum(0.0, 1.0 - params.presence_erosion * near) * params.ally[actor, TAIWAN]
    state.restraint[TAIWAN] += effect * (1.0 - state.restraint[TAIWAN])
    state.trust[actor, TAIWAN] *= 1.0 - params.ambiguity_worry * effect


@rule
def _answer_leak(state: State, params: Params, actor: int, kind: int) -> None:
    """Apply R6.6: no comment reduces the effect of a leak, a confirmation increases it (F46)."""
    for other in range(N_ACTORS):
        if state.leaked[actor, other] == 0:
            continue
        size = state.leak_size[actor, other]
        change = params.confirm_effect * size if kind == CONFIRM else -params.no_comment_effect * size
        for rival in range(N_ACTORS):
            share = change * params.rival[rival, actor]
            verbal = state.grievance_verbal[rival, actor] + share
            state.grievance_verbal[rival, actor] = minimum(1.0, maximum(0.0, verbal))
            tension = state.tension[rival, actor] + params.event_tension * share * (1.0 - state.tension[rival, actor])
            state.tension[rival, actor] = minimum(1.0, maximum(0.0, tension))
        state.leaked[actor, other] = 0
        state.leaked[other, actor] = 0


@rule
def _embassy(state: State, actor: int, kind: int, target: int) -> None:
    """Set the diplomatic relations of the actor with the target. A representative office remains an office."""
    if kind == PROTEST and state.ambassador[actor, target] == NORMAL:
        state.ambassador[actor, target] = PROTEST_OPEN
    elif kind == SUMMON or kind == SUMMON_URGENT:
        state.ambassador[actor, target] = SUMMONED
    elif kind == RECALL:
        was = state.ambassador[actor, target]
        state.ambassador[actor, target] = BROKEN if was == RECALLED else RECALLED
    elif kind == RESTORE and state.ambassador[actor, target] != OFFICE:
        state.ambassador[actor, target] = NORMAL


@rule
def _do(state: State, params: Params, actor: int, move: int) -> None:
    kind, target = MOVE_KIND[move], MOVE_TARGET[move]
    if kind == CLOSE_HOTLINE:
        state.hotline[actor, target] = 0
        state.hotline[target, actor] = 0
    elif kind == RELIEF:
        state.disaster[target] *= params.relief_left
        trust_more(state, actor, target, params.relief_share * params.assure_trust * params.ally[actor, target])
    elif kind == DESIGNATE:
        state.designation = minimum(2, state.designation + 1)
    elif kind == UNDESIGNATE:
        state.designation = maximum(0, state.designation - 1)
    elif kind == CONTACT:
        trust_more(state, actor, target, params.contact_share * params.arms_trust)
        _implicate(state, params, actor, target, move)
    elif kind == TRAINERS:
        state.trainers[actor] += params.trainers_step * (1.0 - state.trainers[actor])
        trust_more(state, actor, target, params.contact_share * params.arms_trust)
        if params.privacy == 0.0:
            state.trainers_known[actor] = state.trainers[actor]
        _implicate(state, params, actor, target, move)
    elif kind == ARMS:
        trust_more(state, actor, target, params.arms_trust)
        _implicate(state, params, actor, target, move)
        state.readiness[target] = minimum(1.0, state.readiness[target] + params.arms_readiness)
    elif kind == ADMINISTER:
        _administer(state, params, actor, MOVE_AREA[move])


@rule
def _implicate(state: State, params: Params, patron: int, client: int, move: int) -> None:
    """Apply R6.7: rivals of a patron hold its support against the client too (F16).

    The client does not choose this support, so it does not count as sent by the client's own moves (R13.4).
    """
    for rival in range(N_ACTORS):
        if rival != client and rival != patron:
            share = params.client_share * params.provokes[patron, move, rival]
            state.provocation_verbal[client, rival] = minimum(1.0, state.provocation_verbal[client, rival] + share)


@rule
def _administer(state: State, params: Params, actor: int, area: int) -> None:
    """Apply R6.8: rivals with a claim in the area keep more coast guard on station from this turn on (F28)."""
    _rally(state, params, actor, 1.0)
    for rival in range(N_ACTORS):
        if rival != actor and params.rival[rival, actor] > 0.0 and params.claim[rival, area] > 0.0:
            level = state.standing[rival, area, COAST_GUARD_CLASS]
            state.standing[rival, area, COAST_GUARD_CLASS] = level + params.greyzone_rise * (1.0 - level)
