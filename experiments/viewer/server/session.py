"""What the messages of a class do: who comes in, what they may change, and what follows from it.

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
from straits.envs.spec.constants import ACTORS, N_ACTORS
from straits.experiments.viewer.export import replay_file
from straits.experiments.viewer.server import persistence
from straits.experiments.viewer.server.auth import Limiter
from straits.experiments.viewer.server.broadcast import Audience, Clock, Connection
from straits.experiments.viewer.server.classroom import TEACHER, Classroom, Place
from straits.experiments.viewer.server.debrief import debrief
from straits.experiments.viewer.server.game import Refused

FAILED_JOINS: Final = (5, 60.0)  # of an address, in seconds
CLOSING_SECONDS: Final = 0.5  # for the last messages to go out


class Wait(Refused):
    """What may work a little later."""


class Hub:
    """A class that is open to connections."""

    def __init__(self, classroom: Classroom, folder: Path, trained: Sequence[Policy], stop: Callable[[], None]) -> None:
        """folder: where the class is kept; trained: a policy an actor, for advice and the band; stop: ends the server."""
        self.classroom, self.folder, self.trained, self.stop = classroom, folder, list(trained), stop
        self.clock = Clock(classroom)
        self.audience = Audience(classroom, self.clock, self.trained)
        self.failures = Limiter(*FAILED_JOINS)
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
        self.audience.connections.add(connection)
        self._welcome(connection)
        self.audience.tell_tables([role.game] if isinstance(role, Place) else [])

    def leave(self, connection: Connection) -> None:
        """A connection has gone; its seat stays its owner's."""
        role, connection.role = connection.role, None
        self.audience.connections.discard(connection)
        if isinstance(role, Place) and role.game < len(self.classroom.tables):
            self.audience.tell_tables([role.game])

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
        self.clock.wind_all()
        while True:
            await asyncio.sleep(0.5)
            late = self.clock.late()
            for game in late:
                if self.classroom.tables[game].room.running:
                    self.classroom.tables[game].room.play(idle_missing=True)
            if late:
                await self._settled(late)

    async def finish(self) -> None:
        """Everything that is under way comes to its end; the class is kept as it stands."""
        for connection in list(self.audience.connections):
            connection.close("The server has stopped. This page comes back by itself once it runs again.", again=True)
        self._thread.shutdown(wait=True)

    async def save(self) -> None:
        """Returns once the class as it stands is on disk. Those who wait together share one write."""
        self._wanted += 1
        mine = self._wanted
        async with self._saving:
            if self._saved < mine:
                upto, content = self._wanted, persistence.content(self.classroom)
                await asyncio.to_thread(persistence.keep, self.folder, content)
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
            connection.tell({"type": "table", "table": self.audience.table(place.game)})
            self.audience.tell_tables([place.game])

    async def _settled(self, games: Sequence[int]) -> None:
        """Turns of these games were played: keep them, tell everyone, and open the debrief where that was the last."""
        self.clock.wind(list(games))
        if self.classroom.finished():
            self.classroom.over = True
        await self.save()
        await self.audience.tell_states(games)
        self.audience.tell_tables([game for game in range(len(self.classroom.tables)) if game not in games])
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
            self.clock.wind_all()
        due = [game for game in range(len(self.classroom.tables)) if self.classroom.due(game)]
        for game in due:
            self.classroom.tables[game].room.play()
        everyone = range(len(self.classroom.tables)) if kind in ("setup", "start", "end") else due
        if kind == "setup":
            for connection in self.audience.connections:
                self._welcome(connection)
        await self._settled(list(everyone))

    def _start(self) -> None:
        """Begin; games without people fall away, so seats get other numbers."""
        before = list(self.classroom.tables)
        self.classroom.start()
        places = {id(table): game for game, table in enumerate(self.classroom.tables)}
        for connection in self.audience.connections:
            if isinstance(connection.role, Place):
                connection.role = Place(places[id(before[connection.role.game])], connection.role.actor)
                self._welcome(connection)

    def _send_away(self) -> None:
        """Close the connections whose seat is theirs no longer."""
        for connection in list(self.audience.connections):
            if isinstance(connection.role, Place) and not self.classroom.tables[connection.role.game].tokens[connection.role.actor]:
                self.audience.connections.discard(connection)
                connection.close("The teacher has given this seat to another. Join again with the code.")

    async def _close(self, save: bool) -> None:
        """The end of the session: codes and tokens are worth nothing more, and nothing stays on disk that was not asked for."""
        if save:
            self._keep_replays()
        persistence.forget(self.folder)
        for connection in list(self.audience.connections):
            connection.close(
                "The class is closed." + (f" Its replays are in {self.folder}." if save and connection.role == TEACHER else "")
            )
        self.audience.connections.clear()
        asyncio.get_running_loop().call_later(CLOSING_SECONDS, self.stop)

    def _keep_replays(self) -> None:
        if self.audience.found is None:
            raise Refused("close: expected the debrief, which has the replays to save; end the games first")
        for game, replay in enumerate(self.audience.found["replays"], start=1):
            replay_file.save(replay, self.folder / f"game-{game}.json")

    def _replay(self, connection: Connection, game: int) -> None:
        if self.audience.found is None:
            raise Refused("replay: expected the debrief, which opens it")
        if not 0 <= game < len(self.audience.found["replays"]):
            raise Refused(f"game={game}: expected 0..{len(self.audience.found['replays']) - 1}")
        connection.tell({"type": "replay", "game": game, "episode": self.audience.found["replays"][game]})

    def _begin_debrief(self) -> None:
        if self.audience.found is not None:
            self.audience.tell_debrief()
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
        self.audience.found = found
        self.audience.tell_debrief()

    def _welcome(self, connection: Connection) -> None:
        self.audience.welcome(connection)
        if self.audience.found is None and self.classroom.over:
            self._begin_debrief()
