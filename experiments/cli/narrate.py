"""`straits narrate`: one episode in plain words, of a recording, an evaluation, or of a scenario that is played for it."""

import argparse
from collections.abc import Sequence

from straits.experiments.rollouts.source import add_game, asked
from straits.experiments.utils.console import complain


def narrate(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> int:
    """Exit codes: 0 done, 2 bad input."""
    add_game(parser, required=False)
    options = parser.parse_args(arguments)
    from rich.console import Console

    from straits.envs.spec.constants import ACTORS
    from straits.experiments.evaluation.sources import open_game
    from straits.experiments.rollouts.narrate import narration
    from straits.experiments.utils.compile_notice import patience

    try:
        with patience():
            game = open_game(asked(options))
    except (ValueError, OSError, ImportError) as error:
        return complain(str(error))
    console = Console()
    for part in narration(game.played, [game.names[actor] for actor in ACTORS], game.which):
        console.print(part)
    return 0
