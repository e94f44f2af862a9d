"""Write output directories so that no other process can write to them, and so that they appear when they are complete.

A directory is claimed by a lock of the system on the directory itself. The lock leaves no file, and it ends with its process,
however the process ends. Where the system has no such locks, nothing is claimed.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]


@contextmanager
def claim(folder: Path) -> Iterator[None]:
    """Hold a directory against other processes. It is created if it does not exist.

    Args:
        folder: The directory.

    Yields:
        Nothing; the claim lasts until the context is left.

    Raises:
        ValueError: If another process holds the directory.
        OSError: If the directory cannot be created.
    """
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder, os.O_RDONLY) if fcntl is not None else None
    try:
        if handle is not None and not (_lock(handle) and _is_at(handle, folder)):
            raise ValueError(f"folder={str(folder)!r}: expected one to which no other process writes")
        yield
    finally:
        if handle is not None:
            os.close(handle)


@contextmanager
def atomic_directory(folder: Path) -> Iterator[Path]:
    """Yield a temporary folder next to `folder`, which becomes `folder` on success and is deleted on an error.

    Args:
        folder: The output directory, absent or empty.

    Yields:
        The temporary folder to write to.

    Raises:
        ValueError: If the folder is not empty, cannot be written to, or another process is about to write it. If another process
            fills the folder meanwhile, the finished work stays in the temporary folder that the message names.
    """
    _check_empty(folder)
    partial = folder.with_name(f".{folder.name}.partial")
    try:
        claimed = claim(partial)
        claimed.__enter__()
    except OSError as error:
        raise ValueError(f"folder={str(folder)!r}: expected a place to write to ({error.strerror})") from None
    try:
        _check_empty(folder)  # another process may have finished in between
        _clear(partial)  # of a process that was killed
        yield partial
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    else:
        _move(partial, folder)
    finally:
        claimed.__exit__(None, None, None)


def _check_empty(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ValueError(f"folder={str(folder)!r}: expected none there, or an empty one")


def _clear(folder: Path) -> None:
    for path in folder.iterdir():
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


def _move(partial: Path, folder: Path) -> None:
    try:
        with suppress(FileNotFoundError):
            folder.rmdir()
        partial.rename(folder)
    except OSError as error:
        raise ValueError(f"folder={str(folder)!r}: expected none there, or an empty one; the results are in {partial}") from error


def _lock(handle: int) -> bool:
    """Lock an open directory; return False if another process holds it."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks
        return True
    return True


def _is_at(handle: int, folder: Path) -> bool:
    """Return whether the open directory is still at the path: its former owner may have renamed it."""
    try:
        return os.path.samestat(os.fstat(handle), os.stat(folder))
    except FileNotFoundError:
        return False
