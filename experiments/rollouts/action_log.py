"""Write and read action logs: a Parquet table with one row per game, from which games are replayed without their policies.

A row holds the scenario, the policies, the seed and the actions of a game, and its digest and returns for verification.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from straits.envs.recording import Recording
from straits.envs.recording.arrow import arrow, parquet
from straits.envs.scenarios.scenario import Scenario
from straits.envs.spec.constants import ACTORS, N_ACTORS, N_CHANNELS
from straits.envs.validation import wrong
from straits.experiments.rollouts.trajectory import Trajectory

LOG: Final = "games.parquet"  # name of the file in an evaluation
WORDS: Final = ("scenario", "scenario_hash", "seat", "policy", *(f"policy_{actor}" for actor in ACTORS))
NUMBERS: Final = {"seed": "uint64", "episode": "int64", "digest": "uint64", **{f"return_{actor}": "float64" for actor in ACTORS}}
CHOICES: Final = N_ACTORS * N_CHANNELS  # bytes of one turn


class CellKey(NamedTuple):
    """Identify the games of one policy.

    Attributes:
        scenario: Name of the scenario.
        seat: The actor that the policy plays, or `everyone`.
        policy: Name of the policy.
    """

    scenario: str
    seat: str
    policy: str


@dataclass(frozen=True)
class LoggedGames:
    """The games of one cell.

    Attributes:
        scenario_hash: Hash of their scenario.
        names: Name of the policy of each actor.
        seeds: (games,) uint64.
        episodes: (games,) int64.
        digests: (games,) uint64, hash of the last record of each game.
        returns: (games, actors) sums of rewards.
        actions: Of each game, its accepted choices as bytes: turns, actors and channels.
    """

    scenario_hash: str
    names: tuple[str, ...]
    seeds: NDArray[np.uint64]
    episodes: NDArray[np.int64]
    digests: NDArray[np.uint64]
    returns: NDArray[np.float64]
    actions: list[bytes]

    @classmethod
    def of(cls, recording: Recording) -> "LoggedGames":
        """Take the games of a recording.

        Args:
            recording: The recording.

        Returns:
            Its games.
        """
        moves = recording.moves().astype(np.uint8)
        seeds, episodes, digests = (recording.column("episodes", name) for name in ("seed", "episode", "digest"))
        returns = np.stack([recording.column("episodes", f"return_{actor}") for actor in ACTORS], axis=1)
        actions = [game[:turns].tobytes() for game, turns in zip(moves, recording.turns, strict=True)]
        names = tuple(str(recording.facts["seats"][actor]) for actor in ACTORS)
        return cls(recording.facts["scenario"]["hash"], names, seeds, episodes, digests, returns, actions)

    def trajectory(self, game: int, scenario: Scenario) -> Trajectory:
        """Return one game.

        Args:
            game: Number of the game in its cell.
            scenario: The scenario of the cell.

        Returns:
            The trajectory.

        Raises:
            ValueError: If there is no such game, the scenario is another one or the actions cannot be those of a game.
        """
        if not 0 <= game < len(self.actions):
            raise wrong("game", game, f"0..{len(self.actions) - 1}")
        if scenario.hash != self.scenario_hash:
            raise wrong("scenario.hash", scenario.hash[:12], f"{self.scenario_hash[:12]}, that of the game")
        moves = np.frombuffer(self.actions[game], np.uint8).astype(np.int64)
        if len(moves) % CHOICES:
            raise wrong("actions", f"{len(moves)} bytes", f"a multiple of {CHOICES}")
        return Trajectory(scenario, int(self.seeds[game]), int(self.episodes[game]), moves.reshape(-1, N_ACTORS, N_CHANNELS))


def write_log(path: Path, cells: Mapping[CellKey, LoggedGames]) -> None:
    """Write an action log.

    Args:
        path: The file.
        cells: The games of each cell.
    """
    pa = arrow()
    with parquet().ParquetWriter(path, _schema(), compression="zstd", use_dictionary=list(WORDS)) as writer:
        for key, games in cells.items():
            words = (key.scenario, games.scenario_hash, key.seat, key.policy, *games.names)
            columns = [pa.array([word] * len(games.actions)).dictionary_encode() for word in words]
            columns += [pa.array(np.ascontiguousarray(v)) for v in (games.seeds, games.episodes, games.digests, *games.returns.T)]
            writer.write_table(pa.Table.from_arrays([*columns, pa.array(games.actions, pa.binary())], schema=_schema()))


def read_log(path: Path) -> dict[CellKey, LoggedGames]:
    """Read an action log. No content is executed.

    Args:
        path: The file.

    Returns:
        The games of each cell, in order.

    Raises:
        ValueError: If the file is missing or is not an action log.
    """
    if not path.is_file():
        raise ValueError(f"{path}: expected the games of an evaluation")
    try:
        table = parquet().read_table(path)
    except (arrow().ArrowException, OSError) as error:
        raise ValueError(f"{path}: expected a Parquet file ({str(error).splitlines()[0]})") from None
    if table.schema.names != _schema().names or table.schema.types != _schema().types or not table.num_rows:
        raise ValueError(f"{path}: expected games with the columns {', '.join(_schema().names)}")
    if any(column.null_count for column in table.columns):
        raise ValueError(f"{path}: expected no missing values")
    words = list(zip(*(table.column(name).to_pylist() for name in WORDS), strict=True))
    numbers = {name: table.column(name).to_numpy() for name in NUMBERS}
    actions = table.column("actions").to_pylist()
    starts = [0, *(n for n in range(1, len(words)) if words[n] != words[n - 1]), len(words)]
    games = {}
    for first, last in zip(starts, starts[1:], strict=False):
        scenario, scenario_hash, seat, policy, *names = words[first]
        part = {name: values[first:last] for name, values in numbers.items()}
        returns = np.stack([part[f"return_{actor}"] for actor in ACTORS], axis=1)
        games[CellKey(scenario, seat, policy)] = LoggedGames(
            scenario_hash, tuple(names), part["seed"], part["episode"], part["digest"], returns, actions[first:last]
        )
    return games


def _schema() -> Any:
    pa = arrow()
    types: Mapping[str, Any] = {name: pa.dictionary(pa.int32(), pa.string()) for name in WORDS}
    types = {**types, **{name: getattr(pa, dtype)() for name, dtype in NUMBERS.items()}, "actions": pa.binary()}
    return pa.schema([pa.field(name, dtype, nullable=False) for name, dtype in types.items()])
