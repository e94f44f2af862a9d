"""Update unmet demand, commitments, support and budgets (phase 10: R10.1-R10.8)."""

from typing import Final

import numpy as np

from straits.envs.core.jit import flat, rule
from straits.envs.core.records import Params, State
from straits.envs.rules.math import maximum, minimum
from straits.envs.rules.signals import SEEN, chosen
from straits.envs.spec.constants import (
    ACT,
    CRISIS_RUNG,
    JAPAN,
    LUZON,
    MISSILES_CLASS,
    MOST_SITES,
    N_ACTORS,
    NANSEI,
    NORMAL,
    NOWHERE,
    PHILIPPINES,
    STATEMENT,
    SUMMONED,
    TROOPS_CLASS,
    USA,
)
from straits.envs.spec.moves import (
    ACCESS,
    ARMS,
    ASSURE_ALLY,
    CONTACT,
    MOVE_KIND,
    MOVE_TARGET,
    N_KINDS,
    PLEDGE,
    PLEDGE_UNOFFICIAL,
    TRAINERS,
)

# Statements and acts of support to a client.
SUPPORTS: Final = np.isin(np.arange(N_KINDS), (PLEDGE, PLEDGE_UNOFFICIAL, ASSURE_ALLY, ARMS, TRAINERS, CONTACT))


@rule
def domestic(state: State, params: Params) -> None:
    """Add new demand, then update support, commitments and budgets."""
    _demand(state, params)
    _commit(state, params)
    _calm_relations(state, params)
    for actor in range(N_ACTORS):
        pressing = 0.0
        for rival in range(N_ACTORS):
            pressing = maximum(pressing, state.grievance_verbal[actor, rival] + state.grievance_military[actor, rival])
        _support(state, params, actor, minimum(1.0, pressing))
        _recover(state, params, actor)
        state.restraint[actor] *= params.commitment_keep
    _trust(state, params)
    _hosting(state, params)


@rule
def _demand(state: State, params: Params) -> None:
    """Apply R10.1: demand decays and rises with received provocation."""
    keep, by_words, by_presence = params.demand_keep, params.grievance_verbal_gain, params.grievance_military_gain
    for i in range(N_ACTORS):
        for j in range(N_ACTORS):
            verbal, military = keep * state.grievance_verbal[i, j], keep * state.grievance_military[i, j]
            state.grievance_verbal[i, j] = minimum(1.0, verbal + by_words * state.provocation_verbal[j, i])
            state.grievance_military[i, j] = minimum(1.0, military + by_presence * state.provocation_presence[j, i])


@rule
def _commit(state: State, params: Params) -> None:
    """Apply R6.1: commitments return to the standing ones, and each public step of rung 3 or more adds to them (Fearon 1994)."""
    commitments, bases, rungs = flat(state.public_commitment), flat(params.commitment_base), flat(state.rung)
    keep, gain = params.commitment_keep, params.escalation_commitment
    for pair in range(N_ACTORS * N_ACTORS):
        commitment = bases[pair] + keep * (commitments[pair] - bases[pair])
        commitments[pair] = commitment + (gain if rungs[pair] >= CRISIS_RUNG else 0.0) * (1.0 - commitment)


@rule
def _calm_relations(state: State, params: Params) -> None:
    """Apply R10.2: close a summons or an open protest when little demand is left and no new provocation was sent."""
    statuses, sent, verbals = flat(state.ambassador), flat(state.provocation_verbal), flat(state.grievance_verbal)
    for pair in range(N_ACTORS * N_ACTORS):
        status = statuses[pair]
        lapses = (status > NORMAL) & (status <= SUMMONED) & (sent[pair] == 0.0) & (verbals[pair] < params.lapse_demand)
        statuses[pair] = NORMAL if lapses else status


@rule
def _support(state: State, params: Params, actor: int, pressing: float) -> None:
    """Apply R10.3: support returns to its base and decreases under unmet demand towards the most pressing rival."""
    support = state.support[actor]
    support += params.support_rate * (params.support_base - support) - params.demand_drain * pressing * support
    state.support[actor] = minimum(1.0, maximum(0.0, support))


@rule
def _recover(state: State, params: Params, actor: int) -> None:
    """Apply R10.4, R10.5: budgets recover."""
    bound = params.background_pull if actor == USA or actor == JAPAN else 0.0
    state.readiness[actor] = minimum(1.0, state.readiness[actor] + params.readiness_rate * (1.0 - bound))
    state.credibility[actor] = minimum(1.0, state.credibility[actor] + params.credibility_rate)
    gain = params.capital_rate + params.capital_support * state.support[actor]
    state.capital[actor] = minimum(1.0, state.capital[actor] + gain)


@rule
def _trust(state: State, params: Params) -> None:
    """Apply R10.6: trust returns to its base; support under threat raises it, withheld support lowers it (F18, Snyder 1984)."""
    for patron in range(N_ACTORS):
        noticed = _noticed_by(state, patron)
        said, done = chosen(state, patron, STATEMENT), chosen(state, patron, ACT)
        spoken_for = MOVE_TARGET[said] if SUPPORTS[MOVE_KIND[said]] else NOWHERE
        helped = MOVE_TARGET[done] if SUPPORTS[MOVE_KIND[done]] else NOWHERE
        for client in range(N_ACTORS):
            tie = params.ally[patron, client]
            if tie > 0.0:
                stood_by = ((noticed & params.rivals[client]) != 0) | (spoken_for == client) | (helped == client)
                alone = maximum(0.0, _most_felt(state, params, client) - params.abandoned_from)
                trust = state.trust[patron, client]
                trust += params.trust_rate * (params.trust_base[patron, client] - trust)
                built, lost = params.presence_trust * tie * (1.0 - trust), params.abandonment * tie * alone * trust
                state.trust[patron, client] = minimum(1.0, maximum(0.0, trust + (built if stood_by else -lost)))


@rule
def _noticed_by(state: State, patron: int) -> int:
    """Return the set of actors that feel the patron's deployment: bit j represents actor j."""
    noticed = 0
    for rival in range(N_ACTORS):
        noticed |= (state.provocation_presence[patron, rival] >= SEEN) << rival
    return noticed


@rule
def _most_felt(state: State, params: Params, actor: int) -> float:
    most = 0.0
    for rival in range(N_ACTORS):
        if params.rival[actor, rival] > 0.0:
            most = maximum(most, state.tension[actor, rival])
    return most


@rule
def _hosting(state: State, params: Params) -> None:
    """Apply R10.7: hosting reduces the support of residents (F08)."""
    for host in range(N_ACTORS):
        if host == JAPAN or host == PHILIPPINES:
            beyond = _hosted_beyond(state, params, NANSEI if host == JAPAN else LUZON)
            change = params.host_rate * (params.host_base - state.host_support[host]) - params.hosting_risk * beyond
            state.host_support[host] = minimum(1.0, maximum(0.0, state.host_support[host] + change))
            state.support[host] = maximum(0.0, state.support[host] - params.hosting_share * params.hosting_risk * beyond)
            move = state.agreed[host, 1]
            if move >= 0 and MOVE_KIND[move] == ACCESS:
                _open_sites(state, params, host)


@rule
def _hosted_beyond(state: State, params: Params, area: int) -> float:
    """Return US missile units and troops in the area, beyond their standing level."""
    troops = params.troops_share
    hosted = state.presence[USA, area, MISSILES_CLASS] + troops * state.presence[USA, area, TROOPS_CLASS]
    usual = state.standing[USA, area, MISSILES_CLASS] + troops * state.standing[USA, area, TROOPS_CLASS]
    return maximum(0.0, hosted - usual)


@rule
def _open_sites(state: State, params: Params, host: int) -> None:
    """Apply R10.8: agreed sites open for the next turn and cost the host domestic support (F07, F24)."""
    state.access[host] = minimum(MOST_SITES, state.access[host] + params.access_step)
    state.host_support[host] = maximum(0.0, state.host_support[host] - params.hosting_cost)
    state.support[host] = maximum(0.0, state.support[host] - params.hosting_cost)
