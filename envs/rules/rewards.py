"""Compute the reward components of each actor (phase 8, R8.1-R8.9), kept separate."""

from typing import Any

from straits.envs.core.jit import rule
from straits.envs.core.views import flat
from straits.envs.rules.contest import contest
from straits.envs.rules.math import greater
from straits.envs.spec.constants import (
    ALLIANCE_REWARD,
    CLAIMS_REWARD,
    CONFLICT,
    CONFLICT_REWARD,
    COST_REWARD,
    N_ACTORS,
    N_AREAS,
    N_COMPONENTS,
    OPPORTUNIST,
    SECURITY_REWARD,
    STATUS_QUO_REWARD,
    SUPPORT_REWARD,
    TRADE_REWARD,
)


@rule
def score(game: Any, world: Any) -> None:
    """Fill reward [actor, component].

    Peaceful components are squashed so that no turn is worth less than -peace_floor.
    """
    contest(game, world)
    reach_out(game)
    for actor in range(N_ACTORS):
        _peace(game, world, actor)
        _squash(game, world, actor)
        game.reward[actor, COST_REWARD] -= price_apart(game, world, actor, game.resolve[actor])
        game.reward[actor, CONFLICT_REWARD] = _conflict(game, world, actor)


@rule
def reach_out(game: Any) -> None:
    """Compute R8.8: forward presence [actor, area] beyond the standing level, summed over classes."""
    presence, standing, forward = flat(game.presence), flat(game.standing), flat(game.forward)
    for n in range(N_ACTORS * N_AREAS):
        patrol = greater(0.0, presence[4 * n] - standing[4 * n])
        guard = greater(0.0, presence[4 * n + 1] - standing[4 * n + 1])
        troops = greater(0.0, presence[4 * n + 2] - standing[4 * n + 2])
        missiles = greater(0.0, presence[4 * n + 3] - standing[4 * n + 3])
        forward[n] = patrol + guard + troops + missiles


@rule
def felt(game: Any, world: Any, actor: int) -> float:
    """Compute R8.3: tension towards rivals, averaged with the rivalry as weight."""
    total = 0.0
    weight = 0.0
    for other in range(N_ACTORS):
        total += world.rival[actor, other] * game.tension[actor, other]
        weight += world.rival[actor, other]
    return total / weight if weight > 0.0 else 0.0


@rule
def traded(game: Any, world: Any, actor: int) -> float:
    """Compute R8.5: tension with trading partners, weighted by trade."""
    total = 0.0
    for other in range(N_ACTORS):
        total += world.trade[actor, other] * 0.5 * (game.tension[actor, other] + game.tension[other, actor])
    return total


@rule
def _peace(game: Any, world: Any, actor: int) -> None:
    reward = game.reward[actor]
    seeks_gain = game.goal[actor] == OPPORTUNIST
    fear = world.fear_opportunist if seeks_gain else world.fear_security
    balance = world.balance_opportunist if seeks_gain else world.balance_security
    value = world.claims_opportunist if seeks_gain else world.claims_security
    less_felt = game.start_security[actor, 0] - felt(game, world, actor)
    reward[SECURITY_REWARD] = fear * less_felt + balance * (game.start_security[actor, 1] - game.outweighed[actor])
    won = game.share[actor] - game.start_share[actor]
    reward[CLAIMS_REWARD] = value * (
        won + world.habituation_gain * (game.habituation[actor] - game.start_habituation[actor])
    )  # R8.2
    reward[STATUS_QUO_REWARD] = -world.status_quo_cost * game.excess[actor]  # R8.4
    reward[TRADE_REWARD] = world.trade_cost * (game.start_tension[actor] - traded(game, world, actor))
    reward[SUPPORT_REWARD] = world.support_value * (game.support[actor] - world.support_base)  # R8.6
    reward[ALLIANCE_REWARD] = world.alliance_value * _trusted(game, world, actor)
    reward[COST_REWARD] = -world.move_cost * (1.0 - world.price_apart) * game.spent[actor] - _upkeep(game, world, actor)
    for component in range(CONFLICT_REWARD):
        reward[component] *= world.weights[actor, component]


@rule
def _trusted(game: Any, world: Any, actor: int) -> float:
    """Compute R8.7: trust above its base, in both directions, averaged over partners."""
    total = 0.0
    weight = 0.0
    for other in range(N_ACTORS):
        tie = world.ally[actor, other]
        if tie > 0.0:
            given = game.trust[actor, other] - world.trust_base[actor, other]
            received = game.trust[other, actor] - world.trust_base[other, actor]
            total += tie * (given + received) * 0.5
            weight += tie
    return total / weight if weight > 0.0 else 0.0


@rule
def _upkeep(game: Any, world: Any, actor: int) -> float:
    """Compute R8.8: linear and quadratic cost of forward presence, per area."""
    total = 0.0
    for area in range(N_AREAS):
        beyond = game.forward[actor, area]
        total += world.upkeep * beyond + world.upkeep_square * beyond * beyond
    return total


@rule
def _squash(game: Any, world: Any, actor: int) -> None:
    """Apply R8.9: u <- u / (1 + |u| / floor) for u < 0, so that conflict never improves on a bad peace."""
    total = 0.0
    for component in range(CONFLICT_REWARD):
        total += game.reward[actor, component]
    if total < 0.0:
        factor = 1.0 / (1.0 - total / world.peace_floor)
        for component in range(N_COMPONENTS):
            game.reward[actor, component] *= factor


@rule
def price_apart(game: Any, world: Any, actor: int, resolve: float) -> float:
    """Compute R8.9: the part of this turn's voluntary prices that is charged in full, less for the resolute (Fearon 1997)."""
    price = world.price_apart * world.move_cost * game.spent[actor]
    return world.weights[actor, COST_REWARD] * price * (1.0 - world.price_reduction * resolve)


@rule
def _conflict(game: Any, world: Any, actor: int) -> float:
    """Compute R8.9: the loss of a conflict, smaller for the resolute and for bystanders.

    The loss includes the worst peace for every remaining turn.
    """
    if game.outcome != CONFLICT:
        return 0.0
    share = world.bystander_share
    if actor == game.belligerents[0] or actor == game.belligerents[1]:
        share = 1.0
    return conflict_value(game, world, actor, share)


@rule
def conflict_value(game: Any, world: Any, actor: int, share: float) -> float:
    """Compute R8.9: the value of a conflict now to the actor.

    Args:
        game: Record of the game.
        world: Parameter record.
        actor: Index of the actor.
        share: 1 for a belligerent, `bystander_share` for the other actors.

    Returns:
        The value, in units of reward.
    """
    loss = world.conflict_loss * share * (1.0 - world.resolve_reduction * game.resolve[actor])
    loss *= 1.0 - world.capability_apart * (game.capability[actor] - 1.0)
    left = game.horizon - game.turn
    return -world.weights[actor, CONFLICT_REWARD] * (loss + world.peace_floor * left)
