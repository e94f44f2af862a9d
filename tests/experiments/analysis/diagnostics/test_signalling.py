"""Whether signals carry, on games made by hand or by chance."""

import numpy as np
import pytest

from straits.envs.scenarios.scenario import load_scenario
from straits.envs.spec.constants import CHINA, JAPAN, N_ACTORS, YIELD_END
from straits.envs.spec.moves import choice
from straits.experiments.analysis.diagnostics.signalling import bluffs, commitment_effect, resolve_information
from straits.experiments.metrics.types import Series

SETTINGS = {"seed": 1, "confidence": 0.95, "resamples": 100}
TURNS, END = 8, 6
THREAT = choice("threaten.japan")


def games(threatens, yields, resolve=None):
    """Games with a crisis of China and Japan from turn 1 to END. China may threaten in turn 4, Japan may yield at the end."""
    n = len(threatens)
    shape = n, TURNS, N_ACTORS, N_ACTORS
    lasted, end, moves = np.zeros(shape, np.int16), np.zeros(shape, np.int8), np.zeros((n, TURNS, N_ACTORS, 3), np.int64)
    for i, j in ((CHINA, JAPAN), (JAPAN, CHINA)):
        lasted[:, : END - 1, i, j] = np.arange(1, END)
    end[:, END - 1, JAPAN, CHINA] = np.where(yields, YIELD_END, 0)
    moves[threatens, 3, CHINA] = THREAT
    zeros = np.zeros(shape, np.float32)
    opener = np.zeros(shape, bool)
    opener[:, :, CHINA, JAPAN] = True
    return Series(
        played=np.ones((n, TURNS), bool), conflict=np.zeros(n, bool), belligerents=np.full((n, 2), N_ACTORS),
        incidents=np.zeros((n, TURNS), np.int64), tension=zeros, rung=np.zeros(shape, np.int8), crisis_turns=lasted, crisis_end=end,
        crisis_opener=opener, terms=zeros, moves=moves, effective=moves > 0, returns=np.zeros((n, N_ACTORS)),
        goals=np.zeros((n, N_ACTORS), np.int64), resolve=np.zeros((n, N_ACTORS)) if resolve is None else resolve,
    )  # fmt: skip


def test_the_effect_of_a_commitment_compares_the_same_turn_of_a_crisis():
    threatens = np.repeat([True, False], 20)
    yields = np.concatenate([np.arange(20) < 15, np.arange(20) < 5])
    effect = commitment_effect(games(threatens, yields), load_scenario("baseline"), SETTINGS)
    # Turn 4 is 4 for both sides. Without a threat: China's 20 turns with 5 yields, and Japan's 40 turns, to which nobody yields.
    assert effect.estimate == pytest.approx(15 / 20 - 5 / 60)
    assert effect.low < effect.estimate < effect.high


def test_without_commitments_there_is_no_effect():
    none = np.zeros(10, bool)
    assert np.isnan(commitment_effect(games(none, none), load_scenario("baseline"), SETTINGS).estimate)


def test_information_is_seen_where_the_resolute_threaten_and_not_where_anyone_does():
    rng = np.random.default_rng(1)
    resolve = rng.random((300, N_ACTORS))
    telling = resolve_information(games(resolve[:, CHINA] > 0.6, np.zeros(300, bool), resolve), 50, 1)
    assert telling["said"].low > 0.0 and telling["done"].estimate == pytest.approx(0.0, abs=1e-9)
    silent = resolve_information(games(rng.random(300) < 0.4, np.zeros(300, bool), resolve), 50, 1)
    assert silent["said"].low < 0.0 < silent["said"].high


def test_bluffs_are_commitments_of_the_least_resolute_third():
    resolve = np.zeros((9, N_ACTORS))
    resolve[:, CHINA] = np.arange(9)
    threatens = np.arange(9) < 3  # only where China's resolve is in its lowest third
    rates = bluffs(games(threatens, np.zeros(9, bool), resolve), load_scenario("baseline"), SETTINGS)
    assert rates["commits"]["least"].estimate > 0.0 and rates["commits"]["most"].estimate == 0.0
    assert rates["backs_down"].estimate == 0.0
