"""Run the stages of the game report, and combine their results into headline numbers.

Each stage stores its results in the output folder, and a stage whose results are there is not run again: an interrupted report
continues where it was. The headline holds low ends of intervals for shares that must be reached, and high ends for those that must
not be passed. Where policies learn, it holds the worst training seed, or pools the games of all seeds.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from straits.agents.base import Policy
from straits.agents.scripted import scripted
from straits.envs.io import write_file
from straits.envs.scenarios.scenario import load_scenario
from straits.envs.spec.constants import ACTORS, N_ACTORS
from straits.experiments.analysis.diagnostics import learning, scenario_distance, signalling
from straits.experiments.analysis.diagnostics.constant_moves import best_constant
from straits.experiments.analysis.diagnostics.exits import no_exit, summons_by_grievance
from straits.experiments.analysis.diagnostics.games import Effort, Played, arcs, calming, looks, play_series, share_of_gain
from straits.experiments.analysis.diagnostics.learning import Say
from straits.experiments.evaluation.best_response import seated
from straits.experiments.utils.statistics import bootstrap, wilson

STAGES: Final = ("selfplay", "responses", "default", "scenarios", "report")
BOUNDED: Final = ("dove", "random", "hawk")  # scripted policies whose conflict is bounded, besides `default`
REACHED: Final = 0.1  # share of the gain that a channel must be worth
PAIRS_APART: Final = {"year": 3, "late": 2}  # measures in which a pair of scenarios must differ
LOW, HIGH = 1, 2  # ends of an interval


def run(folder: Path, stages: Iterable[str], effort: Effort, say: Say) -> dict[str, Any]:
    """Run stages in their order.

    Args:
        folder: Output folder.
        stages: Names from STAGES.
        effort: Sizes of the experiments.
        say: Called with progress.

    Returns:
        The report if that stage is among them, otherwise an empty dictionary. JSON can hold it.

    Raises:
        ValueError: If a stage needs the results of another that has not been run, or the folder has results of other sizes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _check_folder(folder, effort)
    steps: Mapping[str, Callable[[], Any]] = {
        "selfplay": lambda: learning.self_play(folder, effort, say),
        "responses": lambda: learning.responses(folder, effort, say),
        "default": lambda: _stored(folder / "default.json", lambda: scripted_games(effort, say)),
        "scenarios": lambda: _scenarios(folder, effort, say),
        "report": lambda: report(folder, effort, say),
    }
    results = {stage: steps[stage]() for stage in STAGES if stage in set(stages)}
    return dict(results.get("report") or {})


def _check_folder(folder: Path, effort: Effort) -> None:
    """Check that the folder has results of the same scenario and sizes, so that no two are mixed. Training seeds may be added."""
    sizes = {**asdict(replace(effort, training_seeds=())), "scenario": load_scenario("baseline").hash}
    stored = _stored(folder / "effort.json", lambda: sizes)
    if changed := [name for name, value in json.loads(json.dumps(sizes)).items() if stored.get(name) != value]:
        name = changed[0]
        raise ValueError(
            f"--out={folder}: expected a folder without results of {name}={stored.get(name)}; now {name}={sizes[name]}"
        )


def _stored(path: Path, measure: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Return the results in a file, measured first if it is not there."""
    if not path.exists():
        write_file(path, json.dumps(measure(), indent=1, default=plain).encode())
    return dict(json.loads(path.read_text(encoding="utf-8")))


def plain(value: Any) -> Any:
    """Convert NumPy numbers and arrays for JSON."""
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        return value.tolist()
    raise TypeError(f"{type(value).__name__}: expected plain data")


def scripted_games(effort: Effort, say: Say) -> dict[str, Any]:
    """Measure the baseline as scripted policies play it: arcs, signals, looks, conflict, exits and summonses."""
    scenario, settings = load_scenario("baseline"), effort.settings
    everyone: list[Policy] = [scripted("default")] * N_ACTORS
    say("default: games")
    results = population(play_series(scenario, everyone, effort.games, effort.seed), effort)
    say("default: other policies")
    bounds = {n: play_series(scenario, [scripted(n)] * N_ACTORS, effort.games, effort.seed).series.conflict for n in BOUNDED}
    results["conflict"] = {name: wilson(int(conflict.sum()), effort.games) for name, conflict in bounds.items()}
    results["summons"] = summons_by_grievance(scenario, everyone, range(N_ACTORS), effort.games, effort.seed)
    say("default: audiences")
    for world in learning.WORLDS:
        changed = learning.world_of(world)
        played = play_series(changed, everyone, effort.games, effort.seed)
        results["worlds"] = results.get("worlds", {}) | {world: signalling.bluffs(played.series, changed, settings)}
    say("default: exits")
    results["exits"] = no_exit(scenario, effort.states, 1, effort.seed)
    say("default: constant moves")
    results["constants"] = _constants(effort)
    return results


def population(played: Played, effort: Effort) -> dict[str, Any]:
    """Measure the games of one population in the baseline: arcs, what calms, looks and signals."""
    scenario, settings = load_scenario("baseline"), effort.settings
    return {
        "arcs": arcs(played, scenario, settings),
        "calming": calming(played, scenario, settings),
        "looks": looks(played, settings),
        "commitment_effect": signalling.commitment_effect(played.series, scenario, settings),
        "information": signalling.resolve_information(played.series, effort.permutations, effort.seed),
        "bluffs": signalling.bluffs(played.series, scenario, settings),
        "return_per_turn": {
            a: bootstrap(played.series.returns[:, n] / played.series.turns, **settings) for n, a in enumerate(ACTORS)
        },
    }


def _constants(effort: Effort) -> dict[str, Any]:
    scenario, rows = load_scenario("baseline"), {}
    for seat, actor in enumerate(ACTORS):
        best = best_constant(scenario, seat, scripted("default"), effort.constant_games, effort.games, effort.seed)
        rows[actor] = {"moves": best.moves, "triple": best.triple, "returns": best.returns.round(4)}
    return rows


def _scenarios(folder: Path, effort: Effort, say: Say) -> dict[str, Any]:
    """Compare the scenarios under `default`, and under self-play if a network is there."""

    def measure(policy: Policy) -> dict[str, Any]:
        say(f"scenarios: {policy.name}")
        return scenario_distance.compare([policy] * N_ACTORS, effort.games, effort.seed)

    results = {"default": _stored(folder / "scenarios-default.json", lambda: measure(scripted("default")))}
    seed = effort.training_seeds[0]
    if (folder / f"selfplay-{seed}.npz").exists():
        policy = learning.shared_policy(folder, str(seed))
        results["selfplay"] = _stored(folder / "scenarios-selfplay.json", lambda: measure(policy))
    return results


def report(folder: Path, effort: Effort, say: Say) -> dict[str, Any]:
    """Combine the results of all stages.

    Args:
        folder: Output folder with the results of the other stages.
        effort: Sizes of the experiments.
        say: Called with progress.

    Returns:
        The numbers of each section and the flat `headline`.
    """
    scenario = load_scenario("baseline")
    default = _stored(folder / "default.json", lambda: scripted_games(effort, say))
    results: dict[str, Any] = {"effort": asdict(effort), "scenario": scenario.hash, "default": default}
    results["selfplay"] = {str(seed): _self_play(folder, seed, effort, say) for seed in effort.training_seeds}
    results["worlds"] = {world: _world(folder, world, effort, say) for world in learning.WORLDS}
    results["gains"] = {name: learning.gains(folder, name, effort) for name in ("default", "selfplay")}
    results["constants"] = _constant_shares(folder, default["constants"], effort)
    results["summons_of_responses"] = _stored(folder / "summons.json", lambda: _summons(folder, effort))
    results["scenarios"] = _scenarios(folder, effort, say)
    results = json.loads(json.dumps(results, default=plain))
    for row in results["default"]["constants"].values():
        row.pop("returns")
    return {"headline": headline(results), **results}


def _self_play(folder: Path, seed: int, effort: Effort, say: Say) -> dict[str, Any]:
    policy, curve = learning.shared_policy(folder, str(seed)), learning.curve(folder, str(seed))

    def measure() -> dict[str, Any]:
        say(f"report: self-play {seed}")
        played = play_series(load_scenario("baseline"), [policy] * N_ACTORS, effort.games, effort.seed)
        return population(played, effort)

    return {**_stored(folder / f"selfplay-{seed}.json", measure), "curve": curve[:: max(1, len(curve) // learning.POINTS)]}


def _world(folder: Path, world: str, effort: Effort, say: Say) -> dict[str, Any]:
    def measure() -> dict[str, Any]:
        say(f"report: self-play with {world} audiences")
        scenario, policy = learning.world_of(world), learning.shared_policy(folder, world)
        played = play_series(scenario, [policy] * N_ACTORS, effort.games, effort.seed)
        return signalling.bluffs(played.series, scenario, effort.settings)

    return _stored(folder / f"selfplay-{world}.json", measure)


def _summons(folder: Path, effort: Effort) -> dict[str, Any]:
    """Measure the summonses of each seat's response to `default`, first training seed."""
    scenario, others = load_scenario("baseline"), scripted("default")
    policies = learning.response_policies(folder, "default", effort.training_seeds[0])
    return {
        actor: summons_by_grievance(scenario, seated(policies[seat], seat, others), [seat], effort.games, effort.seed)
        for seat, actor in enumerate(ACTORS)
    }


def _constant_shares(folder: Path, constants: dict[str, Any], effort: Effort) -> dict[str, Any]:
    """Return the gain of each seat's best constant play as a share of the gain of its best response, and its moves."""
    full, hold = learning.response_returns(folder, "default", effort)
    rows = {}
    for seat, actor in enumerate(ACTORS):
        constant = np.tile(constants[actor]["returns"], len(effort.training_seeds))
        share = share_of_gain(constant - hold[seat], full[seat] - hold[seat], effort.settings)
        rows[actor] = {"moves": constants[actor]["moves"], "share": share}
    return rows


def headline(results: Mapping[str, Any]) -> dict[str, float]:
    """Reduce the report to one number per measure.

    Args:
        results: The sections, as JSON gives them back: an interval is a list of estimate, low and high.

    Returns:
        Flat names to numbers. A share that must be reached has the low end of its interval, one that must not be passed the high
        end.
    """
    default, selves, gains = results["default"], list(results["selfplay"].values()), results["gains"]
    populations = [default, *selves]
    return {
        **{f"channel_{c}_seats": _seats(gains["default"], c) for c in learning.CHANNELS},
        **{f"channel_{c}_seats_trained": _seats(gains["selfplay"], c) for c in learning.CHANNELS},
        **_arcs("default", [default]),
        **_arcs("selfplay", selves),
        "least_gain_over_median": min(row["over_median"][LOW] for row in gains["default"].values()),
        "least_selfplay_return_per_turn": min(value[LOW] for one in selves for value in one["return_per_turn"].values()),
        "scenario_pairs_apart": _apart(results["scenarios"], "year"),
        "scenario_pairs_apart_late": _apart(results["scenarios"], "late"),
        "constant_share": max(row["share"][HIGH] for row in results["constants"].values()),
        "conflict_default": default["arcs"]["conflict"][HIGH],
        "conflict_dove": default["conflict"]["dove"][HIGH],
        "conflict_random": default["conflict"]["random"][HIGH],
        "conflict_hawk": default["conflict"]["hawk"][LOW],
        "conflict_selfplay": max(one["arcs"]["conflict"][HIGH] for one in selves),
        "commitment_effect_default": default["commitment_effect"][LOW],
        "commitment_effect_trained": min(one["commitment_effect"][LOW] for one in selves),
        "resolve_information": min(value[LOW] for one in populations for value in one["information"].values()),
        "peak_rung_values": default["looks"]["peak_rung_values"][LOW],
        "tension_gap": default["looks"]["tension_gap"][LOW],
    }


def _arcs(name: str, rows: list[Mapping[str, Any]]) -> dict[str, float]:
    """Return the headline of crises of one or more populations, the worst of each measure."""
    each = [row["arcs"] for row in rows]
    medians = [row["median"][0] for row in each]
    shares = [row["turns"][HIGH] for row in each]
    return {
        f"crisis_median_{name}": max(medians),
        f"crisis_ended_{name}": min(row["ended"][LOW] for row in each),
        f"crisis_turns_{name}": max(shares),
        f"settlements_{name}": min(row["settlements"][LOW] for row in each),
        f"half_life_{name}": max(row["half_life"][HIGH] for row in each),
    }


def _seats(gains: Mapping[str, Any], channel: str) -> int:
    """Count the seats whose response loses enough without a channel."""
    return sum(row["gain"][LOW] > 0.0 and row[channel][LOW] >= REACHED for row in gains.values())


def _apart(scenarios: Mapping[str, Any], window: str) -> int:
    """Count the pairs of scenarios that differ in enough measures, under the policy with fewer of them."""
    return min(sum(len(v) >= PAIRS_APART[window] for v in by[window]["apart"].values()) for by in scenarios.values())
