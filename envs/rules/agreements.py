"""Apply agreements that need two sides (phase 2: R2.1-R2.3).

A proposal stays open for one turn. If the second side chooses the same move in time, the agreement takes effect.
"""

from straits.envs.core.jit import rule
from straits.envs.core.records import Params, State
from straits.envs.rules.legality import rest_kind
from straits.envs.rules.math import minimum
from straits.envs.spec.constants import N_ACTORS, STATEMENT
from straits.envs.spec.moves import (
    CHANNEL_OFFSET,
    CONSULT,
    DEAL,
    INTEGRATE,
    JOINT_PEACE,
    KIND_NEEDS_TWO,
    MOVE_AT,
    MOVE_KIND,
    MOVE_TARGET,
    PLAN,
    SUMMIT,
)


@rule
def update_agreements(state: State, params: Params) -> None:
    """Find the agreements of this turn, apply each once, and keep the rest as open proposals (R2.1)."""
    for c in range(2):  # statements, then acts
        for actor in range(N_ACTORS):
            state.agreed[actor, c] = -1
        for actor in range(N_ACTORS):
            _match(state, actor, c)
        for actor in range(N_ACTORS):
            move = state.agreed[actor, c]
            if move >= 0 and not _mutual(state, actor, c):
                state.agreed[actor, c] = -1
            elif move >= 0 and actor < MOVE_TARGET[move]:
                _seal(state, params, actor, MOVE_TARGET[move], MOVE_KIND[move])
        for actor in range(N_ACTORS):
            _leave_open(state, actor, c)


@rule
def trust_more(state: State, patron: int, client: int, gain: float) -> None:
    """Raise the trust of the client in the patron, with saturation."""
    state.trust[patron, client] += gain * (1.0 - state.trust[patron, client])


@rule
def _chosen(state: State, actor: int, c: int) -> int:
    return CHANNEL_OFFSET[STATEMENT + c] + state.moves[actor, STATEMENT + c]


@rule
def _match(state: State, actor: int, c: int) -> None:
    move = _chosen(state, actor, c)
    kind = MOVE_KIND[move]
    if KIND_NEEDS_TWO[kind] and state.agreed[actor, c] < 0:
        other = MOVE_TARGET[move]
        answer = MOVE_AT[kind, actor]
        if _chosen(state, other, c) == answer or (state.proposal[other, c] == answer and state.agreed[other, c] < 0):
            state.agreed[actor, c] = move
            state.agreed[other, c] = answer


@rule
def _mutual(state: State, actor: int, c: int) -> bool:
    move = state.agreed[actor, c]
    other = MOVE_TARGET[move]
    return state.agreed[other, c] == MOVE_AT[MOVE_KIND[move], actor]


@rule
def _seal(state: State, params: Params, one: int, two: int, kind: int) -> None:
    """Apply the immediate effects of an agreement and start the cooldown of both sides (R2.2, R2.3).

    New sites open at the end of the turn (R10.8).
    """
    rest = params.cooldown_turns[kind] + 1 if params.cooldown_turns[kind] > 0 else 0
    rest_kind(state, one, kind, rest)
    rest_kind(state, two, kind, rest)
    if kind == JOINT_PEACE:
        _trust_both(state, params, one, two, params.joint_trust)
    elif kind == CONSULT:
        _trust_both(state, params, one, two, params.consult_trust)
        state.talk[one, two] = 1.0
        state.talk[two, one] = 1.0
    elif kind == PLAN:
        _plan(state, one, two)
        _trust_both(state, params, one, two, params.consult_trust)
    elif kind == SUMMIT:
        _trust_both(state, params, one, two, params.summit_trust)
    elif kind == DEAL:
        state.hotline[one, two] = 1
        state.hotline[two, one] = 1
    elif kind == INTEGRATE:
        state.command = minimum(1.0, state.command + params.integration_step)
        _trust_both(state, params, one, two, params.consult_trust)


@rule
def _trust_both(state: State, params: Params, one: int, two: int, gain: float) -> None:
    trust_more(state, one, two, gain * params.ally[one, two])
    trust_more(state, two, one, gain * params.ally[one, two])


@rule
def _plan(state: State, one: int, two: int) -> None:
    """Advance a joint plan by one stage (F10). Only this function advances plans."""
    stage = minimum(3, state.plan[one, two] + 1)
    state.plan[one, two] = stage
    state.plan[two, one] = stage


@rule
def _leave_open(state: State, actor: int, c: int) -> None:
    move = _chosen(state, actor, c)
    waiting = KIND_NEEDS_TWO[MOVE_KIND[move]] and state.agreed[actor, c] != move
    state.proposal[actor, c] = move if waiting else -1
