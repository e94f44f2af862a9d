"""Train policies and save them: `straits train`.

    straits train                                            one policy for all five seats
    straits train agent=one_seat agent.seats=[japan]         one seat against scripted opponents
    straits train experiment=best_response agent.opponents=runs/x/policies/shared
    straits train resume=runs/x                              resume an interrupted run with otherwise equal settings
    straits train --multirun hydra/launcher=local seed=1,2,3

The run's folder contains `policies/` with an index (see `agents/checkpoint.py`), `training.csv`, TensorBoard scalars and a
manifest. The training state is saved every `checkpoint_interval` updates. A run that resumes from it ends with the same weights
as one without interruption. Ctrl-C ends training early and saves the policies.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import torch
from rich.console import Console
from torch.utils.tensorboard import SummaryWriter

from straits.agents.base import Policy
from straits.agents.card import Card
from straits.agents.checkpoint import save, write_index
from straits.conf.jobs import TrainConfig
from straits.envs.directories import claim
from straits.envs.io import as_json, write_file
from straits.envs.scenarios.scenario import Scenario, load_scenario
from straits.envs.spec.constants import ACTORS, COMPONENTS
from straits.experiments.training import checkpoint, modes
from straits.experiments.training.callbacks import Update
from straits.experiments.training.learner import Learner, players
from straits.experiments.training.monitor import Monitor
from straits.experiments.training.reward_profiles import apply_reward_profile
from straits.experiments.utils.console import BAD_INPUT, COMPLETE, DIVERGED, INTERRUPTED
from straits.experiments.utils.hydra_app import launch
from straits.experiments.utils.manifest import manifest, policy_fingerprint

STATE: Final = "training_state.safetensors"
MANIFEST: Final = "manifest.json"


@dataclass(frozen=True)
class Plan:
    """A configuration with its scenarios and policies loaded."""

    config: TrainConfig
    scenarios: tuple[Scenario, ...]  # with the weights and types of the reward profile
    others: Mapping[str, Policy]  # policies of the seats without a learner, and of opponents that learners meet


def main(arguments: Sequence[str]) -> int:
    """Compose and check the configuration, then train. Return the exit code."""
    return launch("train", arguments, prepare, run)


def prepare(config: TrainConfig) -> Plan:
    """Load the scenarios and policies of a configuration.

    Raises:
        ValueError: If a name is unknown, a value is out of range, or the run to resume has other settings.
    """
    changes = {"horizon": config.scenario.horizon} if config.scenario.horizon else {}
    names = [config.scenario.name, *config.scenarios]
    scenarios = [load_scenario(name, parameters=config.scenario.parameters, **changes) for name in names]
    plan = Plan(
        config=config,
        scenarios=tuple(apply_reward_profile(scenario, config.reward_profile, config.agent.seats) for scenario in scenarios),
        others=players(config.agent, everywhere=config.mode.name == "per_actor" and config.mode.opponents == "configured"),
    )
    if config.resume is not None:
        checkpoint.check(Path(config.resume) / STATE, _rests_on(plan))
    return plan


def run(plan: Plan, folder: Path, console: Console | None = None) -> int:
    """Train, and write the run's folder during training.

    Args:
        plan: What to train.
        folder: Folder of the run.
        console: Where to print; default is the terminal.

    Returns:
        Exit code: 0, 130 after Ctrl-C, 1 if training diverged, 2 if the folder holds another run (which stays unchanged).
    """
    console = console or Console()
    try:
        with claim(folder):
            _check_folder(folder, plan.config.resume)
            return _run(plan, folder, console)
    except ValueError as error:
        console.print(f"straits train: {error}", style="red", highlight=False, markup=False, soft_wrap=True)
        return BAD_INPUT


def _run(plan: Plan, folder: Path, console: Console) -> int:
    torch.set_num_threads(plan.config.threads)
    learners = modes.learners(plan.config, plan.scenarios, plan.others)
    if plan.config.resume is not None:
        checkpoint.restore(Path(plan.config.resume) / STATE, learners, _rests_on(plan))
    console.print(_who_plays(plan, learners), highlight=False, markup=False, soft_wrap=True)
    state, code = COMPLETE, 0
    try:
        _learn(plan, learners, folder, console)
    except KeyboardInterrupt:
        state, code = "interrupted", INTERRUPTED
    except FloatingPointError as error:
        console.print(f"straits train: {error}", style="red", highlight=False, markup=False, soft_wrap=True)
        state, code = "diverged", DIVERGED
    _write(plan, learners, folder, state)
    console.print(f"{state}: {folder}", highlight=False, markup=False, soft_wrap=True)
    return code


def _check_folder(folder: Path, resume: str | None) -> None:
    """Check that the folder holds no run but the one to resume."""
    is_resumed = resume is not None and Path(resume).resolve() == folder.resolve()
    if not is_resumed and any((folder / name).exists() for name in (STATE, MANIFEST, "policies")):
        raise ValueError(f"{folder}: expected a folder without a run, or resume={folder} to resume it")


def _learn(plan: Plan, learners: Sequence[Learner], folder: Path, console: Console) -> None:
    with SummaryWriter(str(folder / "tensorboard")) as board, Monitor(learners, console) as monitor:

        def keep() -> None:
            checkpoint.save(folder / STATE, learners, _rests_on(plan))
            write_file(folder / "training.csv", _curve(learners))

        def keep_scalars(learner: Learner, update: Update) -> None:
            for name, value in _scalars(update).items():
                board.add_scalar(f"{learner.name}/{name}", value, update.timesteps)

        def watch(learner: Learner, update: Update) -> None:
            monitor.show(learner, update)
            keep_scalars(learner, update)

        for learner in learners:  # updates of a run that resumes
            for update in learner.updates:
                keep_scalars(learner, update)
            for update in learner.updates[-1:]:
                monitor.show(learner, update)
        modes.learn(plan.config, learners, watch, keep)


def _write(plan: Plan, learners: Sequence[Learner], folder: Path, state: str) -> None:
    write_file(folder / "training.csv", _curve(learners))
    policies = {}
    if state != "diverged":  # diverged weights are no policy
        policies = {learner.name: _save(plan, learner, folder / "policies" / learner.name).sha256 for learner in learners}
        write_index(folder / "policies")
    record = manifest(asdict(plan.config), plan.scenarios, (), {}, state)
    write_file(folder / MANIFEST, as_json({**record, "policies": policies}))


def _save(plan: Plan, learner: Learner, folder: Path) -> Card:
    config, network = plan.config, learner.network()
    card = Card(
        algorithm=config.algorithm.name,
        sizes=network.sizes,
        activation=network.activation,
        seats=list(learner.seats),
        character=config.reward_profile.name,
        rewards=_rewards(plan.scenarios[0], learner.seats),
        risk=config.reward_profile.risk,
        seed=config.seed,
        configuration=_settings(config),
        curve=[{k: v for k, v in u.as_row().items() if k != "seconds"} for u in learner.updates],
        sha256="",
    )
    return save(folder, network, card)


def _settings(config: TrainConfig) -> dict[str, Any]:
    """Return the settings that determine the result. The resume path and the checkpoint interval do not."""
    return {key: value for key, value in asdict(config).items() if key not in ("resume", "checkpoint_interval")}


def _rests_on(plan: Plan) -> dict[str, Any]:
    """Return what a run must share with the run that it resumes: settings, and hashes of scenarios and opponents."""
    scenarios = {scenario.name: scenario.hash[:16] for scenario in plan.scenarios}
    players_met = {actor: policy_fingerprint(met) for actor, met in plan.others.items()}
    return {**_settings(plan.config), "scenario_hash": scenarios, "player_hash": players_met}


def _rewards(scenario: Scenario, seats: Sequence[str]) -> dict[str, dict[str, float]]:
    weights = scenario.record["weights"][0]  # (actors, components)
    return {seat: dict(zip(COMPONENTS, weights[ACTORS.index(seat)].tolist(), strict=True)) for seat in seats}


def _curve(learners: Sequence[Learner]) -> bytes:
    """Return the learning curves as CSV, one line per update and policy."""
    rows = [{"policy": learner.name, **update.as_row()} for learner in learners for update in learner.updates]
    text = io.StringIO()
    writer = csv.DictWriter(text, list(dict.fromkeys(key for row in rows for key in row)), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def _scalars(update: Update) -> dict[str, float]:
    """Return the scalars for TensorBoard: returns by actor, escalation of the games, losses."""
    scalars: dict[str, float | None] = {f"return/{actor}": value for actor, value in update.returns.items()}
    scalars |= {f"escalation/{name}": getattr(update, name) for name in ("conflict_rate", "peak_tension", "incidents")}
    scalars |= {f"loss/{name}": value for name, value in update.losses.items()}
    return {name: value for name, value in scalars.items() if value is not None}


def _who_plays(plan: Plan, learners: Sequence[Learner]) -> str:
    """Return one line per actor: the policy that learns in its seat, or the one that plays it."""
    lines = []
    for actor in ACTORS:
        learning = [learner.name for learner in learners if actor in learner.seats]
        if learning:
            met = f", the others meet {plan.others[actor].name}" if actor in plan.others else ""
            lines.append(f"{actor}: {learning[0]} ({plan.config.algorithm.name}, learns{met})")
        else:
            lines.append(f"{actor}: {plan.others[actor].name}")
    return "\n".join(lines)
