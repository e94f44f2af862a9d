"""An answer of a language model is data: it becomes legal choices or an honest count, and its free text stays harmless."""

import json

import numpy as np
import pytest

from straits.envs.spec.constants import CHANNELS
from straits.envs.spec.moves import MAY_EVER, MOVE_INDEX, N_MOVES, choice
from straits.envs.text.answers import (
    ILLEGAL,
    JSON,
    MOST_REASON,
    NOTHING,
    READ,
    TEXT,
    UNPARSABLE,
    answer_schema,
    clean,
    correction,
    read_answer,
)

ALL = np.ones(N_MOVES, np.int8)
CHINA = MAY_EVER[2].astype(np.int8)
ANONYMOUS = {"usa": "c", "japan": "e", "china": "b", "taiwan": "a", "philippines": "d"}


def answer(**keys):
    return json.dumps({"reason": "to see", **keys})


@pytest.mark.parametrize(
    "text",
    [
        answer(deployment="hold", statement="denounce.japan", act="none"),
        answer(statement="denounce.japan"),
        "Here it is:\n```json\n" + answer(deployment="hold", statement="Denounce.Japan", act="none") + "\n```\nGood luck.",
        '{"thought": "first"} {"broken": ' + answer(statement=" denounce.japan "),
    ],
)
def test_json_is_read_alone_in_fences_and_between_words(text):
    found = read_answer(text, ALL)
    assert (found.status, found.parse, found.reason) == (READ, JSON, "to see")
    assert tuple(found.choices) == choice("denounce.japan")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("I choose deployment: patrol.taiwan_strait, and **statement**: silence.", ["patrol.taiwan_strait"]),
        ("We should take the step summon.japan now.", ["summon.japan"]),
        ("Not summon.japan but act = none; statement: denounce.usa", ["denounce.usa"]),
    ],
)
def test_text_is_read_if_it_names_one_move_per_channel(text, names):
    found = read_answer(text, ALL)
    assert (found.status, found.parse) == (READ, TEXT)
    assert tuple(found.choices) == choice(*names)


@pytest.mark.parametrize(
    "text", ["", "  ", "...", "我们保持沉默。", "[1, 2]", "{}", '{"move": "hold"}', "x" * 2_000_000, "{" * 9_999]
)
def test_what_names_no_move_is_unparsable_and_becomes_no_ops(text):
    found = read_answer(text, ALL)
    assert (found.status, found.parse) == (UNPARSABLE, NOTHING)
    assert not found.choices.any() and found.problem and len(found.reason) <= MOST_REASON


@pytest.mark.parametrize("value", ["launch", 3, None, ["hold"], "denounce.japan"])
def test_a_name_that_its_channel_does_not_have_is_unparsable(value):
    found = read_answer(answer(act=value), ALL)
    assert (found.status, found.parse) == (UNPARSABLE, JSON)
    assert "act" in found.problem and not found.choices.any()


def test_an_illegal_move_is_counted_as_illegal_and_makes_the_complete_answer_a_no_op():
    found = read_answer(answer(deployment="patrol.taiwan_strait", act="arms.taiwan"), CHINA)
    assert (found.status, found.parse) == (ILLEGAL, JSON)
    assert "act='arms.taiwan'" in found.problem and not found.choices.any()


def test_the_schema_holds_exactly_the_legal_names_and_each_of_them_is_read():
    schema = answer_schema(CHINA, ANONYMOUS)
    assert schema["required"] == ["reason", *CHANNELS] and schema["additionalProperties"] is False
    names = [name for channel in CHANNELS for name in schema["properties"][channel]["enum"]]
    assert len(names) == CHINA.sum() and "denounce.e" in names and not any("japan" in name and "home" not in name for name in names)
    for channel in CHANNELS:
        for name in schema["properties"][channel]["enum"]:
            assert read_answer(answer(**{channel: name}), CHINA, ANONYMOUS).status == READ


def test_labels_of_a_scenario_replace_the_names_of_actors():
    assert read_answer(answer(act="summon.e"), ALL, ANONYMOUS).choices[2] == choice("summon.japan")[2]
    assert read_answer(answer(act="summon.japan"), ALL, ANONYMOUS).status == UNPARSABLE


def test_a_correction_names_the_problem_and_the_legal_moves_only():
    mask = np.zeros(N_MOVES, np.int8)
    for name in ("hold", "silence", "none", "deal.usa"):
        mask[MOVE_INDEX[name]] = 1
    words = correction(read_answer(answer(act="summon.usa"), mask), mask)
    assert "summon.usa" in words and words.splitlines()[2:] == ["deployment: hold", "statement: silence", "act: none, deal.usa"]


def test_free_text_loses_control_characters_and_direction_marks_and_is_cut():
    assert clean("a\x1b[31mred\x07\n\u202egnp.exe\u200b b") == "a [31mred gnp.exe b"
    assert len(clean("word " * 10_000)) <= MOST_REASON
    found = read_answer(answer(statement="silence", reason=f"\x1b]0;title\x07{'y' * 5000}"), ALL)
    assert len(found.reason) == MOST_REASON and "\x1b" not in found.reason
