"""Run the console script `straits`, with one subcommand per job.

A subcommand imports its modules when it runs, so that help is quick.
"""

import argparse
import io
import os
import sys
from collections.abc import Sequence
from importlib import import_module, metadata

from straits.experiments.cli.commands import COMMANDS, GROUPS
from straits.experiments.utils.arguments import OneLineParser
from straits.experiments.utils.console import BAD_INPUT, DONE, FAILED, INTERRUPTED, complain


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a subcommand.

    Args:
        arguments: The command line without the program; by default `sys.argv[1:]`.

    Returns:
        The exit code: 0 done, 1 failed, 2 bad input (after a one-line error), 130 interrupted by Ctrl-C.
    """
    words = sys.argv[1:] if arguments is None else list(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):  # a locale without `±` costs a character, not a run
        sys.stdout.reconfigure(errors="replace")
    if words[:1] == ["--version"]:
        print(metadata.version("straits"))
        return DONE
    if not words or words[0] in ("-h", "--help"):
        print(_overview())
        return DONE if words else BAD_INPUT
    name, rest = words[0], words[1:]
    if name not in COMMANDS:
        return complain(f"{name!r}: expected one of {', '.join(COMMANDS)}")
    try:
        return _run(name, rest)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # `straits narrate | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except OSError as error:  # a full disk, an unreadable file
        return complain(f"{error}; what was reported as saved is intact", f"straits {name}", FAILED)
    except (MemoryError, RuntimeError) as error:
        if not isinstance(error, MemoryError) and "memory" not in str(error):
            raise
        return complain(f"out of memory ({error}): fewer games at a time need less", f"straits {name}", FAILED)


def _run(name: str, arguments: Sequence[str]) -> int:
    command = COMMANDS[name]
    if command.overrides and {"-h", "--help"} & set(arguments):
        print(_help(name))
        return DONE
    function = getattr(import_module(f"straits.experiments.{command.module}"), command.function)
    return int(function(arguments) if command.overrides else function(_parser(name), arguments))


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
    for user, group in GROUPS.items():
        lines += [f"{user}:", *(f"  {name:<{width}}{command.summary}" for name, command in group.items()), ""]
    return "\n".join([*lines, "example:", f"  {COMMANDS['narrate'].example}", "", "Run `straits COMMAND --help` for the options."])


def _help(name: str) -> str:
    """Return the help of a subcommand that Hydra configures."""
    command = COMMANDS[name]
    usage = f"usage: straits {name} [OVERRIDE ...] [--multirun] [--cfg job]"
    return f"{usage}\n\n{command.summary}\n\n{command.overrides}\n\nexample:\n  {command.example}"


if __name__ == "__main__":
    sys.exit(main())
