"""The engine: many games in one call, of several scenarios, restarted by themselves, written where the caller wants them."""

import os
import subprocess
import sys

import numba
import numpy as np
import pytest

from straits.agents.base import by_channel
from straits.envs.scenarios.scenario import load_scenario
from straits.envs.simulator.engine import WRITTEN, Engine
from straits.envs.spec.constants import CONFLICT, HORIZON, N_ACTORS, N_CHANNELS, RUNNING
from straits.envs.spec.moves import N_MOVES, SIZES

RISKY = load_scenario("severe", horizon=9, parameters={"hazard_rate": 0.5})
MIXED = [load_scenario("baseline", horizon=12), RISKY, load_scenario("daily", horizon=10), load_scenario("calm", horizon=11)]


def legal(engine, rng):
    rows = engine.mask.reshape(-1, N_MOVES)
    return by_channel(rng.random(rows.shape), rows).reshape(len(engine), N_ACTORS, N_CHANNELS)


def shown(engine, games=slice(None)):
    """All that the engine tells about some games, as bytes."""
    arrays = (engine.observation, engine.mask, engine.reward, engine.components, engine.illegal, engine.games)
    return [array[games].tobytes() for array in arrays]


FORKED = """
import multiprocessing, numpy as np
from straits.envs.scenarios.scenario import load_scenario
from straits.envs.simulator.engine import Engine

def play(seed):
    engine = Engine(load_scenario("calm"), 40)
    engine.reset(seed)
    engine.step(np.zeros((40, 5, 3), np.int64))
    return engine.games.tobytes()

here = play(1)
with multiprocessing.get_context("fork").Pool(2) as pool:
    assert pool.map(play, [1, 1]) == [here, here]
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_process_plays_the_same_games_after_its_parent_used_threads():
    environment = {**os.environ, "NUMBA_THREADING_LAYER": "omp", "OMP_NUM_THREADS": "2"}
    subprocess.run([sys.executable, "-c", FORKED], env=environment, check=True, timeout=300)


def test_autoreset_is_a_restart_of_what_ended_and_keeps_what_it_left():
    auto, plain, rng = Engine(RISKY, 40, autoreset=True), Engine(RISKY, 40), np.random.default_rng(0)
    auto.reset(3)
    plain.reset(3)
    seen = set()
    for _ in range(40):
        moves = legal(plain, rng)
        auto.step(moves)
        plain.step(moves)
        ended = plain.outcome != RUNNING
        assert auto.done.tolist() == plain.outcome.tolist()
        assert auto.final_observation[ended].tobytes() == plain.observation[ended].tobytes()
        assert auto.reward.tobytes() == plain.reward.tobytes() and auto.components.tobytes() == plain.components.tobytes()
        plain.restart(ended)
        assert auto.observation.tobytes() == plain.observation.tobytes() and auto.mask.tobytes() == plain.mask.tobytes()
        assert auto.games.tobytes() == plain.games.tobytes()
        seen |= set(auto.done.tolist())
    assert seen == {RUNNING, CONFLICT, HORIZON}


def test_a_batch_of_several_scenarios_plays_each_game_as_if_it_were_alone():
    which = np.arange(37) % len(MIXED)
    batch, rng = Engine(MIXED, 37, which), np.random.default_rng(1)
    batch.reset(5)
    alone = [Engine(MIXED, 1, [place]) for place in which]
    for game, engine in enumerate(alone):
        engine.reset(batch.games["seed"][[game]])
    for _ in range(12):
        for game, engine in enumerate(alone):
            assert shown(engine) == shown(batch, slice(game, game + 1))
        moves = legal(batch, rng)
        batch.step(moves)
        for game, engine in enumerate(alone):
            engine.step(moves[[game]])
    assert batch.games["turn"].tolist() == [int(engine.games["turn"][0]) for engine in alone]
    assert len(set(batch.games["horizon"].tolist())) == len(MIXED)


@pytest.mark.parametrize("threads", [1, 2])
def test_other_lanes_and_threads_give_the_same_games(threads):
    if threads > numba.config.NUMBA_NUM_THREADS:
        pytest.skip("this machine has one thread")
    which, rng = np.arange(200) % len(MIXED), np.random.default_rng(2)
    order = rng.permutation(200)
    one, other = Engine(MIXED, 200, which), Engine(MIXED, 200, which[order])
    one.reset(8)
    other.reset(one.games["seed"][order])
    before = numba.get_num_threads()
    for _ in range(12):
        moves = legal(one, rng)
        one.step(moves)
        numba.set_num_threads(threads)
        other.step(moves[order])
        numba.set_num_threads(before)
        assert shown(one, order) == shown(other)


def test_it_writes_into_the_callers_arrays():
    own, plain, rng = Engine(RISKY, 33, autoreset=True), Engine(RISKY, 33, autoreset=True), np.random.default_rng(3)
    own.reset(1)
    plain.reset(1)
    arrays = {name: np.empty_like(getattr(own, name)) for name in WRITTEN}
    own.write_into(**arrays)
    for _ in range(20):
        assert all(arrays[name].tobytes() == getattr(plain, name).tobytes() for name in WRITTEN)
        moves = legal(plain, rng)
        own.step(moves)
        plain.step(moves)


@pytest.mark.parametrize(
    ("arrays", "complaint"),
    [
        ({"mask": np.zeros((3, 5, 1), np.int8)}, r"write_into mask=int8 \(3, 5, 1\): expected a contiguous, writable int8"),
        ({"reward": np.zeros((3, 5), np.float32)}, r"write_into reward=float32 \(3, 5\): expected .* float64 \(3, 5\)"),
        ({"reward": np.zeros((5, 3)).T}, "expected a contiguous"),
        ({"rewards": np.zeros((3, 5))}, "write_into 'rewards': expected one of observation, mask, reward"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(arrays, complaint):
    with pytest.raises(ValueError, match=complaint):
        Engine(RISKY, 3).write_into(**arrays)


def test_without_observations_the_games_are_the_same():
    blind, plain, rng = Engine(RISKY, 20), Engine(RISKY, 20), np.random.default_rng(4)
    blind.reset(2)
    plain.reset(2)
    before = blind.observation.tobytes()
    for _ in range(5):
        moves = legal(plain, rng)
        blind.step(moves, observe=False)
        plain.step(moves)
        assert blind.mask.tobytes() == plain.mask.tobytes() and blind.games.tobytes() == plain.games.tobytes()
    assert blind.observation.tobytes() == before
    blind.observe()
    assert blind.observation.tobytes() == plain.observation.tobytes()


def test_memory_grows_by_the_same_amount_for_each_game():
    sizes = [
        sum(a.nbytes for a in (e.games, e.observation, e.mask, e.reward, e.illegal))
        for e in (Engine(RISKY, n) for n in (1, 7, 100))
    ]
    assert sizes[1] == 7 * sizes[0] and sizes[2] == 100 * sizes[0]


def test_no_games_and_unknown_scenarios_are_refused():
    with pytest.raises(ValueError, match="games=0: expected at least 1"):
        Engine(RISKY, 0)
    with pytest.raises(ValueError, match="scenario_ids=4: expected an index into 4 scenarios"):
        Engine(MIXED, 2, [0, 4])
    with pytest.raises(ValueError, match=r"seeds of shape \(3,\): expected \(2,\)"):
        Engine(MIXED, 2).reset(np.arange(3))
    assert SIZES == (27, 40, 64)
