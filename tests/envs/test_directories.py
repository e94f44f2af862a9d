"""A folder is written completely or not at all."""

import subprocess
import sys

import pytest

from straits.envs.directories import atomic_directory, claim


def test_what_was_written_takes_its_place_at_the_end(tmp_path):
    with atomic_directory(tmp_path / "out") as partial:
        (partial / "a").write_text("1")
        assert not (tmp_path / "out").exists()
    assert [p.name for p in tmp_path.iterdir()] == ["out"] and (tmp_path / "out" / "a").read_text() == "1"


def test_nothing_stays_where_something_goes_wrong(tmp_path):
    with pytest.raises(KeyboardInterrupt), atomic_directory(tmp_path / "out") as partial:
        (partial / "a").write_text("1")
        raise KeyboardInterrupt
    assert not list(tmp_path.iterdir())


def test_a_place_that_cannot_be_written_to_is_named(tmp_path):
    (tmp_path / "file").write_text("1")
    with (
        pytest.raises(ValueError, match=r"file/out'?: expected a place to write to \(Not a directory\)"),
        atomic_directory(tmp_path / "file" / "out"),
    ):
        pass


def test_a_folder_that_holds_something_is_left_alone(tmp_path):
    (tmp_path / "mine").write_text("1")
    with pytest.raises(ValueError, match="expected none there, or an empty one"), atomic_directory(tmp_path):
        pass
    assert (tmp_path / "mine").read_text() == "1"


HOLDER = """
import sys, time
from pathlib import Path
from straits.envs.directories import claim

with claim(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def holder(tmp_path):
    """Another process that holds a directory until it is killed."""
    process = subprocess.Popen([sys.executable, "-c", HOLDER, str(tmp_path / "run")], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()


def test_a_directory_that_another_process_holds_is_refused_until_that_process_ends(tmp_path, holder):
    with pytest.raises(ValueError, match="expected one to which no other process writes"), claim(tmp_path / "run"):
        pass
    holder.kill()
    holder.wait()
    with claim(tmp_path / "run"):
        assert not list((tmp_path / "run").iterdir())


def test_two_cannot_write_one_folder_and_the_first_keeps_its_work(tmp_path):
    with atomic_directory(tmp_path / "out") as partial:
        (partial / "a").write_text("1")
        with pytest.raises(ValueError, match="no other process writes"), atomic_directory(tmp_path / "out"):
            pass
    assert (tmp_path / "out" / "a").read_text() == "1" and [p.name for p in tmp_path.iterdir()] == ["out"]


def test_what_a_killed_process_left_is_cleared(tmp_path):
    (tmp_path / ".out.partial" / "old").mkdir(parents=True)
    (tmp_path / ".out.partial" / "old" / "file").write_text("1")
    with atomic_directory(tmp_path / "out") as partial:
        (partial / "new").write_text("2")
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["new"]


def test_finished_work_is_kept_when_its_place_was_taken_meanwhile(tmp_path):
    with pytest.raises(ValueError, match=r"the results are in .*\.out\.partial"), atomic_directory(tmp_path / "out") as partial:
        (partial / "a").write_text("1")
        (tmp_path / "out").mkdir()
        (tmp_path / "out" / "b").write_text("2")
    assert (partial / "a").read_text() == "1" and (tmp_path / "out" / "b").read_text() == "2"
