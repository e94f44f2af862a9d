"""Run `straits calibrate`: fit the activity counts to a public series, and report how well they match it.

Slow imports happen after the options are parsed, so that help and errors are quick.
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
    """Fit, validate, print and write the result.

    Args:
        parser: Parser of the subcommand, to which options are added.
        arguments: Command line after the name of the subcommand.

    Returns:
        Exit code: 0 done, 2 bad input, with nothing written.
    """
    _add_options(parser)
    options = parser.parse_args(arguments)
    try:
        _check(options)
        validation = _run(options)
        _write(options, validation)
    except (ValueError, OSError) as error:
        return complain(error, parser.prog)
    _print(validation)
    return 0


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data", type=Path, required=True, help="a CSV with date, aircraft, crossed_centre_line, navy_ships, official_ships"
    )
    parser.add_argument("--out", type=Path, help="YAML file for the fitted values")
    parser.add_argument("--page", type=Path, help="file for the tables; docs/validation.md in the repository")
    parser.add_argument("--split", type=float, default=0.7, help="share of the days for the fit (default: 0.7)")
    parser.add_argument("--games", type=int, default=60, help="number of games of `default` in day turns (default: 60)")
    parser.add_argument("--tries", type=int, default=240, help="maximum number of evaluations of the search (default: 240)")
    parser.add_argument("--seed", type=int, default=1, help="seed of the games and of the bands (default: 1)")


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


def _write(options: argparse.Namespace, validation: "Validation") -> None:
    if options.out:
        from straits.experiments.analysis.calibration.parameters import write

        write(options.out, validation)
    if options.page:
        from straits.experiments.reproduce.validation_page import write_page

        write_page(options.page, validation)


def _print(validation: "Validation") -> None:
    from dataclasses import asdict

    from rich.console import Console

    from straits.experiments.analysis.calibration.external_validation import PARTS, aircraft

    console = Console()
    console.print(aircraft(validation))
    for part in PARTS:
        inside, shuffled = validation.inside(validation.played["aircraft"], part), validation.inside(validation.shuffled, part)
        console.print(f"{part}: {sum(inside.values())} of {len(inside)} inside; with presence shuffled {sum(shuffled.values())}")
    console.print("  ".join(f"{name} {value:.4g}" for name, value in asdict(validation.fitted.tempo).items()))
