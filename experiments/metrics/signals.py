"""Measure whether actors act on their pledges and threats when these are called.

A signal is a threat, a warning or a pledge that takes effect. Its addressee is a rival: the target of a threat or warning, or each
actor that a pledge provokes. Three terms define the metric:

- *called*: the rival takes a step of rung 3 or more within the next WINDOW turns, against the sender or the client of the pledge;
- *kept*: the sender takes such a step against the rival within WINDOW turns, the turn of the call included;
- *bluff*: a signal that was called and not kept.

Signals too close to the end of the game are excluded. Compare Fearon 1997 and Sartori 2005; the window is an assumption.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from straits.envs.spec.constants import CRISIS_RUNG, N_ACTORS, STATEMENT
from straits.envs.spec.moves import KIND_INDEX, MOVE_TARGET, MOVES, OFFSETS, PLEDGE, PLEDGE_UNOFFICIAL, THREATEN, WARN
from straits.experiments.utils.statistics import Interval, of_sums

WINDOW: Final = 4  # turns
KINDS: Final = {"threat": (THREATEN, WARN), "pledge": (PLEDGE, PLEDGE_UNOFFICIAL)}


@dataclass(frozen=True)
class Consistency:
    """Rates for one sort of signal, over all actors."""

    sent: int  # signals to a rival
    called: int  # signals that were called, with turns left to keep them
    bluff_rate: Interval  # share of called signals that were not kept
    followed_up: int  # signals with WINDOW turns left
    follow_rate: Interval  # share of signals followed by a step against the rival within WINDOW turns, called or not
    base_rate: Interval  # share of turns without a signal, of the same pairs, followed by such a step


def consistency(
    moves: NDArray[np.int64], rung: NDArray[np.int8], provoked: NDArray[np.bool_], played: NDArray[np.bool_],
    *, seed: int, confidence: float = 0.95, resamples: int = 2000,
) -> dict[str, Consistency]:  # fmt: skip
    """Compute the consistency of signals and actions, by sort of signal.

    Args:
        moves: (games, turns, actors, channels), index within each channel, -1 where no turn was played.
        rung: (games, turns, actors, actors), [i, j] is the rung of i's step as j saw it.
        provoked: (actors, moves, actors), True where a move of the first provokes the last.
        played: (games, turns), True where the turn was played.
        seed: Seed of the bootstrap over games.
        confidence: Level of the intervals, 0..1.
        resamples: Number of resamples.

    Returns:
        "threat" and "pledge" to their rates.
    """
    results = {}
    for name, kinds in KINDS.items():
        table = _per_game(moves, rung, provoked, played, kinds)
        shares = [_share(table, *columns, seed, confidence, resamples) for columns in ((2, 1), (4, 3), (6, 5))]
        counts = table.sum(axis=0).astype(int)
        results[name] = Consistency(int(counts[0]), int(counts[1]), shares[0], int(counts[3]), *shares[1:])
    return results


def _per_game(
    moves: NDArray[np.int64], rung: NDArray[np.int8], provoked: NDArray[np.bool_], played: NDArray[np.bool_], kinds: tuple[int, ...]
) -> NDArray[np.float64]:
    """Count per game, (games, 7).

    The columns are: signals; called; bluffs; signals with turns left; of these, followed by a step; quiet turns; of these,
    followed.
    """
    addressed, client = signals(moves, provoked, kinds)
    steps = (rung >= CRISIS_RUNG) & played[:, :, None, None]  # [i, j]
    left = (played.sum(axis=1)[:, None] - 1 - np.arange(played.shape[1]))[:, :, None, None]  # turns to come
    call, honoured = np.zeros(steps.shape, np.int8), np.zeros_like(steps)
    for ahead in range(WINDOW, 0, -1):  # backwards, so that the nearest call is written last
        later = _later(steps, ahead)
        against = _against(later, client)
        call = np.where(against, ahead, call)
        honoured = np.where(against, _soon(later, 0, WINDOW), honoured)
    tested = addressed & (call > 0) & (left >= call + WINDOW - 1)
    open_, soon = left >= WINDOW, _soon(steps, 1, WINDOW + 1)
    quiet = open_ & ~addressed & addressed.any(axis=1, keepdims=True)
    parts = (addressed, tested, tested & ~honoured, addressed & open_, addressed & open_ & soon, quiet, quiet & soon)
    return np.stack([part.sum(axis=(1, 2, 3)) for part in parts], axis=1).astype(np.float64)


def signals(
    moves: NDArray[np.int64], provoked: NDArray[np.bool_], kinds: tuple[int, ...]
) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Mark the signals that each actor addresses to each other actor.

    Args:
        moves: (games, turns, actors, channels), index within each channel.
        provoked: (actors, moves, actors), True where a move of the first provokes the last.
        kinds: Kinds of moves that are signals.

    Returns:
        Whether i signals to j, (games, turns, actors, actors), and the client of i's pledge or i itself, (games, turns, actors).
    """
    statement = np.maximum(moves[..., STATEMENT], 0) + OFFSETS[STATEMENT]  # (games, turns, actors) flat moves
    is_signal = np.array([KIND_INDEX[m.kind.name] in kinds for m in MOVES])
    is_pledge = np.array([KIND_INDEX[m.kind.name] in KINDS["pledge"] for m in MOVES])
    own = np.arange(N_ACTORS)
    client = np.where(is_pledge[statement], MOVE_TARGET[statement], own)
    addressed = np.where(is_pledge[statement][..., None], provoked[own, statement], MOVE_TARGET[statement][..., None] == own)
    return addressed & is_signal[statement][..., None], client


def _against(steps: NDArray[np.bool_], client: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return [i, j], True where j steps against i or against the client that i supports."""
    chosen = np.broadcast_to(client[:, :, None, :], steps.shape)
    against: NDArray[np.bool_] = (steps | np.take_along_axis(steps, chosen, axis=3)).transpose(0, 1, 3, 2)
    return against


def _soon(flags: NDArray[np.bool_], first: int, end: int) -> NDArray[np.bool_]:
    """Return whether a flag is set in one of the turns first..end - 1 ahead."""
    soon: NDArray[np.bool_] = np.logical_or.reduce([_later(flags, ahead) for ahead in range(first, end)])
    return soon


def _later(flags: NDArray[np.bool_], ahead: int) -> NDArray[np.bool_]:
    """Return the flags of `ahead` turns later."""
    moved = np.zeros_like(flags)
    if ahead < flags.shape[1]:
        moved[:, : flags.shape[1] - ahead] = flags[:, ahead:]
    return moved


def _ratio(sums: NDArray[np.float64]) -> float:
    return float(sums[0] / sums[1]) if sums[1] else float("nan")


def _share(table: NDArray[np.float64], part: int, whole: int, seed: int, confidence: float, resamples: int) -> Interval:
    if not table[:, whole].sum():
        return Interval(np.nan, np.nan, np.nan)
    return of_sums(table[:, [part, whole]], _ratio, seed=seed, confidence=confidence, resamples=resamples)
