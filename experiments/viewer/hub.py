"""The people of a class and what they are told: who is connected, what a message of theirs does, who hears of it.

The transport is not here: a connection is anything that takes text. Everything runs in one event loop, so that a change is whole
before the next begins; it is on disk before anybody is told of it. Only the debrief is worked out in a thread.
"""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

from straits.agents.base import Policy
from straits.envs.vocabulary import ACTORS, N_ACTORS
from straits.experiments.viewer import bulletin, document, keeping
from straits.experiments.viewer.classroom import TEACHER, Classroom, Place
from straits.experiments.viewer.connection import Connection
from straits.experiments.viewer.debrief import debrief
from straits.experiments.viewer.room import Refused
from straits.experiments.viewer.tokens import Limiter

FAILED_JOINS: Final = (5, 60.0)  # of an address, in seconds
CLOSING_SECONDS: Final = 0.5  # for the last messages to go out
TABLE_SECONDS: Final = 0.1  # by which tables and the teacher's screen may lag


class Wait(Refused):
    """What may work a little later."""


class Hub:
    """A class that is open to connections."""

    def __init__(self, classroom: Classroom, folder: Path, trained: Sequence[Policy], stop: Callable[[], None]) -> None:
        """folder: where the class is kept; trained: a policy an actor, for advice and for the debrief's band; stop: ends the
        server, once the class is over."""
        self.classroom, self.folder, self.trained, self.stop = classroom, folder, list(trained), stop
        self.connections: set[Connection] = set()
        self.failures = Limiter(*FAILED_JOINS)
        self.found: dict[str, Any] | None = None  # the debrief, once it has been worked out
        self._tables_due: set[int] = set()
        self._telling = False
        self._deadlines: dict[int, float] = {}  # game -> when its turn's time is up
        self._saving, self._wanted, self._saved = asyncio.Lock(), 0, 0
        self._thread = ThreadPoolExecutor(1)  # one at a time: Numba's threads bear no second caller
        self._tasks: set[asyncio.Task[None]] = set()

    async def enter(self, connection: Connection, message: Mapping[str, Any]) -> None:
        """The first message of a connection: who it is. Refused where that is nobody; attempts are counted by address."""
        now = time.monotonic()
        if self.failures.full(connection.address, now):
            raise Wait("join: expected at most five failed attempts a minute; wait a little")
        if message["type"] == "hello":
            role = self.classroom.who(message["token"])
            if role is None:
                self.failures.add(connection.address, now)
                raise Refused("token: expected the one of a seat or of the teacher; join again with the code")
        elif message["type"] == "join":
            role = await self._join(connection, message, now)
        else:
            raise Refused(f"message.type={message['type']}: expected hello or join first")
        connection.role = role
        self.connections.add(connection)
        self._welcome(connection)
        self._tell_tables([role.game] if isinstance(role, Place) else [])

    def leave(self, connection: Connection) -> None:
        """A connection has gone; its seat stays its owner's."""
        role, connection.role = connection.role, None
        self.connections.discard(connection)
        if isinstance(role, Place) and role.game < len(self.classroom.tables):
            self._tell_tables([role.game])

    async def hear(self, connection: Connection, message: Mapping[str, Any]) -> None:
        """A later message. Refused where it cannot be; nothing has changed then."""
        if connection.role is None:
            raise Refused("message: expected a seat; join again")
        if message["type"] == "commit":
            await self._commit(connection, message)
        elif message["type"] == "replay":
            self._replay(connection, int(message["game"]))
        elif message["type"] in ("hello", "join"):
            raise Refused(f"message.type={message['type']}: expected once, at the beginning")
        elif connection.role != TEACHER and not (self.classroom.alone and message["type"] in ("end", "close")):
            raise Refused(f"message.type={message['type']}: expected of the teacher only")
        else:
            await self._teach(message)

    async def watch(self) -> None:
        """Play turns whose time is up, and tell the time; runs as long as the server."""
        for game in range(len(self.classroom.tables)):
            self._wind(game)
        while True:
            await asyncio.sleep(0.5)
            late = [game for game, until in self._deadlines.items() if time.monotonic() >= until]
            if late and not self.classroom.paused and not self.classroom.over:
                for game in late:
                    if game < len(self.classroom.tables) and self.classroom.tables[game].room.running:
                        self.classroom.tables[game].room.play(idle_missing=True)
                await self._settled(late)

    async def finish(self) -> None:
        """Everything that is under way comes to its end; the class is kept as it stands."""
        for connection in list(self.connections):
            connection.close("The server has stopped. This page comes back by itself once it runs again.", again=True)
        self._thread.shutdown(wait=True)

    async def save(self) -> None:
        """Returns once the class as it stands is on disk. Those who wait together share one write."""
        self._wanted += 1
        mine = self._wanted
        async with self._saving:
            if self._saved < mine:
                upto, content = self._wanted, keeping.content(self.classroom)
                await asyncio.to_thread(keeping.keep, self.folder, content)
                self._saved = upto

    async def _join(self, connection: Connection, message: Mapping[str, Any], now: float) -> Place:
        try:
            place, token = self.classroom.join(message["code"], message["seat"])
        except Refused:
            self.failures.add(connection.address, now)
            raise
        await self.save()
        connection.tell({"type": "seated", "token": token})
        return place

    async def _commit(self, connection: Connection, message: Mapping[str, Any]) -> None:
        place = connection.role
        if not isinstance(place, Place):
            raise Refused("commit: expected of a seat only")
        self.classroom.commit(place, message["turn"], message["choices"])
        if self.classroom.due(place.game):
            self.classroom.tables[place.game].room.play()
            await self._settled([place.game])
        else:
            await self.save()
            connection.tell({"type": "table", "table": self._table(place.game)})
            self._tell_tables([place.game])

    async def _settled(self, games: Sequence[int]) -> None:
        """Turns of these games were played: keep them, tell everyone, and open the debrief where that was the last."""
        for game in games:
            self._wind(game)
        if self.classroom.finished():
            self.classroom.over = True
        await self.save()
        await self._tell_states(games)
        self._tell_tables([game for game in range(len(self.classroom.tables)) if game not in games])
        if self.classroom.over:
            self._begin_debrief()

    async def _teach(self, message: Mapping[str, Any]) -> None:
        classroom, kind = self.classroom, message["type"]
        if kind == "setup":
            classroom.setup(message["scenario"], message["turns"])
        elif kind == "seat":
            classroom.seat(Place(message["game"], ACTORS.index(message["seat"])), message["policy"])
        elif kind == "kick":
            classroom.kick(Place(message["game"], ACTORS.index(message["seat"])))
        elif kind == "timer":
            classroom.timer = message["seconds"]
        elif kind == "pause":
            classroom.pause(message["on"])
        elif kind == "start":
            self._start()
        elif kind == "end":
            classroom.end()
        elif kind == "close":
            await self._close(message["save"])
            return
        await self._taught(kind)

    async def _taught(self, kind: str) -> None:
        """Carry out what follows from what the teacher did."""
        self._send_away()
        if kind in ("timer", "pause", "start"):
            self._deadlines.clear()
            for game in range(len(self.classroom.tables)):
                self._wind(game)
        due = [game for game in range(len(self.classroom.tables)) if self.classroom.due(game)]
        for game in due:
            self.classroom.tables[game].room.play()
        everyone = range(len(self.classroom.tables)) if kind in ("setup", "start", "end") else due
        if kind == "setup":
            for connection in self.connections:
                self._welcome(connection)
        await self._settled(list(everyone))

    def _start(self) -> None:
        """Begin; games without people fall away, so seats get other numbers."""
        before = list(self.classroom.tables)
        self.classroom.start()
        places = {id(table): game for game, table in enumerate(self.classroom.tables)}
        for connection in self.connections:
            if isinstance(connection.role, Place):
                connection.role = Place(places[id(before[connection.role.game])], connection.role.actor)
                self._welcome(connection)

    def _send_away(self) -> None:
        """Close the connections whose seat is theirs no longer."""
        for connection in list(self.connections):
            if isinstance(connection.role, Place) and not self.classroom.tables[connection.role.game].tokens[connection.role.actor]:
                self.connections.discard(connection)
                connection.close("The teacher has given this seat to another. Join again with the code.")

    async def _close(self, save: bool) -> None:
        """The end of the session: codes and tokens are worth nothing more, and nothing stays on disk that was not asked for."""
        if save:
            self._keep_replays()
        keeping.forget(self.folder)
        for connection in list(self.connections):
            connection.close(
                "The class is closed." + (f" Its replays are in {self.folder}." if save and connection.role == TEACHER else "")
            )
        self.connections.clear()
        asyncio.get_running_loop().call_later(CLOSING_SECONDS, self.stop)

    def _keep_replays(self) -> None:
        if self.found is None:
            raise Refused("close: expected the debrief, which has the replays to save; end the games first")
        for game, replay in enumerate(self.found["replays"], start=1):
            document.save(replay, self.folder / f"game-{game}.json")

    def _replay(self, connection: Connection, game: int) -> None:
        if self.found is None:
            raise Refused("replay: expected the debrief, which opens it")
        if not 0 <= game < len(self.found["replays"]):
            raise Refused(f"game={game}: expected 0..{len(self.found['replays']) - 1}")
        connection.tell({"type": "replay", "game": game, "episode": self.found["replays"][game]})

    def _begin_debrief(self) -> None:
        if self.found is not None:
            self._tell_debrief()
            return
        if not self._tasks:
            task = asyncio.create_task(self._debrief())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _debrief(self) -> None:
        tables = [table for table in self.classroom.tables if table.room.turn]
        games = [table.room.played() for table in tables]
        people = [[actor for actor in range(N_ACTORS) if table.policies[actor] is None] for table in tables]
        names = [dict(table.room.names()) for table in tables]
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(self._thread, debrief, games, people, names, self.trained)
        for row, table in zip(found["debrief"]["games"], tables, strict=True):
            row["game"] = self.classroom.tables.index(table)
        self.found = found
        self._tell_debrief()

    def _wind(self, game: int) -> None:
        """Start the clock of the game's turn, where there is one."""
        self._deadlines.pop(game, None)
        if self.classroom.timer and self.classroom.started and self.classroom.tables[game].room.running:
            self._deadlines[game] = time.monotonic() + self.classroom.timer

    def _welcome(self, connection: Connection) -> None:
        assert connection.role is not None
        connection.tell(bulletin.welcome(self.classroom, connection.role))
        if isinstance(connection.role, Place):
            self._tell_state(connection)
        if self.found is not None:
            connection.tell({"type": "debrief", **self.found["debrief"]})
        elif self.classroom.over:
            self._begin_debrief()

    async def _tell_states(self, games: Sequence[int]) -> None:
        """One seat after another, so that who commits meanwhile in another game need not wait for all of them."""
        for connection in list(self.connections):
            if isinstance(connection.role, Place) and connection.role.game in games:
                self._tell_state(connection)
                await asyncio.sleep(0)

    def _tell_state(self, connection: Connection) -> None:
        assert isinstance(connection.role, Place)
        game, actor = connection.role
        connection.tell(bulletin.state(self.classroom, connection.role, self.trained[actor], self._table(game)))

    def _tell_tables(self, games: Sequence[int] | None = None) -> None:
        """Soon tell who is there and who is still thinking: the seats of these games, or of all, and the teacher of everything.
        What many do at once is one message."""
        self._tables_due |= set(range(len(self.classroom.tables)) if games is None else games)
        if not self._telling:
            self._telling = True
            asyncio.get_running_loop().call_later(TABLE_SECONDS, self._tell_due)

    def _tell_due(self) -> None:
        self._telling = False
        due, self._tables_due = [game for game in self._tables_due if game < len(self.classroom.tables)], set()
        tables = {game: {"type": "table", "table": self._table(game)} for game in due}
        for connection in self.connections:
            if isinstance(connection.role, Place) and connection.role.game in tables:
                connection.tell(tables[connection.role.game])
        teachers = [connection for connection in self.connections if connection.role == TEACHER]
        if teachers:
            told = bulletin.lobby(self.classroom, [self._table(game) for game in range(len(self.classroom.tables))])
            for connection in teachers:
                connection.tell(told)

    def _tell_debrief(self) -> None:
        assert self.found is not None
        for connection in list(self.connections):
            connection.tell({"type": "debrief", **self.found["debrief"]})

    def _table(self, game: int) -> dict[str, Any]:
        present = {c.role.actor for c in self.connections if isinstance(c.role, Place) and c.role.game == game}
        until = self._deadlines.get(game)
        seconds = None if until is None else max(0, round(until - time.monotonic()))
        return bulletin.table(self.classroom, game, sorted(present), seconds)
