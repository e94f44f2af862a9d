"""`straits counterfactual` and `straits attribution`: which game, what is asked of it, and the answer as a table.

Imports that take time stand after the parsing, so that help and complaints are quick.
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

SHOWN: Final = 12  # moves that `attribution --moves` lists, largest first


def counterfactual(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> int:
    """The effect of replacing one move. Exit codes: 0 done, 2 bad input."""
    add_game(parser)
    parser.add_argument("--turn", type=whole, required=True, help="the turn of the move, from 1, as narrate counts them")
    parser.add_argument("--actor", required=True, choices=ACTORS, help="whose move")
    parser.add_argument(
        "--move", required=True, help="what is chosen instead, by name; hold, silence or none idles a channel, nothing all three"
    )
    parser.add_argument("--copies", type=whole, default=2000, help="futures of each half (default: 2000)")
    options = parser.parse_args(arguments)
    return _answer(parser, lambda: _effect(options))


def attribution(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> int:
    """Whose moves the escalation goes back to. Exit codes: 0 done, 2 bad input."""
    add_game(parser)
    parser.add_argument("--measure", default="peak_tension", help="conflict, peak_tension, peak_rung, incidents or return.ACTOR")
    parser.add_argument("--moves", action="store_true", help="share it among single moves instead of actors")
    parser.add_argument("--copies", type=whole, default=200, help="futures, or with --moves orders, to average (default: 200)")
    options = parser.parse_args(arguments)
    return _answer(parser, lambda: _shared(options))


def effect_table(found: "Effect", unit: str) -> "Table":
    """The effect, a line a measure."""
    table = _table(f"{unit} {found.turn + 1}, {found.actor}: {found.recorded} -> {found.changed}; {found.copies} paired futures")
    for column in ("measure", "recorded", "changed", "effect [95 %]"):
        table.add_column(column, justify="left" if column == "measure" else "right")
    for name, effect in found.effects.items():
        d = _decimals(name)
        table.add_row(name, f"{found.before[name].mean():.{d}f}", f"{found.after[name].mean():.{d}f}", _shown(effect, d))
    return table


def shares_table(found: "Shares", shown: int = SHOWN) -> "Table":
    """The largest shares, then what is left and the whole."""
    table = _table(f"Shares of {found.measure}")
    for column in ("who" if len(found.names) == len(ACTORS) else "turn and move", "share [95 %]", "of the whole"):
        table.add_column(column, justify="left" if column != "of the whole" else "right")
    order = sorted(range(len(found.names)), key=lambda n: -abs(found.shares[n].estimate))
    total, d = found.total.estimate, _decimals(found.measure)
    for n in order[:shown]:
        table.add_row(found.names[n], _shown(found.shares[n], d), _percent(found.shares[n].estimate, total))
    left = sum(found.shares[n].estimate for n in order[shown:])
    if order[shown:]:
        table.add_row(f"the other {len(order) - shown}", f"{left:+.{d}f}", _percent(left, total))
    table.add_row("whole", _shown(found.total, d), _percent(total, total))
    return table


def _effect(options: argparse.Namespace) -> "Table":
    from straits.experiments.analysis.counterfactual.intervention import what_if

    played, seats = _game(options)
    if not 1 <= options.turn <= played.turns:
        raise ValueError(f"--turn={options.turn}: expected 1..{played.turns}")
    found = what_if(played, options.turn - 1, options.actor, options.move, seats, options.copies)
    return effect_table(found, _unit(played))


def _shared(options: argparse.Namespace) -> "Table":
    from straits.experiments.analysis.counterfactual.shapley import by_actor, by_move

    played, _ = _game(options)
    return shares_table((by_move if options.moves else by_actor)(played, options.measure, options.copies))


def _game(options: argparse.Namespace) -> tuple["Trajectory", list["Policy"]]:
    """The game, and who chooses in its other futures: whoever played it, `default` where that is not known here."""
    from straits.agents.scripted import scripted
    from straits.experiments.evaluation.sources import open_game

    game = open_game(asked(options))
    return game.played, [game.seats.get(actor) or scripted("default") for actor in ACTORS]


def _answer(parser: argparse.ArgumentParser, ask: Callable[[], Any]) -> int:
    from rich.console import Console

    from straits.experiments.utils.compile_notice import patience

    try:
        with patience():
            table = ask()
    except (ValueError, OSError, ImportError) as error:
        return complain(error, parser.prog)
    Console().print(table)
    return 0


def _table(title: str) -> "Table":
    from rich.table import Table

    return Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False, padding=(0, 2, 0, 0))


def _unit(played: "Trajectory") -> str:
    from straits.experiments.rollouts.narrate import UNITS

    return UNITS.get(played.scenario.turn_days, "Turn")


def _shown(interval: "Interval", decimals: int) -> str:
    return f"{interval:+.{decimals}f}".replace("[", r"\[")  # rich reads brackets as its own


def _decimals(measure: str) -> int:
    return {"conflict": 5, "conflicts": 5, "peak_tension": 4}.get(measure, 3)


def _percent(part: float, whole: float) -> str:
    return f"{100 * part / whole:.0f} %" if whole else "-"
