"""Run a job under Hydra: every combination is composed and checked before the first one starts.

Hydra brings overrides, `--multirun`, launchers and a folder for each run; it exits with 1 on bad input and prints several lines,
so here the input is judged first: one line, and exit code 2.
"""

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import hydra
from hydra.core.hydra_config import HydraConfig
from hydra.types import RunMode
from omegaconf import DictConfig

from straits.conf import compose
from straits.experiments.utils.console import BAD_INPUT

WITH_VALUE: Final = ("--cfg", "-c", "--package", "-p", "--config-path", "-cp", "--config-name", "-cn", "--config-dir", "-cd")
NO_CLUSTER: Final = "srun"  # what submitit's complaint names where there is no Slurm
FLAGS: Final = (  # of Hydra that may be given
    *WITH_VALUE, "--multirun", "-m", "--run", "-r", "--resolve", "--info", "-i", "--hydra-help", "--version",
    "--shell-completion", "-sc",
)  # fmt: skip
REFUSED: Final = ("--experimental-rerun",)  # it would unpickle a file


class Ended(Exception):
    """A run that ended with another exit code than 0."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def launch(job: str, arguments: Sequence[str], prepare: Callable[[Any], Any], run: Callable[[Any, Path], int]) -> int:
    """Compose, prepare and run the configurations of a Hydra job.

    Compose the job from `arguments` (overrides and Hydra's flags), `prepare` each configuration, then `run` each prepared plan in a
    folder of its own. Returns the highest exit code of those that ran in this process; where a launcher ran them elsewhere, the
    first that is not 0. `prepare` raises ValueError on bad input, before anything runs; a folder that cannot be made and a cluster
    that is not there are bad input too.
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
        print(f"straits {job}: {error}", file=sys.stderr)
        return BAD_INPUT
    return _under_hydra(job, arguments, prepare, run)


def _under_hydra(job: str, arguments: Sequence[str], prepare: Callable[[Any], Any], run: Callable[[Any, Path], int]) -> int:
    codes, begun = [0], False

    def task(composed: DictConfig) -> None:
        nonlocal begun
        begun = True
        folder = Path(HydraConfig.get().runtime.output_dir)
        code = run(prepare(compose.settle(job, composed)), folder)
        codes.append(code)
        if code and HydraConfig.get().mode == RunMode.MULTIRUN:
            raise Ended(code)  # Hydra hands it on, from another process or machine too, once every run of the sweep has ended

    before = list(sys.argv), os.environ.get("HYDRA_FULL_ERROR")
    sys.argv = [f"straits {job}", *arguments]
    os.environ["HYDRA_FULL_ERROR"] = "1"  # errors come to us whole, instead of exit code 1
    try:
        compose.register()
        hydra.main(config_path=f"pkg://{compose.MODULE}", config_name=job, version_base=compose.VERSION)(task)()
    except Ended as ended:
        codes.append(ended.code)
    except (OSError, RuntimeError) as error:
        if begun or not (isinstance(error, OSError) or NO_CLUSTER in str(error)):
            raise
        told = " ".join(str(error).split())
        wrong = f"hydra.run.dir: expected a folder that can be written to ({told})" if isinstance(error, OSError) else told
        print(f"straits {job}: {wrong}", file=sys.stderr)
        codes.append(BAD_INPUT)
    finally:
        sys.argv = before[0]
        os.environ.pop("HYDRA_FULL_ERROR")
        if before[1] is not None:
            os.environ["HYDRA_FULL_ERROR"] = before[1]
    return max(codes)
