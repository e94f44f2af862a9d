"""The first start of a version says that it compiles, on a terminal alone."""

import io
from contextlib import nullcontext
from pathlib import Path

import pytest
from rich.console import Console

from straits.experiments.utils import compile_notice
from straits.experiments.utils.compile_notice import SAID, compiled, patience


def said(terminal: bool) -> str:
    console = Console(file=io.StringIO(), force_terminal=terminal)
    with patience(console):
        pass
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_it_is_said_where_nothing_is_compiled_and_somebody_looks_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compile_notice, "cache_directory", lambda: tmp_path)
    assert not compiled() and SAID in said(terminal=True) and said(terminal=False) == ""
    (tmp_path / "kernels.nbc").write_bytes(b"")
    assert compiled() and said(terminal=True) == ""


def test_without_a_cache_every_start_is_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compile_notice, "cache_directory", lambda: None)
    assert not compiled() and not isinstance(patience(Console(force_terminal=True)), nullcontext)
