"""The policies that ship: all there, small and sound; those of this version play by name, those of an earlier one are refused."""

import json

import numpy as np
import pytest

from straits.agents.card import Card
from straits.agents.registry import PREFIX, ZOO, names, policy, zoo_names
from straits.envs.core.rng import GameDraws
from straits.envs.io import sha256
from straits.envs.scenarios.scenario import load_scenario
from straits.envs.simulator.engine import Engine
from straits.envs.spec.constants import ACTORS, ENVIRONMENT
from straits.experiments.cli.main import main
from straits.experiments.reproduce import pretrained
from straits.experiments.reproduce.pretrained_page import peaks
from straits.experiments.utils.statistics import paired

NAMES = [pretrained.name(seat, character) for seat in pretrained.SEATS for character in pretrained.PROFILES]
CARDS = {name: Card(**json.loads((ZOO / name / "card.json").read_text())) for name in NAMES}
CURRENT = [name for name in NAMES if CARDS[name].environment == ENVIRONMENT]
OLD = [name for name in NAMES if name not in CURRENT]


def test_every_seat_has_every_character_and_the_index_says_so():
    assert zoo_names() == sorted(NAMES)
    index = json.loads((ZOO / "index.json").read_text())["policies"]
    for name, card in CARDS.items():
        content = (ZOO / name / "weights.safetensors").read_bytes()
        assert index[name]["weights"] == card.sha256 == sha256(content)
        assert index[name]["environment"] == card.environment and index[name]["seats"] == card.seats


@pytest.mark.parametrize("name", OLD)
def test_a_policy_of_earlier_rules_is_refused_with_both_versions(name):
    version = CARDS[name].environment
    said = f"policy='zoo/{name}': expected a policy for {ENVIRONMENT}, the version of this release; it was made for {version}"
    with pytest.raises(ValueError) as raised:
        policy(PREFIX + name)
    assert str(raised.value) == said and PREFIX + name not in names()


@pytest.mark.skipif(not OLD, reason="the zoo is of this version")
def test_the_command_refuses_it_with_one_line_and_names_it_as_of_earlier_rules(capsys):
    assert main(["replay", "baseline", "--policy", PREFIX + OLD[0]]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and f"policy='zoo/{OLD[0]}'" in said and CARDS[OLD[0]].environment in said
    assert main(["replay", "baseline", "--policy", "zoo/nowhere"]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "of the rules of an earlier version" in said
    assert all(f"{PREFIX}{name} of {CARDS[name].environment}" in said for name in OLD)


def test_all_of_it_is_small():
    assert sum(path.stat().st_size for path in ZOO.rglob("*") if path.is_file()) < 5_000_000


@pytest.mark.parametrize("name", NAMES)
def test_a_card_tells_the_run_that_made_it(name):
    card = CARDS[name]
    seat, character = (*name.split("-"), "neutral")[:2]
    assert card.character == character and card.seats == (list(ACTORS) if seat == pretrained.SHARED else [seat])
    assert card.seed == pretrained.SEEDS[0] and card.algorithm == "maskable_ppo"
    told = {key: value for key, _, value in (o.partition("=") for o in pretrained.run(seat, character, card.seed).overrides)}
    steps = int(told.get("algorithm.total_timesteps", 1_000_000 if seat == pretrained.SHARED else 500_000))
    assert card.configuration["algorithm"]["total_timesteps"] == steps <= card.curve[-1]["timesteps"]
    assert len(card.configuration["scenarios"]) == 5 and json.dumps(card.curve)


@pytest.mark.parametrize("name", CURRENT)
def test_it_plays_legal_moves_by_name(name):
    engine = Engine(load_scenario("severe"), 8)
    engine.reset(3)
    player = policy(PREFIX + name)
    for seat in range(len(ACTORS)):
        chosen = player.act(engine.observation[:, seat], engine.mask[:, seat], GameDraws(engine.games, seat))
        moves = np.zeros((8, len(ACTORS), 3), np.int64)
        moves[:, seat] = chosen
        fork = engine.fork(np.arange(8), 1, resample_rng=False)
        fork.step(moves)
        assert not fork.illegal.any() and chosen.any()


@pytest.mark.slow
@pytest.mark.parametrize("seat", [seat for seat in pretrained.SEATS if pretrained.name(seat, "hawkish") in CURRENT])
def test_hawkish_and_dovish_differ_beyond_the_interval(seat):
    hawkish, dovish = (peaks(seat, policy(PREFIX + pretrained.name(seat, c)), 300) for c in ("hawkish", "dovish"))
    assert paired(hawkish, dovish, seed=0).low > 0.0
