"""`straits narrate`: one episode in plain words, of a recording, an evaluation, or of a scenario that is played for it."""

import argparse
from collections.abc import Sequence

from straits.experiments.arguments import complain
from straits.experiments.viewer.asking import add_game, asked


def narrate(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> int:
    """Exit codes: 0 done, 2 bad input."""
    add_game(parser, required=False)
    options = parser.parse_args(arguments)
    from rich.console import Console

    from straits.envs.vocabulary import ACTORS
    from straits.experiments.first_start import patience
    from straits.experiments.narrate import retelling
    from straits.experiments.viewer.opened import open_game

    try:
        with patience():
            game = open_game(asked(options))
    except (ValueError, OSError, ImportError) as error:
        return complain(str(error))
    console = Console()
    for part in retelling(game.played, [game.names[actor] for actor in ACTORS], game.which):
        console.print(part)
    return 0
