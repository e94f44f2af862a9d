"""The types of records name every field, in order, as a number or as an array."""

import numpy as np
import pytest

from straits.envs.core.records import Bytes, Floats, Ints, Params, Sets, State
from straits.envs.core.state import GAME_FIELDS, PARAMS_ARRAYS
from straits.envs.spec.parameters import PARAMETERS

ARRAYS = {"f8": Floats, "i8": Ints, "u8": Sets, "i1": Bytes}


def type_of(dtype, shape):
    if not isinstance(dtype, str):
        return State
    return ARRAYS[dtype] if shape else (float if np.dtype(dtype).kind == "f" else int)


@pytest.mark.parametrize(
    ("record", "fields"),
    [
        (State, [(f.name, f.dtype, f.shape) for f in GAME_FIELDS]),
        (Params, [*((p.name, "f8", ()) for p in PARAMETERS), *PARAMS_ARRAYS]),
    ],
)
def test_types_of_records_are_those_of_their_fields(record, fields):
    assert list(record.__annotations__.items()) == [(name, type_of(dtype, shape)) for name, dtype, shape in fields]


def test_parameters_are_in_the_order_of_their_rules():
    places = [tuple(int(n) for n in p.rule[1:].split(".")) for p in PARAMETERS]
    assert places == sorted(places)
