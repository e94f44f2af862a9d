"""Compute the propensity of each actor to escalate next (phase 14: R14.1, R14.2), with the opposite signs of F37 (Jervis 1978)."""

from straits.envs.core.jit import rule
from straits.envs.core.records import Params, State
from straits.envs.spec.constants import N_ACTORS, OPPORTUNIST


@rule
def update_propensity(state: State, params: Params) -> None:
    """Compute R14.1, R14.2: the escalation propensity e of each actor.

    e = sigma(fear) for security-seekers, and sigma(opportunity - deterrence) for opportunists, less restraint.
    """
    for actor in range(N_ACTORS):
        posture = state.posture[actor]
        if state.goal[actor] == OPPORTUNIST:
            drive = params.opportunity_gain * state.attainable[actor] - params.deterrence_gain * posture
        else:
            drive = params.fear_gain * posture - params.fear_threshold
        state.propensity[actor] = sigmoid(drive) * (1.0 - state.restraint[actor])


@rule
def sigmoid(x: float) -> float:
    """Compute a rational sigmoid onto (0, 1), which is exact where exp is not."""
    return 0.5 + 0.5 * x / (1.0 + abs(x))
