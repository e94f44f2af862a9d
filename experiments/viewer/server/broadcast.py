"""Track who is connected to a class, and send each connection what it may see.

A seat gets its own state, everyone at a table the list of who is there, the teacher everything. `protocol` makes the messages. The
module also holds the connection of one page and the clock of the turns.
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
QUEUE: Final = 200  # messages that a slow reader may be behind
END: Final = ""  # in a queue: close the connection
TABLE_SECONDS: Final = 0.1  # by which tables and the teacher's screen may lag


@dataclass(eq=False)
class Connection:
    """Somebody's page. `role`: a seat, the teacher, or None before it has said who it is; `queue`: what it is still to be sent."""

    address: str
    role: Place | str | None = None
    queue: asyncio.Queue[str] = field(default_factory=lambda: asyncio.Queue(QUEUE))
    heard: Limiter = field(default_factory=lambda: Limiter(*MESSAGES))

    def tell(self, message: Mapping[str, Any]) -> None:
        """Send it, in its turn. A reader too slow to keep up is cut off; it can come back."""
        if self.queue.full():
            while not self.queue.empty():
                self.queue.get_nowait()
            self.queue.put_nowait(END)
        else:
            self.queue.put_nowait(json.dumps(message, separators=(",", ":"), allow_nan=False))

    def close(self, why: str, again: bool = False) -> None:
        """Say why, and end it. `again`: the page may come back by itself."""
        self.tell({"type": "bye", "why": why, "again": again})
        if not self.queue.full():
            self.queue.put_nowait(END)
        self.role = None

    def busy(self, now: float) -> bool:
        """Whether this message, at a time in seconds, is one too many."""
        full = self.heard.full("", now)
        self.heard.add("", now)
        return full


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


class Audience:
    """The connections of a class. `found`: its debrief, once it has been worked out."""

    def __init__(self, classroom: Classroom, clock: Clock, trained: Sequence[Policy]) -> None:
        """trained: a policy an actor, whose advice a seat is told after its choice."""
        self.classroom, self.clock, self.trained = classroom, clock, trained
        self.connections: set[Connection] = set()
        self.found: dict[str, Any] | None = None
        self._tables_due: set[int] = set()
        self._telling = False

    def welcome(self, connection: Connection) -> None:
        """What somebody needs who has just come, or whose seat or scenario has changed."""
        assert connection.role is not None
        connection.tell(protocol.welcome(self.classroom, connection.role))
        if isinstance(connection.role, Place):
            self.tell_state(connection)
        if self.found is not None:
            connection.tell({"type": "debrief", **self.found["debrief"]})

    async def tell_states(self, games: Sequence[int]) -> None:
        """One seat after another, so that who commits meanwhile in another game need not wait for all of them."""
        for connection in list(self.connections):
            if isinstance(connection.role, Place) and connection.role.game in games:
                self.tell_state(connection)
                await asyncio.sleep(0)

    def tell_state(self, connection: Connection) -> None:
        """What the seat sees now."""
        assert isinstance(connection.role, Place)
        game, actor = connection.role
        connection.tell(protocol.state(self.classroom, connection.role, self.trained[actor], self.table(game)))

    def tell_tables(self, games: Sequence[int] | None = None) -> None:
        """Soon tell who is there and who is still thinking: the seats of these games, or of all, and the teacher of everything.

        What many do at once is one message.
        """
        self._tables_due |= set(range(len(self.classroom.tables)) if games is None else games)
        if not self._telling:
            self._telling = True
            asyncio.get_running_loop().call_later(TABLE_SECONDS, self._tell_due)

    def tell_debrief(self) -> None:
        """To everyone, once it is there."""
        assert self.found is not None
        for connection in list(self.connections):
            connection.tell({"type": "debrief", **self.found["debrief"]})

    def table(self, game: int) -> dict[str, Any]:
        """What everyone at the table may know of it."""
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
            told = protocol.lobby(self.classroom, [self.table(game) for game in range(len(self.classroom.tables))])
            for connection in teachers:
                connection.tell(told)
