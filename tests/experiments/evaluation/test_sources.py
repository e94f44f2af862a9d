"""The game that somebody names is the very game that was played, whatever it is kept in."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from straits.agents.scripted import scripted
from straits.envs.recording import Recording, read
from straits.envs.scenarios.scenario import load_scenario
from straits.envs.spec.constants import ACTORS
from straits.experiments.cli.main import main
from straits.experiments.evaluation.sources import LoadedEvaluation, open_game
from straits.experiments.rollouts.action_log import LOG, CellKey, read_log, write_log
from straits.experiments.rollouts.record import record
from straits.experiments.rollouts.source import Asked
from straits.experiments.viewer.export.replay import episode, game_episode
from straits.experiments.viewer.export.replay_file import to_bytes


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    return record(tmp_path_factory.mktemp("games") / "games", load_scenario("calm"), [scripted("hawk")] * 5, 3, seed=5)


@pytest.fixture(scope="module")
def evaluation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs") / "evaluation"
    few = ["--games", "20", "--resamples", "100", "--seed", "5"]
    assert main(["evaluate", "--policies", "hawk,dove", "--scenarios", "calm", *few, "--out", str(folder)]) == 0
    return folder


def test_a_recorded_game_is_the_one_that_its_run_played(recording: Recording) -> None:
    game = open_game(Asked(str(recording.folder), game=2))
    assert game.names == dict.fromkeys(ACTORS, "hawk") and (game.seed, game.game) == (5, 2)
    assert game.played.seed == recording.column("episodes", "seed")[2]
    shown = game_episode(game)
    assert shown["meta"]["digest"] == f"{recording.column('episodes', 'digest')[2]:016x}"
    assert all(lens is not None for lens in shown["lens"].values())  # a policy that ships is known by its name


def test_game_0_of_a_run_is_what_the_scenario_plays_by_that_seed(recording: Recording) -> None:
    kept, played = open_game(Asked(str(recording.folder))), open_game(Asked("calm", seed=5, policy="hawk"))
    assert to_bytes(game_episode(kept)) == to_bytes(game_episode(played))


def test_a_game_of_an_evaluation_comes_back_without_its_recording(recording: Recording, evaluation: Path) -> None:
    game = open_game(Asked(str(evaluation), game=2))
    assert game.names["china"] == "hawk"
    assert np.array_equal(game.played.moves, open_game(Asked(str(recording.folder), game=2)).played.moves)
    assert open_game(Asked(str(evaluation), policy="dove")).names["china"] == "dove"
    assert game_episode(game)["meta"]["game"] == 2


def test_an_evaluation_that_comes_out_otherwise_is_refused(evaluation: Path, tmp_path: Path) -> None:
    cells = read_log(evaluation / LOG)
    key = CellKey("calm", "everyone", "hawk")
    write_log(tmp_path / LOG, cells | {key: replace(cells[key], digests=cells[key].digests + np.uint64(1))})
    (tmp_path / "manifest.json").write_bytes((evaluation / "manifest.json").read_bytes())
    with pytest.raises(ValueError, match="game 0 has another result"):
        open_game(Asked(str(tmp_path)))


def test_no_policy_plays_to_show_a_game(evaluation: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def act(*_: object) -> None:
        raise AssertionError("a policy was called")

    monkeypatch.setattr(type(scripted("hawk")), "act", act)
    game, run = open_game(Asked(str(evaluation), game=3)), str(evaluation)
    out = ["--out", str(tmp_path / "page.html")]
    episode(game.played, game.names)
    for arguments in (
        ["narrate", run],
        ["verify", run],
        ["compare", run, "--episodes", "0", *out],
        ["print", run, *out],
        ["attribution", run],
    ):
        assert main([*arguments, *(["--num-rollouts", "2"] if arguments[0] == "attribution" else [])]) == 0, arguments


def test_a_policy_that_is_gone_or_changed_has_no_part_in_its_games(evaluation: Path, tmp_path: Path) -> None:
    facts = json.loads((evaluation / "manifest.json").read_text())
    facts["policies"] = dict.fromkeys(facts["policies"], "0" * 16)
    (tmp_path / "manifest.json").write_text(json.dumps(facts))
    (tmp_path / LOG).write_bytes((evaluation / LOG).read_bytes())
    game = open_game(Asked(str(tmp_path)))
    assert game.names == dict.fromkeys(ACTORS, "hawk") and not game.seats
    assert main(["replay", str(tmp_path), "--out", str(tmp_path / "page.html")]) == 0


def test_recordings_from_the_action_log_are_those_that_were_kept(tmp_path: Path) -> None:
    run = tmp_path / "run"
    few = ["--games", "20", "--resamples", "100", "--keep"]
    assert main(["evaluate", "--policies", "random", "--scenarios", "severe", *few, "--out", str(run)]) == 0
    (run / "recordings").rename(tmp_path / "recordings")
    (key,) = (loaded := LoadedEvaluation(run)).cells
    again = loaded.recording(key, tmp_path / "again")
    kept = read(tmp_path / "recordings" / "severe" / "random")
    assert again.facts == kept.facts
    for name in kept.facts["tables"]:
        assert again.table(name).equals(kept.table(name)), name


def test_a_recording_names_no_folder_to_open(recording: Recording) -> None:
    """A file's text is a name that ships or nothing: it leads to no folder."""
    facts = {**recording.facts, "seats": {**recording.facts["seats"], "china": "runs/x/policies/china"}}
    from straits.experiments.evaluation.sources import recorded_game

    hostile = Recording(recording.folder, facts)
    game = recorded_game(hostile, 0, Asked(str(recording.folder)))
    assert "china" not in game.seats and game.names["china"] == "runs/x/policies/china"


def test_view_writes_a_page_and_its_data(recording: Recording, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, data = tmp_path / "page.html", tmp_path / "game.json.gz"
    assert main(["replay", str(recording.folder), "--game", "1", "--out", str(out), "--json", str(data)]) == 0
    assert capsys.readouterr().out.strip() == str(out)
    assert "straits-replay/1" in out.read_text(encoding="utf-8")
    again = tmp_path / "again.html"
    assert main(["replay", str(data), "--out", str(again)]) == 0
    assert again.read_bytes() == out.read_bytes()


def test_narrate_tells_a_recorded_game(recording: Recording, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["narrate", str(recording.folder)]) == 0
    told = capsys.readouterr().out
    assert main(["narrate", "--scenario", "calm", "--seed", "5", "--policy", "hawk"]) == 0
    played = capsys.readouterr().out
    assert told.split("Week 1:")[1] == played.split("Week 1:")[1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["replay"], "the following arguments are required: what"),
        (["replay", "nowhere"], "scenario='nowhere': expected"),
        (["replay", "nowhere.json"], "nowhere.json"),
        (["replay", "{tmp}"], "expected one with recording.json or manifest.json"),
        (["replay", "{games}", "--game", "3"], "game=3: expected 0..2"),
        (["replay", "{games}", "--game", "-1"], "'-1': expected a whole number"),
        (["replay", "{runs}", "--game", "20"], "game=20: expected 0..19"),
        (["replay", "{runs}", "--policy", "owl"], "expected a scenario and a policy of calm hawk, calm dove"),
        (["replay", "calm", "--china", "owl"], "policy='owl': expected one of"),
        (["narrate", "{games}", "--game", "7"], "game=7: expected 0..2"),
        (["narrate", "calm", "--game", "0"], "game=0: expected nothing, for calm is a scenario: it takes --seed, --policy"),
        (["replay", "calm", "--scenario", "severe"], "scenario='severe': expected nothing, for calm is a scenario"),
        (["replay", "{games}", "--seed", "3"], "seed=3: expected nothing"),
        (["print", "{runs}", "--seed", "3"], "is an evaluation: it takes --game, --policy, --scenario"),
        (["replay", "{runs}", "--china", "hawk"], "china='hawk': expected nothing"),
        (["replay", "game.json", "--policy", "hawk"], "policy='hawk': expected nothing, for game.json is a replay file"),
        (["replay", "calm", "--out", "."], "--out='.': expected the name of a file, not a folder"),
        (["replay", "calm", "--json", "."], "--json='.': expected the name of a file, not a folder"),
        (["print", "calm", "--pdf", "."], "--pdf='.': expected the name of a file, not a folder"),
        (["compare", "{runs}", "--out", "."], "--out='.': expected the name of a file"),
    ],
)
def test_bad_input_is_one_line(
    arguments: list[str],
    message: str,
    recording: Recording,
    evaluation: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    places = {"{games}": str(recording.folder), "{runs}": str(evaluation), "{tmp}": str(tmp_path)}
    try:
        code = main([places.get(word, word) for word in arguments])
    except SystemExit as end:
        code = int(end.code or 0)
    assert code == 2
    said = capsys.readouterr().err
    assert message in said and said.count("\n") == 1
    assert not list(tmp_path.iterdir())
