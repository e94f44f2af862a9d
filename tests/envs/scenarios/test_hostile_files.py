"""Scenario files of strangers: bounded in size, nesting, aliases and time, with one line that names what is wrong."""

from pathlib import Path

import pytest

from straits.envs.scenarios.scenario import check, load_scenario
from straits.envs.validation import LONGEST_MESSAGE

HEAD = """
extends: baseline
name: own
title: A scenario of one's own
description: A file that extends the baseline.
sources: [assumption]
date: 2030-01
"""
BOMB = "a: &a [x, x]\n" + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [{f'*{chr(97 + n)}, ' * 9}]\n" for n in range(9))
MERGE_BOMB = "a: &a {x: 1}\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} {{<<: [{', '.join([f'*{chr(97 + n)}'] * 9)}]}}\n" for n in range(9)
)


def refused(folder: Path, text: str) -> str:
    """Return the one line with which a file is refused."""
    path = folder / "own.yaml"
    path.write_text(text)
    with pytest.raises(ValueError) as caught:
        load_scenario(path)
    line = str(caught.value)
    assert "\n" not in line and line.isprintable() and len(line) <= LONGEST_MESSAGE
    return line


@pytest.mark.parametrize("name", ["../../esc", "a/b", "/tmp/x", "..", "A b", "", "con.png", "ü", "x" * 61, "..\\\\esc"])
def test_a_name_is_a_plain_word_wherever_it_is_loaded(tmp_path: Path, name: str) -> None:
    assert refused(tmp_path, HEAD.replace("name: own", f'name: "{name}"')).startswith("scenario.name=")


@pytest.mark.parametrize("bomb", [BOMB, MERGE_BOMB])
@pytest.mark.parametrize("key", ["source", "date", "title"])
def test_an_alias_is_refused_wherever_it_stands(tmp_path: Path, bomb: str, key: str) -> None:
    uses = {"source": "parameters: {leak_rate: {value: 0.1, source: *j}}\n", "date": "date: *j\n", "title": "title: *j\n"}
    assert "expected no alias" in refused(tmp_path, bomb + HEAD.replace(f"{key}:", f"# {key}:") + uses[key])


@pytest.mark.parametrize("opened", ["[", "{a: ", "- "])
def test_nesting_is_bounded_before_the_parser_recurses(tmp_path: Path, opened: str) -> None:
    line = refused(tmp_path, HEAD + "story: " + ("\n  " if opened == "- " else "") + opened * (200_000 // len(opened)))
    assert line.startswith("scenario file own.yaml") and "nested" in line


def test_many_keys_are_read_in_linear_time(tmp_path: Path) -> None:
    assert "scenario.k0" in refused(tmp_path, "".join(f"k{n}: 1\n" for n in range(25_000)))


@pytest.mark.parametrize("tag", ["!!timestamp x", "!!bool x", "!!int ''", "!!float x", "!!binary '*'", "!mine x"])
def test_a_tag_is_refused(tmp_path: Path, tag: str) -> None:
    assert "expected no tag" in refused(tmp_path, HEAD + f"story: {tag}\n")


@pytest.mark.parametrize("value", ["0x" + "f" * 7_000, "9" * 7_000, "0x" + "f" * 20_000, "1" + ":1" * 40_000])
def test_a_huge_number_is_named_by_its_key(tmp_path: Path, value: str) -> None:
    assert refused(tmp_path, HEAD + f"horizon: {value}\n").startswith(("scenario.horizon=", "scenario file own.yaml"))


@pytest.mark.parametrize("date", ["2024-13-01", "2024-02-30", "2024-01-01 99:00:00", "99999-01-01", "[2024]", "true"])
def test_a_date_that_does_not_exist_is_named_by_its_key(tmp_path: Path, date: str) -> None:
    assert refused(tmp_path, HEAD.replace("date: 2030-01", f"date: {date}")).startswith("scenario.date=")


@pytest.mark.parametrize("text", [r"a\eb", r"a\e]0;owned\ab", r"a\x7fb", r"a\x9bb", r"a\u202eb", r"a\u0000b"])
def test_text_has_no_control_characters(tmp_path: Path, text: str) -> None:
    line = refused(tmp_path, HEAD.replace("title: A scenario of one's own", f'title: "{text}"'))
    assert line.startswith("scenario.title=") and "without control characters" in line


def test_the_value_in_a_message_is_short_whatever_it_is(tmp_path: Path) -> None:
    tree = "[" + ", ".join(["[" + ", ".join(["[" + ", ".join(["abcdefghi" * 9] * 6) + "]"] * 6) + "]"] * 6) + "]"
    assert refused(tmp_path, HEAD.replace("title: A scenario of one's own", f"title: {tree}")).startswith("scenario.title=")


@pytest.mark.parametrize("parent", ["x" * 5000 + ".yaml", "a\\0b.yaml", "own.yaml/x.yaml", "..yaml"])
def test_a_parent_that_cannot_be_a_file_is_refused(tmp_path: Path, parent: str) -> None:
    assert refused(tmp_path, HEAD.replace("extends: baseline", f'extends: "{parent}"')).startswith("scenario")


@pytest.mark.parametrize("path", ["x" * 5000 + ".yaml", "a\0b.yaml"])
def test_a_path_that_cannot_be_a_file_is_refused(path: str) -> None:
    assert len(check(path)) == 1 and check(path)[0].endswith("expected a file")


@pytest.mark.parametrize(
    "row",
    [
        "replay: [{turn: 0, of: usa, source: assumption}]",
        "state: [{set: command, source: assumption}]",
        "partners: [{pair: [usa, japan], source: assumption}]",
        "types: [{of: usa, source: assumption}]",
        "channels: [{pair: [usa, japan], source: assumption}]",
        "offices: [{of: usa, source: assumption}]",
        "presence: [{of: usa, area: nansei, class: patrol, source: assumption}]",
        "trade: [{of: usa, source: assumption}]",
        "claims: [{of: usa, source: assumption}]",
        "proximity: [{of: usa, source: assumption}]",
        "relations: [{of: usa, to: japan, source: assumption}]",
        "domestic: [{of: all, source: assumption}]",
        "weights: [{of: all, source: assumption}]",
    ],
)
def test_a_row_without_a_value_is_refused(tmp_path: Path, row: str) -> None:
    line = refused(tmp_path, HEAD + row + "\n")
    assert line.startswith(f"scenario.{row.split(':')[0]}[") and ": expected " in line
