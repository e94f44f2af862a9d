"""Run `straits held-out`: list and check the held-out suite, score a policy, and measure the constants.

    straits held-out                   list the test scenarios
    straits held-out --check           validate the suite, and check that no two test scenarios are alike
    straits held-out --policy dove     score a policy in every test scenario, by name or folder
    straits held-out --constants       measure the normalising constants again

docs/evaluation.md explains the scores.
"""

import argparse
import sys
from collections.abc import Sequence
from typing import Final

import yaml
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from straits.agents.registry import policy as named
from straits.agents.scripted import scripted
from straits.envs.io import write_file
from straits.experiments.evaluation.held_out.distinct import GAMES, played, twins
from straits.experiments.evaluation.held_out.scenarios import CONSTANTS, Trial, findings, playable, trials
from straits.experiments.evaluation.held_out.score import REFERENCES, measured, scales, score, stale
from straits.experiments.evaluation.tables import format_interval, format_share
from straits.experiments.utils.console import complain

HEAD: Final = "# Written by `straits held-out --constants`; a score is (return - low) / (high - low).\n"


def main(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> int:
    """List, check, score or measure.

    Args:
        parser: Parser of the subcommand, to which options are added.
        arguments: Command line after the name of the subcommand.

    Returns:
        Exit code: 0 done, 1 if a check has findings, 2 bad input.
    """
    parser.add_argument("--check", action="store_true", help="validate the suite and compare all pairs of test scenarios")
    parser.add_argument("--constants", action="store_true", help="measure and write the normalising constants")
    parser.add_argument("--policy", help="score this policy, by name or folder")
    parser.add_argument("--games", type=int, default=GAMES, help=f"games per test scenario (default: {GAMES})")
    parser.add_argument("--seed", type=int, default=1, help="seed of the games (default: 1)")
    options = parser.parse_args(arguments)
    try:
        if options.games < 2 or options.seed < 0:
            raise ValueError(f"--games={options.games}, --seed={options.seed}: expected at least 2 and 0")
        if options.constants:
            return _constants()
        if options.check:
            return _check(options.games, options.seed)
        return _score(options.policy, options.games, options.seed) if options.policy else _list()
    except (ValueError, OSError) as error:
        return complain(error, parser.prog)


def _list() -> int:
    table = Table(box=None, pad_edge=False)
    for column in ("test scenario", "mode", "focal", "background"):
        table.add_column(column)
    for trial in trials():
        opponents = ", ".join(f"{actor} {policy}" for actor, policy in trial.background.items())
        table.add_row(trial.name, trial.mode, ", ".join(trial.focal), opponents)
    Console().print(table)
    return 0


def _check(games: int, seed: int) -> int:
    wrong = findings(trials())
    suite = _those_that_play()
    known = scales()
    wrong += [f"constants.{trial.name}: expected a scale" for trial in suite if trial.name not in known]
    wrong += [f"constants.{name}: expected a test scenario of the suite" for name in known if name not in {t.name for t in suite}]
    wrong += [f"constants.{t.name}: measured with another scenario or trained policy; run --constants" for t in stale(suite)]
    alike = twins(played(suite, scripted("default"), games, seed))
    wrong += [f"suite.{a}: expected an outcome beyond its interval from {b}'s" for a, b in alike]
    for line in wrong:
        print(line, file=sys.stderr)
    print(f"{len(suite)} test scenarios, {len(suite) * (len(suite) - 1) // 2} pairs, {games} games each: {len(wrong)} findings")
    return 1 if wrong else 0


def _score(name: str, games: int, seed: int) -> int:
    policy, known = named(name), scales()
    table = Table(
        title=f"{escape(name)} in the held-out suite; 0 and 1 are the worst and best of {', '.join(REFERENCES)}", box=None
    )
    for column in ("test scenario", "mode", "score", "conflict, %", "peak tension"):
        table.add_column(column)
    for trial in _those_that_play():
        result = score(trial, policy, known[trial.name], games, seed)
        table.add_row(
            trial.name,
            trial.mode,
            format_interval(result.score, 2),
            format_share(result.conflict),
            format_interval(result.peak_tension, 2),
        )
    Console().print(table)
    return 0


def _constants() -> int:
    constants = {trial.name: measured(trial) for trial in _those_that_play()}
    write_file(CONSTANTS, (HEAD + yaml.safe_dump(constants, sort_keys=False, default_flow_style=None, width=120)).encode())
    print(f"{CONSTANTS.name}: {len(constants)} trials")
    return 0


def _those_that_play() -> tuple[Trial, ...]:
    """Return the test scenarios that can be played, and name the others."""
    suite = playable(trials())
    for trial in trials():
        if trial not in suite:
            print(f"{trial.name}: left out; a trained policy in the background is of another version", file=sys.stderr)
    return suite
