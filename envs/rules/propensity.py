"""Compute the propensity of each actor to escalate next (phase 9a), with the opposite signs of F37 (Jervis 1978)."""

from typing import Any

from straits.envs.core.jit import rule
from straits.envs.spec.constants import N_ACTORS, OPPORTUNIST


@rule
def propensity(game: Any, world: Any) -> None:
    """Compute R9.1, R9.2: the escalation propensity e of each actor.

    e = sigma(fear) for security-seekers, and sigma(opportunity - deterrence) for opportunists, less restraint.
    """
    for actor in range(N_ACTORS):
        posture = game.posture[actor]
        if game.goal[actor] == OPPORTUNIST:
            drive = world.opportunity_gain * game.attainable[actor] - world.deterrence_gain * posture
        else:
            drive = world.fear_gain * posture - 0.5
        game.propensity[actor] = sigmoid(drive) * (1.0 - game.restraint[actor])


@rule
def sigmoid(x: float) -> float:
    """Compute a rational sigmoid onto (0, 1), which is exact where exp is not."""
    return 0.5 + 0.5 * x / (1.0 + abs(x))
