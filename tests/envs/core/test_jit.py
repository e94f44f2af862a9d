"""The rules compile to exact arithmetic, and no process plays by rules that were edited since."""

import os
import subprocess
import sys
from pathlib import Path

import numba
import numpy as np
import pytest

from straits.envs.core import jit
from straits.envs.core.jit import kernel, rule

CALLEE = "from world.compiled import rule\n@rule\ndef penalty(x):\n    return x + {constant}\n"
CALLER = (
    "from world.callee import penalty\n"
    "from world.compiled import kernel\n"
    "@kernel\ndef score(x):\n    return 2 * penalty(x)\n"
    "print(score(1), sum(score.stats.cache_hits.values()))\n"
)


@pytest.fixture
def world(tmp_path: Path) -> Path:
    """A package of two rules in two files, compiled as envs/ is."""
    package = tmp_path / "world"
    package.mkdir()
    (package / "compiled.py").write_text(Path(jit.__file__).read_text())
    (package / "callee.py").write_text(CALLEE.format(constant=1))
    (package / "caller.py").write_text(CALLER)
    return package


def run(package: Path, cache: Path | str, **environment: str) -> list[int]:
    """Score 1 in a fresh process: the result, and how many functions came out of the cache."""
    finished = subprocess.run(
        [sys.executable, "-B", "-m", "world.caller"],
        cwd=package.parent,
        env={**os.environ, "STRAITS_CACHE": str(cache), **environment},
        capture_output=True,
        text=True,
    )
    assert finished.returncode == 0, finished.stderr
    return [int(word) for word in finished.stdout.split()]


def test_an_edit_in_another_file_changes_the_result_of_the_next_process(world: Path, tmp_path: Path) -> None:
    assert run(world, tmp_path / "cache") == [4, 0]
    (world / "callee.py").write_text(CALLEE.format(constant=5))
    assert run(world, tmp_path / "cache") == [12, 0]


def test_unchanged_sources_are_compiled_once(world: Path, tmp_path: Path) -> None:
    run(world, tmp_path / "cache")
    assert run(world, tmp_path / "cache") == [4, 1]


def test_numbas_own_variable_moves_the_cache_too(world: Path, tmp_path: Path) -> None:
    run(world, "", NUMBA_CACHE_DIR=str(tmp_path / "elsewhere"))
    assert list((tmp_path / "elsewhere" / "straits").rglob("*.nbi"))


def test_a_cache_that_cannot_be_written_is_done_without(world: Path, tmp_path: Path) -> None:
    (tmp_path / "a_file").touch()
    for _ in range(2):
        assert run(world, tmp_path / "a_file") == [4, 0]
    assert not list(world.rglob("*.nbi"))


def test_only_the_last_used_versions_of_the_sources_stay_cached(world: Path, tmp_path: Path) -> None:
    versions = tmp_path / "cache" / "straits"
    for age, name in enumerate(["newest", "middle", "old", "oldest"]):
        (versions / name).mkdir(parents=True)
        os.utime(versions / name, (1000 - age, 1000 - age))
    run(world, tmp_path / "cache")
    assert len(list(versions.iterdir())) == jit.KEPT_VERSIONS
    assert {"newest", "middle"} < {path.name for path in versions.iterdir()}


def test_a_version_that_was_used_within_a_day_stays_cached(world: Path, tmp_path: Path) -> None:
    versions = tmp_path / "cache" / "straits"
    for name in "abcde":
        (versions / name).mkdir(parents=True)
    run(world, tmp_path / "cache")
    assert {path.name for path in versions.iterdir()} > set("abcde")


@pytest.mark.parametrize("kept", [0, 5, 40])
@pytest.mark.parametrize("ending", ["nbi", "nbc"])
def test_a_damaged_file_of_the_cache_counts_as_absent(world: Path, tmp_path: Path, ending: str, kept: int) -> None:
    run(world, tmp_path / "cache")
    for path in (tmp_path / "cache").rglob(f"*.{ending}"):
        path.write_bytes(path.read_bytes()[:kept])
    assert run(world, tmp_path / "cache") == [4, 0]
    assert run(world, tmp_path / "cache") == [4, 1]


def test_compiling_is_announced_in_one_line(world: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-B", "-m", "world.caller"]
    environment = {**os.environ, "STRAITS_CACHE": str(tmp_path / "cache")}
    notices = [
        subprocess.run(command, cwd=world.parent, env=environment, capture_output=True, text=True, check=True).stderr
        for _ in range(2)
    ]
    assert notices == ["straits: compiling the rules, once per version; this takes a minute or two\n", ""]


def test_the_users_own_functions_keep_their_cache() -> None:
    before = numba.config.CACHE_DIR
    kernel(lambda x: x)
    assert before == numba.config.CACHE_DIR


@pytest.mark.parametrize("decorate", [rule, kernel, kernel(parallel=True)])
def test_arithmetic_is_exact(decorate) -> None:  # type: ignore[no-untyped-def]
    options = decorate(lambda x: x).targetoptions
    assert options["fastmath"] is False and options["error_model"] == "numpy"


def test_a_division_by_zero_gives_infinity_and_no_exception() -> None:
    @rule
    def divide(x: float, y: float) -> float:
        return x / y

    assert divide(1.0, 0.0) == np.inf
