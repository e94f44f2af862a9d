"""Load pyarrow at the first use, and derive Arrow schemas from tables."""

import importlib
from typing import Any

from straits.envs.recording.schema import Column, Table


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


def _module(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise ImportError(f"recordings need {name.split('.')[0]}: pip install 'straits[analysis]'") from error
