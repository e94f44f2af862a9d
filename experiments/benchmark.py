"""How fast the simulator and its faces are, beside what a learner costs by itself and beside other environments.

    python -m straits.experiments.benchmark --json bench.json     all of it
    python -m straits.experiments.benchmark --quick               the headline numbers, within five minutes

Rates are medians of at least three repeats; ratios are medians over pairs measured in turns. Nothing else should run meanwhile.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

BATCHES: Final = (1, 64, 1024, 16_384)
THREADS: Final = (1, 2)


@dataclass(frozen=True)
class Effort:
    """How long everything is measured."""

    seconds: float = 2.0  # a repeat
    updates: int = 5  # of each learner


QUICK: Final = Effort(seconds=0.5, updates=3)


@dataclass
class Findings:
    """What was measured: named rates with their spread, and the headline."""

    rates: dict[str, tuple[float, float, float]] = field(default_factory=dict)  # median, slowest, fastest
    learners: dict[str, dict[str, float]] = field(default_factory=dict)
    headline: dict[str, float] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and write JSON where asked; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="straits bench",
        description="measure the speed of the simulator and its faces",
        epilog="example:\n  straits bench --quick --json bench.json",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every number there")
    parser.add_argument("--quick", action="store_true", help="only the headline numbers, within five minutes")
    options = parser.parse_args(arguments)
    if options.json and not options.json.absolute().parent.is_dir():
        print(f"straits bench: --json={options.json}: expected a file in a folder that exists", file=sys.stderr)
        return 2
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    console = Console()
    found = measure(QUICK if options.quick else Effort(), console, everything=not options.quick)
    show(found, console)
    if options.json:
        options.json.write_text(json.dumps(asdict(found), indent=1))
    return 0


def measure(effort: Effort, console: Console, *, everything: bool) -> Findings:
    """All measurements, the faster ones first."""
    import torch

    from straits.experiments.manifest import versions

    torch.set_num_threads(max(THREADS))
    found = Findings(versions=versions())
    for name, step in (("the engine", _engine), ("the faces", _faces), ("the learners", _learners)):
        with console.status(f"measuring {name}"):
            step(found, effort, everything)
    return found


def show(found: Findings, console: Console) -> None:
    """The tables."""
    table = Table("rate", "median", "slowest", "fastest", title="A second", title_justify="left", box=None, pad_edge=False)
    for name, values in found.rates.items():
        table.add_row(name, *(f"{value:,.0f}" for value in values))
    for name, numbers in found.learners.items():
        for key, value in numbers.items():
            table.add_row(f"{name} {key}", f"{value:,.0f}" if value > 10 else f"{value:.3f}")
    heads = Table("headline", "", title_justify="left", box=None, pad_edge=False)
    for name, value in found.headline.items():
        heads.add_row(name, f"{value:,.0f}" if value > 100 else f"{value:.3f}")
    console.print(table, heads, ", ".join(f"{k} {v}" for k, v in found.versions.items()), sep="\n\n", soft_wrap=True)


def _engine(found: Findings, effort: Effort, everything: bool) -> None:
    from straits.envs.engine import Engine
    from straits.envs.scenario import load
    from straits.experiments.speed import clock, world

    cores = min(max(THREADS), os.cpu_count() or 1)
    cells = [(n, t) for n in BATCHES for t in THREADS if t <= cores] if everything else [(n, cores) for n in BATCHES[2:]]
    best = 0.0
    for games, threads in cells:
        found.rates[f"engine game-turns, {games} games, {threads} threads"] = each = world.engine_turns(
            games, threads, effort.seconds
        )
        best = max(best, each.median)
    moved = world.bytes_a_turn(Engine(load("baseline"), 1))
    copied = clock.bandwidth(cores, effort.seconds)
    found.rates["bytes copied"] = (copied,) * 3
    found.rates["bytes a game-turn moves at least"] = (moved,) * 3
    found.rates["reference additions"] = (clock.reference(effort.seconds),) * 3
    found.headline["engine_game_turns_per_s"] = best
    found.headline["engine_bandwidth_share"] = best * moved / copied


def _faces(found: Findings, effort: Effort, everything: bool) -> None:
    from straits.experiments.speed import peers, world

    for name, play in world.MEASURED.items():
        found.rates[name] = each = play(effort.seconds)
        found.headline[name] = each.median
    if mpe2 := peers.mpe2_agent_steps(effort.seconds):
        found.rates["mpe2 simple_spread agent-steps"] = mpe2
        found.headline["agent_steps_over_mpe2"] = 5 * found.headline["engine_game_turns_per_s"] / mpe2.median


def _learners(found: Findings, effort: Effort, everything: bool) -> None:
    from straits.experiments.speed import learners

    for name in learners.LEARNERS:
        found.learners[name] = numbers = learners.shares_of_null(name, effort.updates)
        found.headline[f"{name}_share_of_null"] = numbers["share_of_null"]
    found.headline["ppo_collection_share_of_null"] = found.learners["ppo"]["collection_share_of_null"]
    if through := learners.supersuit_collection(max(3, effort.updates)):
        found.rates["PPO collection through SuperSuit, agent-steps"] = (through,) * 3
        found.headline["rollout_over_supersuit"] = found.learners["ppo"]["collection_steps_per_s"] / through


if __name__ == "__main__":
    sys.exit(main())
