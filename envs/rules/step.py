"""Play one turn in four stages, and start a game: the table of contents of the rules."""

from typing import Any

from straits.envs.core.jit import rule
from straits.envs.core.philox import uniforms
from straits.envs.core.streams import TYPES
from straits.envs.core.views import flat
from straits.envs.rules.agreements import pact
from straits.envs.rules.conflict import risk
from straits.envs.rules.contest import contest
from straits.envs.rules.diplomacy import stance
from straits.envs.rules.domestic import answer, domestic
from straits.envs.rules.exogenous import exogenous, redraw
from straits.envs.rules.leaks import leak
from straits.envs.rules.legality import gate, recover_rest
from straits.envs.rules.math import greater
from straits.envs.rules.perception import perceive, sustained
from straits.envs.rules.presence import act, measure
from straits.envs.rules.propensity import propensity
from straits.envs.rules.rewards import felt, reach_out, score, traded
from straits.envs.rules.signals import signal
from straits.envs.spec.constants import CONFLICT, CONFLICT_RUNG, CRISIS_RUNG, HORIZON, N_ACTORS, RUNNING


@rule
def choose(game: Any, world: Any, moves: Any, illegal: Any) -> None:
    """Run stage 1: apply the moves of all actors.

    Args:
        game: Record of the game.
        world: Parameter record.
        moves: (actors, channels) choices.
        illegal: (actors, channels) output, 1 where a choice was illegal.
    """
    gate(game, world, moves, illegal)
    pact(game, world)
    act(game, world)
    signal(game, world)


@rule
def respond(game: Any, world: Any) -> None:
    """Run stage 2: update demand, commitments, leaks and perceptions."""
    answer(game, world)
    stance(game, world)
    leak(game, world)
    perceive(game, world)


@rule
def befall(game: Any, world: Any) -> None:
    """Run stage 3: draw incidents, conflict and exogenous events, then end the turn."""
    risk(game, world)
    domestic(game, world)
    exogenous(game, world)
    end(game, world)


@rule
def reckon(game: Any, world: Any) -> None:
    """Run stage 4: compute rewards and the next legal moves."""
    score(game, world)
    propensity(game, world)
    recover_rest(game, world)


@rule
def begin(game: Any, world: Any) -> None:
    """Draw private types and store the start state as the reference of rewards. The record holds the start state."""
    for actor in range(N_ACTORS):
        goal, resolve, _, _ = uniforms(game.seed, game.episode, 0, TYPES, actor)
        redraw(game, world, actor, goal, resolve)
    measure(game, world)
    contest(game, world)
    reach_out(game)
    for actor in range(N_ACTORS):
        game.start_share[actor] = game.share[actor]
        game.start_security[actor, 0] = felt(game, world, actor)
        game.start_security[actor, 1] = game.outweighed[actor]
        game.start_tension[actor] = traded(game, world, actor)
        game.habituation[actor] = sustained(game, world, actor)
        game.start_habituation[actor] = game.habituation[actor]
    propensity(game, world)
    game.peak_tension = 0.0
    game.peak_rung = 0
    _count(game)


@rule
def _count(game: Any) -> None:
    """Update the peaks and the first actor that escalated."""
    rungs = flat(game.rung)
    peak = 0
    for pair in range(N_ACTORS * N_ACTORS):
        peak = greater(peak, int(rungs[pair]))
    if peak >= CRISIS_RUNG and game.first < 0:
        game.first = _first(game)
    game.peak_rung = greater(game.peak_rung, peak)
    for i in range(N_ACTORS):
        for j in range(i + 1, N_ACTORS):
            game.peak_tension = greater(game.peak_tension, 0.5 * (game.tension[i, j] + game.tension[j, i]))


@rule
def _first(game: Any) -> int:
    for i in range(N_ACTORS):
        for j in range(N_ACTORS):
            if game.rung[i, j] >= CRISIS_RUNG:
                return i
    return -1


@rule
def end(game: Any, world: Any) -> None:
    """Count the turn and end the game by conflict or at the horizon, never by both.

    Conflict ends the game for all actors. Otherwise the horizon truncates it.
    """
    _count(game)
    if game.outcome == CONFLICT:
        game.peak_rung = CONFLICT_RUNG
    elif game.outcome == RUNNING and game.turn + 1 >= game.horizon:
        game.outcome = HORIZON
    game.turn += 1
