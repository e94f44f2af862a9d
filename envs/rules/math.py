"""The lesser and the greater of two numbers, without the care for NaN that the built-ins take: one instruction each."""

from typing import Any

from straits.envs.core.jit import rule


@rule
def lesser(a: Any, b: Any) -> Any:
    """The lesser; the first where they are equal."""
    return b if b < a else a


@rule
def greater(a: Any, b: Any) -> Any:
    """The greater; the first where they are equal."""
    return b if b > a else a
