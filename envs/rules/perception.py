"""Update threat, tension, hostility and habituation from presence and events (phase 4, R4.1-R4.5).

The updates are monotone for every receiver.
"""

from typing import Any

from straits.envs.core.jit import rule
from straits.envs.core.views import flat
from straits.envs.rules.math import greater, lesser
from straits.envs.spec.constants import CHINA, JAPAN, N_ACTORS, N_AREAS, TAIWAN


@rule
def perceive(game: Any, world: Any) -> None:
    """Update the perceptions of every actor towards every other."""
    for i in range(N_ACTORS):
        for j in range(N_ACTORS):
            game.met[i, j] = game.provocation_presence[j, i]
            game.heard[i, j] = game.provocation_verbal[j, i]
            game.comforted[i, j] = game.reassurance[j, i]
            game.threat[i, j] = threat(game, world, i, j)
    _feel(game, world)
    for i in range(N_ACTORS):
        game.tension[i, i] = 0.0
        _habituate(game, world, i)
    game.assessment = assess(game)


@rule
def threat(game: Any, world: Any, i: int, j: int) -> float:
    """Compute R4.1: threat of j to i = sum over areas of proximity times strength (Walt 1987)."""
    total = 0.0
    for area in range(N_AREAS):
        total += world.proximity[i, area] * game.strength[j, area]
    return total


@rule
def fixed_point(game: Any, world: Any, i: int, j: int) -> float:
    """Compute R4.2: T* = floor + slope * hostility * threat, at most 1; the linear part is Richardson's reaction."""
    return lesser(1.0, world.tension_floor + world.tension_slope * game.hostility[i, j] * threat(game, world, i, j))


@rule
def assess(game: Any) -> float:
    """Compute R1.5: Japan's private estimate of how far a contingency affects its own peace and security (F05)."""
    return lesser(1.0, 0.5 * (game.tension[JAPAN, CHINA] + game.tension[TAIWAN, CHINA]))


@rule
def _feel(game: Any, world: Any) -> None:
    """Move tension towards its fixed point, then apply events, for all pairs at once (R4.2-R4.4).

    Provocation saturates at 1. Warmth removes a share.
    """
    all_tension, all_hostility, threats = flat(game.tension), flat(game.hostility), flat(game.threat)
    met, heard, comforted, bases = flat(game.met), flat(game.heard), flat(game.comforted), flat(world.hostility_base)
    floor, slope, rate, event = world.tension_floor, world.tension_slope, world.tension_rate, world.event_tension
    gain, back = world.hostility_gain, world.hostility_rate
    for pair in range(N_ACTORS * N_ACTORS):
        tension, hostility, warmth = all_tension[pair], all_hostility[pair], comforted[pair]
        fixed = lesser(1.0, floor + slope * hostility * threats[pair])
        provocation = lesser(1.0, met[pair] + heard[pair])
        tension += rate * (fixed - tension)
        tension += event * provocation * (1.0 - tension)
        tension -= warmth * greater(0.0, tension - floor)
        all_tension[pair] = lesser(1.0, greater(0.0, tension))
        hostility += gain * provocation * (1.0 - hostility) - back * (hostility - bases[pair])
        hostility -= 0.5 * gain * warmth * hostility
        all_hostility[pair] = lesser(1.0, greater(0.0, hostility))


@rule
def sustained(game: Any, world: Any, i: int) -> float:
    """Compute R4.5: presence in claimed areas, weighted by the claims."""
    total = 0.0
    for area in range(N_AREAS):
        total += world.claim[i, area] * lesser(1.0, game.strength[i, area])
    return total


@rule
def _habituate(game: Any, world: Any, i: int) -> None:
    """Apply R4.5: actors slowly get used to sustained presence in claimed areas (F20)."""
    game.habituation[i] += world.habituation_rate * (sustained(game, world, i) - game.habituation[i])
