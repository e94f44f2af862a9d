"""A page in a notebook: the page of `straits replay`, in a frame that may do nothing but draw it."""

import html
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from straits.experiments.viewer.export.html import page, replay
from straits.experiments.viewer.export.notebook import Shown, show
from straits.experiments.viewer.export.replay_file import save


@pytest.fixture(scope="module")
def shown() -> Shown:
    return show("replay_2021_11_30", seed=6, policy="hold")


def frame(found: Any) -> tuple[str, str]:
    """The frame's attributes, and the page inside it."""
    match = re.fullmatch(r'<iframe ([^<>]*) srcdoc="([^"<>]*)"></iframe>', found._repr_html_())
    assert match is not None
    return match[1], html.unescape(match[2])


def test_the_frame_holds_the_page_and_keeps_it_apart(shown: Shown) -> None:
    attributes, inside = frame(shown)
    assert inside == shown.page and inside.startswith("<!doctype html>")
    assert 'sandbox="allow-scripts"' in attributes  # and not allow-same-origin: the notebook stays out of its reach


def test_the_same_game_is_the_same_page(shown: Shown) -> None:
    assert show("replay_2021_11_30", seed=6, policy="hold") == shown
    assert show("replay_2021_11_30", seed=6, policy="hold", seats={"japan": "dove"}) != shown


def test_episodes_and_their_files_are_shown_too(shown: Shown, tmp_path: Path) -> None:
    from straits.experiments.evaluation.sources import open_game
    from straits.experiments.rollouts.source import Asked
    from straits.experiments.viewer.export.replay import game_episode

    episode = game_episode(open_game(Asked("replay_2021_11_30", seed=6, policy="hold")))
    save(episode, tmp_path / "game.json.gz")
    assert (
        show(episode).page == show([episode]).page == show(tmp_path / "game.json.gz").page == shown.page == page(replay([episode]))
    )
    assert len(show([episode, episode]).page) > len(shown.page)


def test_the_page_can_be_written_as_a_file_and_says_what_it_is_where_nothing_draws_it(shown: Shown) -> None:
    assert re.fullmatch(r"a page of \d+ kB, which a notebook shows", repr(shown))


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


def test_on_paper_a_replay_is_as_wide_as_its_frame(opened: Any, episode: dict[str, Any]) -> None:
    window = opened(html=f"<!doctype html><body style='width: 900px'>{show(episode)._repr_html_()}</body>")
    inside = window.frame_locator("iframe")
    expect(inside.locator(".figure")).to_be_visible()
    window.emulate_media(media="print")
    expect(inside.locator(".inset svg")).to_be_visible()
    edge = inside.locator(".ladder").evaluate("(ladder) => ladder.getBoundingClientRect().right / innerWidth")
    assert 0.9 < edge <= 1  # the rightmost of the page
