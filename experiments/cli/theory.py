"""`straits theory`: T1 to T19, or what policies show of them, into the terminal and, where asked, a page."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from straits.envs.io import write_file
from straits.experiments.reproduce import theory_page
from straits.experiments.theory import suite
from straits.experiments.theory.claims.policies import observed
from straits.experiments.utils.console import complain


def main(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> int:
    """Exit codes: 0 done, 2 bad input. That a claim does not hold is a finding, not a failure."""
    _add_options(parser)
    options = parser.parse_args(arguments)
    try:
        _observe(options) if options.policies else _put(options)
    except (ValueError, OSError) as error:
        return complain(error, parser.prog)
    return 0


def _observe(options: argparse.Namespace) -> None:
    """What policies show of the claims in whole games."""
    table = observed(options.policies)
    print(table)
    if options.page:
        theory_page.renew(options.page, table, "policies")


def _put(options: argparse.Namespace) -> None:
    """Put the claims to the rules."""
    verdicts = suite.run(
        options.only.split(","), options.quick, lambda line: print(line, file=sys.stderr, flush=True), options.jobs
    )
    print(suite.table(verdicts))
    if options.json:
        write_file(options.json, (json.dumps(suite.plain(verdicts), indent=1) + "\n").encode())
    if options.page:
        theory_page.renew(options.page, suite.with_missing(suite.table(verdicts)))


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--only", default=",".join(suite.CLAIMS), metavar="T1,T2", help="claims to test (default: all)")
    parser.add_argument("--quick", action="store_true", help="every fifth cell of the grid: shows that it runs, proves nothing")
    parser.add_argument("--policies", nargs="*", default=[], metavar="NAME", help="instead: what policies show in whole games")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="processes that share the claims (default: 1)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the findings there")
    parser.add_argument(
        "--page",
        type=Path,
        metavar="FILE",
        help="renew the table of the page docs/theory.md there; of policies, where they are asked for",
    )
