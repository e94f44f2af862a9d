"""Who is connected to a class, and what they are told: a seat its own state, everyone at a table who is there, the teacher all.

What is said is made in `bulletin`; here is to whom, and when.
"""

import asyncio
from collections.abc import Sequence
from typing import Any, Final

from straits.agents.base import Policy
from straits.experiments.viewer.server import messages_out
from straits.experiments.viewer.server.classroom import TEACHER, Classroom, Place
from straits.experiments.viewer.server.connection import Connection
from straits.experiments.viewer.server.turn_clock import Clock

TABLE_SECONDS: Final = 0.1  # by which tables and the teacher's screen may lag


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
        connection.tell(messages_out.welcome(self.classroom, connection.role))
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
        connection.tell(messages_out.state(self.classroom, connection.role, self.trained[actor], self.table(game)))

    def tell_tables(self, games: Sequence[int] | None = None) -> None:
        """Soon tell who is there and who is still thinking: the seats of these games, or of all, and the teacher of everything.
        What many do at once is one message."""
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
        return messages_out.table(self.classroom, game, sorted(present), self.clock.left(game))

    def _tell_due(self) -> None:
        self._telling = False
        due, self._tables_due = [game for game in self._tables_due if game < len(self.classroom.tables)], set()
        tables = {game: {"type": "table", "table": self.table(game)} for game in due}
        for connection in self.connections:
            if isinstance(connection.role, Place) and connection.role.game in tables:
                connection.tell(tables[connection.role.game])
        teachers = [connection for connection in self.connections if connection.role == TEACHER]
        if teachers:
            told = messages_out.lobby(self.classroom, [self.table(game) for game in range(len(self.classroom.tables))])
            for connection in teachers:
                connection.tell(told)
