"""A folder is written completely or not at all."""

import pytest

from straits.experiments.utils.io import atomic_directory


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
