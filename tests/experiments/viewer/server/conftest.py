"""Lets the tests of this folder share `serving` and `seats`, and closes their browsers."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture
def windows(browser: Browser) -> Iterator[list[BrowserContext]]:
    """Contexts that are closed at the end; each is a browser of its own."""
    made: list[BrowserContext] = []
    yield made
    for context in made:
        context.close()
