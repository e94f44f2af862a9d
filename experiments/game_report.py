"""Is the game worth learning? One table of verdicts with intervals: outcomes, best responses, channels, no exit, self-play.

`python -m straits.experiments.game_report --json FILE --page docs/game-report.md` makes all of it; `--quick` a small version that
takes about a minute and proves nothing.
"""

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch

from straits.agents.base import Policy
from straits.agents.scripted import scripted
from straits.agents.utility import UtilityPolicy
from straits.conf.schema import AgentConfig, AlgorithmConfig, EnvConfig
from straits.envs.moves import MOVES
from straits.envs.scenario import Scenario, list_scenarios, load
from straits.envs.vocabulary import ACTORS, CHANNELS, N_ACTORS, N_CHANNELS
from straits.experiments import game_checks as checks
from straits.experiments.arguments import OneLineParser
from straits.experiments.best_response import Budget, search, seated
from straits.experiments.game_checks import Response, Verdict
from straits.experiments.intervals import Interval, bootstrap, wilson
from straits.experiments.rollout import play
from straits.experiments.training import Training, train

ORDER: Final = ("dove", "default", "random", "hawk")


@dataclass(frozen=True)
class Effort:
    """How much of everything; `seed` starts apart from those that the search and PPO train on."""

    games: int = 20_000
    other_games: int = 4_000
    fresh_games: int = 2_000
    constant_games: int = 60
    search: Budget = Budget(generations=12, population=30, games=60, habits=3)
    again: Budget = Budget(generations=4, population=30, games=60)
    response_steps: int = 250_000
    self_play_steps: int = 5_500_000
    states: int = 10_000
    copies: int = 1
    seed: int = 900_000


QUICK: Final = Effort(
    400, 200, 200, 20, Budget(3, 6, 10), Budget(2, 6, 10), response_steps=8_000, self_play_steps=16_000, states=80, copies=1
)


JSON: Final = Path("runs/game-report.json")
SECTIONS: Final = ("outcomes", "responses", "no_exit", "influence", "self_play")


def _say(line: str) -> None:
    print(line, flush=True)


def report(effort: Effort, sections: Sequence[str] = SECTIONS, say: Any = _say) -> dict[str, Any]:
    """The sections named, as one JSON-ready dict: `verdicts` of each, and the numbers behind them."""
    scenario = load("baseline")
    found: dict[str, Any] = {"effort": asdict(effort), "scenario": scenario.hash, "verdicts": {}}
    responses: list[Response] = []
    if "responses" in sections:
        responses = [r for against in ("hold", "default") for r in _responses(scenario, against, effort, say)]
    measures: dict[str, Callable[[list[Verdict]], Any]] = {
        "outcomes": lambda verdicts: _outcomes(scenario, effort, verdicts),
        "responses": lambda verdicts: _judge_responses(scenario, responses, effort, verdicts),
        "no_exit": lambda verdicts: _no_exit(scenario, effort, verdicts),
        "influence": lambda verdicts: _influence(scenario, effort, verdicts),
        "self_play": lambda verdicts: _self_play(scenario, effort, verdicts, say),
    }
    for section in sections:
        verdicts: list[Verdict] = []
        found[section] = measures[section](verdicts)
        found["verdicts"][section] = [asdict(v) for v in verdicts]
        say(
            f"{section}: {sum(v.holds for v in verdicts)} of {len(verdicts)} hold"
            + "".join(f"; fails: {v.name}, {v.detail}" for v in verdicts if not v.holds)
        )
    return found


def page(found: dict[str, Any]) -> str:
    """The report in Markdown."""
    lines = [
        "# Is the game worth learning?",
        "",
        "Made by `make game-report`. Intervals are 95 %: Wilson for shares, bootstrap over games for means, paired by common",
        "random numbers for differences. A best response is the better of a cross-entropy search over utility tables and of",
        "MaskablePPO, scored on fresh seeds: a lower bound, with the budget that the JSON states.",
        "",
        "| claim | holds | numbers |",
        "|---|---|---|",
    ]
    verdicts = [v for section in SECTIONS for v in found["verdicts"].get(section, [])]
    lines += [f"| {v['name']} | {'yes' if v['holds'] else '**no**'} | {v['detail']} |" for v in verdicts]
    lines += ["", "## When everyone plays the same policy", ""]
    for name, rows in found["outcomes"].items():
        lines += [f"### {name}", "", "| policy | conflict | peak tension | incidents |", "|---|---|---|---|"]
        for policy, row in rows.items():
            conflict = _percent(row["conflict"])
            lines.append(f"| {policy} | {conflict} | {_show(row['peak_tension'])} | {_show(row['incidents'])} |")
        lines.append("")
    lines += [
        "## Best responses",
        "",
        "| seat | others | found by | return | over hold | over hawk | over default | nearest constant |",
    ]
    lines.append("|" + "---|" * 8)
    for r in found["responses"]["rows"]:
        over = " | ".join(_show(r["gain_over"][n]) for n in ("hold", "hawk", "default"))
        lines.append(
            f"| {r['actor']} | {r['against']} | {r['found_by']} | {_show(r['return'])} | {over} "
            f"| {r['constant']}: {_show(r['gain_over_constant'])} |"
        )
    lines += ["", "## What best responses and self-play choose", ""]
    for who, shares in {**found["responses"]["usage"], **found["self_play"]["usage"]}.items():
        for channel, moves in shares.items():
            top = sorted(moves.items(), key=lambda m: -m[1])[:6]
            lines.append(f"- {who}, {channel}: " + ", ".join(f"`{m}` {s:.0%}" for m, s in top))
    lines += ["", "## Self-play", "", "| steps | conflict | peak tension |", "|---|---|---|"]
    lines += [f"| {u['timesteps']:,} | {u['conflict_rate']:.1%} | {u['peak_tension']:.3f} |" for u in found["self_play"]["curve"]]
    return "\n".join(lines) + "\n"


def main(arguments: list[str] | None = None) -> int:
    """The command line. Exit codes: 0 done, 2 bad input, before anything is measured."""
    parser = OneLineParser(
        prog="straits game-report",
        description=__doc__,
        epilog="example:\n  straits game-report --quick",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", type=Path, default=JSON, help=f"where the numbers go (default: {JSON})")
    parser.add_argument("--page", type=Path, help="where the page goes, docs/game-report.md in the repository")
    every = ",".join(SECTIONS)
    parser.add_argument("--sections", default=every, help=f"which parts to measure, of {every} (the default)")
    parser.add_argument("--add-to", type=Path, help="a JSON of earlier parts to keep beside the new ones")
    parser.add_argument("--quick", action="store_true", help="a small version that proves nothing")
    given = parser.parse_args(arguments)
    torch.set_num_threads(1)  # matrices this small gain nothing from a second thread
    sections = given.sections.split(",") if given.sections else []
    try:
        found = _earlier(given, sections)
    except (ValueError, OSError) as error:
        parser.error(str(error))
    fresh = report(QUICK if given.quick else Effort(), sections)
    found = {**found, **fresh, "verdicts": {**found["verdicts"], **fresh["verdicts"]}}
    given.json.parent.mkdir(parents=True, exist_ok=True)
    written = json.dumps(found, indent=1, default=_plain)
    given.json.write_text(written)
    if given.page:
        given.page.write_text(page(json.loads(written)))
    for v in (v for section in found["verdicts"].values() for v in section):
        print(f"{'holds' if v['holds'] else 'FAILS':6s} {v['name']}: {v['detail']}")
    return 0


def _earlier(given: argparse.Namespace, sections: list[str]) -> dict[str, Any]:
    """What the new parts are added to. ValueError or OSError names what could not be kept after hours of measuring."""
    if unknown := set(sections) - set(SECTIONS):
        raise ValueError(f"--sections={','.join(sorted(unknown))}: expected some of {', '.join(SECTIONS)}")
    found = json.loads(given.add_to.read_text()) if given.add_to else {"verdicts": {}}
    for name, file in (("json", given.json), ("page", given.page)):
        if file and file != JSON and not file.absolute().parent.is_dir():
            raise ValueError(f"--{name}={file}: expected a file in a folder that exists")
    if given.page and (missing := set(SECTIONS) - set(sections) - set(found)):
        raise ValueError(f"--page={given.page}: expected all parts, {', '.join(sorted(missing))} too")
    return dict(found)


def _outcomes(scenario: Scenario, effort: Effort, verdicts: list[Verdict]) -> dict[str, Any]:
    """Everyone alike, in every scenario that declares bounds."""
    rows = {"baseline": checks.outcomes(scenario, (*ORDER, "hold", "tit_for_tat", "grim"), effort.games, effort.seed)}
    for name in list_scenarios():
        if name != "baseline" and load(name).bounds:
            rows[name] = checks.outcomes(load(name), ORDER, effort.other_games, effort.seed)
    verdicts += judge_outcomes(rows)
    return rows


def judge_outcomes(rows: dict[str, Any]) -> list[Verdict]:
    """The baseline's rates within its bounds, intervals and all; the others' estimates within theirs; and the orders."""
    base = rows["baseline"]
    verdicts = []
    for name, (low, high) in load("baseline").bounds.items():
        estimate, least, most = base[name]["conflict"]
        detail = f"{_percent(base[name]['conflict'])}, bounds {low:.0%}..{high:.0%}"
        verdicts.append(Verdict(f"conflict under {name} in the baseline", low <= least <= estimate and most <= high, detail))
    verdicts.append(Verdict("dove < default < random < hawk, intervals apart", checks.in_order(base, ORDER), "conflict rates"))
    for name in sorted(rows.keys() - {"baseline"}):
        rates = {p: rows[name][p]["conflict"] for p in load(name).bounds}
        inside = all(low <= rates[p][0] <= high for p, (low, high) in load(name).bounds.items())
        detail = ", ".join(f"{p} {_percent(rate)}" for p, rate in rates.items())
        verdicts.append(Verdict(f"{name} within its declared bounds", inside, detail))
    peaks = [rows[n]["default"]["peak_tension"] for n in ("calm", "baseline", "severe")]
    apart = all(a[2] < b[1] for a, b in zip(peaks, peaks[1:], strict=False))
    verdicts.append(Verdict("calm < baseline < severe in peak tension", apart, ", ".join(_show(p) for p in peaks)))
    return verdicts


def _responses(scenario: Scenario, against: str, effort: Effort, say: Any) -> list[Response]:
    """The better of search and PPO for every seat, chosen on one set of games, scored on another."""
    found = []
    others = scripted(against)
    for seat, actor in enumerate(ACTORS):
        constant = checks.best_constant(scenario, seat, against, effort.constant_games, 21)
        searched = search(scenario, seat, others, 11, effort.search, constant=constant)
        candidates: list[tuple[str, Policy]] = [("search", searched)]
        if effort.response_steps:
            candidates.append(("PPO", _ppo(scenario, [actor], against, effort.response_steps).trained))
        found.append(_better(scenario, seat, against, candidates, constant, effort))
        say(f"{actor} against {against}: {found[-1].games.returns[:, seat].mean():.2f} by {found[-1].found_by}")
    return found


def _better(
    scenario: Scenario, seat: int, against: str, candidates: list[tuple[str, Policy]], constant: int, effort: Effort
) -> Response:
    """The candidate that does best on one set of games, with its games on another."""
    others = scripted(against)
    returns = [play(scenario, seated(p, seat, others), effort.fresh_games // 2, 5).returns[:, seat].mean() for _, p in candidates]
    by, policy = candidates[int(np.argmax(returns))]
    games = play(scenario, seated(policy, seat, others), effort.fresh_games, effort.seed, keep_moves=True)
    return Response(seat, against, by, policy, games, constant)


def _ppo(scenario: Scenario, seats: list[str], others: str, steps: int, watch: Any = lambda update: None) -> Training:
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
    agent = AgentConfig(seats=seats, others=others, layers=[64, 64])
    return train(scenario, EnvConfig(games=games), agent, algorithm, seed=3, watch=watch)


def _judge_responses(scenario: Scenario, responses: list[Response], effort: Effort, verdicts: list[Verdict]) -> dict[str, Any]:
    rows = []
    for against in ("hold", "default"):
        mine = [r for r in responses if r.against == against]
        over = {n: checks.gains(mine, scenario, n, effort.seed) for n in ("hold", "hawk", "default")}
        better = [a for a, g in over["hold"].items() if g.low > 0]
        detail = ", ".join(f"{a} {_show(g)}" for a, g in over["hold"].items())
        verdicts.append(Verdict(f"best responses gain over hold against all-{against}", len(better) >= 3, detail))
        constants = {r.seat: (MOVES[r.constant].name, checks.over_constant(r, scenario, effort.seed)) for r in mine}
        beaten = all(gain.low > 0 for _, gain in constants.values())
        detail = ", ".join(f"{ACTORS[s]} over {name} {_show(gain)}" for s, (name, gain) in constants.items())
        verdicts.append(Verdict(f"no constant move is a best response against all-{against}", beaten, detail))
        for r in mine:
            actor = ACTORS[r.seat]
            name, gain = constants[r.seat]
            rows.append(
                {
                    "actor": actor,
                    "against": against,
                    "found_by": r.found_by,
                    "return": bootstrap(r.games.returns[:, r.seat], seed=effort.seed),
                    "gain_over": {n: over[n][actor] for n in over},
                    "constant": name,
                    "gain_over_constant": gain,
                }
            )
    hawks = play(scenario, [scripted("hawk")] * N_ACTORS, effort.fresh_games, effort.seed)
    leaves = play(scenario, seated(scripted("dove"), 2, scripted("hawk")), effort.fresh_games, effort.seed)
    gain = bootstrap(leaves.returns[:, 2] - hawks.returns[:, 2], seed=effort.seed)
    verdicts.append(Verdict("all-hawk is no equilibrium: china gains by leaving it", gain.low > 0, _show(gain)))
    return {"rows": rows, **_channels(scenario, [r for r in responses if r.against == "default"], effort, verdicts)}


def _channels(scenario: Scenario, responses: list[Response], effort: Effort, verdicts: list[Verdict]) -> dict[str, Any]:
    worth: dict[str, dict[str, Interval]] = {name: {} for name in CHANNELS}
    for r in responses:
        start = [r.policy] if isinstance(r.policy, UtilityPolicy) else []
        others = scripted(r.against)
        less = [search(scenario, r.seat, others, 12, effort.again, without=c, starts=start) for c in range(N_CHANNELS)]
        # The full response gets what the restricted ones got: more generations, from all that was found.
        more = search(scenario, r.seat, others, 13, effort.again, starts=[*start, *less])
        full = _better(scenario, r.seat, r.against, [(r.found_by, r.policy), ("search", more)], r.constant, effort)
        for channel, name in enumerate(CHANNELS):
            worth[name][ACTORS[r.seat]] = checks.without_channel(full, scenario, channel, less[channel], effort.seed)
    for name in CHANNELS:
        matters = [a for a, w in worth[name].items() if w.low > 0]
        detail = ", ".join(f"{a} {_show(w)}" for a, w in worth[name].items())
        verdicts.append(Verdict(f"some best response is worse without its {name}s", len(matters) >= 1, detail))
    pooled = _pooled(responses)
    _judge_usage("best responses", pooled, verdicts)
    shares = {ACTORS[r.seat]: checks.usage(r.games.moves, [r.seat]) for r in responses}
    return {"worth": worth, "usage": {**shares, "best responses": pooled}}


def _pooled(responses: list[Response]) -> dict[str, dict[str, float]]:
    """Shares averaged over the five best responses."""
    all_shares = [checks.usage(r.games.moves, [r.seat]) for r in responses]
    return {
        c: {m: float(np.mean([s[c].get(m, 0.0) for s in all_shares])) for m in {m for s in all_shares for m in s[c]}}
        for c in CHANNELS
    }


def _judge_usage(who: str, shares: dict[str, dict[str, float]], verdicts: list[Verdict]) -> None:
    counts = checks.used(shares)
    detail = ", ".join(f"{c} {n}" for c, n in counts.items())
    verdicts.append(Verdict(f"{who}: each channel has two moves in use", min(counts.values()) >= 2, detail))
    tops = checks.crowding(shares)
    detail = ", ".join(f"{c}: {m} {s:.0%}" for c, (m, s) in tops.items())
    verdicts.append(
        Verdict(f"{who}: no move takes over half of its channel", max(s for _, s in tops.values()) <= checks.CROWDED, detail)
    )


def _no_exit(scenario: Scenario, effort: Effort, verdicts: list[Verdict]) -> dict[str, Any]:
    found = checks.no_exit(scenario, effort.states, effort.copies, effort.seed)
    exits = sum(f["exits"] for f in found.values())
    detail = ", ".join(f"{a} least margin {f['least_margin']:.1f} in {f['states']} states" for a, f in found.items())
    verdicts.append(Verdict("no exit: a conflict of one's own is worth less than the worst continuing play", exits == 0, detail))
    detail = ", ".join(f"{a} {_show(f['bystander'])}" for a, f in found.items())
    kept = all(f["bystander"].low > 0 for f in found.values())
    verdicts.append(Verdict("so is, on average, a conflict among others", kept, f"least mean margin: {detail}"))
    return found


def _influence(scenario: Scenario, effort: Effort, verdicts: list[Verdict]) -> dict[str, Any]:
    found = checks.influence(scenario, effort.fresh_games, effort.seed)
    detail = ", ".join(f"{a} moves {o} by {_show(g)}" for a, (o, g) in found.items())
    verdicts.append(Verdict("each actor's choices move another's return", all(g.apart_from(0) for _, g in found.values()), detail))
    return {a: {"most": o, "by": g} for a, (o, g) in found.items()}


def _self_play(scenario: Scenario, effort: Effort, verdicts: list[Verdict], say: Any) -> dict[str, Any]:
    hawks = checks.outcomes(scenario, ["hawk"], effort.fresh_games, effort.seed)["hawk"]["conflict"]
    training = _ppo(scenario, list(ACTORS), "default", effort.self_play_steps)
    seats = [training.trained] * N_ACTORS
    games = play(scenario, seats, effort.fresh_games, effort.seed, keep_moves=True)
    conflict = wilson(int(games.conflict.sum()), len(games.conflict))
    curve = [u for u in training.updates if u.conflict_rate is not None]
    slope = _slope([float(u.conflict_rate or 0.0) for u in curve[len(curve) // 2 :]], effort.seed)
    say(f"self-play: {training.seconds:.0f} s")
    detail = f"{_percent(conflict)} after {training.seconds:.0f} s, hawks {_percent(hawks)}"
    verdicts.append(Verdict("self-play ends with less conflict than hawks", conflict.high < hawks.low, detail))
    detail = f"slope over the second half {_show(slope)} a hundred updates"
    verdicts.append(Verdict("conflict in self-play is falling or flat", slope.low <= 0, detail))
    shares = checks.usage(games.moves, range(N_ACTORS))
    _judge_usage("self-play", shares, verdicts)
    called = checks.summons_by_face(scenario, seats, range(N_ACTORS), effort.fresh_games, effort.seed)
    detail = f"high {_percent(called['high'])}, low {_percent(called['low'])}"
    verdicts.append(Verdict("a summons is chosen more often at high face demand", called["high"].low > called["low"].high, detail))
    step = max(1, len(curve) // 20)
    return {
        "conflict": conflict,
        "seconds": training.seconds,
        "usage": {"self-play": shares},
        "summons": called,
        "curve": [asdict(u) for u in curve[::step]],
    }


def _slope(rates: list[float], seed: int) -> Interval:
    """Least-squares slope per hundred updates, bootstrap over updates."""
    if len(rates) < 4:
        return Interval(0.0, 0.0, 0.0)
    rng = np.random.default_rng(seed)
    x, y = np.arange(len(rates)) / 100.0, np.array(rates)
    draws = [np.polyfit(x[k], y[k], 1)[0] for k in (np.sort(rng.integers(0, len(x), len(x))) for _ in range(500)) if np.ptp(k) > 0]
    low, high = np.quantile(draws, [0.025, 0.975])
    return Interval(float(np.polyfit(x, y, 1)[0]), float(low), float(high))


def _percent(i: Any) -> str:
    estimate, low, high = i
    return f"{100 * estimate:.1f} % [{100 * low:.1f}, {100 * high:.1f}]"


def _show(i: Any) -> str:
    estimate, low, high = i
    return f"{estimate:.2f} [{low:.2f}, {high:.2f}]"


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        return value.tolist()
    raise TypeError(f"{type(value).__name__}: expected plain data")


if __name__ == "__main__":
    raise SystemExit(main())
