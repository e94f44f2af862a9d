"""Draw incidents and conflict (phase 5, R5.1-R5.6).

Incidents follow from contact under tension. Conflict is a hazard and not an action of any actor (Schelling 1960).
"""

from typing import Any, Final

import numpy as np

from straits.envs.core.jit import rule
from straits.envs.core.philox import uniforms
from straits.envs.core.streams import CONFLICT as CONFLICT_DRAW
from straits.envs.core.streams import INCIDENT
from straits.envs.rules.math import greater, lesser
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
DETAILS: Final = 16  # from this index on: place and severity, one block per pair


@rule
def risk(game: Any, world: Any) -> None:
    """Draw incidents for each pair, then at most one conflict."""
    for area in range(N_AREAS):
        game.incident[area] *= world.incident_memory
    _tempt(game, world)
    pair = 0
    total = 0.0
    drawn = (1.0, 1.0, 1.0, 1.0)
    for i in range(N_ACTORS):
        for j in range(i + 1, N_ACTORS):
            if pair % 4 == 0:  # a block of numbers serves four pairs
                drawn = uniforms(game.seed, game.episode, game.turn, INCIDENT, pair // 4)
            rivalry = greater(world.rival[i, j], world.rival[j, i])
            _forget(game, world, i, j)
            if rivalry > 0.0:
                met = contact(game, i, j)
                _incident(game, world, i, j, pair, rivalry, met, drawn[pair % 4])
                game.hazard[i, j] = hazard(game, world, i, j, rivalry, met)
                total += game.hazard[i, j]
            pair += 1
    _conflict(game, total)


@rule
def contact(game: Any, i: int, j: int) -> float:
    """Compute R5.1: contact is the product of both sides' weighted presence, summed over areas."""
    total = 0.0
    for area in range(N_AREAS):
        total += game.exposed[i, area] * game.exposed[j, area]
    return total


@rule
def hazard(game: Any, world: Any, i: int, j: int, rivalry: float, met: float) -> float:
    """Compute R5.4: h = h0 rivalry (T / 0.5)^3 (contact + floor) (1 + fresh) (1 + commitments) (1 + early) (1 - hotline)."""
    tension = (game.tension[i, j] + game.tension[j, i]) * 0.5
    scaled = tension / 0.5
    h = world.hazard_rate * rivalry * scaled * scaled * scaled * (met + world.hazard_floor)
    h *= 1.0 + world.hazard_recent_incident * game.recent_incident[i, j]
    h *= 1.0 + world.hazard_commitment * (game.public_commitment[i, j] + game.public_commitment[j, i])
    early = early_incentive(game, world, i, j) + early_incentive(game, world, j, i)
    return h * (1.0 + world.early_action * early) * (1.0 - world.hotline_reduction * game.hotline[i, j])


@rule
def early_incentive(game: Any, world: Any, i: int, j: int) -> float:
    """Compute R5.5: how far j's unhardened units at hosting sites tempt i to act early (F08, F09)."""
    return lesser(2.0, game.first_strike_incentive[j] * world.rival[i, j])


@rule
def _tempt(game: Any, world: Any) -> None:
    """Add up the first-strike incentives of unhardened units at hosting sites and of public plans to place units there."""
    for actor in range(N_ACTORS):
        placed = _hosted(game, actor, NANSEI, JAPAN, world) + _hosted(game, actor, LUZON, PHILIPPINES, world)
        placed += _hosted(game, actor, TAIWAN_AREA, TAIWAN, world)
        game.first_strike_incentive[actor] = placed + _announced(game, world, actor)


@rule
def _hosted(game: Any, actor: int, area: int, host: int, world: Any) -> float:
    beyond = greater(0.0, game.presence[actor, area, MISSILES_CLASS] - game.standing[actor, area, MISSILES_CLASS])
    troops = greater(0.0, game.presence[actor, area, TROOPS_CLASS] - game.standing[actor, area, TROOPS_CLASS])
    shelter = greater(game.hardened[host], game.hardened[actor])
    return (beyond + 0.5 * troops) * (1.0 - world.harden_reduction * shelter)


@rule
def _announced(game: Any, world: Any, actor: int) -> float:
    total = 0.0
    for partner in range(N_ACTORS):
        if game.plan_known[actor, partner] > 0:
            shelter = greater(game.hardened[partner], game.hardened[actor])
            total += world.early_plan * THIRDS[game.plan_known[actor, partner]] * (1.0 - world.harden_reduction * shelter)
    return total


@rule
def _forget(game: Any, world: Any, i: int, j: int) -> None:
    game.recent_incident[i, j] *= world.incident_memory
    game.recent_incident[j, i] = game.recent_incident[i, j]
    game.hazard[i, j] = 0.0


@rule
def incident_rate(game: Any, world: Any, i: int, j: int, rivalry: float, met: float) -> float:
    """Compute R5.2: incidents per week of a pair over all areas.

    Tension that the areas share is the linkage (F36).
    """
    tension = (game.tension[i, j] + game.tension[j, i]) * 0.5
    resting = (game.baseline_tension[i, j] + game.baseline_tension[j, i]) * 0.5
    shared = resting + world.linkage * (tension - resting)
    calmed = 1.0 - world.hotline_reduction * game.hotline[i, j]
    return world.incident_rate * rivalry * greater(0.0, shared) * calmed * met


@rule
def _incident(game: Any, world: Any, i: int, j: int, pair: int, rivalry: float, met: float, drawn: float) -> None:
    """Draw whether an incident occurs, where, and how severe it is (R5.2, R5.3).

    One draw decides on the occurrence, so that it is monotone in the rate.
    """
    rate = incident_rate(game, world, i, j, rivalry, met)
    if drawn * (1.0 + rate) >= rate:
        return
    where, how, _, _ = uniforms(game.seed, game.episode, game.turn, INCIDENT, DETAILS + pair)
    severity = 0.2 + 0.8 * how
    area = _place_of(game, i, j, where * met)
    game.incident[area] = lesser(1.0, game.incident[area] + severity)
    if i == USA or j == USA:  # R5.6: protected assets bring Japan in
        severity_for_japan = world.protection_stake * game.protection * severity
        rival = j if i == USA else i
        if rival != JAPAN:
            _aggrieve(game, world, JAPAN, rival, severity_for_japan)
    game.recent_incident[i, j] = lesser(1.0, game.recent_incident[i, j] + severity)
    game.recent_incident[j, i] = game.recent_incident[i, j]
    game.incidents += 1
    _aggrieve(game, world, i, j, severity)
    _aggrieve(game, world, j, i, severity)


@rule
def _aggrieve(game: Any, world: Any, actor: int, rival: int, severity: float) -> None:
    rise = lesser(1.0, world.incident_tension * severity)
    game.tension[actor, rival] += rise * (1.0 - game.tension[actor, rival])
    game.grievance_military[actor, rival] = lesser(1.0, game.grievance_military[actor, rival] + world.incident_demand * severity)


@rule
def _place_of(game: Any, i: int, j: int, left: float) -> int:
    """Return the area of the incident, in proportion to contact; `left` is a share of the contact of the pair."""
    for area in range(N_AREAS):
        left -= game.exposed[i, area] * game.exposed[j, area]
        if left < 0.0:
            return area
    return N_AREAS - 1


@rule
def _conflict(game: Any, total: float) -> None:
    """Draw conflict with probability H / (1 + H), between a pair in proportion to its hazard."""
    if total <= 0.0:
        return
    drawn = uniforms(game.seed, game.episode, game.turn, CONFLICT_DRAW, 0)[0] * (1.0 + total)
    for i in range(N_ACTORS):
        for j in range(i + 1, N_ACTORS):
            if drawn >= 0.0 and drawn < game.hazard[i, j]:
                game.outcome = CONFLICT
                game.belligerents[0] = i
                game.belligerents[1] = j
            drawn -= game.hazard[i, j]
