"""Provide minimum and maximum of two numbers without NaN handling: one instruction each."""

from typing import Any

from straits.envs.core.jit import rule


@rule
def minimum(a: Any, b: Any) -> Any:
    """Return the smaller number; the first if they are equal."""
    return b if b < a else a


@rule
def maximum(a: Any, b: Any) -> Any:
    """Return the larger number; the first if they are equal."""
    return b if b > a else a
