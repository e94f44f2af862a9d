"""The wheel holds the built bundle: a page can be written from an installation that knows nothing of this folder."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WRITE = """
from pathlib import Path
from straits.experiments.viewer import page
assert Path(page.__file__).is_relative_to(Path.cwd()), page.__file__
Path("out.html").write_text(page.page({"schema": "straits-page/1", "view": "replay", "episodes": []}), encoding="utf-8")
"""


@pytest.mark.slow
def test_a_page_is_written_from_the_installed_wheel(tmp_path):
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    for step in (
        ["wheel", "--no-deps", "--wheel-dir", str(tmp_path), str(ROOT)],
        ["install", "--no-deps", "--target", str(tmp_path)],
    ):
        wheels = [str(p) for p in tmp_path.glob("straits-*.whl")]
        subprocess.run([*pip, *step, *(wheels if step[0] == "install" else [])], check=True, capture_output=True, timeout=600)
    environment = {"PYTHONPATH": str(tmp_path), "PATH": ""}
    subprocess.run([sys.executable, "-c", WRITE], cwd=tmp_path, env=environment, check=True, capture_output=True, timeout=60)
    assert "Content-Security-Policy" in (tmp_path / "out.html").read_text(encoding="utf-8")
    assert (tmp_path / "straits" / "experiments" / "viewer" / "static" / "THIRD_PARTY.txt").is_file()
