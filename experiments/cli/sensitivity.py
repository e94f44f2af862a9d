"""`straits sensitivity`: screen, decompose, judge, and write what was found.

Imports that take time stand after the parsing, so that help and complaints are quick.
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
    """Exit codes: 0 done, 2 bad input, with nothing written."""
    _take_options(parser)
    options = parser.parse_args(arguments)
    try:
        effort = _effort(options)
        found = _measure(options.scenario, effort, options.seed)
        if options.page:
            _write(options.page, found)
    except (ValueError, OSError) as error:
        return complain(error, parser.prog)
    _tell(found)
    return 0


def _take_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--scenario", default="baseline", help="a name, or the path of a YAML file (default: baseline)")
    parser.add_argument("--page", type=Path, help="where the page goes, docs/sensitivity.md in the repository")
    parser.add_argument("--quick", action="store_true", help="a small version that proves nothing")
    parser.add_argument("--seed", type=int, default=1, help="of the designs and of the games (default: 1)")
    for name, what in (
        ("trajectories", "of the Morris screening"),
        ("samples", "base samples of the Sobol indices, a power of 2"),
        ("draws", "of all assumptions, for the findings"),
        ("games", "of each point and policy"),
    ):
        parser.add_argument(f"--{name}", type=int, help=what)


def _effort(options: argparse.Namespace) -> "Effort":
    """How much is measured. ValueError names an option that is out of range."""
    for name, (low, high) in {**LIMITS, "seed": (0, 2**32 - 1)}.items():
        check_range(options, name, low, high)
    if options.samples is not None and options.samples & (options.samples - 1):
        raise ValueError(f"--samples={options.samples}: expected a power of 2")
    check_file(options, "page")
    from dataclasses import replace

    from straits.experiments.analysis.sensitivity.indices import QUICK, Effort

    given = {name: getattr(options, name) for name in LIMITS if getattr(options, name) is not None}
    return replace(QUICK if options.quick else Effort(), **given)


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
    """Tells how many games of a part have been played, on one line of the terminal's error stream."""

    def __init__(self, part: str) -> None:
        self.part, self.games = part, 0

    def __call__(self, games: int) -> None:
        self.games += games
        print(f"  {self.part}: {self.games} games", file=sys.stderr)


def _write(path: Path, found: "Sensitivity") -> None:
    from straits.envs.io import write_file
    from straits.experiments.reproduce.sensitivity_page import page

    write_file(path, page(found).encode())


def _tell(found: "Sensitivity") -> None:
    from rich.console import Console

    from straits.experiments.reproduce.sensitivity_page import findings_table, ranges_table

    console = Console()
    console.print(findings_table(found))
    console.print(ranges_table(found))
