"""Open, carry on and end the crises of rival pairs (phase 11: R11.1-R11.10).

A crisis is an episode of a rival pair. It opens when one side presses the other, and it ends by a deal, by the yielding of one
side, by fading, or in conflict. Forces, words and commitments build leverage; leverage pays nothing by itself and sets the terms
of a settlement (Schelling 1960; Fearon 1994, 1997; Powell 1999; Slantchev 2003). After a settlement a truce binds both sides.
Quantities of a pair are stored at [i, j] and [j, i].
"""

from typing import Final

from straits.envs.core.jit import rule
from straits.envs.core.records import Params, State
from straits.envs.rules.math import maximum, minimum
from straits.envs.rules.perception import fixed_point
from straits.envs.spec.constants import ACT, CONFLICT, DEAL_END, FADE_END, N_ACTORS, NO_END, STATEMENT, YIELD_END
from straits.envs.spec.moves import CHANNEL_OFFSET, DEAL, MOVE_KIND, MOVE_TARGET, REASSURE

FULL_BLAME: Final = 1.0  # a side that yields answers for its full commitment


@rule
def update_crises(state: State, params: Params) -> None:
    """Update leverage, terms, truce and crisis of every rival pair."""
    for i in range(N_ACTORS):
        for j in range(i + 1, N_ACTORS):
            state.crisis_end[i, j] = NO_END
            state.crisis_end[j, i] = NO_END
            if (params.rival[i, j] > 0.0) & (params.rival[j, i] > 0.0):
                _note_offer(state, params, i, j)
                _note_offer(state, params, j, i)
                weigh_leverage(state, params, i, j)
                _settle_in(state, params, i, j)
                _update_pair(state, params, i, j)
                _mirror(state, i, j)


@rule
def begin_crises(state: State, params: Params) -> None:
    """Set the leverage and the ripeness of every pair at the start of a game."""
    for i in range(N_ACTORS):
        for j in range(N_ACTORS):
            state.ripeness[i, j] = params.ripeness_start if (params.rival[i, j] > 0.0) & (params.rival[j, i] > 0.0) else 0.0
            if i < j:
                weigh_leverage(state, params, i, j)


@rule
def pressure(state: State, i: int, j: int) -> float:
    """Compute R11.1: the provocation that i sent to j this turn, by presence, words and acts."""
    return state.provocation_presence[i, j] + state.provocation_verbal[i, j]


@rule
def leverage_of(state: State, params: Params, i: int, j: int) -> float:
    """Compute R11.3: l[i, j] = floor + force G[j, i] + words F[j, i] + commitment (A[i, j] + linked sum_k r[i, k] A[i, k]).

    G and F are the presence and the words of i that j has left unanswered, A is the public commitment of i. Commitments of one
    actor towards several rivals support each other (Schelling 1966).
    """
    linked = 0.0
    for k in range(N_ACTORS):
        linked += params.rival[i, k] * state.public_commitment[i, k] if k != j else 0.0
    return (
        params.leverage_floor
        + params.leverage_force * state.grievance_military[j, i]
        + params.leverage_words * state.grievance_verbal[j, i]
        + params.leverage_commitment * (state.public_commitment[i, j] + params.leverage_linked * linked)
    )


@rule
def weigh_leverage(state: State, params: Params, i: int, j: int) -> None:
    """Compute R11.3: the shares of the leverage of a pair, which sum to 1."""
    one, two = leverage_of(state, params, i, j), leverage_of(state, params, j, i)
    state.leverage[i, j] = one / (one + two)
    state.leverage[j, i] = two / (one + two)


@rule
def _note_offer(state: State, params: Params, i: int, j: int) -> None:
    """Apply R11.2: an offer of a deal stands for some turns."""
    state.offer_turns[i, j] = params.offer_turns if _offers(state, i, j) else maximum(0.0, state.offer_turns[i, j] - 1.0)


@rule
def _settle_in(state: State, params: Params, i: int, j: int) -> None:
    """Apply R11.4, R11.5: terms fade, what there is to settle recovers (Zartman 2000), and a breach of the truce is paid for."""
    state.terms[i, j] *= params.terms_keep
    state.terms[j, i] *= params.terms_keep
    state.ripeness[i, j] += params.ripeness_rate * (1.0 - state.ripeness[i, j])
    if state.truce_turns[i, j] > 0.0:
        state.truce_turns[i, j] -= 1.0
        breach = _break_truce(state, params, i, j)
        breach |= _break_truce(state, params, j, i)
        if breach:
            state.truce_turns[i, j] = 0.0


@rule
def _break_truce(state: State, params: Params, i: int, j: int) -> bool:
    if pressure(state, i, j) < params.press_open:
        return False
    state.breaches[i, j] += 1
    state.support[i] = maximum(0.0, state.support[i] - params.breach_support)
    _move_terms(state, i, j, -params.breach_terms, 1.0)
    return True


@rule
def _update_pair(state: State, params: Params, i: int, j: int) -> None:
    """Open a crisis, or carry it on and end it."""
    press_i, press_j = pressure(state, i, j), pressure(state, j, i)
    if state.crisis_turns[i, j] == 0.0:
        if maximum(press_i, press_j) >= params.press_open:
            _open(state, params, i, j, press_i >= press_j)
        return
    state.crisis_turns[i, j] += 1.0
    if state.outcome != CONFLICT:
        pressed = maximum(press_i, press_j) >= params.press_keep
        state.quiet_turns[i, j] = 0.0 if pressed else state.quiet_turns[i, j] + 1.0
        _bargain(state, params, i, j, press_i, press_j)


@rule
def _open(state: State, params: Params, i: int, j: int, by_first: bool) -> None:
    """Apply R11.6: a crisis that opens with little left to settle costs its opener abroad (F41)."""
    state.crisis_turns[i, j] = 1.0
    state.quiet_turns[i, j] = 0.0
    state.crises[i, j] += 1
    state.crisis_opener[i, j] = 1 if by_first else 0
    state.crisis_opener[j, i] = 0 if by_first else 1
    state.excess[i if by_first else j] += params.unripe_cost * (1.0 - state.ripeness[i, j])


@rule
def _bargain(state: State, params: Params, i: int, j: int, press_i: float, press_j: float) -> None:
    """Apply R11.7-R11.9: a deal, a yield or a fade ends the crisis. Talks need some turns before they can settle it."""
    talks = state.crisis_turns[i, j] > params.talks_from
    offered = (state.offer_turns[i, j] > 0.0) & (state.offer_turns[j, i] > 0.0)
    yields_i = talks & _yields(state, i, j) & (press_i < params.press_keep)
    yields_j = talks & _yields(state, j, i) & (press_j < params.press_keep)
    if talks & offered & (_offers(state, i, j) | _offers(state, j, i)):
        _deal(state, params, i, j)
    elif yields_i & (not yields_j):
        _yield(state, params, i, j)
    elif yields_j & (not yields_i):
        _yield(state, params, j, i)
    elif (state.quiet_turns[i, j] >= params.fade_turns) | (yields_i & yields_j):
        _fade(state, params, i, j)


@rule
def _deal(state: State, params: Params, i: int, j: int) -> None:
    """Apply R11.7: both sides gain, and the terms beyond that go by leverage (Powell 1999)."""
    edge, ripe = state.leverage[i, j] - state.leverage[j, i], state.ripeness[i, j]
    state.terms[i, j] = minimum(1.0, maximum(-1.0, state.terms[i, j] + ripe * (params.joint_gain + params.settle_terms * edge)))
    state.terms[j, i] = minimum(1.0, maximum(-1.0, state.terms[j, i] + ripe * (params.joint_gain - params.settle_terms * edge)))
    _blame(state, params, i, j, maximum(0.0, -edge))
    _blame(state, params, j, i, maximum(0.0, edge))
    state.crisis_end[i, j] = DEAL_END
    state.crisis_end[j, i] = DEAL_END
    _close(state, params, i, j)


@rule
def _yield(state: State, params: Params, loser: int, winner: int) -> None:
    """Apply R11.8: the side that yields loses more than in a deal; the winner banks all of it only against its own open offer."""
    edge = maximum(0.0, state.leverage[winner, loser] - state.leverage[loser, winner])
    i, j = minimum(loser, winner), maximum(loser, winner)
    step = state.ripeness[i, j] * (params.yield_terms + params.settle_terms * edge)
    _move_terms(state, loser, winner, -step, 1.0 if state.offer_turns[winner, loser] > 0.0 else params.unasked_share)
    _blame(state, params, loser, winner, FULL_BLAME)
    state.crisis_end[loser, winner] = YIELD_END
    _close(state, params, i, j)


@rule
def _fade(state: State, params: Params, i: int, j: int) -> None:
    """Apply R11.9: a crisis that fades settles little, and its opener answers at home for having backed down."""
    opener, other = (i, j) if state.crisis_opener[i, j] == 1 else (j, i)
    edge = state.leverage[i, j] - state.leverage[j, i]
    _move_terms(state, i, j, params.fade_share * params.settle_terms * state.ripeness[i, j] * edge, 1.0)
    _blame(state, params, opener, other, params.fade_blame)
    state.ripeness[i, j] *= params.fade_left
    state.crisis_turns[i, j] = 0.0
    state.crisis_end[i, j] = FADE_END
    state.crisis_end[j, i] = FADE_END


@rule
def _close(state: State, params: Params, i: int, j: int) -> None:
    """Apply R11.10: a settlement meets demands, lowers tension, frees both sides of their commitments and starts a truce."""
    state.crisis_turns[i, j] = 0.0
    state.truce_turns[i, j] = params.truce_turns
    state.ripeness[i, j] *= params.settle_left
    for a, b in ((i, j), (j, i)):
        state.offer_turns[a, b] = 0.0
        state.grievance_verbal[a, b] *= 1.0 - params.settle_relief
        state.grievance_military[a, b] *= 1.0 - params.settle_relief
        state.public_commitment[a, b] *= 1.0 - params.settle_relief
        state.recent_incident[a, b] *= 1.0 - params.settle_calm
        beyond = state.tension[a, b] - fixed_point(state, params, a, b)
        state.tension[a, b] -= params.settle_calm * maximum(0.0, beyond)
    weigh_leverage(state, params, i, j)


@rule
def _move_terms(state: State, i: int, j: int, change: float, banked: float) -> None:
    """Move terms to i by `change`; the side that gains banks the given share of what the other loses."""
    gain_i, gain_j = (change * banked, -change) if change > 0.0 else (change, -change * banked)
    state.terms[i, j] = minimum(1.0, maximum(-1.0, state.terms[i, j] + gain_i))
    state.terms[j, i] = minimum(1.0, maximum(-1.0, state.terms[j, i] + gain_j))


@rule
def _blame(state: State, params: Params, loser: int, winner: int, share: float) -> None:
    """Apply R5.3: what was committed in public and is given up costs support at home (Fearon 1994)."""
    cost = params.audience_cost * params.audience_strength[loser] * state.public_commitment[loser, winner] * share
    state.support[loser] = maximum(0.0, state.support[loser] - cost)


@rule
def _offers(state: State, i: int, j: int) -> bool:
    move = CHANNEL_OFFSET[ACT] + state.moves[i, ACT]
    return (MOVE_KIND[move] == DEAL) & (MOVE_TARGET[move] == j)


@rule
def _yields(state: State, i: int, j: int) -> bool:
    move = CHANNEL_OFFSET[STATEMENT] + state.moves[i, STATEMENT]
    return (MOVE_KIND[move] == REASSURE) & (MOVE_TARGET[move] == j)


@rule
def _mirror(state: State, i: int, j: int) -> None:
    state.crisis_turns[j, i] = state.crisis_turns[i, j]
    state.quiet_turns[j, i] = state.quiet_turns[i, j]
    state.truce_turns[j, i] = state.truce_turns[i, j]
    state.ripeness[j, i] = state.ripeness[i, j]
    state.crises[j, i] = state.crises[i, j]


@rule
def terms_held(state: State, params: Params, actor: int) -> float:
    """Compute R13.2: the terms that the actor holds, weighted by rivalry and summed over rivals."""
    held = 0.0
    for other in range(N_ACTORS):
        held += params.rival[actor, other] * state.terms[actor, other]
    return held


@rule
def crisis_pressing(state: State, params: Params, actor: int) -> float:
    """Compute R13.8: the rivalry of the strongest rival with which the actor is in a crisis, 0 without a crisis."""
    pressing = 0.0
    for other in range(N_ACTORS):
        pressing = maximum(pressing, params.rival[actor, other] if state.crisis_turns[actor, other] > 0.0 else 0.0)
    return pressing
