"""Draw exogenous events (phase 12: R12.1-R12.3): disasters, leadership changes and drift of capability, all set by the scenario."""

from straits.envs.core.jit import rule
from straits.envs.core.records import Params, State
from straits.envs.core.rng import EXOGENOUS, uniforms
from straits.envs.core.state import DISASTER, LEADERSHIP, N_EVENTS
from straits.envs.rules.math import maximum, minimum
from straits.envs.spec.constants import CHINA, LEAST_CAPABILITY, MOST_CAPABILITY, N_ACTORS, OPPORTUNIST, SECURITY_SEEKER


@rule
def exogenous(state: State, params: Params) -> None:
    """Draw the exogenous events of this turn (R12.1-R12.3)."""
    for actor in range(N_ACTORS):
        state.disaster[actor] *= params.disaster_keep
        sign = 1.0 if actor == CHINA else -1.0
        state.capability[actor] = minimum(MOST_CAPABILITY, maximum(LEAST_CAPABILITY, state.capability[actor] + sign * params.drift))
    if params.disaster_rate > 0.0 or params.leadership_rate > 0.0:
        struck, changed, goal, resolve = uniforms(state.seed, state.episode, state.turn, EXOGENOUS, 0)
        victim = chosen(struck, params.disaster_rate)
        if victim >= 0:
            state.disaster[victim] = 1.0
        leader = chosen(changed, params.leadership_rate)
        if leader >= 0:
            redraw(state, params, leader, goal, resolve)
    for event in range(N_EVENTS):
        if params.schedule[event, 0] == state.turn:
            _scheduled(state, params, params.schedule[event, 1], params.schedule[event, 2])


@rule
def chosen(drawn: float, rate: float) -> int:
    """Return the actor that an event strikes, at most one per turn.

    Args:
        drawn: Uniform number over (0, 1).
        rate: Rate of the event per actor.

    Returns:
        Index of the actor, or -1 if there is no event.
    """
    for actor in range(N_ACTORS):
        if drawn < rate * (actor + 1):
            return actor
    return -1


@rule
def redraw(state: State, params: Params, actor: int, goal: float, resolve: float) -> None:
    """Draw a new private type for an actor (R12.2, F33)."""
    state.goal[actor] = OPPORTUNIST if goal < params.opportunist_share[actor] else SECURITY_SEEKER
    low, high = params.resolve_range[actor, 0], params.resolve_range[actor, 1]
    state.resolve[actor] = low + (high - low) * resolve


@rule
def _scheduled(state: State, params: Params, event: int, actor: int) -> None:
    if event == DISASTER:
        state.disaster[actor] = 1.0
    elif event == LEADERSHIP:
        _, _, goal, resolve = uniforms(state.seed, state.episode, state.turn, EXOGENOUS, 1 + actor)
        redraw(state, params, actor, goal, resolve)
