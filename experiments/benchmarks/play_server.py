"""Measure the play server under load: all seats commit at once over loopback, and each waits for its response.

    straits bench-server --games 6 --turns 12

The command starts `straits play --classroom` in its own process, joins a player to each seat, and plays random legal moves. It
measures from the sending of a commitment to the first message that shows its receipt or the next turn. Counts and time are
bounded. The command connects only to its own server.
"""

import argparse
import asyncio
import json
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Any, Final, NamedTuple

import numpy as np
from websockets.asyncio.client import ClientConnection, connect

from straits.envs.spec.constants import N_ACTORS, N_CHANNELS
from straits.experiments.utils.console import FAILED, complain
from straits.experiments.viewer.server.classroom import MOST_GAMES

MOST_TURNS: Final = 52
MOST_SECONDS: Final = 300
START_SECONDS: Final = 180  # the rules may have to be compiled first
_TEACHER: Final = re.compile(r"teacher:\s+(http://\S+?)#teacher=(\S+)")
_CODE: Final = re.compile(r"class:\s+\S+\s+code (\w+)")


class Door(NamedTuple):
    """Access to a class: its page, the teacher's token, and the code to join."""

    url: str
    teacher: str
    code: str


async def measure(door: Door, seats: int, turns: int, seed: int = 1) -> list[float]:
    """Measure the time of each commitment.

    Args:
        door: The class.
        seats: Number of players.
        turns: Number of turns.
        seed: Seed of the moves.

    Returns:
        Seconds, (seats * turns,) or fewer if a game ends early.

    Raises:
        ConnectionError: If the server rejects a player.
    """
    async with AsyncExitStack() as stack:
        teacher = await _connected(door, stack)
        await teacher.send(json.dumps({"type": "hello", "token": door.teacher}))
        listening = asyncio.create_task(_listen(teacher))
        people = await asyncio.gather(*(_sit(door, stack) for _ in range(seats)))
        await teacher.send(json.dumps({"type": "start"}))
        times = await asyncio.gather(*(_play(*person, turns, random.Random(seed + n)) for n, person in enumerate(people)))
        await teacher.send(json.dumps({"type": "close", "save": False}))
        await asyncio.wait_for(listening, MOST_SECONDS)
    return [seconds for row in times for seconds in row]


def main(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> int:
    """Measure and print one line. Return 0, 1 for a timeout or a broken connection, 2 for invalid input."""
    parser.add_argument("--games", type=int, choices=range(1, MOST_GAMES + 1), default=6, metavar=f"1..{MOST_GAMES}")
    parser.add_argument("--turns", type=int, choices=range(1, MOST_TURNS + 1), default=12, metavar=f"1..{MOST_TURNS}")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        command = ["play", "--classroom", "--tables", str(options.games), "--turns", str(options.turns), "--port", "0"]
        command += ["--state", f"{folder}/state", "--no-open", "--seed", "1"]
        server = subprocess.Popen(
            [sys.executable, "-m", "straits.experiments.cli.main", *command], stdout=subprocess.PIPE, text=True, bufsize=1
        )
        try:
            times = asyncio.run(_bounded(_door(server), options.games * N_ACTORS, options.turns))
        except (TimeoutError, ConnectionError, OSError, ValueError) as error:
            return complain(error or "it took too long", parser.prog, FAILED)
        finally:
            server.terminate()
            server.wait(30)
    print(report(times, options.games, options.turns))
    return 0


def report(seconds: Sequence[float], games: int, turns: int) -> str:
    """Summarize the measurements in one line.

    Args:
        seconds: As `measure` returns it.
        games: Number of games.
        turns: Number of turns.
    """
    low, middle, high = (1000 * float(x) for x in np.quantile(seconds, [0.5, 0.95, 1.0]))
    return (
        f"{games} games, {games * N_ACTORS} seats, {turns} turns: {len(seconds)} commitments, median {low:.0f} ms, "
        f"95 % within {middle:.0f} ms, slowest {high:.0f} ms"
    )


async def _bounded(door: Door, seats: int, turns: int) -> list[float]:
    return await asyncio.wait_for(measure(door, seats, turns), MOST_SECONDS)


def _door(server: "subprocess.Popen[str]") -> Door:
    """Read the access data from the output of the command.

    Raises:
        ValueError: If the command ends before it prints them, or is too slow.
    """
    assert server.stdout is not None
    until, text = time.monotonic() + START_SECONDS, ""
    while time.monotonic() < until:
        line = server.stdout.readline()
        if not line:
            raise ValueError("straits play ended before it printed the address of the class")
        text += line
        if (teacher := _TEACHER.search(text)) and (code := _CODE.search(text)):
            return Door(teacher[1], teacher[2], code[1])
    raise ValueError(f"straits play: expected it to be ready within {START_SECONDS} s")


async def _connected(door: Door, stack: AsyncExitStack) -> ClientConnection:
    origin: Any = door.url.rstrip("/")
    address = door.url.replace("http", "ws", 1) + "socket"
    return await stack.enter_async_context(connect(address, origin=origin, max_size=None))


async def _sit(door: Door, stack: AsyncExitStack) -> tuple[ClientConnection, dict[str, Any]]:
    """Join any seat. Return the socket and the welcome message."""
    socket = await _connected(door, stack)
    await socket.send(json.dumps({"type": "join", "code": door.code, "seat": None}))
    return socket, await _hear(socket, "welcome")


async def _play(socket: ClientConnection, welcome: dict[str, Any], turns: int, rng: random.Random) -> list[float]:
    """Play to the end. Return the seconds of each commitment."""
    times: list[float] = []
    state = await _hear(socket, "state")
    while not state["table"]["started"]:
        state = await _hear(socket, "state")
    while state["view"]["running"] and state["view"]["turn"] < turns:
        turn = state["view"]["turn"]
        choices = _choices(welcome["moves"], state["view"]["terms"], rng)
        began = time.perf_counter()
        await socket.send(json.dumps({"type": "commit", "turn": turn, "choices": choices}))
        heard = await _answered(socket, welcome["actor"])
        times.append(time.perf_counter() - began)
        while heard["type"] != "state" or heard["view"]["turn"] == turn:
            heard = await _hear(socket, "state")
        state = heard
    return times


def _choices(moves: list[dict[str, Any]], terms: list[list[Any]], rng: random.Random) -> list[int]:
    """Return a random legal choice in each channel."""
    legal = [move for move, (_, why) in zip(moves, terms, strict=True) if not why]
    return [rng.choice([move["index"] for move in legal if move["channel"] == channel]) for channel in range(N_CHANNELS)]


async def _answered(socket: ClientConnection, actor: int) -> dict[str, Any]:
    """Return the message that shows the receipt of the commitment.

    The next turn, or a table that does not wait for this seat.
    """
    while True:
        message = await _next(socket)
        if message["type"] == "state" or (message["type"] == "table" and actor not in message["table"]["waiting"]):
            return message


async def _hear(socket: ClientConnection, kind: str) -> dict[str, Any]:
    while (message := await _next(socket))["type"] != kind:
        pass
    return message


async def _next(socket: ClientConnection) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(await socket.recv())
    if message["type"] in ("refused", "bye"):
        raise ConnectionError(message["why"])
    return message


async def _listen(socket: ClientConnection) -> None:
    """Read until the class is closed."""
    async for text in socket:
        if json.loads(text)["type"] == "bye":
            return
