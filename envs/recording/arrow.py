"""Load pyarrow at the first use, read Parquet files of strangers, and derive Arrow schemas from tables."""

import importlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from straits.envs.io import is_file
from straits.envs.recording.schema import Column, Table
from straits.envs.validation import one_line


def arrow() -> Any:
    """Return the module pyarrow.

    Returns:
        The module.

    Raises:
        ImportError: If pyarrow is missing. The message names the extra.
    """
    return _module("pyarrow")


def parquet() -> Any:
    """Return the module pyarrow.parquet."""
    return _module("pyarrow.parquet")


def schema_of(table: Table) -> Any:
    """Return the Arrow schema of a table; no column may contain nulls."""
    return arrow().schema([arrow().field(c.name, type_of(c), nullable=False) for c in table.columns])


def type_of(column: Column) -> Any:
    """Return the Arrow type of a column."""
    pa = arrow()
    numbers = pa.bool_() if column.dtype == "bool" else getattr(pa, column.dtype)()
    if column.words:
        return pa.dictionary(numbers, pa.string())
    return pa.list_(numbers, column.length) if column.length > 1 else numbers


def open_parquet(path: Path) -> Any:
    """Open a Parquet file.

    Args:
        path: Path of the file.

    Returns:
        A `pyarrow.parquet.ParquetFile`.

    Raises:
        ValueError: If the file is missing or damaged. The message is one line that names the file.
    """
    if not is_file(path):
        raise ValueError(f"{path}: expected a Parquet file")
    with _named_errors(f"{path}: expected a Parquet file"):
        return parquet().ParquetFile(path)


def read_columns(path: Path, names: Sequence[str] | None = None) -> Any:
    """Read columns of a Parquet file.

    Args:
        path: Path of the file.
        names: Names of the columns, all if None.

    Returns:
        A `pyarrow.Table`.

    Raises:
        ValueError: If the file or a column is damaged. The message is one line that names the file and the columns.
    """
    file = open_parquet(path)
    with _named_errors(f"{path}: {', '.join(names or file.schema_arrow.names)}: expected undamaged columns"):
        table = file.read(columns=None if names is None else list(names))
        table.validate(full=True)
        return table


@contextmanager
def _named_errors(words: str) -> Iterator[None]:
    """Turn every error of pyarrow about the content of a file into one line."""
    try:
        yield
    except (arrow().ArrowException, OSError, ValueError, OverflowError) as error:
        raise ValueError(f"{words} ({one_line(error)[:200]})") from None


def _module(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise ImportError(f"recordings need {name.split('.')[0]}: pip install 'straits[analysis]'") from error
