"""Measure how far scenarios are apart: the same policies play each, and headline measures of their games are compared.

Scenarios that differ in where they start become alike as the start washes out, so everything is measured twice: over the whole
game and over its second half alone. Two scenarios differ in a measure if the interval of the difference, corrected for all pairs
of scenarios and all measures (Bonferroni), leaves out 0.
"""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from straits.agents.base import Policy
from straits.envs.scenarios.scenario import Scenario, load_scenario
from straits.envs.simulator.engine import Engine
from straits.envs.spec.constants import ACT, CHINA, CONFLICT, DEAL_END, N_ACTORS, YIELD_END
from straits.envs.spec.moves import CHANNEL_OFFSET, MOVE_KIND, SUMMON, SUMMON_URGENT
from straits.experiments.rollouts.rollout import iter_turns
from straits.experiments.utils.statistics import Interval, corrected, linearised

SCENARIOS: Final = ("s0_draft_plan", "s1_positions", "s2_two_plus_two", "s3_missile_units", "s4_command_upgrade", "calm", "severe")
MEASURES: Final = {
    "conflict": "share of games that end in conflict",
    "tension": "mean tension of rival pairs",
    "crisis_turns": "share of turns with a rival pair in crisis",
    "settlements": "deals and yields a turn",
    "incidents": "incidents a turn",
    "summonses": "ambassadors summoned a turn",
    "opened_by_china": "share of crises that China opened",
}
WINDOWS: Final = {"year": 0, "late": 26}  # turns played before the first turn that counts
_UPPER: Final = np.triu_indices(N_ACTORS, 1)

Sums = NDArray[np.float64]  # (2, measures, games): parts and wholes of the measures


def compare(
    policies: Sequence[Policy], games: int, seed: int, scenarios: Sequence[str | Scenario] = SCENARIOS, confidence: float = 0.95
) -> dict[str, Any]:
    """Play every scenario and count, for each pair of them, the measures in which they differ.

    Args:
        policies: One policy per actor.
        games: Games of each scenario.
        seed: Seed of the games.
        scenarios: Names of the scenarios, or the scenarios.
        confidence: Joint confidence of all intervals of a window.

    Returns:
        A dictionary that JSON can hold. For each window: `measures`, scenario -> measure -> interval at `confidence`; `apart`,
        pair of scenarios -> the measures in which they differ; `least`, the smallest number of them.
    """
    loaded = [load_scenario(s) if isinstance(s, str) else s for s in scenarios]
    sums = {s.name: play_and_sum(s, policies, games, seed + n * games) for n, s in enumerate(loaded)}
    return {window: _compare({name: by[window] for name, by in sums.items()}, confidence) for window in WINDOWS}


def play_and_sum(scenario: Scenario, policies: Sequence[Policy], games: int, seed: int) -> dict[str, Sums]:
    """Play games and sum the parts and wholes of the measures over the turns of each window."""
    engine = Engine(scenario, games)
    engine.reset(seed)
    rival = np.argwhere(scenario.record["rival"][0] > 0.0)
    sums = {window: np.zeros((2, len(MEASURES), games)) for window in WINDOWS}
    before = (engine.games["crises"].copy(), engine.games["incidents"].copy())
    for turn, running in enumerate(iter_turns(engine, policies)):
        part, whole = _turn(engine, rival, before)
        for window, first in WINDOWS.items():
            if turn >= first:
                sums[window][0] += np.where(running, part, 0.0)
                sums[window][1] += np.where(running, whole, 0.0)
        before = (engine.games["crises"].copy(), engine.games["incidents"].copy())
    for by in sums.values():  # one game, not one turn, is a trial of conflict
        by[1, 0] = by[1, 0] > 0.0
    return sums


def _turn(engine: Engine, rival: NDArray[np.int64], before: tuple[NDArray[Any], NDArray[Any]]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the parts and wholes of the measures in the last turn, (measures, games) each."""
    games = engine.games
    opened = games["crises"] > before[0]
    by_china = (opened[:, CHINA] & (games["crisis_opener"][:, CHINA] == 1)).sum(axis=1)
    ends = games["crisis_end"]
    settled = (ends == YIELD_END).sum(axis=(1, 2)) + (ends == DEAL_END)[:, *_UPPER].sum(axis=1)
    acts = MOVE_KIND[CHANNEL_OFFSET[ACT] + games["moves"][:, :, ACT]]
    part = (
        games["outcome"] == CONFLICT,
        games["tension"][:, rival[:, 0], rival[:, 1]].mean(axis=1),
        (games["crisis_turns"] > 0.0).any(axis=(1, 2)),
        settled,
        games["incidents"] - before[1],
        np.isin(acts, (SUMMON, SUMMON_URGENT)).sum(axis=1),
        by_china,
    )
    whole = np.ones((len(MEASURES), len(games)))
    whole[-1] = opened[:, *_UPPER].sum(axis=1)
    return np.array(part, np.float64), whole


def _compare(sums: Mapping[str, Sums], confidence: float) -> dict[str, Any]:
    estimates = {name: [_estimate(*by[:, m]) for m in range(len(MEASURES))] for name, by in sums.items()}
    pairs = list(combinations(sums, 2))
    z = float(norm.ppf(0.5 + corrected(confidence, len(pairs) * len(MEASURES)) / 2))
    apart = {f"{a} {b}": _apart(estimates[a], estimates[b], z) for a, b in pairs}
    plain = float(norm.ppf(0.5 + confidence / 2))
    measures = {
        name: {
            m: Interval(value, value - plain * error, value + plain * error)
            for m, (value, error) in zip(MEASURES, row, strict=True)
        }
        for name, row in estimates.items()
    }
    return {"measures": measures, "apart": apart, "least": min(map(len, apart.values()))}


def _estimate(part: NDArray[np.float64], whole: NDArray[np.float64]) -> tuple[float, float]:
    """Return a ratio of sums over games and its standard error."""
    if whole.sum() == 0.0:
        return float("nan"), float("nan")
    values = linearised(part, whole)
    return float(values.mean()), float(values.std(ddof=1) / np.sqrt(len(values)))


def _apart(one: Sequence[tuple[float, float]], two: Sequence[tuple[float, float]], z: float) -> list[str]:
    return [m for m, (a, ea), (b, eb) in zip(MEASURES, one, two, strict=True) if abs(a - b) > z * np.hypot(ea, eb)]
