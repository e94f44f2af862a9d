"""One turn, and the start of a game: the table of contents of the rules."""

from typing import Any

from straits.envs.compiled import rule
from straits.envs.philox import uniforms
from straits.envs.rules.act import act, measure
from straits.envs.rules.domestic import answer, domestic
from straits.envs.rules.draws import TYPES
from straits.envs.rules.exogenous import exogenous, redraw
from straits.envs.rules.gate import gate, recover_rest
from straits.envs.rules.leak import leak
from straits.envs.rules.pact import pact
from straits.envs.rules.perceive import perceive, sustained
from straits.envs.rules.propensity import propensity
from straits.envs.rules.risk import risk
from straits.envs.rules.score import contest, felt, score, traded
from straits.envs.rules.signal import signal
from straits.envs.rules.stance import stance
from straits.envs.vocabulary import CONFLICT, CONFLICT_RUNG, CRISIS_RUNG, HORIZON, N_ACTORS, RUNNING


@rule
def step(game: Any, world: Any, moves: Any, illegal: Any) -> None:
    """Play one turn in place. moves: (actors, channels) choices; illegal: the same shape, 1 where a choice was turned down."""
    gate(game, world, moves, illegal)
    pact(game, world)
    act(game, world)
    signal(game, world)
    answer(game, world)
    stance(game, world)
    leak(game, world)
    perceive(game, world)
    risk(game, world)
    domestic(game, world)
    exogenous(game, world)
    _count(game)
    _end(game)
    game.turn += 1
    score(game, world)
    propensity(game, world)
    recover_rest(game)


@rule
def begin(game: Any, world: Any) -> None:
    """Draw private types and take the start as the reference that rewards count from. The record holds the start state."""
    for actor in range(N_ACTORS):
        goal, resolve, _, _ = uniforms(game.seed, game.episode, 0, TYPES, actor)
        redraw(game, world, actor, goal, resolve)
    measure(game, world)
    for actor in range(N_ACTORS):
        contest(game, world, actor)
        game.start_share[actor] = game.share[actor]
        game.start_security[actor, 0] = felt(game, world, actor)
        game.start_security[actor, 1] = game.outweighed[actor]
        game.start_tension[actor] = traded(game, world, actor)
        game.custom[actor] = sustained(game, world, actor)
        game.start_custom[actor] = game.custom[actor]
    propensity(game, world)
    game.peak_tension = 0.0
    game.peak_rung = 0
    _count(game)


@rule
def _count(game: Any) -> None:
    """Peaks, who went first, and how the game stands."""
    for i in range(N_ACTORS):
        for j in range(N_ACTORS):
            if i != j:
                mean = 0.5 * (game.tension[i, j] + game.tension[j, i])
                game.peak_tension = max(game.peak_tension, mean)
            game.peak_rung = max(game.peak_rung, game.rung[i, j])
            if game.first < 0 and game.rung[i, j] >= CRISIS_RUNG:
                game.first = i


@rule
def _end(game: Any) -> None:
    """Conflict ends the game for all; otherwise the horizon cuts it off; never both."""
    if game.outcome == CONFLICT:
        game.peak_rung = CONFLICT_RUNG
    elif game.outcome == RUNNING and game.turn + 1 >= game.horizon:
        game.outcome = HORIZON
