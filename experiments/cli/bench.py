"""How fast the simulator and its APIs are, beside what a learner costs by itself and beside other environments.

    straits bench --json bench.json --page docs/performance.md     all of it, in some ten minutes
    straits bench --quick                                          the headline, within five minutes

Rates are medians of at least three repeats; a learner's shares are medians over pairs measured in turns. Nothing else should run
meanwhile.
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
    """How long everything is measured."""

    seconds: float = 2.0  # a repeat
    updates: int = 5  # of each learner
    rounds: int = 21  # of the phases' games
    counted: int = 8  # games whose random blocks are counted


FULL: Final = Effort()
QUICK: Final = Effort(seconds=0.5, updates=3)


def main(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> int:
    """Measure, print, and write JSON and the page where asked; returns the exit code."""
    _add_options(parser)
    options = parser.parse_args(arguments)
    try:
        _check(options)
    except ValueError as error:
        return complain(error, parser.prog)
    from straits.experiments.reproduce import performance_page

    console = Console()
    found = measure(QUICK if options.quick else FULL, console, everything=not options.quick)
    console.print(Markdown(performance_page.render(found)))
    if options.json:
        options.json.write_text(json.dumps(asdict(found), indent=1), encoding="utf-8")
    if options.page:
        options.page.write_text(performance_page.render(found), encoding="utf-8")
    return 0


def measure(effort: Effort, console: Console, *, everything: bool) -> "Findings":
    """All measurements, the faster ones first; without `everything` those of the headline."""
    import torch

    from straits.experiments.benchmarks import peers
    from straits.experiments.benchmarks.results import Findings
    from straits.experiments.utils.manifest import versions

    torch.set_num_threads(_cores())
    found = Findings(_machine(), {**versions(), **peers.versions()})
    steps = {"the engine": _engine, "the APIs": _apis, "other environments": _peers, "the learners": _learners}
    if everything:
        steps |= {"many games": _scaling, "the phases of a turn": _phases, "random numbers": _draws}
    for name, step in steps.items():
        with console.status(f"measuring {name}"):
            step(found, effort, everything)
    return found


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every number there")
    parser.add_argument("--page", type=Path, metavar="FILE", help="write the tables there, docs/performance.md in the repository")
    parser.add_argument("--quick", action="store_true", help="only the headline numbers, within five minutes")


def _check(options: argparse.Namespace) -> None:
    for name in ("json", "page"):
        check_file(options, name)
    if options.page and options.quick:
        raise ValueError(f"--page={options.page}: expected no --quick, which measures too little for it")


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


def _engine(found: "Findings", effort: Effort, everything: bool) -> None:
    from straits.envs.scenarios.scenario import load_scenario
    from straits.envs.simulator.engine import Engine
    from straits.experiments.benchmarks import throughput, timing
    from straits.experiments.benchmarks.results import Batch

    found.reference = timing.reference(effort.seconds)
    one = Engine(load_scenario("baseline"), 1)
    for threads in [t for t in THREADS if t <= _cores()] if everything else [_cores()]:
        found.bandwidth[threads] = copied = timing.bandwidth(threads, effort.seconds)
        for games in BATCHES if everything else BEST_BATCHES:
            for observed in (True, False) if everything else (True,):
                rate, moved = (
                    throughput.engine_turns(games, threads, effort.seconds, observed),
                    throughput.bytes_a_turn(one, observed),
                )
                found.engine.append(Batch(games, threads, observed, rate, moved, rate.median * moved / copied))
    found.headline["engine_game_turns_per_s"] = found.best().rate.median
    found.headline["engine_bandwidth_share"] = found.best().bandwidth_share


def _apis(found: "Findings", effort: Effort, everything: bool) -> None:
    from straits.experiments.benchmarks import throughput

    for name, play in throughput.MEASURED.items():
        found.apis[name] = each = play(effort.seconds)
        found.headline[name] = each.median


def _peers(found: "Findings", effort: Effort, everything: bool) -> None:
    from straits.envs.spec.constants import N_ACTORS
    from straits.experiments.benchmarks import peers

    for name in peers.MEASURED if everything else (peers.MPE2,):
        found.peers[name] = peers.MEASURED[name](effort.seconds)
    if mpe2 := found.peers[peers.MPE2]:
        found.headline["agent_steps_over_mpe2"] = N_ACTORS * found.best().rate.median / mpe2.median


def _learners(found: "Findings", effort: Effort, everything: bool) -> None:
    from straits.experiments.benchmarks import learners

    for name in learners.LEARNERS:
        found.learners[name] = numbers = learners.shares_of_null(name, effort.updates)
        found.headline[f"{name}_share_of_null"] = numbers["share_of_null"]
    found.headline["ppo_collection_share_of_null"] = found.learners["ppo"]["collection_share_of_null"]
    found.supersuit = learners.supersuit_collection(max(3, effort.updates))
    if found.supersuit:
        found.headline["rollout_over_supersuit"] = found.learners["ppo"]["collection_steps_per_s"] / found.supersuit


def _scaling(found: "Findings", effort: Effort, everything: bool) -> None:
    from straits.experiments.benchmarks import scaling

    found.scaling = [scaling.scale(games, _cores(), effort.seconds) for games in scaling.SIZES]


def _phases(found: "Findings", effort: Effort, everything: bool) -> None:
    from straits.experiments.benchmarks import phases

    found.phases = phases.nanoseconds(effort.rounds)


def _draws(found: "Findings", effort: Effort, everything: bool) -> None:
    from straits.envs.scenarios.scenario import load_scenario
    from straits.experiments.benchmarks import draws

    found.draws = {policy: draws.blocks(policy, effort.counted, load_scenario("baseline").horizon) for policy in ("hold", "random")}
