"""Run `straits evaluate`, `straits verify` and `straits crossplay`.

Slow imports happen after the options are parsed, so that help and errors are quick.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from straits.experiments.utils.arguments import seed, whole
from straits.experiments.utils.console import complain

DIFFERENT: Final = 1  # a replay differs
POLICIES: Final = "default,tit_for_tat,dove,hawk"


def evaluate(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> int:
    """Evaluate policies on scenarios, and write tables, plots and a manifest.

    Args:
        parser: Parser of the subcommand, to which options are added.
        arguments: Command line after the name of the subcommand.

    Returns:
        Exit code: 0 done, 2 bad input.
    """
    parser.add_argument("--policies", default=POLICIES, help=f"names or folders, separated by commas (default: {POLICIES})")
    parser.add_argument("--scenarios", default="baseline", help="names or YAML files, separated by commas (default: baseline)")
    parser.add_argument("--games", type=whole, default=1000, help="number of games per policy and scenario (default: 1000)")
    parser.add_argument("--seed", type=seed, default=1, help="seed of the games (default: 1)")
    parser.add_argument("--seat", default="everyone", help="seat of the policy: an actor, or everyone (the default)")
    parser.add_argument("--others", default="default", help="policy of the other seats (default: default)")
    parser.add_argument("--confidence", type=float, default=0.95, help="confidence level of the intervals (default: 0.95)")
    parser.add_argument("--resamples", type=whole, default=1000, help="number of resamples of the bootstrap (default: 1000)")
    parser.add_argument("--keep", action="store_true", help="keep the recordings (Parquet; about 20 kB per game)")
    parser.add_argument("--out", default="", help="output directory (default: runs/evaluate-<time>)")
    options = parser.parse_args(arguments)

    def run() -> int:
        from straits.experiments.evaluation import evaluate as job

        return job.run(job.prepare(options), _folder("evaluate", options.out))

    return _answer(parser, run)


def verify(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> int:
    """Replay the games of an evaluation from their actions, and print every difference.

    Args:
        parser: Parser of the subcommand, to which options are added.
        arguments: Command line after the name of the subcommand.

    Returns:
        Exit code: 0 equal, 1 different, 2 bad input.
    """
    parser.add_argument("folder", help="output directory of `straits evaluate`")
    parser.add_argument(
        "--games", type=whole, default=None, help="number of games to replay per policy and scenario (default: all)"
    )
    parser.add_argument("--seed", type=seed, default=0, help="seed of the sample (default: 0)")
    options = parser.parse_args(arguments)

    def run() -> int:
        from straits.experiments.evaluation.verify import verify as replay_sample

        outcome = replay_sample(Path(options.folder), options.games, options.seed)
        for finding in outcome.findings:
            print(finding, file=sys.stderr)
        if outcome.absent:
            print(f"policies that cannot be loaded and were not compared: {', '.join(outcome.absent)}", file=sys.stderr)
        print(f"{outcome.games} games replayed: {'no difference' if not outcome.findings else 'different'}")
        return DIFFERENT if outcome.findings else 0

    return _answer(parser, run)


def crossplay(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> int:
    """Play every pairing of policies, and write pairings and ranking.

    Args:
        parser: Parser of the subcommand, to which options are added.
        arguments: Command line after the name of the subcommand.

    Returns:
        Exit code: 0 done, 2 bad input.
    """
    parser.add_argument("--policies", default=POLICIES, help=f"names or folders, separated by commas (default: {POLICIES})")
    parser.add_argument("--scenario", default="baseline", help="a name or a YAML file (default: baseline)")
    parser.add_argument(
        "--side", default="china", help="seats of the row policy; the column policy plays the others (default: china)"
    )
    parser.add_argument("--games", type=whole, default=200, help="number of games per pairing (default: 200)")
    parser.add_argument("--seed", type=seed, default=1, help="seed of the games (default: 1)")
    parser.add_argument("--out", default="", help="output directory (default: runs/crossplay-<time>)")
    options = parser.parse_args(arguments)

    def run() -> int:
        from straits.experiments.evaluation import crossplay as job

        return job.run(job.prepare(options), _folder("crossplay", options.out))

    return _answer(parser, run)


def _answer(parser: argparse.ArgumentParser, run: Callable[[], int]) -> int:
    """Run a job, and print an error in one line."""
    try:
        return run()
    except (ValueError, OSError, ImportError) as error:
        return complain(error, parser.prog)


def _folder(job: str, asked: str) -> Path:
    return Path(asked or f"runs/{job}-{datetime.now():%Y%m%d-%H%M%S-%f}")
