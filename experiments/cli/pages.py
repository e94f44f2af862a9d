"""`straits replay`, `straits compare` and `straits print`: what is asked for, the page that is written, the exit code.

Imports that take time stand after the parsing, so that help and complaints are quick.
"""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from straits.experiments.rollouts.source import add_game, asked
from straits.experiments.utils.arguments import seed, share, whole
from straits.experiments.utils.console import complain


def replay(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> int:
    """One episode as a page. Exit codes: 0 done, 2 bad input."""
    add_game(parser)
    parser.add_argument("--out", type=Path, default=None, help="the page to write (default: its scenario's name and seed)")
    parser.add_argument("--json", type=Path, default=None, help="write the episode as straits-replay/1 too; .gz compresses it")
    options = parser.parse_args(arguments)

    def run() -> None:
        from straits.experiments.viewer.export.html import write
        from straits.experiments.viewer.export.replay_file import save

        _files(out=options.out, json=options.json)
        shown = _replayed(options)
        episode = shown["episodes"][0]
        out = options.out or Path(f"{_stem(episode)}.html")
        if options.json:
            save(episode, options.json)
        write(shown, out)
        print(out)

    return _answer(run)


def compare(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> int:
    """Recordings and evaluations side by side as a page. Exit codes: 0 done, 2 bad input."""
    parser.add_argument("runs", nargs="+", help="folders of recordings or evaluations; differences are from the first policy")
    parser.add_argument("--scenario", default="", help="which of an evaluation's scenarios (default: its first)")
    parser.add_argument("--episodes", type=whole, default=10, help="games worth opening that come with the page (default: all 10)")
    parser.add_argument("--confidence", type=share, default=0.95, help="of the intervals (default: 0.95)")
    parser.add_argument("--resamples", type=whole, default=1000, help="of the bootstrap, at least 100 (default: 1000)")
    parser.add_argument("--seed", type=seed, default=1, help="of the bootstrap (default: 1)")
    parser.add_argument("--out", type=Path, default=Path("compare.html"), help="the page to write (default: compare.html)")
    parser.add_argument("--json", type=Path, default=None, help="write the page's data too")
    options = parser.parse_args(arguments)

    def run() -> None:
        from straits.experiments.evaluation.sources import load_groups
        from straits.experiments.metrics.compute import Settings
        from straits.experiments.viewer.export import html

        _files(out=options.out, json=options.json)
        if options.resamples < 100:
            raise ValueError(f"--resamples={options.resamples}: expected at least 100")
        settings = Settings(seed=options.seed, confidence=options.confidence, resamples=options.resamples)
        with load_groups(options.runs, options.scenario) as groups:
            shown = html.compare(groups, settings, options.episodes)
        if options.json:
            html.save(shown, options.json)
        html.write(shown, options.out)
        print(options.out)

    return _answer(run)


def play(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> int:
    """A seat, or a class. Exit codes: 0 done, 2 bad input or the extra is missing."""
    try:
        from straits.experiments.cli import play
    except ModuleNotFoundError as error:
        return complain(f"{error.name}: expected the extra `play`: pip install 'straits[play]'")
    return play.play(parser, arguments)


def print_page(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> int:
    """One page of A4: a game, or the policies of an evaluation where no game of it is meant. Exit codes: 0 done, 2 bad input."""
    add_game(parser)
    parser.add_argument("--out", type=Path, default=None, help="the page to write (default: its scenario's name, seed and -report)")
    parser.add_argument("--pdf", type=Path, default=None, help="print it to a PDF too, with the Chromium of this machine")
    options = parser.parse_args(arguments)

    def run() -> None:
        from straits.experiments.viewer.export import html
        from straits.experiments.viewer.export.pdf import print_to_pdf

        _files(out=options.out, pdf=options.pdf)
        shown = _reported(options)
        stem = _plain(shown["suite"]["scenario"]) if shown["suite"] else _stem(shown["episodes"][0])
        out = options.out or Path(f"{stem}-report.html")
        html.write(shown, out)
        print(out)
        if options.pdf:
            print_to_pdf(out, options.pdf)
            print(options.pdf)

    return _answer(run)


def _reported(options: argparse.Namespace) -> dict[str, Any]:
    """The page's data: of an evaluation as a whole, or of one game."""
    from straits.experiments.evaluation.sources import EVALUATION, check_source
    from straits.experiments.viewer.export import html

    if options.game is None and not options.policy and check_source(asked(options)) == EVALUATION:
        from straits.experiments.evaluation.sources import load_groups
        from straits.experiments.metrics.compute import Settings

        with load_groups([options.what], options.scenario) as groups:
            return html.compare(groups, Settings(seed=1, confidence=0.95, resamples=1000), 0) | {"view": "report"}
    return _replayed(options, "report")


def _replayed(options: argparse.Namespace, view: str = "replay") -> dict[str, Any]:
    """The page's data: of a replay file, or of the game that is asked for."""
    from straits.experiments.evaluation.sources import REPLAY, check_source, open_game
    from straits.experiments.viewer.export.html import replay
    from straits.experiments.viewer.export.replay import game_episode
    from straits.experiments.viewer.export.replay_file import load

    if check_source(asked(options)) == REPLAY:
        return replay([load(options.what)], view)
    game = open_game(asked(options))
    return replay([game_episode(game)], view, game.played.scenario)


def _files(**given: Path | None) -> None:
    """ValueError where a file that is to be written is a folder, before any work is done."""
    for name, path in given.items():
        if path is not None and path.is_dir():
            raise ValueError(f"--{name}={str(path)!r}: expected the name of a file, not a folder")


def _stem(episode: dict[str, Any]) -> str:
    """A name for its file."""
    meta = episode["meta"]
    return _plain(f"{meta['scenario']}-{meta['seed']}" + (f"-{meta['game']}" if meta["game"] else ""))


def _plain(words: str) -> str:
    """As a file's name: what a file says of itself leads nowhere."""
    return "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "_" for c in words)[:80]


def _answer(run: Callable[[], None]) -> int:
    """Its exit code; a complaint is one line."""
    from straits.experiments.utils.compile_notice import patience

    try:
        with patience():
            run()
    except (ValueError, OSError, ImportError) as error:
        return complain(str(error))
    return 0
