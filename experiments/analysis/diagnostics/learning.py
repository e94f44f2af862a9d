"""Train the policies of the game report, and measure what channels are worth to trained responses.

A *population* is what the other seats play: `default`, or one self-play network. A response is trained for every seat, with all
channels, without statements and without acts. Networks and returns are stored in the output folder and used again.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from straits.agents.base import Policy
from straits.agents.network import NetworkPolicy
from straits.agents.scripted import scripted
from straits.envs.scenarios.scenario import Scenario, load_scenario
from straits.envs.spec.constants import ACT, ACTORS, CONFLICT, N_ACTORS, STATEMENT
from straits.experiments.analysis.diagnostics.games import Effort, share_of_gain
from straits.experiments.evaluation.best_response import Restricted, seated
from straits.experiments.rollouts.rollout import play
from straits.experiments.training.batched.networks import BatchedNetworks
from straits.experiments.training.batched.ppo import BatchedPPO
from straits.experiments.utils.statistics import Interval, bootstrap

Say = Callable[[str], None]  # receives progress
CHANNELS: Final = {"statement": STATEMENT, "act": ACT}  # whose worth is measured
BANS: Final = ((), *((channel,) for channel in CHANNELS.values()))
WORLDS: Final = {"weak": 0.25, "strong": 1.0}  # audience cost where audiences are weaker or stronger than in the baseline
POINTS: Final = 20  # of a learning curve
HELD: Final = "hold"  # the policy over which gains are measured


def self_play(folder: Path, effort: Effort, say: Say) -> None:
    """Train one network for all seats, per training seed in the baseline and once in each of WORLDS.

    Args:
        folder: Output folder; a network that it has is not trained again.
        effort: Sizes of the experiments.
        say: Called with progress.
    """
    for seed in effort.training_seeds:
        _self_play(folder / f"selfplay-{seed}", load_scenario("baseline"), seed, effort.self_play_decisions, effort, say)
    for world in WORLDS:
        _self_play(folder / f"selfplay-{world}", world_of(world), effort.training_seeds[0], effort.world_decisions, effort, say)


def world_of(name: str) -> Scenario:
    """Return the baseline with the audience cost of one of WORLDS."""
    return load_scenario("baseline", parameters={"audience_cost": WORLDS[name]})


def _self_play(path: Path, scenario: Scenario, seed: int, decisions: float, effort: Effort, say: Say) -> None:
    if path.with_suffix(".npz").exists():
        return
    learner = BatchedPPO.in_self_play(scenario, effort.self_play_games, [scripted("default")] * N_ACTORS, seed=seed)
    learner.imitate(scripted("default"))
    curve: list[list[float]] = []

    def watch(learner: BatchedPPO, number: int, batches: int) -> None:
        conflict = float((learner.games.engine.games["outcome"] == CONFLICT).mean())
        curve.append([(number + 1) * learner.games.rows * scenario.horizon, conflict, float(learner.returns.mean())])
        if number % max(1, batches // POINTS) == 0:
            say(f"{path.name}: batch {number + 1} of {batches}, conflict {conflict:.3f}, return {curve[-1][2]:.2f}")

    learner.train(decisions, watch)
    _save(path, {**learner.networks.arrays(), "curve": np.array(curve)})


def responses(folder: Path, effort: Effort, say: Say) -> None:
    """Train the responses of every seat to each population, and play them on fresh seeds.

    Args:
        folder: Output folder with the self-play networks; responses that it has are not trained again.
        effort: Sizes of the experiments.
        say: Called with progress.
    """
    for seed in effort.training_seeds:
        for population in ("default", "selfplay"):
            path = folder / f"responses-{population}-{seed}"
            if not path.with_suffix(".npz").exists():
                others = scripted("default") if population == "default" else shared_policy(folder, str(seed))
                start = {} if population == "default" else _load(folder / f"selfplay-{seed}")
                _respond(path, others, start, seed, effort, say)


def _respond(path: Path, others: Policy, start: dict[str, Any], seed: int, effort: Effort, say: Say) -> None:
    scenario = load_scenario("baseline")
    seats = [seat for _ in BANS for seat in range(N_ACTORS)]
    bans = [ban for ban in BANS for _ in range(N_ACTORS)]
    learner = BatchedPPO.in_seats(scenario, seats, effort.response_games, [others] * N_ACTORS, bans=bans, seed=seed)
    if start:
        learner.networks.load({name: start[name] for name in learner.networks.arrays()})
    else:
        learner.imitate(scripted("default"))

    def watch(learner: BatchedPPO, number: int, batches: int) -> None:
        if number % max(1, batches // POINTS) == 0:
            full = learner.returns[:N_ACTORS].mean(axis=1)
            say(f"{path.name}: batch {number + 1} of {batches}, returns " + " ".join(f"{value:.1f}" for value in full))

    learner.train(effort.response_decisions, watch)
    returns = {f"returns.{name}": values for name, values in _returns(scenario, learner.networks, others, effort).items()}
    _save(path, {**learner.networks.arrays(), **returns})


def _returns(scenario: Scenario, networks: BatchedNetworks, others: Policy, effort: Effort) -> dict[str, NDArray[np.float64]]:
    """Return the returns of each seat's policies in the same fresh games, (seats, games): the other policies stay."""
    full, *without = ([_policy(networks, ban * N_ACTORS + seat) for seat in range(N_ACTORS)] for ban in range(len(BANS)))
    policies = {HELD: [scripted(HELD)] * N_ACTORS, "same": [others] * N_ACTORS, "full": full}
    for (name, channel), retrained in zip(CHANNELS.items(), without, strict=True):
        policies[f"{name}-retrained"] = [Restricted(policy, channel) for policy in retrained]
        policies[f"{name}-ablated"] = [Restricted(policy, channel) for policy in full]
    return {
        name: np.stack([_played(scenario, row[n], n, others, effort) for n in range(N_ACTORS)]) for name, row in policies.items()
    }


def _played(scenario: Scenario, policy: Policy, seat: int, others: Policy, effort: Effort) -> NDArray[np.float64]:
    """Return a seat's returns on fresh seeds, (games,)."""
    return play(scenario, seated(policy, seat, others), effort.games, effort.seed).returns[:, seat]


def gains(folder: Path, population: str, effort: Effort) -> dict[str, Any]:
    """Measure the gains of the responses to a population, and what each channel is worth to them.

    The loss without a channel is measured against the better of the retrained response and the full one without the channel, or
    `hold` if both are worse. Games of all training seeds are pooled; `by_seed` has the estimate of each.

    Args:
        folder: Output folder with the responses.
        population: "default" or "selfplay".
        effort: Sizes of the experiments.

    Returns:
        Per actor: `gain` over hold, `gain_over_same` policy as the others, `over_median` (gain as a share of the median seat's
        gain), and for each of CHANNELS the share of the gain that is lost without it, pooled and `by_seed`.
    """
    stored = [_load(folder / f"responses-{population}-{seed}") for seed in effort.training_seeds]
    rows = [{n.removeprefix("returns."): v for n, v in of.items() if n.startswith("returns.")} for of in stored]
    gained = np.concatenate([row["full"] - row[HELD] for row in rows], axis=1)  # (seats, games of all seeds)
    same = np.concatenate([row["full"] - row["same"] for row in rows], axis=1)
    lost = {name: [_loss(row, name) for row in rows] for name in CHANNELS}
    median = float(np.median(gained.mean(axis=1)))
    result: dict[str, Any] = {}
    for seat, actor in enumerate(ACTORS):
        gain = bootstrap(gained[seat], **effort.settings)
        result[actor] = {
            "gain": gain,
            "gain_over_same": bootstrap(same[seat], **effort.settings),
            "over_median": Interval(*(float(end) / median if median > 0.0 else float("nan") for end in gain)),
        }
        for name, losses in lost.items():
            pooled = np.concatenate([loss[seat] for loss in losses])
            result[actor][name] = share_of_gain(pooled, gained[seat], effort.settings)
            each = [loss[seat].mean() / (row["full"] - row[HELD])[seat].mean() for loss, row in zip(losses, rows, strict=True)]
            result[actor][f"{name}_by_seed"] = [float(value) for value in each]
    return result


def _loss(row: dict[str, NDArray[np.float64]], channel: str) -> NDArray[np.float64]:
    """Return what each seat loses without a channel in each game, (seats, games)."""
    options = np.stack([row[f"{channel}-retrained"], row[f"{channel}-ablated"], row[HELD]])  # (policies, seats, games)
    best = options.mean(axis=2).argmax(axis=0)
    loss: NDArray[np.float64] = row["full"] - options[best, np.arange(N_ACTORS)]
    return loss


def response_returns(folder: Path, population: str, effort: Effort) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the returns of the full responses and of `hold` in the same games, pooled over training seeds, (seats, games)."""
    stored = [_load(folder / f"responses-{population}-{seed}") for seed in effort.training_seeds]
    return tuple(np.concatenate([of[f"returns.{name}"] for of in stored], axis=1) for name in ("full", HELD))  # type: ignore[return-value]


def response_policies(folder: Path, population: str, seed: int) -> list[Policy]:
    """Return the response of each seat with all channels."""
    stored = _load(folder / f"responses-{population}-{seed}")
    networks = BatchedNetworks(len(BANS) * N_ACTORS)
    networks.load({name: stored[name] for name in networks.arrays()})
    return [_policy(networks, seat) for seat in range(N_ACTORS)]


def shared_policy(folder: Path, name: str) -> Policy:
    """Return a self-play network by its training seed or world."""
    stored, networks = _load(folder / f"selfplay-{name}"), BatchedNetworks(1)
    networks.load({key: stored[key] for key in networks.arrays()})
    return NetworkPolicy(f"selfplay-{name}", networks.network(0))


def curve(folder: Path, name: str) -> NDArray[np.float64]:
    """Return the learning curve of a self-play network: decisions, share of conflict and mean return, (batches, 3)."""
    values: NDArray[np.float64] = _load(folder / f"selfplay-{name}")["curve"]
    return values


def _policy(networks: BatchedNetworks, learner: int) -> Policy:
    return NetworkPolicy(f"learner-{learner}", networks.network(learner))


def _save(path: Path, arrays: dict[str, Any]) -> None:
    """Write arrays under a temporary name, and rename the file when it is complete."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial.npz")
    np.savez(partial, **arrays)
    partial.rename(path.with_suffix(".npz"))


def _load(path: Path) -> dict[str, Any]:
    file = path.with_suffix(".npz")
    if not file.exists():
        raise ValueError(f"{file}: expected the results of an earlier stage")
    with np.load(file) as stored:
        return dict(stored)
