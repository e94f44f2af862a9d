"""Run a job under Hydra, after a check of every combination of settings.

Hydra brings overrides, `--multirun`, launchers and a directory per run. On invalid input it exits with 1 and prints several lines,
so this module checks the input first and exits with one line and code 2.
"""

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import hydra
from hydra.core.hydra_config import HydraConfig
from hydra.errors import MissingConfigException
from hydra.types import RunMode
from omegaconf import DictConfig

from straits.conf import compose
from straits.experiments.utils.console import complain

WITH_VALUE: Final = ("--cfg", "-c", "--package", "-p", "--config-path", "-cp", "--config-name", "-cn", "--config-dir", "-cd")
NO_CLUSTER: Final = "srun"  # named by submitit's error if there is no Slurm
FLAGS: Final = (  # Hydra's flags that are accepted
    *WITH_VALUE, "--multirun", "-m", "--run", "-r", "--resolve", "--info", "-i", "--hydra-help", "--version",
    "--shell-completion", "-sc",
)  # fmt: skip
REFUSED: Final = ("--experimental-rerun",)  # it would unpickle a file


class ExitCodeError(Exception):
    """Carry the exit code of a run that did not exit with 0."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def launch(job: str, arguments: Sequence[str], prepare: Callable[[Any], Any], run: Callable[[Any, Path], int]) -> int:
    """Compose, prepare and run the configurations of a Hydra job.

    Args:
        job: Name of the job, `demo` or `train`.
        arguments: Overrides and Hydra's flags.
        prepare: Builds a plan from a configuration. It raises ValueError on invalid input, before anything runs.
        run: Runs a plan in its output directory and returns the exit code.

    Returns:
        The highest exit code of the runs in this process. If a launcher ran them elsewhere, the first code that is not 0. 2 if the
        input is invalid, the output directory is not writable, or there is no cluster.
    """
    overrides = [
        a for a, before in zip(arguments, ["", *arguments], strict=False) if not (a.startswith("-") or before in WITH_VALUE)
    ]
    flags = [a for a in arguments if a.startswith("-")]
    try:
        for flag in flags:
            if flag.split("=")[0] in REFUSED:
                raise ValueError(f"{flag}: expected overrides, --multirun or --cfg=job")
            if flag.split("=")[0] not in FLAGS:
                raise ValueError(f"{flag}: expected KEY=VALUE, such as seed=1, --multirun or --cfg=job")
        sweep = {"-m", "--multirun"} & set(flags)
        for each in compose.combinations(overrides) if sweep else [overrides]:
            prepare(compose.compose(job, each))
    except ValueError as error:
        return complain(error, f"straits {job}")
    return _under_hydra(job, arguments, prepare, run)


def _reason(error: Exception) -> str:
    if isinstance(error, MissingConfigException):
        return f"--config-name: expected no other configuration than the one of the job ({error})"
    return f"hydra.run.dir: expected a folder that can be written to ({error})" if isinstance(error, OSError) else str(error)


def _under_hydra(job: str, arguments: Sequence[str], prepare: Callable[[Any], Any], run: Callable[[Any, Path], int]) -> int:
    codes, begun = [0], False

    def task(composed: DictConfig) -> None:
        nonlocal begun
        begun = True
        folder = Path(HydraConfig.get().runtime.output_dir)
        code = run(prepare(compose.settle(job, composed)), folder)
        codes.append(code)
        if code and HydraConfig.get().mode == RunMode.MULTIRUN:
            raise ExitCodeError(code)  # Hydra passes it on, also from another process or machine, after the last run of the sweep

    before = list(sys.argv), os.environ.get("HYDRA_FULL_ERROR")
    sys.argv = [f"straits {job}", *arguments]
    os.environ["HYDRA_FULL_ERROR"] = "1"  # Hydra raises errors instead of exiting with 1
    try:
        compose.register()
        hydra.main(config_path=f"pkg://{compose.MODULE}", config_name=job, version_base=compose.VERSION)(task)()
    except ExitCodeError as ended:
        codes.append(ended.code)
    except (OSError, RuntimeError) as error:
        if begun or not (isinstance(error, OSError) or NO_CLUSTER in str(error)):
            raise
        codes.append(complain(_reason(error), f"straits {job}"))
    finally:
        sys.argv = before[0]
        os.environ.pop("HYDRA_FULL_ERROR")
        if before[1] is not None:
            os.environ["HYDRA_FULL_ERROR"] = before[1]
    return max(codes)
