"""Diagnose self-play of one shared policy: conflict rate, moves in use, and summons in response to grievances."""

from collections.abc import Sequence
from dataclasses import asdict

import numpy as np

from straits.envs.scenarios.scenario import Scenario
from straits.envs.spec.constants import ACTORS, N_ACTORS
from straits.experiments.analysis.diagnostics import checks
from straits.experiments.analysis.diagnostics.checks import Effort, Part, Say, Verdict, percent
from straits.experiments.analysis.diagnostics.responses import judge_usage, ppo
from straits.experiments.rollouts.rollout import play
from straits.experiments.utils.statistics import Interval, wilson


def part(scenario: Scenario, effort: Effort, say: Say) -> Part:
    """Train all five seats as one policy, then play it on fresh seeds.

    Args:
        scenario: The scenario.
        effort: Sizes of the experiments.
        say: Called with progress.

    Returns:
        The numbers and the verdicts of the section.
    """
    hawks = checks.outcomes(scenario, ["hawk"], effort.fresh_games, effort.seed)["hawk"]["conflict"]
    training = ppo(scenario, list(ACTORS), "default", effort.self_play_steps)
    seats = [training.trained] * N_ACTORS
    games = play(scenario, seats, effort.fresh_games, effort.seed, keep_moves=True)
    conflict = wilson(int(games.conflict.sum()), len(games.conflict))
    curve = [u for u in training.updates if u.conflict_rate is not None]
    slope = _slope([float(u.conflict_rate or 0.0) for u in curve[len(curve) // 2 :]], effort.seed)
    say(f"self-play: {training.seconds:.0f} s")
    shares = checks.usage(games.moves, range(N_ACTORS))
    called = checks.summons_by_grievance(scenario, seats, range(N_ACTORS), effort.fresh_games, effort.seed)
    verdicts = [*_away(conflict, hawks, training.seconds, slope), *judge_usage("self-play", shares), _answers(called)]
    numbers = {"conflict": conflict, "seconds": training.seconds, "usage": {"self-play": shares}, "summons": called}
    return {**numbers, "curve": [asdict(u) for u in curve[:: max(1, len(curve) // 20)]]}, verdicts


def _away(conflict: Interval, hawks: Interval, seconds: float, slope: Interval) -> list[Verdict]:
    less = f"{percent(conflict)} after {seconds:.0f} s, hawks {percent(hawks)}"
    falling = f"slope over the second half {slope:.2f} per hundred updates"
    return [
        Verdict("self-play ends with less conflict than hawks", conflict.high < hawks.low, less),
        Verdict("conflict in self-play is falling or flat", slope.low <= 0, falling),
    ]


def _answers(called: dict[str, Interval]) -> Verdict:
    detail = f"high {percent(called['high'])}, low {percent(called['low'])}"
    return Verdict("a summons is chosen more often at high verbal grievance", called["high"].low > called["low"].high, detail)


def _slope(rates: Sequence[float], seed: int) -> Interval:
    """Return the least-squares slope per hundred updates, with a bootstrap over updates."""
    if len(rates) < 4:
        return Interval(0.0, 0.0, 0.0)
    rng = np.random.default_rng(seed)
    x, y = np.arange(len(rates)) / 100.0, np.array(rates)
    draws = [np.polyfit(x[k], y[k], 1)[0] for k in (np.sort(rng.integers(0, len(x), len(x))) for _ in range(500)) if np.ptp(k) > 0]
    low, high = np.quantile(draws, [0.025, 0.975])
    return Interval(float(np.polyfit(x, y, 1)[0]), float(low), float(high))
