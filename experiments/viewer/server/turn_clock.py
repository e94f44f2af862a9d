"""The clock of a class: until when each game's turn may take, in seconds of this process's monotonic time."""

import time

from straits.experiments.viewer.server.classroom import Classroom


class Clock:
    """Deadlines of the games whose turns are timed."""

    def __init__(self, classroom: Classroom) -> None:
        self.classroom = classroom
        self._until: dict[int, float] = {}  # game -> when its turn's time is up

    def wind(self, games: range | list[int]) -> None:
        """Give these games' turns all their time anew, where there is a limit."""
        for game in games:
            self._until.pop(game, None)
            if self.classroom.timer and self.classroom.started and self.classroom.tables[game].room.running:
                self._until[game] = time.monotonic() + self.classroom.timer

    def wind_all(self) -> None:
        """The same of every game, and of no other."""
        self._until.clear()
        self.wind(range(len(self.classroom.tables)))

    def left(self, game: int) -> int | None:
        """Seconds left of the game's turn, rounded; None where its time does not run."""
        until = self._until.get(game)
        if until is None or self.classroom.paused or self.classroom.over:
            return None
        return max(0, round(until - time.monotonic()))

    def late(self) -> list[int]:
        """The games whose time is up; none while the class does not play."""
        if self.classroom.paused or self.classroom.over:
            return []
        return [game for game, until in self._until.items() if time.monotonic() >= until]
