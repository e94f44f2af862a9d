"""Measure whether signals carry: concessions after commitments, information on resolve, and bluffs."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from straits.envs.rules.signals import SEEN
from straits.envs.scenarios.scenario import Scenario
from straits.envs.spec.constants import ACT, DEPLOYMENT, N_ACTORS, PAIRS, STATEMENT
from straits.envs.spec.moves import CHANNEL_OFFSET, MOVE_KIND, N_KINDS
from straits.experiments.metrics import crises
from straits.experiments.metrics.types import Series, Settings
from straits.experiments.utils.statistics import Interval, of_sums, ratios

STAGES: Final = 10  # turns of a crisis that are stages of their own; later turns are one more
AFTER: Final = 3  # turns after a commitment in which a concession counts
THIRDS: Final = ("least", "middle", "most")  # resolute third of an actor's games


def commitment_effect(data: Series, scenario: Scenario, settings: Settings) -> Interval:
    """Compare how often rivals concede after a commitment and without one, at the same turn of a crisis.

    A concession is a yield, or a deal that costs the rival terms, within AFTER turns. Stages are weighted by their commitments.

    Args:
        data: Arrays of the games.
        scenario: Their scenario.
        settings: How intervals are computed.

    Returns:
        Share after a commitment less share without.
    """
    params = scenario.record[0]
    commits = crises.sent(data.moves, params["provokes"] >= SEEN)["commitment"]
    concedes = crises.concessions(data, float(params["terms_keep"])).transpose(0, 1, 3, 2)  # [i, j]: j concedes to i
    soon = np.zeros_like(concedes)
    for ahead in range(1, AFTER + 1):
        soon[:, :-ahead] |= concedes[:, ahead:]
    at_risk = data.crisis_turns > 0
    at_risk[:, :-1] &= data.played[:, 1:, None, None]
    at_risk[:, -1] = False
    stage = np.minimum(data.crisis_turns, STAGES + 1)
    sums = np.zeros((len(data.played), STAGES + 1, 2, 2))  # (games, stages, without or with a commitment, concessions and turns)
    for n in range(STAGES + 1):
        for with_one in range(2):
            where = at_risk & (stage == n + 1) & (commits == bool(with_one))
            sums[:, n, with_one] = np.column_stack([(where & soon).sum(axis=(1, 2, 3)), where.sum(axis=(1, 2, 3))])
    return of_sums(sums.reshape(len(sums), -1), _effect, **settings)


def _effect(total: NDArray[np.float64]) -> float:
    conceded, turns = np.moveaxis(total.reshape(STAGES + 1, 2, 2), 2, 0)  # (stages, without or with)
    both = (turns > 0).all(axis=1)
    if not both.any():
        return float("nan")
    rates = conceded[both] / turns[both]
    return float(np.average(rates[:, 1] - rates[:, 0], weights=turns[both, 1]))


def resolve_information(data: Series, permutations: int, seed: int) -> dict[str, Interval]:
    """Estimate the mutual information between private resolve and what an actor says and does in its crises, in bits.

    Resolve is taken by thirds of each actor's games. The information that is expected without any relation, the mean over
    permutations of games, is subtracted. The interval holds 95 % of the permutations: below 0 at its low end, no information shows.

    Args:
        data: Arrays of the games.
        permutations: Number of permutations.
        seed: Seed of the permutations.

    Returns:
        `said` (kind of statement) and `done` (kinds of deployment and act), mean over actors.
    """
    rng = np.random.default_rng(seed)
    inside = (data.crisis_turns > 0).any(axis=3) | (data.crisis_end != 0).any(axis=3)  # (games, turns, actors)
    kinds = MOVE_KIND[np.maximum(data.moves, 0) + CHANNEL_OFFSET]
    symbols = {"said": kinds[..., STATEMENT], "done": kinds[..., DEPLOYMENT] * N_KINDS + kinds[..., ACT]}
    return {name: _excess(values, inside, data.resolve, permutations, rng) for name, values in symbols.items()}


def _excess(
    symbols: NDArray[np.int64], inside: NDArray[np.bool_], resolve: NDArray[np.float64], permutations: int, rng: np.random.Generator
) -> Interval:
    actual, shuffled = 0.0, np.zeros(permutations)
    for actor in range(N_ACTORS):
        counts = _counts(symbols[:, :, actor], inside[:, :, actor])
        thirds = _thirds(resolve[:, actor])
        actual += _information(counts, thirds) / N_ACTORS
        shuffled += np.array([_information(counts, rng.permutation(thirds)) for _ in range(permutations)]) / N_ACTORS
    low, high = np.quantile(shuffled, [0.025, 0.975])
    return Interval(float(actual - shuffled.mean()), float(actual - high), float(actual - low))


def _counts(symbols: NDArray[np.int64], inside: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Count how often each symbol occurs in each game, (games, symbols)."""
    game, turn = np.nonzero(inside)
    _, index = np.unique(symbols[game, turn], return_inverse=True)
    counts = np.zeros((len(symbols), int(index.max(initial=0)) + 1))
    np.add.at(counts, (game, index), 1.0)
    return counts


def _thirds(resolve: NDArray[np.float64]) -> NDArray[np.int64]:
    return np.minimum(np.argsort(np.argsort(resolve)) * len(THIRDS) // len(resolve), len(THIRDS) - 1)


def _information(counts: NDArray[np.float64], thirds: NDArray[np.int64]) -> float:
    """Return the mutual information of thirds and symbols in bits, by plug-in."""
    joint = np.eye(len(THIRDS))[thirds].T @ counts
    joint /= max(joint.sum(), 1.0)
    independent = joint.sum(axis=1, keepdims=True) * joint.sum(axis=0, keepdims=True)
    there = joint > 0.0
    return float((joint[there] * np.log2(joint[there] / independent[there])).sum())


def bluffs(data: Series, scenario: Scenario, settings: Settings) -> dict[str, Any]:
    """Measure how often the resolute thirds commit in their crises, and how often sides that committed yield.

    A commitment by the least resolute third is a bluff.

    Args:
        data: Arrays of the games.
        scenario: Their scenario.
        settings: How intervals are computed.

    Returns:
        `commits`: third to the share of crisis turns with a commitment to the rival. `backs_down`: share of crises of a side that
        committed in them in which it yields.
    """
    commits = crises.sent(data.moves, scenario.record[0]["provokes"] >= SEEN)["commitment"]
    inside = data.crisis_turns > 0
    third = np.stack([_thirds(data.resolve[:, actor]) for actor in range(N_ACTORS)], axis=1)  # (games, actors)
    said = (commits & inside).sum(axis=(1, 3)), inside.sum(axis=(1, 3))  # (games, actors)
    parts, wholes = ({name: (v * (third == n)).sum(axis=1) for n, name in enumerate(THIRDS)} for v in said)
    found = crises.find_crises(data)
    yielded, committed = _yields_of_committed(found, commits)
    parts["backs_down"] = np.bincount(found.game, yielded, len(data.played))
    wholes["backs_down"] = np.bincount(found.game, committed, len(data.played))
    values = ratios(parts, wholes, **settings)
    return {"commits": {name: values[name] for name in THIRDS}, "backs_down": values["backs_down"]}


def _yields_of_committed(found: crises.Crises, commits: NDArray[np.bool_]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return, per crisis, how many of the sides that committed yielded, and how many committed."""
    running = np.cumsum(commits, axis=1, dtype=np.int32)
    one, two = np.array(PAIRS)[found.pair].T
    last, before = found.onset + found.length - 2, found.onset - 2
    yielded, committed = np.zeros(len(found.game)), np.zeros(len(found.game))
    for i, j in ((one, two), (two, one)):
        earlier = np.where(before >= 0, running[found.game, np.maximum(before, 0), i, j], 0)
        bound = running[found.game, last, i, j] > earlier
        committed += bound
        yielded += bound & (found.loser == i)
    return yielded, committed
