"""Build a page from episodes and their background text, and write it as one self-contained file.

The page holds text and numbers only. What comes from files (titles, labels, names of policies) is JSON in a script element that no
browser executes, and every character that could end that element is escaped. A Content Security Policy names the digests of the
one script and the one style sheet: nothing else runs, and nothing is fetched.
"""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from straits.envs.io import write_file
from straits.envs.scenarios.scenario import Scenario, list_scenarios, load_scenario
from straits.experiments.evaluation.sources import recorded_game
from straits.experiments.rollouts.source import Asked
from straits.experiments.viewer.export import briefings

if TYPE_CHECKING:  # they need the extra `analysis`, which a replay does not
    from straits.experiments.evaluation.sources import Group
    from straits.experiments.metrics.compute import Settings

SCHEMA: Final = "straits-page/1"
VIEWS: Final = ("replay", "compare", "report", "play")
TITLE: Final = "straits"
_ESCAPES: Final = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def page(data: Mapping[str, Any], *, live: bool = False) -> str:
    """Build a page.

    Args:
        data: A `straits-page/1`: its view and the data of the view, JSON types only.
        live: Whether the page may connect to the server that sent it.

    Returns:
        The page as HTML.

    Raises:
        ValueError: If the data has another format, or holds a number that JSON does not have.
    """
    if data.get("schema") != SCHEMA:
        raise ValueError(f"page.schema={data.get('schema')!r}: expected {SCHEMA!r}")
    if data.get("view") not in VIEWS:
        raise ValueError(f"page.view={data.get('view')!r}: expected one of {', '.join(VIEWS)}")
    script, style = _static("app.js"), _static("app.css")
    head = f'<meta http-equiv="Content-Security-Policy" content="{_policy(script, style, live)}">'
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n{head}\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="referrer" content="no-referrer">\n'
        f"<title>{TITLE}</title>\n<style>{style}</style>\n</head>\n<body>\n"
        f'<div id="app"><noscript>This page needs its own script. Please allow JavaScript.</noscript></div>\n'
        f'<script type="application/json" id="data">{_embedded(data)}</script>\n<script>{script}</script>\n</body>\n</html>\n'
    )


def replay(episodes: Sequence[dict[str, Any]], view: str = "replay", scenario: Scenario | None = None) -> dict[str, Any]:
    """Build the data of a page that replays episodes.

    Args:
        episodes: Episodes in the format `straits-replay/1`. The first one is in view.
        view: `replay` or `report`.
        scenario: Scenario of the first episode if it is loaded, because a user's file may have its own story.

    Returns:
        The data of the page.
    """
    name = episodes[0]["meta"]["scenario"]
    return data(view, episodes=list(episodes), story=_background(scenario) if scenario else _story(name))


def compare(groups: Sequence["Group"], settings: "Settings", embedded: int) -> dict[str, Any]:
    """Build the data of a page that compares groups of games.

    Args:
        groups: Groups of one scenario.
        settings: Seed, confidence level and resamples of the intervals.
        embedded: Number of outlier games to include as episodes.

    Returns:
        The data of the page.
    """
    from straits.experiments.viewer.export.comparison import build_comparison
    from straits.experiments.viewer.export.replay import game_episode

    shown = build_comparison(groups, settings)
    episodes: list[dict[str, Any]] = []
    for row in shown["ranked"][:embedded]:
        group = groups[row["policy"]]
        row["episode"] = len(episodes)
        episodes.append(game_episode(recorded_game(group.recording, row["game"], Asked(""), group.scenario)))
    return data("compare", comparison=shown, episodes=episodes, story=_story(shown["scenario"]))


def data(view: str, **shown: Any) -> dict[str, Any]:
    """Build a `straits-page/1`.

    Args:
        view: A name in VIEWS.
        **shown: Data of the view.

    Returns:
        The data of the page.
    """
    return {"schema": SCHEMA, "view": view, "episodes": [], "comparison": None, "evaluation": None, "story": None, **shown}


def save(shown: dict[str, Any], path: Path) -> None:
    """Write the data of a page as JSON, atomically.

    Args:
        shown: The data.
        path: File to write.
    """
    write_file(path, json.dumps(shown, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode())


def write(shown: dict[str, Any], path: Path) -> None:
    """Write a page as HTML, atomically.

    Args:
        shown: Data of the page.
        path: File to write.
    """
    write_file(path, page(shown).encode())


def _story(scenario: str) -> dict[str, Any] | None:
    """Return the background of a scenario that ships. A replay file may name any scenario."""
    return _background(load_scenario(scenario)) if scenario in list_scenarios("all") else None


def _background(scenario: Scenario) -> dict[str, Any] | None:
    briefing = briefings.story(scenario)
    return briefing.page() if briefing else None


def _static(name: str) -> str:
    """Read a file of the bundle, and check that it cannot close its own element."""
    text = (resources.files("straits.experiments.viewer") / "static" / name).read_text(encoding="utf-8")
    if "</script" in text.lower() or "</style" in text.lower():
        raise ValueError(f"viewer/static/{name}: expected no closing tag of its own element; rebuild it with `make viewer`")
    return text


def _embedded(data: Mapping[str, Any]) -> str:
    """Encode JSON so that it is safe inside a script element."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for character, escape in _ESCAPES.items():
        text = text.replace(character, escape)
    return text


def _policy(script: str, style: str, live: bool) -> str:
    """Build the Content Security Policy, which permits only this script, this style sheet and the font inside it."""
    parts = ["default-src 'none'", f"script-src '{_digest(script)}'", f"style-src '{_digest(style)}'", "font-src data:"]
    parts += ["base-uri 'none'", "form-action 'none'"]
    return "; ".join(parts + (["connect-src 'self'"] if live else []))


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
