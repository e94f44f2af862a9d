"""An observer learns what there is to learn, and nothing where there is nothing."""

import numpy as np
import pytest

from straits.envs.spec.constants import CHINA, N_ACTORS
from straits.envs.spec.moves import choice
from straits.experiments.metrics.informativeness import PUBLIC, kinds_played, skill


def test_moves_that_tell_nothing_have_no_skill():
    rng = np.random.default_rng(1)
    told = skill(rng.poisson(2, (2000, 6)).astype(float), rng.random(2000) < 0.4, seed=1)
    assert told.base.estimate == pytest.approx(0.24, abs=0.01) and abs(told.skill.estimate) < 0.02


def test_moves_that_tell_all_have_full_skill():
    is_type = np.arange(400) // 2 % 2 == 0
    told = skill(np.where(is_type, 5.0, 0.0)[:, None] + np.zeros((400, 2)), is_type, seed=1)
    assert told.brier.high < 0.001 and told.skill.low > 0.99


def test_the_skill_is_that_of_the_ideal_observer_where_moves_are_independent():
    rng = np.random.default_rng(2)
    is_type = rng.random(4000) < 0.5
    counts = rng.poisson(np.where(is_type, 3.0, 1.5))  # the posterior is logistic in the count
    odds = counts * np.log(2.0) - 1.5
    ideal = np.mean((1 / (1 + np.exp(-odds)) - is_type) ** 2)
    assert skill(counts[:, None].astype(float), is_type, seed=1).brier.estimate == pytest.approx(ideal, rel=0.02)


def test_the_skill_sets_the_score_against_that_of_the_base_rate():
    rng = np.random.default_rng(3)
    is_type = rng.random(400) < 0.5
    told = skill(rng.poisson(1.0 + is_type)[:, None].astype(float), is_type, seed=1)
    assert told.base.estimate == pytest.approx(0.25, abs=0.01) and told.brier.low < told.brier.estimate < told.brier.high
    assert told.skill.estimate == pytest.approx(1 - told.brier.estimate / told.base.estimate)


def test_where_all_are_of_one_type_there_is_no_score():
    assert np.isnan(skill(np.ones((10, 1)), np.ones(10, bool), seed=1).brier.estimate)


def test_public_steps_that_took_effect_are_counted():
    moves = np.zeros((1, 3, N_ACTORS, 3), int)
    moves[0, :, CHINA] = choice("patrol.taiwan_strait", "denounce.japan")
    moves[0, 0, 0] = choice("trainers.taiwan")  # in private
    effective = np.ones(moves.shape, bool)
    effective[0, 2] = False
    counts = kinds_played(moves, effective, 3)
    assert counts.shape == (1, N_ACTORS, PUBLIC.sum()) and counts[0, CHINA].sum() == 4 and counts[0, 0].sum() == 0
    assert kinds_played(moves, effective, 1)[0, CHINA].sum() == 2
