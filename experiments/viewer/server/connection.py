"""Somebody's page as the hub sees it: who it is, what it is still to be sent, how much it has said. Nothing of sockets."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from straits.experiments.viewer.server.auth import Limiter
from straits.experiments.viewer.server.classroom import Place

MESSAGES: Final = (60, 10.0)  # of a connection, in seconds
QUEUE: Final = 200  # messages that a slow reader may be behind
END: Final = ""  # in a queue: close the connection


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
