"""Score a policy in a test scenario, on a scale that does not change when a method is added.

The scale of a test scenario goes from the lowest to the highest mean return of its focal seats over fixed reference policies. These
constants are measured once, by `straits held-out --constants`, and committed. Scores outside 0..1 are possible and mean a lower
or higher return. The score comes with the conflict rate and the peak tension, which have no scale.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import yaml
from numpy.typing import NDArray

from straits.agents.base import Policy
from straits.agents.scripted import scripted
from straits.envs.fields import check, mapping, number
from straits.envs.spec.constants import ACTORS
from straits.experiments.evaluation.held_out.scenarios import CONSTANTS, Trial
from straits.experiments.rollouts.rollout import Games, play
from straits.experiments.utils.statistics import Interval, bootstrap, wilson

REFERENCES: Final = ("hold", "random", "dove", "hawk", "default")
GAMES: Final = 400  # of each reference
SEED: Final = 2021
DIGITS: Final = 6
Scale = tuple[float, float]  # return that scores 0, return that scores 1


@dataclass(frozen=True)
class Score:
    """Hold the results of a policy in a test scenario.

    `score` uses the mean return of the focal seats. The other numbers describe the games.
    """

    trial: str
    policy: str
    games: int
    score: Interval
    conflict: Interval
    peak_tension: Interval


def score(trial: Trial, policy: Policy, scale: Scale, games: int, seed: int, confidence: float = 0.95) -> Score:
    """Play a test scenario with a policy in its focal seats.

    Args:
        trial: The test scenario.
        policy: Policy of the focal seats.
        scale: Returns that score 0 and 1.
        games: Number of games.
        seed: Seed of the games and of the bootstrap.
        confidence: Confidence level of the intervals, above 0 and below 1.

    Returns:
        The score, with intervals over games.
    """
    played = play(trial.load(), trial.seats(policy), games, seed)
    low, high = scale
    return Score(
        trial.name,
        policy.name,
        games,
        bootstrap((earned(trial, played) - low) / (high - low), seed=seed, confidence=confidence),
        wilson(int(played.conflict.sum()), games, confidence=confidence),
        bootstrap(played.peak_tension, seed=seed, confidence=confidence),
    )


def earned(trial: Trial, games: Games) -> NDArray[np.float64]:
    """Compute the mean return of the focal seats.

    Args:
        trial: The test scenario.
        games: Its games.

    Returns:
        (games,) float64.
    """
    returns: NDArray[np.float64] = games.returns[:, [ACTORS.index(actor) for actor in trial.focal]].mean(axis=1)
    return returns


def measured(trial: Trial, games: int = GAMES, seed: int = SEED) -> dict[str, Any]:
    """Measure the constants of a test scenario.

    Args:
        trial: The test scenario.
        games: Number of games per reference policy.
        seed: Seed of the games.

    Returns:
        The scale, the mean return of each reference policy, and hashes of the scenario and of the trained policies.
    """
    scenario = trial.load()
    returns = {name: float(earned(trial, play(scenario, trial.seats(scripted(name)), games, seed)).mean()) for name in REFERENCES}
    ends = {"low": min(returns.values()), "high": max(returns.values())}
    rounded = {name: float(f"{value:.{DIGITS}g}") for name, value in (ends | returns).items()}
    return {**rounded, **_dependencies(trial)}


def scales(path: Path = CONSTANTS) -> dict[str, Scale]:
    """Read the committed scales.

    Args:
        path: A YAML file.

    Returns:
        Test scenario -> scale.

    Raises:
        ValueError: If a value is missing or out of range.
    """
    return {name: _scale(f"constants.{name}", row) for name, row in _rows(path).items()}


def stale(suite: Sequence[Trial], path: Path = CONSTANTS) -> list[Trial]:
    """List the test scenarios whose scenario or trained policies differ from those of the committed constants.

    Args:
        suite: The test scenarios.
        path: File of the constants.

    Returns:
        The outdated ones.
    """
    known = {name: row for name, row in _rows(path).items() if isinstance(row, Mapping) and "scenario" in row}
    return [t for t in suite if t.name in known and _dependencies(t) != {k: known[t.name].get(k) for k in ("scenario", "trained")}]


def _dependencies(trial: Trial) -> dict[str, Any]:
    """Return what the constants depend on, in addition to the rules."""
    return {"scenario": trial.load().hash[:16], "trained": trial.weights()}


def _rows(path: Path) -> dict[str, Any]:
    try:
        rows = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ValueError(f"{path.name}: expected YAML; {' '.join(str(error).split())[:200]}") from None
    return mapping("constants", rows)


def _scale(where: str, row: Any) -> Scale:
    given: Mapping[str, Any] = mapping(where, row, ("low", "high", *REFERENCES, "scenario", "trained"))
    low, high = (check(f"{where}.{key}", number(-1e6, 1e6), given.get(key)) for key in ("low", "high"))
    if low >= high:
        raise ValueError(f"{where}.low={low:g}: expected below high={high:g}")
    return low, high
