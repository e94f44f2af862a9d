"""Exit codes, one-line errors, progress and the compile notice."""

import io
import time
from contextlib import nullcontext

import pytest
from rich.console import Console

from straits.envs.core import jit
from straits.experiments.utils import console as module
from straits.experiments.utils.console import BAD_INPUT, COMPILING, compile_notice, complain, is_compiled, show_progress


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


def notice(terminal):
    output = io.StringIO()
    with compile_notice(Console(file=output, force_terminal=terminal)):
        pass
    return output.getvalue()


def test_a_terminal_shows_the_compile_notice_until_the_rules_are_compiled(tmp_path, monkeypatch):
    monkeypatch.setattr(jit, "cache_directory", lambda: tmp_path)
    assert not is_compiled() and COMPILING in notice(terminal=True) and notice(terminal=False) == ""
    (tmp_path / "kernels.nbc").write_bytes(b"")
    assert is_compiled() and notice(terminal=True) == ""


def test_without_a_cache_the_rules_are_never_compiled(monkeypatch):
    monkeypatch.setattr(jit, "cache_directory", lambda: None)
    assert not is_compiled() and not isinstance(compile_notice(Console(force_terminal=True)), nullcontext)
