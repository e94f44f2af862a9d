"""A real Chromium for the tests of the pages, without a network, and games to show it."""

import copy
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from straits.experiments.evaluation.sources import open_game
from straits.experiments.rollouts.source import Asked
from straits.experiments.viewer.export import pdf as printer
from straits.experiments.viewer.export.html import page, replay
from straits.experiments.viewer.export.replay import game_episode

WIDE, PHONE = (1440, 1000), (390, 844)
Opened = Callable[..., Page]

expect.set_options(timeout=60_000)  # ms that a page may take on a busy machine


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Where no Chromium is installed the tests of the pages are skipped; automation must have one."""
    try:
        printer.find_chromium()
    except FileNotFoundError as missing:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(missing))
    with printer.launch_browser() as found:
        yield found


@pytest.fixture(scope="session")
def _game() -> dict[str, Any]:
    return game_episode(open_game(Asked("s0_draft_plan", seed=29)))


@pytest.fixture(scope="session")
def _fight() -> dict[str, Any]:
    for seed in range(40):
        episode = game_episode(open_game(Asked("severe", seed=seed, policy="hawk")))
        if episode["meta"]["outcome"] == "conflict":
            return episode
    raise AssertionError("no conflict in 40 games of hawks")


@pytest.fixture
def episode(_game: dict[str, Any]) -> dict[str, Any]:
    """52 weeks, a copy to change."""
    return copy.deepcopy(_game)


@pytest.fixture
def fight(_fight: dict[str, Any]) -> dict[str, Any]:
    """A shorter one that ends in armed conflict."""
    return copy.deepcopy(_fight)


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A window on a desk without motion, offline; what goes wrong on its pages is gathered in `complaints`."""
    made = browser.new_context(viewport={"width": WIDE[0], "height": WIDE[1]}, offline=True, reduced_motion="reduce")
    yield made
    made.close()


@pytest.fixture
def opened(context: BrowserContext, tmp_path: Path) -> Iterator[Opened]:
    """opened(episodes..., at="t=3", size=PHONE, story=..., bare=True): the page as a file, opened. A page that complains on its
    console, or asks for anything but itself, fails the test."""
    wrong: list[str] = []

    def open_page(*episodes: dict[str, Any], at: str = "t=0", size: tuple[int, int] = WIDE, html: str = "") -> Page:
        path = tmp_path / "page.html"
        path.write_text(html or page({**replay(episodes), "story": None}), encoding="utf-8")
        window = context.new_page()
        window.set_viewport_size({"width": size[0], "height": size[1]})
        window.on("console", lambda said: wrong.append(said.text) if said.type in ("error", "warning") else None)
        window.on("pageerror", lambda error: wrong.append(str(error)))
        window.on(
            "request", lambda asked: wrong.append(asked.url) if not asked.url.startswith(("file:", "data:", "blob:")) else None
        )
        window.goto(f"{path.as_uri()}#{at}")
        return window

    yield open_page
    assert wrong == []
