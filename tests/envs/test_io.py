"""Files of strangers: paths stay in their folder, JSON is bounded, and reading takes time in proportion to the bytes."""

from pathlib import Path

import pytest

from straits.envs.io import is_file, parse_json, path_in, read_bytes, read_json

WORDS = [
    "../../esc",
    "/etc/passwd",
    "..",
    ".",
    "",
    "a/../../b",
    "..\\esc",
    "C:\\x",
    "a\0b",
    "ü/..",
    "~/x",
    "-rf",
    ".hidden",
    "\udcff",
]


@pytest.mark.parametrize("word", [*WORDS, "x" * 5000, "ü" * 300])
def test_no_word_leads_out_of_the_folder(tmp_path: Path, word: str) -> None:
    path = path_in(tmp_path, word, ".png")
    assert path.parent == tmp_path and path.name not in ("", ".", "..") and not path.name.startswith((".", "-"))
    path.write_text("written")
    assert [found.name for found in tmp_path.iterdir()] == [path.name]


def test_long_words_stay_apart(tmp_path: Path) -> None:
    assert path_in(tmp_path, "x" * 500) != path_in(tmp_path, "x" * 501)
    assert path_in(tmp_path, "zoo/china-v1") == tmp_path / "zoo-china-v1"


@pytest.mark.parametrize("name", ["x" * 5000, "a\0b", "missing"])
def test_a_path_that_no_file_can_have_is_no_file(tmp_path: Path, name: str) -> None:
    assert not is_file(tmp_path / name)
    with pytest.raises(ValueError, match="expected a file"):
        read_json(tmp_path / name)


def test_many_keys_are_read_in_linear_time() -> None:
    pairs = ", ".join(f'"k{n}": {n}' for n in range(200_000))
    assert len(parse_json("card.json", f"{{{pairs}}}".encode())) == 200_000
    with pytest.raises(ValueError, match="the key 'k199999' stands twice"):
        parse_json("card.json", f'{{{pairs}, "k199999": 1}}'.encode())


@pytest.mark.parametrize(
    "content", ["[" * 200_000, "9" * 5000, '{"a": 1e999, "b": NaN}', '{"' + "k" * 9000 + '": 1, "' + "k" * 9000 + '": 2}']
)
def test_json_that_cannot_be_read_is_one_short_line(content: str) -> None:
    with pytest.raises(ValueError, match=r"^card\.json: expected a JSON object") as caught:
        parse_json("card.json", content.encode())
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 400


def test_a_file_is_read_up_to_its_limit(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"12345")
    assert read_bytes(tmp_path / "file", 5) == b"12345"
    with pytest.raises(ValueError, match="bytes=5: expected at most 4"):
        read_bytes(tmp_path / "file", 4)
