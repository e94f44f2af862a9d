"""Estimate the effect of one move: replay a game with and without it, against the same futures.

The game is restored at the turn and copied many times, in two halves. In one half all actors choose as recorded; in the other one
actor's choice is replaced. From the next turn on policies choose in both. Copy k draws the same future in both halves (common
random numbers), so the difference is the effect of the move.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from straits.agents.base import Policy
from straits.envs.simulator.engine import Engine
from straits.envs.spec.constants import ACTORS
from straits.envs.text.describe import write_choices
from straits.envs.validation import wrong
from straits.experiments.analysis.counterfactual.futures import ESCALATION, Futures, run
from straits.experiments.rollouts.rollout import decide
from straits.experiments.rollouts.trajectory import Trajectory, replace_move
from straits.experiments.utils.statistics import Interval, paired

COPIES: Final = 2000  # of the game, in each half
MEASURES: Final = (*ESCALATION, *(f"return.{actor}" for actor in ACTORS))


@dataclass(frozen=True)
class Effect:
    """The effect of replacing one actor's choice. `effects`: measure to mean of changed less recorded, over paired futures."""

    turn: int  # from 0
    actor: str
    recorded: str  # the actor's choices of that turn, in words
    changed: str
    copies: int
    before: Futures  # (copies,) each, as recorded
    after: Futures  # the same futures, changed
    effects: dict[str, Interval]


def what_if(
    played: Trajectory,
    turn: int,
    actor: str,
    move: str,
    seats: Sequence[Policy],
    copies: int = COPIES,
    *,
    first: int = 0,
    confidence: float = 0.95,
) -> Effect:
    """Replace one choice and play many futures with and without the replacement.

    Args:
        played: The recorded game.
        turn: Turn of the choice, from 0.
        actor: Name of the actor.
        move: Name of a move, which replaces the choice of its channel; `hold`, `silence` or `none` for a no-op in one channel;
            `nothing` for no-ops in all channels.
        seats: Policies that play on, one per actor.
        copies: Number of futures.
        first: Number of the first future; other numbers draw other futures.
        confidence: Level of the intervals, 0..1.

    Returns:
        The measures of both halves and their paired differences.

    Raises:
        ValueError: If the turn, actor or move does not exist in the game, the move is illegal, or `copies` is below 2.
    """
    if actor not in ACTORS:
        raise wrong("actor", actor, f"one of {', '.join(ACTORS)}")
    if copies < 2:
        raise wrong("copies", copies, "at least 2")
    engine, seat = played.at(turn), ACTORS.index(actor)
    recorded = played.moves[turn]
    changed = recorded.copy()
    changed[seat] = replace_move(recorded[seat], move, engine.mask[0, seat])
    before, after = _halves(engine, np.stack([recorded, changed]), seats, copies, first)
    return Effect(
        turn,
        actor,
        write_choices(recorded[seat]),
        write_choices(changed[seat]),
        copies,
        before,
        after,
        {name: paired(after[name], before[name], seed=first, confidence=confidence) for name in MEASURES},
    )


def _halves(engine: Engine, moves: NDArray[np.int64], seats: Sequence[Policy], copies: int, first: int) -> tuple[Futures, Futures]:
    """Play both halves in one batch. moves: (2, actors, channels), the choices at the fork."""
    forked = engine.fork([0, 0], copies, first=first)
    start = np.repeat(moves, copies, axis=0)
    futures = run(forked, lambda step, games: start if step == 0 else decide(games, seats))
    return tuple(Futures({name: v[part] for name, v in futures.items()}) for part in (slice(copies), slice(copies, None)))  # type: ignore[return-value]
