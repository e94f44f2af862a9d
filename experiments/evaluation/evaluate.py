"""Run `straits evaluate`: play, record, measure and compare policies, and write tables, plots and a manifest.

    straits evaluate --policies default,hawk,dove --scenarios baseline,severe --games 1000
    straits evaluate --policies default,hawk --seat china        one seat, `--others` in the other four

Each policy is recorded on each scenario in the same games (the same seeds), so that comparisons use common random numbers.
docs/metrics.md defines the metrics, and docs/evaluation.md explains how to read the tables.
"""

import json
import shutil
from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import Progress

from straits.agents.base import Policy
from straits.agents.registry import policy as named_policy
from straits.agents.scripted import scripted
from straits.envs.core.rng import game_seeds
from straits.envs.directories import atomic_directory
from straits.envs.recording import Recording
from straits.envs.scenarios.scenario import Scenario, load_scenario
from straits.envs.spec.constants import ACTORS, N_ACTORS
from straits.experiments.evaluation import plots as evaluation_plots
from straits.experiments.evaluation import reporting
from straits.experiments.evaluation.reporting import EVERYONE, FORMAT, Difference, recording_folder
from straits.experiments.metrics import plots as metric_plots
from straits.experiments.metrics.compute import Findings, Settings, measure
from straits.experiments.rollouts.action_log import LOG, CellKey, LoggedGames, write_log
from straits.experiments.rollouts.record import BATCH, record
from straits.experiments.rollouts.rollout import play
from straits.experiments.utils.arguments import split_names
from straits.experiments.utils.console import show_progress
from straits.experiments.utils.manifest import policy_fingerprint, versions
from straits.experiments.utils.statistics import Interval, columns

COMPARED: Final = ("conflict_rate", "peak_tension", "rivera_scorer", "incidents", "welfare")


class Trial(NamedTuple):
    """Name a scenario and the seats that each policy plays in it.

    Attributes:
        scenario: The scenario.
        seat: An actor, several actors joined by `+`, or `everyone`.
        source: Name or path from which the scenario was loaded.
        label: Name of the scenario in the tables.
        changes: Changes of the loaded scenario, as in `load_scenario`.
    """

    scenario: Scenario
    seat: str
    source: str
    label: str
    changes: Mapping[str, Any]

    def seats(self, policy: Policy, others: Policy) -> list[Policy]:
        """Assign the policies.

        Args:
            policy: The evaluated policy.
            others: Policy of the actors that the evaluated policy does not play.

        Returns:
            One policy per actor.
        """
        return [policy if self.seat == EVERYONE or actor in self.seat.split("+") else others for actor in ACTORS]


@dataclass(frozen=True)
class Plan:
    """Hold the loaded scenarios and policies, and the settings."""

    trials: tuple[Trial, ...]
    policies: tuple[Policy, ...]
    others: Policy
    games: int
    seed: int
    confidence: float
    resamples: int
    keep: bool = False  # keep the recordings, in addition to the tables
    full: bool = True  # all metrics and their plots; otherwise the metrics that each game has


@dataclass(frozen=True)
class Cell:
    """Hold the results of one policy in one trial."""

    key: CellKey
    findings: Findings
    games: LoggedGames

    @cached_property
    def metrics(self) -> Mapping[tuple[str, str], Interval]:
        """Return the value of each metric by its name and its detail."""
        return {(line.measure, line.detail): line.value for line in self.findings.lines}


@dataclass(frozen=True)
class Evaluation:
    """Hold the results of an evaluation."""

    cells: list[Cell]
    differences: list[Difference]


def prepare(options: Namespace) -> Plan:
    """Check the options, and load scenarios and policies.

    Args:
        options: Parsed options of `straits evaluate`.

    Returns:
        The plan.

    Raises:
        ValueError: If a name is unknown or a value is out of range.
    """
    names = _listed("policies", options.policies)
    _check(options)
    sources = _listed("scenarios", options.scenarios)
    loaded = [(load_scenario(name), name) for name in sources]
    return Plan(
        trials=tuple(Trial(scenario, options.seat, name, scenario.name, {}) for scenario, name in loaded),
        policies=tuple(named_policy(name) for name in names),
        others=named_policy(options.others),
        games=options.games,
        seed=options.seed,
        confidence=options.confidence,
        resamples=options.resamples,
        keep=options.keep,
    )


def run(plan: Plan, folder: Path, console: Console | None = None) -> int:
    """Evaluate, and write the output directory atomically.

    Args:
        plan: The plan.
        folder: Output directory, absent or empty.
        console: Console for progress, by default standard error.

    Returns:
        Exit code 0.

    Raises:
        ValueError: If the folder is not empty.
    """
    console = console or Console(stderr=True)
    evaluate(plan, folder, console)
    console.print(
        f"{folder}: {', '.join((*reporting.FILES, LOG))}, report.md, manifest.json", highlight=False, markup=False, soft_wrap=True
    )
    return 0


def evaluate(plan: Plan, folder: Path, console: Console) -> Evaluation:
    """Evaluate, and write the output directory atomically.

    Args:
        plan: The plan.
        folder: Output directory, absent or empty.
        console: Console for progress.

    Returns:
        The results.

    Raises:
        ValueError: If the folder is not empty.
    """
    with atomic_directory(folder) as partial:
        cells = list(_cells(plan, partial, console))
        evaluation = Evaluation(cells, compare(plan, cells))
        _write(plan, evaluation, partial)
    return evaluation


def _check(options: Namespace) -> None:
    if options.seat != EVERYONE and options.seat not in ACTORS:
        raise ValueError(f"seat={options.seat!r}: expected {EVERYONE} or one of {', '.join(ACTORS)}")
    for key, least in (("games", 20), ("resamples", 100)):
        if getattr(options, key) < least:
            raise ValueError(f"{key}={getattr(options, key)}: expected at least {least}")
    if not 0.0 < options.confidence < 1.0:
        raise ValueError(f"confidence={options.confidence}: expected above 0 and below 1")


def _cells(plan: Plan, folder: Path, console: Console) -> Iterator[Cell]:
    settings = Settings(seed=plan.seed, confidence=plan.confidence, resamples=plan.resamples)
    with show_progress(console) as progress:
        bar = progress.add_task("evaluation", total=plan.games * len(plan.trials) * (len(plan.policies) + 1))
        for trial in plan.trials:
            progress.update(bar, description=f"status quo of {trial.label}")
            status_quo = _status_quo(plan, trial.scenario)
            progress.update(bar, advance=plan.games)
            for policy in plan.policies:
                progress.update(bar, description=f"{policy.name}, {trial.seat}, on {trial.label}")
                seats = trial.seats(policy, plan.others)
                at = recording_folder(folder, trial.label, policy.name)
                recording = _recorded(plan, trial.scenario, seats, at, progress, bar)
                findings = measure(recording, trial.scenario, status_quo, settings, full=plan.full)
                yield Cell(CellKey(trial.label, trial.seat, policy.name), findings, LoggedGames.of(recording))
                _drop(recording, plan.keep)


def _recorded(plan: Plan, scenario: Scenario, seats: Sequence[Policy], folder: Path, progress: Progress, bar: object) -> Recording:
    done = 0

    def watch(games: int) -> None:
        nonlocal done
        progress.update(bar, advance=games - done)  # type: ignore[arg-type]
        done = games

    return record(folder, scenario, seats, plan.games, plan.seed, watch=watch)


def _status_quo(plan: Plan, scenario: Scenario) -> NDArray[np.float64]:
    """Return the returns of the same games if all actors hold, (games, actors)."""
    seeds = game_seeds(plan.seed, plan.games)
    parts = [seeds[first : first + BATCH] for first in range(0, plan.games, BATCH)]
    hold = [scripted("hold")] * N_ACTORS
    return np.concatenate([play(scenario, hold, len(part), part).returns for part in parts])


def _drop(recording: Recording, keep: bool) -> None:
    if not keep:
        shutil.rmtree(recording.folder)
        for parent in recording.folder.parents[:2]:
            if not any(parent.iterdir()):
                parent.rmdir()


def _write(plan: Plan, evaluation: Evaluation, folder: Path) -> None:
    cells = evaluation.cells
    reporting.write_results(folder / "results.csv", cells)
    reporting.write_curves(folder / "curves.csv", cells)
    reporting.write_comparisons(folder / "comparisons.csv", evaluation.differences)
    write_log(folder / LOG, {cell.key: cell.games for cell in cells})
    images = list(_plots(plan, evaluation, folder))
    (folder / "report.md").write_text(reporting.page(plan, evaluation, images), encoding="utf-8")
    facts = {**_manifest(plan, cells), "tables": {name: reporting.file_hash(folder / name) for name in (*reporting.FILES, LOG)}}
    (folder / "manifest.json").write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")


def _plots(plan: Plan, evaluation: Evaluation, folder: Path) -> Iterator[str]:
    """Draw the plots and yield the names of their files."""
    if len(plan.trials) > 1:
        yield evaluation_plots.escalation(folder, evaluation.cells)
    if any(trial.seat in ACTORS for trial in plan.trials) and evaluation.differences:
        yield evaluation_plots.gains(folder, evaluation.differences)
    for trial in plan.trials if plan.full else ():
        findings = {cell.key.policy: cell.findings for cell in evaluation.cells if cell.key[:2] == (trial.label, trial.seat)}
        yield from (path.name for path in metric_plots.draw(folder, trial.label, findings))


def _manifest(plan: Plan, cells: Sequence[Cell]) -> dict[str, Any]:
    """Return the data that `straits verify` needs."""
    config = {name: getattr(plan, name) for name in ("games", "seed", "confidence", "resamples", "keep")}
    return {
        "format": FORMAT,
        "config": config | {"others": plan.others.name},
        "scenarios": {t.label: {"hash": t.scenario.hash, "given": t.source, "changes": t.changes} for t in plan.trials},
        "policies": {p.name: policy_fingerprint(p) for p in (*plan.policies, plan.others)},
        "results": {"/".join(cell.key): reporting.digest(cell.games.digests) for cell in cells},
        "versions": versions(),
    }


def compare(plan: Plan, cells: Sequence[Cell]) -> list[Difference]:
    """Compare each later policy with the first one, in the same games.

    Args:
        plan: The plan.
        cells: Results of each policy in each trial.

    Returns:
        The differences, with p-values corrected for all comparisons of the evaluation.
    """
    from straits.experiments.utils.statistics import holm, paired_p

    rows: list[tuple[str, str, str, str, str, Interval, float]] = []
    for trial in plan.trials:
        first, *rest = (cell for cell in cells if cell.key[:2] == (trial.label, trial.seat))
        compared = {name: name for name in COMPARED}
        if trial.seat in ACTORS:
            compared["return"] = f"return/{trial.seat}"
        for cell in rest:
            ours, theirs = cell.findings.per_game, first.findings.per_game
            gaps = {name: ours[column] - theirs[column] for name, column in compared.items()}
            intervals = columns(gaps, seed=plan.seed, confidence=plan.confidence, resamples=plan.resamples)
            for name, column in compared.items():
                p = paired_p(ours[column], theirs[column])
                rows.append((*cell.key, first.key.policy, name, intervals[name], p))
    verdicts = holm({str(n): row[-1] for n, row in enumerate(rows)}, plan.confidence)
    return [Difference(*row, verdicts[str(n)].corrected, verdicts[str(n)].holds, plan.games) for n, row in enumerate(rows)]


def _listed(key: str, text: str) -> list[str]:
    names = split_names(text)
    if not names or len(set(names)) < len(names):
        raise ValueError(f"{key}={text!r}: expected names, each once, separated by commas")
    return names
