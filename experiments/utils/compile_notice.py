"""A word of patience: the first start of a version compiles the rules, which takes up to a minute and would look like nothing."""

from contextlib import AbstractContextManager, nullcontext
from typing import Any, Final

from rich.console import Console

from straits.envs.core.jit import cache_directory

SAID: Final = "Compiling the rules, once for each version of them"


def patience(console: Console | None = None) -> AbstractContextManager[Any]:
    """A line on the terminal while the work inside goes on, where the rules are not compiled yet; none in a pipe or a file."""
    console = console or Console(stderr=True)
    return nullcontext() if compiled() or not console.is_terminal else console.status(SAID)


def compiled() -> bool:
    """Whether this version of the rules stands compiled in the cache, in part at least."""
    directory = cache_directory()
    return directory is not None and any(directory.rglob("*.nbc"))
