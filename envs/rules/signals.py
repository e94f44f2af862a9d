"""Phase 3b, signal: what this turn's moves convey to each other actor, as provocation by presence, by words, and as warmth."""

from typing import Any, Final

from straits.envs.core.jit import rule
from straits.envs.rules.math import greater, lesser
from straits.envs.spec.constants import ACT, DEPLOYMENT, N_ACTORS, OFFICE, STATEMENT
from straits.envs.spec.moves import CHANNEL_OFFSET, KIND_NEEDS_TWO, KIND_RUNG, MOVE_KIND, PROTEST

SEEN: Final = 0.02  # provocation from which a move counts as seen by the other side


@rule
def signal(game: Any, world: Any) -> None:
    """R3.1, R3.10: fill pressed, offended, warmed and rung [sender, receiver] of this turn."""
    for actor in range(N_ACTORS):
        deployed = chosen(game, actor, DEPLOYMENT)
        said, done = in_effect(game, actor, STATEMENT), in_effect(game, actor, ACT)
        for other in range(N_ACTORS):
            pressed = world.provokes[actor, deployed, other]
            by_words, by_acts = world.provokes[actor, said, other], world.provokes[actor, done, other]
            warmed = world.warms[actor, deployed, other] + world.warms[actor, said, other] + world.warms[actor, done, other]
            game.pressed[actor, other] = pressed
            game.offended[actor, other] = lesser(1.0, by_words + by_acts)
            game.warmed[actor, other] = lesser(1.0, warmed)
            rung = greater(_seen(pressed, KIND_RUNG[MOVE_KIND[deployed]]), _seen(by_words, KIND_RUNG[MOVE_KIND[said]]))
            game.rung[actor, other] = greater(rung, _seen(by_acts, rung_of(game, actor, MOVE_KIND[done], other)))
    _reciprocate(game, world)


@rule
def chosen(game: Any, actor: int, channel: int) -> int:
    """The flat move that an actor chose in a channel."""
    return CHANNEL_OFFSET[channel] + game.moves[actor, channel]


@rule
def in_effect(game: Any, actor: int, channel: int) -> int:
    """The statement or act that takes effect: what was chosen or, for moves that need two, what both sides agreed."""
    move = chosen(game, actor, channel)
    waits = KIND_NEEDS_TWO[MOVE_KIND[move]] & (game.agreed[actor, channel - STATEMENT] != move)
    return CHANNEL_OFFSET[channel] if waits else move


@rule
def rung_of(game: Any, actor: int, kind: int, other: int) -> int:
    """The ladder rung of an act; a protest to a representative office stands one lower (F49)."""
    lower = (kind == PROTEST) & (game.ambassador[actor, other] == OFFICE)
    return KIND_RUNG[kind] - (1 if lower else 0)


@rule
def _seen(provocation: float, rung: int) -> int:
    return rung if provocation >= SEEN else 0


@rule
def _reciprocate(game: Any, world: Any) -> None:
    """R3.10: warmth that is returned in the same turn counts for more."""
    for one in range(N_ACTORS):
        for two in range(one + 1, N_ACTORS):
            if game.warmed[one, two] > 0.0 and game.warmed[two, one] > 0.0:
                more = 1.0 + world.reciprocity
                game.warmed[one, two] = lesser(1.0, more * game.warmed[one, two])
                game.warmed[two, one] = lesser(1.0, more * game.warmed[two, one])
