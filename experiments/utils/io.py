"""Write output directories atomically: to a temporary path that is renamed on success."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def atomic_directory(folder: Path) -> Iterator[Path]:
    """Yield a temporary folder next to `folder`, which becomes `folder` on success and is deleted on an error.

    Args:
        folder: The output directory, absent or empty.

    Yields:
        The temporary folder to write to.

    Raises:
        ValueError: If the folder is not empty or cannot be written to.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ValueError(f"output={str(folder)!r}: expected none there, or an empty one")
    partial = folder.with_name(f".{folder.name}.partial-{os.getpid()}")
    try:
        partial.mkdir(parents=True)
    except OSError as error:
        raise ValueError(f"output={str(folder)!r}: expected a place to write to ({error.strerror})") from None
    try:
        yield partial
        if folder.exists():
            folder.rmdir()
        partial.rename(folder)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
