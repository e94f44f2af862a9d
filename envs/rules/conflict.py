"""Draw incidents and conflict (phase 9: R9.1-R9.6).

Incidents follow from contact under tension. Conflict is a hazard and not an action of any actor (Schelling 1960).
"""

from typing import Final

import numpy as np

from straits.envs.core.jit import rule
from straits.envs.core.records import Params, State
from straits.envs.core.rng import CONFLICT as CONFLICT_DRAW
from straits.envs.core.rng import INCIDENT, uniforms
from straits.envs.rules.math import maximum, minimum
from straits.envs.spec.constants import (
    CONFLICT,
    JAPAN,
    LUZON,
    MISSILES_CLASS,
    N_ACTORS,
    N_AREAS,
    NANSEI,
    PHILIPPINES,
    TAIWAN,
    TAIWAN_AREA,
    TROOPS_CLASS,
    USA,
)

THIRDS: Final = np.arange(4) / 3.0
HALF: Final = 0.5  # the tension to which `hazard_rate` refers
DETAILS: Final = 16  # from this index on: place and severity, one block per pair


@rule
def risk(state: State, params: Params) -> None:
    """Draw incidents for each pair, then at most one conflict."""
    for area in range(N_AREAS):
        state.incident[area] *= params.incident_memory
    _tempt(state, params)
    pair = 0
    total = 0.0
    drawn = (1.0, 1.0, 1.0, 1.0)
    for i in range(N_ACTORS):
        for j in range(i + 1, N_ACTORS):
            if pair % 4 == 0:  # a block of numbers serves four pairs
                drawn = uniforms(state.seed, state.episode, state.turn, INCIDENT, pair // 4)
            rivalry = maximum(params.rival[i, j], params.rival[j, i])
            _forget(state, params, i, j)
            if rivalry > 0.0:
                met = contact(state, i, j)
                _incident(state, params, i, j, pair, rivalry, met, drawn[pair % 4])
                state.hazard[i, j] = hazard(state, params, i, j, rivalry, met)
                total += state.hazard[i, j]
            pair += 1
    _conflict(state, total)


@rule
def contact(state: State, i: int, j: int) -> float:
    """Compute R9.1: contact is the product of both sides' weighted presence, summed over areas."""
    total = 0.0
    for area in range(N_AREAS):
        total += state.exposed[i, area] * state.exposed[j, area]
    return total


@rule
def hazard(state: State, params: Params, i: int, j: int, rivalry: float, met: float) -> float:
    """Compute R9.4: h = h0 rivalry (T / 0.5)^3 (contact + floor) (1 + fresh) (1 + commitments) (1 + early) (1 - hotline)."""
    tension = (state.tension[i, j] + state.tension[j, i]) * 0.5
    scaled = tension / HALF
    h = params.hazard_rate * rivalry * scaled * scaled * scaled * (met + params.hazard_floor)
    h *= 1.0 + params.hazard_crisis * minimum(1.0, state.crisis_turns[i, j] / params.hazard_crisis_turns)
    h *= 1.0 + params.hazard_recent_incident * state.recent_incident[i, j]
    h *= 1.0 + params.hazard_commitment * (state.public_commitment[i, j] + state.public_commitment[j, i])
    early = early_incentive(state, params, i, j) + early_incentive(state, params, j, i)
    return h * (1.0 + params.early_action * early) * (1.0 - params.hotline_reduction * state.hotline[i, j])


@rule
def early_incentive(state: State, params: Params, i: int, j: int) -> float:
    """Compute R9.5: how far j's unhardened units at hosting sites tempt i to act early (F08, F09)."""
    return minimum(params.early_bound, state.first_strike_incentive[j] * params.rival[i, j])


@rule
def _tempt(state: State, params: Params) -> None:
    """Add up the first-strike incentives of unhardened units at hosting sites and of public plans to place units there."""
    for actor in range(N_ACTORS):
        placed = _hosted(state, actor, NANSEI, JAPAN, params) + _hosted(state, actor, LUZON, PHILIPPINES, params)
        placed += _hosted(state, actor, TAIWAN_AREA, TAIWAN, params)
        state.first_strike_incentive[actor] = placed + _announced(state, params, actor)


@rule
def _hosted(state: State, actor: int, area: int, host: int, params: Params) -> float:
    beyond = maximum(0.0, state.presence[actor, area, MISSILES_CLASS] - state.standing[actor, area, MISSILES_CLASS])
    troops = maximum(0.0, state.presence[actor, area, TROOPS_CLASS] - state.standing[actor, area, TROOPS_CLASS])
    shelter = maximum(state.hardened[host], state.hardened[actor])
    return (beyond + params.troops_share * troops) * (1.0 - params.harden_reduction * shelter)


@rule
def _announced(state: State, params: Params, actor: int) -> float:
    total = 0.0
    for partner in range(N_ACTORS):
        if state.plan_known[actor, partner] > 0:
            shelter = maximum(state.hardened[partner], state.hardened[actor])
            total += params.early_plan * THIRDS[state.plan_known[actor, partner]] * (1.0 - params.harden_reduction * shelter)
    return total


@rule
def _forget(state: State, params: Params, i: int, j: int) -> None:
    state.recent_incident[i, j] *= params.incident_memory
    state.recent_incident[j, i] = state.recent_incident[i, j]
    state.hazard[i, j] = 0.0


@rule
def incident_rate(state: State, params: Params, i: int, j: int, rivalry: float, met: float) -> float:
    """Compute R9.2: incidents per week of a pair over all areas.

    Tension that the areas share is the linkage (F36).
    """
    tension = (state.tension[i, j] + state.tension[j, i]) * 0.5
    resting = (state.baseline_tension[i, j] + state.baseline_tension[j, i]) * 0.5
    shared = resting + params.linkage * (tension - resting)
    calmed = 1.0 - params.hotline_reduction * state.hotline[i, j]
    return params.incident_rate * rivalry * maximum(0.0, shared) * calmed * met


@rule
def _incident(state: State, params: Params, i: int, j: int, pair: int, rivalry: float, met: float, drawn: float) -> None:
    """Draw whether an incident occurs, where, and how severe it is (R9.2, R9.3).

    One draw decides on the occurrence, so that it is monotone in the rate.
    """
    rate = incident_rate(state, params, i, j, rivalry, met)
    if drawn * (1.0 + rate) >= rate:
        return
    where, how, _, _ = uniforms(state.seed, state.episode, state.turn, INCIDENT, DETAILS + pair)
    severity = params.severity_floor + (1.0 - params.severity_floor) * how
    area = _place_of(state, i, j, where * met)
    state.incident[area] = minimum(1.0, state.incident[area] + severity)
    if i == USA or j == USA:  # R9.6: protected assets bring Japan in
        severity_for_japan = params.protection_stake * state.protection * severity
        rival = j if i == USA else i
        if rival != JAPAN:
            _aggrieve(state, params, JAPAN, rival, severity_for_japan)
    state.recent_incident[i, j] = minimum(1.0, state.recent_incident[i, j] + severity)
    state.recent_incident[j, i] = state.recent_incident[i, j]
    state.incidents += 1
    _aggrieve(state, params, i, j, severity)
    _aggrieve(state, params, j, i, severity)


@rule
def _aggrieve(state: State, params: Params, actor: int, rival: int, severity: float) -> None:
    rise = minimum(1.0, params.incident_tension * severity)
    state.tension[actor, rival] += rise * (1.0 - state.tension[actor, rival])
    state.grievance_military[actor, rival] = minimum(
        1.0, state.grievance_military[actor, rival] + params.incident_demand * severity
    )


@rule
def _place_of(state: State, i: int, j: int, left: float) -> int:
    """Return the area of the incident, in proportion to contact; `left` is a share of the contact of the pair."""
    for area in range(N_AREAS):
        left -= state.exposed[i, area] * state.exposed[j, area]
        if left < 0.0:
            return area
    return N_AREAS - 1


@rule
def _conflict(state: State, total: float) -> None:
    """Draw conflict with probability H / (1 + H), between a pair in proportion to its hazard."""
    if total <= 0.0:
        return
    drawn = uniforms(state.seed, state.episode, state.turn, CONFLICT_DRAW, 0)[0] * (1.0 + total)
    for i in range(N_ACTORS):
        for j in range(i + 1, N_ACTORS):
            if drawn >= 0.0 and drawn < state.hazard[i, j]:
                state.outcome = CONFLICT
                state.belligerents[0] = i
                state.belligerents[1] = j
            drawn -= state.hazard[i, j]
