"""The pages from the wheel: an installation that knows nothing of this folder holds the bundle, and a real Chromium uses it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
SCREENS = (
    "export/test_replay_page.py::test_keys_walk_through_the_game_to_its_end",
    "export/test_compare.py::test_the_rung_is_chosen_by_keyboard_and_the_curve_follows",
    "export/test_report_page.py::test_an_episode_is_one_upright_page",
    "server/test_browser.py::test_a_game_is_played_to_its_end_by_keyboard_alone",
)
RUN = """
import sys
from pathlib import Path
import pytest
from straits.experiments.viewer.export import html as page
assert Path(page.__file__).is_relative_to(Path.cwd()), page.__file__
sys.exit(pytest.main(["-q", "-p", "no:cacheprovider", "--import-mode=importlib", *sys.argv[1:]]))
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the package from its wheel, and the tests of the pages beside it."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    subprocess.run(
        [*pip, "wheel", "--no-deps", "--wheel-dir", str(folder), str(ROOT)], check=True, capture_output=True, timeout=600
    )
    wheel = next(folder.glob("straits-*.whl"))
    subprocess.run(
        [*pip, "install", "--no-deps", "--target", str(folder), str(wheel)], check=True, capture_output=True, timeout=600
    )
    shutil.copytree(ROOT / "tests" / "experiments" / "viewer", folder / "tests", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


@pytest.mark.slow
def test_the_screens_work_from_the_installed_wheel(installed: Path, browser: object) -> None:
    environment = {**os.environ, "PYTHONPATH": f"{installed}:{installed / 'tests' / 'server'}"}
    tests = [str(installed / "tests" / name) for name in SCREENS]
    done = subprocess.run(
        [sys.executable, "-c", RUN, *tests],
        cwd=installed,
        env=environment,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0 and "skipped" not in done.stdout, done.stdout[-3000:] + done.stderr[-1000:]
    assert (installed / "straits" / "experiments" / "viewer" / "static" / "THIRD_PARTY.txt").is_file()
