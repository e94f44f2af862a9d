"""Compute one number per game for each escalation metric, and summarize a set of games."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from straits.envs.spec.constants import ACTORS, CRISIS_RUNG
from straits.envs.spec.moves import MOVES, OFFSETS
from straits.experiments.metrics import rivera
from straits.experiments.rollouts.rollout import Games
from straits.experiments.utils.statistics import Interval, bootstrap, wilson

MOVE_RUNG: Final = np.array([m.kind.rung for m in MOVES], np.int64)  # (moves,)
MEASURES: Final = {  # name -> definition
    "conflict_rate": "share of games that end in conflict",
    "peak_tension": "highest mean tension of a pair, 0..1",
    "peak_rung": "highest rung of the ladder, 0..6",
    "incidents": "incidents per game",
    "turns": "turns played before a conflict or the horizon",
    "rivera_scorer": "Rivera score per actor and turn, classes of the scorer",
    "rivera_chart": "Rivera score per actor and turn, classes of the charts",
    "rivera_per_move": "Rivera points per move, classes of the scorer",
}


def per_game(games: Games) -> dict[str, NDArray[np.float64]]:
    """Compute each metric of each game.

    Args:
        games: Games that were played with `keep_moves=True`.

    Returns:
        Metric name to values, (games,).

    Raises:
        ValueError: If the games hold no moves.
    """
    if games.moves.ndim != 4:
        raise ValueError("games.moves is empty: expected games played with keep_moves=True")
    return {
        "conflict_rate": games.conflict.astype(np.float64),
        "peak_tension": games.peak_tension,
        "peak_rung": games.peak_rung.astype(np.float64),
        "incidents": games.incidents.astype(np.float64),
        "turns": games.turns.astype(np.float64),
        "rivera_scorer": rivera.score(games.moves, "scorer"),
        "rivera_chart": rivera.score(games.moves, "chart"),
        "rivera_per_move": rivera.score_per_move(games.moves, "scorer"),
    }


def summarise(games: Games, *, seed: int, confidence: float = 0.95, resamples: int = 2000) -> dict[str, Interval]:
    """Summarize the metrics over games.

    Args:
        games: Games that were played with `keep_moves=True`.
        seed: Seed of the bootstrap over games.
        confidence: Level of the intervals, 0..1.
        resamples: Number of resamples.

    Returns:
        The mean and interval of each metric, of each actor's return (`return.usa`), and of how often each actor took the first
        step of rung 3 or more (`first.usa`; `first.nobody` is the share of games without such a step).
    """
    columns = per_game(games)
    columns |= {f"return.{actor}": games.returns[:, n] for n, actor in enumerate(ACTORS)}
    first = first_steps(games.moves)
    columns |= {f"first.{actor}": first[:, n] for n, actor in enumerate(ACTORS)}
    columns["first.nobody"] = 1.0 - first.sum(axis=1)
    return {
        name: wilson(int(values.sum()), len(values), confidence=confidence)
        if name in ("conflict_rate", "first.nobody")
        else bootstrap(values, seed=seed, confidence=confidence, resamples=resamples)
        for name, values in columns.items()
    }


def first_steps(moves: NDArray[np.int64], rung: int = CRISIS_RUNG) -> NDArray[np.float64]:
    """Compute each actor's share in the first step of a rung or more.

    Args:
        moves: (turns, games, actors, channels), index within each channel, -1 where no turn was played.
        rung: The rung that counts as escalation.

    Returns:
        (games, actors), 0..1. Actors that step in the same turn share it equally. A row of zeros is a game without such a step.
    """
    return first_at(step_rungs(moves), rung)


def step_rungs(moves: NDArray[np.int64]) -> NDArray[np.int8]:
    """Return the highest rung of each actor's moves in each turn.

    Proposals count at once: no move of rung 3 or more requires consent.

    Args:
        moves: (turns, games, actors, channels), index within each channel, -1 where no turn was played.

    Returns:
        (turns, games, actors), 0 where no turn was played.
    """
    rungs: NDArray[np.int8] = np.where(moves >= 0, MOVE_RUNG.astype(np.int8)[moves + np.array(OFFSETS)], 0).max(axis=3)
    return rungs


def first_at(rungs: NDArray[np.int8], rung: int) -> NDArray[np.float64]:
    """Compute each actor's share in the first step of a rung or more.

    Args:
        rungs: (turns, games, actors), as `step_rungs` returns them.
        rung: The rung that counts.

    Returns:
        (games, actors), 0..1, as `first_steps` returns them.
    """
    reached = rungs >= rung
    before = np.cumsum(reached.any(axis=2), axis=0)  # (turns, games) turns with such a step, so far
    parts = (reached & (before == 1)[:, :, None]).sum(axis=0).astype(np.float64)
    result: NDArray[np.float64] = parts / np.maximum(parts.sum(axis=1, keepdims=True), 1.0)
    return result


def turns_to_step(rungs: NDArray[np.int8], rung: int = CRISIS_RUNG) -> NDArray[np.int64]:
    """Return the turn in which each actor first takes a step of a rung or more.

    Args:
        rungs: (turns, games, actors), as `step_rungs` returns them.
        rung: The rung that counts.

    Returns:
        (games, actors), turn from 1, or -1 for an actor that takes no such step.
    """
    reached = rungs >= rung
    turns: NDArray[np.int64] = np.where(reached.any(axis=0), reached.argmax(axis=0) + 1, -1)
    return turns
