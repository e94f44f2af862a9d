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

if TYPE_CHECKING:  # they need the extra `analysis`, and a replay does not
    from straits.experiments.evaluation.sources import Group
    from straits.experiments.metrics.compute import Settings

SCHEMA: Final = "straits-page/1"
VIEWS: Final = ("replay", "compare", "report", "play")
TITLE: Final = "straits"
_ESCAPES: Final = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def page(data: Mapping[str, Any], *, live: bool = False) -> str:
    """The page as HTML. data.

    A `straits-page/1`, its view and what the view shows, JSON throughout. live: it may speak to the server that sent it, and to
    nobody else. ValueError where the data are none of ours or hold a number that JSON has not.
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
        f'<div id="app"><noscript>This page draws itself with its own script: please allow it.</noscript></div>\n'
        f'<script type="application/json" id="data">{_embedded(data)}</script>\n<script>{script}</script>\n</body>\n</html>\n'
    )


def replay(episodes: Sequence[dict[str, Any]], view: str = "replay", scenario: Scenario | None = None) -> dict[str, Any]:
    """The data of a page with these episodes, the first of them in view, beside the story of its scenario.

    `scenario`: the first one's, where it is at hand: a file of one's own may bring a story.
    """
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


def _static(name: str) -> str:
    """A file of the bundle. Neither may hold what ends its element."""
    text = (resources.files("straits.experiments.viewer") / "static" / name).read_text(encoding="utf-8")
    if "</script" in text.lower() or "</style" in text.lower():
        raise ValueError(f"viewer/static/{name}: expected no closing tag of its own element; build it anew with `make viewer`")
    return text


def _embedded(data: Mapping[str, Any]) -> str:
    """JSON that is safe inside a script element."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for character, escape in _ESCAPES.items():
        text = text.replace(character, escape)
    return text


def _policy(script: str, style: str, live: bool) -> str:
    """Everything is forbidden but this script, this style sheet and the font inside it."""
    parts = ["default-src 'none'", f"script-src '{_digest(script)}'", f"style-src '{_digest(style)}'", "font-src data:"]
    parts += ["base-uri 'none'", "form-action 'none'"]
    return "; ".join(parts + (["connect-src 'self'"] if live else []))


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
