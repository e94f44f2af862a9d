"""The console script `straits`: one subcommand a job. What a subcommand needs is imported when it runs, so that help is quick."""

import argparse
import io
import os
import sys
from collections.abc import Sequence
from importlib import import_module, metadata
from typing import Final

from straits.experiments.cli.commands import COMMANDS
from straits.experiments.utils.arguments import BAD_INPUT, OneLineParser

INTERRUPTED: Final = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a subcommand. Exit codes: 0 done, 1 failed, 2 bad input (with one line that says what), 130 Ctrl-C."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):  # a locale without `±` costs a character, not a run
        sys.stdout.reconfigure(errors="replace")
    if given[:1] == ["--version"]:
        print(metadata.version("straits"))
        return 0
    if not given or given[0] in ("-h", "--help"):
        print(_overview())
        return 0 if given else BAD_INPUT
    name, rest = given[0], given[1:]
    if name not in COMMANDS:
        print(f"straits: {name!r}: expected one of {', '.join(COMMANDS)}", file=sys.stderr)
        return BAD_INPUT
    try:
        return _run(name, rest)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # `straits narrate | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _run(name: str, arguments: Sequence[str]) -> int:
    command = COMMANDS[name]
    if command.overrides and {"-h", "--help"} & set(arguments):
        print(_help(name))
        return 0
    function = getattr(import_module(f"straits.experiments.{command.module}"), command.function)
    given = (arguments,) if command.function == "main" else (_parser(name), arguments)
    return int(function(*given))


def _parser(name: str) -> argparse.ArgumentParser:
    command = COMMANDS[name]
    return OneLineParser(
        prog=f"straits {name}",
        description=command.summary,
        epilog=f"example:\n  {command.example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )


def _overview() -> str:
    width = max(map(len, COMMANDS)) + 2
    lines = [
        "usage: straits COMMAND [...]",
        "",
        "Crisis diplomacy around the Taiwan Strait, for learners, analysts and classes.",
        "",
    ]
    lines += [f"  {name:<{width}}{command.summary}" for name, command in COMMANDS.items()]
    return "\n".join([*lines, "", "example:", f"  {COMMANDS['narrate'].example}", "", "straits COMMAND --help tells more."])


def _help(name: str) -> str:
    """Of a subcommand that Hydra configures."""
    command = COMMANDS[name]
    usage = f"usage: straits {name} [OVERRIDE ...] [--multirun] [--cfg job]"
    return f"{usage}\n\n{command.summary}\n\n{command.overrides}\n\nexample:\n  {command.example}"


if __name__ == "__main__":
    sys.exit(main())
