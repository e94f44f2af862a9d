"""Check every request and add security headers to every response: the ASGI layer around the server of a class.

A request with an unknown Host is rejected, and so is a socket with an unknown Origin. A comparison of Origin with Host is not
enough: a name that an attacker rebinds to this machine passes it. A list of the server's own names does not. Starlette's
TrustedHostMiddleware ignores the port and takes the first of two Host headers, so the check is our own.
"""

from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from typing import Any, Final

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

HEADERS: Final = (
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"cache-control", b"no-store"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
PLAIN_CSP: Final = b"default-src 'none'; frame-ancestors 'none'"  # if the page sets none


class Guard:
    """Pass on only requests that are addressed to `hosts`, "name:port" each."""

    def __init__(self, app: App, hosts: Sequence[str], secure: bool) -> None:
        self.app = app
        self.hosts = frozenset(host.encode() for host in hosts)
        scheme = "https" if secure else "http"
        self.origins = frozenset(f"{scheme}://{host}".encode() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Reject a request, or pass it on and add the headers to the response."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            allowed = self._addressed(scope) and self._values(scope, b"origin") in [[origin] for origin in self.origins]
            await (self.app(scope, receive, send) if allowed else _deny(receive, send))
        elif self._addressed(scope):
            await self.app(scope, receive, _with_headers(send))
        else:
            await _refuse(_with_headers(send))

    def _addressed(self, scope: Scope) -> bool:
        hosts = self._values(scope, b"host")
        return len(hosts) == 1 and hosts[0] in self.hosts

    def _values(self, scope: Scope, name: bytes) -> list[bytes]:
        return [value for key, value in scope["headers"] if key == name]


def _with_headers(send: Send) -> Send:
    async def sending(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            headers = list(message.get("headers", []))
            names = {key.lower() for key, _ in headers}
            added = [*HEADERS, (b"content-security-policy", PLAIN_CSP)]
            message = {**message, "headers": headers + [pair for pair in added if pair[0] not in names]}
        await send(message)

    return sending


async def _refuse(send: Send) -> None:
    body = b"Host: expected the address that the server printed\n"
    await send({"type": "http.response.start", "status": 421, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": body})


async def _deny(receive: Receive, send: Send) -> None:
    """Close a socket before it is open. The browser receives 403."""
    await receive()
    await send({"type": "websocket.close", "code": 1008, "reason": "expected the server's own address"})
