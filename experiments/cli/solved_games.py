"""The table of games with known answers: `straits solved-games [GAME ...] [--seed N]`.

Solves each small game exactly, trains PPO and the league on it, and says how far from equilibrium each ends. Minutes on one core.
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
    """Print the table; 0 if each learner comes within CLOSE of an equilibrium, 1 if not, 2 on bad input."""
    parser.add_argument("games", nargs="*", default=[g.name for g in GAMES], help="which games (default: all)")
    parser.add_argument("--seed", type=int, default=0, help="of training (default: 0)")
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
    """One game: its size, its equilibria, and the shares of the payoff range by which each learner misses one."""
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
    """A row of the table."""
    told = "; ".join(f"{v[0]:.2f}, {v[1]:.2f} ({m[0]}, {m[1]})" for v, m in row["equilibria"])
    shares = " | ".join(f"{100 * row[k]:.1f} %" for k in ("even", "untrained", "last", "average", "league"))
    return f"| {row['title']} | {row['sets'][0]}, {row['sets'][1]} | {told} | {shares} |"
