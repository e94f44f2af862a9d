"""The story opens with the page, is put away, and comes back; it is there for eyes, keyboards and assistive technology."""

import json

import pytest
from playwright.sync_api import expect

from straits.experiments.cli.main import main
from straits.experiments.evaluation.sources import open_game
from straits.experiments.rollouts.source import Asked
from straits.experiments.viewer.export import briefings
from straits.experiments.viewer.export.html import page, replay
from straits.experiments.viewer.export.notebook import show
from straits.experiments.viewer.export.replay import game_episode

NAME = "replay_2021_11_30"
STORY = briefings.of(NAME)


@pytest.fixture(scope="module")
def game():
    return game_episode(open_game(Asked(NAME, seed=6, policy="hold")))


@pytest.fixture
def told(opened, game):
    """The page with its story, opened at no turn."""
    return opened(html=page(replay([game])), at="view=replay")


def test_it_opens_with_the_page_and_says_everything(told):
    panel = told.get_by_role("region", name=STORY.title)
    for said in (STORY.text, STORY.reaction, *STORY.sources, *(q.ask for q in STORY.questions), *(q.do for q in STORY.questions)):
        expect(panel).to_contain_text(said)


def test_a_link_to_a_turn_opens_at_the_turn(opened, game):
    window = opened(html=page(replay([game])), at="t=3")
    expect(window.get_by_role("region", name=STORY.title)).to_have_count(0)
    expect(window.get_by_role("button", name="Story")).to_have_attribute("aria-expanded", "false")


def test_it_is_put_away_and_comes_back(told):
    panel = told.get_by_role("region", name=STORY.title)
    panel.get_by_role("button", name="Close").click()
    expect(panel).to_have_count(0)
    told.keyboard.press("ArrowRight")
    expect(told.locator(".when")).to_contain_text("1 of 52")
    told.get_by_role("button", name="Story").click()
    expect(panel).to_be_visible()


def test_with_the_keyboard_alone(told):
    button = told.get_by_role("button", name="Story")
    button.focus()
    told.keyboard.press("Tab")
    expect(told.get_by_role("button", name="Close")).to_be_focused()
    told.keyboard.press("ArrowRight")  # somebody reads: the game waits
    expect(told.locator(".when")).to_contain_text("0 of 52")
    told.keyboard.press("Escape")
    expect(told.locator("#story")).to_have_count(0)
    expect(button).to_be_focused()
    told.keyboard.press("Enter")
    expect(told.locator("#story")).to_be_visible()


def test_it_leaves_the_buttons_of_the_replay_free(told):
    panel = told.locator("#story").bounding_box()
    play = told.get_by_role("button", name="Play", exact=True).bounding_box()
    assert panel["y"] + panel["height"] <= play["y"]


def test_on_a_phone_nothing_runs_over_the_edge(opened, game):
    window = opened(html=page(replay([game])), at="view=replay", size=(390, 844))
    expect(window.locator("#story")).to_be_visible()
    assert window.evaluate("document.documentElement.scrollWidth") <= 390


def test_words_of_a_story_stay_words(opened, game):
    bad = "</script><img src=x onerror='window.hurt = 1'>"
    story = {"scenario": NAME, "title": bad, "text": bad, "reaction": bad, "sources": [bad], "questions": [{"ask": bad, "do": bad}]}
    window = opened(html=page({**replay([game]), "story": story}), at="view=replay")
    assert window.locator("#story").inner_text().count("<img") == 6
    assert window.evaluate("window.hurt") is None


def test_it_is_not_told_beside_another_scenario(told, game):
    other = {**game, "meta": {**game["meta"], "scenario": "mine"}}
    chosen = {"name": "mine.json", "mimeType": "application/json", "buffer": json.dumps(other).encode()}
    told.locator("input[type=file]").first.set_input_files(chosen)
    expect(told.locator("#story")).to_have_count(0)
    expect(told.get_by_role("button", name="Story")).to_have_count(0)


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("areas", "x", "mine.json: areas: expected a list in a replay"),
        ("rung", "12", "mine.json: rung: expected 53 values"),
        ("table", [], "mine.json: moves: expected turns, actors and moves of this episode"),
        ("rewards", {}, "That recording cannot be drawn"),
    ],
)
def test_a_file_that_is_no_recording_leaves_the_page_as_it_was(opened, episode, key, value, said):
    window = opened(episode)
    chosen = {"name": "mine.json", "mimeType": "application/json", "buffer": json.dumps({**episode, key: value}).encode()}
    window.locator("input[type=file]").first.set_input_files(chosen)
    expect(window.get_by_role("alert")).to_contain_text(said)
    window.keyboard.press("End")
    expect(window.locator(".when")).to_contain_text("52 of 52")


def test_a_notebook_draws_it(opened):
    frame = show(NAME, seed=6, policy="hold")._repr_html_()
    window = opened(html=f"<!doctype html><title>a notebook</title>{frame}")
    inside = window.frame_locator("iframe")
    expect(inside.get_by_role("heading", name="Replay", exact=False).first).to_be_attached()
    inside.get_by_role("button", name="Close").click()
    inside.get_by_role("button", name="Play", exact=True).click()
    expect(inside.locator(".when")).to_contain_text("2 of 52")


def test_a_file_of_ones_own_brings_its_story_to_the_page(opened, tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("extends: calm\nname: mine\ntitle: Mine\nstory: Seen from <b>here</b>.\nhorizon: 3\n")
    assert main(["replay", str(path), "--out", str(tmp_path / "mine.html")]) == 0
    window = opened(html=(tmp_path / "mine.html").read_text(encoding="utf-8"), at="view=replay")
    expect(window.get_by_role("region", name="Mine")).to_contain_text("Seen from <b>here</b>.")
    assert "Seen from" in show(path).page
