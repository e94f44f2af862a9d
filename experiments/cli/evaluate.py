"""`straits evaluate`, `straits verify` and `straits crossplay`: what is asked for, and the exit code.

Imports that take time stand after the parsing, so that help and complaints are quick.
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from straits.experiments.utils.arguments import seed, whole
from straits.experiments.utils.console import complain

DIFFERENT: Final = 1  # what was played again differs
POLICIES: Final = "default,tit_for_tat,dove,hawk"


def evaluate(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> int:
    """Policies on scenarios: tables, pictures, a manifest. Exit codes: 0 done, 2 bad input."""
    parser.add_argument("--policies", default=POLICIES, help=f"names or folders, with commas between (default: {POLICIES})")
    parser.add_argument("--scenarios", default="baseline", help="names or YAML files, with commas between (default: baseline)")
    parser.add_argument("--games", type=whole, default=1000, help="of each policy on each scenario (default: 1000)")
    parser.add_argument("--seed", type=seed, default=1, help="which games (default: 1)")
    parser.add_argument("--seat", default="everyone", help="an actor, or everyone (the default)")
    parser.add_argument("--others", default="default", help="who plays the other seats (default: default)")
    parser.add_argument("--confidence", type=float, default=0.95, help="of the intervals (default: 0.95)")
    parser.add_argument("--resamples", type=whole, default=1000, help="of the bootstrap (default: 1000)")
    parser.add_argument("--keep", action="store_true", help="keep the recordings (Parquet; some 20 kB a game)")
    parser.add_argument("--out", "--output", dest="output", default="", help="where to write (default: runs/evaluate-<time>)")
    options = parser.parse_args(arguments)

    def run() -> int:
        from straits.experiments.evaluation import evaluate as job

        return job.run(job.prepare(options), _folder("evaluate", options.output))

    return _answer(run)


def verify(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> int:
    """Play a sample again. Exit codes: 0 the same, 1 something differs, 2 bad input."""
    parser.add_argument("folder", help="what `straits evaluate` wrote")
    parser.add_argument("--games", type=whole, default=20, help="to play again, of each policy on each scenario (default: 20)")
    parser.add_argument("--seed", type=seed, default=0, help="which of them (default: 0)")
    options = parser.parse_args(arguments)

    def run() -> int:
        from straits.experiments.evaluation.verify import verify as again

        outcome = again(Path(options.folder), options.games, options.seed)
        for finding in outcome.findings:
            print(finding, file=sys.stderr)
        print(f"{outcome.games} games played again: {'the same' if not outcome.findings else 'something differs'}")
        return DIFFERENT if outcome.findings else 0

    return _answer(run)


def crossplay(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> int:
    """Every pairing of policies. Exit codes: 0 done, 2 bad input."""
    parser.add_argument("--policies", default=POLICIES, help=f"names or folders, with commas between (default: {POLICIES})")
    parser.add_argument("--scenario", default="baseline", help="a name or a YAML file (default: baseline)")
    parser.add_argument("--side", default="china", help="seats of the row's policy; the column's plays the others (default: china)")
    parser.add_argument("--games", type=whole, default=200, help="of each pairing (default: 200)")
    parser.add_argument("--seed", type=seed, default=1, help="which games (default: 1)")
    parser.add_argument("--out", "--output", dest="output", default="", help="where to write (default: runs/crossplay-<time>)")
    options = parser.parse_args(arguments)

    def run() -> int:
        from straits.experiments.evaluation import crossplay as job

        return job.run(job.prepare(options), _folder("crossplay", options.output))

    return _answer(run)


def _answer(run: Callable[[], int]) -> int:
    """Its exit code; a complaint is one line."""
    try:
        return run()
    except (ValueError, OSError, ImportError) as error:
        return complain(error)


def _folder(job: str, asked: str) -> Path:
    return Path(asked or f"runs/{job}-{time.strftime('%Y%m%d-%H%M%S')}")
