"""Apply prices and cooldowns, replace illegal choices, and compute the next legal moves (phase 1: R1.1-R1.8).

A choice is legal if the conditions of R1.1-R1.8 leave it open (`conditions`), its kind has no cooldown left, and its price is
within the budget.
"""

from typing import Any, Final

import numpy as np

from straits.envs.core.jit import rule
from straits.envs.core.move_sets import is_in
from straits.envs.core.records import Params, State
from straits.envs.rules.math import maximum, minimum
from straits.envs.spec.constants import ACT, DEPLOYMENT, N_ACTORS, N_CHANNELS, STATEMENT
from straits.envs.spec.moves import (
    CHANNEL_OFFSET,
    KIND_CHANNEL,
    KIND_FIRST,
    KIND_NEEDS_TWO,
    LOGISTICS,
    MISSILES,
    MOVE_KIND,
    N_KINDS,
    N_MOVES,
    OFFSETS,
    TROOPS,
)

PROPOSAL_REST: Final = 1  # turns before an actor may propose the same kind again (assumption)
PLANNED: Final = np.isin(np.arange(N_KINDS), (TROOPS, MISSILES, LOGISTICS)).astype(float)  # 1 where a joint plan lowers the price
_STATEMENTS: Final = OFFSETS[1]
_ACTS: Final = OFFSETS[2]
MOST_TARGETS: Final = int(np.diff(KIND_FIRST).max())


@rule
def gate(state: State, params: Params, moves: Any, illegal: Any) -> None:
    """Replace illegal choices by index 0, flag them, and charge budgets.

    Args:
        state: Record of the game.
        params: Parameter record.
        moves: (actors, channels) choices.
        illegal: (actors, channels) output, 1 where the choice was illegal.
    """
    for actor in range(N_ACTORS):
        stage = planned(state, actor)
        for channel in range(N_CHANNELS):
            choice = moves[actor, channel]
            allowed = (choice == 0) | _legal(state, params, actor, channel, choice, stage)
            illegal[actor, channel] = 0 if allowed else 1
            state.moves[actor, channel] = choice if allowed else 0
    for actor in range(N_ACTORS):  # afterwards, so that no price depends on the choice of another actor
        stage = planned(state, actor)
        state.spent[actor] = 0.0
        for channel in range(N_CHANNELS):
            _charge(state, params, actor, CHANNEL_OFFSET[channel] + state.moves[actor, channel], stage)


@rule
def show_legal(state: State, params: Params, out: Any) -> None:
    """Write the mask of legal moves.

    The function compares prices by their rank within the channel, so that each budget is compared with a few prices and not
    with every move.

    Args:
        state: Record of the game.
        params: Parameter record.
        out: (actors, N_MOVES) int8 output, 1 where the move is open, without cooldown and within the budget.
    """
    for actor in range(N_ACTORS):
        stage = planned(state, actor)
        _show_channel(state, params, actor, DEPLOYMENT, stage, 0, _STATEMENTS, out)
        _show_channel(state, params, actor, STATEMENT, stage, _STATEMENTS, _ACTS, out)
        _show_channel(state, params, actor, ACT, stage, _ACTS, N_MOVES, out)
        for channel in range(N_CHANNELS):
            out[actor, CHANNEL_OFFSET[channel]] = 1


@rule
def rest_kind(state: State, actor: int, kind: int, turns: int) -> None:
    """Start the cooldown of a kind, with every target, for some turns including this one.

    Every kind needs the same number of stores, so that there is no branch to predict.
    """
    first, last = KIND_FIRST[kind], KIND_FIRST[kind + 1] - 1
    for n in range(MOST_TARGETS):
        state.cooldown[actor, minimum(first + n, last)] = turns


@rule
def price(params: Params, kind: int, stage: int) -> float:
    """Compute R1.7: the cost of the kind, less the discount of a joint plan at the given stage on F01-F04."""
    return params.cost[kind] * (1.0 - params.plan_discount * stage * PLANNED[kind])


@rule
def rank_prices(params: Params) -> None:
    """Sort the prices of each channel once per scenario, and store the rank of each choice."""
    for stage in range(params.prices.shape[0]):
        for channel in range(N_CHANNELS):
            prices = np.array([price(params, kind, stage) for kind in range(N_KINDS) if KIND_CHANNEL[kind] == channel])
            prices.sort()
            params.prices[stage, channel] = np.inf
            params.prices[stage, channel, : len(prices)] = prices
        for move in range(N_MOVES):
            kind = MOVE_KIND[move]
            below = params.prices[stage, KIND_CHANNEL[kind]] < price(params, kind, stage)
            params.price_rank[stage, move] = below.sum()


@rule
def budget(state: State, actor: int, channel: int) -> float:
    """Return the remaining budget in a channel, 0..1."""
    if channel == DEPLOYMENT:
        return state.readiness[actor]
    if channel == STATEMENT:
        return state.credibility[actor]
    return state.capital[actor]


@rule
def _legal(state: State, params: Params, actor: int, channel: int, choice: int, stage: int) -> bool:
    move = CHANNEL_OFFSET[channel] + choice
    payable = price(params, MOVE_KIND[move], stage) <= budget(state, actor, channel)
    return is_in(state.open[actor, channel], choice) & (state.cooldown[actor, move] == 0) & payable


@rule
def _payable(state: State, params: Params, actor: int, channel: int, stage: int) -> Any:
    """Return how many of the channel's prices, cheapest first, are within the budget, by a search of exactly five steps."""
    left, prices = budget(state, actor, channel), params.prices[stage, channel]
    at = 16 if prices[15] <= left else 0
    at += 8 if prices[at + 7] <= left else 0
    at += 4 if prices[at + 3] <= left else 0
    at += 2 if prices[at + 1] <= left else 0
    return np.int8(at + (1 if prices[at] <= left else 0))


@rule
def _show_channel(state: State, params: Params, actor: int, channel: int, stage: int, first: int, last: int, out: Any) -> None:
    """Write the mask of one channel, whose moves are first..last - 1."""
    payable, opened = _payable(state, params, actor, channel, stage), state.open[actor, channel]
    for n in range(last - first):
        rested, move = state.cooldown[actor, first + n] == 0, first + n
        out[actor, move] = rested & (params.price_rank[stage, move] < payable) & is_in(opened, n)


@rule
def planned(state: State, actor: int) -> int:
    """Return the highest stage of the actor's joint plans."""
    stage = 0
    for other in range(N_ACTORS):
        stage = maximum(stage, state.plan[actor, other])
    return stage


@rule
def _charge(state: State, params: Params, actor: int, move: int, stage: int) -> None:
    """Charge the price and start the cooldown of the kind.

    A proposal has a short cooldown, an agreement the cooldown of the table (R2.1).
    """
    kind = MOVE_KIND[move]
    cost = price(params, kind, stage)
    channel = KIND_CHANNEL[kind]
    if channel == DEPLOYMENT:
        state.readiness[actor] -= cost
    elif channel == STATEMENT:
        state.credibility[actor] -= cost
    else:
        state.capital[actor] -= cost
    state.spent[actor] += params.readiness_price * cost if channel == DEPLOYMENT else cost  # readiness is the cheaper budget
    turns = PROPOSAL_REST if KIND_NEEDS_TWO[kind] else params.cooldown_turns[kind]
    rest_kind(state, actor, kind, turns + 1 if turns > 0 else 0)


@rule
def recover_rest(state: State, params: Params) -> None:
    """Reduce the cooldown of every kind by one turn."""
    for actor in range(N_ACTORS):
        for move in range(N_MOVES):
            state.cooldown[actor, move] -= state.cooldown[actor, move] > 0
