"""Find this machine's Chromium, start it without a window, and print a page to PDF.

The browser runs without network and with a temporary profile.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from straits.envs.io import write_file

if TYPE_CHECKING:
    from playwright.sync_api import Browser

WAIT: Final = 120  # seconds; a page takes some two
VARIABLE: Final = "STRAITS_CHROMIUM"
NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS: Final = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
)


def find_chromium() -> str:
    """Find the browser.

    Returns:
        Its path.

    Raises:
        FileNotFoundError: If there is none. The message says how to install one.
    """
    named = os.environ.get(VARIABLE, "")
    path = shutil.which(named) if named else next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        where = f"{VARIABLE}={named!r}" if named else f"{', '.join(NAMES)} on the PATH"
        raise FileNotFoundError(f"{where}: expected a Chromium; on Debian, `apt-get install chromium`; or name one in {VARIABLE}")
    return path


def chromium_flags() -> list[str]:
    """Return the flags of every start. Root cannot use the sandbox."""
    return [*FLAGS, *(["--no-sandbox"] if getattr(os, "geteuid", lambda: 1)() == 0 else [])]


@contextmanager
def launch_browser() -> "Iterator[Browser]":
    """Start the browser under Playwright, and close it at the end.

    Yields:
        The browser.

    Raises:
        ImportError: If Playwright is not installed.
        FileNotFoundError: If there is no Chromium.
    """
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=chromium_flags())
        try:
            yield browser
        finally:
            browser.close()


def print_to_pdf(page: Path, pdf: Path) -> None:
    """Print a page with its own style sheet.

    Args:
        page: The HTML file.
        pdf: File to write.

    Raises:
        ValueError: If there is no Chromium, or it does not print.
    """
    try:
        browser = find_chromium()
    except FileNotFoundError as missing:
        raise ValueError(f"--pdf={str(pdf)!r}: {missing}; or open {page} in a browser and print it") from None
    with tempfile.TemporaryDirectory() as scratch:
        printed = Path(scratch) / "page.pdf"
        run = [browser, "--headless", *chromium_flags(), f"--user-data-dir={scratch}/profile", "--no-pdf-header-footer"]
        try:
            done = subprocess.run(
                [*run, f"--print-to-pdf={printed}", page.resolve().as_uri()], capture_output=True, timeout=WAIT, check=False
            )
        except subprocess.TimeoutExpired:
            raise ValueError(f"--pdf={str(pdf)!r}: expected {browser} to print within {WAIT} s; open {page} and print it") from None
        if done.returncode != 0 or not printed.is_file():
            raise ValueError(f"--pdf={str(pdf)!r}: {browser} did not print (exit code {done.returncode}); open {page} and print it")
        write_file(pdf, printed.read_bytes())
