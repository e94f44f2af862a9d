"""Build the one-line errors for invalid input: key, value, expectation, and the most similar known name."""

import difflib
import reprlib
from collections.abc import Iterable
from typing import Any, Final

from straits.envs.spec.constants import OUTCOMES

LONGEST_VALUE: Final = 120  # characters of a value in a message
LONGEST_MESSAGE: Final = 4000  # characters; the longest lists of names need half of it


def wrong(where: str, value: object, expected: str) -> ValueError:
    """Return the error for an invalid value: `scenario.parameters.leak_rate=3: expected 0..1`.

    Args:
        where: Key of the value.
        value: The invalid value.
        expected: Description of valid values.

    Returns:
        The error to raise.
    """
    return ValueError(f"{where}={abridged(value)}: expected {expected}")


def misspelt(where: str, name: object, names: Iterable[str]) -> ValueError:
    """Return the error for an unknown key, with the most similar known key.

    Args:
        where: Location of the key.
        name: The unknown key.
        names: Known keys.

    Returns:
        The error to raise.
    """
    listed = list(names)
    return ValueError(f"{where}.{key_text(name)}: expected one of {', '.join(listed)}{hint(name, listed)}")


def hint(name: object, names: Iterable[str]) -> str:
    """Return a suggestion of the most similar name, or an empty string."""
    near = difflib.get_close_matches(name[:60], list(names), 1) if isinstance(name, str) else []
    return f" (did you mean {near[0]}?)" if near else ""


def over(game: Any) -> ValueError:
    """Return the error for a step in a game that has ended."""
    return ValueError(
        f"outcome={OUTCOMES[game['outcome']]} at turn {game['turn']}: expected a running game; reset() starts the next one"
    )


def abridged(value: object) -> str:
    """Return the `repr` of a value, shortened to `LONGEST_VALUE` characters, whatever the value is."""
    try:
        text = _SHORT.repr(value)
    except ValueError:  # an integer with more digits than Python converts
        text = f"<{type(value).__name__} with too many digits>"
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 3]}..."


def key_text(name: object) -> str:
    """Return an unknown key as text for a message, without control characters and shortened."""
    return one_line(name[:60]) if isinstance(name, str) else abridged(name)


def one_line(text: object) -> str:
    """Return a message as one line that a terminal can show: no line breaks or control characters, and shortened."""
    words = " ".join(str(text).split())
    clean = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in words)
    return clean if len(clean) <= LONGEST_MESSAGE else f"{clean[: LONGEST_MESSAGE - 3]}..."


def _short() -> reprlib.Repr:
    short = reprlib.Repr()
    short.maxlevel = 2
    return short


_SHORT: Final = _short()
