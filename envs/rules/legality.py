"""Phase 1, gate: what moves cost, what an illegal choice becomes, and what is shown as legal next.

A choice is legal where the conditions of R1.1-R1.8 leave it open (`conditions`), its kind is rested and its price is in the budget.
"""

from typing import Any, Final

import numpy as np

from straits.envs.core.jit import rule
from straits.envs.core.move_sets import is_in
from straits.envs.rules.math import greater, lesser
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
def gate(game: Any, world: Any, moves: Any, illegal: Any) -> None:
    """Turn illegal choices into index 0, flag them, and charge budgets. moves, illegal: (actors, channels)."""
    for actor in range(N_ACTORS):
        stage = planned(game, actor)
        for channel in range(N_CHANNELS):
            choice = moves[actor, channel]
            allowed = (choice == 0) | _legal(game, world, actor, channel, choice, stage)
            illegal[actor, channel] = 0 if allowed else 1
            game.moves[actor, channel] = choice if allowed else 0
    for actor in range(N_ACTORS):  # afterwards, so that nobody's price depends on another's choice
        stage = planned(game, actor)
        game.spent[actor] = 0.0
        for channel in range(N_CHANNELS):
            _charge(game, world, actor, CHANNEL_OFFSET[channel] + game.moves[actor, channel], stage)


@rule
def show_legal(game: Any, world: Any, out: Any) -> None:
    """Fill out, (actors, N_MOVES) int8: 1 where the move is open, rested and within the budget. Prices are compared by their rank
    among the channel's: a budget is compared with a few prices, not with every move's."""
    for actor in range(N_ACTORS):
        stage = planned(game, actor)
        payable, opened = _payable(game, world, actor, DEPLOYMENT, stage), game.open[actor, DEPLOYMENT]
        for n in range(_STATEMENTS):
            out[actor, n] = _shown(game, world, actor, stage, n, payable) & is_in(opened, n)
        payable, opened = _payable(game, world, actor, STATEMENT, stage), game.open[actor, STATEMENT]
        for n in range(_ACTS - _STATEMENTS):
            out[actor, _STATEMENTS + n] = _shown(game, world, actor, stage, _STATEMENTS + n, payable) & is_in(opened, n)
        payable, opened = _payable(game, world, actor, ACT, stage), game.open[actor, ACT]
        for n in range(N_MOVES - _ACTS):
            out[actor, _ACTS + n] = _shown(game, world, actor, stage, _ACTS + n, payable) & is_in(opened, n)
        for channel in range(N_CHANNELS):
            out[actor, CHANNEL_OFFSET[channel]] = 1


@rule
def rest_kind(game: Any, actor: int, kind: int, turns: int) -> None:
    """Close a kind, at every target, for some turns, this one included. As many stores for every kind: nothing to predict."""
    first, last = KIND_FIRST[kind], KIND_FIRST[kind + 1] - 1
    for n in range(MOST_TARGETS):
        game.rest[actor, lesser(first + n, last)] = turns


@rule
def price(world: Any, kind: int, stage: int) -> float:
    """R1.7: the kind's cost, less the discount that a joint plan at that stage gives on F01-F04."""
    return world.cost[kind] * (1.0 - world.plan_discount * stage * PLANNED[kind])


@rule
def rank_prices(world: Any) -> None:
    """Sort each channel's prices, once a scenario, and give every choice the place of its own."""
    for stage in range(world.prices.shape[0]):
        for channel in range(N_CHANNELS):
            prices = np.array([price(world, kind, stage) for kind in range(N_KINDS) if KIND_CHANNEL[kind] == channel])
            prices.sort()
            world.prices[stage, channel] = np.inf
            world.prices[stage, channel, : len(prices)] = prices
        for move in range(N_MOVES):
            kind = MOVE_KIND[move]
            below = world.prices[stage, KIND_CHANNEL[kind]] < price(world, kind, stage)
            world.price_rank[stage, move] = below.sum()


@rule
def budget(game: Any, actor: int, channel: int) -> float:
    """What is left to spend in a channel, 0..1."""
    if channel == DEPLOYMENT:
        return game.readiness[actor]
    if channel == STATEMENT:
        return game.credibility[actor]
    return game.capital[actor]


@rule
def _legal(game: Any, world: Any, actor: int, channel: int, choice: int, stage: int) -> bool:
    move = CHANNEL_OFFSET[channel] + choice
    payable = price(world, MOVE_KIND[move], stage) <= budget(game, actor, channel)
    return is_in(game.open[actor, channel], choice) & (game.rest[actor, move] == 0) & payable


@rule
def _payable(game: Any, world: Any, actor: int, channel: int, stage: int) -> Any:
    """How many of the channel's prices, cheapest first, are in the budget: a search that always takes its five steps."""
    left, prices = budget(game, actor, channel), world.prices[stage, channel]
    at = 16 if prices[15] <= left else 0
    at += 8 if prices[at + 7] <= left else 0
    at += 4 if prices[at + 3] <= left else 0
    at += 2 if prices[at + 1] <= left else 0
    return np.int8(at + (1 if prices[at] <= left else 0))


@rule
def _shown(game: Any, world: Any, actor: int, stage: int, move: int, payable: Any) -> bool:
    return (game.rest[actor, move] == 0) & (world.price_rank[stage, move] < payable)


@rule
def planned(game: Any, actor: int) -> int:
    """The furthest stage of the actor's joint plans."""
    stage = 0
    for other in range(N_ACTORS):
        stage = greater(stage, game.plan[actor, other])
    return stage


@rule
def _charge(game: Any, world: Any, actor: int, move: int, stage: int) -> None:
    """Take the price and start the kind's rest; a proposal rests shortly, an agreement as the table says (R3.13)."""
    kind = MOVE_KIND[move]
    cost = price(world, kind, stage)
    channel = KIND_CHANNEL[kind]
    if channel == DEPLOYMENT:
        game.readiness[actor] -= cost
    elif channel == STATEMENT:
        game.credibility[actor] -= cost
    else:
        game.capital[actor] -= cost
    game.spent[actor] += 0.6 * cost if channel == DEPLOYMENT else cost  # readiness is the cheaper budget
    turns = PROPOSAL_REST if KIND_NEEDS_TWO[kind] else world.rest_turns[kind]
    rest_kind(game, actor, kind, turns + 1 if turns > 0 else 0)


@rule
def recover_rest(game: Any, world: Any) -> None:
    """One turn of rest for every kind."""
    for actor in range(N_ACTORS):
        for move in range(N_MOVES):
            game.rest[actor, move] -= game.rest[actor, move] > 0
