"""The policies that ship: all there, small, sound, playable by name, and of different characters."""

import json

import numpy as np
import pytest

from straits.agents.checkpoint import listing, read_card
from straits.agents.registry import PREFIX, ZOO, policy, zoo_names
from straits.envs.core.rng import GameDraws
from straits.envs.scenarios.scenario import load_scenario
from straits.envs.simulator.engine import Engine
from straits.envs.spec.constants import ACTORS
from straits.experiments.reproduce import pretrained
from straits.experiments.reproduce.pretrained_page import peaks
from straits.experiments.utils.statistics import paired

NAMES = [pretrained.name(seat, character) for seat in pretrained.SEATS for character in pretrained.PROFILES]


def test_every_seat_has_every_character_and_the_index_says_so():
    assert zoo_names() == sorted(NAMES) == sorted(listing(ZOO))


def test_all_of_it_is_small():
    assert sum(path.stat().st_size for path in ZOO.rglob("*") if path.is_file()) < 5_000_000


@pytest.mark.parametrize("name", NAMES)
def test_a_card_tells_the_run_that_made_it(name):
    card = read_card(ZOO / name)
    seat, character = (*name.split("-"), "neutral")[:2]
    assert card.character == character and card.seats == (list(ACTORS) if seat == pretrained.SHARED else [seat])
    assert card.seed == pretrained.SEEDS[0] and card.algorithm == "maskable_ppo"
    told = {key: value for key, _, value in (o.partition("=") for o in pretrained.run(seat, character, card.seed).overrides)}
    steps = int(told.get("algorithm.total_timesteps", 1_000_000 if seat == pretrained.SHARED else 500_000))
    assert card.configuration["algorithm"]["total_timesteps"] == steps <= card.curve[-1]["timesteps"]
    assert len(card.configuration["scenarios"]) == 5 and json.dumps(card.curve)


@pytest.mark.parametrize("name", NAMES)
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
@pytest.mark.parametrize("seat", pretrained.SEATS)
def test_hawkish_and_dovish_differ_beyond_the_interval(seat):
    hawkish, dovish = (peaks(seat, policy(PREFIX + pretrained.name(seat, c)), 300) for c in ("hawkish", "dovish"))
    assert paired(hawkish, dovish, seed=0).low > 0.0
