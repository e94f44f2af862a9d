"""Draw exogenous events (phase 7): disasters, leadership changes and drift of capability, all set by the scenario."""

from typing import Any

from straits.envs.core.jit import rule
from straits.envs.core.philox import uniforms
from straits.envs.core.state import DISASTER, LEADERSHIP, N_EVENTS
from straits.envs.core.streams import EXOGENOUS
from straits.envs.rules.math import greater, lesser
from straits.envs.spec.constants import CHINA, N_ACTORS, OPPORTUNIST, SECURITY_SEEKER


@rule
def exogenous(game: Any, world: Any) -> None:
    """Draw the exogenous events of this turn (R7.1-R7.3)."""
    for actor in range(N_ACTORS):
        game.disaster[actor] *= world.disaster_keep
        sign = 1.0 if actor == CHINA else -1.0
        game.capability[actor] = lesser(1.5, greater(0.5, game.capability[actor] + sign * world.drift))
    if world.disaster_rate > 0.0 or world.leadership_rate > 0.0:
        struck, changed, goal, resolve = uniforms(game.seed, game.episode, game.turn, EXOGENOUS, 0)
        victim = chosen(struck, world.disaster_rate)
        if victim >= 0:
            game.disaster[victim] = 1.0
        leader = chosen(changed, world.leadership_rate)
        if leader >= 0:
            redraw(game, world, leader, goal, resolve)
    for event in range(N_EVENTS):
        if world.schedule[event, 0] == game.turn:
            _scheduled(game, world, world.schedule[event, 1], world.schedule[event, 2])


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
def redraw(game: Any, world: Any, actor: int, goal: float, resolve: float) -> None:
    """Draw a new private type for an actor (R7.2, F33)."""
    game.goal[actor] = OPPORTUNIST if goal < world.opportunist_share[actor] else SECURITY_SEEKER
    low, high = world.resolve_range[actor, 0], world.resolve_range[actor, 1]
    game.resolve[actor] = low + (high - low) * resolve


@rule
def _scheduled(game: Any, world: Any, event: int, actor: int) -> None:
    if event == DISASTER:
        game.disaster[actor] = 1.0
    elif event == LEADERSHIP:
        _, _, goal, resolve = uniforms(game.seed, game.episode, game.turn, EXOGENOUS, 1 + actor)
        redraw(game, world, actor, goal, resolve)
