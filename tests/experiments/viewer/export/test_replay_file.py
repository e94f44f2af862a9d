"""Files from anybody: what is sound comes back as it was written, what is not is one line that says where."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from straits.envs.scenarios.scenario import load_scenario
from straits.envs.spec.constants import ACTORS
from straits.experiments.rollouts.trajectory import Trajectory
from straits.experiments.viewer.export import replay_file
from straits.experiments.viewer.export.replay import episode
from straits.experiments.viewer.export.replay_file import load, save, to_bytes


@pytest.fixture(scope="module")
def sound() -> dict[str, Any]:
    moves = np.zeros((3, 5, 3), np.int64)
    moves[:, 2, 0] = 1
    return episode(Trajectory(load_scenario("baseline"), 7, 0, moves), dict.fromkeys(ACTORS, "hold"))


def test_a_file_comes_back_as_it_was_written_plain_or_compressed(sound: dict[str, Any], tmp_path: Path) -> None:
    for name in ("game.json", "game.json.gz"):
        save(sound, tmp_path / name)
        assert load(tmp_path / name) == json.loads(to_bytes(sound))
    packed = (tmp_path / "game.json.gz").read_bytes()
    save(sound, tmp_path / "game.json.gz")
    assert (tmp_path / "game.json.gz").read_bytes() == packed


def test_hostile_text_stays_what_it_was(sound: dict[str, Any], tmp_path: Path) -> None:
    hostile = json.loads(to_bytes(sound))
    hostile["meta"]["title"] = "</script><img src=x onerror=alert(1)>\u2028"
    save(hostile, tmp_path / "game.json")
    assert load(tmp_path / "game.json")["meta"]["title"] == hostile["meta"]["title"]


Spoil = Callable[[dict[str, Any]], object]
SPOILT: list[tuple[Spoil, str]] = [
    (lambda e: e.update(schema="straits-replay/9"), "schema='straits-replay/9': expected 'straits-replay/1'"),
    (lambda e: e.pop("tension"), "tension: expected a value"),
    (lambda e: e.update(extra=1), "key='extra': expected one of"),
    (lambda e: e.update({"two\nlines": 1}), r"key='two\\nlines': expected one of"),
    (lambda e: e["tension"].append(3), "tension=.*expected a list of 4"),
    (lambda e: e["tension"].__setitem__(0, 1001), "tension=.*expected whole numbers 0..1000"),
    (lambda e: e["tension"].__setitem__(0, True), "tension=.*expected whole numbers"),
    (lambda e: e.update(rung="0007"), "rung='0007': expected 4 digits"),
    (lambda e: e["meta"].update(turns=4), "expected a list of 5"),
    (lambda e: e["meta"].update(turns=0), "meta.turns=0: expected a whole number"),
    (lambda e: e["meta"].update(title=3), "meta.title=3: expected text"),
    (lambda e: e["meta"].update(title="x" * 5000), "expected text of at most"),
    (lambda e: e["actors"].pop(), "actors=.*expected a list of 5"),
    (lambda e: e["actors"][0].update(code="JP"), "expected five different codes"),
    (lambda e: e["moves"].append([1, 5, 0, 1, 0]), r"moves\[2\]\[1\]=5: expected a whole number 0..4"),
    (lambda e: e["moves"].append([1, 0, 99, 1, 0]), r"moves\[2\]\[2\]=99: expected a whole number"),
    (lambda e: e["moves"].append([4, 0, 0, 1, 0]), r"moves\[2\]\[0\]=4: expected a whole number 1..3"),
    (lambda e: e["moves"].append([1, 0]), r"moves\[2\]=\[1, 0\]: expected a list of 5"),
    (lambda e: e["events"].append([1, "war", "", -1, -1]), "expected one of incident"),
    (lambda e: e["presence"]["US"].update(nowhere=[[0, 0, 0, 0, 0]]), "presence.US key='nowhere'"),
    (lambda e: e["presence"]["US"].update(luzon=[[1, 0, 0, 0, 0]]), "expected turns that begin with 0 and rise"),
    (lambda e: e["rungs"].__setitem__(6, "war"), "rungs=.*expected routine, signalling"),
    (lambda e: e.update(table={}), "table={}: expected a list"),
    (lambda e: e.update(lens=[]), r"lens=\[\]: expected an object"),
    (lambda e: e["meta"].update(belligerents=[1, 9]), "belligerents"),
]


@pytest.mark.parametrize(("spoil", "message"), SPOILT)
def test_what_is_wrong_is_one_line(spoil: Spoil, message: str, sound: dict[str, Any], tmp_path: Path) -> None:
    spoilt = json.loads(to_bytes(sound))
    spoil(spoilt)
    (tmp_path / "game.json").write_text(json.dumps(spoilt), encoding="utf-8")
    with pytest.raises(ValueError, match=message) as found:
        load(tmp_path / "game.json")
    assert "\n" not in str(found.value) and str(tmp_path) in str(found.value)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b"3", b'{"a": NaN}', gzip.compress(b"{}")[:-6], b"[" * 100_000])
def test_what_is_no_json_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "game.json").write_bytes(content)
    with pytest.raises(ValueError, match="expected") as found:
        load(tmp_path / "game.json")
    assert "\n" not in str(found.value)


def test_a_small_archive_that_holds_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replay_file, "MAX_BYTES", 1000)
    (tmp_path / "bomb.json.gz").write_bytes(gzip.compress(b" " * 100_000))
    with pytest.raises(ValueError, match="expected at most 1000 bytes"):
        load(tmp_path / "bomb.json.gz")
