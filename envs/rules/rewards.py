"""Compute the reward components of each actor (phase 13: R13.1-R13.9), kept separate."""

from straits.envs.core.jit import flat, rule
from straits.envs.core.records import Params, State
from straits.envs.rules.contest import contest
from straits.envs.rules.crises import crisis_pressing, terms_held
from straits.envs.rules.math import maximum
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
def score(state: State, params: Params) -> None:
    """Fill reward [actor, component].

    Peaceful components are squashed so that no turn is worth less than -peace_floor.
    """
    contest(state, params)
    reach_out(state)
    for actor in range(N_ACTORS):
        _peace(state, params, actor)
        _squash(state, params, actor)
        state.reward[actor, COST_REWARD] -= price_apart(state, params, actor, state.resolve[actor])
        state.reward[actor, CONFLICT_REWARD] = _conflict(state, params, actor)


@rule
def reach_out(state: State) -> None:
    """Compute R13.8: forward presence [actor, area] beyond the standing level, summed over classes."""
    presence, standing, forward = flat(state.presence), flat(state.standing), flat(state.forward)
    for n in range(N_ACTORS * N_AREAS):
        patrol = maximum(0.0, presence[4 * n] - standing[4 * n])
        guard = maximum(0.0, presence[4 * n + 1] - standing[4 * n + 1])
        troops = maximum(0.0, presence[4 * n + 2] - standing[4 * n + 2])
        missiles = maximum(0.0, presence[4 * n + 3] - standing[4 * n + 3])
        forward[n] = patrol + guard + troops + missiles


@rule
def felt(state: State, params: Params, actor: int) -> float:
    """Compute R13.3: tension towards rivals, averaged with the rivalry as weight."""
    total = 0.0
    weight = 0.0
    for other in range(N_ACTORS):
        total += params.rival[actor, other] * state.tension[actor, other]
        weight += params.rival[actor, other]
    return total / weight if weight > 0.0 else 0.0


@rule
def traded(state: State, params: Params, actor: int) -> float:
    """Compute R13.5: tension with trading partners, weighted by trade."""
    total = 0.0
    for other in range(N_ACTORS):
        total += params.trade[actor, other] * 0.5 * (state.tension[actor, other] + state.tension[other, actor])
    return total


@rule
def _peace(state: State, params: Params, actor: int) -> None:
    reward = state.reward[actor]
    seeks_gain = state.goal[actor] == OPPORTUNIST
    fear = params.fear_opportunist if seeks_gain else params.fear_security
    balance = params.balance_opportunist if seeks_gain else params.balance_security
    value = params.claims_opportunist if seeks_gain else params.claims_security
    less_felt = state.start_felt[actor] - felt(state, params, actor)
    reward[SECURITY_REWARD] = fear * less_felt + balance * (state.usual_outweighed[actor] - state.outweighed[actor])  # R13.3
    won = state.share[actor] - state.usual_share[actor]
    _accustom(state, params, actor)
    reward[CLAIMS_REWARD] = value * (params.share_gain * won + params.terms_gain * terms_held(state, params, actor))  # R13.2
    reward[STATUS_QUO_REWARD] = -params.status_quo_cost * state.excess[actor]  # R13.4
    reward[TRADE_REWARD] = params.trade_cost * (state.start_traded[actor] - traded(state, params, actor))  # R13.5
    reward[SUPPORT_REWARD] = params.support_value * (state.support[actor] - params.support_base)  # R13.6
    reward[ALLIANCE_REWARD] = params.alliance_value * _trusted(state, params, actor)
    reward[COST_REWARD] = -params.move_cost * (1.0 - params.price_apart) * state.spent[actor] - _upkeep(state, params, actor)
    patience = params.crisis_relief * state.resolve[actor]
    reward[COST_REWARD] -= params.crisis_cost * crisis_pressing(state, params, actor) * (1.0 - patience)  # R13.8
    for component in range(CONFLICT_REWARD):
        reward[component] *= params.weights[actor, component]


@rule
def _accustom(state: State, params: Params, actor: int) -> None:
    """Apply R13.2: the share that counts as usual follows the share held, so constant presence pays once (F20)."""
    state.usual_share[actor] += params.accustom_rate * (state.share[actor] - state.usual_share[actor])
    state.usual_outweighed[actor] += params.accustom_rate * (state.outweighed[actor] - state.usual_outweighed[actor])


@rule
def _trusted(state: State, params: Params, actor: int) -> float:
    """Compute R13.7: trust above its base, in both directions, averaged over partners."""
    total = 0.0
    weight = 0.0
    for other in range(N_ACTORS):
        tie = params.ally[actor, other]
        if tie > 0.0:
            given = state.trust[actor, other] - params.trust_base[actor, other]
            received = state.trust[other, actor] - params.trust_base[other, actor]
            total += tie * (given + received) * 0.5
            weight += tie
    return total / weight if weight > 0.0 else 0.0


@rule
def _upkeep(state: State, params: Params, actor: int) -> float:
    """Compute R13.8: linear and quadratic cost of forward presence, per area."""
    total = 0.0
    for area in range(N_AREAS):
        beyond = state.forward[actor, area]
        total += params.upkeep * beyond + params.upkeep_square * beyond * beyond
    return total


@rule
def _squash(state: State, params: Params, actor: int) -> None:
    """Apply R13.9: u <- u / (1 + |u| / floor) for u < 0, so that conflict never improves on a bad peace."""
    total = 0.0
    for component in range(CONFLICT_REWARD):
        total += state.reward[actor, component]
    if total < 0.0:
        factor = 1.0 / (1.0 - total / params.peace_floor)
        for component in range(N_COMPONENTS):
            state.reward[actor, component] *= factor


@rule
def price_apart(state: State, params: Params, actor: int, resolve: float) -> float:
    """Compute R13.9: the part of this turn's voluntary prices that is charged in full, less for the resolute (Fearon 1997)."""
    price = params.price_apart * params.move_cost * state.spent[actor]
    return params.weights[actor, COST_REWARD] * price * (1.0 - params.price_reduction * resolve)


@rule
def _conflict(state: State, params: Params, actor: int) -> float:
    """Compute R13.9: the loss of a conflict, smaller for the resolute and for bystanders.

    The loss includes the worst peace for every remaining turn.
    """
    if state.outcome != CONFLICT:
        return 0.0
    share = params.bystander_share
    if actor == state.belligerents[0] or actor == state.belligerents[1]:
        share = 1.0
    return conflict_value(state, params, actor, share)


@rule
def conflict_value(state: State, params: Params, actor: int, share: float) -> float:
    """Compute R13.9: the value of a conflict now to the actor.

    Args:
        state: Record of the game.
        params: Parameter record.
        actor: Index of the actor.
        share: 1 for a belligerent, `bystander_share` for the other actors.

    Returns:
        The value, in units of reward.
    """
    loss = params.conflict_loss * share * (1.0 - params.resolve_reduction * state.resolve[actor])
    loss *= 1.0 - params.capability_apart * (state.capability[actor] - 1.0)
    left = state.horizon - state.turn
    return -params.weights[actor, CONFLICT_REWARD] * (loss + params.peace_floor * left)
