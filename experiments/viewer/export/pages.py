"""What the pages show, put together: episodes, their scenario's story, and the file that holds it all."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from straits.envs.io import write_file
from straits.envs.scenarios.scenario import Scenario, list_scenarios, load_scenario
from straits.experiments.evaluation.sources import recorded_game
from straits.experiments.rollouts.source import Asked
from straits.experiments.viewer.export import briefings
from straits.experiments.viewer.export.html import SCHEMA, page

if TYPE_CHECKING:  # they need the extra `analysis`, and a replay does not
    from straits.experiments.evaluation.sources import Group
    from straits.experiments.metrics.compute import Settings


def replay(episodes: Sequence[dict[str, Any]], view: str = "replay", scenario: Scenario | None = None) -> dict[str, Any]:
    """The data of a page with these episodes, the first of them in view, beside the story of its scenario. `scenario`: the first
    one's, where it is at hand: a file of one's own may bring a story."""
    name = episodes[0]["meta"]["scenario"]
    return data(view, episodes=list(episodes), story=_told(scenario) if scenario else _story(name))


def compare(groups: Sequence["Group"], settings: "Settings", embedded: int) -> dict[str, Any]:
    """The data of a page that compares the groups; the first `embedded` of the games worth opening come as episodes."""
    from straits.experiments.viewer.export.comparison import suite
    from straits.experiments.viewer.export.replay import game_episode

    shown = suite(groups, settings)
    episodes: list[dict[str, Any]] = []
    for row in shown["ranked"][:embedded]:
        group = groups[row["policy"]]
        row["episode"] = len(episodes)
        episodes.append(game_episode(recorded_game(group.recording, row["game"], Asked(""), group.scenario)))
    return data("compare", suite=shown, episodes=episodes, story=_story(shown["scenario"]))


def data(view: str, **shown: Any) -> dict[str, Any]:
    """A `straits-page/1`."""
    return {"schema": SCHEMA, "view": view, "episodes": [], "suite": None, "evaluation": None, "story": None, **shown}


def save(shown: dict[str, Any], path: Path) -> None:
    """Write the page's data as JSON at once, or not at all."""
    write_file(path, json.dumps(shown, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode())


def write(shown: dict[str, Any], path: Path) -> None:
    """Write the page at once, or not at all."""
    write_file(path, page(shown).encode())


def _story(scenario: str) -> dict[str, Any] | None:
    """Of a scenario that ships; a replay file may name any."""
    return _told(load_scenario(scenario)) if scenario in list_scenarios("all") else None


def _told(scenario: Scenario) -> dict[str, Any] | None:
    found = briefings.story(scenario)
    return found.page() if found else None
