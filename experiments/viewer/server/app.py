"""Serve a class to browsers: one page and one WebSocket, by default for this machine only.

Starlette carries the messages between the session and the browsers. A connection must identify itself within five seconds. Messages
are limited in size and rate. An invalid message is answered with one line, and the game continues.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState
from websockets.exceptions import InvalidState

from straits.agents.base import Policy
from straits.envs.validation import wrong
from straits.experiments.viewer.export.html import SCHEMA, page
from straits.experiments.viewer.server import protocol
from straits.experiments.viewer.server.broadcast import END, Connection
from straits.experiments.viewer.server.classroom import Classroom
from straits.experiments.viewer.server.middleware import App, Guard
from straits.experiments.viewer.server.session import RetryLaterError, Session

LOOPBACK: Final = "127.0.0.1"
JOIN_SECONDS: Final = 5.0
MOST_CONNECTIONS: Final = 200
SHUT: Final = 1008  # the socket's code for "policy violation"
SOCKET: Final = "/socket"


def hosts(address: str, port: int) -> list[str]:
    """List the Host headers that address this server.

    Args:
        address: IP address of this machine.
        port: Port of the server.

    Returns:
        "name:port" each, the address first.

    Raises:
        ValueError: If the address is not one of a single machine.
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        raise wrong("lan", address, "an IP address of this machine, such as 192.168.1.20") from None
    if parsed.is_unspecified or parsed.is_multicast:
        raise wrong("lan", address, "the address of one network of this machine, not of all")
    names = ["127.0.0.1", "localhost"] if parsed.is_loopback and parsed.version == 4 else []
    own = f"[{parsed}]" if parsed.version == 6 else str(parsed)
    return [f"{name}:{port}" for name in dict.fromkeys([own, *names])]


def application(session: Session, allowed: Sequence[str], secure: bool, join_seconds: float = JOIN_SECONDS) -> App:
    """Build the ASGI app of a class.

    Args:
        session: The session.
        allowed: Host headers that are accepted.
        secure: Whether it is served by TLS.
        join_seconds: Seconds in which a connection must identify itself.

    Returns:
        The app.
    """

    async def home(request: Request) -> Response:
        content = page({"schema": SCHEMA, "view": "play", "episodes": [], "comparison": None, "story": None}, live=True)
        return HTMLResponse(content, headers={"Content-Security-Policy": "frame-ancestors 'none'"})

    async def socket(websocket: WebSocket) -> None:
        await _serve(session, websocket, join_seconds)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        watching = asyncio.create_task(session.watch())
        yield
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching
        await session.finish()

    return Guard(Starlette(routes=[Route("/", home), WebSocketRoute(SOCKET, socket)], lifespan=lifespan), allowed, secure)


class Running:
    """Run the server until the class closes it, or another thread stops it."""

    def __init__(
        self,
        classroom: Classroom,
        folder: Path,
        trained: Sequence[Policy],
        *,
        address: str = LOOPBACK,
        port: int = 0,
        certfile: str | None = None,
        keyfile: str | None = None,
        join_seconds: float = JOIN_SECONDS,
    ) -> None:
        """Bind the address and build the app.

        Args:
            classroom: The class.
            folder: Folder of the saved class.
            trained: One policy per actor, for advice and the debrief.
            address: IP address of this machine.
            port: Port; 0 takes a free one.
            certfile: Certificate, to serve by HTTPS.
            keyfile: Key of the certificate.
            join_seconds: Seconds in which a connection must identify itself.

        Raises:
            ValueError: If the address cannot be bound or the certificate cannot be used.
        """
        _check_certificate(certfile, keyfile)
        self.session = Session(classroom, folder, trained, self.stop)
        self._server: uvicorn.Server | None = None
        self._secure = certfile is not None
        self._options: dict[str, Any] = {"host": address, "ssl_certfile": certfile, "ssl_keyfile": keyfile}
        hosts(address, port)
        self._socket = _bind(address, port)
        self.port = int(self._socket.getsockname()[1])
        self.hosts = hosts(address, self.port)
        self._app = application(self.session, self.hosts, self._secure, join_seconds)

    @property
    def url(self) -> str:
        """Return the address of the page."""
        return f"{'https' if self._secure else 'http'}://{self.hosts[0]}/"

    def serve(self) -> None:
        """Serve until the class closes or `stop` is called."""
        config = uvicorn.Config(
            self._app,
            **self._options,
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            ws="websockets-sansio",
            ws_max_size=2 * protocol.MAX_BYTES,
            ws_per_message_deflate=False,
            limit_concurrency=MOST_CONNECTIONS,
            timeout_graceful_shutdown=3,
        )
        self._server = uvicorn.Server(config)
        with suppress(InvalidState):  # uvicorn closes a socket again that was closing when the server stopped
            self._server.run(sockets=[self._socket])

    def stop(self) -> None:
        """Stop serving within seconds."""
        if self._server is not None:
            self._server.should_exit = True


def _check_certificate(certfile: str | None, keyfile: str | None) -> None:
    """Check the certificate before the server starts."""
    if certfile is None:
        return
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certfile, keyfile)
    except OSError as error:
        why = error.strerror or error
        raise ValueError(f"certfile={certfile!r}, keyfile={keyfile!r}: expected a certificate and its key ({why})") from None


def _bind(address: str, port: int) -> Any:
    """Return a listening socket of the address."""
    import socket

    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((address, port))
        listening.listen(128)  # browsers can connect from now on, and wait until it serves
    except OSError as error:
        listening.close()
        raise ValueError(f"address={address}:{port}: expected one that is free on this machine ({error.strerror})") from None
    return listening


async def _serve(session: Session, websocket: WebSocket, join_seconds: float) -> None:
    """Handle one connection from its first message to its last."""
    await websocket.accept()
    connection = Connection(websocket.client.host if websocket.client else "")
    writing = asyncio.create_task(_write(websocket, connection))
    try:
        await asyncio.wait_for(_enter(session, websocket, connection), join_seconds)
        while connection.role is not None:
            await _answer(session, connection, await websocket.receive_text())
    except TimeoutError:
        connection.close("The page sent no token and no code in time.", again=True)
    except (WebSocketDisconnect, KeyError):  # KeyError: bytes in place of text
        pass
    finally:
        session.leave(connection)
        if websocket.client_state == WebSocketState.CONNECTED:
            connection.queue.put_nowait(END) if not connection.queue.full() else writing.cancel()
        else:
            writing.cancel()
        with suppress(asyncio.CancelledError):
            await writing


async def _enter(session: Session, websocket: WebSocket, connection: Connection) -> None:
    try:
        await session.enter(connection, protocol.parse_message(await websocket.receive_text()))
    except ValueError as error:
        connection.tell(_refusal(error))


async def _answer(session: Session, connection: Connection, text: str) -> None:
    """Handle a message. Answer an invalid one with one line, and close the connection after too many messages."""
    if connection.busy(asyncio.get_running_loop().time()):
        connection.close("Too many messages in a short time.", again=True)
        return
    try:
        await session.hear(connection, protocol.parse_message(text))
    except ValueError as error:
        connection.tell(_refusal(error))


def _refusal(error: ValueError) -> dict[str, Any]:
    return {"type": "refused", "why": str(error), "again": isinstance(error, RetryLaterError)}


async def _write(websocket: WebSocket, connection: Connection) -> None:
    """Send the queued messages in order, until END."""
    with suppress(WebSocketDisconnect, RuntimeError):
        while (text := await connection.queue.get()) != END:
            await websocket.send_text(text)
        await websocket.close(SHUT)
