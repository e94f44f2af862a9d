"""Provide the global state of a game, as one vector for `state()` and as names for `state_dict()`.

The global state includes what no actor observes, such as the private types of rivals. Use it for a centralized critic, for
analysis or for debugging, never for a policy that plays. The vector omits the seed and the episode, because they determine the
future. One table gives the range of each field. The vector, its space, its documentation and the check of restored records
derive from it.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from straits.envs.core.state import GAME, STATE_FIELDS
from straits.envs.spec.constants import CONFLICT_RUNG, CRISIS_ENDS, N_ACTORS, N_AREAS, N_CLASSES, OUTCOMES
from straits.envs.spec.moves import N_MOVES, SIZES

LEFT_OUT: Final = ("seed", "episode", "scenario")


class Range(NamedTuple):
    """Define the closed range of values of a field."""

    low: float
    high: float


_OPEN: Final = Range(0, np.inf)
_MAYBE_ACTOR: Final = Range(-1, N_ACTORS - 1)
_MAYBE_MOVE: Final = Range(-1, N_MOVES - 1)
RANGES: Final[Mapping[str, Range]] = {
    **{f.name: Range(0, 1) for f in STATE_FIELDS},
    **dict.fromkeys(("seed", "episode", "turn", "incidents", "strength", "denial", "hazard", "spent"), _OPEN),
    **dict.fromkeys(("outweighed", "usual_outweighed", "excess"), _OPEN),
    **dict.fromkeys(("crisis_turns", "quiet_turns", "truce_turns", "offer_turns", "crises", "breaches"), _OPEN),
    **dict.fromkeys(("belligerents", "first"), _MAYBE_ACTOR),
    **dict.fromkeys(("proposal", "agreed"), _MAYBE_MOVE),
    **dict.fromkeys(("plan", "plan_known"), Range(0, 3)),
    **dict.fromkeys(("leaked", "designation", "outcome"), Range(0, 2)),
    **dict.fromkeys(("rung", "peak_rung"), Range(0, CONFLICT_RUNG)),
    "scenario": Range(0, 0),
    "access": Range(0, 9),
    "crisis_end": Range(0, len(CRISIS_ENDS) - 1),
    "terms": Range(-1, 1),
    "horizon": Range(1, np.inf),
    "order_area": Range(-1, N_AREAS - 1),
    "order_class": Range(0, N_CLASSES - 1),
    "ambassador": Range(0, 5),
    "capability": Range(0.5, 1.5),
    "cooldown": Range(0, np.iinfo(np.int8).max),
    "moves": Range(0, max(SIZES) - 1),
    "reward": Range(-np.inf, np.inf),
}
_FIELDS: Final = tuple(f for f in STATE_FIELDS if f.name not in LEFT_OUT)


def _slices() -> dict[str, slice]:
    slices, start = {}, 0
    for field in _FIELDS:
        size = int(np.prod(field.shape, dtype=int))
        slices[field.name] = slice(start, start + size)
        start += size
    return slices


SLICES: Final[Mapping[str, slice]] = _slices()
N_STATE: Final = max(where.stop for where in SLICES.values())


def _gather(dtype: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the vector positions of the fields of a dtype, and their offsets in a record in steps of the dtype."""
    to: list[int] = []
    start: list[int] = []
    for field in _FIELDS:
        if field.dtype == dtype:
            where = SLICES[field.name]
            first = GAME.fields[field.name][1] // np.dtype(dtype).itemsize  # type: ignore[index]
            to += range(where.start, where.stop)
            start += range(first, first + where.stop - where.start)
    return np.array(to), np.array(start)


_PLACES: Final = {dtype: _gather(dtype) for dtype in ("f8", "i8", "i1")}
_LOW: Final = np.concatenate([np.full(w.stop - w.start, RANGES[n].low) for n, w in SLICES.items()])
_HIGH: Final = np.concatenate([np.full(w.stop - w.start, RANGES[n].high) for n, w in SLICES.items()])
_BOUNDED: Final = np.isfinite(_HIGH)
_BASE: Final = np.where(_BOUNDED, _LOW, 0.0)
_SPAN: Final = np.where(_BOUNDED, _HIGH - _BASE, 1.0)
_SIGNED: Final = np.isinf(_LOW)


def vector(games: NDArray[Any]) -> NDArray[np.float32]:
    """Return the global state of each game as a vector.

    A field with two bounds is scaled as (x - low) / (high - low), a field without an upper bound as x / (1 + x), and a field
    without bounds as x / (1 + |x|). The turn is a share of the horizon.

    Args:
        games: (games,) records.

    Returns:
        (games, N_STATE) float32 in -1..1.
    """
    memory = np.ascontiguousarray(games).view(np.ndarray).view(np.uint8).reshape(len(games), GAME.itemsize)
    values = np.empty((len(games), N_STATE))
    for dtype, (to, start) in _PLACES.items():
        values[:, to] = memory.view(dtype)[:, start]
    values = (values - _BASE) / _SPAN
    values = np.where(_BOUNDED, values, values / (1.0 + np.abs(values)))
    values[:, SLICES["turn"].start] = games["turn"] / games["horizon"]
    return np.clip(values, np.where(_SIGNED, -1.0, 0.0), 1.0).astype(np.float32)


def box() -> spaces.Box:
    """Return a new Gymnasium space of the vector."""
    return spaces.Box(np.where(_SIGNED, -1.0, 0.0).astype(np.float32), np.ones(N_STATE, np.float32), dtype=np.float32)


def state_dict(state: Any) -> dict[str, Any]:
    """Return every field of a game by name, without scaling.

    Args:
        state: Record of the game.

    Returns:
        Python numbers, and copies of arrays, by field name.
    """
    return {f.name: state[f.name].copy() if f.shape else state[f.name].item() for f in STATE_FIELDS}


def episode_stats(state: Any, labels: Sequence[str]) -> dict[str, Any]:
    """Return statistics of a game, such as its outcome and its peaks.

    Args:
        state: Record of the game.
        labels: Label of each actor.

    Returns:
        Statistics by name.
    """
    first = int(state["first"])
    return {
        "turn": int(state["turn"]),
        "horizon": int(state["horizon"]),
        "outcome": OUTCOMES[state["outcome"]],
        "belligerents": tuple(labels[actor] for actor in state["belligerents"] if actor >= 0),
        "peak_tension": float(state["peak_tension"]),
        "peak_rung": int(state["peak_rung"]),
        "incidents": int(state["incidents"]),
        "first": labels[first] if first >= 0 else None,
    }


def validate_state(state: Any, scenarios: int = 1) -> str | None:
    """Return a description of the first invalid value in a record from an external source.

    Args:
        state: Record of the game.
        scenarios: Number of scenarios that the field `scenario` may refer to.

    Returns:
        The description, or None if every field is in its range.
    """
    for field in STATE_FIELDS:
        values, limits = np.asarray(state[field.name]), RANGES[field.name]
        if field.name == "scenario":
            limits = Range(0, scenarios - 1)
        if not (np.isfinite(values).all() and (values >= limits.low).all() and (values <= limits.high).all()):
            return f"{field.name}={values.tolist()}: expected {limits.low:g}..{limits.high:g}"
    return None


def table() -> str:
    """Return the layout of the vector in Markdown for the docs."""
    rows = ["| field | index | shape | range | who sees it | meaning |", "|---|---|---|---|---|---|"]
    for field in _FIELDS:
        where, limits = SLICES[field.name], RANGES[field.name]
        index = f"{where.start}" if where.stop - where.start == 1 else f"{where.start}..{where.stop - 1}"
        shape = " x ".join(map(str, field.shape)) or "1"
        ends = "0..horizon" if field.name == "turn" else f"{limits.low:g}..{limits.high:g}"
        rows.append(f"| `{field.name}` | {index} | {shape} | {ends} | {field.seen_by} | {field.meaning} |")
    return "\n".join(rows)
