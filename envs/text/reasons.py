"""Explain in one sentence why a move is illegal now, for human players.

The mask says which moves are legal. This module returns, for each illegal move, the first condition of R1.1-R1.8 that fails. It
tests the most permanent conditions first: moves that the actor never has, the situation, the cooldown, then the price. It reads
only what the legality rules read, which is private to the actor or public. It therefore reveals nothing beyond the observation
and the mask of the actor. The module is plain Python, for the agents of human players and never for rollouts.
"""

from collections.abc import Iterator
from typing import Any, Final

from straits.envs.rules.legality import PLANNED
from straits.envs.spec.constants import ACTORS, DEPLOYMENT
from straits.envs.spec.moves import MAY_EVER, MOVE_KIND, MOVES, Move
from straits.envs.text.describe import OWN_NAMES, Labels
from straits.envs.text.situation import Cause, Seat, capital, closing, down, up

BUDGETS: Final = ("readiness", "credibility", "capital")  # of each channel
OPEN: Final = Cause("", "")

_STATE_FIELDS: Final = (
    "access", "ambassador", "assessment", "capital", "hotline", "command", "credibility", "crisis_turns", "designation", "disaster",
    "grievance_verbal", "grievance_military", "forward", "leaked", "plan", "readiness", "cooldown", "trainers", "trainers_known",
)  # fmt: skip
_PARAMS_FIELDS: Final = (
    "access_gate", "cost", "designation_gate", "designation_threshold", "disaster_need", "grievance", "legal", "luzon_sites",
    "plan_discount", "protection_stage", "recall_grievance",
)  # fmt: skip


def reasons(state: Any, params: Any, actor: int, labels: Labels = OWN_NAMES) -> list[str]:
    """Explain for each move why it is illegal for an actor now.

    Args:
        state: Record of the game after `reset`, `step` or `observe` of the engine.
        params: Parameter record of the scenario.
        actor: Index of the actor.
        labels: Label of each actor.

    Returns:
        N_MOVES sentences, "" for a legal move.
    """
    return [cause.words for cause in causes(state, params, actor, labels)]


def causes(state: Any, params: Any, actor: int, labels: Labels = OWN_NAMES) -> list[Cause]:
    """Return for each move the condition that makes it illegal now, with its sentence.

    Args:
        state: Record of the game after `reset`, `step` or `observe` of the engine.
        params: Parameter record of the scenario.
        actor: Index of the actor.
        labels: Label of each actor.

    Returns:
        N_MOVES causes. The name of a condition is "rest", "price", "grievance", and so on.
    """
    seat = Seat(_plain(state, _STATE_FIELDS), _plain(params, _PARAMS_FIELDS), actor, labels)
    return [OPEN if move.index == 0 else next(_closing(seat, move), OPEN) for move in MOVES]


def _plain(record: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: record[name].tolist() for name in names}


def _closing(seat: Seat, move: Move) -> Iterator[Cause]:
    """Yield all conditions that make the move illegal, the most permanent first."""
    yield from _never(seat, move)
    yield from closing(seat, move)
    yield from _costs(seat, move)


def _never(seat: Seat, move: Move) -> Iterator[Cause]:
    """Yield the conditions of the move table and the scenario."""
    actor = ACTORS[seat.actor]
    if move.kind.channel != DEPLOYMENT and move.target == actor:
        yield Cause("itself", "One does not address oneself.")
    elif not MAY_EVER[seat.actor, move.flat]:
        where = " there" if move.kind.channel == DEPLOYMENT and actor in move.kind.by else ""
        yield Cause("never", f"{capital(seat.name(seat.actor))} has no such move{where}.")
    elif not seat.params["legal"][seat.actor][move.flat]:
        yield Cause("scenario", "The scenario rules it out.")


def _costs(seat: Seat, move: Move) -> Iterator[Cause]:
    """Yield the cooldown and R1.7, the price against the budget."""
    rest = int(seat.state["cooldown"][seat.actor][move.flat])
    if rest > 0:
        yield Cause("cooldown", f"It rests for {rest} more turn{'s' if rest > 1 else ''} after its last use.")
    kind, budget = MOVE_KIND[move.flat], BUDGETS[move.kind.channel]
    stage = max(seat.state["plan"][seat.actor])
    price = seat.params["cost"][kind] * (1.0 - seat.params["plan_discount"] * stage * PLANNED[kind])
    left = seat.state[budget][seat.actor]
    if price > left:
        yield Cause("price", f"It costs {up(price)} of {budget}; {down(left)} is left.")
