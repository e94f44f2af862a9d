"""Policies by name: scripted, of the zoo, or a folder; a name that is none lists those that are."""

import numpy as np
import pytest

from straits.agents import checkpoint
from straits.agents.card import Card
from straits.agents.network import Network
from straits.agents.registry import names, policy, zoo_names
from straits.agents.scripted import SCRIPTED
from straits.envs.spec.moves import N_MOVES
from straits.envs.spec.observation import N_OBSERVATION

CARD = Card("ppo", [], "tanh", ["japan"], "hawkish", {}, 0.0, 0, {}, [], "")


@pytest.fixture
def zoo(tmp_path):
    network = Network((np.zeros((N_OBSERVATION, N_MOVES), np.float32),), (np.zeros(N_MOVES, np.float32),), "tanh")
    checkpoint.save(tmp_path / "zoo" / "japan-hawkish", network, CARD)
    checkpoint.write_index(tmp_path / "zoo")
    return tmp_path / "zoo"


def test_the_scripted_policies_have_their_names(tmp_path):
    assert [policy(name).name for name in SCRIPTED] == names(tmp_path / "no zoo") == list(SCRIPTED)


def test_a_policy_of_the_zoo_has_its_name(zoo):
    assert names(zoo)[-1] == "zoo/japan-hawkish"
    assert policy("zoo/japan-hawkish", zoo=zoo).name == "zoo/japan-hawkish"


def test_a_folder_is_a_policy(zoo, monkeypatch):
    assert policy(str(zoo / "japan-hawkish")).name == str(zoo / "japan-hawkish")
    monkeypatch.chdir(zoo)
    assert policy("japan-hawkish").name == "japan-hawkish"


def test_what_ships_is_sound():
    for name in zoo_names():
        assert policy(f"zoo/{name}").name == f"zoo/{name}"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("defalt", r"policy='defalt': expected one of random, .*zoo/japan-hawkish, or the folder .* \(did you mean default\?\)"),
        ("zoo/japan-hawkis", r"did you mean zoo/japan-hawkish\?"),
        ("zoo/../zoo/japan-hawkish", "expected one of"),
        ("", "policy='': expected one of"),
        ("runs/nowhere", "runs/nowhere/card.json: expected a file"),
    ],
)
def test_a_name_that_is_none_lists_those_that_are(zoo, name, message):
    with pytest.raises(ValueError, match=message) as raised:
        policy(name, zoo=zoo)
    assert "\n" not in str(raised.value)


def test_a_zoo_is_checked_before_it_plays(zoo):
    with (zoo / "japan-hawkish" / "card.json").open("a") as file:
        file.write(" ")
    with pytest.raises(ValueError, match="policies.japan-hawkish.card="):
        policy("zoo/japan-hawkish", zoo=zoo)
