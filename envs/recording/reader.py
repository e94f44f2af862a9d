"""Read and check recordings: format and version, tables and columns, numbers of rows, ranges. No content is executed.

`read` checks the manifest and the schemas of the files. A column is checked when it is read, and `Recording.check` reads all
columns. Invalid content raises ValueError with one line that names file, column and expectation.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from straits.envs.io import is_file, read_json
from straits.envs.recording.arrow import open_parquet, read_columns, schema_of
from straits.envs.recording.schema import MANIFEST, ROWS_A_TURN, TABLES, VERSION, Column, Table
from straits.envs.recording.tables import FROM, TO
from straits.envs.recording.writer import FORMAT
from straits.envs.spec.constants import ACTORS, N_ACTORS, N_AREAS
from straits.envs.validation import wrong

_KEYS: Final = ("format", "version", "environment", "env_source_hash", "scenario", "games", "seed", "seats", "notes", "tables")


class Recording:
    """Represent a recording on disk.

    Attributes:
        facts: The manifest.
        games: Number of games.
        turns: (games,) number of turns of each game.
    """

    def __init__(self, folder: Path, facts: Mapping[str, Any]) -> None:
        self.folder, self.facts = folder, facts
        self.games: int = facts["games"]
        self.turns = self.column("episodes", "turns").astype(np.int64)
        self._checked_tables: set[str] = set()
        numbers = self.column("episodes", "game")
        if len(numbers) != self.games or not np.array_equal(numbers, np.arange(self.games)):
            raise ValueError(f"{folder / 'episodes.parquet'}: game: expected 0..{self.games - 1}, each once and in order")

    @property
    def played(self) -> NDArray[np.bool_]:
        """Return which turns were played, (games, turns of the longest game)."""
        played: NDArray[np.bool_] = np.arange(self.turns.max()) < self.turns[:, None]
        return played

    def table(self, name: str, columns: list[str] | None = None) -> Any:
        """Read a table, or some of its columns, as a pyarrow table.

        Args:
            name: Name of the table.
            columns: Names of the columns, all if None.

        Returns:
            A `pyarrow.Table`.

        Raises:
            ValueError: If the recording has no table of that name.
        """
        return read_columns(self._path(name), columns)

    def column(self, table: str, name: str) -> NDArray[Any]:
        """Read one column in the order of the rows.

        Args:
            table: Name of the table.
            name: Name of the column.

        Returns:
            (rows,) or (rows, length) numbers, or indices into the words of the column in `schema`.

        Raises:
            ValueError: If a value is out of range.
        """
        column = TABLES[table].column(name) if table in TABLES else None
        stored = read_columns(self._path(table), [name]).column(0)
        assert column is not None
        values = _codes(stored, column, self._path(table)) if column.words else _numbers(stored, column, self._path(table))
        if len(values) and not (values.min() >= column.low and values.max() <= column.high):
            raise ValueError(f"{self._path(table)}: {name}: expected {column.low:g}..{column.high:g}")
        return values

    def by_turn(self, table: str, name: str, fill: float = 0) -> NDArray[Any]:
        """Read a column as an array over turns.

        Args:
            table: Name of the table.
            name: Name of the column.
            fill: Value for turns that were not played.

        Returns:
            (games, turns), followed by actors for `moves`, `rewards` and `observations`, by actors and actors for `dyads`, and
            by actors and areas for `presence`.

        Raises:
            ValueError: If the rows of the table do not correspond to turns.
        """
        if table not in ROWS_A_TURN:
            raise ValueError(f"by_turn table={table!r}: expected one of {', '.join(ROWS_A_TURN)}")
        self._check_keys(table)
        values = self.column(table, name)
        rows = values.reshape(-1, ROWS_A_TURN[table], *values.shape[1:])
        if table == "turns":
            rows = rows[:, 0]
        elif table == "dyads":
            square = np.full((len(rows), N_ACTORS, N_ACTORS), fill, values.dtype)
            square[:, FROM, TO] = rows
            rows = square
        elif table == "presence":
            rows = rows.reshape(-1, N_ACTORS, N_AREAS)
        played = self.played
        dense = np.full((*played.shape, *rows.shape[1:]), fill, values.dtype)
        dense[played] = rows
        return dense

    def moves(self) -> NDArray[np.int64]:
        """Return the accepted moves.

        Returns:
            (games, turns, actors, channels) int64 index in each channel, -1 where no turn was played.
        """
        return np.stack([self.by_turn("moves", c, -1) for c in ("deployment", "statement", "act")], axis=-1).astype(np.int64)

    def check(self) -> None:
        """Read and check all columns.

        Raises:
            ValueError: If a value is invalid. The message names the first one.
        """
        for name in self.facts["tables"]:
            for column in TABLES[name].columns:
                self.column(name, column.name)
            if name in ROWS_A_TURN:
                self._check_keys(name)
        game, turn = self.column("events", "game"), self.column("events", "turn")
        if len(game) and not (game.max() < self.games and (turn <= self.turns[game]).all()):
            raise ValueError(f"{self._path('events')}: turn: expected turns that were played")

    def _check_keys(self, table: str) -> None:
        """Check that the rows are exactly those of the played turns, in order."""
        if table in self._checked_tables:
            return
        games, turns = np.nonzero(self.played)
        many = ROWS_A_TURN[table]
        expected: dict[str, NDArray[Any]] = {"game": np.repeat(games, many), "turn": np.repeat(turns + 1, many)}
        if many > 1:
            actors = FROM if table == "dyads" else np.repeat(np.arange(N_ACTORS), many // N_ACTORS)
            expected["actor"] = np.tile(actors, len(games))
        if table in ("dyads", "presence"):
            last = TO if table == "dyads" else np.tile(np.arange(N_AREAS), N_ACTORS)
            expected[TABLES[table].keys[-1]] = np.tile(last, len(games))
        for name, keys in expected.items():
            if not np.array_equal(self.column(table, name), keys):
                raise ValueError(f"{self._path(table)}: {name}: expected {many} rows for each turn that was played, in order")
        self._checked_tables.add(table)

    def _path(self, table: str) -> Path:
        if table not in self.facts["tables"]:
            raise ValueError(f"table={table!r}: expected one of {', '.join(self.facts['tables'])} in {self.folder}")
        return self.folder / f"{table}.parquet"


def read(folder: str | Path) -> Recording:
    """Open a recording.

    Args:
        folder: Directory of the recording.

    Returns:
        The recording.

    Raises:
        ValueError: If the directory is not a recording, or has another version, missing parts or another schema.
    """
    folder = Path(folder)
    facts = _read_manifest(folder)
    for name, rows in facts["tables"].items():
        _check_file(folder / f"{name}.parquet", TABLES[name], rows)
    return Recording(folder, facts)


def _read_manifest(folder: Path) -> Mapping[str, Any]:
    """Return the checked manifest."""
    path = folder / MANIFEST
    if not is_file(path):
        raise ValueError(f"recording={str(folder)!r}: expected a folder with {MANIFEST}")
    facts = read_json(path)
    if facts.get("format") != FORMAT:
        raise ValueError(f"{path}: format: expected {FORMAT!r}")
    if facts.get("version") != VERSION:
        raise wrong(f"{path}: version", facts.get("version"), f"{VERSION}, the version of this release")
    for key in _KEYS:
        if key not in facts:
            raise ValueError(f"{path}: {key}: expected a value")
    _check_manifest(path, facts)
    return facts


def _check_manifest(path: Path, facts: Mapping[str, Any]) -> None:
    games, tables, seats, scenario = (facts[key] for key in ("games", "tables", "seats", "scenario"))
    if type(games) is not int or games < 1:
        raise wrong(f"{path}: games", games, "a whole number from 1")
    if not isinstance(tables, dict) or not all(name in TABLES and type(rows) is int for name, rows in tables.items()):
        raise wrong(f"{path}: tables", tables, f"numbers of rows of {', '.join(TABLES)}")
    missing = [t.name for t in TABLES.values() if not t.optional and t.name not in tables]
    if missing:
        raise ValueError(f"{path}: tables.{missing[0]}: expected a number of rows")
    if tables["episodes"] != games:
        raise wrong(f"{path}: games", games, f"{tables['episodes']}, the rows of the table episodes")
    if not isinstance(seats, dict) or sorted(seats) != sorted(ACTORS) or not all(isinstance(s, str) for s in seats.values()):
        raise wrong(f"{path}: seats", seats, f"who plays {', '.join(ACTORS)}")
    if not isinstance(scenario, dict) or not all(isinstance(scenario.get(key), str) for key in ("name", "hash")):
        raise wrong(f"{path}: scenario", scenario, "a name and a hash")


def _check_file(path: Path, table: Table, rows: int) -> None:
    file = open_parquet(path)
    actual, expected = file.schema_arrow, schema_of(table)
    for field in expected:
        if field.name not in actual.names:
            raise ValueError(f"{path}: {field.name}: expected a column of {field.type}")
        if actual.field(field.name).type != field.type:
            raise ValueError(f"{path}: {field.name} is {actual.field(field.name).type}: expected {field.type}")
    if file.metadata.num_rows != rows:
        raise ValueError(f"{path}: {file.metadata.num_rows} rows: expected {rows}")


def _codes(stored: Any, column: Column, path: Path) -> NDArray[Any]:
    """Return the indices of stored words among the words of the column."""
    index = {word: n for n, word in enumerate(column.words)}
    parts = []
    for chunk in stored.chunks:
        words = chunk.dictionary.to_pylist()
        unknown = [word for word in words if word not in index]
        if unknown or chunk.null_count:
            raise wrong(f"{path}: {column.name}", unknown[0] if unknown else None, "a word of the vocabulary")
        indices = np.array([index[word] for word in words], column.dtype)
        parts.append(indices[chunk.indices.to_numpy(zero_copy_only=False)])
    return np.concatenate(parts) if parts else np.zeros(0, column.dtype)


def _numbers(stored: Any, column: Column, path: Path) -> NDArray[Any]:
    if stored.null_count:
        raise ValueError(f"{path}: {column.name}: expected no missing values")
    if column.length > 1:
        flat = np.concatenate([chunk.flatten().to_numpy(zero_copy_only=False) for chunk in stored.chunks] or [np.zeros(0)])
        return flat.reshape(-1, column.length).astype(column.dtype, copy=False)
    values: NDArray[Any] = stored.to_numpy()
    return values.astype(column.dtype, copy=False)
