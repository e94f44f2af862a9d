"""`straits counterfactual` and `straits attribution` in the terminal: the answer, and one line on bad input."""

from pathlib import Path

import pytest

from straits.agents.scripted import scripted
from straits.envs.scenarios.scenario import load_scenario
from straits.experiments.analysis.counterfactual.intervention import what_if
from straits.experiments.cli.main import main
from straits.experiments.rollouts.record import record
from straits.experiments.rollouts.trajectory import load_trajectory

PLEDGE = ["replay_2021_11_30", "--seed", "6"]


def test_whatif_tells_every_effect_with_its_interval(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["counterfactual", *PLEDGE, "--turn", "2", "--actor", "china", "--move", "none", "--num-rollouts", "20"]) == 0
    said = capsys.readouterr().out
    assert "summon_urgent.japan" in said
    assert all(name in said for name in ("conflict", "peak_tension", "peak_rung", "incidents", "return.philippines"))


def test_shares_tells_them_by_actor_and_by_move(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["attribution", *PLEDGE, "--measure", "conflict", "--num-rollouts", "4"]) == 0
    assert "philippines" in capsys.readouterr().out
    assert main(["attribution", *PLEDGE, "--moves", "--num-rollouts", "2"]) == 0
    said = capsys.readouterr().out
    assert "the other" in said and "100 %" in said


def test_a_recorded_game_is_asked_about_like_one_that_was_just_played(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record(tmp_path / "games", load_scenario("replay_2021_11_30", horizon=10).with_(name="pledge"), [scripted("default")] * 5, 2, 6)
    shipped = record(tmp_path / "shipped", load_scenario("replay_2021_11_30"), [scripted("default")] * 5, 2, 6)
    question = ["--turn", "2", "--actor", "china", "--move", "none", "--num-rollouts", "10"]
    assert main(["counterfactual", str(tmp_path / "shipped"), "--game", "1", *question]) == 0
    said = capsys.readouterr().out
    played = load_trajectory(shipped, 1)
    effect = what_if(played, 1, "china", "none", [scripted("default")] * 5, 10)
    assert f"{effect.effects['return.usa']:+.3f}" in said
    assert main(["counterfactual", str(tmp_path / "shipped"), "--game", "2", *question]) == 2
    assert "game=2: expected 0..1" in capsys.readouterr().err
    assert main(["counterfactual", str(tmp_path / "games"), *question]) == 2  # its scenario is nowhere to be found
    assert "scenario" in capsys.readouterr().err


def test_a_game_of_an_evaluation_is_asked_about_too_and_its_policies_play_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    few = ["--games", "20", "--resamples", "100", "--seed", "5"]
    main(["evaluate", "--policies", "hawk,dove", "--scenarios", "calm", *few, "--out", str(tmp_path / "runs")])
    capsys.readouterr()
    question = ["--turn", "2", "--actor", "china", "--move", "none", "--num-rollouts", "10"]
    assert main(["counterfactual", str(tmp_path / "runs"), "--policy", "dove", "--game", "3", *question]) == 0
    said = capsys.readouterr().out
    doves = [scripted("dove")] * 5
    played = load_trajectory(record(tmp_path / "doves", load_scenario("calm"), doves, 20, 5), 3)
    assert f"{what_if(played, 1, 'china', 'none', doves, 10).effects['return.usa']:+.3f}" in said


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["attribution", *PLEDGE, "--game", "3"], "game=3: expected nothing, for"),
        (["counterfactual", "nowhere", "--turn", "1", "--actor", "usa", "--move", "hold"], "scenario='nowhere': expected"),
        (["counterfactual", *PLEDGE, "--turn", "0", "--actor", "usa", "--move", "hold"], "--turn=0: expected 1..52"),
        (["counterfactual", *PLEDGE, "--turn", "99", "--actor", "usa", "--move", "hold"], "--turn=99: expected 1..52"),
        (["counterfactual", *PLEDGE, "--turn", "1", "--actor", "usa", "--move", "jump"], "move='jump': expected one of"),
        (["attribution", *PLEDGE, "--measure", "anger"], "measure='anger': expected one of conflict"),
        (["attribution", *PLEDGE, "--policy", "owl"], "policy='owl': expected one of random"),
    ],
)
def test_bad_input_is_one_line(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    said = capsys.readouterr().err
    assert message in said and said.count("\n") == 1
