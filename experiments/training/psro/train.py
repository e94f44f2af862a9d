"""A league of policies, the family of policy-space response oracles (Lanctot et al. 2017): `straits league`.

    straits league                                      five responses of each actor
    straits league hydra.run.dir=runs/league            the same folder again goes on where it stopped

In each iteration every actor's next member is trained as a best response to the others' mixtures; then the meta-game is played for
the combinations that are new, and its strategy says what each actor mixes next (`populations`). What the folder holds, `folder`
tells.
"""

from collections.abc import Sequence
from pathlib import Path

import torch
from rich.console import Console

from straits.agents.registry import policy
from straits.conf.jobs import LeagueConfig
from straits.envs.scenarios.scenario import load_scenario
from straits.envs.spec.constants import ACTORS
from straits.experiments.training.callbacks import Update
from straits.experiments.training.psro import metagame
from straits.experiments.training.psro.population import League, Plan, found, iterate
from straits.experiments.training.psro.store import STATE, keep, resume, write
from straits.experiments.training.reward_profiles import characterised
from straits.experiments.utils.console import BAD_INPUT, INTERRUPTED
from straits.experiments.utils.hydra_app import launch


def main(arguments: Sequence[str]) -> int:
    """Compose, check, run; returns the exit code."""
    return launch("league", arguments, prepare, run)


def prepare(config: LeagueConfig) -> Plan:
    """Find the scenario and the policies. ValueError names what is unknown or out of range."""
    changes = {"horizon": config.scenario.horizon} if config.scenario.horizon else {}
    scenario = load_scenario(config.scenario.name, parameters=config.scenario.parameters, **changes)
    scenario = characterised(scenario, config.character, config.agent.seats)
    outside = [a for a in ACTORS if a not in config.agent.seats]
    return Plan(config, scenario, tuple(map(policy, config.start)), {a: policy(config.agent.others) for a in outside})


def run(plan: Plan, folder: Path, console: Console | None = None) -> int:
    """Train until every actor has its responses, and write the folder after each iteration.

    Returns:
        Exit code: 0, 2 if the folder holds another league, 130 after Ctrl-C (the folder then holds the last complete iteration).
    """
    console = console or Console()
    torch.set_num_threads(plan.config.threads)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        league = resume(plan, folder) if (folder / STATE).is_file() else found(plan)
    except ValueError as error:
        console.print(f"straits league: {error}", style="red", highlight=False, soft_wrap=True)
        return BAD_INPUT
    try:
        _grow(plan, league, folder, console)
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0


def _grow(plan: Plan, league: League, folder: Path, console: Console) -> None:
    while league.iteration < plan.config.responses:
        learners = iterate(league, plan.config, lambda name, learner: _show(console, name, learner.updates[-1]))
        for learner in learners:
            keep(plan, learner, folder)
        write(plan, league, folder)
        _tell(console, league)


def _show(console: Console, name: str, update: Update) -> None:
    (value,) = update.returns.values()
    told = "-" if value is None else f"{value:.2f}"
    console.print(f"{name}: {update.timesteps:,} decisions, return {told}", highlight=False, soft_wrap=True)


def _tell(console: Console, league: League) -> None:
    """What each actor mixes, what it gets, and what it could still gain within its population."""
    assert league.payoffs is not None
    each = zip(league.members, league.strategy, metagame.values(league.payoffs, league.strategy), strict=True)
    for actor, shares, of in each:
        mixed = ", ".join(f"{p.name} {s:.0%}" for p, s in zip(league.members[actor], shares, strict=True) if s > 0.0)
        regret = of.max() - of @ shares
        line = f"iteration {league.iteration}, {actor}: {mixed}; return {of @ shares:.2f}, regret {regret:.2f}"
        console.print(line, highlight=False, soft_wrap=True)
