"""Provide views of memory inside compiled code without reference counting.

Numba counts the references to an array at each slice, with an atomic instruction on which all threads contend. The arrays that
the engine passes to its rules outlive every call, so they need no counting.
"""

from typing import Any

import numpy as np
from numba.core import types
from numba.extending import intrinsic, overload
from numba.np.arrayobj import make_array, populate_array


def borrow(array: np.ndarray) -> np.ndarray:
    """Return the array without reference counting, compiled or not."""
    return array


def flat(array: np.ndarray) -> np.ndarray:
    """Return all entries of a record field along one axis: a view, compiled or not."""
    return array.reshape(-1)


@intrinsic  # type: ignore[untyped-decorator]
def _borrow(context: Any, array: Any) -> Any:
    result = types.Array(array.dtype, array.ndim, array.layout)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        source = make_array(signature.args[0])(context, builder, arguments[0])
        view = make_array(result)(context, builder)
        populate_array(view, data=source.data, shape=source.shape, strides=source.strides, itemsize=source.itemsize, meminfo=None)
        return view._getvalue()

    return result(array), generate


@intrinsic  # type: ignore[untyped-decorator]
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


@overload(borrow)  # type: ignore[untyped-decorator]
def _compile_borrow(array: Any) -> Any:
    def view(array: Any) -> Any:
        return _borrow(array)

    return view


@overload(flat)  # type: ignore[untyped-decorator]
def _compile_flat(array: Any) -> Any:
    def view(array: Any) -> Any:
        return _flat(array)

    return view
