"""Write the observation of each actor (phase 15: R15.1).

The values are float32 in the order of `observation.SCHEMA`, which gives every offset. An actor sees its own private state in
full and the public state of the other actors, nothing else.
"""

from typing import Any, Final

import numpy as np

from straits.envs.core.jit import rule
from straits.envs.core.records import Params, State
from straits.envs.core.rng import NOISE, uniforms
from straits.envs.rules.math import maximum, minimum
from straits.envs.spec.constants import JAPAN, MOST_CAPABILITY, MOST_SITES, N_ACTORS, N_AREAS, TAIWAN, USA
from straits.envs.spec.moves import ACCESS, CONSULT, DEAL, INTEGRATE, MOVE_KIND, MOVE_TARGET, N_KINDS, PLAN, SUMMIT
from straits.envs.spec.observation import N_PRIVATE, N_PUBLIC, SLICES

HALVES: Final = np.arange(3) / 2.0  # stages and statuses as shares of the highest; a lookup is faster than a division
THIRDS: Final = np.arange(4) / 3.0
FIFTHS: Final = np.arange(6) / 5.0
SIXTHS: Final = np.arange(7) / 6.0
OFFER_CODE: Final = np.zeros(N_KINDS)  # (kinds,) in sixths, 0 for none
for _code, _kind in enumerate((CONSULT, PLAN, SUMMIT, DEAL, INTEGRATE, ACCESS), start=1):
    OFFER_CODE[_kind] = _code / 6.0
CRISIS_SCALE: Final = 10.0  # turns of a crisis or a truce that count as 1
_AT: Final = {name: where.start for name, where in SLICES.items()}
ACTOR: Final = _AT["actor"]
GOAL: Final = _AT["goal"]
RESOLVE: Final = _AT["resolve"]
READINESS: Final = _AT["readiness"]
CREDIBILITY: Final = _AT["credibility"]
CAPITAL: Final = _AT["capital"]
SUPPORT: Final = _AT["support"]
GRIEVANCE_VERBAL: Final = _AT["grievance_verbal"]
GRIEVANCE_MILITARY: Final = _AT["grievance_military"]
TENSION: Final = _AT["tension"]
TENSION_CAUSED: Final = _AT["tension_caused"]
HOSTILITY: Final = _AT["hostility"]
TRUST_GIVEN: Final = _AT["trust_given"]
TRUST_RECEIVED: Final = _AT["trust_received"]
JOINT_PLAN: Final = _AT["plan"]
OFFER_ACT: Final = _AT["offer_act"]
OFFER_STATEMENT: Final = _AT["offer_statement"]
REASSURANCE: Final = _AT["reassurance"]
COMING: Final = _AT["coming"]
ASSESSMENT: Final = _AT["assessment"]
TRAINERS: Final = _AT["trainers"]
RESTRAINT: Final = _AT["restraint"]
PROPENSITY: Final = _AT["propensity"]
SHARE: Final = _AT["share"]
OUTWEIGHED: Final = _AT["outweighed"]
LEVERAGE: Final = _AT["leverage"]
DEAL_OFFER_RECEIVED: Final = _AT["deal_offer_received"]
DEAL_OFFER_MADE: Final = _AT["deal_offer_made"]
FORWARD: Final = _AT["forward"]
TURNS_LEFT: Final = _AT["turns_left"]
STRENGTH: Final = _AT["strength"]
AMBASSADOR: Final = _AT["ambassador"]
HOTLINE: Final = _AT["hotline"]
PUBLIC_COMMITMENT: Final = _AT["public_commitment"]
PROVOKED: Final = _AT["provoked"]
RUNG: Final = _AT["rung"]
INCIDENT: Final = _AT["incident"]
ACCESS_SITES: Final = _AT["access"]
PLAN_KNOWN: Final = _AT["plan_known"]
LEAKED: Final = _AT["leaked"]
COMMAND: Final = _AT["command"]
DESIGNATION: Final = _AT["designation"]
LOGISTICS: Final = _AT["logistics"]
PROTECTION: Final = _AT["protection"]
HOST_SUPPORT: Final = _AT["host_support"]
HARDENED: Final = _AT["hardened"]
TRAINERS_KNOWN: Final = _AT["trainers_known"]
CAPABILITY: Final = _AT["capability"]
DISASTER: Final = _AT["disaster"]
CRISIS: Final = _AT["crisis"]
CRISIS_OPENER: Final = _AT["crisis_opener"]
TRUCE: Final = _AT["truce"]
RIPENESS: Final = _AT["ripeness"]
TERMS: Final = _AT["terms"]


@rule
def observe(state: State, params: Params, out: Any) -> None:
    """Write the observations.

    Args:
        state: Record of the game.
        params: Parameter record.
        out: (actors, N_OBSERVATION) float32 output.
    """
    first = out[0]
    _public(state, first)
    _arrangements(state, first)
    _disputes(state, first)
    for actor in range(1, N_ACTORS):
        for n in range(N_PUBLIC):
            out[actor, N_PRIVATE + n] = first[N_PRIVATE + n]
    for actor in range(N_ACTORS):
        _private(state, actor, out[actor])
        _relations(state, actor, out[actor])
        _near(state, params, actor, out[actor])
    for actor in range(N_ACTORS):
        _offers(state, actor, out)
    if params.observation_noise > 0.0:
        for actor in range(N_ACTORS):
            _blur(state, params, actor, out[actor])


@rule
def _bounded(x: float) -> float:
    return x / (1.0 + x)


@rule
def _public(state: State, out: Any) -> None:
    out[TURNS_LEFT] = (state.horizon - state.turn) / state.horizon
    for i in range(N_ACTORS):
        for area in range(N_AREAS):
            out[STRENGTH + i * N_AREAS + area] = _bounded(state.strength[i, area])
        rung = 0
        for j in range(N_ACTORS):
            cell = i * N_ACTORS + j
            out[AMBASSADOR + cell] = FIFTHS[state.ambassador[i, j]]
            out[PUBLIC_COMMITMENT + cell] = state.public_commitment[i, j]
            out[PROVOKED + cell] = minimum(1.0, state.provocation_presence[i, j] + state.provocation_verbal[i, j])
            rung = maximum(rung, state.rung[i, j])
        out[RUNG + i] = SIXTHS[rung]
    for area in range(N_AREAS):
        out[INCIDENT + area] = state.incident[area]


@rule
def _arrangements(state: State, out: Any) -> None:
    for actor in range(N_ACTORS):
        out[ACCESS_SITES + actor] = state.access[actor] / MOST_SITES
        out[PLAN_KNOWN + actor] = THIRDS[state.plan_known[actor, USA]]
        out[LEAKED + actor] = HALVES[state.leaked[actor, USA]]
        out[HOST_SUPPORT + actor] = state.host_support[actor]
        out[HARDENED + actor] = state.hardened[actor]
        out[CAPABILITY + actor] = state.capability[actor] / MOST_CAPABILITY
        out[DISASTER + actor] = state.disaster[actor]
    out[COMMAND] = state.command
    out[DESIGNATION] = HALVES[state.designation]
    out[LOGISTICS] = state.logistics
    out[PROTECTION] = state.protection
    out[TRAINERS_KNOWN] = state.trainers_known[USA]


@rule
def _disputes(state: State, out: Any) -> None:
    """Write the hotline, crisis, truce and ripeness of each pair, and the terms that each side holds."""
    pair = 0
    for i in range(N_ACTORS):
        for j in range(i + 1, N_ACTORS):
            lasted = state.crisis_turns[i, j]
            out[HOTLINE + pair] = state.hotline[i, j]
            out[CRISIS + pair] = minimum(1.0, lasted / CRISIS_SCALE)
            out[CRISIS_OPENER + pair] = 0.5 if lasted == 0.0 else 1.0 * state.crisis_opener[i, j]
            out[TRUCE + pair] = minimum(1.0, state.truce_turns[i, j] / CRISIS_SCALE)
            out[RIPENESS + pair] = state.ripeness[i, j]
            pair += 1
        for j in range(N_ACTORS):
            out[TERMS + i * N_ACTORS + j] = 0.5 + 0.5 * state.terms[i, j]


@rule
def _private(state: State, actor: int, out: Any) -> None:
    for other in range(N_ACTORS):
        out[ACTOR + other] = 1.0 if other == actor else 0.0
    out[GOAL] = state.goal[actor]
    out[RESOLVE] = state.resolve[actor]
    out[READINESS] = state.readiness[actor]
    out[CREDIBILITY] = state.credibility[actor]
    out[CAPITAL] = state.capital[actor]
    out[SUPPORT] = state.support[actor]
    out[COMING] = state.order_amount[actor]
    out[ASSESSMENT] = state.assessment if actor == JAPAN else 0.0
    out[TRAINERS] = state.trainers[USA] if actor == USA or actor == TAIWAN else 0.0
    out[RESTRAINT] = state.restraint[actor]
    out[PROPENSITY] = state.propensity[actor]
    out[SHARE] = state.share[actor]
    out[OUTWEIGHED] = _bounded(state.outweighed[actor])


@rule
def _relations(state: State, actor: int, out: Any) -> None:
    for other in range(N_ACTORS):
        out[GRIEVANCE_VERBAL + other] = state.grievance_verbal[actor, other]
        out[GRIEVANCE_MILITARY + other] = state.grievance_military[actor, other]
        out[TENSION + other] = state.tension[actor, other]
        out[TENSION_CAUSED + other] = state.tension[other, actor]
        out[HOSTILITY + other] = state.hostility[actor, other]
        out[TRUST_GIVEN + other] = state.trust[actor, other]
        out[TRUST_RECEIVED + other] = state.trust[other, actor]
        out[JOINT_PLAN + other] = THIRDS[state.plan[actor, other]]
        out[OFFER_ACT + other] = 0.0
        out[OFFER_STATEMENT + other] = 0.0
        out[REASSURANCE + other] = state.reassurance[other, actor]
        out[LEVERAGE + other] = state.leverage[actor, other]
        out[DEAL_OFFER_RECEIVED + other] = 1.0 if state.offer_turns[other, actor] > 0.0 else 0.0
        out[DEAL_OFFER_MADE + other] = 1.0 if state.offer_turns[actor, other] > 0.0 else 0.0


@rule
def _near(state: State, params: Params, actor: int, out: Any) -> None:
    """Write the presence that each actor keeps near the observer's claims."""
    a, b, c, d, e = 0.0, 0.0, 0.0, 0.0, 0.0
    for area in range(N_AREAS):
        claim = params.claim[actor, area]
        if claim > 0.0:  # most areas are not claimed
            a += claim * state.strength[0, area]
            b += claim * state.strength[1, area]
            c += claim * state.strength[2, area]
            d += claim * state.strength[3, area]
            e += claim * state.strength[4, area]
    out[FORWARD] = _bounded(a)
    out[FORWARD + 1] = _bounded(b)
    out[FORWARD + 2] = _bounded(c)
    out[FORWARD + 3] = _bounded(d)
    out[FORWARD + 4] = _bounded(e)


@rule
def _offers(state: State, actor: int, out: Any) -> None:
    """Write the actor's open proposals into the observations of the recipients."""
    statement, act = state.proposal[actor, 0], state.proposal[actor, 1]
    if statement >= 0:
        out[MOVE_TARGET[statement], OFFER_STATEMENT + actor] = 1.0
    if act >= 0:
        out[MOVE_TARGET[act], OFFER_ACT + actor] = OFFER_CODE[MOVE_KIND[act]]


@rule
def _blur(state: State, params: Params, actor: int, out: Any) -> None:
    """Add noise to the observed presence of other actors, drawn each turn (R15.1).

    The share, balance and propensity of the actor stay exact, because they are its own estimates and rewards depend on them.
    """
    for other in range(N_ACTORS):
        if other == actor:
            continue
        for area in range(N_AREAS):
            cell = other * N_AREAS + area
            drawn = uniforms(state.seed, state.episode, state.turn, NOISE, actor * 64 + cell // 4)[cell % 4]
            seen = out[STRENGTH + cell] + params.observation_noise * (2.0 * drawn - 1.0)
            out[STRENGTH + cell] = minimum(0.99, maximum(0.0, seen))
        near = 0.0  # quantities derived from the observed values
        for area in range(N_AREAS):
            seen = float(out[STRENGTH + other * N_AREAS + area])  # in float64, compiled or not
            near += params.claim[actor, area] * seen / (1.0 - seen)
        out[FORWARD + other] = _bounded(near)
