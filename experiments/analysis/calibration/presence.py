"""What the tempo layer sees of a game: an actor's presence in an area, turn by turn, and from it day by day.

In a scenario of day turns that is the record itself. A week's turn tells how much was ordered, not on which day; the layer's own
draw places it, the same number of days for all that the turn brought.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from straits.agents.base import Policy
from straits.envs.scenarios.scenario import Scenario
from straits.envs.simulator.engine import Engine
from straits.envs.spec.constants import CHINA, COAST_GUARD_CLASS, CONFLICT, PATROL_CLASS, RUNNING, TAIWAN_STRAIT
from straits.experiments.rollouts.rollout import decide

WATCHED: Final = (PATROL_CLASS, COAST_GUARD_CLASS)  # the last axis of `levels`


@dataclass(frozen=True)
class Presence:
    """China's patrols and coast guard in the strait in many games; other actors publish no such counts."""

    levels: NDArray[np.float64]  # (games, 1 + turns, 2) from the start on, 0..1
    standing: NDArray[np.float64]  # (games, 1 + turns, 2) the level that they fade to, 0..1
    keep: NDArray[np.float64]  # (2,) share above standing that a turn keeps
    turn_days: int
    seeds: NDArray[np.uint64]  # (games,)
    episodes: NDArray[np.int64]  # (games,)

    def by_day(self, draws: NDArray[np.float64]) -> NDArray[np.float64]:
        """Levels at the end of each day, (games, days, 2). What a turn brought or withdrew comes on one of its days, drawn by
        draws (games, turns) over 0..1; at the end of the turn the level is the recorded one."""
        games, turns = draws.shape
        days = self.turn_days
        if days == 1:
            return self.levels[:, 1:]
        keep = self.keep ** (1.0 / days)
        before, after, resting = self.levels[:, :-1], self.levels[:, 1:], self.standing[:, 1:]
        change = after - (resting + self.keep * (before - resting))  # (games, turns, 2)
        come = np.floor(draws * days)  # (games, turns)
        found = np.empty((games, turns, days, len(WATCHED)))
        for day in range(days):
            faded = resting + keep ** (day + 1) * (before - resting)
            found[:, :, day] = faded + np.where((come <= day)[:, :, None], change * keep ** (day + 1 - days), 0.0)
        return np.clip(found, 0.0, 1.0).reshape(games, turns * days, len(WATCHED))

    def shuffled(self, seed: int) -> "Presence":
        """The same levels in another order of turns, drawn for each game: it tells dynamics that presence brings from those of
        the layer itself."""
        rng = np.random.default_rng(seed)
        order = np.argsort(rng.random(self.levels.shape[:2]), axis=1)[:, :, None]
        levels, standing = (np.take_along_axis(x, order, axis=1) for x in (self.levels, self.standing))
        return Presence(levels, standing, self.keep, self.turn_days, self.seeds, self.episodes)


def watch(scenario: Scenario, seats: Sequence[Policy], games: int, seed: int) -> Presence:
    """Play games and keep the presence. Games that end in a conflict are left out, as the counts end with them; ValueError where
    none is left."""
    engine = Engine(scenario, games)
    engine.reset(seed)
    levels, standing = [_watched(engine, "presence")], [_watched(engine, "standing")]
    while (engine.outcome == RUNNING).any():
        engine.step(decide(engine, seats))
        levels.append(_watched(engine, "presence"))
        standing.append(_watched(engine, "standing"))
    peaceful = engine.outcome != CONFLICT
    if not peaceful.any():
        raise ValueError(f"games={games}: expected one that does not end in a conflict")
    return Presence(
        np.stack(levels, axis=1)[peaceful],
        np.stack(standing, axis=1)[peaceful],
        scenario.record["keep"][0, CHINA, TAIWAN_STRAIT][list(WATCHED)].copy(),
        scenario.turn_days,
        engine.games["seed"][peaceful].copy(),
        engine.games["episode"][peaceful].copy(),
    )


def _watched(engine: Engine, field: str) -> NDArray[np.float64]:
    found: NDArray[np.float64] = engine.games[field][:, CHINA, TAIWAN_STRAIT][:, list(WATCHED)].copy()
    return found
