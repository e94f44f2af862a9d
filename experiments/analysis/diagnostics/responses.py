"""Approximate best responses of every seat, by search and by PPO, and measure their gains and the value of each channel.

An approximate best response is a lower bound with a budget. It is selected on one set of games and scored on another.
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from straits.agents.base import Policy
from straits.agents.scripted import scripted
from straits.agents.utility import UtilityPolicy
from straits.conf.schema import AgentConfig, AlgorithmConfig, EnvConfig
from straits.envs.scenarios.scenario import Scenario
from straits.envs.spec.constants import ACTORS, CHANNELS, CHINA, N_ACTORS, N_CHANNELS
from straits.envs.spec.moves import MOVES
from straits.experiments.analysis.diagnostics import checks
from straits.experiments.analysis.diagnostics.checks import Effort, Part, Response, Say, Verdict
from straits.experiments.evaluation.best_response import search, seated
from straits.experiments.rollouts.rollout import play
from straits.experiments.training.learner import Training, train
from straits.experiments.utils.statistics import Interval, bootstrap

AGAINST: Final = ("hold", "default")  # policy of the opponents
RIVALS: Final = ("hold", "hawk", "default")  # policies that a response is compared with in its seat


def part(scenario: Scenario, effort: Effort, say: Say) -> Part:
    """Approximate the best response of every seat to each of AGAINST.

    Args:
        scenario: The scenario.
        effort: Sizes of the experiments.
        say: Called with progress.

    Returns:
        Gains over RIVALS and over the best constant move, the value of each channel to the responses to `default`, and the
        verdicts.
    """
    responses = [r for against in AGAINST for r in _responses(scenario, against, effort, say)]
    rows: list[dict[str, Any]] = []
    verdicts: list[Verdict] = []
    for against in AGAINST:
        more, judged = _gains(scenario, against, [r for r in responses if r.against == against], effort)
        rows, verdicts = rows + more, verdicts + judged
    to_default = [r for r in responses if r.against == "default"]
    worth, by_channel = _channels(scenario, to_default, effort)
    pooled = _pooled(to_default)
    usage = {**{ACTORS[r.seat]: checks.usage(r.games.moves, [r.seat]) for r in to_default}, "best responses": pooled}
    verdicts += [_leaving_hawks(scenario, effort), *by_channel, *judge_usage("best responses", pooled)]
    return {"rows": rows, "worth": worth, "usage": usage}, verdicts


def ppo(scenario: Scenario, seats: list[str], others: str, steps: int) -> Training:
    """Train with MaskablePPO and the hyperparameters of the report.

    Args:
        scenario: The scenario.
        seats: Actors that learn.
        others: Name of the opponents' policy.
        steps: Environment steps.
    """
    games = 128 if len(seats) == N_ACTORS else 512
    algorithm = AlgorithmConfig(
        total_timesteps=steps,
        learning_rate=1e-3,
        n_steps=52,
        n_epochs=4,
        batch_size=4096,
        ent_coef=0.003,
        reward_scale=0.2,
        gamma=0.95,
        gae_lambda=0.8,
    )
    agent = AgentConfig(seats=seats, opponents=others, net_arch=[64, 64])
    return train(scenario, EnvConfig(num_envs=games), agent, algorithm, seed=3)


def judge_usage(who: str, shares: dict[str, dict[str, float]]) -> list[Verdict]:
    """Check that each channel has moves in use, and that none dominates.

    Args:
        who: Name of the policy in the verdicts.
        shares: Channel to move to share of the channel's turns.
    """
    counts, tops = checks.used(shares), checks.crowding(shares)
    in_use = ", ".join(f"{c} {n}" for c, n in counts.items())
    most = ", ".join(f"{c}: {m} {s:.0%}" for c, (m, s) in tops.items())
    return [
        Verdict(f"{who}: each channel has two moves in use", min(counts.values()) >= 2, in_use),
        Verdict(f"{who}: no move takes over half of its channel", max(s for _, s in tops.values()) <= checks.CROWDED, most),
    ]


def _responses(scenario: Scenario, against: str, effort: Effort, say: Say) -> list[Response]:
    """Find the better of search and PPO for every seat, selected on one set of games and scored on another."""
    responses = []
    others = scripted(against)
    for seat, actor in enumerate(ACTORS):
        constant = checks.best_constant(scenario, seat, against, effort.constant_games, 21)
        searched = search(scenario, seat, others, 11, effort.search, constant=constant)
        candidates: list[tuple[str, Policy]] = [("search", searched)]
        if effort.response_steps:
            candidates.append(("PPO", ppo(scenario, [actor], against, effort.response_steps).trained))
        responses.append(_better(scenario, seat, against, candidates, constant, effort))
        say(f"{actor} against {against}: {responses[-1].games.returns[:, seat].mean():.2f} by {responses[-1].found_by}")
    return responses


def _better(
    scenario: Scenario, seat: int, against: str, candidates: list[tuple[str, Policy]], constant: int, effort: Effort
) -> Response:
    """Return the best candidate of one set of games, with its games on another."""
    others = scripted(against)
    returns = [play(scenario, seated(p, seat, others), effort.fresh_games // 2, 5).returns[:, seat].mean() for _, p in candidates]
    by, policy = candidates[int(np.argmax(returns))]
    games = play(scenario, seated(policy, seat, others), effort.fresh_games, effort.seed, keep_moves=True)
    return Response(seat, against, by, policy, games, constant)


def _gains(
    scenario: Scenario, against: str, mine: Sequence[Response], effort: Effort
) -> tuple[list[dict[str, Any]], list[Verdict]]:
    """Measure the gains over the scripted policies and over the best constant move, one row per response."""
    over = {n: checks.gains(mine, scenario, n, effort.seed) for n in RIVALS}
    constants = {r.seat: (MOVES[r.constant].name, checks.over_constant(r, scenario, effort.seed)) for r in mine}
    gained = ", ".join(f"{a} {g:.2f}" for a, g in over["hold"].items())
    beaten = ", ".join(f"{ACTORS[s]} over {name} {gain:.2f}" for s, (name, gain) in constants.items())
    better, unbeaten = sum(g.low > 0 for g in over["hold"].values()), all(gain.low > 0 for _, gain in constants.values())
    verdicts = [
        Verdict(f"best responses gain over hold against all-{against}", better >= 3, gained),
        Verdict(f"no constant move is a best response against all-{against}", unbeaten, beaten),
    ]
    return [_row(r, over, *constants[r.seat], effort.seed) for r in mine], verdicts


def _row(r: Response, over: dict[str, dict[str, Interval]], constant: str, gain: Interval, seed: int) -> dict[str, Any]:
    actor = ACTORS[r.seat]
    return {
        "actor": actor,
        "against": r.against,
        "found_by": r.found_by,
        "return": bootstrap(r.games.returns[:, r.seat], seed=seed),
        "gain_over": {n: over[n][actor] for n in over},
        "constant": constant,
        "gain_over_constant": gain,
    }


def _leaving_hawks(scenario: Scenario, effort: Effort) -> Verdict:
    hawks = play(scenario, [scripted("hawk")] * N_ACTORS, effort.fresh_games, effort.seed)
    leaves = play(scenario, seated(scripted("dove"), CHINA, scripted("hawk")), effort.fresh_games, effort.seed)
    gain = bootstrap(leaves.returns[:, CHINA] - hawks.returns[:, CHINA], seed=effort.seed)
    return Verdict("all-hawk is no equilibrium: china gains by leaving it", gain.low > 0, f"{gain:.2f}")


def _channels(
    scenario: Scenario, responses: Sequence[Response], effort: Effort
) -> tuple[dict[str, dict[str, Interval]], list[Verdict]]:
    """Measure the value of each channel to each response, by channel and actor."""
    worth: dict[str, dict[str, Interval]] = {name: {} for name in CHANNELS}
    for r in responses:
        start = [r.policy] if isinstance(r.policy, UtilityPolicy) else []
        others = scripted(r.against)
        less = [search(scenario, r.seat, others, 12, effort.again, without=c, starts=start) for c in range(N_CHANNELS)]
        # The full response gets the same extra budget as the restricted ones, and starts from all results so far.
        more = search(scenario, r.seat, others, 13, effort.again, starts=[*start, *less])
        full = _better(scenario, r.seat, r.against, [(r.found_by, r.policy), ("search", more)], r.constant, effort)
        for channel, name in enumerate(CHANNELS):
            worth[name][ACTORS[r.seat]] = checks.without_channel(full, scenario, channel, less[channel], effort.seed)
    return worth, [_matters(name, by_actor) for name, by_actor in worth.items()]


def _matters(channel: str, worth: dict[str, Interval]) -> Verdict:
    detail = ", ".join(f"{a} {w:.2f}" for a, w in worth.items())
    return Verdict(f"some best response is worse without its {channel}s", any(w.low > 0 for w in worth.values()), detail)


def _pooled(responses: Sequence[Response]) -> dict[str, dict[str, float]]:
    """Return the shares averaged over the five best responses."""
    all_shares = [checks.usage(r.games.moves, [r.seat]) for r in responses]
    return {
        c: {m: float(np.mean([s[c].get(m, 0.0) for s in all_shares])) for m in {m for s in all_shares for m in s[c]}}
        for c in CHANNELS
    }
