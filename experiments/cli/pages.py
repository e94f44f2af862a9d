"""Run `straits replay`, `straits compare` and `straits print`, which write pages, `straits play` and `straits narrate`.

Slow imports happen after the options are parsed, so that help and errors are quick.
"""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from straits.envs.io import path_in
from straits.experiments.rollouts.source import add_game, asked
from straits.experiments.utils.arguments import seed, share, whole
from straits.experiments.utils.console import complain


def replay(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> int:
    """Write one episode as a page.

    Args:
        parser: Parser of the subcommand, to which options are added.
        arguments: Command line after the name of the subcommand.

    Returns:
        Exit code: 0 done, 2 bad input.
    """
    add_game(parser)
    parser.add_argument("--out", type=Path, default=None, help="page to write (default: named by scenario and seed)")
    parser.add_argument("--json", type=Path, default=None, help="also write the episode as straits-replay/1; .gz compresses it")
    options = parser.parse_args(arguments)

    def run() -> None:
        from straits.experiments.viewer.export.html import write
        from straits.experiments.viewer.export.replay_file import save

        _files(out=options.out, json=options.json)
        data = _replayed(options)
        episode = data["episodes"][0]
        out = options.out or path_in(Path(), _stem(episode), ".html")
        if options.json:
            save(episode, options.json)
        write(data, out)
        print(out)

    return _answer(parser, run)


def compare(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> int:
    """Write a page that compares recordings and evaluations.

    Args:
        parser: Parser of the subcommand, to which options are added.
        arguments: Command line after the name of the subcommand.

    Returns:
        Exit code: 0 done, 2 bad input.
    """
    parser.add_argument(
        "runs", nargs="+", help="folders of recordings or evaluations; differences are relative to the first policy"
    )
    parser.add_argument("--scenario", default="", help="scenario of an evaluation (default: its first)")
    parser.add_argument("--episodes", type=whole, default=10, help="number of outlier games in the page (default: all 10)")
    parser.add_argument("--confidence", type=share, default=0.95, help="confidence level of the intervals (default: 0.95)")
    parser.add_argument(
        "--resamples", type=whole, default=1000, help="number of resamples of the bootstrap, at least 100 (default: 1000)"
    )
    parser.add_argument("--seed", type=seed, default=1, help="seed of the bootstrap (default: 1)")
    parser.add_argument("--out", type=Path, default=Path("compare.html"), help="page to write (default: compare.html)")
    parser.add_argument("--json", type=Path, default=None, help="also write the data of the page as JSON")
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
            data = html.compare(groups, settings, options.episodes)
        if options.json:
            html.save(data, options.json)
        html.write(data, options.out)
        print(options.out)

    return _answer(parser, run)


def play(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> int:
    """Serve one seat or a class.

    Args:
        parser: Parser of the subcommand, to which options are added.
        arguments: Command line after the name of the subcommand.

    Returns:
        Exit code: 0 done, 2 bad input or missing extra.
    """
    try:
        from straits.experiments.cli import play
    except ModuleNotFoundError as error:
        return complain(f"{error.name}: expected the extra `play`: pip install 'straits[play]'", parser.prog)
    return play.play(parser, arguments)


def print_page(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> int:
    """Write one A4 page: a game, or an evaluation if no game of it is selected.

    Args:
        parser: Parser of the subcommand, to which options are added.
        arguments: Command line after the name of the subcommand.

    Returns:
        Exit code: 0 done, 2 bad input.
    """
    add_game(parser)
    parser.add_argument("--out", type=Path, default=None, help="page to write (default: named by scenario and seed, with -report)")
    parser.add_argument("--pdf", type=Path, default=None, help="also print it to a PDF, with the installed Chromium")
    options = parser.parse_args(arguments)

    def run() -> None:
        from straits.experiments.viewer.export import html
        from straits.experiments.viewer.export.pdf import print_to_pdf

        _files(out=options.out, pdf=options.pdf)
        data = _reported(options)
        stem = data["comparison"]["scenario"] if data["comparison"] else _stem(data["episodes"][0])
        out = options.out or path_in(Path(), stem, "-report.html")
        html.write(data, out)
        print(out)
        if options.pdf:
            print_to_pdf(out, options.pdf)
            print(options.pdf)

    return _answer(parser, run)


def narrate(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> int:
    """Print one episode.

    Args:
        parser: Parser of the subcommand, to which options are added.
        arguments: Command line after the name of the subcommand.

    Returns:
        Exit code: 0 done, 2 bad input.
    """
    add_game(parser, required=False)
    options = parser.parse_args(arguments)
    from rich.console import Console

    from straits.envs.spec.constants import ACTORS
    from straits.experiments.evaluation.sources import open_game
    from straits.experiments.rollouts.narrate import narration

    try:
        game = open_game(asked(options))
    except (ValueError, OSError, ImportError) as error:
        return complain(error, parser.prog)
    console = Console()
    for part in narration(game.played, [game.names[actor] for actor in ACTORS], game.which):
        console.print(part)
    return 0


def _reported(options: argparse.Namespace) -> dict[str, Any]:
    """Return the data of the page, for an evaluation or for one game."""
    from straits.experiments.evaluation.sources import EVALUATION, check_source
    from straits.experiments.viewer.export import html

    if options.game is None and not options.policy and check_source(asked(options)) == EVALUATION:
        from straits.experiments.evaluation.sources import load_groups
        from straits.experiments.metrics.compute import Settings

        with load_groups([options.what], options.scenario) as groups:
            return html.compare(groups, Settings(seed=1, confidence=0.95, resamples=1000), 0) | {"view": "report"}
    return _replayed(options, "report")


def _replayed(options: argparse.Namespace, view: str = "replay") -> dict[str, Any]:
    """Return the data of the page, from a replay file or a game."""
    from straits.experiments.evaluation.sources import REPLAY, check_source, open_game
    from straits.experiments.viewer.export.html import replay
    from straits.experiments.viewer.export.replay import game_episode
    from straits.experiments.viewer.export.replay_file import load

    if check_source(asked(options)) == REPLAY:
        return replay([load(options.what)], view)
    game = open_game(asked(options))
    return replay([game_episode(game)], view, game.played.scenario)


def _files(**files: Path | None) -> None:
    """Check, before any work, that no output file is a folder."""
    for name, path in files.items():
        if path is not None and path.is_dir():
            raise ValueError(f"--{name}={str(path)!r}: expected the name of a file, not a folder")


def _stem(episode: dict[str, Any]) -> str:
    """Return the name of the file without its ending."""
    meta = episode["meta"]
    return f"{meta['scenario']}-{meta['seed']}" + (f"-{meta['game']}" if meta["game"] else "")


def _answer(parser: argparse.ArgumentParser, run: Callable[[], None]) -> int:
    """Run a job, and print an error in one line."""
    try:
        run()
    except (ValueError, OSError, ImportError) as error:
        return complain(error, parser.prog)
    return 0
