"""Play many games with given policies, and collect outcomes, returns, moves and first steps."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from straits.agents.base import Policy
from straits.envs.core.rng import GameDraws
from straits.envs.scenarios.scenario import Scenario
from straits.envs.simulator.engine import Engine
from straits.envs.spec.constants import CONFLICT, N_ACTORS, N_CHANNELS, RUNNING

Watcher = Callable[[Engine, NDArray[np.int64], NDArray[np.bool_]], None]
Chooser = Callable[[int, Engine], NDArray[np.int64]]  # (turns played before, engine) -> choices (games, actors, channels)


@dataclass
class Games:
    """Hold the results of a batch of games. The first axis of each array except `moves` is games."""

    conflict: NDArray[np.bool_]  # (games,)
    peak_tension: NDArray[np.float64]  # (games,) 0..1
    peak_rung: NDArray[np.int64]  # (games,) 0..6
    incidents: NDArray[np.int64]  # (games,)
    first: NDArray[np.int64]  # (games,) actor, or -1
    turns: NDArray[np.int64]  # (games,)
    returns: NDArray[np.float64]  # (games, actors) sums of rewards
    components: NDArray[np.float64]  # (games, actors, components) sums
    moves: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))  # (turns, games, actors, channels) or empty


def play(
    scenario: Scenario,
    seats: Sequence[Policy],
    games: int,
    seed: int | NDArray[np.uint64],
    *,
    keep_moves: bool = False,
    watch: Watcher | None = None,
) -> Games:
    """Play games to their end.

    The same seed gives the same games for all policies, so that comparisons are paired by common random numbers.

    Args:
        scenario: Scenario to play.
        seats: One policy per actor.
        games: Number of games.
        seed: Seed of the run, or (games,) seeds of the games.
        keep_moves: Also collect the moves of every turn.
        watch: Called as `watch(engine, choices, running)` before each turn.

    Returns:
        The results.
    """
    engine = Engine(scenario, games)
    engine.reset(seed)
    totals = np.zeros_like(engine.components)
    moves = []
    for running in iter_turns(engine, seats, watch):
        totals += np.where(running[:, None, None], engine.components, 0.0)
        if keep_moves:
            moves.append(np.where(running[:, None, None], engine.games["moves"], -1))
    return collect(engine, totals, np.array(moves) if keep_moves else np.zeros(0, np.int64))


def iter_turns(
    engine: Engine, players: Sequence[Policy] | Chooser, watch: Watcher | None = None, turns: int | None = None
) -> Iterator[NDArray[np.bool_]]:
    """Play the games of the engine until all have ended. This is the only loop that plays games.

    Args:
        engine: Games that have been reset.
        players: One policy per actor, or a function that returns the choices of each turn.
        watch: Called as `watch(engine, choices, running)` before each turn; it may change `choices` in place.
        turns: Largest number of turns; None for no limit.

    Yields:
        (games,) bool after each turn, true for the games that were running before it.
    """
    choose = players if callable(players) else lambda _, games: decide(games, players)
    turn = 0
    while (running := engine.outcome == RUNNING).any() and turn != turns:
        choices = choose(turn, engine)
        if watch is not None:
            watch(engine, choices, running)
        engine.step(choices)
        yield running
        turn += 1


def decide(engine: Engine, seats: Sequence[Policy]) -> NDArray[np.int64]:
    """Ask each policy for the choices of its actor in every game.

    Args:
        engine: The games.
        seats: One policy per actor.

    Returns:
        (games, actors, channels) int64.
    """
    choices = np.zeros((len(engine), N_ACTORS, N_CHANNELS), np.int64)
    for seat, policy in enumerate(seats):
        draws = GameDraws(engine.games, seat)
        choices[:, seat] = policy.act(engine.observation[:, seat], engine.mask[:, seat], draws)
    return choices


def collect(engine: Engine, totals: NDArray[np.float64], moves: NDArray[np.int64]) -> Games:
    """Build the results from finished games.

    Args:
        engine: The games.
        totals: (games, actors, components) sums of the reward components.
        moves: (turns, games, actors, channels), or empty.

    Returns:
        The results.
    """
    games = engine.games
    return Games(
        conflict=games["outcome"] == CONFLICT,
        peak_tension=games["peak_tension"].copy(),
        peak_rung=games["peak_rung"].copy(),
        incidents=games["incidents"].copy(),
        first=games["first"].copy(),
        turns=games["turn"].copy(),
        returns=totals.sum(axis=2),
        components=totals,
        moves=moves,
    )
