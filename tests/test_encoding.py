"""Text is written and read as UTF-8, whatever the locale: a report has a `±`, which an ASCII locale cannot write."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted(p for folder in ("envs", "agents", "conf", "experiments") for p in (ROOT / folder).rglob("*.py"))


def unsaid(source: str) -> list[int]:
    """The lines that read or write text and leave the encoding to the locale."""
    calls = [n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)]
    named = [c for c in calls if not any(k.arg == "encoding" for k in c.keywords)]
    return sorted(c.lineno for c in named if c.func.attr in ("read_text", "write_text") or _opens_text(c))  # type: ignore[attr-defined]


def _opens_text(call: ast.Call) -> bool:
    mode = call.args[0].value if call.args and isinstance(call.args[0], ast.Constant) else None
    return call.func.attr == "open" and mode in ("r", "w", "a", "x")  # type: ignore[attr-defined]


def test_a_line_that_leaves_it_to_the_locale_is_found() -> None:
    assert unsaid("a.write_text('x')\nb.read_text(encoding='utf-8')\nc.open('w', newline='')\nd.open('rb')") == [1, 3]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_text_has_its_encoding(path: Path) -> None:
    assert unsaid(path.read_text(encoding="utf-8")) == []
