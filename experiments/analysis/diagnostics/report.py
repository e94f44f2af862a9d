"""Measure the sections of the diagnostics report, each with verdicts and the numbers behind them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

import numpy as np

from straits.envs.scenarios.scenario import Scenario, list_scenarios, load_scenario
from straits.envs.spec.constants import ACTORS, N_ACTORS
from straits.experiments.analysis.diagnostics import checks, responses
from straits.experiments.analysis.diagnostics.checks import Effort, Part, Say, Verdict, percent
from straits.experiments.analysis.diagnostics.responses import judge_usage, ppo
from straits.experiments.rollouts.rollout import play
from straits.experiments.utils.statistics import Interval, wilson

ORDER: Final = ("dove", "default", "random", "hawk")
SECTIONS: Final = ("outcomes", "responses", "no_exit", "influence", "self_play")


def _say(line: str) -> None:
    print(line, flush=True)


def report(effort: Effort, sections: Sequence[str] = SECTIONS, say: Say = _say) -> dict[str, Any]:
    """Measure sections of the report.

    Args:
        effort: Sizes of the experiments.
        sections: Names from SECTIONS.
        say: Called with progress.

    Returns:
        A dictionary that JSON can hold: the numbers of each section, and `verdicts`.
    """
    scenario = load_scenario("baseline")
    measures: Mapping[str, Callable[[], Part]] = {
        "outcomes": lambda: _outcomes(scenario, effort),
        "responses": lambda: responses.part(scenario, effort, say),
        "no_exit": lambda: _no_exit(scenario, effort),
        "influence": lambda: _influence(scenario, effort),
        "self_play": lambda: _self_play(scenario, effort, say),
    }
    results: dict[str, Any] = {"effort": asdict(effort), "scenario": scenario.hash, "verdicts": {}}
    for section in sections:
        results[section], verdicts = measures[section]()
        results["verdicts"][section] = [asdict(v) for v in verdicts]
        say(f"{section}: {sum(v.holds for v in verdicts)} of {len(verdicts)} hold" + _failing(verdicts))
    return results


def _failing(verdicts: Sequence[Verdict]) -> str:
    return "".join(f"; fails: {v.name}, {v.detail}" for v in verdicts if not v.holds)


def _outcomes(scenario: Scenario, effort: Effort) -> Part:
    """Measure the games of each policy in each scenario that declares bounds."""
    rows = {"baseline": checks.outcomes(scenario, (*ORDER, "hold", "tit_for_tat", "grim"), effort.games, effort.seed)}
    for name in list_scenarios():
        if name != "baseline" and load_scenario(name).bounds:
            rows[name] = checks.outcomes(load_scenario(name), ORDER, effort.other_games, effort.seed)
    others = [_within_bounds(name, rows[name]) for name in sorted(rows.keys() - {"baseline"})]
    return rows, [*_baseline(rows["baseline"]), *others, _by_severity(rows)]


def _baseline(rows: Mapping[str, Any]) -> list[Verdict]:
    """Check the baseline's rates and intervals against its bounds, and the order of its policies."""
    verdicts = []
    for name, (low, high) in load_scenario("baseline").bounds.items():
        estimate, least, most = rows[name]["conflict"]
        detail = f"{percent(rows[name]['conflict'])}, bounds {low:.0%}..{high:.0%}"
        verdicts.append(Verdict(f"conflict under {name} in the baseline", low <= least <= estimate and most <= high, detail))
    return [*verdicts, Verdict("dove < default < random < hawk, intervals apart", checks.in_order(rows, ORDER), "conflict rates")]


def _within_bounds(name: str, rows: Mapping[str, Any]) -> Verdict:
    """Check another scenario's estimates against its bounds."""
    bounds = load_scenario(name).bounds
    inside = all(low <= rows[p]["conflict"][0] <= high for p, (low, high) in bounds.items())
    detail = ", ".join(f"{p} {percent(rows[p]['conflict'])}" for p in bounds)
    return Verdict(f"{name} within its declared bounds", inside, detail)


def _by_severity(rows: Mapping[str, Any]) -> Verdict:
    peaks = [rows[n]["default"]["peak_tension"] for n in ("calm", "baseline", "severe")]
    apart = all(a[2] < b[1] for a, b in zip(peaks, peaks[1:], strict=False))
    return Verdict("calm < baseline < severe in peak tension", apart, ", ".join(f"{p:.2f}" for p in peaks))


def _no_exit(scenario: Scenario, effort: Effort) -> Part:
    margins = checks.no_exit(scenario, effort.states, effort.copies, effort.seed)
    exits = sum(f["exits"] for f in margins.values())
    detail = ", ".join(f"{a} least margin {f['least_margin']:.1f} in {f['states']} states" for a, f in margins.items())
    own = Verdict("no exit: a conflict of the actor's own is worth less than the worst continued play", exits == 0, detail)
    positive = all(f["bystander"].low > 0 for f in margins.values())
    detail = ", ".join(f"{a} {f['bystander']:.2f}" for a, f in margins.items())
    return margins, [
        own,
        Verdict("no exit: a conflict among others is worth less on average", positive, f"least mean margin: {detail}"),
    ]


def _influence(scenario: Scenario, effort: Effort) -> Part:
    strongest = checks.influence(scenario, effort.fresh_games, effort.seed)
    detail = ", ".join(f"{a} moves {o} by {g:.2f}" for a, (o, g) in strongest.items())
    moved = all(g.apart_from(0) for _, g in strongest.values())
    verdict = Verdict("each actor's choices move another's return", moved, detail)
    return {a: {"most": o, "by": g} for a, (o, g) in strongest.items()}, [verdict]


def _self_play(scenario: Scenario, effort: Effort, say: Say) -> Part:
    """Train all five seats as one policy, then play it on fresh seeds: conflict rate, moves in use, response to grievances."""
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
