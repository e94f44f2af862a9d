"""Write a recording during play. Each batch of games becomes one row group per table, written during the next batch.

All files are written to a temporary directory next to the target, which is renamed when it is complete. A directory with the
final name is therefore complete, and a job that fails or is interrupted leaves nothing.
"""

import json
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from straits.envs.core.jit import sources_hash
from straits.envs.directories import atomic_directory
from straits.envs.recording.arrow import arrow, parquet, schema_of
from straits.envs.recording.buffer import Capture
from straits.envs.recording.cameo_events import Bundles
from straits.envs.recording.schema import MANIFEST, OPTIONAL, TABLES, VERSION, Column
from straits.envs.recording.tables import Rows
from straits.envs.scenarios.scenario import Scenario
from straits.envs.simulator.engine import Engine
from straits.envs.spec.constants import ACTORS, ENVIRONMENT, RUNNING

FORMAT: Final = "straits-recording"


class Recorder:
    """Record games of one scenario and one set of policies into a directory.

    Use the recorder as a context manager:

        with Recorder(folder, scenario, seats=["default"] * 5, seed=1) as recorder:
            engine.reset(1)
            recorder.begin(engine)
            while (engine.outcome == RUNNING).any():
                engine.step(choices)
                recorder.turn(engine)

    After a batch has ended, call `begin` again for further games. `straits.experiments.rollouts.record.record` runs this
    complete loop.
    """

    def __init__(
        self,
        folder: str | Path,
        scenario: Scenario,
        *,
        seats: Sequence[str],
        seed: int | None = None,
        optional: Sequence[str] = (),
        notes: Mapping[str, Any] | None = None,
    ) -> None:
        """Create the temporary directory and its files.

        Args:
            folder: Target directory.
            scenario: Scenario of the games.
            seats: Name of the policy of each actor.
            seed: Seed of the run, if the seeds of the games derive from one.
            optional: Names of additional tables, presence and observations.
            notes: Any value that JSON can represent.

        Raises:
            ValueError: If an argument is invalid.
        """
        self.folder, self.scenario = Path(folder), scenario
        if len(seats) != len(ACTORS):
            raise ValueError(f"seats={list(seats)}: expected {len(ACTORS)} names, one an actor")
        for name in optional:
            if name not in OPTIONAL:
                raise ValueError(f"optional={name!r}: expected some of {', '.join(OPTIONAL)}")
        self.facts = {"seed": seed, "seats": dict(zip(ACTORS, seats, strict=True)), "notes": dict(notes or {})}
        self.games = 0
        self._optional = tuple(optional)
        self._bundles = Bundles(scenario.record[0])
        self._capture: Capture | None = None
        self._directory = atomic_directory(self.folder)
        self._partial = self.folder
        self._writers: dict[str, Any] = {}
        self._rows: dict[str, int] = {}
        self._thread = ThreadPoolExecutor(1)
        self._pending: list[Future[None]] = []  # tables of one batch

    def __enter__(self) -> "Recorder":
        self._partial = self._directory.__enter__()
        for name, table in TABLES.items():
            if not table.optional or name in self._optional:
                path = self._partial / f"{name}.parquet"
                self._writers[name] = parquet().ParquetWriter(path, schema_of(table), compression="zstd", compression_level=1)
                self._rows[name] = 0
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        with ExitStack() as stack:
            stack.push(self._directory)  # keeps the directory if nothing below fails
            self._close()
            if error is not None:
                raise error
            if self._capture is not None:
                raise ValueError("recorder: expected games that were played to their end; nothing was written")
            (self._partial / MANIFEST).write_text(json.dumps(self._manifest(), indent=1) + "\n", encoding="utf-8")

    def begin(self, engine: Engine) -> None:
        """Begin with a batch of games that have just been reset.

        Args:
            engine: Engine of the games.

        Raises:
            ValueError: If the previous batch has not ended.
        """
        if self._capture is not None:
            raise ValueError("recorder.begin: expected the games before to have ended")
        if engine.scenarios != (self.scenario,):
            names = ", ".join(s.name for s in engine.scenarios)
            raise ValueError(f"recorder.begin: expected games of {self.scenario.name}, not of {names}")
        self._capture = Capture(engine, self.games, self._optional)

    def turn(self, engine: Engine) -> None:
        """Store the turn that was just played, and write the batch when no game runs any more.

        Args:
            engine: Engine of the games.

        Raises:
            ValueError: If the engine is not the one passed to `begin`.
        """
        if self._capture is None or self._capture.games is not engine.games:
            raise ValueError("recorder.turn: expected the engine that begin() was called with")
        self._capture.turn(engine)
        if not (engine.outcome == RUNNING).any():
            self._write(self._capture)
            self._capture = None

    def _write(self, capture: Capture) -> None:
        self._wait_for_batch()  # at most one batch is queued
        for name, columns in Rows(capture, self._bundles).tables():
            table = TABLES[name]
            arrays = [_array(column, columns[column.name]) for column in table.columns]
            batch = arrow().Table.from_arrays(arrays, schema=schema_of(table))
            write = self._writers[name].write_table
            self._pending.append(self._thread.submit(write, batch, row_group_size=max(1, batch.num_rows)))
            self._rows[name] += batch.num_rows
        self.games += len(capture.games)

    def _wait_for_batch(self) -> None:
        """Wait until the previous batch is on disk."""
        pending, self._pending = self._pending, []
        for table in pending:
            table.result()

    def _close(self) -> None:
        try:
            self._wait_for_batch()
        finally:
            self._thread.shutdown()
            for writer in self._writers.values():
                writer.close()

    def _manifest(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "version": VERSION,
            "environment": ENVIRONMENT,
            "env_source_hash": sources_hash(),
            "scenario": {"name": self.scenario.name, "hash": self.scenario.hash},
            "games": self.games,
            **self.facts,
            "tables": self._rows,
        }


def _array(column: Column, values: NDArray[Any]) -> Any:
    """Return the column as an Arrow array."""
    pa = arrow()
    compact = np.array(values, dtype=column.dtype, order="C")  # a copy, because the game continues during the write
    if column.words:
        return pa.DictionaryArray.from_arrays(pa.array(compact), pa.array(column.words))
    if column.length > 1:
        return pa.FixedSizeListArray.from_arrays(pa.array(compact.reshape(-1)), column.length)
    return pa.array(compact)
