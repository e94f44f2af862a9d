"""Policies by name: scripted, of the zoo, or a folder; a name that is none lists those that are."""

import numpy as np
import pytest

from straits.agents import checkpoint
from straits.agents.card import Card
from straits.agents.network import Network
from straits.agents.registry import names, policy, policy_for, zoo_names
from straits.agents.scripted import SCRIPTED
from straits.envs.spec.constants import ENVIRONMENT
from straits.envs.spec.moves import N_MOVES
from straits.envs.spec.observation import N_OBSERVATION

NETWORK = Network((np.zeros((N_OBSERVATION, N_MOVES), np.float32),), (np.zeros(N_MOVES, np.float32),), "tanh")
CARD = Card("ppo", [], "tanh", ["japan"], "hawkish", {}, 0.0, 0, {}, [], "")


@pytest.fixture
def zoo(tmp_path):
    checkpoint.save(tmp_path / "zoo" / "japan-hawkish", NETWORK, CARD)
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


def test_what_ships_for_this_version_is_sound():
    for name in names():
        assert policy(name).name == name


def test_a_seat_has_the_policy_of_the_zoo_and_default_without_one(zoo):
    assert policy_for("japan", zoo) == "default"
    checkpoint.save(zoo / "japan", NETWORK, CARD)
    checkpoint.write_index(zoo)
    assert policy_for("japan", zoo) == "zoo/japan"


@pytest.fixture
def old(zoo):
    """The zoo with a policy that an earlier version made."""
    for path in (zoo / "japan-hawkish" / "card.json", zoo / "index.json"):
        path.write_text(path.read_text().replace(ENVIRONMENT, "straits-v0"))
    return zoo


def test_a_policy_of_an_earlier_version_is_refused_and_listed_apart(old):
    assert zoo_names(old) == ["japan-hawkish"] and names(old) == list(SCRIPTED)
    with pytest.raises(ValueError) as raised:
        policy("zoo/japan-hawkish", zoo=old)
    expected = f"expected a policy for {ENVIRONMENT}, the version of this release; it was made for straits-v0"
    assert str(raised.value) == f"policy='zoo/japan-hawkish': {expected}"
    with pytest.raises(ValueError, match=r"card.json environment='straits-v0': expected 'straits-v\d'") as raised:
        policy(str(old / "japan-hawkish"))
    assert "\n" not in str(raised.value)
    with pytest.raises(ValueError, match=f"which {ENVIRONMENT} refuses: zoo/japan-hawkish of straits-v0") as raised:
        policy("no_such", zoo=old)
    assert "\n" not in str(raised.value)


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
