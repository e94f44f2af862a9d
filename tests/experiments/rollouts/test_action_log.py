"""The action log: a game is its scenario, seed and actions, in less than 1 kB, and comes back exactly."""

from dataclasses import replace

import numpy as np
import pytest

from straits.agents.scripted import scripted
from straits.envs.recording import Recording
from straits.envs.scenarios.scenario import load_scenario
from straits.experiments.rollouts.action_log import CellKey, LoggedGames, read_log, write_log
from straits.experiments.rollouts.record import record
from straits.experiments.rollouts.trajectory import final_results, load_trajectory

pytest.importorskip("pyarrow")

KEY = CellKey("baseline", "everyone", "random")
MOST = 1000  # bytes of a game


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    """Full games of the policy whose actions compress least."""
    return record(tmp_path_factory.mktemp("games") / "games", load_scenario("baseline"), [scripted("random")] * 5, 60, seed=2)


@pytest.fixture(scope="module")
def games(recording: Recording) -> LoggedGames:
    return LoggedGames.of(recording)


def test_a_game_takes_less_than_a_kilobyte(games, tmp_path):
    write_log(tmp_path / "games.parquet", {KEY: games})
    assert (tmp_path / "games.parquet").stat().st_size / 60 < MOST


def test_what_is_read_is_what_was_written(games, tmp_path):
    other = CellKey("baseline", "china", "random")
    write_log(tmp_path / "games.parquet", {KEY: games, other: replace(games, names=("dove",) * 5)})
    found = read_log(tmp_path / "games.parquet")
    assert list(found) == [KEY, other] and found[other].names == ("dove",) * 5
    for name in ("seeds", "episodes", "digests", "returns", "actions"):
        assert np.array_equal(getattr(found[KEY], name), getattr(games, name)), name


def test_games_step_to_their_recorded_ends_and_returns(recording, games):
    scenario = load_scenario("baseline")
    digests, returns = final_results([games.trajectory(n, scenario) for n in range(60)])
    assert np.array_equal(digests, recording.column("episodes", "digest"))
    assert np.array_equal(returns[:, 0], recording.column("episodes", "return_usa"))


def test_a_game_is_the_one_of_the_recording(recording, games):
    logged, loaded = games.trajectory(7, load_scenario("baseline")), load_trajectory(recording, 7)
    assert logged.seed == loaded.seed and np.array_equal(logged.moves, loaded.moves)


@pytest.mark.parametrize(
    ("changes", "scenario", "message"),
    [
        ({}, "calm", "scenario.hash="),
        ({"actions": [b"12"] * 60}, "baseline", "actions='2 bytes': expected a multiple of 15"),
        ({"actions": [b"\xff" * 15] * 60}, "baseline", "expected an index in each channel"),
        ({"actions": [b""] * 60}, "baseline", "moves of shape"),
    ],
)
def test_what_cannot_be_a_game_is_one_line(games, changes, scenario, message):
    with pytest.raises(ValueError, match=message) as raised:
        replace(games, **changes).trajectory(0, load_scenario(scenario))
    assert "\n" not in str(raised.value)


def test_another_table_is_one_line(recording, tmp_path):
    with pytest.raises(ValueError, match="expected games with the columns scenario, scenario_hash") as raised:
        read_log(recording.folder / "episodes.parquet")
    assert "\n" not in str(raised.value)
