"""Trained-response gain: how much a freshly trained deviator gains against policies that stay as they are.

    python -m straits.experiments.trained_response runs/league runs/shared/policies/shared

For each profile (a league's mixtures, or one policy in all seats) and each actor, PPO trains one response to the others, and the
gain is its return over that of the policy it replaces, on fresh games with common random numbers. It is a lower bound on what can
be gained, and says so with its budget: a longer or better search may gain more, and below 0 this one found nothing.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final

import torch

from straits.agents.base import Policy
from straits.agents.named import policy
from straits.agents.network import NetworkPolicy
from straits.agents.storage import write_file
from straits.conf import compose
from straits.conf.jobs import LeagueConfig
from straits.envs.scenario import Scenario
from straits.envs.vocabulary import ACTORS
from straits.experiments.intervals import Interval, corrected, paired
from straits.experiments.league.command import prepare
from straits.experiments.league.folder import STATE, kept
from straits.experiments.learner import Learner, build
from straits.experiments.rollout import play

FRESH: Final = 7_000_000  # the seed of the games on which gains are measured, apart from those of training
SEED: Final = 1_000_003  # of the responses' training, apart from the league's


@dataclass(frozen=True)
class Gain:
    """What a response of an actor gained: its return, that of the policy it replaces, and the difference, paired by games."""

    profile: str
    actor: str
    incumbent: float
    response: float
    gain: Interval
    decisions: int  # of the response's training
    games: int


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print a table; 2 on bad input."""
    options = _parser().parse_args(arguments)
    torch.set_num_threads(1)
    try:
        config: LeagueConfig = compose.compose("league", options.overrides)
        plan = prepare(config)
        profiles = {name: seats_of(name) for name in options.profiles}
    except (ValueError, OSError) as error:
        print(f"trained_response: {error}", file=sys.stderr)
        return 2
    confidence = corrected(0.95, len(profiles) * len(options.actors))
    print("| profile | actor | incumbent's return | response's return | gain | decisions |", "|---|---|---|---|---|---|", sep="\n")
    found = []
    for name, seats in profiles.items():
        for actor in options.actors:
            found.append(measure(name, seats, actor, plan.scenario, config, options.games, confidence))
            print(line(found[-1]), flush=True)
    if options.json:
        rows = [{**asdict(g), "gain": g.gain._asdict(), "confidence": confidence} for g in found]
        write_file(options.json, json.dumps(rows, indent=1).encode())
    return 0


def seats_of(name: str) -> dict[str, Policy]:
    """Who plays each actor in a profile: a league's mixtures, one policy in all seats, or `a,b,c,d,e`, one a seat in the actors'
    order. ValueError where there is no such league or policy."""
    if (Path(name) / STATE).is_file():
        return kept(Path(name))
    named = name.split(",")
    if len(named) not in (1, len(ACTORS)):
        raise ValueError(f"profiles={name!r}: expected one policy for all seats, or {len(ACTORS)} with commas between")
    return dict(zip(ACTORS, [policy(n) for n in named * (len(ACTORS) if len(named) == 1 else 1)], strict=True))


def measure(
    name: str, seats: Mapping[str, Policy], actor: str, scenario: Scenario, config: LeagueConfig, games: int, confidence: float
) -> Gain:
    """Train one response and compare it with the policy that it replaces."""
    agent = replace(config.agent, seats=[actor])
    others = {a: p for a, p in seats.items() if a != actor}
    seed, risk = SEED + config.seed + ACTORS.index(actor), config.character.risk
    model = build(scenario, config.env, agent, config.algorithm, others, seed=seed, risk=risk)
    learner = Learner("response", model, config.algorithm)
    while not learner.done:
        learner.advance()
    response = NetworkPolicy("response", learner.network())
    seat = ACTORS.index(actor)
    before, after = (
        play(scenario, [response if deviates and a == actor else seats[a] for a in ACTORS], games, FRESH + config.seed).returns[
            :, seat
        ]
        for deviates in (False, True)
    )
    gain = paired(after, before, seed=FRESH, confidence=confidence)
    return Gain(name, actor, float(before.mean()), float(after.mean()), gain, learner.model.num_timesteps, games)


def shown(profile: str) -> str:
    """What the table calls a profile: the names of its policies without folders."""
    return ", ".join(f"`{Path(name).name}`" for name in profile.split(","))


def line(gain: Gain) -> str:
    """A row of the table."""
    return (
        f"| {shown(gain.profile)} | {gain.actor} | {gain.incumbent:.2f} | {gain.response:.2f} | {gain.gain:.2f} "
        f"| {gain.decisions:,} |"
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m straits.experiments.trained_response", description=__doc__)
    parser.add_argument("profiles", nargs="+", help="a league's folder, a policy, or five with commas between")
    parser.add_argument("--overrides", nargs="*", default=[], help="of the responses, as for straits league")
    parser.add_argument("--actors", nargs="*", default=list(ACTORS), choices=ACTORS, help="who deviates (default: each)")
    parser.add_argument("--games", type=int, default=2000, help="on which a gain is measured (default: 2000)")
    parser.add_argument("--json", type=Path, help="where to write the numbers")
    return parser


if __name__ == "__main__":
    sys.exit(main())
