"""Compare scripted and trained policies in each seat of the baseline and of the sources' scenarios.

    straits baselines --runs runs/zoo --page docs/baselines.md

The policy plays one seat and `default` the other four, with the scenario's reward weights. Game i has the same random numbers for
all policies. The interval of a scripted policy is a bootstrap over games, that of a training method is Student's t over training
seeds.
"""

import argparse
from collections.abc import Callable, Iterable, Mapping, Sequence
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
PLAYED_SEED: Final = 90_000  # seed of the compared games, no training seed

COMMAND: Final = "make baselines"
BEST: Final = "best scripted"
Key = tuple[str, str, str]  # scenario, policy, seat


@dataclass
class Baselines:
    """Returns of each policy in each seat: (1, games) for a given policy, (training seeds, games) for a trained one."""

    games: int
    returns: dict[Key, NDArray[np.float64]] = field(default_factory=dict)
    ablated: dict[Key, NDArray[np.float64]] = field(default_factory=dict)  # scenario, channel without moves, seat; first method

    def cell(self, key: Key) -> Interval:
        """Return the mean return."""
        return interval(self.returns[key])

    def gain(self, scenario: str, method: str, over: str, seat: str) -> Interval:
        """Return the gain of a method over another policy in the same games.

        Args:
            scenario: Name of the scenario.
            method: Name of the method.
            over: Name of the other policy.
            seat: Name of the actor.
        """
        return interval(self.returns[scenario, method, seat] - self.returns[scenario, over, seat])

    def best_scripted(self, scenario: str, seat: str) -> str:
        """Return the scripted policy with the highest return in these games. The selection favours it."""
        return max(SCRIPTED, key=lambda name: self.returns[scenario, name, seat].mean())

    def loss(self, scenario: str, channel: str, seat: str) -> Interval:
        """Return the loss of the first method without a channel.

        Args:
            scenario: Name of the scenario.
            channel: Name of the channel.
            seat: Name of the actor.
        """
        return interval(self.returns[scenario, next(iter(METHODS)), seat] - self.ablated[scenario, channel, seat])


def interval(returns: NDArray[np.float64]) -> Interval:
    """Return the mean with its interval.

    Args:
        returns: (training seeds, games). The interval is over the seeds if there are several, otherwise over the games.
    """
    if len(returns) > 1:
        return small_sample(returns.mean(axis=1))
    return bootstrap(returns[0], seed=PLAYED_SEED)


def measure(runs: Path, games: int, more: Mapping[str, Sequence[Policy]], say: Callable[[str], None] = print) -> Baselines:
    """Play all policies in all seats and scenarios.

    Args:
        runs: Folder of the training runs.
        games: Games per policy, seat and scenario.
        more: Other policies: name to one policy per seat.
        say: Called with progress.
    """
    baselines = Baselines(games)
    for scenario in SCENARIOS:
        for seat in ACTORS:
            for name, candidates in _candidates(runs, seat, more).items():
                baselines.returns[scenario, name, seat] = _returns(scenario, seat, candidates, games)
            trained = _trained(runs, seat, next(iter(METHODS.values())))
            for place, channel in enumerate(CHANNELS):
                without = [Restricted(each, place) for each in trained]
                baselines.ablated[scenario, channel, seat] = _returns(scenario, seat, without, games)
        say(f"{scenario}: done")
    return baselines


def _candidates(runs: Path, seat: str, more: Mapping[str, Sequence[Policy]]) -> dict[str, list[Policy]]:
    policies_by_name = {name: [scripted(name)] for name in (*SIMPLE, *SCRIPTED)}
    trained = {name: _trained(runs, seat, algorithm) for name, algorithm in METHODS.items()}
    return policies_by_name | trained | {name: [seats[ACTORS.index(seat)]] for name, seats in more.items()}


def _trained(runs: Path, seat: str, algorithm: str) -> list[Policy]:
    """Load the policies of all training seeds.

    Raises:
        ValueError: If a run is not complete.
    """
    policies = []
    for seed in SEEDS:
        name = run(seat, "neutral", seed, algorithm).name
        if not complete(runs / name):
            raise ValueError(f"runs={runs / name}: expected a complete run, as straits zoo makes it")
        policies.append(policy(str(runs / name / "policies" / seat)))
    return policies


def _returns(scenario: str, seat: str, candidates: Sequence[Policy], games: int) -> NDArray[np.float64]:
    place, others = ACTORS.index(seat), scripted("default")
    played = [play(load_scenario(scenario), seated(each, place, others), games, PLAYED_SEED) for each in candidates]
    return np.array([each.returns[:, place] for each in played])


def main(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> int:
    """Measure, print and write the page. Return the exit code."""
    parser.add_argument("--runs", type=Path, default=Path("runs/zoo"), help="the folder in which the zoo was trained")
    parser.add_argument("--games", type=int, default=400, help="games per policy, seat and scenario")
    parser.add_argument("--league", type=Path, help="the folder of a league, whose mixtures are compared too")
    parser.add_argument("--page", type=Path, help="write the tables there")
    options = parser.parse_args(arguments)
    try:
        more = {"league": list(load_mixtures(options.league).values())} if options.league else {}
        baselines = measure(options.runs, options.games, more)
    except (ValueError, OSError) as error:
        return complain(error, parser.prog)
    text = render(baselines)
    print(text)
    if options.page:
        options.page.write_text(text, encoding="utf-8")
    return 0


def render(baselines: Baselines) -> str:
    """Return the page in Markdown."""
    scenarios = list(dict.fromkeys(scenario for scenario, _, _ in baselines.returns))
    parts = [_head(baselines), *(_scenario(baselines, scenario) for scenario in scenarios), _gains(baselines, scenarios)]
    parts += [_masks(baselines, scenarios), _channels(baselines, scenarios)]
    return "\n\n".join(parts) + "\n"


def methods(baselines: Baselines) -> list[str]:
    """Return the methods with several training seeds, in the order of measurement."""
    return list(dict.fromkeys(name for (_, name, _), returns in baselines.returns.items() if len(returns) > 1))


def gains(baselines: Baselines, scenario: str, method: str, seat: str) -> dict[str, tuple[str, Interval]]:
    """Return the gains of a method over three rivals in one seat.

    Args:
        baselines: The measured returns.
        scenario: Name of the scenario.
        method: Name of the method.
        seat: Name of the actor.

    Returns:
        Rival to the name of its policy and the gain.
    """
    best = baselines.best_scripted(scenario, seat)
    return {
        "random": ("random", baselines.gain(scenario, method, "random", seat)),
        "hold": ("hold", baselines.gain(scenario, method, "hold", seat)),
        BEST: (best, baselines.gain(scenario, method, best, seat)),
    }


def _head(baselines: Baselines) -> str:
    return (
        "# Baselines\n\n"
        "After this page you know the return of each scripted and trained policy in each seat of six scenarios, and can measure it"
        f" again with:\n\n```sh\n{COMMAND}  # trains the policies that `make zoo` has not trained\n```\n\n"
        "The policy plays one seat and `default` the other four, with the scenario's own reward weights. A cell is the mean return"
        f" of an episode over {baselines.games:,} games, the same for all policies, with its 95 % interval. For a scripted policy"
        " and for `league`, which was trained once, the interval is a bootstrap over games. For PPO and MaskablePPO it is"
        " Student's t over 3 training seeds.\n\n"
        "Each trained policy learned in one seat, on the mix of the six scenarios. `league` is the mixture of [the league]"
        "(league.md) for the seat, trained in the baseline. Returns of different actors are not comparable."
    )


def _scenario(baselines: Baselines, scenario: str) -> str:
    names = list(dict.fromkeys(name for where, name, _ in baselines.returns if where == scenario))
    rows = [
        [f"`{name}`" if name.islower() else name, *(f"{baselines.cell((scenario, name, a)):.1f}" for a in ACTORS)] for name in names
    ]
    return f"## {scenario}\n\n{_table(['policy', *ACTORS], rows)}"


def _gains(baselines: Baselines, scenarios: Sequence[str]) -> str:
    method = methods(baselines)[0]
    rows, n_above = [], {rival: 0 for rival in ("random", "hold", BEST)}
    for scenario in scenarios:
        by_seat = {seat: gains(baselines, scenario, method, seat) for seat in ACTORS}
        for rival in n_above:
            cells = [f"{by_seat[s][rival][1]:.1f}" + (f" ({by_seat[s][rival][0]})" if rival == BEST else "") for s in ACTORS]
            rows.append([scenario, rival, *cells])
            n_above[rival] += sum(by_seat[s][rival][1].low > 0 for s in ACTORS)
    of = len(scenarios) * len(ACTORS)
    counts = ", ".join(f"over {rival} in {n} of {of}" for rival, n in n_above.items())
    return (
        f"## Gains of training\n\nReturn of {method} minus the return of another policy in the same games. The best scripted"
        " policy is the one with the highest return in these games, its name in brackets. The interval is above 0"
        f" {counts} pairs of seat and scenario.\n\n"
        f"{_table(['scenario', 'over', *ACTORS], rows)}"
    )


def _masks(baselines: Baselines, scenarios: Sequence[str]) -> str:
    one, other = methods(baselines)[:2]
    rows = [[scenario, *(f"{baselines.gain(scenario, one, other, seat):.1f}" for seat in ACTORS)] for scenario in scenarios]
    return (
        f"## Masks\n\nReturn of {one} minus that of {other}, whose illegal choices become no-ops. Settings, training seeds,"
        f" decisions and, in China's seat, the no-op bias are the same.\n\n"
        f"{_table(['scenario', *ACTORS], rows)}"
    )


def _channels(baselines: Baselines, scenarios: Sequence[str]) -> str:
    rows = [
        [scenario, channel, *(f"{baselines.loss(scenario, channel, seat):.1f}" for seat in ACTORS)]
        for scenario in scenarios
        for channel in CHANNELS
    ]
    return (
        f"## Value of each channel\n\nReturn of {methods(baselines)[0]} minus that of the same policy restricted to the no-op"
        f" in one channel.\n\n{_table(['scenario', 'without', *ACTORS], rows)}"
    )


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in (heads, ["---"] * len(heads), *rows))
