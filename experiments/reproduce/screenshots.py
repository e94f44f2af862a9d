"""Take the screenshots of docs/viewer.md.

    straits screenshots            into docs/images/

A small palette keeps the files small. The fonts are the page's own, so the same game gives the same picture wherever Chromium
renders alike.
"""

import argparse
import io
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from straits.experiments.utils.console import complain
from straits.experiments.viewer.export import pdf

if TYPE_CHECKING:
    from playwright.sync_api import Browser

FOLDER: Final = Path("docs/images")
SCENARIO, SEED = "s0_draft_plan", 29  # the README's
OTHER: Final = "severe"
POLICIES: Final = ("default", "hawk", "dove", "tit_for_tat")  # compared on OTHER
GAMES: Final = 200  # per policy
COLOURS: Final = 256  # enough for small marks and pale backgrounds to keep their hue


class Picture(NamedTuple):
    """A screenshot: its file, the fragment of the page's address, and the window's size in px."""

    name: str
    at: str
    size: tuple[int, int]
    page: str = "replay"


PICTURES: Final = (
    Picture("replay.png", "t=42", (1440, 1000)),
    Picture("replay-phone.png", "t=21", (390, 844)),
    Picture("replay-pinned.png", "t=12&pin=1", (1440, 640)),
    Picture("compare.png", "view=compare", (1440, 2200), "compare"),
    Picture("report.png", "view=report&episode=1", (860, 1390)),
)


def main(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> int:
    """Take all screenshots. Return the exit code: 0, or 2 without a browser."""
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where to write them (default: %(default)s)")
    folder = parser.parse_args(arguments).folder
    try:
        with pdf.launch_browser() as browser:
            for path in take_screenshots(browser, _pages(), folder):
                print(path)
    except (ValueError, OSError, ImportError) as error:
        return complain(error, parser.prog)
    return 0


def take_screenshots(browser: "Browser", pages: Mapping[str, str], folder: Path) -> list[Path]:
    """Write the screenshots of the pages to a folder.

    Args:
        browser: A running browser.
        pages: Name of a page to its HTML.
        folder: Folder for the files.

    Returns:
        The paths of the files.
    """
    from PIL import Image

    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        for picture in PICTURES:
            page = Path(scratch) / f"{picture.page}.html"
            page.write_text(pages[picture.page], encoding="utf-8")
            width, height = picture.size
            window = browser.new_page(viewport={"width": width, "height": height}, reduced_motion="reduce")
            window.goto(f"{page.as_uri()}#{picture.at}")
            window.locator("h1").wait_for(state="attached")
            shot = Image.open(io.BytesIO(window.screenshot())).convert("RGB")
            shot.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, kmeans=3, dither=Image.Dither.NONE).save(
                folder / picture.name, optimize=True
            )
            window.close()
    return [folder / picture.name for picture in PICTURES]


def _pages() -> dict[str, str]:
    from straits.experiments.evaluation.sources import open_game
    from straits.experiments.rollouts.source import Asked
    from straits.experiments.viewer.export.html import page, replay
    from straits.experiments.viewer.export.replay import game_episode

    games = [game_episode(open_game(Asked(SCENARIO, seed=SEED))), game_episode(open_game(Asked(OTHER, seed=2, policy="hawk")))]
    return {"replay": page(replay(games)), "compare": page(_compared())}


def _compared() -> dict[str, Any]:
    """Return the data of `straits compare`, for games that are played for it."""
    from straits.agents.registry import policy
    from straits.envs.scenarios.scenario import load_scenario
    from straits.envs.spec.constants import N_ACTORS
    from straits.experiments.evaluation.sources import load_groups
    from straits.experiments.metrics.compute import Settings
    from straits.experiments.rollouts.record import record
    from straits.experiments.viewer.export.html import compare

    with tempfile.TemporaryDirectory() as scratch:
        folders = [str(Path(scratch) / str(n)) for n in range(len(POLICIES))]
        for folder, name in zip(folders, POLICIES, strict=True):
            record(folder, load_scenario(OTHER), [policy(name)] * N_ACTORS, GAMES, seed=1)
        with load_groups(folders) as groups:
            return compare(groups, Settings(seed=1, confidence=0.95, resamples=1000), 10)
