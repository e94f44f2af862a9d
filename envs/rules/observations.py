"""Write the observation of each actor (phase 9b).

The values are float32 in the order of `observation.SCHEMA`. An actor sees its own private state in full and the public state of
the other actors, nothing else.
"""

from typing import Any, Final

import numpy as np

from straits.envs.core.jit import rule
from straits.envs.core.rng import NOISE, uniforms
from straits.envs.rules.math import maximum, minimum
from straits.envs.spec.constants import JAPAN, N_ACTORS, N_AREAS, N_PAIRS, TAIWAN, USA
from straits.envs.spec.moves import ACCESS, CONSULT, DEAL, INTEGRATE, MOVE_KIND, MOVE_TARGET, N_KINDS, PLAN, SUMMIT
from straits.envs.spec.observation import N_PRIVATE, N_PUBLIC, SLICES

HALVES: Final = np.arange(3) / 2.0  # stages and statuses as shares of the highest; a lookup is faster than a division
THIRDS: Final = np.arange(4) / 3.0
FIFTHS: Final = np.arange(6) / 5.0
SIXTHS: Final = np.arange(7) / 6.0
OFFER_CODE: Final = np.zeros(N_KINDS)  # (kinds,) in sixths, 0 for none
for _code, _kind in enumerate((CONSULT, PLAN, SUMMIT, DEAL, INTEGRATE, ACCESS), start=1):
    OFFER_CODE[_kind] = _code / 6.0
OFFER_ACT: Final = SLICES["offer_act"].start
OFFER_STATEMENT: Final = SLICES["offer_statement"].start
PUBLIC_RUNG: Final = SLICES["rung"].start - N_PRIVATE


@rule
def observe(state: Any, params: Any, out: Any) -> None:
    """Write the observations.

    Args:
        state: Record of the game.
        params: Parameter record.
        out: (actors, N_OBSERVATION) float32 output.
    """
    _public(state, out[0])
    for actor in range(1, N_ACTORS):
        for n in range(N_PUBLIC):
            out[actor, N_PRIVATE + n] = out[0, N_PRIVATE + n]
    for actor in range(N_ACTORS):
        _private(state, params, actor, out[actor])
    for actor in range(N_ACTORS):
        _offers(state, actor, out)
    if params.observation_noise > 0.0:
        for actor in range(N_ACTORS):
            _blur(state, params, actor, out[actor])


@rule
def _bounded(x: float) -> float:
    return x / (1.0 + x)


@rule
def _public(state: Any, out: Any) -> None:
    n = N_PRIVATE
    out[n] = (state.horizon - state.turn) / state.horizon
    n += 1
    for actor in range(N_ACTORS):
        for area in range(N_AREAS):
            out[n] = _bounded(state.strength[actor, area])
            n += 1
    for i in range(N_ACTORS):
        for j in range(N_ACTORS):
            out[n] = FIFTHS[state.ambassador[i, j]]
            n += 1
    for i in range(N_ACTORS):
        for j in range(i + 1, N_ACTORS):
            out[n] = state.hotline[i, j]
            n += 1
    for i in range(N_ACTORS):
        rung = 0
        for j in range(N_ACTORS):
            out[n] = state.public_commitment[i, j]
            out[n + N_ACTORS * N_ACTORS] = minimum(1.0, state.provocation_presence[i, j] + state.provocation_verbal[i, j])
            rung = maximum(rung, state.rung[i, j])
            n += 1
        out[N_PRIVATE + PUBLIC_RUNG + i] = SIXTHS[rung]
    n += N_ACTORS * N_ACTORS + N_ACTORS
    for area in range(N_AREAS):
        out[n] = state.incident[area]
        n += 1
    _arrangements(state, out, n)


@rule
def _arrangements(state: Any, out: Any, n: int) -> None:
    for actor in range(N_ACTORS):
        out[n] = state.access[actor] / 9.0
        out[n + 5] = THIRDS[state.plan_known[actor, USA]]
        out[n + 10] = HALVES[state.leaked[actor, USA]]
        n += 1
    n += 10
    out[n] = state.command
    out[n + 1] = HALVES[state.designation]
    out[n + 2] = state.logistics
    out[n + 3] = state.protection
    n += 4
    for actor in range(N_ACTORS):
        out[n] = state.host_support[actor]
        out[n + 5] = state.hardened[actor]
        n += 1
    n += 5
    out[n] = state.trainers_known[USA]
    n += 1
    for actor in range(N_ACTORS):
        out[n] = state.capability[actor] / 1.5
        out[n + 5] = state.disaster[actor]
        n += 1
    n += 5
    for i in range(N_ACTORS):
        for j in range(i + 1, N_ACTORS):
            out[n] = minimum(1.0, state.crisis[i, j] / 10.0)
            open_now = state.crisis[i, j] > 0.0
            out[n + N_PAIRS] = 0.5 + (0.5 * (state.opened[i, j] - state.opened[j, i]) if open_now else 0.0)
            out[n + 2 * N_PAIRS] = minimum(1.0, state.truce[i, j] / 10.0)
            out[n + 3 * N_PAIRS] = state.ripe[i, j]
            n += 1
    n += 3 * N_PAIRS
    for i in range(N_ACTORS):
        for j in range(N_ACTORS):
            out[n] = 0.5 + 0.5 * state.terms[i, j]
            n += 1


@rule
def _private(state: Any, params: Any, actor: int, out: Any) -> None:
    for other in range(N_ACTORS):
        out[other] = 1.0 if other == actor else 0.0
    out[5] = state.goal[actor]
    out[6] = state.resolve[actor]
    out[7] = state.readiness[actor]
    out[8] = state.credibility[actor]
    out[9] = state.capital[actor]
    out[10] = state.support[actor]
    n = 11
    for other in range(N_ACTORS):
        out[n] = state.grievance_verbal[actor, other]
        out[n + 5] = state.grievance_military[actor, other]
        out[n + 10] = state.tension[actor, other]
        out[n + 15] = state.tension[other, actor]
        out[n + 20] = state.hostility[actor, other]
        out[n + 25] = state.trust[actor, other]
        out[n + 30] = state.trust[other, actor]
        out[n + 35] = THIRDS[state.plan[actor, other]]
        out[n + 40] = 0.0
        out[n + 45] = 0.0
        out[n + 50] = state.reassurance[other, actor]
        n += 1
    _standing(state, params, actor, out, n + 50)


@rule
def _standing(state: Any, params: Any, actor: int, out: Any, n: int) -> None:
    out[n] = state.order_amount[actor]
    out[n + 1] = state.assessment if actor == JAPAN else 0.0
    out[n + 2] = state.trainers[USA] if actor == USA or actor == TAIWAN else 0.0
    out[n + 3] = state.habituation[actor]
    out[n + 4] = state.restraint[actor]
    out[n + 5] = state.propensity[actor]
    out[n + 6] = state.share[actor]
    out[n + 7] = _bounded(state.outweighed[actor])
    n += 8
    for other in range(N_ACTORS):
        out[n] = state.leverage[actor, other]
        n += 1
    a, b, c, d, e = 0.0, 0.0, 0.0, 0.0, 0.0
    for area in range(N_AREAS):
        claim = params.claim[actor, area]
        if claim > 0.0:  # most areas are not claimed
            a += claim * state.strength[0, area]
            b += claim * state.strength[1, area]
            c += claim * state.strength[2, area]
            d += claim * state.strength[3, area]
            e += claim * state.strength[4, area]
    out[n] = _bounded(a)
    out[n + 1] = _bounded(b)
    out[n + 2] = _bounded(c)
    out[n + 3] = _bounded(d)
    out[n + 4] = _bounded(e)


@rule
def _offers(state: Any, actor: int, out: Any) -> None:
    """Write the actor's open proposals into the observations of the recipients."""
    statement, act = state.proposal[actor, 0], state.proposal[actor, 1]
    if statement >= 0:
        out[MOVE_TARGET[statement], OFFER_STATEMENT + actor] = 1.0
    if act >= 0:
        out[MOVE_TARGET[act], OFFER_ACT + actor] = OFFER_CODE[MOVE_KIND[act]]


@rule
def _blur(state: Any, params: Any, actor: int, out: Any) -> None:
    """Add noise to the observed presence of other actors, drawn each turn (R9.3).

    The share, balance and propensity of the actor stay exact, because they are its own estimates and rewards depend on them.
    """
    start = N_PRIVATE + 1
    for other in range(N_ACTORS):
        if other == actor:
            continue
        for area in range(N_AREAS):
            cell = other * N_AREAS + area
            drawn = uniforms(state.seed, state.episode, state.turn, NOISE, actor * 64 + cell // 4)[cell % 4]
            seen = out[start + cell] + params.observation_noise * (2.0 * drawn - 1.0)
            out[start + cell] = minimum(0.99, maximum(0.0, seen))
        near = 0.0  # quantities derived from the observed values
        for area in range(N_AREAS):
            seen = float(out[start + other * N_AREAS + area])  # in float64, compiled or not
            near += params.claim[actor, area] * seen / (1.0 - seen)
        out[N_PRIVATE - N_ACTORS + other] = _bounded(near)
