"""Build the one-line errors for invalid input: key, value, expectation, and the most similar known name."""

import difflib
import reprlib
from collections.abc import Iterable
from typing import Any

from straits.envs.spec.constants import OUTCOMES


def wrong(where: str, value: object, expected: str) -> ValueError:
    """Return the error for an invalid value: `scenario.parameters.leak_rate=3: expected 0..1`.

    Args:
        where: Key of the value.
        value: The invalid value.
        expected: Description of valid values.

    Returns:
        The error to raise.
    """
    return ValueError(f"{where}={reprlib.repr(value)}: expected {expected}")


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
    return ValueError(f"{where}.{str(name)[:60]}: expected one of {', '.join(listed)}{hint(name, listed)}")


def hint(name: object, names: Iterable[str]) -> str:
    """Return a suggestion of the most similar name, or an empty string."""
    near = difflib.get_close_matches(str(name), list(names), 1)
    return f" (did you mean {near[0]}?)" if near else ""


def over(game: Any) -> ValueError:
    """Return the error for a step in a game that has ended."""
    return ValueError(
        f"outcome={OUTCOMES[game['outcome']]} at turn {game['turn']}: expected a running game; reset() starts the next one"
    )
