"""Compute the debrief of a class: the course of its games, compared with games of trained policies from the same start.

All games of a class start with the same private types. The games of the trained policies start there too, each with a different
future, so their spread shows the effect of chance and of their play. The median has a distribution-free interval from order
statistics (Hahn and Meeker 1991), shares have Wilson's interval.
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from straits.agents.base import Policy
from straits.envs.simulator.engine import Engine
from straits.envs.spec.constants import CONFLICT, CONFLICT_RUNG, N_ACTORS
from straits.experiments.rollouts.rollout import iter_turns
from straits.experiments.rollouts.trajectory import Trajectory
from straits.experiments.utils.statistics import Interval, quantile_interval, wilson
from straits.experiments.viewer.export.replay import episode

SCHEMA: Final = "straits-debrief/1"
ROLLOUTS: Final = 200
TOGETHER: Final = 25  # games per batch, few enough that only the caller's thread plays them
CONFIDENCE: Final = 0.95
APART: Final = ~np.eye(N_ACTORS, dtype=bool)


def band(start: Engine, seats: Sequence[Policy], rollouts: int = ROLLOUTS) -> dict[str, Any]:
    """Compute tension by turn over games of the policies from one start, in permille.

    Args:
        start: Engine with one game.
        seats: One policy per actor.
        rollouts: Number of games.

    Returns:
        Rows of 10 % quantile, median, 90 % quantile, interval of the median, and the number of games that are still running.
    """
    return _band(*_rollouts(start, seats, rollouts), seats)


def _band(paths: NDArray[np.float64], rungs: NDArray[np.int64], seats: Sequence[Policy]) -> dict[str, Any]:
    """Build the band from the paths and rungs of `_rollouts`."""
    turns = []
    for t in range(paths.shape[1]):
        going = np.sort(paths[:, t][~np.isnan(paths[:, t])])
        if len(going):
            middle = quantile_interval(going, 0.5, confidence=CONFIDENCE)
            low, median, high = np.quantile(going, [0.1, 0.5, 0.9])
            turns.append([*(round(1000 * float(x)) for x in (low, median, high, middle.low, middle.high)), len(going)])
    peaks = rungs.max(axis=1)
    return {
        "policies": [policy.name for policy in seats],
        "rollouts": len(paths),
        "columns": ["low", "median", "high", "median_low", "median_high", "n"],
        "turns": turns,
        "conflict": _shares(int((peaks == CONFLICT_RUNG).sum()), len(paths)),
        "peaks": [int((peaks == rung).sum()) for rung in range(CONFLICT_RUNG + 1)],
        "highest": sorted(round(1000 * float(x)) for x in np.nanmax(paths, axis=1)),
    }


def debrief(
    games: Sequence[Trajectory], people: Sequence[Sequence[int]], names: Sequence[Any], seats: Sequence[Policy]
) -> dict[str, Any]:
    """Compare the games of a class with the band, and build a replay of each.

    Args:
        games: The games, with at least one turn each.
        people: Indices of the actors that people played, for each game.
        names: Actor -> name of its policy, for each game.
        seats: One trained policy per actor.

    Returns:
        `debrief` and `replays` as plain data.

    Raises:
        ValueError: If there is no game.
    """
    if not games:
        raise ValueError("games=[]: expected at least one of which a turn was played")
    paths, rungs = _rollouts(games[0].begin(), seats, ROLLOUTS)
    risen = np.rint(1000 * np.fmax.accumulate(paths, axis=1))  # (games, turns + 1) permille, the highest so far
    replays = [episode(played, called) for played, called in zip(games, names, strict=True)]
    rows = [_path(replay, actors, risen) for replay, actors in zip(replays, people, strict=True)]
    return {"debrief": {"schema": SCHEMA, "band": _band(paths, rungs, seats), "games": rows}, "replays": replays}


def _path(replay: dict[str, Any], people: Sequence[int], risen: NDArray[np.float64]) -> dict[str, Any]:
    """Build the course of a game.

    `reached` is the share of the trained policies' games whose tension rose at least as high in as many turns.
    """
    top, turns = max(replay["tension"]), replay["meta"]["turns"]
    return {
        "people": list(people),
        "turns": turns,
        "outcome": replay["meta"]["outcome"],
        "tension": replay["tension"],
        "rung": replay["rung"],
        "reached": _shares(int((risen[:, turns] >= top).sum()), len(risen)),
    }


def _rollouts(start: Engine, seats: Sequence[Policy], rollouts: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return mean tension and rung of each turn, (games, turns + 1). Tension is not a number after the end of a game."""
    paths, rungs = [], []
    for first in range(0, rollouts, TOGETHER):
        engine = start.fork([0], min(TOGETHER, rollouts - first), first=first)
        shape = len(engine), int(engine.games["horizon"][0]) + 1
        path, rung = np.full(shape, np.nan), np.zeros(shape, np.int64)
        path[:, 0] = _tension(engine)
        for turn, running in enumerate(iter_turns(engine, seats), 1):
            path[running, turn] = _tension(engine)[running]
            highest = np.where(engine.outcome == CONFLICT, CONFLICT_RUNG, engine.games["rung"].max(axis=(1, 2)))
            rung[running, turn] = highest[running]
        paths.append(path)
        rungs.append(rung)
    return np.concatenate(paths), np.concatenate(rungs)


def _tension(engine: Engine) -> NDArray[np.float64]:
    """Return the mean tension over ordered pairs, which equals the mean over pairs: (games,), 0..1."""
    mean: NDArray[np.float64] = engine.games["tension"][:, APART].mean(axis=1)
    return mean


def _shares(successes: int, n: int) -> list[int]:
    share: Interval = wilson(successes, n, confidence=CONFIDENCE)
    return [round(1000 * value) for value in share]
