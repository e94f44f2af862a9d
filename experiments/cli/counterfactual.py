"""Run `straits counterfactual` and `straits attribution`: load a game, compute the effect or the shares, and print a table.

Slow imports happen after the options are parsed, so that help and errors are quick.
"""

import argparse
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

from straits.experiments.rollouts.source import add_game, asked
from straits.experiments.utils.arguments import ACTORS, whole
from straits.experiments.utils.console import complain

if TYPE_CHECKING:
    from rich.table import Table

    from straits.agents.base import Policy
    from straits.experiments.analysis.counterfactual.intervention import Effect
    from straits.experiments.analysis.counterfactual.shapley import Shares
    from straits.experiments.rollouts.trajectory import Trajectory
    from straits.experiments.utils.statistics import Interval

LARGEST: Final = 12  # shares in rows of their own, largest first


def counterfactual(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> int:
    """Print the effect of replacing one action.

    Args:
        parser: Parser of the subcommand, to which options are added.
        arguments: Command line after the name of the subcommand.

    Returns:
        Exit code: 0 done, 2 bad input.
    """
    add_game(parser)
    parser.add_argument("--turn", type=whole, required=True, help="turn of the action, from 1 as in `straits narrate`")
    parser.add_argument("--actor", required=True, choices=ACTORS, help="actor of the action")
    parser.add_argument(
        "--move",
        required=True,
        help="move to choose instead, by name; hold, silence or none is the no-op of a channel, nothing of all three",
    )
    parser.add_argument(
        "--num-rollouts", type=whole, default=2000, help="number of futures with and without the change (default: 2000)"
    )
    options = parser.parse_args(arguments)
    return _answer(parser, lambda: _effect(options))


def attribution(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> int:
    """Print the shares of actors or actions in the escalation of a game.

    Args:
        parser: Parser of the subcommand, to which options are added.
        arguments: Command line after the name of the subcommand.

    Returns:
        Exit code: 0 done, 2 bad input.
    """
    add_game(parser)
    parser.add_argument("--measure", default="peak_tension", help="conflict, peak_tension, peak_rung, incidents or return.ACTOR")
    parser.add_argument("--moves", action="store_true", help="attribute to single moves instead of actors")
    parser.add_argument(
        "--num-rollouts", type=whole, default=200, help="number of futures, or of orders with --moves, to average (default: 200)"
    )
    options = parser.parse_args(arguments)
    return _answer(parser, lambda: _shared(options))


def effect_table(effect: "Effect", unit: str) -> "Table":
    """Build the table of an effect, one row per measure.

    Args:
        effect: The effect.
        unit: Name of a turn, such as `Week`.

    Returns:
        The table.
    """
    table = _table(
        f"{unit} {effect.turn + 1}, {effect.actor}: {effect.recorded} -> {effect.changed}; {effect.copies} paired futures"
    )
    for column in ("measure", "recorded", "changed", "effect [95 %]"):
        table.add_column(column, justify="left" if column == "measure" else "right")
    for name, interval in effect.effects.items():
        d = _decimals(name)
        table.add_row(name, f"{effect.before[name].mean():.{d}f}", f"{effect.after[name].mean():.{d}f}", _shown(interval, d))
    return table


def shares_table(shares: "Shares", limit: int = LARGEST) -> "Table":
    """Build the table of shares: the largest ones, the sum of the others, and the total.

    Args:
        shares: The shares.
        limit: Number of shares in rows of their own.

    Returns:
        The table.
    """
    from rich.markup import escape

    table = _table(f"Shares of {shares.measure}")
    for column in ("actor" if len(shares.names) == len(ACTORS) else "turn and move", "share [95 %]", "of the total"):
        table.add_column(column, justify="left" if column != "of the total" else "right")
    order = sorted(range(len(shares.names)), key=lambda n: -abs(shares.shares[n].estimate))
    total, d = shares.total.estimate, _decimals(shares.measure)
    for n in order[:limit]:
        table.add_row(escape(shares.names[n]), _shown(shares.shares[n], d), _percent(shares.shares[n].estimate, total))
    left = sum(shares.shares[n].estimate for n in order[limit:])
    if order[limit:]:
        table.add_row(f"the other {len(order) - limit}", f"{left:+.{d}f}", _percent(left, total))
    table.add_row("total", _shown(shares.total, d), _percent(total, total))
    return table


def _effect(options: argparse.Namespace) -> "Table":
    from straits.experiments.analysis.counterfactual.intervention import what_if

    played, seats = _game(options)
    if not 1 <= options.turn <= played.turns:
        raise ValueError(f"--turn={options.turn}: expected 1..{played.turns}")
    effect = what_if(played, options.turn - 1, options.actor, options.move, seats, options.num_rollouts)
    return effect_table(effect, _unit(played))


def _shared(options: argparse.Namespace) -> "Table":
    from straits.experiments.analysis.counterfactual.shapley import by_actor, by_move

    played, _ = _game(options)
    return shares_table((by_move if options.moves else by_actor)(played, options.measure, options.num_rollouts))


def _game(options: argparse.Namespace) -> tuple["Trajectory", list["Policy"]]:
    """Load the game, and the policies that play its other futures: those of the game, or `default` if they are not known."""
    from straits.agents.scripted import scripted
    from straits.experiments.evaluation.sources import open_game

    game = open_game(asked(options))
    return game.played, [game.seats.get(actor) or scripted("default") for actor in ACTORS]


def _answer(parser: argparse.ArgumentParser, ask: Callable[[], Any]) -> int:
    """Print a table, or an error in one line."""
    from rich.console import Console

    try:
        table = ask()
    except (ValueError, OSError, ImportError) as error:
        return complain(error, parser.prog)
    Console().print(table)
    return 0


def _table(title: str) -> "Table":
    from rich.markup import escape
    from rich.table import Table

    return Table(title=escape(title), title_justify="left", title_style="bold", box=None, pad_edge=False, padding=(0, 2, 0, 0))


def _unit(played: "Trajectory") -> str:
    from straits.experiments.rollouts.narrate import UNITS

    return UNITS.get(played.scenario.turn_days, "Turn")


def _shown(interval: "Interval", decimals: int) -> str:
    return f"{interval:+.{decimals}f}".replace("[", r"\[")  # rich treats brackets as markup


def _decimals(measure: str) -> int:
    return {"conflict": 5, "conflicts": 5, "peak_tension": 4}.get(measure, 3)


def _percent(part: float, whole: float) -> str:
    return f"{100 * part / whole:.0f} %" if whole else "-"
