"""Apply agreements that need two sides (phase 3a, R3.7-R3.13).

A proposal stays open for one turn. If the second side chooses the same move in time, the agreement takes effect.
"""

from typing import Any

from straits.envs.core.jit import rule
from straits.envs.rules.legality import rest_kind
from straits.envs.rules.math import lesser
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
def pact(game: Any, world: Any) -> None:
    """Find the agreements of this turn, apply each once, and keep the rest as open proposals (R3.13)."""
    for c in range(2):  # statements, then acts
        for actor in range(N_ACTORS):
            game.agreed[actor, c] = -1
        for actor in range(N_ACTORS):
            _match(game, actor, c)
        for actor in range(N_ACTORS):
            move = game.agreed[actor, c]
            if move >= 0 and not _mutual(game, actor, c):
                game.agreed[actor, c] = -1
            elif move >= 0 and actor < MOVE_TARGET[move]:
                _seal(game, world, actor, MOVE_TARGET[move], MOVE_KIND[move])
        for actor in range(N_ACTORS):
            _leave_open(game, actor, c)


@rule
def trust_more(game: Any, patron: int, client: int, gain: float) -> None:
    """Raise the trust of the client in the patron, with saturation."""
    game.trust[patron, client] += gain * (1.0 - game.trust[patron, client])


@rule
def _chosen(game: Any, actor: int, c: int) -> int:
    return CHANNEL_OFFSET[STATEMENT + c] + game.moves[actor, STATEMENT + c]


@rule
def _match(game: Any, actor: int, c: int) -> None:
    move = _chosen(game, actor, c)
    kind = MOVE_KIND[move]
    if KIND_NEEDS_TWO[kind] and game.agreed[actor, c] < 0:
        other = MOVE_TARGET[move]
        answer = MOVE_AT[kind, actor]
        if _chosen(game, other, c) == answer or (game.proposal[other, c] == answer and game.agreed[other, c] < 0):
            game.agreed[actor, c] = move
            game.agreed[other, c] = answer


@rule
def _mutual(game: Any, actor: int, c: int) -> bool:
    move = game.agreed[actor, c]
    other = MOVE_TARGET[move]
    return game.agreed[other, c] == MOVE_AT[MOVE_KIND[move], actor]


@rule
def _seal(game: Any, world: Any, one: int, two: int, kind: int) -> None:
    """Apply the immediate effects of an agreement and start the cooldown of both sides (R3.7, R3.8).

    New sites open at the end of the turn (R3.11).
    """
    rest = world.cooldown_turns[kind] + 1 if world.cooldown_turns[kind] > 0 else 0
    rest_kind(game, one, kind, rest)
    rest_kind(game, two, kind, rest)
    if kind == JOINT_PEACE:
        _trust_both(game, world, one, two, world.joint_trust)
    elif kind == CONSULT:
        _trust_both(game, world, one, two, world.consult_trust)
        game.talk[one, two] = 1.0
        game.talk[two, one] = 1.0
    elif kind == PLAN:
        _plan(game, one, two)
        _trust_both(game, world, one, two, world.consult_trust)
    elif kind == SUMMIT:
        _trust_both(game, world, one, two, world.summit_trust)
    elif kind == DEAL:
        game.hotline[one, two] = 1
        game.hotline[two, one] = 1
    elif kind == INTEGRATE:
        game.command = lesser(1.0, game.command + world.integration_step)
        _trust_both(game, world, one, two, world.consult_trust)


@rule
def _trust_both(game: Any, world: Any, one: int, two: int, gain: float) -> None:
    trust_more(game, one, two, gain * world.ally[one, two])
    trust_more(game, two, one, gain * world.ally[one, two])


@rule
def _plan(game: Any, one: int, two: int) -> None:
    """Advance a joint plan by one stage (F10). Only this function advances plans."""
    stage = lesser(3, game.plan[one, two] + 1)
    game.plan[one, two] = stage
    game.plan[two, one] = stage


@rule
def _leave_open(game: Any, actor: int, c: int) -> None:
    move = _chosen(game, actor, c)
    waiting = KIND_NEEDS_TWO[MOVE_KIND[move]] and game.agreed[actor, c] != move
    game.proposal[actor, c] = move if waiting else -1
