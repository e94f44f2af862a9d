"""How the rules are compiled: with exact arithmetic, without the interpreter's lock, and cached.

Numba keeps the machine code of an entry point on disk, and renews it when the entry point's own file
changes, but not when a rule that it calls changes in another file (numba/numba#1833): the next process would
play by the old rules. So each version of the sources gets a cache directory of its own, named by their hash.
The rules and entry points of envs/ take their decorators from here. An entry point outside envs/ may do so too, if all
that it calls stands in envs/ or in its own file: that file's hash is then part of the directory's name.

`STRAITS_CACHE` (or Numba's `NUMBA_CACHE_DIR`) moves the cache. `NUMBA_DISABLE_JIT=1` runs the rules as plain
Python, slowly, with the same results.
"""

import functools
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final, TypeVar, cast, overload

import numba

# Rearranged arithmetic would give other bits on other machines; a division by zero gives what IEEE 754 says.
EXACT: Final[Mapping[str, Any]] = {"fastmath": False, "error_model": "numpy"}
KEPT_VERSIONS: Final = 3  # of the sources: the present one, and those of a branch or two beside it
SOURCES: Final = Path(__file__).resolve().parents[1]  # envs/

Function = TypeVar("Function", bound=Callable[..., Any])


def rule(function: Function) -> Function:
    """Compile a function that compiled functions call. It is cached as a part of them, not by itself."""
    return cast(Function, numba.njit(**EXACT)(function))


@overload
def kernel(function: Function) -> Function: ...
@overload
def kernel(*, parallel: bool = ...) -> Callable[[Function], Function]: ...
def kernel(function: Any = None, *, parallel: bool = False) -> Any:
    """Compile an entry point: cached on disk, free of the interpreter's lock, `parallel` on request."""
    if function is None:
        return functools.partial(_compile_entry_point, parallel=parallel)
    return _compile_entry_point(function, parallel)


@functools.cache
def cache_directory() -> Path | None:
    """Where this version of the sources keeps its machine code; None where nothing can be written."""
    try:
        versions = _cache_home() / "straits"
        directory = versions / sources_hash()
        directory.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=directory).close()
    except (OSError, RuntimeError):  # RuntimeError: this user has no home
        return None
    with suppress(OSError):
        os.utime(directory)
        _forget_old_versions(versions)
    return directory


def sources_hash() -> str:
    """Name this version of the world: a hash of every source under envs/ and of the compiler's version."""
    digest = hashlib.sha256(numba.__version__.encode())
    for path in sorted(SOURCES.rglob("*.py")):
        digest.update(path.relative_to(SOURCES).as_posix().encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def _compile_entry_point(function: Any, parallel: bool) -> Any:
    directory = _directory_for(Path(function.__code__.co_filename))
    with _numba_caches_in(directory):
        return numba.njit(cache=directory is not None, nogil=True, parallel=parallel, **EXACT)(function)


def _directory_for(source: Path) -> Path | None:
    directory = cache_directory()
    if directory is None or SOURCES in source.resolve().parents or not source.is_file():
        return directory
    return directory / hashlib.sha256(source.read_bytes()).hexdigest()[:16]


@contextmanager
def _numba_caches_in(directory: Path | None) -> Iterator[None]:
    """Numba reads its cache directory once, while it decorates, so the user's own functions keep theirs."""
    before = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(directory or before)
    try:
        yield
    finally:
        numba.config.CACHE_DIR = before


def _cache_home() -> Path:
    chosen = os.environ.get("STRAITS_CACHE") or numba.config.CACHE_DIR or os.environ.get("XDG_CACHE_HOME")
    return Path(chosen) if chosen else Path.home() / ".cache"


def _forget_old_versions(versions: Path) -> None:
    by_last_use = sorted(versions.iterdir(), key=lambda directory: directory.stat().st_mtime)
    for directory in by_last_use[:-KEPT_VERSIONS]:
        shutil.rmtree(directory, ignore_errors=True)
