"""Open, carry on and end the crises of rival pairs (phase 6b, R10.1-R10.9)."""

from typing import Any

from straits.envs.core.jit import rule
from straits.envs.rules.math import maximum, minimum
from straits.envs.rules.perception import fixed_point
from straits.envs.spec.constants import ACT, CONFLICT, N_ACTORS, STATEMENT
from straits.envs.spec.moves import CHANNEL_OFFSET, DEAL, MOVE_KIND, MOVE_TARGET, REASSURE

DEALT, YIELDED, FADED, FOUGHT = 1, 2, 3, 4  # how a crisis ends; [i, j] YIELDED: i yielded to j


@rule
def crises(state: Any, params: Any) -> None:
    """R10: every rival pair."""
    for i in range(N_ACTORS):
        for j in range(i + 1, N_ACTORS):
            state.ended[i, j] = 0
            state.ended[j, i] = 0
            if params.rival[i, j] > 0.0 and params.rival[j, i] > 0.0:
                _note_offers(state, i, j)
                _pair(state, params, i, j)
                _mirror(state, i, j)


@rule
def weigh_pair(state: Any, params: Any, i: int, j: int) -> None:
    """R10.4: leverage shares."""
    one, two = pull(state, params, i, j), pull(state, params, j, i)
    state.leverage[i, j] = one / (one + two)
    state.leverage[j, i] = two / (one + two)


@rule
def pull(state: Any, params: Any, i: int, j: int) -> float:
    """R10.4: what j has left unanswered, and what i has publicly committed itself to."""
    bound, others = state.public_commitment[i, j], 0.0
    for k in range(N_ACTORS):
        if k != i and k != j:
            others += params.rival[i, k] * state.public_commitment[i, k]
    bound += params.leverage_linked * others
    return (
        params.leverage_floor
        + params.leverage_force * state.grievance_military[j, i]
        + params.leverage_face * state.grievance_verbal[j, i]
        + params.leverage_commitment * bound
    )


@rule
def _pair(state: Any, params: Any, i: int, j: int) -> None:
    weigh_pair(state, params, i, j)
    press_i, press_j = state.provocation_presence[i, j] + state.provocation_verbal[i, j], state.provocation_presence[j, i] + state.provocation_verbal[j, i]
    hot = press_i >= params.press_open or press_j >= params.press_open
    state.terms[i, j] *= params.terms_keep
    state.terms[j, i] *= params.terms_keep
    state.ripe[i, j] += params.ripe_rate * (1.0 - state.ripe[i, j])
    if state.truce[i, j] > 0.0:
        state.truce[i, j] -= 1.0
        if hot:
            if press_i >= params.press_open:
                _break(state, params, i, j)
            if press_j >= params.press_open:
                _break(state, params, j, i)
            state.truce[i, j] = 0.0
    if state.crisis[i, j] == 0.0:
        if hot:
            state.crisis[i, j] = 1.0
            state.quiet[i, j] = 0.0
            state.opened[i, j] = 1.0 if press_i >= press_j else 0.0
            state.opened[j, i] = 1.0 if press_j > press_i else 0.0
        return
    state.crisis[i, j] += 1.0
    if state.outcome == CONFLICT:
        return
    presses = press_i >= params.press_keep or press_j >= params.press_keep
    state.quiet[i, j] = 0.0 if presses else state.quiet[i, j] + 1.0
    _bargain(state, params, i, j, press_i, press_j)


@rule
def _bargain(state: Any, params: Any, i: int, j: int, press_i: float, press_j: float) -> None:
    talks = state.crisis[i, j] > params.talks_from
    agreed = state.agreed[i, 1]
    dealt = talks and agreed >= 0 and MOVE_KIND[agreed] == DEAL and MOVE_TARGET[agreed] == j
    yields_i = talks and _yields(state, i, j) and press_i < params.press_keep
    yields_j = talks and _yields(state, j, i) and press_j < params.press_keep
    edge = state.leverage[i, j] - state.leverage[j, i]
    step = params.settle_step * state.ripe[i, j]
    if dealt:
        _shift(state, i, j, step * edge, 1.0)
        _blame(state, params, i, j, maximum(0.0, -edge))
        _blame(state, params, j, i, maximum(0.0, edge))
        state.ended[i, j] = DEALT
        state.ended[j, i] = DEALT
        _end(state, params, i, j, params.settle_left)
    elif yields_i and not yields_j:
        _give(state, params, i, j, step * maximum(0.0, -edge))
    elif yields_j and not yields_i:
        _give(state, params, j, i, step * maximum(0.0, edge))
    elif state.quiet[i, j] >= params.fade_turns or (yields_i and yields_j):
        _shift(state, i, j, params.fade_share * step * edge, 1.0)
        state.ended[i, j] = FADED
        state.ended[j, i] = FADED
        state.crisis[i, j] = 0.0
        state.ripe[i, j] *= params.fade_left


@rule
def _give(state: Any, params: Any, loser: int, winner: int, step: float) -> None:
    """R10.6: a yield costs the loser a step beyond the deal's terms; the winner banks it whole against an open offer of its own."""
    banked = 1.0 if state.offered[winner, loser] > 0.0 else params.unasked_share
    _shift(state, winner, loser, params.yield_step * state.ripe[loser, winner] + step, banked)
    _blame(state, params, loser, winner, 1.0)
    state.ended[loser, winner] = YIELDED
    i, j = (loser, winner) if loser < winner else (winner, loser)
    _end(state, params, i, j, params.settle_left)


@rule
def _note_offers(state: Any, i: int, j: int) -> None:
    """An offer of a deal stands for the turn in which it is made and the next."""
    state.offered[i, j] = 2.0 if _offers(state, i, j) else maximum(0.0, state.offered[i, j] - 1.0)
    state.offered[j, i] = 2.0 if _offers(state, j, i) else maximum(0.0, state.offered[j, i] - 1.0)


@rule
def _offers(state: Any, i: int, j: int) -> bool:
    move = CHANNEL_OFFSET[ACT] + state.moves[i, ACT]
    return MOVE_KIND[move] == DEAL and MOVE_TARGET[move] == j


@rule
def _yields(state: Any, i: int, j: int) -> bool:
    move = CHANNEL_OFFSET[STATEMENT] + state.moves[i, STATEMENT]
    return MOVE_KIND[move] == REASSURE and MOVE_TARGET[move] == j


@rule
def _shift(state: Any, i: int, j: int, change: float, banked: float) -> None:
    state.terms[i, j] = minimum(1.0, maximum(-1.0, state.terms[i, j] + banked * change))
    state.terms[j, i] = minimum(1.0, maximum(-1.0, state.terms[j, i] - change))


@rule
def _blame(state: Any, params: Any, loser: int, winner: int, share: float) -> None:
    cost = params.audience_cost * params.audience_strength[loser] * state.public_commitment[loser, winner] * share
    state.support[loser] = maximum(0.0, state.support[loser] - cost)


@rule
def _break(state: Any, params: Any, i: int, j: int) -> None:
    state.breaches += 1
    state.support[i] = maximum(0.0, state.support[i] - params.breach_support)
    _shift(state, i, j, -params.breach_step, 1.0)


@rule
def _end(state: Any, params: Any, i: int, j: int, left: float) -> None:
    state.crisis[i, j] = 0.0
    state.truce[i, j] = params.truce_turns
    state.ripe[i, j] *= left
    for a, b in ((i, j), (j, i)):
        state.grievance_verbal[a, b] *= 1.0 - params.settle_relief
        state.grievance_military[a, b] *= 1.0 - params.settle_relief
        state.public_commitment[a, b] *= 1.0 - params.settle_relief
        beyond = state.tension[a, b] - fixed_point(state, params, a, b)
        state.tension[a, b] -= params.settle_calm * maximum(0.0, beyond)
        state.recent_incident[a, b] *= 1.0 - params.settle_calm
    weigh_pair(state, params, i, j)


@rule
def _mirror(state: Any, i: int, j: int) -> None:
    state.crisis[j, i] = state.crisis[i, j]
    state.quiet[j, i] = state.quiet[i, j]
    state.truce[j, i] = state.truce[i, j]
    state.ripe[j, i] = state.ripe[i, j]
    state.ever[i, j] += state.crisis[i, j] == 1.0


@rule
def stakes(state: Any, params: Any, actor: int) -> Any:
    """R10.2, R10.7: terms held and crises under way, weighted by rivalry."""
    held, pressing = 0.0, 0.0
    for other in range(N_ACTORS):
        rival = params.rival[actor, other]
        held += rival * state.terms[actor, other]
        if state.crisis[actor, other] > 0.0:
            pressing = maximum(pressing, rival)
    return held, pressing
