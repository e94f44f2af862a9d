"""Create and compare the secrets of seats and teachers. Tokens are compared in constant time and stored as digests only.

A token has 128 bits and is in the fragment of an address, which browsers do not send. A join code is typed by people: it is short,
has letters and digits that are easy to distinguish, and is valid only while the class is open and attempts are counted.
"""

import hashlib
import secrets
from collections import deque
from hmac import compare_digest
from typing import Final

TOKEN_BYTES: Final = 16
CODE_LETTERS: Final = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # without I, L, O, 0 and 1
CODE_LENGTH: Final = 6
MOST_TOKENS: Final = 8  # of one holder; each start of the server creates one


def new_token() -> str:
    """Return 128 random bits as text for an address."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def new_code() -> str:
    """Return a random join code."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))


def digest(token: str) -> str:
    """Compute the digest that is stored instead of a token.

    Args:
        token: The token.

    Returns:
        64 hexadecimal digits, from which the token cannot be computed.
    """
    return hashlib.sha256(token.encode()).hexdigest()


def same(token: str, stored: str) -> bool:
    """Compare a token with a stored digest, in constant time.

    Args:
        token: The token.
        stored: The digest.

    Returns:
        True if they match.
    """
    return compare_digest(digest(token), stored)


def same_code(entered: str, code: str) -> bool:
    """Compare a join code, ignoring case, in constant time.

    Args:
        entered: The code that was typed.
        code: The code of the class.

    Returns:
        True if they match.
    """
    return compare_digest(entered.upper().encode(), code.encode())


class Limiter:
    """Allow at most `most` events in `seconds`, for each key. The number of stored keys is limited too."""

    def __init__(self, most: int, seconds: float, keys: int = 10_000) -> None:
        self.most, self.seconds, self.keys = most, seconds, keys
        self._events: dict[str, deque[float]] = {}

    def full(self, key: str, now: float) -> bool:
        """Return whether a key has reached its limit.

        Args:
            key: The key.
            now: Present time in seconds.

        Returns:
            True if another event exceeds the limit.
        """
        events = self._events.get(key, deque())
        while events and events[0] <= now - self.seconds:
            events.popleft()
        return len(events) >= self.most

    def add(self, key: str, now: float) -> None:
        """Count an event.

        Args:
            key: The key.
            now: Present time in seconds.
        """
        if key not in self._events and len(self._events) >= self.keys:
            self._events.pop(next(iter(self._events)))  # the oldest key
        self._events.setdefault(key, deque(maxlen=self.most)).append(now)
