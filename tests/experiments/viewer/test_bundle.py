"""The built bundle is the sources', and carries the licences of what is in it."""

import hashlib
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from straits.envs.scenarios.lint import LOADED

VIEWER = Path(__file__).resolve().parents[3] / "experiments" / "viewer"
STATIC, WEB = VIEWER / "static", VIEWER / "web"
SOURCES = (
    "basemap/basemap.json",
    "build.mjs",
    "package-lock.json",
    "../../utils/vocabulary.json",
)  # besides src/, as build.mjs has them
NODE = shutil.which("node")


def digest_of_sources() -> str:
    """Path and bytes of every file, in order of the path: what build.mjs writes to SOURCE_SHA256."""
    found = hashlib.sha256()
    paths = [f"src/{p.name}" for p in (WEB / "src").iterdir() if p.is_file()]
    for path in sorted([*paths, *SOURCES]):
        found.update(f"{path}\0".encode() + (WEB / path).read_bytes() + b"\0")
    return found.hexdigest()


def test_the_bundle_was_built_from_these_sources():
    assert (STATIC / "SOURCE_SHA256").read_text().strip() == digest_of_sources(), "make viewer builds it anew"


@pytest.mark.skipif(NODE is None or not (WEB / "node_modules").is_dir(), reason="needs Node and `npm ci` in experiments/viewer/web")
def test_building_again_gives_the_same_bytes(tmp_path):
    environment = {**os.environ, "VIEWER_STATIC": str(tmp_path)}
    subprocess.run([NODE, "build.mjs"], cwd=WEB, env=environment, check=True, capture_output=True, timeout=120)
    assert {p.name for p in tmp_path.iterdir()} == {p.name for p in STATIC.iterdir()}
    for built in tmp_path.iterdir():
        assert built.read_bytes() == (STATIC / built.name).read_bytes(), built.name


def test_licences_of_all_that_is_in_the_bundle_stand_beside_it():
    text = (STATIC / "THIRD_PARTY.txt").read_text(encoding="utf-8")
    for said in ("preact", "MIT License", "SIL Open Font License", "Natural Earth"):
        assert re.search(said, text, re.IGNORECASE), said


def test_words_of_the_screens_are_neutral():
    for path in sorted((WEB / "src").iterdir()):
        for word in LOADED:
            assert not re.search(rf"\b{word}\b", path.read_text(encoding="utf-8"), re.IGNORECASE), f"{path.name}: {word}"


def test_lock_files_name_no_registry():
    for lock in (WEB / "package-lock.json", WEB / "basemap" / "package-lock.json"):
        assert '"resolved"' not in lock.read_text(encoding="utf-8")


def test_the_coast_is_land_alone():
    """The LAND layer of world-atlas: one path, no borders between countries, no names."""
    made = (WEB / "basemap" / "make.mjs").read_text(encoding="utf-8")
    assert "land-10m.json" in made and "countries-" not in made
    assert re.fullmatch(
        r'\{"credit":"[^"]*","projection":\{[^}]*\},"land":"[Mlz0-9, -]*"\}\s*', (WEB / "basemap" / "basemap.json").read_text()
    )
