"""Play a sample of an evaluation again and compare: `straits verify FOLDER`.

The manifest says which scenarios, policies and seeds, and has the tables' hashes; the games' hashes stand in episodes.csv. What
differs is said, a line each: another version of the environment or of a policy, a table that was changed, a game that came out otherwise.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from straits.agents.base import Policy
from straits.agents.registry import policy as named_policy
from straits.envs.core.jit import sources_hash
from straits.envs.io import read_json
from straits.envs.recording.tables import digests
from straits.envs.scenarios.scenario import Scenario, load_scenario
from straits.envs.simulator.engine import Engine
from straits.envs.spec.constants import ACTORS
from straits.envs.validation import wrong
from straits.experiments.evaluation.reporting import EPISODES, EVERYONE, FILES, FORMAT, file_hash
from straits.experiments.rollouts.rollout import iter_turns
from straits.experiments.utils.manifest import policy_fingerprint

HEAD: Final = list(EPISODES)


@dataclass(frozen=True)
class Outcome:
    """What a verification found: how many games were played again, and what differs, a line each."""

    games: int
    findings: list[str]


def verify(folder: Path, games: int = 20, seed: int = 0) -> Outcome:
    """Play `games` games of each cell again, drawn by `seed`. ValueError where the folder holds no evaluation."""
    facts, episodes = read_facts(folder / "manifest.json"), read_episodes(folder / "episodes.csv")
    policies = {name: named_policy(name) for name in facts["policies"]}
    findings = [*_versions(facts), *_tables(folder, facts["tables"]), *_policies(facts, policies)]
    rng, played = np.random.default_rng(seed), 0
    for (scenario_name, policy_name), (seeds, expected) in episodes.items():
        scenario = scenario_of(facts, scenario_name)
        if scenario.hash != facts["scenarios"][scenario_name]["hash"]:
            findings.append(f"scenario {scenario_name}: hash {scenario.hash[:12]}, expected another")
            continue
        chosen = np.sort(rng.choice(len(seeds), min(games, len(seeds)), replace=False))
        found = _play(scenario, seats_of(facts, policies, policy_name), seeds[chosen])
        played += len(chosen)
        for game in chosen[found != expected[chosen]]:
            findings.append(f"{scenario_name}/{policy_name}: game {game} came out otherwise")
    return Outcome(played, findings)


def _policies(facts: Mapping[str, Any], policies: Mapping[str, Policy]) -> Iterator[str]:
    """What differs from the policies that played."""
    for name, found in policies.items():
        if policy_fingerprint(found) != facts["policies"][name]:
            yield f"policy {name}: hash {policy_fingerprint(found)}, expected {facts['policies'][name]}"


def seats_of(facts: Mapping[str, Any], policies: Mapping[str, Policy], name: str) -> list[Policy]:
    """Who played each actor when it was the turn of that policy."""
    seat, others = facts["config"]["seat"], facts["config"]["others"]
    return [policies[name] if seat in (EVERYONE, actor) else policies[others] for actor in ACTORS]


def scenario_of(facts: Mapping[str, Any], name: str) -> Scenario:
    """The scenario that the evaluation calls so. ValueError where it is none of its scenarios."""
    if name not in facts["scenarios"]:
        raise ValueError(f"episodes.csv: scenario={name!r}: expected one of {', '.join(facts['scenarios'])}")
    return load_scenario(facts["scenarios"][name]["given"])


def read_facts(path: Path) -> Mapping[str, Any]:
    """The manifest of an evaluation. ValueError where it is none."""
    if not path.is_file():
        raise ValueError(f"{path}: expected the manifest of an evaluation")
    facts = read_json(path)
    if facts.get("format") != FORMAT:
        raise wrong(f"{path}: format", facts.get("format"), f"{FORMAT!r}, of this release")
    for key in ("config", "scenarios", "policies", "versions", "tables"):
        if not isinstance(facts.get(key), dict):
            raise ValueError(f"{path}: {key}: expected a map")
    return facts


def read_episodes(path: Path) -> dict[tuple[str, str], tuple[NDArray[np.uint64], NDArray[np.uint64]]]:
    """Seeds and digests of each cell's games, in order, by the names of its scenario and its policy."""
    if not path.is_file():
        raise ValueError(f"{path}: expected the games of an evaluation")
    with path.open(newline="", encoding="utf-8") as file:
        reader = csv.reader(file)
        if next(reader, None) != HEAD:
            raise ValueError(f"{path}: expected the columns {', '.join(HEAD)}")
        rows: dict[tuple[str, str], list[tuple[int, int]]] = {}
        for number, row in enumerate(reader, 2):
            try:
                scenario, policy, _, seed, digest = row
                rows.setdefault((scenario, policy), []).append((int(seed), int(digest, 16)))
            except ValueError:
                raise ValueError(f"{path}: line {number}: expected {', '.join(HEAD)}") from None
    found = {cell: np.array(games, np.uint64) for cell, games in rows.items()}
    return {cell: (games[:, 0], games[:, 1]) for cell, games in found.items()}


def _play(scenario: Scenario, seats: list[Policy], seeds: NDArray[np.uint64]) -> NDArray[np.uint64]:
    engine = Engine(scenario, len(seeds))
    engine.reset(seeds)
    for _ in iter_turns(engine, seats):
        pass
    return digests(engine.games)


def _tables(folder: Path, hashes: Mapping[str, str]) -> Iterator[str]:
    for name in FILES:
        if not (folder / name).is_file():
            yield f"{name}: expected the table that the manifest tells of"
        elif file_hash(folder / name) != hashes.get(name):
            yield f"{name}: differs from what the evaluation wrote"


def _versions(facts: Mapping[str, Any]) -> Iterator[str]:
    if facts["versions"].get("env_source_hash") != sources_hash():
        yield f"env_source_hash: {sources_hash()}, expected {facts['versions'].get('env_source_hash')}: games may differ"
