"""Measure the speed of the simulator and its APIs, compared with learners and with other environments.

    straits bench --json bench.json --page docs/performance.md     all measurements, in about ten minutes
    straits bench --quick                                          the headline numbers, within five minutes

Rates are medians of at least three repeats. A learner's shares are medians over pairs that are measured alternately. Run nothing
else meanwhile.
"""

import argparse
import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.markdown import Markdown

from straits.experiments.utils.arguments import check_file
from straits.experiments.utils.console import complain

if TYPE_CHECKING:
    from straits.experiments.benchmarks.results import Findings

BATCHES: Final = (1, 64, 128, 256, 1024, 16_384)
BEST_BATCHES: Final = (128, 256)
THREADS: Final = (1, 2)


@dataclass(frozen=True)
class Effort:
    """Set how long each measurement takes."""

    seconds: float = 2.0  # of a repeat
    updates: int = 5  # of each learner
    rounds: int = 21  # games for the phases of a turn
    counted: int = 8  # games whose random blocks are counted


FULL: Final = Effort()
QUICK: Final = Effort(seconds=0.5, updates=3)


def main(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> int:
    """Measure, print the tables, and write JSON and the page if requested.

    Args:
        parser: Parser of the subcommand, to which options are added.
        arguments: Command line after the name of the subcommand.

    Returns:
        Exit code: 0 done, 2 bad input.
    """
    _add_options(parser)
    options = parser.parse_args(arguments)
    try:
        _check(options)
    except ValueError as error:
        return complain(error, parser.prog)
    from straits.experiments.reproduce import performance_page

    console = Console()
    findings = measure(QUICK if options.quick else FULL, console, everything=not options.quick)
    console.print(Markdown(performance_page.render(findings)))
    if options.json:
        options.json.write_text(json.dumps(asdict(findings), indent=1), encoding="utf-8")
    if options.page:
        options.page.write_text(performance_page.render(findings), encoding="utf-8")
    return 0


def measure(effort: Effort, console: Console, *, everything: bool) -> "Findings":
    """Run the measurements, the fast ones first.

    Args:
        effort: Duration of each measurement.
        console: Console that shows what is measured.
        everything: Run all measurements; otherwise those of the headline only.

    Returns:
        All numbers.
    """
    import torch

    from straits.experiments.benchmarks import peers
    from straits.experiments.benchmarks.results import Findings
    from straits.experiments.utils.manifest import versions

    torch.set_num_threads(_cores())
    findings = Findings(_machine(), {**versions(), **peers.versions()})
    steps = {"the engine": _engine, "the APIs": _apis, "other environments": _peers, "the learners": _learners}
    if everything:
        steps |= {"many games": _scaling, "the phases of a turn": _phases, "random numbers": _draws}
    for name, step in steps.items():
        with console.status(f"measuring {name}"):
            step(findings, effort, everything)
    return findings


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", type=Path, metavar="FILE", help="file for all numbers as JSON")
    parser.add_argument("--page", type=Path, metavar="FILE", help="file for the tables; docs/performance.md in the repository")
    parser.add_argument("--quick", action="store_true", help="only the headline numbers, within five minutes")


def _check(options: argparse.Namespace) -> None:
    for name in ("json", "page"):
        check_file(options, name)
    if options.page and options.quick:
        raise ValueError(f"--page={options.page}: expected no --quick, which does not measure every table")


def _cores() -> int:
    import numba

    return min(max(THREADS), int(numba.config.NUMBA_NUM_THREADS))


def _machine() -> dict[str, str]:
    return {
        "cores": str(os.cpu_count()),
        "threads used": f"up to {_cores()}",
        "architecture": platform.machine(),
        "system": platform.system(),
    }


def _engine(findings: "Findings", effort: Effort, everything: bool) -> None:
    from straits.envs.scenarios.scenario import load_scenario
    from straits.envs.simulator.engine import Engine
    from straits.experiments.benchmarks import throughput, timing
    from straits.experiments.benchmarks.results import Batch

    findings.reference = timing.reference(effort.seconds)
    one = Engine(load_scenario("baseline"), 1)
    for threads in [t for t in THREADS if t <= _cores()] if everything else [_cores()]:
        findings.bandwidth[threads] = copied = timing.bandwidth(threads, effort.seconds)
        for games in BATCHES if everything else BEST_BATCHES:
            for observed in (True, False) if everything else (True,):
                rate, moved = (
                    throughput.engine_turns(games, threads, effort.seconds, observed),
                    throughput.bytes_a_turn(one, observed),
                )
                findings.engine.append(Batch(games, threads, observed, rate, moved, rate.median * moved / copied))
    findings.headline["engine_game_turns_per_s"] = findings.best().rate.median
    findings.headline["engine_bandwidth_share"] = findings.best().bandwidth_share


def _apis(findings: "Findings", effort: Effort, everything: bool) -> None:
    from straits.experiments.benchmarks import throughput

    for name, play in throughput.MEASURED.items():
        findings.apis[name] = each = play(effort.seconds)
        findings.headline[name] = each.median


def _peers(findings: "Findings", effort: Effort, everything: bool) -> None:
    from straits.envs.spec.constants import N_ACTORS
    from straits.experiments.benchmarks import peers

    for name in peers.MEASURED if everything else (peers.MPE2,):
        findings.peers[name] = peers.MEASURED[name](effort.seconds)
    if mpe2 := findings.peers[peers.MPE2]:
        findings.headline["agent_steps_over_mpe2"] = N_ACTORS * findings.best().rate.median / mpe2.median


def _learners(findings: "Findings", effort: Effort, everything: bool) -> None:
    from straits.experiments.benchmarks import learners

    for name in learners.LEARNERS:
        findings.learners[name] = numbers = learners.shares_of_null(name, effort.updates)
        findings.headline[f"{name}_share_of_null"] = numbers["share_of_null"]
    findings.headline["ppo_collection_share_of_null"] = findings.learners["ppo"]["collection_share_of_null"]
    findings.supersuit = learners.supersuit_collection(max(3, effort.updates))
    if findings.supersuit:
        findings.headline["rollout_over_supersuit"] = findings.learners["ppo"]["collection_steps_per_s"] / findings.supersuit


def _scaling(findings: "Findings", effort: Effort, everything: bool) -> None:
    from straits.experiments.benchmarks import throughput

    findings.scaling = [throughput.scale(games, _cores(), effort.seconds) for games in throughput.SIZES]


def _phases(findings: "Findings", effort: Effort, everything: bool) -> None:
    from straits.experiments.benchmarks import phases

    findings.phases = phases.nanoseconds(effort.rounds)


def _draws(findings: "Findings", effort: Effort, everything: bool) -> None:
    from straits.envs.scenarios.scenario import load_scenario
    from straits.experiments.benchmarks import draws

    findings.draws = {
        policy: draws.blocks(policy, effort.counted, load_scenario("baseline").horizon) for policy in ("hold", "random")
    }
