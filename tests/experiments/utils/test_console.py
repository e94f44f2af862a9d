"""Exit codes, one-line errors and progress."""

import io
import time

import pytest
from rich.console import Console

from straits.experiments.utils import console as module
from straits.experiments.utils.console import BAD_INPUT, complain, show_progress


def test_an_error_is_one_line_on_standard_error(capsys):
    assert complain(ValueError("games=1: expected at least 2"), "straits evaluate") == BAD_INPUT
    assert capsys.readouterr().err == "straits evaluate: games=1: expected at least 2\n"


@pytest.mark.parametrize("terminal", [False, True])
def test_progress_in_a_log_is_a_line_per_interval(terminal, monkeypatch):
    monkeypatch.setattr(module, "EVERY", 0.02)
    output = io.StringIO()
    with show_progress(Console(file=output, force_terminal=terminal, width=80)) as progress:
        bar = progress.add_task("training", total=4)
        progress.update(bar, completed=1)
        time.sleep(0.2)
        progress.update(bar, completed=4)
    text = output.getvalue()
    assert text.count("training: 25 %") >= 2 and text.endswith("training: 100 %, 0 s\n") if not terminal else "\x1b" in text


def test_an_error_is_one_line_without_control_characters_whatever_it_holds(capsys):
    complain("a\nb\x1b]0;owned\x07" + "x" * 10_000)
    line = capsys.readouterr().err
    assert line.count("\n") == 1 and line.strip("\n").isprintable() and len(line) < 5000
