"""Train a league of policies by policy-space response oracles (Lanctot et al. 2017): `straits league`.

    straits league                                      five responses per actor
    straits league hydra.run.dir=runs/league            a second call resumes in the same folder

In each iteration every actor's next member is trained as a best response to the others' mixtures. Then the new combinations of the
meta-game are played, and its strategy determines the next mixtures (`population`). `store` describes the folder.
"""

from collections.abc import Sequence
from pathlib import Path

import torch
from rich.console import Console

from straits.agents.registry import policy
from straits.conf.jobs import LeagueConfig
from straits.envs.directories import claim
from straits.envs.scenarios.scenario import load_scenario
from straits.envs.spec.constants import ACTORS
from straits.experiments.training.callbacks import Update
from straits.experiments.training.psro import metagame
from straits.experiments.training.psro.population import League, Plan, create_league, iterate
from straits.experiments.training.psro.store import STATE, keep, resume, write
from straits.experiments.training.reward_profiles import apply_reward_profile
from straits.experiments.utils.console import BAD_INPUT, INTERRUPTED
from straits.experiments.utils.hydra_app import launch


def main(arguments: Sequence[str]) -> int:
    """Compose and check the configuration, then train. Return the exit code."""
    return launch("league", arguments, prepare, run)


def prepare(config: LeagueConfig) -> Plan:
    """Load the scenario and the policies of a configuration.

    Raises:
        ValueError: If a name is unknown or a value is out of range.
    """
    changes = {"horizon": config.scenario.horizon} if config.scenario.horizon else {}
    scenario = load_scenario(config.scenario.name, parameters=config.scenario.parameters, **changes)
    scenario = apply_reward_profile(scenario, config.reward_profile, config.agent.seats)
    outside = [a for a in ACTORS if a not in config.agent.seats]
    return Plan(config, scenario, tuple(map(policy, config.initial_policies)), {a: policy(config.agent.opponents) for a in outside})


def run(plan: Plan, folder: Path, console: Console | None = None) -> int:
    """Train until each actor has all its responses, and write the folder after each iteration.

    Args:
        plan: What to train.
        folder: Folder of the league.
        console: Where to print; default is the terminal.

    Returns:
        Exit code: 0, 2 if the folder holds another league, 130 after Ctrl-C (the folder then holds the last complete iteration).
    """
    console = console or Console()
    torch.set_num_threads(plan.config.threads)
    try:
        with claim(folder):
            league = resume(plan, folder) if (folder / STATE).is_file() else create_league(plan)
            _grow(plan, league, folder, console)
    except ValueError as error:
        console.print(f"straits league: {error}", style="red", highlight=False, markup=False, soft_wrap=True)
        return BAD_INPUT
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0


def _grow(plan: Plan, league: League, folder: Path, console: Console) -> None:
    while league.iteration < plan.config.iterations:
        learners = iterate(league, plan.config, lambda name, learner: _show(console, name, learner.updates[-1]))
        for learner in learners:
            keep(plan, learner, folder)
        write(plan, league, folder)
        _print_mixtures(console, league)


def _show(console: Console, name: str, update: Update) -> None:
    (value,) = update.returns.values()
    shown = "-" if value is None else f"{value:.2f}"
    console.print(f"{name}: {update.timesteps:,} decisions, return {shown}", highlight=False, markup=False, soft_wrap=True)


def _print_mixtures(console: Console, league: League) -> None:
    """Print each actor's mixture, its return, and its regret within the population."""
    assert league.payoffs is not None
    each = zip(league.members, league.strategy, metagame.values(league.payoffs, league.strategy), strict=True)
    for actor, shares, of in each:
        mixed = ", ".join(f"{p.name} {s:.0%}" for p, s in zip(league.members[actor], shares, strict=True) if s > 0.0)
        regret = of.max() - of @ shares
        line = f"iteration {league.iteration}, {actor}: {mixed}; return {of @ shares:.2f}, regret {regret:.2f}"
        console.print(line, highlight=False, markup=False, soft_wrap=True)
