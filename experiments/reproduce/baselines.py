"""The table to compare with: scripted and trained policies in each seat of the baseline and of the sources' scenarios.

    straits baselines --runs runs/zoo --page docs/baselines.md

The policy plays one seat, `default` the other four, with the scenario's own reward weights; game i has the same random numbers for
all. An interval of a scripted policy is a bootstrap over games, one of a training method Student's t over its training seeds.
"""

import argparse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from straits.agents.base import Policy
from straits.agents.registry import policy
from straits.agents.scripted import scripted
from straits.envs.scenarios.scenario import load_scenario
from straits.envs.spec.constants import ACTORS, CHANNELS
from straits.experiments.evaluation.best_response import Restricted, seated
from straits.experiments.reproduce import baselines_page as page
from straits.experiments.reproduce.pretrained import SEEDS, run
from straits.experiments.rollouts.rollout import play
from straits.experiments.training.jobs import complete
from straits.experiments.training.psro.store import load_mixtures
from straits.experiments.utils.console import complain
from straits.experiments.utils.statistics import Interval, bootstrap, small_sample

SCENARIOS: Final = ("baseline", "s0_draft_plan", "s1_positions", "s2_two_plus_two", "s3_missile_units", "s4_command_upgrade")
SIMPLE: Final = ("random", "hold")
SCRIPTED: Final = ("hawk", "dove", "tit_for_tat", "grim", "default")
METHODS: Final = {"MaskablePPO": "maskable_ppo", "PPO": "ppo"}
PLAYED_SEED: Final = 90_000  # of the games that are compared, apart from every training seed

Key = tuple[str, str, str]  # scenario, policy, seat


@dataclass
class Baselines:
    """Returns of each policy in each seat: (1, games) where it is given, (training seeds, games) where it was trained."""

    games: int
    returns: dict[Key, NDArray[np.float64]] = field(default_factory=dict)
    ablated: dict[Key, NDArray[np.float64]] = field(default_factory=dict)  # scenario, channel taken away, seat; first method

    def cell(self, key: Key) -> Interval:
        """The mean return."""
        return interval(self.returns[key])

    def gain(self, scenario: str, method: str, over: str, seat: str) -> Interval:
        """What the method gains over another policy in the same games."""
        return interval(self.returns[scenario, method, seat] - self.returns[scenario, over, seat])

    def best_scripted(self, scenario: str, seat: str) -> str:
        """The scripted policy that earns most in these very games, which favours it."""
        return max(SCRIPTED, key=lambda name: self.returns[scenario, name, seat].mean())

    def loss(self, scenario: str, channel: str, seat: str) -> Interval:
        """What the first method loses without the channel."""
        return interval(self.returns[scenario, next(iter(METHODS)), seat] - self.ablated[scenario, channel, seat])


def interval(returns: NDArray[np.float64]) -> Interval:
    """Of the mean. returns: (training seeds, games): over the seeds where there are several, else over the games."""
    if len(returns) > 1:
        return small_sample(returns.mean(axis=1))
    return bootstrap(returns[0], seed=PLAYED_SEED)


def measure(runs: Path, games: int, more: Mapping[str, Sequence[Policy]], say: Callable[[str], None] = print) -> Baselines:
    """Play everything. `more`: name -> one policy a seat, to stand beside the methods."""
    found = Baselines(games)
    for scenario in SCENARIOS:
        for seat in ACTORS:
            for name, candidates in _candidates(runs, seat, more).items():
                found.returns[scenario, name, seat] = _returns(scenario, seat, candidates, games)
            trained = _trained(runs, seat, next(iter(METHODS.values())))
            for place, channel in enumerate(CHANNELS):
                without = [Restricted(each, place) for each in trained]
                found.ablated[scenario, channel, seat] = _returns(scenario, seat, without, games)
        say(f"{scenario}: done")
    return found


def _candidates(runs: Path, seat: str, more: Mapping[str, Sequence[Policy]]) -> dict[str, list[Policy]]:
    given = {name: [scripted(name)] for name in (*SIMPLE, *SCRIPTED)}
    trained = {name: _trained(runs, seat, algorithm) for name, algorithm in METHODS.items()}
    return given | trained | {name: [seats[ACTORS.index(seat)]] for name, seats in more.items()}


def _trained(runs: Path, seat: str, algorithm: str) -> list[Policy]:
    """The policies of all training seeds. ValueError where one was not trained to its end."""
    found = []
    for seed in SEEDS:
        name = run(seat, "neutral", seed, algorithm).name
        if not complete(runs / name):
            raise ValueError(f"runs={runs / name}: expected a complete run, as straits zoo makes it")
        found.append(policy(str(runs / name / "policies" / seat)))
    return found


def _returns(scenario: str, seat: str, candidates: Sequence[Policy], games: int) -> NDArray[np.float64]:
    place, others = ACTORS.index(seat), scripted("default")
    played = [play(load_scenario(scenario), seated(each, place, others), games, PLAYED_SEED) for each in candidates]
    return np.array([each.returns[:, place] for each in played])


def main(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> int:
    """Measure, print and write the page; returns the exit code."""
    parser.add_argument("--runs", type=Path, default=Path("runs/zoo"), help="the folder in which the zoo was trained")
    parser.add_argument("--games", type=int, default=400, help="a policy, seat and scenario")
    parser.add_argument("--league", type=Path, help="the folder of a league, whose mixtures stand beside the others")
    parser.add_argument("--page", type=Path, help="write the tables there")
    options = parser.parse_args(arguments)
    try:
        more = {"league": list(load_mixtures(options.league).values())} if options.league else {}
        found = measure(options.runs, options.games, more)
    except (ValueError, OSError) as error:
        return complain(error, parser.prog)
    text = page.render(found)
    print(text)
    if options.page:
        options.page.write_text(text, encoding="utf-8")
    return 0
