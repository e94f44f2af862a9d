"""`straits whatif` and `straits shares` in the terminal: the answer, and one line on bad input."""

import pytest

from straits.experiments.cli import main

PLEDGE = ["replay_2021_11_30", "--seed", "6"]


def test_whatif_tells_every_effect_with_its_interval(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["whatif", *PLEDGE, "--turn", "2", "--actor", "china", "--move", "none", "--copies", "20"]) == 0
    said = capsys.readouterr().out
    assert "summon_urgent.japan" in said
    assert all(name in said for name in ("conflict", "peak_tension", "peak_rung", "incidents", "return.philippines"))


def test_shares_tells_them_by_actor_and_by_move(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["shares", *PLEDGE, "--measure", "conflict", "--copies", "4"]) == 0
    assert "philippines" in capsys.readouterr().out
    assert main(["shares", *PLEDGE, "--moves", "--copies", "2"]) == 0
    said = capsys.readouterr().out
    assert "the other" in said and "100 %" in said


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["whatif", "nowhere", "--turn", "1", "--actor", "usa", "--move", "hold"], "scenario='nowhere': expected"),
        (["whatif", *PLEDGE, "--turn", "0", "--actor", "usa", "--move", "hold"], "--turn=0: expected 1..52"),
        (["whatif", *PLEDGE, "--turn", "99", "--actor", "usa", "--move", "hold"], "--turn=99: expected 1..52"),
        (["whatif", *PLEDGE, "--turn", "1", "--actor", "usa", "--move", "jump"], "move='jump': expected one of"),
        (["shares", *PLEDGE, "--measure", "anger"], "measure='anger': expected one of conflict"),
        (["shares", *PLEDGE, "--policy", "owl"], "policy='owl': expected one of random"),
    ],
)
def test_bad_input_is_one_line(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    said = capsys.readouterr().err
    assert message in said and said.count("\n") == 1
