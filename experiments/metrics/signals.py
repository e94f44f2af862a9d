"""Signals and actions: does what is pledged or threatened follow when it is called?

A signal is a threat, a warning or a pledge that takes effect; it is addressed to a rival: the target of a threat or warning, and
for a pledge whoever was provoked by it. It is *called* when the rival takes a step of rung 3 or more, against the sender or the
pledge's client, within the next WINDOW turns; it is *kept* when the sender takes such a step against the rival within WINDOW turns,
the turn of the call among them. A bluff is a signal that was called and not kept. Signals whose turns the game's end cuts off are
left out. Compare Fearon 1997 and Sartori 2005; the window is an assumption.
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
    """Of one sort of signal, over all actors."""

    sent: int  # signals to a rival
    called: int  # that were put to the test, with turns left to keep them
    bluff_rate: Interval  # share of these that were not kept
    followed_up: int  # signals with WINDOW turns left
    follow_rate: Interval  # share of signals after which a step against the rival comes within WINDOW turns, called or not
    base_rate: Interval  # the same share after all turns of the same pairs in which nothing was signalled


def consistency(
    moves: NDArray[np.int64], rung: NDArray[np.int8], provoked: NDArray[np.bool_], played: NDArray[np.bool_],
    *, seed: int, confidence: float = 0.95, resamples: int = 2000,
) -> dict[str, Consistency]:  # fmt: skip
    """By sort of signal. moves.

    (games, turns, actors, channels); rung: (games, turns, actors, actors); provoked: (actors, moves, actors), whom a move provokes;
    played: (games, turns).
    """
    found = {}
    for name, kinds in KINDS.items():
        table = _per_game(moves, rung, provoked, played, kinds)
        shares = [_share(table, *columns, seed, confidence, resamples) for columns in ((2, 1), (4, 3), (6, 5))]
        counts = table.sum(axis=0).astype(int)
        found[name] = Consistency(int(counts[0]), int(counts[1]), shares[0], int(counts[3]), *shares[1:])
    return found


def _per_game(
    moves: NDArray[np.int64], rung: NDArray[np.int8], provoked: NDArray[np.bool_], played: NDArray[np.bool_], kinds: tuple[int, ...]
) -> NDArray[np.float64]:
    """Counts a game, (games, 7): signals, called, bluffs; signals with turns left, of these followed; the same of quiet turns."""
    addressed, client = signals(moves, provoked, kinds)
    steps = (rung >= CRISIS_RUNG) & played[:, :, None, None]  # [i, j]
    left = (played.sum(axis=1)[:, None] - 1 - np.arange(played.shape[1]))[:, :, None, None]  # turns to come
    call, kept = np.zeros(steps.shape, np.int8), np.zeros_like(steps)
    for ahead in range(WINDOW, 0, -1):  # the nearest call is what stands in the end
        later = _later(steps, ahead)
        against = _against(later, client)
        call = np.where(against, ahead, call)
        kept = np.where(against, _soon(later, 0, WINDOW), kept)
    tested = addressed & (call > 0) & (left >= call + WINDOW - 1)
    open_, soon = left >= WINDOW, _soon(steps, 1, WINDOW + 1)
    quiet = open_ & ~addressed & addressed.any(axis=1, keepdims=True)
    parts = (addressed, tested, tested & ~kept, addressed & open_, addressed & open_ & soon, quiet, quiet & soon)
    return np.stack([part.sum(axis=(1, 2, 3)) for part in parts], axis=1).astype(np.float64)


def signals(
    moves: NDArray[np.int64], provoked: NDArray[np.bool_], kinds: tuple[int, ...]
) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Mark the signals that each actor addresses to each other.

    Which signals i addresses to j, (games, turns, actors, actors), and the client that i's pledge is for, (games, turns, actors),
    or i itself.
    """
    said = np.maximum(moves[..., STATEMENT], 0) + OFFSETS[STATEMENT]  # (games, turns, actors) flat moves
    is_signal = np.array([KIND_INDEX[m.kind.name] in kinds for m in MOVES])
    is_pledge = np.array([KIND_INDEX[m.kind.name] in KINDS["pledge"] for m in MOVES])
    own = np.arange(N_ACTORS)
    client = np.where(is_pledge[said], MOVE_TARGET[said], own)
    addressed = np.where(is_pledge[said][..., None], provoked[own, said], MOVE_TARGET[said][..., None] == own)
    return addressed & is_signal[said][..., None], client


def _against(steps: NDArray[np.bool_], client: NDArray[np.int64]) -> NDArray[np.bool_]:
    """[i, j]: j steps against i or against the client that i stands for."""
    chosen = np.broadcast_to(client[:, :, None, :], steps.shape)
    found: NDArray[np.bool_] = (steps | np.take_along_axis(steps, chosen, axis=3)).transpose(0, 1, 3, 2)
    return found


def _soon(flags: NDArray[np.bool_], first: int, end: int) -> NDArray[np.bool_]:
    """Whether a flag is set in one of the turns first..end - 1 ahead."""
    soon: NDArray[np.bool_] = np.logical_or.reduce([_later(flags, ahead) for ahead in range(first, end)])
    return soon


def _later(flags: NDArray[np.bool_], ahead: int) -> NDArray[np.bool_]:
    """The flags of so many turns later."""
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
