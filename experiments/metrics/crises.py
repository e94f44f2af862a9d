"""Find the crises of rival pairs: onset, length, end, opener and the side that yielded.

A crisis is what rules R11.6 to R11.9 say it is, read from the fields `crisis_turns`, `crisis_end` and `crisis_opener` of the
record. It is an episode of a rival pair. It opens when one side presses the other, and ends by a deal, by the yield of one side,
by fading, or in armed conflict between the two. A crisis that outlasts the game is open, and censored. Presence at the usual level
is no crisis.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from straits.envs.spec.constants import ACT, CRISIS_ENDS, DEAL_END, DEPLOYMENT, N_ACTORS, PAIRS, YIELD_END
from straits.envs.spec.moves import (
    CHANNEL_OFFSET,
    DEAL,
    MOVE_KIND,
    MOVE_TARGET,
    PLEDGE,
    PLEDGE_UNOFFICIAL,
    PULL_BACK,
    RECALL,
    SUMMON,
    SUMMON_URGENT,
    THREATEN,
    WARN,
)
from straits.experiments.metrics.signals import signals
from straits.experiments.metrics.types import Series

ENDS: Final = ("open", *CRISIS_ENDS[1:], "conflict")
OPEN, DEAL_ENDS, YIELD_ENDS, FADE_ENDS, CONFLICT_ENDS = range(len(ENDS))
COMMITMENTS: Final = (THREATEN, WARN, PLEDGE, PLEDGE_UNOFFICIAL)
SIGNALS: Final = ("summons", "commitment", "offer", "pull-back")
STATIONARY: Final = 8  # turns at the start of a game that are left out where a process must be stationary
WINDOW: Final = 3  # turns up to the end of a crisis in which signals count
NO_ACTOR: Final = -1


class Crises(NamedTuple):
    """Crises, sorted by game, pair and onset; each array is (crises,) int64."""

    game: NDArray[np.int64]
    pair: NDArray[np.int64]  # index in PAIRS
    onset: NDArray[np.int64]  # turn from 1
    length: NDArray[np.int64]  # turns from the onset to the end, both included
    end: NDArray[np.int64]  # index in ENDS
    opener: NDArray[np.int64]  # actor
    loser: NDArray[np.int64]  # actor that yielded, or NO_ACTOR


def find_crises(data: Series) -> Crises:
    """Find all crises of all pairs.

    Args:
        data: Arrays of the games.

    Returns:
        The crises.
    """
    one, two = (np.array(side) for side in zip(*PAIRS, strict=True))
    turns = data.played.shape[1]
    begins = ((data.crisis_turns[:, :, one, two] == 1) & data.played[:, :, None]).transpose(0, 2, 1)  # (games, pairs, turns)
    ends = np.maximum(data.crisis_end[:, :, one, two], data.crisis_end[:, :, two, one]).transpose(0, 2, 1)
    at, over = np.flatnonzero(begins), np.flatnonzero(ends)
    game, pair, onset = np.unravel_index(at, begins.shape)
    nearest = over[np.minimum(np.searchsorted(over, at), len(over) - 1)] if len(over) else np.full(len(at), -1)
    closed = (nearest > at) & (nearest // turns == at // turns)
    last = np.where(closed, nearest % turns, data.turns[game] - 1)
    end = np.where(closed, ends.ravel()[nearest] if len(over) else OPEN, OPEN)
    fought = ~closed & data.conflict[game] & (np.sort(data.belligerents[game], axis=1) == np.array(PAIRS)[pair]).all(axis=1)
    end = np.where(fought, CONFLICT_ENDS, end)
    i, j = one[pair], two[pair]
    opener = np.where(data.crisis_opener[game, onset, i, j] != 0, i, j)
    loser = np.where(data.crisis_end[game, last, i, j] == YIELD_END, i, j)
    loser = np.where(end == YIELD_ENDS, loser, NO_ACTOR)
    return Crises(*(np.asarray(part, np.int64) for part in (game, pair, onset + 1, last - onset + 1, end, opener, loser)))


def in_crisis(data: Series) -> NDArray[np.bool_]:
    """Return whether some pair is in a crisis in each turn, the turn of its end included, (games, turns)."""
    inside: NDArray[np.bool_] = ((data.crisis_turns > 0) | (data.crisis_end != 0)).any(axis=(2, 3)) & data.played
    return inside


def counts(crises: Crises, games: int) -> dict[str, NDArray[np.float64]]:
    """Count crises per game: all of them, those that ended without conflict, and those of each end.

    Args:
        crises: The crises.
        games: Number of games.

    Returns:
        `crises`, `ended`, `settlements` (deals and yields) and each of ENDS to counts, (games,).
    """
    of_end = np.zeros((games, len(ENDS)))
    np.add.at(of_end, (crises.game, crises.end), 1.0)
    values = {name: of_end[:, n] for n, name in enumerate(ENDS)}
    values["crises"] = of_end.sum(axis=1)
    values["settlements"] = of_end[:, DEAL_ENDS] + of_end[:, YIELD_ENDS]
    values["ended"] = values["settlements"] + of_end[:, FADE_ENDS]
    return values


def by_actor(crises: Crises, actors: NDArray[np.int64], games: int) -> NDArray[np.float64]:
    """Count the crises of each actor per game.

    Args:
        crises: The crises.
        actors: (crises,), actor that each crisis counts for, or NO_ACTOR.
        games: Number of games.

    Returns:
        (games, actors).
    """
    sums = np.zeros((games, N_ACTORS))
    known = actors != NO_ACTOR
    np.add.at(sums, (crises.game[known], actors[known]), 1.0)
    return sums


def time_to_crisis(crises: Crises, turns: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return the turns until the first crisis of any pair.

    Args:
        crises: The crises.
        turns: (games,), turns played.

    Returns:
        Turns until the first crisis or the end of the game, (games,), and whether there was a crisis, (games,).
    """
    first = np.full(len(turns), np.iinfo(np.int64).max)
    np.minimum.at(first, crises.game, crises.onset)
    return np.minimum(first, turns), first <= turns


def sent(moves: NDArray[np.int64], provoked: NDArray[np.bool_]) -> dict[str, NDArray[np.bool_]]:
    """Mark the signals that each actor sends to each other actor.

    Args:
        moves: (games, turns, actors, channels), index within each channel, -1 where no turn was played.
        provoked: (actors, moves, actors), True where a move of the first provokes the last.

    Returns:
        Each of SIGNALS to [i, j], (games, turns, actors, actors). A pull-back addresses every other actor.
    """
    marks = {
        "summons": _addressed(moves, ACT, (SUMMON, SUMMON_URGENT, RECALL)),
        "commitment": signals(moves, provoked, COMMITMENTS)[0],
        "offer": _addressed(moves, ACT, (DEAL,)),
    }
    pulls = MOVE_KIND[np.maximum(moves[..., DEPLOYMENT], 0) + CHANNEL_OFFSET[DEPLOYMENT]] == PULL_BACK
    marks["pull-back"] = np.broadcast_to(pulls[..., None], marks["offer"].shape)
    return marks


def _addressed(moves: NDArray[np.int64], channel: int, kinds: tuple[int, ...]) -> NDArray[np.bool_]:
    flat = np.maximum(moves[..., channel], 0) + CHANNEL_OFFSET[channel]
    chosen = np.isin(MOVE_KIND[flat], kinds) & (moves[..., channel] > 0)
    marks: NDArray[np.bool_] = chosen[..., None] & (MOVE_TARGET[flat][..., None] == np.arange(N_ACTORS))
    return marks


def before_end(crises: Crises, marks: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return whether either side of each crisis sent a signal in its last WINDOW turns, (crises,).

    Args:
        crises: The crises.
        marks: (games, turns, actors, actors), one signal as `sent` returns it.
    """
    one, two = np.array(PAIRS)[crises.pair].T
    last, seen = crises.onset + crises.length - 2, np.zeros(len(crises.game), np.bool_)
    for back in range(WINDOW):
        turn = np.maximum(last - back, crises.onset - 1)
        seen |= marks[crises.game, turn, one, two] | marks[crises.game, turn, two, one]
    return seen


def end_rates(data: Series, marks: dict[str, NDArray[np.bool_]], talks_from: int) -> dict[str, NDArray[np.float64]]:
    """Count the turns of crises after which the crisis ends, by the signals of the turn.

    Only turns count after which a settlement is possible (R11.7) and that another turn follows.

    Args:
        data: Arrays of the games.
        marks: Signals, as `sent` returns them.
        talks_from: Turns of a crisis before it can be settled.

    Returns:
        Each of SIGNALS, and `no signal`, to per-game counts, (games, 2): crises that end in the next turn, and opportunities.
    """
    one, two = (np.array(side) for side in zip(*PAIRS, strict=True))
    at_risk = (data.crisis_turns[:, :-1, one, two] >= talks_from) & data.played[:, 1:, None]
    ended = at_risk & ((data.crisis_end[:, 1:, one, two] != 0) | (data.crisis_end[:, 1:, two, one] != 0))
    either = {name: (m[:, :-1, one, two] | m[:, :-1, two, one]) & at_risk for name, m in marks.items()}
    either["no signal"] = at_risk & ~np.logical_or.reduce(list(either.values()))
    return {name: np.stack([(m & ended).sum(axis=(1, 2)), m.sum(axis=(1, 2))], axis=1).astype(float) for name, m in either.items()}


def concessions(data: Series, terms_keep: float) -> NDArray[np.bool_]:
    """Mark who concedes to whom: by a yield, or by a deal in which one's own terms fall.

    Args:
        data: Arrays of the games.
        terms_keep: Share of terms kept each turn (R11.4).

    Returns:
        [i, j], True in the turn in which i concedes to j, (games, turns, actors, actors).
    """
    before = np.concatenate([np.zeros_like(data.terms[:, :1]), data.terms[:, :-1]], axis=1)
    lost = data.terms - terms_keep * before < -1e-6
    conceded: NDArray[np.bool_] = (data.crisis_end == YIELD_END) | ((data.crisis_end == DEAL_END) & lost)
    return conceded
