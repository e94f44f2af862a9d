"""Define the exit codes of the commands, print one-line errors, and show progress.

This module imports Rich only when it is needed, so that help is quick.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

DONE: Final = 0
FAILED: Final = 1  # a run or a check failed
DIVERGED: Final = 1  # training produced a number that is not finite
BAD_INPUT: Final = 2
INTERRUPTED: Final = 130  # Ctrl-C, as in shells
COMPLETE: Final = "complete"  # the state of a finished run in its manifest
EVERY: Final = 10.0  # seconds between two lines of progress in a log


def complain(message: object, program: str = "straits", code: int = BAD_INPUT) -> int:
    """Print a one-line error on standard error.

    Args:
        message: An error, or a text such as `--games=1: expected at least 2`.
        program: The command that fails, printed before the message.
        code: The exit code.

    Returns:
        The exit code.
    """
    from straits.envs.validation import one_line

    print(f"{program}: {one_line(message)}", file=sys.stderr)
    return code


def progress_bar(console: "Console") -> "Progress":
    """Return a Rich progress display with description, bar, percentage, elapsed and remaining time.

    Args:
        console: The console to write to.

    Returns:
        The display, not yet started.
    """
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    return Progress(*columns, console=console)


@contextmanager
def show_progress(console: "Console") -> Iterator["Progress"]:
    """Show progress as a bar on a terminal, and as a line every `EVERY` seconds elsewhere.

    Args:
        console: The console to write to.

    Yields:
        The display to which the caller adds tasks.
    """
    progress = progress_bar(console)
    if console.is_terminal:
        with progress:
            yield progress
        return
    stop = Event()
    log = Thread(target=_log, args=(progress, console, stop), daemon=True)
    log.start()
    try:
        yield progress
    finally:
        stop.set()
        log.join()
        _print_tasks(progress, console)


def _log(progress: "Progress", console: "Console", stop: Event) -> None:
    while not stop.wait(EVERY):
        _print_tasks(progress, console)


def _print_tasks(progress: "Progress", console: "Console") -> None:
    for task in progress.tasks:
        line = f"{task.description}: {task.percentage:.0f} %, {task.elapsed or 0.0:.0f} s"
        console.print(line, highlight=False, markup=False, soft_wrap=True)
