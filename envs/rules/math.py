"""Provide minimum and maximum of two numbers without NaN handling: one instruction each."""

from typing import TypeVar

from straits.envs.core.jit import rule

Number = TypeVar("Number", int, float)


@rule
def minimum(a: Number, b: Number) -> Number:
    """Return the smaller number; the first if they are equal."""
    return b if b < a else a


@rule
def maximum(a: Number, b: Number) -> Number:
    """Return the larger number; the first if they are equal."""
    return b if b > a else a
