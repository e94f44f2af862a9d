"""Secrets of seats and teachers: made here, compared in constant time, kept as digests only.

A token has 128 bits and stands in the fragment of an address, which browsers send to nobody. A join code is for people to type:
short, of letters and digits that nobody mistakes, and worth something only while the class is open and attempts are counted.
"""

import hashlib
import secrets
from collections import deque
from hmac import compare_digest
from typing import Final

TOKEN_BYTES: Final = 16
CODE_LETTERS: Final = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # without I, L, O, 0 and 1
CODE_LENGTH: Final = 6
MOST_TOKENS: Final = 8  # of one holder: each start of the server makes one


def new_token() -> str:
    """128 random bits, fit for an address."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def new_code() -> str:
    """A join code to read aloud."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))


def digest(token: str) -> str:
    """What is kept of a token: whoever reads it cannot come in with it."""
    return hashlib.sha256(token.encode()).hexdigest()


def same(token: str, kept: str) -> bool:
    """Whether the token is the one whose digest was kept."""
    return compare_digest(digest(token), kept)


def same_code(given: str, code: str) -> bool:
    """Whether the code is the one, whatever the case of its letters."""
    return compare_digest(given.upper().encode(), code.encode())


class Limiter:
    """At most `most` events in `seconds`, for each key; the keys that are kept are bounded too."""

    def __init__(self, most: int, seconds: float, keys: int = 10_000) -> None:
        self.most, self.seconds, self.keys = most, seconds, keys
        self._events: dict[str, deque[float]] = {}

    def full(self, key: str, now: float) -> bool:
        """Whether the key has used up what it may, at a time in seconds."""
        events = self._events.get(key, deque())
        while events and events[0] <= now - self.seconds:
            events.popleft()
        return len(events) >= self.most

    def add(self, key: str, now: float) -> None:
        """Count an event."""
        if key not in self._events and len(self._events) >= self.keys:
            self._events.pop(next(iter(self._events)))  # the oldest key
        self._events.setdefault(key, deque(maxlen=self.most)).append(now)
