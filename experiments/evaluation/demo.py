"""Run `straits demo`: train a policy, compare it with its untrained policy and with scripted ones, and write a report.

    straits demo                                    about five minutes on two cores
    straits demo experiment=quick                   about one minute
    straits demo algorithm.learning_rate=3e-4 seed=1
    straits demo --multirun seed=1,2,3

The job is `straits train` followed by `straits evaluate`, with the same functions. Ctrl-C keeps what is complete: the policy as
far as it is trained.
"""

import csv
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from rich.console import Console

from straits.agents.base import Policy
from straits.agents.checkpoint import load
from straits.agents.network import NetworkPolicy
from straits.agents.registry import policy
from straits.conf.jobs import DemoConfig, TrainConfig
from straits.envs.scenarios.scenario import load_scenario
from straits.envs.spec.constants import ACTORS
from straits.experiments.evaluation import evaluate, plots, tables
from straits.experiments.evaluation.evaluate import Evaluation, Trial
from straits.experiments.evaluation.reporting import EVERYONE
from straits.experiments.rollouts import narrate
from straits.experiments.rollouts.trajectory import record
from straits.experiments.training import modes, train
from straits.experiments.utils.console import INTERRUPTED
from straits.experiments.utils.hydra_app import launch

TRAINED, UNTRAINED = "trained", "untrained"
RETURNS: Final = """\
The return of a policy in one seat while the scripted default plays the other four. Returns compare policies in a seat, and not
seats."""
ESCALATION: Final = """\
*Conflict*: the share of games that end in armed conflict. *Tension*: the highest tension of any pair, 0 to 1. *Rung*: the highest
rung of the ladder, 0 routine to 6 armed conflict. *Incidents*: number per game. *Rivera*: the score of moves by Rivera et al.
(2024), per actor and turn; higher is more violent. *First to rung 3*: the actor that most often took the first step of that rung
or above; several in the same turn share the game. `±` is half the width of an interval, `[ ]` holds its ends. The rates apply to
this game only, and are no probability of a real event."""


@dataclass(frozen=True)
class Plan:
    """Hold a configuration with its loaded scenarios and policies."""

    config: DemoConfig
    train: train.Plan
    trials: tuple[Trial, ...]  # each seat that learns on the training scenario, then all of them on each scenario
    policies: tuple[Policy, ...]  # in addition to those that this run trains
    others: Policy


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
    shared = {name: getattr(config, name) for name in ("scenario", "env", "agent", "algorithm", "seed", "threads")}
    seats = config.agent.seats
    together = EVERYONE if set(seats) == set(ACTORS) else "+".join(seats)
    alone = [_trial(config.scenario.name, seat, _changes(config)) for seat in seats]
    evaluated = [_trial(name, together, {}) for name in config.evaluation.scenarios]
    trials = {trial[1:4]: trial for trial in (*alone, *evaluated)}  # a single seat may be both
    return Plan(
        config=config,
        train=train.prepare(TrainConfig(**shared)),
        trials=tuple(trials.values()),
        policies=tuple(policy(name) for name in config.evaluation.policies),
        others=policy(config.agent.opponents),
    )


def run(plan: Plan, folder: Path, console: Console | None = None) -> int:
    """Train, evaluate and write the report.

    Args:
        plan: The plan.
        folder: Output directory.
        console: Console for progress and tables, by default standard output.

    Returns:
        Exit code: 0 done, 130 after Ctrl-C, 1 if training diverged.
    """
    console, began = console or Console(), time.perf_counter()
    code = train.run(plan.train, folder, console)
    if code:
        return code
    curve = list(csv.DictReader((folder / "training.csv").read_text(encoding="utf-8").splitlines()))
    plots.learning_curve(folder / "training.png", curve)
    learned = _learned(plan, folder)
    try:
        evaluation = evaluate.evaluate(_evaluation(plan, learned), folder / "evaluation", console)
    except KeyboardInterrupt:
        console.print(f"interrupted: {folder}", highlight=False, markup=False, soft_wrap=True)
        return INTERRUPTED
    _write(plan, evaluation, learned[0], curve, folder)
    console.print(tables.returns(evaluation.cells, plan.config.agent.seats), *tables.escalation(evaluation.cells), sep="\n\n")
    console.print(tables.describe_gains(evaluation.differences, UNTRAINED), style="bold", highlight=False, markup=False)
    console.print(f"done after {time.perf_counter() - began:.0f} s: {folder}", highlight=False, markup=False, soft_wrap=True)
    return 0


def _changes(config: DemoConfig) -> dict[str, Any]:
    """Return the changes of the training scenario, as in `load_scenario`."""
    horizon = {"horizon": config.scenario.horizon} if config.scenario.horizon else {}
    return {**({"parameters": dict(config.scenario.parameters)} if config.scenario.parameters else {}), **horizon}


def _trial(source: str, seat: str, changes: Mapping[str, Any]) -> Trial:
    scenario = load_scenario(source, **changes)
    return Trial(scenario, seat, source, f"{scenario.name}-changed" if changes else scenario.name, changes)


def _learned(plan: Plan, folder: Path) -> tuple[Policy, Policy]:
    """Load the trained policy, and build the policy with its initial weights."""
    (trained,) = (path for path in (folder / "policies").iterdir() if path.is_dir())
    (initial,) = modes.learners(plan.train.config, plan.train.scenarios, plan.train.others)
    return load(trained, TRAINED), NetworkPolicy(UNTRAINED, initial.network())


def _evaluation(plan: Plan, learned: tuple[Policy, Policy]) -> evaluate.Plan:
    settings = {name: getattr(plan.config.evaluation, name) for name in ("games", "seed", "confidence", "resamples")}
    return evaluate.Plan(trials=plan.trials, policies=(*learned, *plan.policies), others=plan.others, full=False, **settings)


def _write(plan: Plan, evaluation: Evaluation, trained: Policy, curve: Sequence[Mapping[str, str]], folder: Path) -> None:
    """Write an episode in words and the report."""
    scenario, seed = plan.train.scenarios[0], plan.config.evaluation.seed
    seats = [trained if actor in plan.config.agent.seats else plan.others for actor in ACTORS]
    words = narrate.as_text(record(scenario, seats, seed, dated=False), [p.name for p in seats], f"seed {seed}")
    (folder / "episode.txt").write_text(words, encoding="utf-8")
    budget = f"{int(curve[-1]['timesteps']):,} decisions of single actors in {float(curve[-1]['seconds']):.0f} s."
    returns = tables.markdown(tables.returns(evaluation.cells, plan.config.agent.seats))
    parts = [f"# Trained on {scenario.title}", tables.describe_gains(evaluation.differences, UNTRAINED)]
    parts += ["## Training", budget, "![Learning curve](training.png)"]
    parts += ["## In one seat", RETURNS, "![Gains](evaluation/gains.png)", returns]
    parts += ["## In all seats that learn", ESCALATION, "![Escalation](evaluation/escalation.png)"]
    parts += [f"### {table.title}\n\n{tables.markdown(table)}" for table in tables.escalation(evaluation.cells)]
    parts.append(
        "One episode in words: [episode.txt](episode.txt). All metrics and comparisons, and each game: "
        "[evaluation](evaluation/report.md). Settings, hashes and versions: [manifest.json](manifest.json)."
    )
    (folder / "report.md").write_text("\n\n".join(parts) + "\n", encoding="utf-8")
