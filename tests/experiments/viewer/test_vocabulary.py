"""Python and the web pages share one palette and one vocabulary by one file."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from straits.envs.spec.constants import ACTORS, AMBASSADOR, CODES, RUNGS
from straits.envs.spec.moves import MOVES, OFFSETS
from straits.envs.text import render
from straits.envs.text.describe import actor_words
from straits.experiments.rollouts import events
from straits.experiments.rollouts.crises import ENDS
from straits.experiments.utils import plotting
from straits.experiments.viewer.export import html, replay

EXPERIMENTS = Path(__file__).resolve().parents[3] / "experiments"
WEB = EXPERIMENTS / "viewer/web/src"


@pytest.fixture(scope="module")
def shared() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((EXPERIMENTS / "utils/vocabulary.json").read_text(encoding="utf-8"))
    return found


def test_words_are_those_of_the_environment(shared: dict[str, Any]) -> None:
    assert tuple(actor["id"] for actor in shared["actors"]) == ACTORS
    assert tuple(actor["code"] for actor in shared["actors"]) == CODES
    labels = {actor: actor for actor in ACTORS}
    assert [actor["name"] for actor in shared["actors"]] == [actor_words(a, labels).removeprefix("the ") for a in ACTORS]
    assert tuple(rung["name"] for rung in shared["rungs"]) == RUNGS
    assert tuple(shared["statuses"]) == AMBASSADOR
    assert tuple(shared["events"]) == events.KINDS
    assert tuple(end["name"] for end in shared["crisis_ends"]) == ENDS
    assert shared["no_ops"] == [MOVES[offset].name for offset in OFFSETS]
    assert shared["schemas"] == {"page": html.SCHEMA, "replay": replay.SCHEMA}


def test_figures_and_renders_have_the_colours_of_the_pages(shared: dict[str, Any]) -> None:
    colours = [actor["colour"] for actor in shared["actors"]]
    assert list(plotting.COLOURS.values()) == colours
    assert ["#" + bytes(colour).hex() for colour in render._COLOURS] == colours
    assert list(plotting.RUNG_COLOURS) == [rung["colour"] for rung in shared["rungs"]]


def test_scripts_of_the_pages_hold_no_palette_of_their_own() -> None:
    for path in [*WEB.glob("*.js"), *WEB.glob("*.jsx")]:
        for listed in re.findall(r"\[[^\[\]]*\]", path.read_text(encoding="utf-8")):
            assert len(re.findall(r"#[0-9a-f]{6}", listed)) < 2, path.name
