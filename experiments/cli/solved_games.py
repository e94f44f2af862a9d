"""Run `straits solved-games`: solve small games exactly, train PPO and the league on them, and measure the distance to equilibrium.

It takes minutes on one core.
"""

import argparse
from collections.abc import Sequence
from typing import Any, Final

import torch

from straits.experiments.theory.solved_games import learn
from straits.experiments.theory.solved_games.games import GAMES, game
from straits.experiments.theory.solved_games.solve import Solved
from straits.experiments.theory.solved_games.tree import enumerate_game
from straits.experiments.utils.console import complain

CLOSE: Final = 0.05  # of the payoff range
HEADER: Final = (
    "| game | information sets | equilibria: values (plans mixed) | even play | untrained | PPO, last | PPO, average | league |",
    "|---|---|---|---|---|---|---|---|",
)


def main(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> int:
    """Print the table of solved games.

    Args:
        parser: Parser of the subcommand, to which options are added.
        arguments: Command line after the name of the subcommand.

    Returns:
        Exit code: 0 if each learner is within CLOSE of an equilibrium, 1 if not, 2 bad input.
    """
    parser.add_argument("games", nargs="*", default=[g.name for g in GAMES], help="games to solve (default: all)")
    parser.add_argument("--seed", type=int, default=0, help="seed of training (default: 0)")
    options = parser.parse_args(arguments)
    try:
        chosen = [game(name) for name in options.games]
    except ValueError as error:
        return complain(error, parser.prog)
    torch.set_num_threads(1)
    print(*HEADER, sep="\n", flush=True)
    close = True
    for each in chosen:
        row = measure(each.name, options.seed)
        close &= max(min(row["last"], row["average"]), row["league"]) <= CLOSE
        print(line(row), flush=True)
    return 0 if close else 1


def measure(name: str, seed: int) -> dict[str, Any]:
    """Solve one game and train each learner on it.

    Args:
        name: Name of the game.
        seed: Seed of training.

    Returns:
        The size of the game, its equilibria, and the distance of each learner from the nearest one, as a share of the payoff range.
    """
    small = game(name)
    tree = enumerate_game(small.scenario(), small.players)
    solved = Solved(tree, small.title)
    played = learn.ppo(small, tree, seed=seed)
    return {
        "title": small.title,
        "sets": [len(s) for s in tree.sets],
        "equilibria": [(e.values, e.mixed) for e in solved.equilibria],
        "even": solved.share(learn.even(tree)),
        "untrained": solved.share(played.untrained),
        "last": solved.share(played.last),
        "average": solved.share(played.average),
        "league": solved.share(learn.league(small, tree, seed=seed)),
    }


def line(row: dict[str, Any]) -> str:
    """Format a row of the table.

    Args:
        row: Result of `measure`.

    Returns:
        A line of Markdown.
    """
    equilibria = "; ".join(f"{v[0]:.2f}, {v[1]:.2f} ({m[0]}, {m[1]})" for v, m in row["equilibria"])
    shares = " | ".join(f"{100 * row[k]:.1f} %" for k in ("even", "untrained", "last", "average", "league"))
    return f"| {row['title']} | {row['sets'][0]}, {row['sets'][1]} | {equilibria} | {shares} |"
