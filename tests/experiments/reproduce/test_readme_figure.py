"""The picture of an episode: what it shows, and that the one in the README is of the game as it is today."""

from pathlib import Path

import numpy as np
import pytest

from straits.experiments.cli.main import main
from straits.experiments.reproduce.readme_figure import POLICY, README, SCENARIO, SEED, draw, save
from straits.experiments.rollouts.turning_points import (
    APART,
    FALLS,
    FIGHT,
    LEAST,
    RISES,
    Episode,
    find_events,
    find_moments,
    record,
    tell_moment,
)

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def episode() -> Episode:
    return record(SCENARIO, POLICY, SEED)


def test_picture_in_the_readme_is_of_the_game_as_it_is_today(episode):
    remade = "straits readme-figure makes it anew"
    assert f"game {episode.digest}".encode() in (ROOT / README).read_bytes(), remade


def test_moments_are_the_largest_rises_and_falls_of_any_pair_a_few_turns_apart(episode):
    moments, change = find_moments(episode), np.diff(episode.tension, axis=0)
    turns = [moment.turn for moment in moments]
    assert turns == sorted(turns) and min(np.diff(turns)) >= APART
    assert len(moments) <= RISES + FALLS
    assert max(moment.change for moment in moments) == change.max()
    assert all(abs(moment.change) > LEAST and moment.change == change[moment.turn - 1, moment.pair] for moment in moments)


def test_every_moment_is_told_as_a_sentence(episode):
    for moment in find_moments(episode):
        told = tell_moment(episode, moment)
        assert told[0].isupper() and told.endswith(".")


def test_every_incident_is_an_event(episode):
    incidents = [event for event in find_events(episode) if event.kind == "incident"]
    assert len(incidents) == episode.turns[-1].game["incidents"] > 0


def test_conflict_is_the_last_event_where_the_game_ends_in_it():
    for seed in range(40):
        episode = record("severe", "hawk", seed)
        if len(episode.turns) < episode.scenario.horizon:
            assert find_events(episode)[-1].kind == FIGHT
            return
    pytest.fail("no conflict in 40 games of hawks")


def test_drawing_twice_gives_the_same_picture_with_its_command(episode, tmp_path):
    for name in ("one.png", "two.png"):
        save(episode, tmp_path / name)
    one = (tmp_path / "one.png").read_bytes()
    assert one == (tmp_path / "two.png").read_bytes()
    assert f"--scenario {SCENARIO} --policy {POLICY} --seed {SEED}".encode() in one


def test_picture_of_a_short_game_without_events_can_be_drawn(episode):
    assert draw(Episode(episode.scenario, POLICY, SEED, episode.turns[:1])).axes


def test_bad_input_is_one_line(capsys):
    assert main(["readme-figure", "--policy", "owl", "--out", "never.png"]) == 2
    assert capsys.readouterr().err.startswith("straits readme-figure: policy='owl': expected one of")
