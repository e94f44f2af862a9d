"""Set single numbers of the start state, as `state:` of a scenario allows: fields, ranges and paths."""

from collections.abc import Mapping
from typing import Any, Final

from straits.envs.spec.constants import ACTORS, AMBASSADOR, AREAS, OFFICE
from straits.envs.validation import misspelt, wrong

_Settable = tuple[float, float, bool, tuple[str, ...]]  # low, high, whole numbers only, axes
_OF, _DYAD, _PAIR = ("actor",), ("actor", "actor"), ("pair",)
_DYAD_SHARES = (
    "tension",
    "hostility",
    "public_commitment",
    "trust",
    "grievance_verbal",
    "grievance_military",
    "provocation_presence",
    "provocation_verbal",
    "reassurance",
)
_OWN_SHARES = ("host_support", "trainers", "trainers_known", "hardened", "restraint", "disaster")
SETTABLE: Final[Mapping[str, _Settable]] = {
    **dict.fromkeys(_DYAD_SHARES, (0.0, 1.0, False, _DYAD)),
    **dict.fromkeys(_OWN_SHARES, (0.0, 1.0, False, _OF)),
    **dict.fromkeys(("talk", "leak_size", "recent_incident"), (0.0, 1.0, False, _PAIR)),
    **dict.fromkeys(("plan", "plan_known"), (0.0, 3.0, True, _PAIR)),
    **dict.fromkeys(("command", "logistics", "protection"), (0.0, 1.0, False, ())),
    "ambassador": (0.0, 5.0, True, _DYAD),
    "leaked": (0.0, 2.0, True, _PAIR),
    "designation": (0.0, 2.0, True, ()),
    "access": (0.0, 9.0, False, _OF),
    "capability": (0.5, 1.5, False, _OF),
    "incident": (0.0, 1.0, False, ("area",)),
}
_NAMES: Final[Mapping[str, tuple[str, ...]]] = {"actor": ACTORS, "area": AREAS}


def set_number(state: Any, path: str, value: float) -> None:
    """Set one number of the start state.

    A value that a pair shares is set in both directions.

    Args:
        state: Record of the game, changed in place.
        path: Path of the number, such as `plan.usa.japan`.
        value: The new value.

    Raises:
        ValueError: If the path is unknown or the value out of range.
    """
    name, at = _place(path, value)
    if name == "ambassador" and (state[name][at] == OFFICE) != (value == OFFICE):
        raise wrong(f"scenario.state.{path}", AMBASSADOR[int(value)], "office where `offices` says so, and only there")
    if at:
        state[name][at] = value
    else:
        state[name] = value
    if SETTABLE[name][-1] == _PAIR:
        state[name][at[::-1]] = value


def _place(path: str, value: float) -> tuple[str, tuple[int, ...]]:
    """Return the field that a path names, and the index in the field."""
    name, *keys = path.split(".")
    if name not in SETTABLE:
        raise misspelt("scenario.state", name, SETTABLE)
    low, high, is_whole, axes = SETTABLE[name]
    if not low <= value <= high or (is_whole and value != int(value)):
        raise wrong(f"scenario.state.{path}", value, f"{'a whole number ' if is_whole else ''}{low:g}..{high:g}")
    expected = _DYAD if axes == _PAIR else axes
    if len(keys) != len(expected) or any(k not in _NAMES[a] for k, a in zip(keys, expected, strict=True)):
        raise wrong("scenario.state.set", path, ".".join([name, *expected]))
    at = tuple(_NAMES[a].index(k) for k, a in zip(keys, expected, strict=True))
    if expected == _DYAD and at[0] == at[1]:
        raise wrong("scenario.state.set", path, "two different actors")
    return name, at
