"""Update unmet demand, commitments, support and budgets (phase 10: R10.1-R10.8)."""

from typing import Any, Final

import numpy as np

from straits.envs.core.jit import flat, rule
from straits.envs.rules.math import maximum, minimum
from straits.envs.rules.signals import chosen
from straits.envs.spec.constants import (
    ACT,
    CRISIS_RUNG,
    JAPAN,
    LUZON,
    MISSILES_CLASS,
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
def domestic(state: Any, params: Any) -> None:
    """Add new demand, then update support, commitments and budgets."""
    _demand(state, params)
    _settle(state)
    for actor in range(N_ACTORS):
        pressing = 0.0
        for rival in range(N_ACTORS):
            pressing = maximum(pressing, state.threat[actor, rival])
        _support(state, params, actor, pressing)
        _recover(state, params, actor)
        state.restraint[actor] *= params.commitment_keep
    _trust(state, params)
    _hosting(state, params)


@rule
def _demand(state: Any, params: Any) -> None:
    """Update demand and commitments for all pairs at once (R10.1, R6.1).

    Demand decays and rises with received provocation. Commitments return to the standing ones of the scenario, and each public
    step of rung 3 or more adds to them (Fearon 1994).
    """
    verbals, militaries, demands = flat(state.grievance_verbal), flat(state.grievance_military), flat(state.threat)
    heard, met, commitments, rungs = flat(state.heard), flat(state.met), flat(state.public_commitment), flat(state.rung)
    keep, grievance_verbal_gain, grievance_military_gain = (
        params.demand_keep,
        params.grievance_verbal_gain,
        params.grievance_military_gain,
    )
    commitment_keep, entrenched, bases = params.commitment_keep, params.escalation_commitment, flat(params.commitment_base)
    for pair in range(N_ACTORS * N_ACTORS):
        verbal = minimum(1.0, keep * verbals[pair] + grievance_verbal_gain * heard[pair])
        military = minimum(1.0, keep * militaries[pair] + grievance_military_gain * met[pair])
        verbals[pair], militaries[pair], demands[pair] = verbal, military, minimum(1.0, verbal + military)
        commitment = bases[pair] + commitment_keep * (commitments[pair] - bases[pair])
        step = entrenched if rungs[pair] >= CRISIS_RUNG else 0.0
        commitments[pair] = commitment + step * (1.0 - commitment)


@rule
def _settle(state: Any) -> None:
    """Apply R10.2: close a summons or an open protest when little demand is left and no new provocation was sent."""
    statuses, sent, verbals = flat(state.ambassador), flat(state.provocation_verbal), flat(state.grievance_verbal)
    for pair in range(N_ACTORS * N_ACTORS):
        status = statuses[pair]
        lapses = (status > NORMAL) & (status <= SUMMONED) & (sent[pair] == 0.0) & (verbals[pair] < 0.1)
        statuses[pair] = NORMAL if lapses else status


@rule
def _support(state: Any, params: Any, actor: int, pressing: float) -> None:
    """Apply R10.3: support returns to its base and decreases under unmet demand towards the most pressing rival."""
    support = state.support[actor]
    support += params.support_rate * (params.support_base - support) - params.demand_drain * pressing * support
    state.support[actor] = minimum(1.0, maximum(0.0, support))


@rule
def _recover(state: Any, params: Any, actor: int) -> None:
    """Apply R10.4, R10.5: budgets recover."""
    bound = params.background_pull if actor == USA or actor == JAPAN else 0.0
    state.readiness[actor] = minimum(1.0, state.readiness[actor] + params.readiness_rate * (1.0 - bound))
    state.credibility[actor] = minimum(1.0, state.credibility[actor] + params.credibility_rate)
    gain = params.capital_rate + params.capital_support * state.support[actor]
    state.capital[actor] = minimum(1.0, state.capital[actor] + gain)


@rule
def _trust(state: Any, params: Any) -> None:
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
                alone = maximum(0.0, _most_felt(state, params, client) - 0.3)
                trust = state.trust[patron, client]
                trust += params.trust_rate * (params.trust_base[patron, client] - trust)
                built, lost = params.presence_trust * tie * (1.0 - trust), params.abandonment * tie * alone * trust
                state.trust[patron, client] = minimum(1.0, maximum(0.0, trust + (built if stood_by else -lost)))


@rule
def _noticed_by(state: Any, patron: int) -> int:
    """Return the set of actors that feel the patron's deployment: bit j represents actor j."""
    noticed = 0
    for rival in range(N_ACTORS):
        noticed |= (state.provocation_presence[patron, rival] >= 0.02) << rival
    return noticed


@rule
def _most_felt(state: Any, params: Any, actor: int) -> float:
    most = 0.0
    for rival in range(N_ACTORS):
        if params.rival[actor, rival] > 0.0:
            most = maximum(most, state.tension[actor, rival])
    return most


@rule
def _hosting(state: Any, params: Any) -> None:
    """Apply R10.7: hosting reduces the support of residents (F08)."""
    for host in range(N_ACTORS):
        area = NANSEI if host == JAPAN else LUZON
        if host == JAPAN or host == PHILIPPINES:
            hosted = state.presence[USA, area, MISSILES_CLASS] + 0.5 * state.presence[USA, area, TROOPS_CLASS]
            usual = state.standing[USA, area, MISSILES_CLASS] + 0.5 * state.standing[USA, area, TROOPS_CLASS]
            change = params.host_rate * (0.6 - state.host_support[host]) - params.hosting_risk * maximum(0.0, hosted - usual)
            state.host_support[host] = minimum(1.0, maximum(0.0, state.host_support[host] + change))
            loss = 0.25 * params.hosting_risk * maximum(0.0, hosted - usual)
            state.support[host] = maximum(0.0, state.support[host] - loss)
            move = state.agreed[host, 1]
            if move >= 0 and MOVE_KIND[move] == ACCESS:
                _open_sites(state, params, host)


@rule
def _open_sites(state: Any, params: Any, host: int) -> None:
    """Apply R10.8: agreed sites open for the next turn and cost the host domestic support (F07, F24)."""
    state.access[host] = minimum(9.0, state.access[host] + params.access_step)
    state.host_support[host] = maximum(0.0, state.host_support[host] - params.hosting_cost)
    state.support[host] = maximum(0.0, state.support[host] - params.hosting_cost)
