"""Run many training jobs, each `straits train` in its own process. Complete jobs are skipped.

A campaign that was interrupted resumes when it is started again.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

STATE: Final = "training_state.safetensors"
ONE_THREAD: Final = {"OMP_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1"}


@dataclass(frozen=True)
class Run:
    """One training job: the name of its folder and its overrides."""

    name: str
    overrides: tuple[str, ...]

    @property
    def command(self) -> str:
        """The command line that a user would type."""
        return " ".join(["straits train", *self.overrides])


def complete(folder: Path) -> bool:
    """Return whether the run in a folder was trained to its end."""
    try:
        return bool(json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["state"] == "complete")
    except (OSError, ValueError, KeyError, TypeError):
        return False


def run_jobs(runs: Sequence[Run], folder: Path, workers: int, say: Callable[[str], None] = print) -> None:
    """Train the runs that are not complete, one thread each.

    Args:
        runs: The jobs.
        folder: Folder of the runs and of their `.log` files.
        workers: Number of processes at a time.
        say: Called with the command line of each job.

    Raises:
        RuntimeError: If runs failed, after the others are done. The output of each run is in its `.log`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    todo = [run for run in runs if not complete(folder / run.name)]
    with ThreadPoolExecutor(workers) as pool:
        codes = pool.map(lambda run: _train(run, folder, say), todo)
    failed = [run.name for run, code in zip(todo, codes, strict=True) if code]
    if failed:
        raise RuntimeError(f"{', '.join(failed)}: training failed, see the .log of each in {folder}")


def _train(run: Run, folder: Path, say: Callable[[str], None]) -> int:
    """Train one run, from its last checkpoint if there is one, and return the exit code."""
    target = folder / run.name
    again = [f"resume={target}"] if (target / STATE).is_file() else []
    if not again:
        shutil.rmtree(target, ignore_errors=True)  # a run that was interrupted before its first checkpoint
    command = [sys.executable, "-m", "straits.experiments.cli.main", "train", *run.overrides, *again, f"hydra.run.dir={target}"]
    say(run.command)
    with (folder / f"{run.name}.log").open("w", encoding="utf-8") as log:
        done = subprocess.run(command, stdout=log, stderr=subprocess.STDOUT, env={**os.environ, **ONE_THREAD}, check=False)
    return done.returncode
