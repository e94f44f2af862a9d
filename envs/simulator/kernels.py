"""Define the compiled entry points: reset, step, observe and re-seed a batch of games, serially or in parallel.

Records enter as bytes, which compiled code accepts 20 times faster, and arrays are borrowed without reference counting
(`views`). The shapes are those of `Engine`. `memory` and `constants` hold the games and the parameter records. `which`,
`seeds`, `episodes`, `only` and `done` are (games,). `moves` and `illegal` are (games, actors, channels). All other arrays begin
with (games, actors).
"""

from typing import Any, Final

import numba

from straits.envs.core.jit import borrow, kernel, rule
from straits.envs.core.records import Params, State
from straits.envs.core.rng import FORK, HALF, LOW, philox
from straits.envs.core.state import GAME, PARAMS, records
from straits.envs.rules.conditions import open_gates
from straits.envs.rules.legality import show_legal
from straits.envs.rules.observations import observe
from straits.envs.rules.step import apply_actions, begin, compute_rewards, draw_events, update_responses
from straits.envs.spec.constants import N_ACTORS, N_COMPONENTS, RUNNING

BLOCK: Final = 32  # games in a block


@rule
def _begin_at(g: int, games: Any, all_params: Any, scenario: int, seed: Any, episode: Any) -> None:
    params = all_params[scenario]
    games[g] = params.start
    games[g].seed = seed
    games[g].episode = episode
    games[g].scenario = scenario
    begin(games[g], params)


@rule
def _write_observation(state: State, params: Params, shown: bool, observation: Any, mask: Any) -> None:
    """Determine the next legal moves of one game, and write observations and masks."""
    open_gates(state, params)
    if shown:
        observe(state, params, observation)
    show_legal(state, params, mask)


@rule
def _write_reward(state: State, reward: Any) -> None:
    """Sum the reward components of each actor in their order."""
    for actor in range(N_ACTORS):
        reward[actor] = 0.0
        for component in range(N_COMPONENTS):
            reward[actor] += state.reward[actor, component]


@rule
def _autoreset(g: int, games: Any, all_params: Any, shown: bool, observation: Any, mask: Any, final: Any) -> None:
    """Store the last observations of a game that ended, and begin its next episode."""
    scenario, seed, episode = games[g].scenario, games[g].seed, games[g].episode
    if shown:
        final[:] = observation
    _begin_at(g, games, all_params, scenario, seed, episode + 1)
    _write_observation(games[g], all_params[scenario], shown, observation, mask)


@rule
def _step_block(
    first: int,
    last: int,
    games: Any,
    all_params: Any,
    moves: Any,
    illegal: Any,
    shown: bool,
    observation: Any,
    mask: Any,
    reward: Any,
    renewed: bool,
    done: Any,
    components: Any,
    final: Any,
) -> None:
    """Play one turn of a block of games, stage by stage.

    The code of a stage stays in the processor cache for the complete block.
    """
    for g in range(first, last):
        games[g].playing = games[g].outcome == RUNNING
        if games[g].playing:
            apply_actions(games[g], all_params[games[g].scenario], moves[g], illegal[g])
    for g in range(first, last):
        if games[g].playing:
            update_responses(games[g], all_params[games[g].scenario])
    for g in range(first, last):
        if games[g].playing:
            draw_events(games[g], all_params[games[g].scenario])
    for g in range(first, last):
        if games[g].playing:
            compute_rewards(games[g], all_params[games[g].scenario])
    for g in range(first, last):
        if games[g].playing:
            games[g].playing = 0
            _write_observation(games[g], all_params[games[g].scenario], shown, observation[g], mask[g])
            _write_reward(games[g], reward[g])
    if renewed:
        for g in range(first, last):
            done[g] = games[g].outcome
            components[g, :, :] = games[g].reward
            if done[g] != RUNNING:
                _autoreset(g, games, all_params, shown, observation[g], mask[g], final[g])


def _begin(
    memory: Any, constants: Any, which: Any, seeds: Any, episodes: Any, only: Any, observation: Any, mask: Any, reward: Any
) -> None:
    """Begin the games of the mask `only`, each with its scenario, seed and episode."""
    games, all_params = borrow(records(memory, GAME)), borrow(records(constants, PARAMS))
    for g in numba.prange(games.shape[0]):
        if only[g]:
            _begin_at(g, games, all_params, which[g], seeds[g], episodes[g])
            _write_observation(games[g], all_params[which[g]], True, observation[g], mask[g])
            _write_reward(games[g], reward[g])


def _step(
    memory: Any,
    constants: Any,
    moves: Any,
    illegal: Any,
    shown: bool,
    observation: Any,
    mask: Any,
    reward: Any,
    renewed: bool,
    done: Any,
    components: Any,
    final: Any,
) -> None:
    """Play a turn in every game that runs.

    Args:
        memory: Games as bytes, changed in place.
        constants: Parameter records as bytes.
        moves: (games, actors, channels) choices.
        illegal: (games, actors, channels) output, 1 where a choice was illegal.
        shown: True to write observations.
        observation: Output.
        mask: Output.
        reward: Output.
        renewed: True to begin the next episode of a game that ends.
        done: (games,) output, outcome of the episode that ended.
        components: Output.
        final: Output, last observations of the episodes that ended.
    """
    games, all_params = borrow(records(memory, GAME)), borrow(records(constants, PARAMS))
    chosen, refused = borrow(moves), borrow(illegal)
    seen, allowed, earned = borrow(observation), borrow(mask), borrow(reward)
    ended, parts, farewell = borrow(done), borrow(components), borrow(final)
    for block in numba.prange((games.shape[0] + BLOCK - 1) // BLOCK):
        first, last = block * BLOCK, min((block + 1) * BLOCK, games.shape[0])
        _step_block(first, last, games, all_params, chosen, refused, shown, seen, allowed, earned, renewed, ended, parts, farewell)


# One body each: without threads, prange is range.
begin_serial, begin_parallel = kernel(_begin), kernel(parallel=True)(_begin)
step_serial, step_parallel = kernel(_step), kernel(parallel=True)(_step)


@kernel
def write_views(memory: Any, constants: Any, observation: Any, mask: Any, reward: Any) -> None:
    """Write the observations, masks and rewards of the current state."""
    games, all_params = borrow(records(memory, GAME)), borrow(records(constants, PARAMS))
    for g in range(games.shape[0]):
        _write_observation(games[g], all_params[games[g].scenario], True, observation[g], mask[g])
        _write_reward(games[g], reward[g])


@kernel
def resample(memory: Any, copies: Any) -> None:
    """Give each copy of a game its own seed.

    The seed is a hash of the seed of the game, its current position and the number of the copy.
    """
    games = records(memory, GAME)
    for g in range(games.shape[0]):
        state = games[g]
        low, high, _, _ = philox(copies[g], FORK, state.turn, state.episode, state.seed & LOW, state.seed >> HALF)
        state.seed = low | (high << HALF)
