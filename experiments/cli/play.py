"""Run `straits play`: serve a seat for one person, or a class with a lobby, to browsers on this machine or its network."""

import argparse
import secrets
import webbrowser
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from straits.agents.base import Policy
from straits.agents.registry import names, policy, policy_for
from straits.envs.spec.constants import ACTORS
from straits.envs.validation import wrong
from straits.experiments.utils.arguments import seed, split_names
from straits.experiments.viewer.server import persistence
from straits.experiments.viewer.server.app import LOOPBACK, Running
from straits.experiments.viewer.server.classroom import MOST_GAMES, Classroom, Place, Policies
from straits.experiments.viewer.server.debrief import debrief
from straits.experiments.viewer.server.live_game import LiveGame
from straits.experiments.viewer.server.player_view import advice, history, seat_view

SCENARIO: Final = "s0_draft_plan"
TURNS: Final = 12  # of a lesson
PORT: Final = 8310
STATE: Final = "runs/play"
SEEDS: Final = 2**32  # drawn seeds are below it, so that they are short enough to read aloud


def play(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> int:
    """Prepare the server, print its addresses, open the browser and serve.

    Args:
        parser: Parser of the subcommand, to which options are added.
        arguments: Command line after the name of the subcommand.

    Returns:
        Exit code 0. Bad input exits with 2.
    """
    options = _options(parser, arguments)
    try:
        serving = prepare(options)
    except (ValueError, OSError) as error:
        parser.error(str(error))
    for line in greeting(serving, options):
        print(line, flush=True)
    if not options.no_open:
        webbrowser.open(_entrance(serving, options))
    serving.serve()
    return 0


def prepare(options: argparse.Namespace) -> Running:
    """Restore the saved class of the state folder, or create a new one, and build the server.

    Args:
        options: Parsed options. `token` is added to them.

    Returns:
        The server, ready to serve.

    Raises:
        ValueError: If the class cannot be restored or created. The message is one line.
    """
    folder = Path(options.state)
    if folder.exists() and not folder.is_dir():
        raise wrong("state", str(folder), "a folder")
    others = [options.others or policy_for(actor) for actor in ACTORS]
    offered = Policies([*others, *(split_names(options.policies) if options.policies else names())])
    if persistence.is_stored(folder) and not options.new:
        classroom = persistence.bring_back(folder, offered)
        _same(classroom, options)
    else:
        classroom = _classroom(options, others, offered)
    trained = [policy(policy_for(actor)) for actor in ACTORS]
    _warm(classroom, trained)
    address = options.lan or LOOPBACK
    files = {"certfile": options.certfile, "keyfile": options.keyfile}
    serving = Running(classroom, folder, trained, address=address, port=options.port, **files)
    options.token = classroom.admit(_own(classroom)) if classroom.alone else classroom.teach()
    persistence.keep(folder, persistence.content(classroom))
    return serving


def greeting(serving: Running, options: argparse.Namespace) -> list[str]:
    """List the lines that the command prints before it serves.

    Args:
        serving: The server.
        options: Parsed options.

    Returns:
        The lines.
    """
    classroom = serving.session.classroom
    lines = [f"{classroom.scenario.title}: {classroom.turns} turns, seed {classroom.seed}"]
    if any(table.live.turn for table in classroom.tables):
        lines.append(f"resumes the saved game of {options.state} (--new starts another)")
    if classroom.alone:
        lines.append(f"your seat:  {_entrance(serving, options)}")
    else:
        lines.append(f"teacher:    {_entrance(serving, options)}")
        lines.append(f"class:      {serving.url}   code {classroom.code}")
    if options.lan and not options.certfile:
        lines.append("plain HTTP: others on this network can read the traffic; --certfile and --keyfile encrypt it")
    return [*lines, "Ctrl-C stops; the same command resumes"]


def _options(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> argparse.Namespace:
    who = parser.add_mutually_exclusive_group(required=True)
    who.add_argument("--seat", choices=ACTORS, help="play this actor, alone, against policies")
    who.add_argument("--classroom", action="store_true", help="open a lobby for a class")
    parser.add_argument("--tables", type=_count, help="number of tables of a class, five seats each (default: 1)")
    parser.add_argument("--scenario", help=f"a name, or the path of a YAML file (default: {SCENARIO})")
    parser.add_argument("--turns", type=_turns, help=f"number of turns (default: {TURNS})")
    parser.add_argument("--seed", type=seed, help="seed of the game (default: random)")
    parser.add_argument("--others", metavar="POLICY", help="policy of the seats without a person (default: that of the zoo)")
    parser.add_argument(
        "--policies", metavar="NAMES", help="policies in the lobby, separated by commas (default: zoo and scripted)"
    )
    parser.add_argument("--port", type=_port, default=PORT, help=f"port; 0 takes a free one (default: {PORT})")
    parser.add_argument("--lan", metavar="ADDRESS", help="serve the network of this address, and not only this machine")
    parser.add_argument("--certfile", help="certificate, to serve by HTTPS")
    parser.add_argument("--keyfile", help="key of the certificate")
    parser.add_argument("--state", default=STATE, help=f"folder of the saved game, from which a restart resumes (default: {STATE})")
    parser.add_argument("--new", action="store_true", help="start a new game, and replace the saved one")
    parser.add_argument("--no-open", action="store_true", help="do not open a browser")
    options = parser.parse_args(arguments)
    if (options.certfile is None) != (options.keyfile is None):
        parser.error("--certfile, --keyfile: expected both or neither")
    if options.seat and options.tables is not None:
        parser.error(f"--tables={options.tables}: expected with --classroom; --seat plays one table")
    return options


def _same(classroom: Classroom, options: argparse.Namespace) -> None:
    """Check that the saved game or class is the one that the command asks for.

    Turns and games of a class are not compared, because a teacher may change them in the lobby.
    """
    advice = f"{options.state} resumes it; --new starts another, --state names another folder"
    kind = f"the game of {ACTORS[_own(classroom).actor]}" if classroom.alone else "a class"
    if kind != (f"the game of {options.seat}" if options.seat else "a class"):
        raise wrong("state", options.state, f"the same command as before: {kind} is saved there, and {advice}")
    there = {"scenario": classroom.own_scenario, "seed": classroom.seed, "others": classroom.fallback}
    asked = {"scenario": options.scenario, "seed": options.seed, "others": options.others and [options.others] * len(ACTORS)}
    if classroom.alone:
        there["turns"], asked["turns"] = classroom.turns, options.turns
    for key, value in asked.items():
        if value is not None and value != there[key]:
            raise wrong(key, getattr(options, key), f"{there[key]}, of {kind} that is saved there: {advice}")


def _classroom(options: argparse.Namespace, others: list[str], offered: Policies) -> Classroom:
    run = secrets.randbelow(SEEDS) if options.seed is None else options.seed
    plan: list[list[str | None]] = [[None] * len(ACTORS) for _ in range(options.tables or 1)]
    if options.seat:
        plan = [[None if actor == options.seat else name for actor, name in zip(ACTORS, others, strict=True)]]
    classroom = Classroom(options.scenario or SCENARIO, options.turns or TURNS, run, plan, offered)
    classroom.fallback = others
    classroom.alone = classroom.started = options.seat is not None
    return classroom


def _own(classroom: Classroom) -> Place:
    """Return the seat of the person who plays alone."""
    return Place(0, classroom.tables[0].policies.index(None))


def _entrance(serving: Running, options: argparse.Namespace) -> str:
    """Return the address with the token in its fragment, which browsers do not send."""
    return f"{serving.url}#{'seat' if serving.session.classroom.alone else 'teacher'}={options.token}"


def _warm(classroom: Classroom, trained: list[Policy]) -> None:
    """Play one turn that is never shown, so that everything is compiled before the first person joins."""
    live = LiveGame(classroom.scenario, 0, trained)
    live.play()
    seat_view(live, 0)
    history(live, 0)
    advice(live, 0, trained[0])
    debrief([live.played()], [[]], [dict(live.names())], trained)


def _count(text: str) -> int:
    return _whole(text, 1, MOST_GAMES)


def _turns(text: str) -> int:
    return _whole(text, 1, 520)


def _port(text: str) -> int:
    return _whole(text, 0, 65_535)


def _whole(text: str, low: int, high: int) -> int:
    if not text.isdecimal() or not low <= int(text) <= high:
        raise argparse.ArgumentTypeError(f"{text!r}: expected a whole number {low}..{high}")
    return int(text)
