"""The Chromium of this machine, without a window: pages are printed, measured and tested with it.

The browser is the system's; none is downloaded. It may speak to nobody: a page that needs the network is a bug.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from playwright.sync_api import Browser

VARIABLE: Final = "STRAITS_CHROMIUM"
NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS: Final = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
)


def find() -> str:
    """The browser's path. FileNotFoundError says how to get one."""
    named = os.environ.get(VARIABLE, "")
    found = shutil.which(named) if named else next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        where = f"{VARIABLE}={named!r}" if named else f"{', '.join(NAMES)} on the PATH"
        raise FileNotFoundError(f"{where}: expected a Chromium; on Debian, `apt-get install chromium`; or name one in {VARIABLE}")
    return found


def flags() -> list[str]:
    """What every start of it passes. Root may not use the sandbox."""
    return [*FLAGS, *(["--no-sandbox"] if getattr(os, "geteuid", lambda: 1)() == 0 else [])]


@contextmanager
def launched() -> "Iterator[Browser]":
    """The browser under Playwright, closed at the end. ImportError without Playwright, FileNotFoundError without a Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=flags())
        try:
            yield browser
        finally:
            browser.close()
