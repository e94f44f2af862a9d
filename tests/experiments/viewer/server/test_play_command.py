"""`straits play`: what it prints, what it refuses in a line, what a restart goes on with. No browser is started here."""

import argparse
import re

import pytest

from straits.agents.registry import policy_for
from straits.experiments.cli import play
from straits.experiments.cli.main import main
from straits.experiments.cli.play import greeting, prepare
from straits.experiments.viewer.server.auth import CODE_LETTERS, Limiter, digest, new_code, new_token, same, same_code


def options(*arguments):
    return play._options(argparse.ArgumentParser(), arguments)


def closed(running):
    running._socket.close()


def test_a_seat_is_told_with_its_token_in_the_fragment(tmp_path):
    given = options("--seat", "japan", "--seed", "7", "--port", "0", "--state", str(tmp_path), "--no-open")
    running = prepare(given)
    lines = greeting(running, given)
    assert lines[0].endswith("12 turns, seed 7")
    assert re.search(rf"your seat:  http://127\.0\.0\.1:{running.port}/#seat=[\w-]{{22}}$", lines[1])
    assert running.session.classroom.alone and running.session.classroom.tables[0].policies[1] is None
    assert running.session.classroom.tables[0].policies[2] == policy_for("china")
    closed(running)


def test_a_class_is_told_with_code_and_address_and_a_lan_with_a_warning(tmp_path):
    given = options("--classroom", "--tables", "2", "--port", "0", "--state", str(tmp_path), "--lan", "127.0.0.1")
    running = prepare(given)
    lines = "\n".join(greeting(running, given))
    assert f"code {running.session.classroom.code}" in lines and "#teacher=" in lines and "can read the traffic" in lines
    assert len(running.session.classroom.tables) == 2
    closed(running)


def test_the_same_command_goes_on_and_another_kind_is_refused(tmp_path):
    given = ("--seat", "japan", "--port", "0", "--state", str(tmp_path), "--turns", "3")
    first = prepare(options(*given))
    live = first.session.classroom.tables[0].live
    live.commit(1, 0, (0, 0, 0))
    live.play()
    play.persistence.keep(tmp_path, play.persistence.content(first.session.classroom))
    closed(first)
    again = prepare(options(*given))
    assert again.session.classroom.tables[0].live.turn == 1 and again.session.classroom.seed == first.session.classroom.seed
    assert any("resumes the saved game" in line for line in greeting(again, options_with_token(again, given)))
    closed(again)
    with pytest.raises(ValueError, match="the game of japan is saved there"):
        prepare(options("--classroom", "--port", "0", "--state", str(tmp_path)))
    new = prepare(options("--classroom", "--port", "0", "--state", str(tmp_path), "--new"))
    assert not new.session.classroom.alone
    closed(new)


@pytest.mark.parametrize(
    ("other", "message"),
    [
        (["--seat", "china"], "the game of japan is saved there"),
        (["--seat", "japan", "--scenario", "severe"], "scenario='severe': expected s0_draft_plan"),
        (["--seat", "japan", "--turns", "5"], "turns=5: expected 3"),
        (["--seat", "japan", "--seed", "8"], "seed=8: expected 7"),
        (["--seat", "japan", "--others", "hawk"], f"others='hawk': expected .*{policy_for('usa')}"),
    ],
)
def test_another_game_than_the_one_that_stands_there_is_not_taken_for_it(other, message, tmp_path):
    common = ("--port", "0", "--state", str(tmp_path))
    closed(prepare(options("--seat", "japan", "--turns", "3", "--seed", "7", *common)))
    closed(prepare(options("--seat", "japan", *common)))
    with pytest.raises(ValueError, match=message):
        prepare(options(*other, *common))


def test_a_class_goes_on_with_the_turns_that_its_teacher_chose(tmp_path):
    given = ("--classroom", "--turns", "10", "--tables", "2", "--port", "0", "--state", str(tmp_path))
    first = prepare(options(*given))
    first.session.classroom.setup("severe", 6)
    play.persistence.keep(tmp_path, play.persistence.content(first.session.classroom))
    closed(first)
    again = prepare(options(*given))
    assert again.session.classroom.turns == 6
    closed(again)


def options_with_token(running, given):
    found = options(*given)
    found.token = "x"
    return found


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "one of the arguments --seat --classroom is required"),
        (["--seat", "france"], "invalid choice"),
        (["--seat", "japan", "--turns", "0"], "'0': expected a whole number 1..520"),
        (["--classroom", "--tables", "13"], "'13': expected a whole number 1..12"),
        (["--seat", "japan", "--others", "bold"], "policy='bold'"),
        (["--seat", "japan", "--scenario", "nowhere"], "scenario='nowhere'"),
        (["--seat", "japan", "--lan", "0.0.0.0"], "not of all"),
        (["--seat", "japan", "--lan", "192.0.2.1"], "expected one that is free on this machine"),
        (["--seat", "japan", "--certfile", "x"], "expected both or neither"),
        (["--seat", "japan", "--certfile", "none.pem", "--keyfile", __file__], "expected a certificate and its key (No such file"),
        (["--seat", "japan", "--certfile", __file__, "--keyfile", __file__], "expected a certificate and its key ("),
        (["--seat", "japan", "--state", __file__], "expected a folder"),
        (["--seat", "japan", "--tables", "2"], "--tables=2: expected with --classroom"),
    ],
)
def test_bad_input_is_one_line_and_code_2(arguments, message, tmp_path, capsys):
    with pytest.raises(SystemExit) as end:
        main(
            [
                "play",
                *arguments,
                "--no-open",
                "--port",
                "0",
                *([] if "--state" in arguments else ["--state", str(tmp_path / "state")]),
            ]
        )
    said = capsys.readouterr()
    assert end.value.code == 2 and message in said.err and said.err.count("\n") == 1 and said.out == ""
    assert not (tmp_path / "state").exists()


def test_tokens_and_codes():
    token, code = new_token(), new_code()
    assert len(token) >= 22 and token != new_token() and same(token, digest(token)) and not same(token + "x", digest(token))
    assert len(code) == 6 and set(code) <= set(CODE_LETTERS) and same_code(code.lower(), code) and not same_code("", code)


def test_a_limit_counts_by_key_and_forgets():
    limit = Limiter(2, 10.0, keys=2)
    for _ in range(2):
        limit.add("a", 0.0)
    assert limit.full("a", 5.0) and not limit.full("b", 5.0) and not limit.full("a", 10.5)
    limit.add("b", 6.0)
    limit.add("c", 6.0)  # a third key drives out the oldest
    assert not limit.full("a", 6.0)
