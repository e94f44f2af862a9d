"""Run `straits scenarios`: list the scenarios, check a file, and print the background of a scenario."""

import argparse
import sys
from collections.abc import Sequence

from straits.experiments.utils.console import BAD_INPUT, complain


def scenarios(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> int:
    """List, check or print.

    Args:
        parser: Parser of the subcommand, to which options are added.
        arguments: Command line after the name of the subcommand.

    Returns:
        Exit code: 0 done, 2 bad input.
    """
    parser.add_argument("action", nargs="?", choices=["check", "story"], help="check a file, or print the background of a scenario")
    parser.add_argument("file", nargs="?", help="the YAML file to check, or the scenario's name")
    parser.add_argument("--kind", default="scenario", choices=["scenario", "replay", "all"], help="kind of scenarios to list")
    options = parser.parse_args(arguments)
    if options.action and not options.file:
        return complain(f"expected a {'file' if options.action == 'check' else 'name'}", f"{parser.prog} {options.action}")
    try:
        if options.action == "story":
            return _story(options.file)
        return _check(options.file) if options.action else _list(options.kind)
    except (ValueError, OSError) as error:
        return complain(error, parser.prog)


def _story(name: str) -> int:
    from rich.console import Console

    from straits.experiments.viewer.export import briefings

    briefings.tell(briefings.of(name), Console())
    return 0


def _check(file: str) -> int:
    from straits.envs.scenarios.scenario import check, load_scenario
    from straits.envs.validation import one_line

    findings = check(file)
    for finding in findings:
        print(one_line(finding), file=sys.stderr)
    if not findings:
        scenario = load_scenario(file)
        print(f"{scenario.name}: valid, {scenario.horizon} turns of {scenario.turn_days} days, hash {scenario.hash[:12]}")
    return BAD_INPUT if findings else 0


def _list(kind: str) -> int:
    from rich.console import Console
    from rich.table import Table

    from straits.envs.scenarios.scenario import list_scenarios, load_scenario
    from straits.envs.spec.parameters import ASSUMPTION

    table = Table(box=None, pad_edge=False)
    for column in ("name", "date", "sources", "title"):
        table.add_column(column, no_wrap=column in ("name", "date"))
    for scenario in map(load_scenario, list_scenarios(kind)):
        sources = " ".join(key for key in scenario.sources if key != ASSUMPTION) or ASSUMPTION
        table.add_row(scenario.name, str(scenario.date), sources, scenario.title)
    Console().print(table)
    return 0
