"""Phase 4, perceive: threat, tension, hostility and custom follow presence and events, monotone for every receiver."""

from typing import Any

from straits.envs.compiled import rule
from straits.envs.vocabulary import CHINA, JAPAN, N_ACTORS, N_AREAS, TAIWAN


@rule
def perceive(game: Any, world: Any) -> None:
    """Update what every actor feels about every other."""
    for i in range(N_ACTORS):
        for j in range(N_ACTORS):
            if i != j:
                _feel(game, world, i, j)
        _habituate(game, world, i)
    game.assessment = assess(game)


@rule
def threat(game: Any, world: Any, i: int, j: int) -> float:
    """R4.1: threat of j to i = sum over areas of proximity times strength (Walt 1987)."""
    total = 0.0
    for area in range(N_AREAS):
        total += world.proximity[i, area] * game.strength[j, area]
    return total


@rule
def fixed_point(game: Any, world: Any, i: int, j: int) -> float:
    """R4.2: T* = floor + slope * hostility * threat, at most 1; the linear part is Richardson's reaction."""
    return min(1.0, world.tension_floor + world.tension_slope * game.hostility[i, j] * threat(game, world, i, j))


@rule
def assess(game: Any) -> float:
    """R1.5: Japan's private judgement of how far a contingency touches its own peace and security (F05)."""
    return min(1.0, 0.5 * (game.tension[JAPAN, CHINA] + game.tension[TAIWAN, CHINA]))


@rule
def _feel(game: Any, world: Any, i: int, j: int) -> None:
    """R4.2-R4.4: approach the fixed point, then events; provocation saturates at 1, warmth takes a share."""
    tension = game.tension[i, j]
    tension += world.tension_rate * (fixed_point(game, world, i, j) - tension)
    provocation = min(1.0, game.pressed[j, i] + game.offended[j, i])
    tension += world.event_tension * provocation * (1.0 - tension)
    tension -= game.warmed[j, i] * max(0.0, tension - world.tension_floor)
    game.tension[i, j] = min(1.0, max(0.0, tension))
    hostility = game.hostility[i, j]
    base = world.hostility_base[i, j]
    hostility += world.hostility_gain * provocation * (1.0 - hostility) - world.hostility_rate * (hostility - base)
    hostility -= 0.5 * world.hostility_gain * game.warmed[j, i] * hostility
    game.hostility[i, j] = min(1.0, max(0.0, hostility))


@rule
def sustained(game: Any, world: Any, i: int) -> float:
    """R4.5: presence in claimed areas, weighted by the claims."""
    total = 0.0
    for area in range(N_AREAS):
        total += world.claim[i, area] * min(1.0, game.strength[i, area])
    return total


@rule
def _habituate(game: Any, world: Any, i: int) -> None:
    """R4.5: sustained presence in claimed areas slowly becomes custom (F20)."""
    game.custom[i] += world.custom_rate * (sustained(game, world, i) - game.custom[i])
