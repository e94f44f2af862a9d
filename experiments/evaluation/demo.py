"""Run `straits demo`: train a policy, compare it with its untrained policy and with scripted ones, and write a report.

    straits demo                                    about five minutes on two cores
    straits demo experiment=quick                   about one minute
    straits demo algorithm.learning_rate=3e-4 seed=1
    straits demo --multirun seed=1,2,3

Each part is on disk before the next one starts, so Ctrl-C loses at most one row.
"""

import json
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
import torch
from rich.console import Console

from straits.agents.base import Policy
from straits.agents.registry import policy
from straits.conf.jobs import DemoConfig
from straits.envs.scenarios.scenario import Scenario, load_scenario
from straits.envs.simulator.engine import Engine
from straits.envs.spec.constants import ACTORS, N_ACTORS, N_CHANNELS
from straits.experiments.evaluation import plots, tables
from straits.experiments.evaluation.returns import Difference, Row, everyone, in_each_seat
from straits.experiments.rollouts import narrate
from straits.experiments.rollouts.trajectory import record
from straits.experiments.training.callbacks import Update
from straits.experiments.training.learner import Training, train
from straits.experiments.utils.console import COMPILING, COMPLETE, DIVERGED, INTERRUPTED, show_progress
from straits.experiments.utils.hydra_app import launch
from straits.experiments.utils.manifest import manifest

RETURNS: Final = """\
The return of a policy in one seat while the scripted default plays the other four, and the gain of the trained policy over each
other policy there, in games with the same random numbers. Returns compare policies in a seat, and not seats."""
ESCALATION: Final = """\
All five seats play the same policy. *Conflict*: the share of games that end in armed conflict. *Tension*: the highest tension of
any pair, 0 to 1. *Rung*: the highest rung of the ladder, 0 routine to 6 armed conflict. *Incidents*: number per game.
*Rivera*: the score of moves by Rivera et al. (2024), per actor and turn; higher is more violent. *First to rung 3*: the actor that
most often took the first step of that rung or above; several in the same turn share the game. `±` is half the width of an
interval, `[ ]` holds its ends. The rates apply to this game only, and are no probability of a real event."""


@dataclass(frozen=True)
class Plan:
    """Hold a configuration with its loaded scenarios and policies."""

    config: DemoConfig
    scenario: Scenario  # trained on
    scenarios: tuple[Scenario, ...]  # evaluated on
    policies: tuple[Policy, ...]  # in addition to those that this run trains
    others: Policy


@dataclass
class Results:
    """Hold the results so far."""

    state: str = "training"
    training: Training | None = None
    rows: list[Row] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)


def main(arguments: Sequence[str]) -> int:
    """Compose, check and run the job.

    Args:
        arguments: Overrides and Hydra's flags.

    Returns:
        The exit code.
    """
    return launch("demo", arguments, prepare, run)


def prepare(config: DemoConfig) -> Plan:
    """Load the scenarios and policies of a configuration.

    Args:
        config: The configuration.

    Returns:
        The plan.

    Raises:
        ValueError: If a name is unknown or a value is out of range.
    """
    changes = {"horizon": config.scenario.horizon} if config.scenario.horizon else {}
    return Plan(
        config=config,
        scenario=load_scenario(config.scenario.name, parameters=config.scenario.parameters, **changes),
        scenarios=tuple(load_scenario(name) for name in config.evaluation.scenarios),
        policies=tuple(policy(name) for name in config.evaluation.policies),
        others=policy(config.agent.opponents),
    )


def run(plan: Plan, folder: Path, console: Console | None = None) -> int:
    """Train, evaluate and write each result as soon as it is complete.

    Args:
        plan: The plan.
        folder: Output directory.
        console: Console for progress and tables, by default standard output.

    Returns:
        Exit code: 0 done, 130 after Ctrl-C, 1 if training diverged.
    """
    console = console or Console()
    torch.set_num_threads(plan.config.threads)
    folder.mkdir(parents=True, exist_ok=True)
    results, code, began = Results(), 0, time.perf_counter()
    try:
        with console.status(COMPILING):
            _warm(plan)
        _train(plan, results, folder, console)
        _evaluate(plan, results, folder, console)
        _narrate(plan, results, folder)
        results.state = COMPLETE
    except KeyboardInterrupt:
        code = INTERRUPTED
    except FloatingPointError as error:
        console.print(f"straits demo: {error}", style="red")
        code = DIVERGED
    _write(plan, results, folder)
    _show(plan, results, folder, console, time.perf_counter() - began)
    return code


def _warm(plan: Plan) -> None:
    for games in (1, max(64, plan.config.evaluation.games)):
        engine = Engine(plan.scenario, games)
        engine.reset(0)
        engine.step(np.zeros((games, N_ACTORS, N_CHANNELS), np.int64))


def _train(plan: Plan, results: Results, folder: Path, console: Console) -> None:
    config = plan.config
    with show_progress(console) as progress:
        bar = progress.add_task("training", total=config.algorithm.total_timesteps)

        def watch(update: Update) -> None:
            progress.update(bar, completed=update.timesteps, description=_progress_text(update))

        results.training = train(plan.scenario, config.env, config.agent, config.algorithm, seed=config.seed, watch=watch)
    tables.write_curve(folder / "training.csv", results.training.updates)
    plots.learning_curve(folder / "training.png", results.training.updates)
    if results.training.interrupted:
        raise KeyboardInterrupt
    results.state = "evaluation"


def _evaluate(plan: Plan, results: Results, folder: Path, console: Console) -> None:
    assert results.training is not None
    config, seats = plan.config.evaluation, plan.config.agent.seats
    policies = (results.training.trained, results.training.untrained, *plan.policies)
    with show_progress(console) as progress:
        bar = progress.add_task("evaluation", total=len(policies) * (len(seats) + len(plan.scenarios)))
        for row, differences in in_each_seat(plan.scenario, policies, plan.others, config, seats):
            results.rows.append(row)
            results.differences += differences
            progress.update(bar, advance=1, description=f"{row.policy} as {row.seat}")
        for row in everyone(plan.scenarios, policies, plan.others, config, seats):
            results.rows.append(row)
            progress.update(bar, advance=1, description=f"{row.policy} on {row.scenario}")
    plots.escalation(folder / "escalation.png", results.rows)
    plots.gains(folder / "gains.png", results.differences)


def _narrate(plan: Plan, results: Results, folder: Path) -> None:
    assert results.training is not None
    seats = [results.training.trained if a in plan.config.agent.seats else plan.others for a in ACTORS]
    seed = plan.config.evaluation.seed
    words = narrate.as_text(record(plan.scenario, seats, seed, dated=False), [p.name for p in seats], f"seed {seed}")
    (folder / "episode.txt").write_text(words, encoding="utf-8")


def _write(plan: Plan, results: Results, folder: Path) -> None:
    """Write tables, report and manifest of the results so far."""
    tables.write_results(folder / "results.csv", results.rows)
    (folder / "results.json").write_text(json.dumps(tables.as_json(results.rows, results.differences), indent=1), encoding="utf-8")
    learned = [results.training.trained, results.training.untrained] if results.training else []
    digests = {f"{row.scenario}/{row.seat}/{row.policy}": row.digest for row in results.rows}
    facts = manifest(asdict(plan.config), (plan.scenario, *plan.scenarios), learned, digests, results.state)
    (folder / "manifest.json").write_text(json.dumps(facts, indent=1), encoding="utf-8")
    (folder / "report.md").write_text(_page(plan, results), encoding="utf-8")


def _page(plan: Plan, results: Results) -> str:
    parts = [f"# Trained on {plan.scenario.title}", _verdict(plan, results)]
    if results.training:
        steps = results.training.updates[-1].timesteps if results.training.updates else 0
        budget = f"{steps:,} decisions of single actors in {results.training.seconds:.0f} s."
        parts += ["## Training", budget, "![Learning curve](training.png)"]
    if results.differences:
        table = tables.returns(results.rows, plan.config.agent.seats)
        parts += ["## In one seat", RETURNS, "![Gains](gains.png)", tables.markdown(table)]
    if results.state == COMPLETE:
        parts += ["## In all five seats", ESCALATION, "![Escalation](escalation.png)"]
        parts += [f"### {table.title}\n\n{tables.markdown(table)}" for table in tables.escalation(results.rows)]
        parts.append(
            "One episode in words: [episode.txt](episode.txt). Settings, hashes and versions: [manifest.json](manifest.json)."
        )
    return "\n\n".join(parts) + "\n"


def _show(plan: Plan, results: Results, folder: Path, console: Console, seconds: float) -> None:
    if results.rows:
        console.print(tables.returns(results.rows, plan.config.agent.seats), *tables.escalation(results.rows), sep="\n\n")
    console.print(_verdict(plan, results), style="bold", highlight=False)
    done = "done" if results.state == COMPLETE else f"stopped during {results.state}"
    console.print(f"{done} after {seconds:.0f} s: {folder}", highlight=False, soft_wrap=True)


def _verdict(plan: Plan, results: Results) -> str:
    return tables.verdict(results.differences, "untrained", plan.config.evaluation.confidence)


def _progress_text(update: Update) -> str:
    if update.conflict_rate is None:
        return "training"
    return f"training: conflict {100 * update.conflict_rate:.0f} %, peak tension {update.peak_tension:.2f}"
