"""The notebooks are well-formed, without outputs, and run from the first cell to the last."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from straits.envs.scenarios.lint import DISPUTED, LOADED

FOLDER = Path(__file__).resolve().parents[1] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
each = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def cells(path: Path, kind: str) -> list[str]:
    """The sources of the cells of that kind."""
    return ["".join(cell["source"]) for cell in read(path)["cells"] if cell["cell_type"] == kind]


def read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def test_there_are_two() -> None:
    assert [path.stem for path in NOTEBOOKS] == ["evaluate", "first_look"]


@each
def test_it_is_a_notebook_of_format_4_5(path: Path) -> None:
    """What nbformat's schema asks of these keys."""
    found = read(path)
    assert set(found) == {"cells", "metadata", "nbformat", "nbformat_minor"} and (found["nbformat"], found["nbformat_minor"]) == (
        4,
        5,
    )
    ids = [cell["id"] for cell in found["cells"]]
    assert len(set(ids)) == len(ids) and all(re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", one) for one in ids)
    for cell in found["cells"]:
        code = {"execution_count", "outputs"} if cell["cell_type"] == "code" else set()
        assert cell["cell_type"] in ("code", "markdown") and set(cell) == {"cell_type", "id", "metadata", "source"} | code
        assert all(line.endswith("\n") for line in cell["source"][:-1]) and not cell["source"][-1].endswith("\n")


@each
def test_it_is_kept_without_what_it_put_out(path: Path) -> None:
    assert all(cell.get("outputs", []) == [] and cell.get("execution_count") is None for cell in read(path)["cells"])


@each
def test_it_runs_from_the_first_cell_to_the_last(path: Path, tmp_path: Path) -> None:
    """As a program in a process and a folder of its own; in place of a notebook's drawing, what a cell ends with is drawn here."""
    script = tmp_path / "cells.py"
    draw = "\nfor found in (globals().get('_drawn') or []): assert found._repr_html_().startswith('<iframe')\n"
    body = "\n".join(re.sub(r"^(show\(.*\))$", r"_drawn = [\1]", cell, flags=re.MULTILINE) for cell in cells(path, "code"))
    assert "_drawn = [show(" in body
    script.write_text(body + draw + "assert _drawn\n", encoding="utf-8")
    ran = subprocess.run([sys.executable, str(script)], cwd=tmp_path, capture_output=True, text=True, env=dict(os.environ))
    assert ran.returncode == 0, ran.stderr[-2000:]
    assert ran.stdout


@each
def test_its_words_are_neutral(path: Path) -> None:
    for text in cells(path, "markdown"):
        for word in LOADED:
            assert not re.search(rf"\b{word}\b", text, re.IGNORECASE)
        for names in DISPUTED:
            assert not any(re.search(rf"\b{name}\b", text.replace(names, "")) for name in names.split("/"))


@each
def test_pages_that_it_points_to_exist(path: Path) -> None:
    for text in cells(path, "markdown"):
        for named in re.findall(r"`(docs/\w+\.md|\w+\.ipynb)`", text):
            assert (FOLDER.parent / named).is_file() or (FOLDER / named).is_file(), named
