"""Make private content public, by chance or by schedule (phase 7: R7.1)."""

from typing import Final

from straits.envs.core.jit import flat, rule
from straits.envs.core.records import Params, State
from straits.envs.core.rng import LEAKS, uniforms
from straits.envs.core.state import LEAK, N_EVENTS
from straits.envs.rules.math import minimum
from straits.envs.spec.constants import HIDDEN, JAPAN, N_ACTORS, PHILIPPINES, TAIWAN, USA
from straits.envs.spec.moves import DISCLOSE

ANSWERABLE: Final = 2  # turns in which a leak can be answered (assumption)
FULL_CONTENT: Final = 4.0  # one, and the stages of a formal plan: the content of a leak of full size (assumption)


@rule
def leak(state: State, params: Params) -> None:
    """Draw leaks of hidden plans, talks and trainers, more likely at later stages (R7.1, F13, F17)."""
    leaked = flat(state.leaked)
    for pair in range(N_ACTORS * N_ACTORS):
        leaked[pair] -= leaked[pair] > 0
    _maybe(state, params, USA, JAPAN, 0)
    _maybe(state, params, USA, PHILIPPINES, 1)
    hidden = state.trainers[USA] - state.trainers_known[USA]
    if hidden > HIDDEN and _draw(state, 2) < params.leak_rate:
        state.trainers_known[USA] = state.trainers[USA]
        for rival in range(N_ACTORS):
            _offend(state, params, USA, rival, params.provocation[DISCLOSE] * params.rival[rival, TAIWAN])
    for event in range(N_EVENTS):
        if params.schedule[event, 0] == state.turn and params.schedule[event, 1] == LEAK:
            _publish(state, params, params.schedule[event, 2], params.schedule[event, 3])


@rule
def _draw(state: State, index: int) -> float:
    return uniforms(state.seed, state.episode, state.turn, LEAKS, 0)[index]


@rule
def _maybe(state: State, params: Params, one: int, two: int, index: int) -> None:
    hidden = state.plan[one, two] - state.plan_known[one, two] + state.talk[one, two]
    if params.privacy == 0.0:
        state.plan_known[one, two] = state.plan[one, two]
        state.plan_known[two, one] = state.plan[one, two]
    elif hidden > 0.0 and params.leak_rate > 0.0 and _draw(state, index) < params.leak_rate * hidden:
        _publish(state, params, one, two)


@rule
def _publish(state: State, params: Params, one: int, two: int) -> None:
    """Let rivals react to a leak as to a public act, in proportion to the hidden content."""
    hidden = state.plan[one, two] - state.plan_known[one, two] + state.talk[one, two]
    size = params.leak_provocation * minimum(1.0, (1.0 + hidden) / FULL_CONTENT)
    if hidden == 0.0:
        return
    for side in range(2):
        a, b = (one, two) if side == 0 else (two, one)
        state.plan_known[a, b] = state.plan[a, b]
        state.talk[a, b] = 0.0
        state.leaked[a, b] = ANSWERABLE
        state.leak_size[a, b] = size
        for rival in range(N_ACTORS):
            _offend(state, params, a, rival, size * params.rival[rival, a])
    if two == JAPAN or two == PHILIPPINES:  # residents of the hosting region react too (F08, F13)
        state.host_support[two] *= 1.0 - params.leak_unease * size


@rule
def _offend(state: State, params: Params, actor: int, rival: int, size: float) -> None:
    if rival != actor:
        state.provocation_verbal[actor, rival] = minimum(1.0, state.provocation_verbal[actor, rival] + size)
