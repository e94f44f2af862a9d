"""Start the console script `straits` so that Ctrl-C ends it quietly from the first import on."""

import os
import signal
from typing import Any

from straits.experiments.utils.console import INTERRUPTED


def main() -> int:
    """Run the command line.

    Returns:
        The exit code of `straits.experiments.cli.main.main`.
    """
    signal.signal(signal.SIGINT, _exit)
    from straits.experiments.cli.main import main as run

    signal.signal(signal.SIGINT, signal.default_int_handler)
    return run()


def _exit(*_: Any) -> None:
    os._exit(INTERRUPTED)  # nothing runs yet that would have to be undone
