"""Compute the choices that the conditions of R1.1-R1.8 leave open, as sets of choices (phase 1).

Cooldowns and prices are added in `legality`. `straits.envs.text.situation` explains the same conditions in words.
"""

from typing import Any, Final

from straits.envs.core.jit import flat, rule
from straits.envs.core.move_sets import AREA_SET, KIND_SET, TARGET_SET, when
from straits.envs.core.records import Params, State
from straits.envs.rules.math import minimum
from straits.envs.spec.constants import (
    ACT,
    BROKEN,
    DEPLOYMENT,
    HIDDEN,
    JAPAN,
    LUZON,
    MOST_SITES,
    N_ACTORS,
    N_AREAS,
    NANSEI,
    NORMAL,
    PHILIPPINES,
    PROTEST_OPEN,
    RECALLED,
    STATEMENT,
    SUMMONED,
    USA,
)
from straits.envs.spec.moves import (
    ACCESS,
    ASSET_PROTECTION,
    CLOSE_HOTLINE,
    CONFIRM,
    DEAL,
    DESIGNATE,
    DISCLOSE,
    INTEGRATE,
    LOGISTICS,
    MISSILES,
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
    UNDESIGNATE,
)

FORWARD: Final = 0.05  # presence beyond the standing level that can be pulled back (assumption)


# Conditions use & and | instead of `and` and `or`: without branches there are no mispredictions.
@rule
def open_gates(state: State, params: Params) -> None:
    """Compute the choices that the conditions of R1.1-R1.8 leave open, before cooldowns and prices."""
    _close_pairs(state, params)
    for actor in range(N_ACTORS):
        may = params.may[actor]
        state.open[actor, DEPLOYMENT] = may[DEPLOYMENT] & ~_closed_deployments(state, params, actor)
        state.open[actor, STATEMENT] = may[STATEMENT] & ~_closed_statements(state, params, actor)
        state.open[actor, ACT] = may[ACT] & ~_closed_acts(state, params, actor)


@rule
def _close_pairs(state: State, params: Params) -> None:
    """Remove the acts that R1.6 closes, for all pairs at once.

    A protest or summons needs a grievance. Representative offices have no ambassador to summon (F49). Plans, summits and
    hotlines have stages.
    """
    statuses, hotlines, plans, words = flat(state.ambassador), flat(state.hotline), flat(state.plan), flat(state.closed)
    crises = flat(state.crisis_turns)
    verbals, militaries, grieved = flat(state.grievance_verbal), flat(state.grievance_military), params.grievance
    for pair in range(N_ACTORS * N_ACTORS):
        status, grievance = statuses[pair], verbals[pair] + militaries[pair]
        content = grievance < grieved
        strained = (status < NORMAL) | (status > PROTEST_OPEN)
        away = (status < NORMAL) | (status > RECALLED)
        closed = when(content | (status == BROKEN), KIND_SET[PROTEST])
        closed |= when(content | strained, KIND_SET[SUMMON])
        closed |= when(content | strained & (status != SUMMONED), KIND_SET[SUMMON_URGENT])
        closed |= when(away | (grievance < params.recall_grievance * grieved), KIND_SET[RECALL])
        closed |= when(status < PROTEST_OPEN, KIND_SET[RESTORE])
        closed |= when(status >= RECALLED, KIND_SET[SUMMIT])
        closed |= when(hotlines[pair] == 0, KIND_SET[CLOSE_HOTLINE])
        closed |= when((hotlines[pair] != 0) & (crises[pair] == 0.0), KIND_SET[DEAL])  # a deal also settles a crisis
        words[pair] = closed | when(plans[pair] >= 3, KIND_SET[PLAN])


@rule
def _closed_deployments(state: State, params: Params, actor: int) -> Any:
    closed = when(state.designation < params.designation_gate, KIND_SET[LOGISTICS])  # R1.2
    closed |= when(state.plan[JAPAN, USA] < params.protection_stage, KIND_SET[ASSET_PROTECTION])  # R1.4
    closed |= when(_forward(state, actor) <= FORWARD, KIND_SET[PULL_BACK])
    if actor == USA:
        opened = (params.access_gate == 0.0) | (state.access[JAPAN] > 0.0) | (state.designation >= 1)
        closed |= when(not opened, AREA_SET[NANSEI])  # R1.1
        sites = state.access[PHILIPPINES]
        closed |= when(sites < minimum(1.0, params.luzon_sites), AREA_SET[LUZON])  # R1.3
        closed |= when(sites < params.luzon_sites, AREA_SET[LUZON] & KIND_SET[MISSILES])
    return closed


@rule
def _closed_statements(state: State, params: Params, actor: int) -> Any:
    bluff = state.readiness[actor] < params.cost[PATROL]  # a threat without the means to honour it
    closed = when(bluff, KIND_SET[THREATEN])
    closed |= when(not _leak_open(state, actor), KIND_SET[NO_COMMENT] | KIND_SET[CONFIRM])
    return closed | when(state.trainers[USA] - state.trainers_known[USA] <= HIDDEN, KIND_SET[DISCLOSE])


@rule
def _closed_acts(state: State, params: Params, actor: int) -> Any:
    closed = when(state.command >= 1.0, KIND_SET[INTEGRATE])
    for target in range(N_ACTORS):
        host = target if actor == USA else actor
        at_target = state.closed[actor, target]
        at_target |= when(state.ambassador[target, actor] >= RECALLED, KIND_SET[SUMMIT])
        at_target |= when(state.disaster[target] < params.disaster_need, KIND_SET[RELIEF])  # R1.8
        at_target |= when(state.access[host] >= MOST_SITES, KIND_SET[ACCESS])
        closed |= at_target & TARGET_SET[ACT, target]
    unassessed = state.assessment < params.designation_threshold * (state.designation + 1)
    closed |= when((state.designation >= 2) | unassessed, KIND_SET[DESIGNATE])  # R1.5
    return closed | when(state.designation == 0, KIND_SET[UNDESIGNATE])


@rule
def _forward(state: State, actor: int) -> float:
    """Return the presence beyond the standing level, summed over areas."""
    total = 0.0
    for area in range(N_AREAS):
        total += state.forward[actor, area]
    return total


@rule
def _leak_open(state: State, actor: int) -> bool:
    turns = 0
    for other in range(N_ACTORS):
        turns |= state.leaked[actor, other]
    return turns > 0
