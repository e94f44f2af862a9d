"""Define the exit codes of the commands and print one-line errors."""

import sys
from typing import Final

DONE: Final = 0
FAILED: Final = 1  # a run or a check failed
DIVERGED: Final = 1  # training produced a number that is not finite
BAD_INPUT: Final = 2
INTERRUPTED: Final = 130  # Ctrl-C, as in shells
COMPLETE: Final = "complete"  # the state of a finished run in its manifest


def complain(message: object, program: str = "straits", code: int = BAD_INPUT) -> int:
    """Print a one-line error on standard error.

    Args:
        message: An error, or a text such as `--games=1: expected at least 2`.
        program: The command that fails, printed before the message.
        code: The exit code.

    Returns:
        The exit code.
    """
    print(f"{program}: {message}", file=sys.stderr)
    return code
