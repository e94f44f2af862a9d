"""What the pages show, put together: episodes, their scenario's story, and the file that holds it all."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from straits.agents.storage import write_file
from straits.envs.scenario import list_scenarios, load
from straits.experiments.viewer import stories
from straits.experiments.viewer.page import SCHEMA, page


def replay(episodes: Sequence[dict[str, Any]], view: str = "replay") -> dict[str, Any]:
    """The data of a page with these episodes, the first of them in view, beside the story of its scenario."""
    return data(view, episodes=list(episodes), story=_story(episodes[0]["meta"]["scenario"]))


def data(view: str, **shown: Any) -> dict[str, Any]:
    """A `straits-page/1`."""
    return {"schema": SCHEMA, "view": view, "episodes": [], "suite": None, "evaluation": None, "story": None, **shown}


def write(shown: dict[str, Any], path: Path) -> None:
    """Write the page at once, or not at all."""
    write_file(path, page(shown).encode())


def _story(scenario: str) -> dict[str, Any] | None:
    """Of a scenario that ships; a replay file may name any."""
    found = stories.story(load(scenario)) if scenario in list_scenarios("all") else None
    return found.page() if found else None
