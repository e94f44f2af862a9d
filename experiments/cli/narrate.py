"""Run `straits narrate`: print one episode in words, from a recording, an evaluation, or a scenario that is played for it."""

import argparse
from collections.abc import Sequence

from straits.experiments.rollouts.source import add_game, asked
from straits.experiments.utils.console import compile_notice, complain


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
        with compile_notice():
            game = open_game(asked(options))
    except (ValueError, OSError, ImportError) as error:
        return complain(str(error))
    console = Console()
    for part in narration(game.played, [game.names[actor] for actor in ACTORS], game.which):
        console.print(part)
    return 0
