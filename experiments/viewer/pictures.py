"""The pictures of docs/viewer.md, taken of the replay as it is.

    python -m straits.experiments.viewer.pictures            into docs/images/

Few colours keep the files small. Fonts are the page's own, so the same game gives the same picture wherever Chromium draws alike.
"""

import argparse
import io
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from straits.experiments.viewer import chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser

FOLDER: Final = Path("docs/images")
SCENARIO, SEED = "s0_draft_plan", 29  # the README's
OTHER: Final = "severe"
COLOURS: Final = 128


class Picture(NamedTuple):
    """A file, what of the page's address it shows, and the window's size in px."""

    name: str
    at: str
    size: tuple[int, int]


PICTURES: Final = (
    Picture("replay.png", "t=42", (1440, 1000)),
    Picture("replay-phone.png", "t=21", (390, 844)),
    Picture("replay-pinned.png", "t=12&pin=1", (1440, 640)),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Take them all. Exit codes: 0 done, 2 no browser."""
    parser = argparse.ArgumentParser(prog="python -m straits.experiments.viewer.pictures", description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where to write them (default: %(default)s)")
    folder = parser.parse_args(arguments).folder
    try:
        with chromium.launched() as browser:
            for path in taken(browser, _page(), folder):
                print(path)
    except (ValueError, OSError, ImportError) as error:
        print(f"pictures: {error}", file=sys.stderr)
        return 2
    return 0


def taken(browser: "Browser", html: str, folder: Path) -> list[Path]:
    """The pictures of that page, written to the folder."""
    from PIL import Image

    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        page = Path(scratch) / "page.html"
        page.write_text(html, encoding="utf-8")
        for picture in PICTURES:
            width, height = picture.size
            window = browser.new_page(viewport={"width": width, "height": height}, reduced_motion="reduce")
            window.goto(f"{page.as_uri()}#{picture.at}")
            window.locator(".figure").first.wait_for()
            shot = Image.open(io.BytesIO(window.screenshot())).convert("RGB")
            shot.quantize(COLOURS, dither=Image.Dither.NONE).save(folder / picture.name, optimize=True)
            window.close()
    return [folder / picture.name for picture in PICTURES]


def _page() -> str:
    from straits.experiments.viewer.asking import Asked
    from straits.experiments.viewer.opened import open_game
    from straits.experiments.viewer.page import page
    from straits.experiments.viewer.pages import replay

    return page(replay([open_game(Asked(SCENARIO, seed=SEED)).episode(), open_game(Asked(OTHER, seed=2, policy="hawk")).episode()]))


if __name__ == "__main__":
    sys.exit(main())
