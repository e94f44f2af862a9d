"""Play games into a recording, batch by batch, so that memory stays bounded."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from straits.agents.base import Policy
from straits.envs.core.rng import game_seeds
from straits.envs.recording import Recorder, Recording, read
from straits.envs.scenarios.scenario import Scenario
from straits.envs.simulator.engine import Engine
from straits.experiments.rollouts.rollout import iter_turns
from straits.experiments.rollouts.trajectory import Trajectory, replay

BATCH: Final = 1000  # games played at a time, and rows of them written together


def record(
    folder: str | Path,
    scenario: Scenario,
    seats: Sequence[Policy],
    games: int,
    seed: int,
    *,
    optional: Sequence[str] = (),
    batch: int = BATCH,
    watch: Callable[[int], None] | None = None,
) -> Recording:
    """Play games to their end and write a recording.

    Game i has the seed hash(seed, i), independent of the policies and the batch.

    Args:
        folder: New or empty folder of the recording.
        scenario: Scenario to play.
        seats: One policy per actor.
        games: Number of games, at least 1.
        seed: Seed of the run.
        optional: Names of optional tables to record, of `schema.OPTIONAL`.
        batch: Number of games per batch, at least 1.
        watch: Called with the number of games played, after each batch.

    Returns:
        The recording.

    Raises:
        ValueError: If the folder is not empty or an argument is invalid.
    """
    if games < 1 or batch < 1:
        raise ValueError(f"games={games}, batch={batch}: expected at least 1")
    with Recorder(folder, scenario, seats=[p.name for p in seats], seed=seed, optional=optional) as recorder:
        for first in range(0, games, batch):
            engine = Engine(scenario, min(batch, games - first))
            engine.reset(game_seeds(seed, len(engine), first))
            recorder.begin(engine)
            for _ in iter_turns(engine, seats):
                recorder.turn(engine)
            if watch is not None:
                watch(first + len(engine))
    return read(folder)


def record_trajectories(
    folder: str | Path, games: Sequence[Trajectory], names: Sequence[str], seed: int | None = None, *, batch: int = BATCH
) -> Recording:
    """Write games that were played to `folder`. No policy takes part.

    Args:
        folder: Folder of the recording, absent or empty.
        games: The games, all of one scenario.
        names: Name of the policy of each actor.
        seed: Seed of the run, if it is known.
        batch: Number of games that are stepped together.

    Returns:
        The recording.
    """
    with Recorder(folder, games[0].scenario, seats=names, seed=seed) as recorder:
        for first in range(0, len(games), batch):
            engines = replay(games[first : first + batch])
            recorder.begin(next(engines))
            for engine in engines:
                recorder.turn(engine)
    return read(folder)
