"""The debrief of a class: the paths of its games over the band of games that trained policies play from the same start.

All games of a class begin with the same private types; the trained policies' games begin there too, each with a future of its own,
so the band shows what chance and their play make of this start. The median has a distribution-free interval from order statistics
(Hahn and Meeker 1991), shares have Wilson's.
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
TOGETHER: Final = 25  # games played at a time: few enough that no thread but the caller's takes part
CONFIDENCE: Final = 0.95
APART: Final = ~np.eye(N_ACTORS, dtype=bool)


def band(start: Engine, seats: Sequence[Policy], rollouts: int = ROLLOUTS) -> dict[str, Any]:
    """Tension by turn over games of the policies from that start, permille.

    Low and high are the 10 and 90 % quantiles, the median has its interval. Games that ended in conflict count while they last; `n`
    says how many do. start: an engine with one game.
    """
    return _band(*_rollouts(start, seats, rollouts), seats)


def _band(paths: NDArray[np.float64], rungs: NDArray[np.int64], seats: Sequence[Policy]) -> dict[str, Any]:
    """The band of the paths and rungs that `_rollouts` found."""
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
    """The paths of a class's games over the band, and a replay of each. people.

    The actors whom people played; names: actor -> who played it, of each game. ValueError without a game.
    """
    if not games:
        raise ValueError("games=[]: expected at least one of which a turn was played")
    paths, rungs = _rollouts(games[0].begin(), seats, ROLLOUTS)
    risen = np.rint(1000 * np.fmax.accumulate(paths, axis=1))  # (games, turns + 1) permille, the highest so far
    replays = [episode(played, called) for played, called in zip(games, names, strict=True)]
    rows = [_path(replay, actors, risen) for replay, actors in zip(replays, people, strict=True)]
    return {"debrief": {"schema": SCHEMA, "band": _band(paths, rungs, seats), "games": rows}, "replays": replays}


def _path(replay: dict[str, Any], people: Sequence[int], risen: NDArray[np.float64]) -> dict[str, Any]:
    """A game's path, and the share of the trained policies' games whose tension rose at least as high within as many turns."""
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
    """Mean tension, (games, turns + 1), not a number after a game's end; rung of each turn, (games, turns + 1)."""
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
    """Mean over ordered pairs, which is that over the pairs, (games,), 0..1."""
    mean: NDArray[np.float64] = engine.games["tension"][:, APART].mean(axis=1)
    return mean


def _shares(successes: int, n: int) -> list[int]:
    found: Interval = wilson(successes, n, confidence=CONFIDENCE)
    return [round(1000 * value) for value in found]
