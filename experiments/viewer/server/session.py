"""Handle the messages of a class: joining, commitments, the actions of the teacher, and their consequences.

This module knows no transport: a connection is anything that accepts text. All changes run in one event loop, so that each is
complete before the next one starts. A change is on disk before any connection receives it. Only the debrief is computed in a
thread.
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
from straits.experiments.viewer.server.broadcast import Broadcast, Clock, Connection
from straits.experiments.viewer.server.classroom import TEACHER, Classroom, Place
from straits.experiments.viewer.server.debrief import debrief
from straits.experiments.viewer.server.live_game import RequestError

FAILED_JOINS: Final = (5, 60.0)  # of an address, in seconds
CLOSING_SECONDS: Final = 0.5  # for the last messages to be sent


class RetryLaterError(RequestError):
    """Reject a request that may succeed later."""


class Session:
    """Run a class that accepts connections."""

    def __init__(self, classroom: Classroom, folder: Path, trained: Sequence[Policy], stop: Callable[[], None]) -> None:
        """Create the session.

        Args:
            classroom: The class.
            folder: Folder of the saved class.
            trained: One policy per actor, for advice and the debrief.
            stop: Called to stop the server.
        """
        self.classroom, self.folder, self.trained, self.stop = classroom, folder, list(trained), stop
        self.clock = Clock(classroom)
        self.broadcast = Broadcast(classroom, self.clock, self.trained)
        self.failures = Limiter(*FAILED_JOINS)
        self._saving, self._wanted, self._saved = asyncio.Lock(), 0, 0
        self._thread = ThreadPoolExecutor(1)  # one at a time: Numba's threads allow only one caller
        self._tasks: set[asyncio.Task[None]] = set()

    async def enter(self, connection: Connection, message: Mapping[str, Any]) -> None:
        """Handle the first message of a connection, which identifies it. Failed attempts are counted per address.

        Args:
            connection: The connection.
            message: A parsed `hello` or `join`.

        Raises:
            RequestError: If the token or the code is wrong.
            Wait: If the address had too many failed attempts.
        """
        now = time.monotonic()
        if self.failures.full(connection.address, now):
            raise RetryLaterError("join: expected at most five failed attempts a minute; wait a little")
        if message["type"] == "hello":
            role = self.classroom.who(message["token"])
            if role is None:
                self.failures.add(connection.address, now)
                raise RequestError("token: expected the one of a seat or of the teacher; join again with the code")
        elif message["type"] == "join":
            role = await self._join(connection, message, now)
        else:
            raise RequestError(f"message.type={message['type']}: expected hello or join first")
        connection.role = role
        self.broadcast.connections.add(connection)
        self._welcome(connection)
        self.broadcast.tell_tables([role.game] if isinstance(role, Place) else [])

    def leave(self, connection: Connection) -> None:
        """Remove a connection. Its seat keeps its owner.

        Args:
            connection: The connection.
        """
        role, connection.role = connection.role, None
        self.broadcast.connections.discard(connection)
        if isinstance(role, Place) and role.game < len(self.classroom.tables):
            self.broadcast.tell_tables([role.game])

    async def hear(self, connection: Connection, message: Mapping[str, Any]) -> None:
        """Handle a later message.

        Args:
            connection: The connection.
            message: The parsed message.

        Raises:
            RequestError: If the request is not possible. Nothing has changed then.
        """
        if connection.role is None:
            raise RequestError("message: expected a seat; join again")
        if message["type"] == "commit":
            await self._commit(connection, message)
        elif message["type"] == "replay":
            self._replay(connection, int(message["game"]))
        elif message["type"] in ("hello", "join"):
            raise RequestError(f"message.type={message['type']}: expected once, as the first message")
        elif connection.role != TEACHER and not (self.classroom.alone and message["type"] in ("end", "close")):
            raise RequestError(f"message.type={message['type']}: expected from the teacher only")
        else:
            await self._teach(message)

    async def watch(self) -> None:
        """Play the turns whose time is up, as long as the server runs."""
        self.clock.wind_all()
        while True:
            await asyncio.sleep(0.5)
            late = self.clock.late()
            for game in late:
                if self.classroom.tables[game].live.running:
                    self.classroom.tables[game].live.play(idle_missing=True)
            if late:
                await self._settled(late)

    async def finish(self) -> None:
        """Close all connections and finish the work in progress. The saved class stays."""
        for connection in list(self.broadcast.connections):
            connection.close("The server has stopped. This page reconnects when it runs again.", again=True)
        self._thread.shutdown(wait=True)

    async def save(self) -> None:
        """Save the class, and return when it is on disk. Concurrent calls share one write."""
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
        except RequestError:
            self.failures.add(connection.address, now)
            raise
        await self.save()
        connection.tell({"type": "seated", "token": token})
        return place

    async def _commit(self, connection: Connection, message: Mapping[str, Any]) -> None:
        place = connection.role
        if not isinstance(place, Place):
            raise RequestError("commit: expected from a seat only")
        self.classroom.commit(place, message["turn"], message["choices"])
        if self.classroom.due(place.game):
            self.classroom.tables[place.game].live.play()
            await self._settled([place.game])
        else:
            await self.save()
            connection.tell({"type": "table", "table": self.broadcast.table(place.game)})
            self.broadcast.tell_tables([place.game])

    async def _settled(self, games: Sequence[int]) -> None:
        """Save played turns, send them, and start the debrief after the last one."""
        self.clock.wind(list(games))
        if self.classroom.finished():
            self.classroom.over = True
        await self.save()
        await self.broadcast.tell_states(games)
        self.broadcast.tell_tables([game for game in range(len(self.classroom.tables)) if game not in games])
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
        """Apply the consequences of a teacher's action."""
        self._send_away()
        if kind in ("timer", "pause", "start"):
            self.clock.wind_all()
        due = [game for game in range(len(self.classroom.tables)) if self.classroom.due(game)]
        for game in due:
            self.classroom.tables[game].live.play()
        everyone = range(len(self.classroom.tables)) if kind in ("setup", "start", "end") else due
        if kind == "setup":
            for connection in self.broadcast.connections:
                self._welcome(connection)
        await self._settled(list(everyone))

    def _start(self) -> None:
        """Start the games. Games without people are removed, so seats may receive other numbers."""
        before = list(self.classroom.tables)
        self.classroom.start()
        places = {id(table): game for game, table in enumerate(self.classroom.tables)}
        for connection in self.broadcast.connections:
            if isinstance(connection.role, Place):
                connection.role = Place(places[id(before[connection.role.game])], connection.role.actor)
                self._welcome(connection)

    def _send_away(self) -> None:
        """Close the connections that have lost their seat."""
        for connection in list(self.broadcast.connections):
            if isinstance(connection.role, Place) and not self.classroom.tables[connection.role.game].tokens[connection.role.actor]:
                self.broadcast.connections.discard(connection)
                connection.close("The teacher has given this seat to another. Join again with the code.")

    async def _close(self, save: bool) -> None:
        """End the class: codes and tokens become invalid, and only the replays that were requested stay on disk."""
        if save:
            self._keep_replays()
        persistence.forget(self.folder)
        for connection in list(self.broadcast.connections):
            connection.close(
                "The class is closed." + (f" Its replays are in {self.folder}." if save and connection.role == TEACHER else "")
            )
        self.broadcast.connections.clear()
        asyncio.get_running_loop().call_later(CLOSING_SECONDS, self.stop)

    def _keep_replays(self) -> None:
        if self.broadcast.result is None:
            raise RequestError("close: expected a debrief with replays to save; end the games first")
        for game, replay in enumerate(self.broadcast.result["replays"], start=1):
            replay_file.save(replay, self.folder / f"game-{game}.json")

    def _replay(self, connection: Connection, game: int) -> None:
        if self.broadcast.result is None:
            raise RequestError("replay: expected the debrief first")
        if not 0 <= game < len(self.broadcast.result["replays"]):
            raise RequestError(f"game={game}: expected 0..{len(self.broadcast.result['replays']) - 1}")
        connection.tell({"type": "replay", "game": game, "episode": self.broadcast.result["replays"][game]})

    def _begin_debrief(self) -> None:
        if self.broadcast.result is not None:
            self.broadcast.tell_debrief()
            return
        if not self._tasks:
            task = asyncio.create_task(self._debrief())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _debrief(self) -> None:
        tables = [table for table in self.classroom.tables if table.live.turn]
        games = [table.live.played() for table in tables]
        people = [[actor for actor in range(N_ACTORS) if table.policies[actor] is None] for table in tables]
        names = [dict(table.live.names()) for table in tables]
        loop = asyncio.get_running_loop()
        result = await loop.run_in_executor(self._thread, debrief, games, people, names, self.trained)
        for row, table in zip(result["debrief"]["games"], tables, strict=True):
            row["game"] = self.classroom.tables.index(table)
        self.broadcast.result = result
        self.broadcast.tell_debrief()

    def _welcome(self, connection: Connection) -> None:
        self.broadcast.welcome(connection)
        if self.broadcast.result is None and self.classroom.over:
            self._begin_debrief()
