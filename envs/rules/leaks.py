"""Make private content public, by chance or by schedule (phase 3d, R3.2)."""

from typing import Any

from straits.envs.core.jit import rule
from straits.envs.core.philox import uniforms
from straits.envs.core.state import LEAK, N_EVENTS
from straits.envs.core.streams import LEAKS
from straits.envs.core.views import flat
from straits.envs.rules.math import lesser
from straits.envs.spec.constants import JAPAN, N_ACTORS, PHILIPPINES, TAIWAN, USA
from straits.envs.spec.moves import DISCLOSE

ANSWERABLE = 2  # turns in which a leak can be answered


@rule
def leak(game: Any, world: Any) -> None:
    """Draw leaks of hidden plans, talks and trainers, more likely at later stages (R3.2, F13, F17)."""
    leaked = flat(game.leaked)
    for pair in range(N_ACTORS * N_ACTORS):
        leaked[pair] -= leaked[pair] > 0
    _maybe(game, world, USA, JAPAN, 0)
    _maybe(game, world, USA, PHILIPPINES, 1)
    hidden = game.trainers[USA] - game.trainers_known[USA]
    if hidden > 0.01 and _draw(game, 2) < world.leak_rate:
        game.trainers_known[USA] = game.trainers[USA]
        for rival in range(N_ACTORS):
            _offend(game, world, USA, rival, world.provocation[DISCLOSE] * world.rival[rival, TAIWAN])
    for event in range(N_EVENTS):
        if world.schedule[event, 0] == game.turn and world.schedule[event, 1] == LEAK:
            _publish(game, world, world.schedule[event, 2], world.schedule[event, 3])


@rule
def _draw(game: Any, index: int) -> float:
    return uniforms(game.seed, game.episode, game.turn, LEAKS, 0)[index]


@rule
def _maybe(game: Any, world: Any, one: int, two: int, index: int) -> None:
    hidden = game.plan[one, two] - game.plan_known[one, two] + game.talk[one, two]
    if world.privacy == 0.0:
        game.plan_known[one, two] = game.plan[one, two]
        game.plan_known[two, one] = game.plan[one, two]
    elif hidden > 0.0 and world.leak_rate > 0.0 and _draw(game, index) < world.leak_rate * hidden:
        _publish(game, world, one, two)


@rule
def _publish(game: Any, world: Any, one: int, two: int) -> None:
    """Let rivals react to a leak as to a public act, in proportion to the hidden content."""
    hidden = game.plan[one, two] - game.plan_known[one, two] + game.talk[one, two]
    size = world.leak_provocation * lesser(1.0, (1.0 + hidden) / 4.0)
    if hidden == 0.0:
        return
    for side in range(2):
        a, b = (one, two) if side == 0 else (two, one)
        game.plan_known[a, b] = game.plan[a, b]
        game.talk[a, b] = 0.0
        game.leaked[a, b] = ANSWERABLE
        game.leak_size[a, b] = size
        for rival in range(N_ACTORS):
            _offend(game, world, a, rival, size * world.rival[rival, a])
    if two == JAPAN or two == PHILIPPINES:  # residents of the hosting region react too (F08, F13)
        game.host_support[two] *= 1.0 - 0.3 * size


@rule
def _offend(game: Any, world: Any, actor: int, rival: int, size: float) -> None:
    if rival != actor:
        game.provocation_verbal[actor, rival] = lesser(1.0, game.provocation_verbal[actor, rival] + size)
