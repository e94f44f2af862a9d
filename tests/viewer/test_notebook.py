"""A page in a notebook: the page of `straits view`, in a frame that may do nothing but draw it."""

import html
import re
from pathlib import Path
from typing import Any

import pytest

from straits.experiments.viewer.document import save
from straits.experiments.viewer.notebook import show
from straits.experiments.viewer.page import page
from straits.experiments.viewer.pages import replay

SHOWN = show("replay_2021_11_30", seed=6, policy="hold")


def frame(found: Any) -> tuple[str, str]:
    """The frame's attributes, and the page inside it."""
    match = re.fullmatch(r'<iframe ([^<>]*) srcdoc="([^"<>]*)"></iframe>', found._repr_html_())
    assert match is not None
    return match[1], html.unescape(match[2])


def test_the_frame_holds_the_page_and_keeps_it_apart() -> None:
    attributes, inside = frame(SHOWN)
    assert inside == SHOWN.page and inside.startswith("<!doctype html>")
    assert 'sandbox="allow-scripts"' in attributes  # and not allow-same-origin: the notebook stays out of its reach


def test_the_same_game_is_the_same_page() -> None:
    assert show("replay_2021_11_30", seed=6, policy="hold") == SHOWN
    assert show("replay_2021_11_30", seed=6, policy="hold", seats={"japan": "dove"}) != SHOWN


def test_episodes_and_their_files_are_shown_too(tmp_path: Path) -> None:
    from straits.experiments.viewer.asking import Asked
    from straits.experiments.viewer.opened import open_game

    episode = open_game(Asked("replay_2021_11_30", seed=6, policy="hold")).episode()
    save(episode, tmp_path / "game.json.gz")
    assert (
        show(episode).page == show([episode]).page == show(tmp_path / "game.json.gz").page == SHOWN.page == page(replay([episode]))
    )
    assert len(show([episode, episode]).page) > len(SHOWN.page)


def test_the_page_can_be_written_as_a_file_and_says_what_it_is_where_nothing_draws_it() -> None:
    assert re.fullmatch(r"a page of \d+ kB, which a notebook shows", repr(SHOWN))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"what": "nowhere"}, "scenario='nowhere': expected a .yaml file or one of"),
        ({"what": "calm", "height": 0}, r"height=0: expected 200\.\.4000"),
        ({"what": "calm", "seats": {"mars": "dove"}}, "seats='mars': expected one of usa, japan, china, taiwan, philippines"),
        ({"what": "calm", "policy": "nobody"}, "nobody"),
        ({"what": []}, r"what=\[\]: expected at least one episode"),
        ({"what": {"schema": "other"}}, r"episode 0\.schema='other': expected 'straits-replay/1'"),
    ],
)
def test_bad_input_is_one_line(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said) as caught:
        show(**given)
    assert "\n" not in str(caught.value)
