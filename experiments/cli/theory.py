"""Run `straits theory`: test the claims T1 to T24 on the rules, or show what policies do in complete games."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from straits.envs.io import write_file
from straits.experiments.reproduce.docs_tables import replace_block
from straits.experiments.theory import suite
from straits.experiments.theory.claims.policies import observed
from straits.experiments.utils.console import complain


def main(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> int:
    """Test, print the table, and write JSON and the page if requested.

    A claim that does not hold is a finding and not a failure.

    Args:
        parser: Parser of the subcommand, to which options are added.
        arguments: Command line after the name of the subcommand.

    Returns:
        Exit code: 0 done, 2 bad input.
    """
    _add_options(parser)
    options = parser.parse_args(arguments)
    try:
        _observe(options) if options.policies else _test(options)
    except (ValueError, OSError) as error:
        return complain(error, parser.prog)
    return 0


def _observe(options: argparse.Namespace) -> None:
    """Print what policies show of the claims in complete games."""
    table = observed(options.policies)
    print(table)
    if options.page:
        replace_block(options.page, "policies", table)


def _test(options: argparse.Namespace) -> None:
    """Test the claims on the rules."""
    verdicts = suite.run(
        options.only.split(","), options.quick, lambda line: print(line, file=sys.stderr, flush=True), options.jobs
    )
    print(suite.table(verdicts))
    if options.json:
        write_file(options.json, (json.dumps(suite.plain(verdicts), indent=1) + "\n").encode())
    if options.page:
        replace_block(options.page, "theory", suite.with_missing(suite.table(verdicts)))


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--only", default=",".join(suite.CLAIMS), metavar="T1,T2", help="claims to test (default: all)")
    parser.add_argument("--quick", action="store_true", help="every fifth cell of the grid, without statistical weight")
    parser.add_argument(
        "--policies", nargs="*", default=[], metavar="NAME", help="show what these policies do in complete games instead"
    )
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="number of processes (default: 1)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="file for the findings")
    parser.add_argument(
        "--page",
        type=Path,
        metavar="FILE",
        help="page in which to renew the table, docs/theory.md in the repository; with --policies the table of policies",
    )
