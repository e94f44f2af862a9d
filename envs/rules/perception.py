"""Update threat, tension and hostility from presence and events (phase 8: R8.1-R8.4).

The updates are monotone for every receiver.
"""

from straits.envs.core.jit import flat, rule
from straits.envs.core.records import Params, State
from straits.envs.rules.math import maximum, minimum
from straits.envs.spec.constants import CHINA, JAPAN, N_ACTORS, N_AREAS, TAIWAN


@rule
def perceive(state: State, params: Params) -> None:
    """Update the perceptions of every actor towards every other."""
    for i in range(N_ACTORS):
        for j in range(N_ACTORS):
            state.received_provocation[i, j] = minimum(1.0, state.provocation_presence[j, i] + state.provocation_verbal[j, i])
            state.received_reassurance[i, j] = state.reassurance[j, i]
            state.threat[i, j] = threat(state, params, i, j)
    _feel(state, params)
    for i in range(N_ACTORS):
        state.tension[i, i] = 0.0
    state.assessment = assess(state)


@rule
def threat(state: State, params: Params, i: int, j: int) -> float:
    """Compute R8.1: threat of j to i = sum over areas of proximity times strength (Walt 1987)."""
    total = 0.0
    for area in range(N_AREAS):
        total += params.proximity[i, area] * state.strength[j, area]
    return total


@rule
def fixed_point(state: State, params: Params, i: int, j: int) -> float:
    """Compute R8.2: T* = floor + slope * hostility * threat, at most 1; the linear part is Richardson's reaction."""
    return minimum(1.0, params.tension_floor + params.tension_slope * state.hostility[i, j] * threat(state, params, i, j))


@rule
def assess(state: State) -> float:
    """Compute R1.5: Japan's private estimate of how far a contingency affects its own peace and security (F05)."""
    return minimum(1.0, 0.5 * (state.tension[JAPAN, CHINA] + state.tension[TAIWAN, CHINA]))


@rule
def _feel(state: State, params: Params) -> None:
    """Move tension towards its fixed point, then apply events, for all pairs at once (R8.2-R8.4).

    Provocation saturates at 1. Warmth removes a share.
    """
    all_tension, all_hostility, threats = flat(state.tension), flat(state.hostility), flat(state.threat)
    provocations, reassurances = flat(state.received_provocation), flat(state.received_reassurance)
    bases = flat(params.hostility_base)
    floor, slope, rate, event = params.tension_floor, params.tension_slope, params.tension_rate, params.event_tension
    gain, back, appeased = params.hostility_gain, params.hostility_rate, params.hostility_relief
    for pair in range(N_ACTORS * N_ACTORS):
        tension, hostility, warmth = all_tension[pair], all_hostility[pair], reassurances[pair]
        fixed = minimum(1.0, floor + slope * hostility * threats[pair])
        provocation = provocations[pair]
        tension += rate * (fixed - tension)
        tension += event * provocation * (1.0 - tension)
        tension -= warmth * maximum(0.0, tension - floor)
        all_tension[pair] = minimum(1.0, maximum(0.0, tension))
        hostility += gain * provocation * (1.0 - hostility) - back * (hostility - bases[pair])
        hostility -= appeased * gain * warmth * hostility
        all_hostility[pair] = minimum(1.0, maximum(0.0, hostility))
