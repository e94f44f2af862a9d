"""Compute the signals of this turn's moves to each other actor (phase 4: R4.1-R4.4).

The signals are provocation by presence, verbal provocation, and warmth.
"""

from typing import Final

from straits.envs.core.jit import rule
from straits.envs.core.records import Params, State
from straits.envs.rules.math import maximum, minimum
from straits.envs.spec.constants import ACT, DEPLOYMENT, N_ACTORS, OFFICE, STATEMENT
from straits.envs.spec.moves import CHANNEL_OFFSET, KIND_NEEDS_TWO, KIND_RUNG, MOVE_KIND, PROTEST

SEEN: Final = 0.02  # least provocation for a move to count as visible to the other side


@rule
def signal(state: State, params: Params) -> None:
    """Fill the provocations, the reassurance and the rung [sender, receiver] of this turn (R4.1, R4.4)."""
    for actor in range(N_ACTORS):
        deployed = chosen(state, actor, DEPLOYMENT)
        said, done = in_effect(state, actor, STATEMENT), in_effect(state, actor, ACT)
        for other in range(N_ACTORS):
            pressed = params.provokes[actor, deployed, other]
            by_words, by_acts = params.provokes[actor, said, other], params.provokes[actor, done, other]
            warmed = params.warms[actor, deployed, other] + params.warms[actor, said, other] + params.warms[actor, done, other]
            state.provocation_presence[actor, other] = pressed
            state.provocation_verbal[actor, other] = minimum(1.0, by_words + by_acts)
            state.reassurance[actor, other] = minimum(1.0, warmed)
            rung = maximum(_seen(pressed, KIND_RUNG[MOVE_KIND[deployed]]), _seen(by_words, KIND_RUNG[MOVE_KIND[said]]))
            state.rung[actor, other] = maximum(rung, _seen(by_acts, rung_of(state, actor, MOVE_KIND[done], other)))
    _reciprocate(state, params)


@rule
def chosen(state: State, actor: int, channel: int) -> int:
    """Return the flat index of the actor's choice in a channel."""
    return CHANNEL_OFFSET[channel] + state.moves[actor, channel]


@rule
def in_effect(state: State, actor: int, channel: int) -> int:
    """Return the statement or act that takes effect.

    For moves that need two sides, this is the agreement of both sides. Otherwise it is the choice.
    """
    move = chosen(state, actor, channel)
    waits = KIND_NEEDS_TWO[MOVE_KIND[move]] & (state.agreed[actor, channel - STATEMENT] != move)
    return CHANNEL_OFFSET[channel] if waits else move


@rule
def rung_of(state: State, actor: int, kind: int, other: int) -> int:
    """Return the ladder rung of an act; a protest to a representative office is one rung lower (F49)."""
    lower = (kind == PROTEST) & (state.ambassador[actor, other] == OFFICE)
    return KIND_RUNG[kind] - (1 if lower else 0)


@rule
def _seen(provocation: float, rung: int) -> int:
    return rung if provocation >= SEEN else 0


@rule
def _reciprocate(state: State, params: Params) -> None:
    """Apply R4.4: warmth that is returned in the same turn counts more."""
    for one in range(N_ACTORS):
        for two in range(one + 1, N_ACTORS):
            if state.reassurance[one, two] > 0.0 and state.reassurance[two, one] > 0.0:
                more = 1.0 + params.reciprocity
                state.reassurance[one, two] = minimum(1.0, more * state.reassurance[one, two])
                state.reassurance[two, one] = minimum(1.0, more * state.reassurance[two, one])
