"""Run `straits sensitivity`: screen and decompose the assumptions, judge the findings, and write the page.

Slow imports happen after the options are parsed, so that help and errors are quick.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from straits.experiments.utils.arguments import check_file, check_range
from straits.experiments.utils.console import complain

if TYPE_CHECKING:
    from straits.experiments.analysis.sensitivity.indices import Effort
    from straits.experiments.reproduce.sensitivity_page import Sensitivity

LIMITS: Final = {"trajectories": (2, 1000), "samples": (2, 65536), "draws": (2, 100_000), "games": (2, 10_000)}


def sensitivity(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> int:
    """Measure, write the page if requested, and print the tables.

    Args:
        parser: Parser of the subcommand, to which options are added.
        arguments: Command line after the name of the subcommand.

    Returns:
        Exit code: 0 done, 2 bad input, with nothing written.
    """
    _add_options(parser)
    options = parser.parse_args(arguments)
    try:
        effort = _effort(options)
        results = _measure(options.scenario, effort, options.seed)
        if options.page:
            _write(options.page, results)
    except (ValueError, OSError) as error:
        return complain(error, parser.prog)
    _print(results)
    return 0


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--scenario", default="baseline", help="a name, or the path of a YAML file (default: baseline)")
    parser.add_argument("--page", type=Path, help="file for the page; docs/sensitivity.md in the repository")
    parser.add_argument("--quick", action="store_true", help="a small version without statistical weight")
    parser.add_argument("--seed", type=int, default=1, help="seed of the designs and of the games (default: 1)")
    for name, what in (
        ("trajectories", "number of trajectories of the Morris screening"),
        ("samples", "number of base samples of the Sobol indices, a power of 2"),
        ("draws", "number of draws of all assumptions, for the findings"),
        ("games", "number of games per point and policy"),
    ):
        parser.add_argument(f"--{name}", type=int, help=what)


def _effort(options: argparse.Namespace) -> "Effort":
    """Return how much is measured, after a check of the options."""
    for name, (low, high) in {**LIMITS, "seed": (0, 2**32 - 1)}.items():
        check_range(options, name, low, high)
    if options.samples is not None and options.samples & (options.samples - 1):
        raise ValueError(f"--samples={options.samples}: expected a power of 2")
    check_file(options, "page")
    from dataclasses import replace

    from straits.experiments.analysis.sensitivity.indices import QUICK, Effort

    chosen = {name: getattr(options, name) for name in LIMITS if getattr(options, name) is not None}
    return replace(QUICK if options.quick else Effort(), **chosen)


def _measure(name: str, effort: "Effort", seed: int) -> "Sensitivity":
    from straits.envs.scenarios.scenario import load_scenario
    from straits.experiments.analysis.sensitivity.indices import SCREENED, decompose, judge, screen
    from straits.experiments.analysis.sensitivity.outcomes import COMPARED, outcomes
    from straits.experiments.reproduce.sensitivity_page import Sensitivity

    base = load_scenario(name)
    print(f"straits sensitivity: {base.name}, {effort}", file=sys.stderr)
    screening = screen(base, effort, seed, _Progress("screening"))
    indices = decompose(base, screening.strongest(SCREENED), effort, seed, _Progress("Sobol indices"))
    findings, drawn = judge(base, effort, seed, _Progress("findings"))
    defaults = outcomes([base], COMPARED, effort.games, seed)
    return Sensitivity(base.name, effort, seed, defaults, screening, indices, findings, drawn)


class _Progress:
    """Print on standard error how many games of a part have been played."""

    def __init__(self, part: str) -> None:
        self.part, self.games = part, 0

    def __call__(self, games: int) -> None:
        self.games += games
        print(f"  {self.part}: {self.games} games", file=sys.stderr)


def _write(path: Path, results: "Sensitivity") -> None:
    from straits.envs.io import write_file
    from straits.experiments.reproduce.sensitivity_page import page

    write_file(path, page(results).encode())


def _print(results: "Sensitivity") -> None:
    from rich.console import Console

    from straits.experiments.reproduce.sensitivity_page import findings_table, ranges_table

    console = Console()
    console.print(findings_table(results))
    console.print(ranges_table(results))
