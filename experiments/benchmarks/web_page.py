"""Measure size and speed of a page in headless Chromium.

    straits bench-page                    a game of the baseline
    straits bench-page run.json --runs 9  a recording

First paint is the time from the start of the navigation to the first contentful paint, the median of fresh loads. A scrub step is
the time from setting the turn to the end of the frame that shows it: each turn once forwards and once in leaps, the 95th
percentile of all. Both are wall-clock times, so they grow with the load of the machine. The work of the main thread per step is
CPU time and does not.
"""

import argparse
import gzip
import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from straits.experiments.utils.arguments import seed, whole
from straits.experiments.utils.console import complain
from straits.experiments.viewer.export import pdf

if TYPE_CHECKING:
    from playwright.sync_api import Browser, CDPSession

FIRST_PAINT: Final = 1000  # ms, target of the first paint
STEP: Final = 100  # ms, target of the 95th percentile
SIZE: Final = 1_000_000  # bytes, target of the size
_PAINT: Final = """() => new Promise((done) => {
  const seen = () => performance.getEntriesByName("first-contentful-paint")[0];
  const look = () => seen() ? done(seen().startTime) : setTimeout(look, 5);
  look();
})"""
_STEPS: Final = """async () => {
  const range = document.querySelector("input[type=range]");
  const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set;
  const last = Number(range.max);
  const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));  // drawn
  const turns = [...Array(last + 1).keys()];
  const leaps = turns.map((n) => (n * 17) % (last + 1));
  const times = [];
  for (const turn of [...turns, ...leaps]) {
    const begin = performance.now();
    set.call(range, turn);
    range.dispatchEvent(new Event("input", { bubbles: true }));
    await frame();
    times.push(performance.now() - begin);
  }
  return times;
}"""


def main(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> int:
    """Measure and print. Return 0, or 2 for invalid input. A slow page is reported and does not fail."""
    parser.add_argument("what", nargs="?", default="baseline", help="a recording, or a scenario to play (default: %(default)s)")
    parser.add_argument("--seed", type=seed, default=1, help="which episode of a scenario (default: 1)")
    parser.add_argument("--runs", type=whole, default=5, help="fresh loads (default: 5)")
    options = parser.parse_args(arguments)
    try:
        html = _page(options.what, options.seed)
        with pdf.launch_browser() as browser:
            measured = measure(browser, html, max(1, options.runs))
    except (ValueError, OSError, ImportError) as error:
        return complain(error, parser.prog)
    for line in report(html, measured):
        print(line)
    return 0


def measure(browser: "Browser", html: str, runs: int) -> dict[str, list[float]]:
    """Measure a page.

    Args:
        browser: A running browser.
        html: The page.
        runs: Number of fresh loads.

    Returns:
        Milliseconds: `paint` of each load, `step` of each scrub step of all loads, `work` of the main thread per step, of each
        load.
    """
    paints: list[float] = []
    steps: list[float] = []
    work: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.html"
        path.write_text(html, encoding="utf-8")
        for _ in range(runs):
            context = browser.new_context(viewport={"width": 1440, "height": 1000}, offline=True)
            window = context.new_page()
            window.goto(path.as_uri())
            paints.append(window.evaluate(_PAINT))
            session = context.new_cdp_session(window)
            session.send("Performance.enable", {"timeDomain": "threadTicks"})
            before = _worked(session)
            times = window.evaluate(_STEPS)
            work.append((_worked(session) - before) / len(times))
            steps += times
            context.close()
    return {"paint": paints, "step": steps, "work": work}


def report(html: str, measured: dict[str, list[float]]) -> list[str]:
    """Return one line per measure, with its target.

    Args:
        html: The page.
        measured: As `measure` returns it.
    """
    size, zipped = len(html.encode()), len(gzip.compress(html.encode()))
    paint, step = statistics.median(measured["paint"]), statistics.quantiles(measured["step"], n=20)
    return [
        f"page         {size / 1000:7.0f} kB   ({zipped / 1000:.0f} kB gzipped; target: under {SIZE / 1000:.0f} kB)",
        f"first paint  {paint:7.0f} ms   (median of {len(measured['paint'])} loads; target: under {FIRST_PAINT} ms)",
        f"scrub step   {step[-1]:7.0f} ms   (95th percentile of {len(measured['step'])}, median "
        f"{statistics.median(measured['step']):.0f} ms; target: under {STEP} ms)",
        f"main thread  {statistics.median(measured['work']):7.0f} ms   of work per step",
    ]


def _worked(session: "CDPSession") -> float:
    """Return the CPU time of the main thread so far, in milliseconds."""
    metrics = {m["name"]: m["value"] for m in session.send("Performance.getMetrics")["metrics"]}
    return 1000 * float(metrics["TaskDuration"])


def _page(what: str, number: int) -> str:
    from straits.experiments.evaluation.sources import REPLAY, kind_of, open_game
    from straits.experiments.rollouts.source import Asked
    from straits.experiments.viewer.export.html import page, replay
    from straits.experiments.viewer.export.replay import game_episode
    from straits.experiments.viewer.export.replay_file import load

    episode: dict[str, Any] = load(Path(what)) if kind_of(what) == REPLAY else game_episode(open_game(Asked(what, seed=number)))
    return page(replay([episode]))
