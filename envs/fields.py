"""Define the types of values in files and messages, and check values with pydantic.

A type is a pydantic annotation with the words for what it expects. `check` turns the first error into one ValueError of one line:
key, value, expectation. Modules import this one only where they read a file, since pydantic takes a moment to load.
"""

import datetime
import functools
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import (  # fmt: skip
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    Strict,
    TypeAdapter,
    ValidationError,
    WrapValidator,
    create_model,
    model_validator,
)
from pydantic_core import PydanticCustomError

from straits.envs.spec.constants import ACTORS, AMBASSADOR, DESIGNATIONS
from straits.envs.spec.moves import KIND_INDEX, MOVE_INDEX
from straits.envs.validation import hint, key_text, misspelt, wrong

Type = Any  # an annotation that pydantic understands
A_MAP: Final = "a map"
Place = tuple[int | str, ...]  # keys and indices that lead to a value
# Control characters but tab and line breaks, and the marks that change the direction of text on a screen.
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_DATE: Final = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}")


class Map(BaseModel):
    """A map with known keys, checked before their values."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _known_keys(cls, value: Any) -> dict[str, Any]:
        return _known(value, list(cls.model_fields))

    def given(self) -> dict[str, Any]:
        """Return the values that the map has, without defaults."""
        return {name: getattr(self, name) for name in type(self).model_fields if name in self.model_fields_set}


def check(
    where: str,
    kind: Type,
    value: Any,
    *,
    separator: str = ".",
    label: Callable[[Place], str] | None = None,
    json: bool = False,
) -> Any:
    """Check a value and return it in normal form.

    Args:
        where: Location of the value for the error.
        kind: Type of the value: a `Map`, or a type of this module.
        value: The value.
        separator: Text between `where` and a key.
        label: Function from a place to its location, if the place is not to be written as `where.key[index]`.
        json: Call maps objects and quote unknown keys.

    Returns:
        The value, or an instance of the `Map`.

    Raises:
        ValueError: If the value is invalid. The message is one line for the first error.
    """
    try:
        return _adapter(kind).validate_python(value)
    except ValidationError as error:
        raise one_line(error, label or functools.partial(_located, where, separator), json) from None


def one_line(error: ValidationError, label: Callable[[Place], str], json: bool = False) -> ValueError:
    """Return pydantic's first error as one line: key, value, expectation, and the most similar known name.

    Args:
        error: The error of pydantic.
        label: Function from the place of a value to its location in the message.
        json: Call maps objects and quote unknown keys.

    Returns:
        The error to raise.
    """
    first = error.errors(include_url=False)[0]
    context, where = first.get("ctx", {}), label(first["loc"])
    if first["type"] == "missing":
        return ValueError(f"{where}: expected a value")
    if first["type"] == "missing_key":
        return ValueError(f"{where}.{context['key']}: expected a value")
    if first["type"] == "unknown_key" and json:
        return wrong(f"{where} key", context["key"], f"one of {', '.join(context['names'])}")
    if first["type"] == "unknown_key":
        return misspelt(where, context["key"], context["names"])
    value = context.get("value", first["input"])
    words = context.get("expected", first["msg"])
    return wrong(where + context.get("suffix", ""), value, "an object" if json and words == A_MAP else words)


def fault(expected: str, **context: Any) -> PydanticCustomError:
    """Return the error that a validator raises; `value` and `suffix` replace the value and extend the location."""
    return PydanticCustomError("expected", "{expected}", {"expected": expected, **context})


def says(words: str, names: Iterable[str] = (), *, numbered: bool = True) -> WrapValidator:
    """Return the annotation that names what the type to its left expects, with the most similar of `names`.

    An invalid item of a list is located by its number, unless `numbered` is false.
    """

    def validate(value: Any, inner: Callable[[Any], Any]) -> Any:
        try:
            return inner(value)
        except ValidationError as error:
            item = error.errors(include_url=False)[0]
            if item["loc"] and numbered:
                raise  # an item of the value has words of its own
            if item["loc"]:
                raise fault(item["ctx"]["expected"], value=item["input"]) from None
        raise fault(words + (hint(value, names) if names and isinstance(value, str) else ""))

    return WrapValidator(validate)


@functools.cache
def number(low: float, high: float) -> Type:
    """Return the type of a float in a closed range; NaN and booleans are rejected."""
    return Annotated[float, Strict(), Field(ge=low, le=high), says(f"{low:g}..{high:g}")]


@functools.cache
def whole(low: int, high: int) -> Type:
    """Return the type of an int in a closed range."""
    return Annotated[int, Strict(), Field(ge=low, le=high), says(f"a whole number {low}..{high}")]


@functools.cache
def option(*names: str) -> Type:
    """Return the type of one of some words."""
    return Annotated[Literal[names], says(f"one of {', '.join(names)}", names)]


@functools.cache
def text(longest: int) -> Type:
    """Return the type of a non-empty string without control characters; white space is collapsed to single spaces."""
    rule = Field(max_length=longest, pattern=r"\S")
    return Annotated[str, Strict(), rule, says(f"text of 1..{longest} characters"), AfterValidator(_plain)]


def items(kind: Type, low: int, high: int, of: str, *, numbered: bool = True) -> Type:
    """Return the type of a list of `low` to `high` items; see `says` for `numbered`."""
    words = f"a list of {low}..{high} {of}" if low < high else f"a list of {low} {of}"
    return Annotated[list[kind], Field(min_length=low, max_length=high), says(words, numbered=numbered)]


def by_name(names: Iterable[str] | None = None, kind: Type = Any) -> Type:
    """Return the type of a map with string keys, limited to `names` if given, and one type of values."""
    listed = None if names is None else list(names)
    return Annotated[dict[str, kind], BeforeValidator(lambda value: _known(value, listed))]


def shares(names: tuple[str, ...], sums_to_one: bool = True) -> Type:
    """Return the type of a map from some of the names to 0..1."""
    return Annotated[by_name(names, Share), AfterValidator(_sum_to_one if sums_to_one else dict)]


@functools.cache
def actors(low: int, high: int) -> Type:
    """Return the type of a list of distinct actors, which becomes a tuple in the fixed order."""
    return Annotated[items(Actor, low, high, "actors", numbered=False), AfterValidator(_distinct)]


def record(name: str, kinds: Mapping[str, Type], optional: Mapping[str, Type] | None = None) -> type[Map]:
    """Return the model of a map with these keys, each with its type; those of `optional` may be missing."""
    values = {key: (kind, ...) for key, kind in kinds.items()} | {key: (kind, None) for key, kind in (optional or {}).items()}
    return create_model(name, __base__=Map, **values)  # type: ignore[call-overload, no-any-return]


def complete(names: Iterable[str]) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Return the validator of a map that must have all names."""

    def validate(value: dict[str, Any]) -> dict[str, Any]:
        for name in names:
            if name not in value:
                raise PydanticCustomError("missing_key", "missing key", {"key": name})
        return value

    return validate


def mapping(where: str, value: Any, names: Iterable[str] | None = None) -> dict[str, Any]:
    """Check a map with string keys, limited to `names` if given, and return it."""
    result: dict[str, Any] = check(where, by_name(names), value)
    return result


def _located(where: str, separator: str, place: Place) -> str:
    parts = [f"[{part}]" if isinstance(part, int) else f".{key_text(part)}" for part in place]
    first = parts[0].removeprefix(".") if parts else ""
    return where + (separator if parts and parts[0].startswith(".") else "") + first + "".join(parts[1:])


def _known(value: Any, names: list[str] | None) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise fault(A_MAP)
    for key in value:
        if not isinstance(key, str) or (names is not None and key not in names):
            raise PydanticCustomError("unknown_key", "unknown key", {"key": key, "names": names or ["text"]})
    return dict(value)


def _plain(value: str) -> str:
    if _CONTROL.search(value):
        raise fault("text without control characters")
    return " ".join(value.split())


def _date(value: Any) -> str:
    """Return a day, month or year that exists, as text."""
    words = str(value) if isinstance(value, str | int | datetime.date) else ""
    if not _DATE.fullmatch(words):
        raise fault("a date")
    datetime.date.fromisoformat(f"{words}-01-01"[:10])
    return words


def _sum_to_one(value: dict[str, float]) -> dict[str, float]:
    if abs(sum(value.values()) - 1.0) > 1e-6:
        raise fault("1", value=round(sum(value.values()), 6), suffix=" sum")
    return value


def _distinct(value: list[str]) -> tuple[str, ...]:
    if len(set(value)) < len(value):
        raise fault("different actors")
    return tuple(sorted(value, key=ACTORS.index))


def _each_once(value: list[str]) -> tuple[str, ...]:
    _distinct(value)
    return tuple(value)


def _ordered(value: list[float]) -> tuple[float, float]:
    if value[0] > value[1]:
        raise fault("[low, high] with low <= high")
    return value[0], value[1]


def _with_targets(value: list[str]) -> tuple[str, ...]:
    for name in value:
        if name not in MOVE_INDEX:
            raise fault("a move with its target, such as denounce.japan", value=name)
    return tuple(value)


def _level(value: Any) -> float:
    """Return the number that a word represents, or the number."""
    for words in (AMBASSADOR, DESIGNATIONS):
        if isinstance(value, str) and value in words:
            return float(words.index(value))
    if isinstance(value, str):
        raise fault(f"a number, or one of {', '.join((*AMBASSADOR, *DESIGNATIONS))}")
    result: float = _adapter(number(0, 9)).validate_python(value)
    return result


@functools.cache
def _adapter(kind: Type) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


_MOVE_NAMES: Final = (*KIND_INDEX, *MOVE_INDEX)
Actor: Final = option(*ACTORS)
ActorOrAll: Final = option(*ACTORS, "all")
Share: Final = number(0, 1)
Order: Final = Annotated[items(Actor, 5, 5, "actors", numbered=False), AfterValidator(_each_once)]
Interval: Final = Annotated[items(Share, 2, 2, "numbers", numbered=False), AfterValidator(_ordered)]
Flag: Final = Annotated[bool, Strict(), says("true or false")]
Date: Final = Annotated[str, BeforeValidator(_date), says("a date such as 2021-12-24, 2021-12 or 2021")]
Slug: Final = Annotated[  # names files and folders
    str, Strict(), Field(pattern=r"^[a-z][a-z0-9_]{0,59}$"), says("1..60 of a-z, 0-9 and _, beginning with a letter")
]
Move: Final = Annotated[Literal[_MOVE_NAMES], says("a move such as denounce.japan", _MOVE_NAMES)]
Moves: Final = Annotated[items(Move, 1, 3, "moves", numbered=False), AfterValidator(_with_targets)]
Level: Final = Annotated[Any, PlainValidator(_level)]
