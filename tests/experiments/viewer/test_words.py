"""What the pages and the game say is neutral: nobody's words for another, all names of what is disputed, no forecast."""

import re
from pathlib import Path

import pytest

from straits.envs.scenarios.lint import DISPUTED, LOADED
from straits.envs.spec.constants import AREAS
from straits.envs.spec.moves import MOVES
from straits.envs.text.describe import area_words, move_words
from straits.experiments.viewer.export.replay import LIMITS, TENSION

WEB = Path(__file__).resolve().parents[3] / "experiments" / "viewer" / "web" / "src"
PAGES = {path.name: path.read_text(encoding="utf-8") for path in sorted(WEB.glob("*.js*"))}
SAID = {
    "the moves": "\n".join(move_words(move) for move in MOVES),
    "the areas": "\n".join(map(area_words, AREAS)),
    "the page's limits": f"{TENSION}\n{LIMITS}",
}


def wrong(text: str) -> list[str]:
    """Words that are one side's, names that stand without their others, and claims about what will be."""
    found = [word for word in (*LOADED, "will happen", "predicts", "we predict") if re.search(rf"\b{word}\b", text, re.IGNORECASE)]
    for names in DISPUTED:
        left = text.replace(names, "").replace(names.replace("/", " / "), "")
        found += [name for name in names.split("/") if re.search(rf"\b{name}\b", left)]
    return found


@pytest.mark.parametrize("where", [*PAGES, *SAID])
def test_words_are_neutral_and_names_whole(where: str) -> None:
    assert wrong({**PAGES, **SAID}[where]) == []


def test_what_is_wrong_is_found() -> None:
    assert wrong("The regime sails to Nansei and to the Nansei/Ryukyu islands.") == ["regime", "Nansei"]
