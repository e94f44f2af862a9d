"""Give a stored league the hash of a later version of its scenario, if its games have not changed.

    straits league-restamp experiments/reproduce/league

A league's state names its scenario by hash. The hash changes with each new parameter of the rules, even with one that is 0 and
changes no game. This command plays the complete meta-game again in the current scenario. If all returns are equal bit by bit, the
folder gets the new hash and `straits league` can resume from it. Otherwise the folder stays unchanged.
"""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException

from straits.conf.jobs import LeagueConfig
from straits.envs.io import read_json
from straits.experiments.training.psro import metagame
from straits.experiments.training.psro.population import League, Plan
from straits.experiments.training.psro.store import STATE, read, write
from straits.experiments.training.psro.train import prepare
from straits.experiments.utils.console import FAILED, complain


def main(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> int:
    """Play, compare and write. Return 0, 1 if a game has changed, 2 if there is no valid league."""
    parser.add_argument("folder", type=Path, help="the folder of a league")
    folder: Path = parser.parse_args(arguments).folder
    try:
        plan = planned(read_json(folder / STATE), folder)
        league = read(plan, folder)
    except (ValueError, KeyError, TypeError, OSError) as error:
        return complain(error, parser.prog)
    if changed := difference(plan, league):
        return complain(changed, parser.prog, FAILED)
    write(plan, league, folder)
    print(f"{folder}: all returns are unchanged; scenario {plan.scenario.name} has the hash {plan.scenario.hash[:16]} now")
    return 0


def planned(state: Mapping[str, Any], folder: Path) -> Plan:
    """Return the plan of a stored league, with defaults for settings that are newer than it.

    Raises:
        ValueError: If a setting is unknown or out of range.
    """
    try:
        merged = OmegaConf.merge(OmegaConf.structured(LeagueConfig), {**state["config"], "iterations": state["iteration"]})
        config: Any = OmegaConf.to_object(merged)
    except OmegaConfBaseException as error:
        raise ValueError(f"{folder / STATE} config: {str(error).splitlines()[0]}") from None
    return prepare(config)


def difference(plan: Plan, league: League) -> str:
    """Compare the meta-game of a stored league with the current version.

    Args:
        plan: The plan of the league.
        league: The stored league.

    Returns:
        The first combination of members with other returns, in words; empty if there is none.
    """
    assert league.payoffs is not None
    config = plan.config
    played = metagame.payoffs(plan.scenario, league.members, league.others, games=config.games_per_profile, seed=config.seed)
    apart = np.argwhere((played != league.payoffs).any(axis=0))  # (combinations, actors)
    if not len(apart):
        return ""
    first = tuple(apart[0])
    who = ", ".join(league.members[actor][n].name for actor, n in zip(league.members, first, strict=True))
    was, now = (np.array2string(p[(slice(None), *first)], precision=3) for p in (league.payoffs, played))
    return f"{len(apart)} of {played[0].size} combinations have other returns, the first {who}: {now}, expected {was}"
