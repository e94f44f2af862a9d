"""Replace a scenario's reward weights and private types by those of a reward profile for training."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from straits.conf.schema import RewardProfileConfig
from straits.envs.scenarios.scenario import Scenario

LEARNERS: Final = "learners"  # key for all actors that learn


def apply_reward_profile(scenario: Scenario, profile: RewardProfileConfig, seats: Sequence[str]) -> Scenario:
    """Return the scenario with the reward weights and private types of a profile.

    Args:
        scenario: The scenario.
        profile: The profile.
        seats: Actors that learn.

    Raises:
        ValueError: If a value is out of range.
    """
    changes = {name: _rows(getattr(profile, name), seats) for name in ("weights", "types")}
    return scenario.with_(**changes) if any(changes.values()) else scenario


def _rows(settings: Mapping[str, Mapping[str, Any]], seats: Sequence[str]) -> list[dict[str, Any]]:
    """Return rows of a scenario file: the values for all learners, overridden by those of single actors."""
    merged: dict[str, dict[str, Any]] = {seat: dict(settings.get(LEARNERS, {})) for seat in seats}
    for actor, row in settings.items():
        if actor != LEARNERS:
            merged[actor] = {**merged.get(actor, {}), **row}
    return [{"of": actor, **row} for actor, row in merged.items() if row]
