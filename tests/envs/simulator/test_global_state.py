"""state() and state_dict(): the whole game, in its space, with a layout that says where everything stands."""

import re

import numpy as np
import pytest

from straits.agents.base import by_channel
from straits.envs import load_scenario, parallel_env
from straits.envs.core.state import STATE_FIELDS
from straits.envs.simulator.engine import Engine
from straits.envs.simulator.global_state import LEFT_OUT, N_STATE, RANGES, SLICES, box, table, validate_state, vector
from straits.envs.spec.constants import N_ACTORS, N_CHANNELS
from straits.envs.spec.moves import N_MOVES, SIZES
from straits.envs.spec.parameters import PARAMETERS


def played(turns=12):
    game_env, rng = parallel_env("severe"), np.random.default_rng(1)
    game_env.reset(seed=1)
    for _ in range(turns):
        game_env.step({agent: rng.integers(0, SIZES) for agent in game_env.agents})
    return game_env


def test_the_words_of_a_field_give_its_range():
    for field in STATE_FIELDS:
        if stated := re.search(r"(-?[0-9.]+?)\.\.([0-9.]+)", field.meaning):
            assert RANGES[field.name] == tuple(map(float, stated.groups())), field.name


@pytest.mark.parametrize("seed", range(8))
def test_every_field_stays_in_its_range_with_any_parameters(seed):
    rng = np.random.default_rng(seed)
    drawn = {p.name: float(rng.choice([p.low, p.high, rng.uniform(p.low, p.high)])) for p in PARAMETERS}
    engine = Engine(load_scenario("severe", parameters={**drawn, "missile_weight": 2.0, "hazard_rate": 0.0}), 16)
    engine.reset(seed)
    for _ in range(40):
        rows = engine.mask.reshape(-1, N_MOVES)
        engine.step(by_channel(rng.random(rows.shape), rows).reshape(16, N_ACTORS, N_CHANNELS))
        for field in STATE_FIELDS:
            low, high = RANGES[field.name]
            assert engine.games[field.name].min() >= low and engine.games[field.name].max() <= high, field.name


def test_the_state_is_a_vector_in_its_space():
    game_env = played()
    state = game_env.state()
    assert state.shape == (N_STATE,) and state.dtype == np.float32 and game_env.state_space.contains(state)
    assert (box().low < box().high).all() and np.isfinite(box().low).all() and np.isfinite(box().high).all()


def test_every_field_stands_where_the_layout_says_scaled_to_its_range():
    game_env = played()
    state, named = game_env.state(), game_env.state_dict()
    for field in STATE_FIELDS:
        if field.name in LEFT_OUT:
            assert field.name not in SLICES
            continue
        values, limits = np.ravel(named[field.name]).astype(float), RANGES[field.name]
        if field.name == "turn":
            expected = values / named["horizon"]
        elif np.isfinite(limits.high):
            expected = (values - limits.low) / (limits.high - limits.low)
        else:
            expected = values / (1 + np.abs(values))
        np.testing.assert_allclose(state[SLICES[field.name]], expected, atol=1e-6, err_msg=field.name)


def test_the_seed_stays_out_of_the_vector_since_it_tells_the_future():
    game_env = played(0)
    game = game_env.engine.games
    before = game_env.state()
    game["seed"] += np.uint64(1)
    game["episode"] += 1
    assert np.array_equal(game_env.state(), before)


def test_rows_of_a_batch_are_the_states_of_its_games():
    engine = Engine(load_scenario("severe"), 5)
    engine.reset(3)
    rows = vector(engine.games)
    assert rows.shape == (5, N_STATE)
    for n in range(5):
        assert np.array_equal(rows[n], vector(engine.games[n : n + 1])[0])


def test_state_dict_has_every_field_by_name_in_copies():
    game_env = played()
    named = game_env.state_dict()
    assert list(named) == [field.name for field in STATE_FIELDS]
    for field in STATE_FIELDS:
        assert np.shape(named[field.name]) == field.shape
        assert field.shape or type(named[field.name]) in (int, float)
    before = game_env.get_state()
    named["presence"][:] = 0
    assert game_env.get_state() == before


@pytest.mark.parametrize(
    ("field", "value", "complaint"),
    [
        ("designation", 3, "designation=3: expected 0..2"),
        ("command", np.inf, "command=inf: expected 0..1"),
        ("reward", np.nan, "reward="),
    ],
)
def test_a_record_with_a_value_out_of_range_is_at_fault(field, value, complaint):
    game = played().engine.games.copy()
    assert validate_state(game[0]) is None
    game[field] = value
    assert complaint in validate_state(game[0])


def test_the_table_has_a_row_for_each_field():
    rows = table().splitlines()
    assert len(rows) == 2 + len(SLICES) and any(row.startswith("| `tension` |") for row in rows)
    assert sum(int(np.prod(f.shape, dtype=int)) for f in STATE_FIELDS if f.name not in LEFT_OUT) == N_STATE
