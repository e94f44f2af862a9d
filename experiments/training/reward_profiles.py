"""Replace a scenario's reward weights and private types by those of a character for training."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from straits.conf.schema import CharacterConfig
from straits.envs.scenarios.scenario import Scenario

LEARNERS: Final = "learners"  # stands for every actor that learns


def characterised(scenario: Scenario, character: CharacterConfig, seats: Sequence[str]) -> Scenario:
    """Return the scenario with the reward weights and private types of the character.

    Raises:
        ValueError: If a value is out of range.
    """
    changes = {name: _rows(getattr(character, name), seats) for name in ("weights", "types")}
    return scenario.with_(**changes) if any(changes.values()) else scenario


def _rows(given: Mapping[str, Mapping[str, Any]], seats: Sequence[str]) -> list[dict[str, Any]]:
    """Rows of a scenario's file: what holds for all learners, then what is an actor's own."""
    merged: dict[str, dict[str, Any]] = {seat: dict(given.get(LEARNERS, {})) for seat in seats}
    for actor, row in given.items():
        if actor != LEARNERS:
            merged[actor] = {**merged.get(actor, {}), **row}
    return [{"of": actor, **row} for actor, row in merged.items() if row]
