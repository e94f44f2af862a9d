"""Play one turn in four stages, and start a game: the table of contents of the rules."""

from typing import Any

from straits.envs.core.jit import flat, rule
from straits.envs.core.records import Params, State
from straits.envs.core.rng import TYPES, uniforms
from straits.envs.rules.agreements import update_agreements
from straits.envs.rules.answers import answer
from straits.envs.rules.conflict import risk
from straits.envs.rules.contest import contest
from straits.envs.rules.crises import begin_crises, update_crises
from straits.envs.rules.diplomacy import update_diplomacy
from straits.envs.rules.domestic import domestic
from straits.envs.rules.exogenous import exogenous, redraw
from straits.envs.rules.leaks import leak
from straits.envs.rules.legality import gate, recover_rest
from straits.envs.rules.math import maximum
from straits.envs.rules.perception import perceive
from straits.envs.rules.presence import act, measure
from straits.envs.rules.propensity import update_propensity
from straits.envs.rules.rewards import felt, reach_out, score, traded
from straits.envs.rules.signals import signal
from straits.envs.spec.constants import CONFLICT, CONFLICT_RUNG, CRISIS_RUNG, HORIZON, N_ACTORS, RUNNING


@rule
def apply_actions(state: State, params: Params, moves: Any, illegal: Any) -> None:
    """Run stage 1: apply the moves of all actors.

    Args:
        state: Record of the game.
        params: Parameter record.
        moves: (actors, channels) choices.
        illegal: (actors, channels) output, 1 where a choice was illegal.
    """
    gate(state, params, moves, illegal)
    update_agreements(state, params)
    act(state, params)
    signal(state, params)


@rule
def update_responses(state: State, params: Params) -> None:
    """Run stage 2: update demand, commitments, leaks and perceptions."""
    answer(state, params)
    update_diplomacy(state, params)
    leak(state, params)
    perceive(state, params)


@rule
def draw_events(state: State, params: Params) -> None:
    """Run stage 3: draw incidents, conflict and exogenous events, then end the turn."""
    risk(state, params)
    domestic(state, params)
    update_crises(state, params)
    exogenous(state, params)
    end(state, params)


@rule
def compute_rewards(state: State, params: Params) -> None:
    """Run stage 4: compute rewards and the next legal moves."""
    score(state, params)
    update_propensity(state, params)
    recover_rest(state, params)


@rule
def begin(state: State, params: Params) -> None:
    """Draw private types and store the start state as the reference of rewards. The record holds the start state."""
    for actor in range(N_ACTORS):
        goal, resolve, _, _ = uniforms(state.seed, state.episode, 0, TYPES, actor)
        redraw(state, params, actor, goal, resolve)
    measure(state, params)
    contest(state, params)
    reach_out(state)
    for actor in range(N_ACTORS):
        state.usual_share[actor] = state.share[actor]
        state.usual_outweighed[actor] = state.outweighed[actor]
        state.start_felt[actor] = felt(state, params, actor)
        state.start_traded[actor] = traded(state, params, actor)
    begin_crises(state, params)
    update_propensity(state, params)
    state.peak_tension = 0.0
    state.peak_rung = 0
    _count(state)


@rule
def _count(state: State) -> None:
    """Update the peaks and the first actor that escalated."""
    rungs = flat(state.rung)
    peak = 0
    for pair in range(N_ACTORS * N_ACTORS):
        peak = maximum(peak, int(rungs[pair]))
    if peak >= CRISIS_RUNG and state.first < 0:
        state.first = _first(state)
    state.peak_rung = maximum(state.peak_rung, peak)
    for i in range(N_ACTORS):
        for j in range(i + 1, N_ACTORS):
            state.peak_tension = maximum(state.peak_tension, 0.5 * (state.tension[i, j] + state.tension[j, i]))


@rule
def _first(state: State) -> int:
    for i in range(N_ACTORS):
        for j in range(N_ACTORS):
            if state.rung[i, j] >= CRISIS_RUNG:
                return i
    return -1


@rule
def end(state: State, params: Params) -> None:
    """Count the turn and end the game by conflict or at the horizon, never by both.

    Conflict ends the game for all actors. Otherwise the horizon truncates it.
    """
    _count(state)
    if state.outcome == CONFLICT:
        state.peak_rung = CONFLICT_RUNG
    elif state.outcome == RUNNING and state.turn + 1 >= state.horizon:
        state.outcome = HORIZON
    state.turn += 1
