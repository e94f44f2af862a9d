"""Verify an evaluation: `straits verify FOLDER`.

The actions of its games are stepped through the engine again, and the last records and the returns are compared. No policy is
called: policies and tables are compared by their hashes in the manifest.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from straits.agents.registry import policy as named_policy
from straits.envs.core.jit import sources_hash
from straits.envs.io import read_json
from straits.envs.scenarios.scenario import Scenario, load_scenario
from straits.envs.validation import wrong
from straits.experiments.evaluation.reporting import FILES, FORMAT, file_hash
from straits.experiments.rollouts.action_log import LOG, LoggedGames, read_log
from straits.experiments.rollouts.record import BATCH
from straits.experiments.rollouts.trajectory import final_results
from straits.experiments.utils.manifest import policy_fingerprint


@dataclass(frozen=True)
class Outcome:
    """Result of a verification.

    Attributes:
        games: Number of games that were stepped again.
        findings: One line for each difference.
        absent: Names of the policies that cannot be loaded here and were not compared.
    """

    games: int
    findings: list[str]
    absent: list[str]


def verify(folder: Path, games: int | None = None, seed: int = 0) -> Outcome:
    """Step games of an evaluation again and compare.

    Args:
        folder: Folder of the evaluation.
        games: Number of games of each policy on each scenario; None for all.
        seed: Seed of the draw of these games.

    Returns:
        The outcome.

    Raises:
        ValueError: If the folder does not hold an evaluation.
    """
    facts, cells = read_facts(folder / "manifest.json"), read_log(folder / LOG)
    changed, absent = _policies(facts["policies"])
    findings = [*_versions(facts), *_tables(folder, facts["tables"]), *changed]
    rng, stepped = np.random.default_rng(seed), 0
    for key, logged in cells.items():
        scenario, many = scenario_of(facts, key.scenario), len(logged.actions)
        if scenario.hash != facts["scenarios"][key.scenario]["hash"]:
            findings.append(f"scenario {key.scenario}: hash {scenario.hash[:12]}, expected another")
            continue
        chosen = np.sort(rng.choice(many, min(many if games is None else games, many), replace=False))
        findings += [f"{key.scenario}/{key.policy}: game {n} has another result" for n in _different(logged, chosen, scenario)]
        stepped += len(chosen)
    return Outcome(stepped, findings, absent)


def scenario_of(facts: Mapping[str, Any], name: str) -> Scenario:
    """Load a scenario of an evaluation.

    Args:
        facts: The manifest of the evaluation.
        name: Name of the scenario in the evaluation.

    Returns:
        The scenario.

    Raises:
        ValueError: If the evaluation has no such scenario.
    """
    if name not in facts["scenarios"]:
        raise ValueError(f"{LOG}: scenario={name!r}: expected one of {', '.join(facts['scenarios'])}")
    recorded = facts["scenarios"][name]
    return load_scenario(recorded["given"], **recorded["changes"])


def read_facts(path: Path) -> Mapping[str, Any]:
    """Read the manifest of an evaluation.

    Args:
        path: The file.

    Returns:
        The manifest.

    Raises:
        ValueError: If the file is not one.
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


def _different(logged: LoggedGames, chosen: NDArray[np.int64], scenario: Scenario) -> Iterator[int]:
    """Yield the numbers of the games that end in another record or with other returns."""
    for first in range(0, len(chosen), BATCH):
        part = chosen[first : first + BATCH]
        digests, returns = final_results([logged.trajectory(game, scenario) for game in part.tolist()])
        same = (digests == logged.digests[part]) & (returns == logged.returns[part]).all(axis=1)
        yield from part[~same].tolist()


def _policies(hashes: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """Return a line for each policy that changed, and the names of those that cannot be loaded."""
    findings, absent = [], []
    for name, expected in hashes.items():
        try:
            current = policy_fingerprint(named_policy(name))
        except (ValueError, OSError):
            absent.append(name)
            continue
        if current != expected:
            findings.append(f"policy {name}: hash {current}, expected {expected}")
    return findings, absent


def _tables(folder: Path, hashes: Mapping[str, str]) -> Iterator[str]:
    for name in (*FILES, LOG):
        if not (folder / name).is_file():
            yield f"{name}: expected the table that the manifest lists"
        elif file_hash(folder / name) != hashes.get(name):
            yield f"{name}: differs from what the evaluation wrote"


def _versions(facts: Mapping[str, Any]) -> Iterator[str]:
    if facts["versions"].get("env_source_hash") != sources_hash():
        yield f"env_source_hash: {sources_hash()}, expected {facts['versions'].get('env_source_hash')}: games may differ"
