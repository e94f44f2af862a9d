"""Words and back: every move, every observation, under any labels."""

import re

import numpy as np
import pytest

from straits.envs import load_scenario, parallel_env
from straits.envs.spec.constants import ACTORS, AREAS
from straits.envs.spec.moves import KINDS, MOVES, N_MOVES, choice
from straits.envs.spec.observation import N_OBSERVATION, SCHEMA
from straits.envs.text.describe import (
    ACTOR_WORDS,
    DECIMALS,
    OWN_NAMES,
    area_words,
    describe,
    list_moves,
    move_name,
    move_words,
    read_choices,
    read_observation,
    relabelled,
    write_choices,
)
from straits.envs.text.turns import tell

ANONYMOUS = load_scenario("anonymous").labels
QUIET = load_scenario("baseline", parameters={"hazard_rate": 0, "incident_rate": 0, "leak_rate": 0, "disaster_rate": 0})


@pytest.mark.parametrize("labels", [OWN_NAMES, ANONYMOUS], ids=["own", "anonymous"])
def test_every_move_has_a_name_that_reads_back(labels):
    names = {move_name(move, labels) for move in MOVES}
    assert len(names) == N_MOVES
    for move in MOVES:
        row = np.array(choice(move.name))
        assert read_choices(move_name(move, labels), labels).tolist() == row.tolist()
        assert read_choices(write_choices(row, labels), labels).tolist() == row.tolist()
        assert "{" not in move_words(move, labels)


def test_choices_read_in_any_order_and_dress():
    expected = list(choice("patrol.taiwan_strait", "denounce.japan", "summon.japan"))
    for words in (
        "patrol.taiwan_strait, denounce.japan, summon.japan",
        "summon.japan; patrol.taiwan_strait; denounce.japan",
        "act: Summon.Japan\nstatement: denounce.japan\n\ndeployment: PATROL.TAIWAN_STRAIT\n",
    ):
        assert read_choices(words).tolist() == expected
    assert read_choices("").tolist() == read_choices("act:").tolist() == read_choices("hold, silence, none").tolist() == [0, 0, 0]
    assert write_choices(expected) == "patrol.taiwan_strait, denounce.japan, summon.japan"


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ("sumon.japan", r"move='sumon.japan': expected a name of the move table \(did you mean summon.japan\?\)"),
        ("attack", r"move='attack': expected a name"),
        ("summon.japan, protest.usa", r"move='protest.usa': expected one move in the channel act"),
        ("denounce.china", r"move='denounce.china': expected a name"),
    ],
)
def test_words_that_are_no_choices_are_named(words, complaint):
    with pytest.raises(ValueError, match=complaint):
        read_choices(words, ANONYMOUS if "china" in words else OWN_NAMES)


def test_with_a_mask_only_legal_moves_read():
    game_env = parallel_env(QUIET)
    game_env.reset(seed=1)
    mask = game_env.action_mask("japan")
    for move in MOVES:
        if mask[move.flat]:
            assert read_choices(move.name, mask=mask).tolist() == list(choice(move.name))
        else:
            with pytest.raises(ValueError, match=f"move='{move.name}': expected a move that is legal now"):
                read_choices(move.name, mask=mask)
    listed = [line.split(":")[0].strip() for line in list_moves(mask).splitlines() if line.startswith("  ")]
    assert listed == [move.name for move in MOVES if mask[move.flat]]


@pytest.mark.parametrize("scenario", ["severe", "anonymous"])
def test_an_observation_reads_back_to_three_decimals(scenario):
    game_env = parallel_env(scenario)
    labels = game_env.scenario.labels
    observations, infos = game_env.reset(seed=2)
    for _ in range(15):
        for seen in observations.values():
            words = describe(seen, labels)
            assert np.abs(read_observation(words, labels) - seen).max() <= 0.5 * 10**-DECIMALS + 1e-6
        if not game_env.agents:
            break
        observations, *_, infos = game_env.step(
            {agent: game_env.action_space(agent).sample(infos[agent]["action_mask"]) for agent in infos}
        )


def test_what_is_described_is_what_is_seen_and_no_more():
    game_env = parallel_env(QUIET)
    observations, _ = game_env.reset(seed=1)
    words = describe(observations["taiwan"])
    assert words.startswith("You are Taiwan.\n")
    said = [line.split(" (")[0] for line in words.splitlines()[1:]]
    assert set(said) <= {entry.name for entry in SCHEMA} and "tension" in said and "designation" not in said
    tension = game_env.state_dict()["tension"][ACTORS.index("taiwan"), ACTORS.index("china")]
    assert f"china {tension:.3f}".rstrip("0") in words


def test_an_anonymous_account_names_no_actor():
    game_env = parallel_env("anonymous")
    game_env.reset(seed=1)
    game_env.step(
        {agent: np.array(choice("hold", "denounce.usa" if agent != "c" else "denounce.japan")) for agent in game_env.agents}
    )
    told = tell(game_env.engine.games[0], ANONYMOUS)
    assert "D denounces c." in told and "C denounces e." in told
    assert not any(name in told for name in ("United States", "China", "Philippines", "usa", "japan"))
    observed = describe(game_env.observe()[0]["c"], ANONYMOUS)
    assert observed.startswith("You are c.") and "tension (how threatened one feels by each actor): e " in observed


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ("You are Atlantis.", "observation='You are Atlantis.': expected a line of describe"),
        ("mood (how one feels): 1", "observation='mood"),
        ("tension (x): atlantis 0.5", "observation.tension='atlantis 0.5': expected items of usa"),
        ("tension (x): china much", "observation.tension='china much': expected a number"),
    ],
)
def test_words_that_are_no_observation_are_named(words, complaint):
    with pytest.raises(ValueError, match=complaint):
        read_observation(words)


@pytest.mark.parametrize(
    ("call", "complaint"),
    [
        (lambda: describe(np.zeros(3, np.float32)), rf"observation.shape=\(3,\): expected \({N_OBSERVATION},\)"),
        (lambda: write_choices([0, 0]), r"choices=\[0, 0\]: expected three indices"),
    ],
)
def test_wrong_shapes_are_named(call, complaint):
    with pytest.raises(ValueError, match=complaint):
        call()


def test_every_actor_and_area_has_words():
    assert set(ACTOR_WORDS) == set(ACTORS)
    assert area_words("taiwan_strait") == "the Taiwan Strait" and area_words("luzon") == "Luzon"
    assert all(area_words(area) for area in AREAS)


def test_an_anonymous_scenario_names_no_actor_in_its_fixed_phrases() -> None:
    labels = load_scenario("anonymous").labels
    words = " ".join(relabelled(kind.text, labels) for kind in KINDS)
    assert not re.search(r"\b(US|Japan|China|Taiwan|Philippines)\b", words)
