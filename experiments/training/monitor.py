"""Show progress of training: a bar for each policy, and below it the latest returns by actor and measures of escalation."""

import time
from collections.abc import Sequence
from types import TracebackType

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table

from straits.experiments.training.callbacks import Update
from straits.experiments.training.learner import Learner
from straits.experiments.utils.console import EVERY, progress_bar


class Monitor:
    """Show a live view of learners, as a context manager.

    If the console is no terminal, print one line per policy every few seconds and the view once at the end.

    Args:
        learners: The learners that are trained.
        console: Where to print.
    """

    def __init__(self, learners: Sequence[Learner], console: Console) -> None:
        self._progress = progress_bar(console)
        self._bars = {x.name: self._progress.add_task(x.name, total=x.total, completed=x.model.num_timesteps) for x in learners}
        self._latest: dict[str, Update] = {}
        self._told: dict[str, float] = {}  # policy -> when its last line was written
        self._live = Live(self._view(), console=console, refresh_per_second=4)

    def __enter__(self) -> "Monitor":
        self._live.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._live.__exit__(kind, error, trace)
        if not self._live.console.is_terminal:  # without redrawing, the last line has no line break yet
            self._live.console.line()

    def show(self, learner: Learner, update: Update) -> None:
        """Show a learner's latest update."""
        self._progress.update(self._bars[learner.name], completed=update.timesteps)
        self._latest[learner.name] = update
        self._live.update(self._view())
        if not self._live.console.is_terminal:
            self._tell(learner, update)

    def _tell(self, learner: Learner, update: Update) -> None:
        now = time.monotonic()
        if learner.name in self._told and now - self._told[learner.name] < EVERY:
            return
        self._told[learner.name] = now
        returns = ", ".join(f"{actor} {_said(value, 1)}" for actor, value in update.returns.items())
        games = f"conflict {_said(update.conflict_rate, 1, 100)} %, peak tension {_said(update.peak_tension, 2)}"
        line = f"{learner.name} {update.timesteps:,} of {learner.total:,}: return {returns}; {games}"
        self._live.console.print(f"{line}, incidents {_said(update.incidents, 1)}", highlight=False, markup=False, soft_wrap=True)

    def _view(self) -> RenderableType:
        table = Table(box=None, pad_edge=False)
        for column in ("policy", "actor", "return", "conflict, %", "peak tension", "incidents"):
            table.add_column(column, justify="left" if column in ("policy", "actor") else "right")
        for name, update in self._latest.items():
            escalation = (_said(update.conflict_rate, 1, 100), _said(update.peak_tension, 2), _said(update.incidents, 1))
            for n, (actor, value) in enumerate(update.returns.items()):
                is_first = n == 0  # how games escalate is one thing for all actors in them
                table.add_row(name if is_first else "", actor, _said(value, 1), *(escalation if is_first else ()))
        return Group(self._progress, table)


def _said(value: float | None, decimals: int, factor: float = 1.0) -> str:
    return "-" if value is None else f"{factor * value:.{decimals}f}"
