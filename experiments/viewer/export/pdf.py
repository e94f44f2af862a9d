"""A page printed to PDF, by the Chromium of this machine: no network, no profile that stays."""

import subprocess
import tempfile
from pathlib import Path
from typing import Final

from straits.envs.io import write_file
from straits.experiments.viewer.export import chromium

WAIT: Final = 120  # seconds; a page takes some two


def print_to(page: Path, pdf: Path) -> None:
    """Print the page, as its own style sheet says. ValueError where there is no Chromium, or it does not print."""
    try:
        browser = chromium.find()
    except FileNotFoundError as missing:
        raise ValueError(f"--pdf={str(pdf)!r}: {missing}; or open {page} in a browser and print it") from None
    with tempfile.TemporaryDirectory() as scratch:
        printed = Path(scratch) / "page.pdf"
        run = [browser, "--headless", *chromium.flags(), f"--user-data-dir={scratch}/profile", "--no-pdf-header-footer"]
        try:
            done = subprocess.run(
                [*run, f"--print-to-pdf={printed}", page.resolve().as_uri()], capture_output=True, timeout=WAIT, check=False
            )
        except subprocess.TimeoutExpired:
            raise ValueError(f"--pdf={str(pdf)!r}: expected {browser} to print within {WAIT} s; open {page} and print it") from None
        if done.returncode != 0 or not printed.is_file():
            raise ValueError(f"--pdf={str(pdf)!r}: {browser} did not print (exit code {done.returncode}); open {page} and print it")
        write_file(pdf, printed.read_bytes())
