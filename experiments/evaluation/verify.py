"""Run `straits verify`: replay a sample of an evaluation and compare hashes.

The manifest has the scenarios, policies and seeds, and the hashes of the tables. `episodes.csv` has the hashes of the games. Each
finding is one line: different sources or policy, a changed table, or a game with another result.
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
    """Hold the number of replayed games, and one line per finding."""

    games: int
    findings: list[str]


def verify(folder: Path, games: int = 20, seed: int = 0) -> Outcome:
    """Replay games of each cell and compare.

    Args:
        folder: Output directory of an evaluation.
        games: Number of games per cell.
        seed: Seed of the sample.

    Returns:
        The number of games and the findings.

    Raises:
        ValueError: If the folder holds no evaluation.
    """
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
        replayed = _play(scenario, seats_of(facts, policies, policy_name), seeds[chosen])
        played += len(chosen)
        for game in chosen[replayed != expected[chosen]]:
            findings.append(f"{scenario_name}/{policy_name}: game {game} has another result")
    return Outcome(played, findings)


def _policies(facts: Mapping[str, Any], policies: Mapping[str, Policy]) -> Iterator[str]:
    """Yield a line for each policy that differs."""
    for name, policy in policies.items():
        if policy_fingerprint(policy) != facts["policies"][name]:
            yield f"policy {name}: hash {policy_fingerprint(policy)}, expected {facts['policies'][name]}"


def seats_of(facts: Mapping[str, Any], policies: Mapping[str, Policy], name: str) -> list[Policy]:
    """Return the policies of a cell.

    Args:
        facts: Manifest of the evaluation.
        policies: Name -> policy.
        name: Evaluated policy.

    Returns:
        One policy per actor.
    """
    seat, others = facts["config"]["seat"], facts["config"]["others"]
    return [policies[name] if seat in (EVERYONE, actor) else policies[others] for actor in ACTORS]


def scenario_of(facts: Mapping[str, Any], name: str) -> Scenario:
    """Load a scenario of an evaluation.

    Args:
        facts: Manifest of the evaluation.
        name: Name of the scenario.

    Returns:
        The scenario.

    Raises:
        ValueError: If the evaluation has no such scenario.
    """
    if name not in facts["scenarios"]:
        raise ValueError(f"episodes.csv: scenario={name!r}: expected one of {', '.join(facts['scenarios'])}")
    return load_scenario(facts["scenarios"][name]["given"])


def read_facts(path: Path) -> Mapping[str, Any]:
    """Read and check the manifest of an evaluation.

    Args:
        path: The file.

    Returns:
        The manifest.

    Raises:
        ValueError: If the file is no such manifest.
    """
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
    """Read the games of an evaluation.

    Args:
        path: The file `episodes.csv`.

    Returns:
        (scenario, policy) -> seeds and digests, each (games,) uint64.

    Raises:
        ValueError: If the file is invalid. The message names the line.
    """
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
    arrays = {cell: np.array(games, np.uint64) for cell, games in rows.items()}
    return {cell: (games[:, 0], games[:, 1]) for cell, games in arrays.items()}


def _play(scenario: Scenario, seats: list[Policy], seeds: NDArray[np.uint64]) -> NDArray[np.uint64]:
    engine = Engine(scenario, len(seeds))
    engine.reset(seeds)
    for _ in iter_turns(engine, seats):
        pass
    return digests(engine.games)


def _tables(folder: Path, hashes: Mapping[str, str]) -> Iterator[str]:
    for name in FILES:
        if not (folder / name).is_file():
            yield f"{name}: expected the table that the manifest lists"
        elif file_hash(folder / name) != hashes.get(name):
            yield f"{name}: differs from what the evaluation wrote"


def _versions(facts: Mapping[str, Any]) -> Iterator[str]:
    if facts["versions"].get("env_source_hash") != sources_hash():
        yield f"env_source_hash: {sources_hash()}, expected {facts['versions'].get('env_source_hash')}: games may differ"
