"""Configure the compiler for the rules: exact arithmetic, no interpreter lock, an on-disk cache, and views without counting.

Numba keeps the machine code of an entry point on disk. It recompiles when the file of the entry point changes, but not when a
rule that the entry point calls changes in another file (numba/numba#1833). The next process would then play by the old rules.
Therefore each version of the sources gets its own cache directory, named by the hash of the sources. All rules and entry points
in envs/ take their decorators from this module. An entry point outside envs/ may use them too, if everything that it calls is
in envs/ or in its own file. The hash of that file is then part of the directory name.

Numba counts the references to an array at each slice, with an atomic instruction on which all threads contend. The arrays that
the engine passes to its rules outlive every call, so `borrow` and `flat` do not count.

`STRAITS_CACHE` (or Numba's `NUMBA_CACHE_DIR`) sets the location of the cache. `NUMBA_DISABLE_JIT=1` runs the rules as plain
Python, slowly, with the same results.
"""

import functools
import hashlib
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final, TypeVar, cast, overload

import numba
import numpy as np
from numba import extending
from numba.core import types
from numba.np.arrayobj import make_array, populate_array

# Reordered arithmetic could give different bits on another machine. Division by zero follows IEEE 754.
EXACT: Final[Mapping[str, Any]] = {"fastmath": False, "error_model": "numpy"}
KEPT_VERSIONS: Final = 3  # versions of the sources to keep: the current one and those of one or two other branches
KEPT_SECONDS: Final = 86_400.0  # a version that was used within a day may belong to a process that still runs
_PROCESS: Final = os.getpid()  # the process that imported this module
SOURCES: Final = Path(__file__).resolve().parents[1]  # envs/

Function = TypeVar("Function", bound=Callable[..., Any])


def rule(function: Function) -> Function:
    """Compile a function that compiled functions call.

    Numba caches it as part of its callers, not by itself.
    """
    return cast(Function, numba.njit(**EXACT)(function))


@overload
def kernel(function: Function) -> Function: ...
@overload
def kernel(*, parallel: bool = ...) -> Callable[[Function], Function]: ...
def kernel(function: Any = None, *, parallel: bool = False) -> Any:
    """Compile an entry point: cached on disk and without the interpreter lock.

    Args:
        function: The entry point.
        parallel: True to use several threads.

    Returns:
        The compiled function.
    """
    if function is None:
        return functools.partial(_compile_entry_point, parallel=parallel)
    return _compile_entry_point(function, parallel)


def borrow(array: np.ndarray) -> np.ndarray:
    """Return the array without reference counting, compiled or not."""
    return array


def flat(array: np.ndarray) -> np.ndarray:
    """Return all entries of a record field along one axis: a view, compiled or not."""
    return array.reshape(-1)


def is_forked() -> bool:
    """Return whether this process is a fork of the one that imported the rules; OpenMP cannot start threads there."""
    return os.getpid() != _PROCESS


@functools.cache
def cache_directory() -> Path | None:
    """Return the directory for the machine code of this version of the sources.

    Returns:
        The directory, or None if no location is writable.
    """
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
    """Return a hash of every source under envs/ and of the compiler version.

    The hash identifies this version of the rules.
    """
    digest = hashlib.sha256(numba.__version__.encode())
    for path in sorted(SOURCES.rglob("*.py")):
        digest.update(path.relative_to(SOURCES).as_posix().encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def _compile_entry_point(function: Any, parallel: bool) -> Any:
    directory = _directory_for(Path(function.__code__.co_filename))
    if directory is not None and parallel:  # the same function without threads has the same name in Numba's cache
        directory /= "parallel"
    with _numba_caches_in(directory):
        dispatcher = numba.njit(cache=directory is not None, nogil=True, parallel=parallel, **EXACT)(function)
    if hasattr(dispatcher, "_cache"):  # absent if compilation is switched off
        _tolerate_damage(dispatcher._cache, parallel)
    return dispatcher


def _tolerate_damage(cache: Any, parallel: bool) -> None:
    """Make a damaged file of the cache count as absent, and a full disk as no cache; print a notice before compiling."""
    load, save = cache.load_overload, cache.save_overload

    def load_or_none(*arguments: Any) -> Any:
        try:
            code = load(*arguments)
        except Exception:  # whatever the damaged bytes lead to
            with suppress(OSError):
                cache.flush()
            code = None
        if code is None:
            _announce(parallel)
        return code

    def save_if_possible(*arguments: Any) -> None:
        with suppress(OSError):
            save(*arguments)

    cache.load_overload, cache.save_overload = load_or_none, save_if_possible


@functools.cache
def _announce(parallel: bool) -> None:
    threads = " for several threads" if parallel else ""
    print(f"straits: compiling the rules{threads}, once per version; this takes a minute or two", file=sys.stderr, flush=True)


def _directory_for(source: Path) -> Path | None:
    directory = cache_directory()
    if directory is None or SOURCES in source.resolve().parents or not source.is_file():
        return directory
    return directory / hashlib.sha256(source.read_bytes()).hexdigest()[:16]


@contextmanager
def _numba_caches_in(directory: Path | None) -> Iterator[None]:
    """Set Numba's cache directory for the duration of a decoration.

    Numba reads the directory once, when it decorates a function. Functions of the user therefore keep their own directory.
    """
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
    last_use = {directory: directory.stat().st_mtime for directory in versions.iterdir()}
    for directory in sorted(last_use, key=last_use.__getitem__)[:-KEPT_VERSIONS]:
        if last_use[directory] < time.time() - KEPT_SECONDS:
            shutil.rmtree(directory, ignore_errors=True)


@extending.intrinsic  # type: ignore[untyped-decorator]
def _borrow(context: Any, array: Any) -> Any:
    result = types.Array(array.dtype, array.ndim, array.layout)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        source = make_array(signature.args[0])(context, builder, arguments[0])
        view = make_array(result)(context, builder)
        populate_array(view, data=source.data, shape=source.shape, strides=source.strides, itemsize=source.itemsize, meminfo=None)
        return view._getvalue()

    return result(array), generate


@extending.intrinsic  # type: ignore[untyped-decorator]
def _flat(context: Any, array: Any) -> Any:
    result = types.Array(array.dtype, 1, "C")
    size = int(np.prod(array.shape))

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        source = make_array(signature.args[0])(context, builder, arguments[0])
        view = make_array(result)(context, builder)
        length, width = context.get_constant(types.intp, size), source.itemsize
        populate_array(view, data=source.data, shape=[length], strides=[width], itemsize=width, meminfo=None)
        return view._getvalue()

    return result(array), generate


@extending.overload(borrow)  # type: ignore[untyped-decorator]
def _compile_borrow(array: Any) -> Any:
    def view(array: Any) -> Any:
        return _borrow(array)

    return view


@extending.overload(flat)  # type: ignore[untyped-decorator]
def _compile_flat(array: Any) -> Any:
    def view(array: Any) -> Any:
        return _flat(array)

    return view
