"""Phase 9a, propensity: how inclined each actor is to escalate next, the opposite signs of F37 (Jervis 1978)."""

from typing import Any

from straits.envs.compiled import rule
from straits.envs.rules.score import attainable
from straits.envs.vocabulary import N_ACTORS, N_AREAS, OPPORTUNIST


@rule
def propensity(game: Any, world: Any) -> None:
    """R9.1, R9.2: e = sigma(fear) for security-seekers, sigma(opportunity - deterrence) for opportunists, less restraint."""
    for actor in range(N_ACTORS):
        posture = rival_posture(game, world, actor)
        if game.goal[actor] == OPPORTUNIST:
            drive = world.opportunity_gain * attainable(game, world, actor) - world.deterrence_gain * posture
        else:
            drive = world.fear_gain * posture - 0.5
        game.propensity[actor] = sigmoid(drive) * (1.0 - game.restraint[actor])


@rule
def rival_posture(game: Any, world: Any, actor: int) -> float:
    """Rivals' strength in each area and their missiles that reach it, weighted by the actor's claims, rivalry normalised."""
    total = 0.0
    weight = 0.0
    for other in range(N_ACTORS):
        rivalry = world.rival[actor, other]
        weight += rivalry
        for area in range(N_AREAS):
            total += rivalry * world.claim[actor, area] * (game.strength[other, area] + game.denial[other, area])
    return total / weight if weight > 0.0 else 0.0


@rule
def sigmoid(x: float) -> float:
    """A rational sigmoid onto (0, 1): exact where exp is not."""
    return 0.5 + 0.5 * x / (1.0 + abs(x))
