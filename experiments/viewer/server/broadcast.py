"""Track who is connected to a class, and send each connection what it may see.

A seat receives its own view, all at a table receive the table, and the teacher receives everything. `protocol` builds the messages.
The module also holds the connection of one page and the clock of the turns.
"""

import asyncio
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from straits.agents.base import Policy
from straits.experiments.viewer.server import protocol
from straits.experiments.viewer.server.auth import Limiter
from straits.experiments.viewer.server.classroom import TEACHER, Classroom, Place

MESSAGES: Final = (60, 10.0)  # of a connection, in seconds
QUEUE: Final = 200  # messages that may wait for a slow reader
END: Final = ""  # in a queue: close the connection
TABLE_SECONDS: Final = 0.1  # largest delay of tables and of the teacher's screen


@dataclass(eq=False)
class Connection:
    """Hold the connection of one page.

    Attributes:
        address: IP address of the browser.
        role: A seat, the teacher, or None before it has identified itself.
        queue: Messages to send.
        heard: Limit of received messages.
    """

    address: str
    role: Place | str | None = None
    queue: asyncio.Queue[str] = field(default_factory=lambda: asyncio.Queue(QUEUE))
    heard: Limiter = field(default_factory=lambda: Limiter(*MESSAGES))

    def tell(self, message: Mapping[str, Any]) -> None:
        """Queue a message. A reader that is too slow is disconnected, and can reconnect.

        Args:
            message: The message as plain data.
        """
        if self.queue.full():
            while not self.queue.empty():
                self.queue.get_nowait()
            self.queue.put_nowait(END)
        else:
            self.queue.put_nowait(json.dumps(message, separators=(",", ":"), allow_nan=False))

    def close(self, why: str, again: bool = False) -> None:
        """Send a reason and close.

        Args:
            why: The reason, for the person.
            again: Whether the page may reconnect by itself.
        """
        self.tell({"type": "bye", "why": why, "again": again})
        if not self.queue.full():
            self.queue.put_nowait(END)
        self.role = None

    def busy(self, now: float) -> bool:
        """Count a received message.

        Args:
            now: Present time in seconds.

        Returns:
            True if it exceeds the limit.
        """
        full = self.heard.full("", now)
        self.heard.add("", now)
        return full


class Clock:
    """Hold the deadlines of the games with a time limit per turn."""

    def __init__(self, classroom: Classroom) -> None:
        self.classroom = classroom
        self._until: dict[int, float] = {}  # game -> deadline of its turn

    def wind(self, games: range | list[int]) -> None:
        """Restart the time of the present turn, if there is a limit.

        Args:
            games: Numbers of the games.
        """
        for game in games:
            self._until.pop(game, None)
            if self.classroom.timer and self.classroom.started and self.classroom.tables[game].live.running:
                self._until[game] = time.monotonic() + self.classroom.timer

    def wind_all(self) -> None:
        """Restart the time of every game, and forget all others."""
        self._until.clear()
        self.wind(range(len(self.classroom.tables)))

    def left(self, game: int) -> int | None:
        """Return the time left of a game's turn.

        Args:
            game: Number of the game.

        Returns:
            Seconds, rounded, or None if its time does not run.
        """
        until = self._until.get(game)
        if until is None or self.classroom.paused or self.classroom.over:
            return None
        return max(0, round(until - time.monotonic()))

    def late(self) -> list[int]:
        """Return the games whose time is up. Empty while the class does not play."""
        if self.classroom.paused or self.classroom.over:
            return []
        return [game for game, until in self._until.items() if time.monotonic() >= until]


class Broadcast:
    """Hold the connections of a class."""

    def __init__(self, classroom: Classroom, clock: Clock, trained: Sequence[Policy]) -> None:
        """Create it without connections.

        Args:
            classroom: The class.
            clock: Deadlines of its turns.
            trained: One policy per actor, whose advice a seat receives after its choice.
        """
        self.classroom, self.clock, self.trained = classroom, clock, trained
        self.connections: set[Connection] = set()
        self.result: dict[str, Any] | None = None
        self._tables_due: set[int] = set()
        self._telling = False

    def welcome(self, connection: Connection) -> None:
        """Send everything that a new connection needs, or one whose seat or scenario has changed.

        Args:
            connection: The connection.
        """
        assert connection.role is not None
        connection.tell(protocol.welcome(self.classroom, connection.role))
        if isinstance(connection.role, Place):
            self.tell_state(connection)
        if self.result is not None:
            connection.tell({"type": "debrief", **self.result["debrief"]})

    async def tell_states(self, games: Sequence[int]) -> None:
        """Send the view to each seat of some games, one seat after another, so that other games can commit in between.

        Args:
            games: Numbers of the games.
        """
        for connection in list(self.connections):
            if isinstance(connection.role, Place) and connection.role.game in games:
                self.tell_state(connection)
                await asyncio.sleep(0)

    def tell_state(self, connection: Connection) -> None:
        """Send a seat its view.

        Args:
            connection: The connection of the seat.
        """
        assert isinstance(connection.role, Place)
        game, actor = connection.role
        connection.tell(protocol.state(self.classroom, connection.role, self.trained[actor], self.table(game)))

    def tell_tables(self, games: Sequence[int] | None = None) -> None:
        """Send, with a short delay, who is present and who has not committed. Several changes become one message.

        Args:
            games: Numbers of the games whose seats receive it, or None for all. The teacher receives every game.
        """
        self._tables_due |= set(range(len(self.classroom.tables)) if games is None else games)
        if not self._telling:
            self._telling = True
            asyncio.get_running_loop().call_later(TABLE_SECONDS, self._tell_due)

    def tell_debrief(self) -> None:
        """Send the debrief to all connections, once it is computed."""
        assert self.result is not None
        for connection in list(self.connections):
            connection.tell({"type": "debrief", **self.result["debrief"]})

    def table(self, game: int) -> dict[str, Any]:
        """Build what all at a table may know.

        Args:
            game: Number of the game.

        Returns:
            The table as plain data.
        """
        present = {c.role.actor for c in self.connections if isinstance(c.role, Place) and c.role.game == game}
        return protocol.table(self.classroom, game, sorted(present), self.clock.left(game))

    def _tell_due(self) -> None:
        self._telling = False
        due, self._tables_due = [game for game in self._tables_due if game < len(self.classroom.tables)], set()
        tables = {game: {"type": "table", "table": self.table(game)} for game in due}
        for connection in self.connections:
            if isinstance(connection.role, Place) and connection.role.game in tables:
                connection.tell(tables[connection.role.game])
        teachers = [connection for connection in self.connections if connection.role == TEACHER]
        if teachers:
            message = protocol.lobby(self.classroom, [self.table(game) for game in range(len(self.classroom.tables))])
            for connection in teachers:
                connection.tell(message)
