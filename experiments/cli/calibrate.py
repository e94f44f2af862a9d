"""`straits calibrate`: fit the tempo layer to a public series, and say what it matches.

Imports that take time stand after the parsing, so that help and complaints are quick.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from straits.experiments.utils.arguments import check_file, check_range
from straits.experiments.utils.console import complain

if TYPE_CHECKING:
    from straits.experiments.analysis.calibration.external_validation import Validation


def calibrate(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> int:
    """Exit codes: 0 done, 2 bad input, with nothing written."""
    _take_options(parser)
    options = parser.parse_args(arguments)
    try:
        _check(options)
        found = _run(options)
        _write(options, found)
    except (ValueError, OSError) as error:
        return complain(error, parser.prog)
    _tell(found)
    return 0


def _take_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data", type=Path, required=True, help="a CSV with date, aircraft, crossed_centre_line, navy_ships, official_ships"
    )
    parser.add_argument("--out", type=Path, help="where the fitted values go, a YAML file")
    parser.add_argument("--page", type=Path, help="where the tables go, docs/validation.md in the repository")
    parser.add_argument("--split", type=float, default=0.7, help="share of the days that the fit may see (default: 0.7)")
    parser.add_argument("--games", type=int, default=60, help="games of `default` in day turns (default: 60)")
    parser.add_argument("--tries", type=int, default=240, help="evaluations of the search at most (default: 240)")
    parser.add_argument("--seed", type=int, default=1, help="of the games and of the bands (default: 1)")


def _check(options: argparse.Namespace) -> None:
    for name, low, high in (("games", 2, 10_000), ("tries", 1, 100_000), ("seed", 0, 2**63)):
        check_range(options, name, low, high)
    for name in ("out", "page"):
        check_file(options, name)


def _run(options: argparse.Namespace) -> "Validation":
    from straits.agents.scripted import scripted
    from straits.experiments.analysis.calibration.data import read
    from straits.experiments.analysis.calibration.external_validation import validate

    series = read(options.data)
    seats = [scripted("default")] * 5
    return validate(series, seats, games=options.games, seed=options.seed, split=options.split, tries=options.tries)


def _write(options: argparse.Namespace, found: "Validation") -> None:
    if options.out:
        from straits.experiments.analysis.calibration.parameters import write

        write(options.out, found)
    if options.page:
        from straits.experiments.reproduce.validation_page import write_page

        write_page(options.page, found)


def _tell(found: "Validation") -> None:
    from dataclasses import asdict

    from rich.console import Console

    from straits.experiments.analysis.calibration.external_validation import PARTS, aircraft

    console = Console()
    console.print(aircraft(found))
    for part in PARTS:
        inside, shuffled = found.inside(found.played["aircraft"], part), found.inside(found.shuffled, part)
        console.print(f"{part}: {sum(inside.values())} of {len(inside)} inside; with presence shuffled {sum(shuffled.values())}")
    console.print("  ".join(f"{name} {value:.4g}" for name, value in asdict(found.fitted.tempo).items()))
