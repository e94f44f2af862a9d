"""Laws that hold for every API and every scenario: spaces, masks, fresh arrays, and the same bits in any batch."""

import hashlib
import itertools
import os
import subprocess
import sys

import numba
import numpy as np
import pytest

from straits.agents.base import by_channel
from straits.envs import env, list_scenarios, load_scenario, parallel_env
from straits.envs.core.rng import game_seed
from straits.envs.simulator import global_state
from straits.envs.simulator.engine import Engine
from straits.envs.spec.constants import ACTORS, CONFLICT, N_ACTORS, N_CHANNELS, RUNNING
from straits.envs.spec.moves import MOVES, N_MOVES, OFFSETS, SIZES
from straits.envs.spec.observation import box

NOISY = load_scenario(
    "baseline", parameters={"observation_noise": 0.5, "leak_rate": 0.5, "disaster_rate": 0.1, "leadership_rate": 0.1}
)
LOW, HIGH = box().low, box().high


def any_moves(engine, rng):
    """Random choices, legal or not, (games, actors, channels)."""
    return rng.integers(0, SIZES, (len(engine), N_ACTORS, N_CHANNELS))


def legal_moves(engine, rng):
    """Random legal choices, (games, actors, channels)."""
    rows = engine.mask.reshape(-1, N_MOVES)
    return by_channel(rng.random(rows.shape), rows).reshape(len(engine), N_ACTORS, N_CHANNELS)


def visited(scenario, games=40, turns=12, seed=0):
    """An engine in the middle of its games, after legal random play."""
    engine, rng = Engine(scenario, games), np.random.default_rng(seed)
    engine.reset(seed)
    for _ in range(turns):
        engine.step(legal_moves(engine, rng))
    return engine


def check_spaces(scenario, games, turns):
    """Half of the games play legal choices and half any; what is over begins anew."""
    engine, rng = Engine(scenario, games), np.random.default_rng(1)
    engine.reset(7)
    states = global_state.box()
    for turn in range(turns):
        moves = any_moves(engine, rng)
        moves[: games // 2] = legal_moves(engine, rng)[: games // 2]
        engine.step(moves)
        assert engine.observation.dtype == np.float32
        assert (engine.observation >= LOW).all() and (engine.observation <= HIGH).all()  # NaN would fail too
        assert ((engine.mask == 0) | (engine.mask == 1)).all() and (engine.mask[:, :, OFFSETS] == 1).all()
        assert np.isfinite(engine.reward).all() and not engine.illegal[: games // 2].any()
        if turn % 20 == 0:
            vectors = global_state.vector(engine.games)
            assert (vectors >= states.low).all() and (vectors <= states.high).all()
            assert [global_state.validate_state(game) for game in engine.games[:20]] == [None] * 20
        engine.restart(engine.outcome != RUNNING)


@pytest.mark.parametrize("scenario", [*list_scenarios("all"), NOISY], ids=lambda s: getattr(s, "hash", s)[:16])
def test_observations_masks_and_states_lie_in_their_spaces(scenario):
    check_spaces(scenario if scenario is NOISY else load_scenario(scenario), games=24, turns=60)


@pytest.mark.slow
@pytest.mark.parametrize("scenario", [*list_scenarios("all"), NOISY], ids=lambda s: getattr(s, "hash", s)[:16])
def test_observations_lie_in_their_space_over_100_000_turns(scenario):
    check_spaces(scenario if scenario is NOISY else load_scenario(scenario), games=1000, turns=100)


def test_arrays_that_were_handed_out_never_change():
    game_envs = parallel_env("severe"), env("severe")
    kept = []
    rng = np.random.default_rng(3)
    for game_env in game_envs:
        game_env.reset(seed=3)
    for _ in range(1000):
        for game_env in game_envs:
            if not game_env.agents:
                game_env.reset()
        agents = game_envs[0].possible_agents
        observations, *_, infos = game_envs[0].step({agent: rng.integers(0, SIZES) for agent in agents})
        arrays = [*observations.values(), *(mask for info in infos.values() for mask in info["action_mask"])]
        arrays += [game_envs[0].state(), game_envs[0].action_mask(agents[0])]
        seen, *_, told = game_envs[1].last()
        arrays += [seen, *told["action_mask"]]
        game_envs[1].step(None if game_envs[1].last()[2] or game_envs[1].last()[3] else rng.integers(0, SIZES))
        kept += [(array, hash(array.tobytes())) for array in arrays]
    assert all(hash(array.tobytes()) == before for array, before in kept)


def test_what_is_done_to_a_returned_array_does_not_reach_the_game():
    game_env = parallel_env()
    observations, infos = game_env.reset(seed=1)
    before = game_env.get_state(), game_env.action_mask("usa").tobytes()
    for agent in game_env.agents:
        observations[agent][:] = 0.5
        for mask in infos[agent]["action_mask"]:
            mask[:] = 1
    game_env.state_dict()["tension"][:] = 1
    assert (game_env.get_state(), game_env.action_mask("usa").tobytes()) == before
    assert not np.array_equal(game_env.observe()[0]["usa"], observations["usa"])


@pytest.mark.parametrize("scenario", ["baseline", "severe", "s4_command_upgrade"])
@pytest.mark.parametrize("turns", [0, 9])
def test_every_combination_of_unmasked_choices_is_accepted_and_no_masked_one_is(scenario, turns):
    engine = visited(load_scenario(scenario), games=1, turns=turns, seed=2)
    for actor in range(N_ACTORS):
        allowed = [np.flatnonzero(engine.mask[0, actor, o : o + s]) for o, s in zip(OFFSETS, SIZES, strict=True)]
        combinations = np.array(list(itertools.product(*allowed)))
        assert (combinations == 0).all(axis=1).any()
        forked = engine.fork([0], len(combinations), resample_rng=False)
        moves = np.zeros((len(combinations), N_ACTORS, N_CHANNELS), np.int64)
        moves[:, actor] = combinations
        forked.step(moves)
        assert not forked.illegal.any() and np.array_equal(forked.games["moves"][:, actor], combinations)
        masked = [MOVES[n] for n in np.flatnonzero(engine.mask[0, actor] == 0)]
        forked = engine.fork([0], len(masked), resample_rng=False)
        moves = np.zeros((len(masked), N_ACTORS, N_CHANNELS), np.int64)
        moves[np.arange(len(masked)), actor, [move.kind.channel for move in masked]] = [move.index for move in masked]
        forked.step(moves)
        assert np.array_equal(forked.illegal != 0, moves != 0)


@pytest.mark.parametrize("scenario", ["baseline", "severe"])
def test_a_masked_choice_leaves_the_same_next_state_as_index_0(scenario):
    """Bytes of the record, whatever the other channels and the other actors do."""
    rng = np.random.default_rng(5)
    for turns in (0, 1, 7, 20):
        engine = visited(load_scenario(scenario), games=30, turns=turns, seed=turns)
        moves = any_moves(engine, rng)
        places = moves + np.array(OFFSETS)
        legal = np.take_along_axis(engine.mask, places.reshape(len(engine), N_ACTORS, N_CHANNELS), axis=2) != 0
        idle, running = engine.fork(np.arange(len(engine)), 1, resample_rng=False), engine.outcome == RUNNING
        engine.step(moves)
        idle.step(np.where(legal, moves, 0))
        assert np.array_equal(engine.illegal[running] == 0, legal[running])
        assert engine.games.tobytes() == idle.games.tobytes()
        assert engine.observation.tobytes() == idle.observation.tobytes() and engine.mask.tobytes() == idle.mask.tobytes()


@pytest.fixture(scope="module")
def tapes():
    """200 games of the Parallel API on random tapes: seeds, moves, and what it told in each turn."""
    rng = np.random.default_rng(8)
    games, turns = 200, load_scenario("severe").horizon
    game_env = parallel_env("severe")
    moves = rng.integers(0, SIZES, (games, turns, N_ACTORS, N_CHANNELS))
    told = []
    for seed in range(games):
        game_env.reset(seed=seed)
        told.append([])
        for turn in range(turns):
            if game_env.agents:
                observations, rewards, *_, infos = game_env.step(dict(zip(ACTORS, moves[seed, turn], strict=True)))
                masks = [game_env.action_mask(agent) for agent in ACTORS]
                told[-1].append(
                    (np.stack([*observations.values()]), np.stack(masks), [*rewards.values()], game_env.engine.games.tobytes())
                )
                assert [info["illegal_channels"] != () for info in infos.values()] == game_env.engine.illegal[0].any(
                    axis=1
                ).tolist()
    return moves, told


@pytest.mark.parametrize(("size", "threads"), [(1, 1), (7, 1), (1024, 1), (1024, 2)])
def test_a_batch_plays_each_game_as_the_parallel_face_does(tapes, size, threads):
    moves, told = tapes
    if threads > numba.config.NUMBA_NUM_THREADS:
        pytest.skip("this machine has one thread")
    before = numba.get_num_threads()
    numba.set_num_threads(threads)
    try:
        for first in range(0, len(told), size):
            _compare(moves, told, np.arange(first, first + size) % len(told))
    finally:
        numba.set_num_threads(before)


def _compare(moves, told, games):
    """Play these games, by number, as one batch; shuffled, so that the lane does not matter."""
    games = np.random.default_rng(len(games)).permutation(games)
    engine = Engine(load_scenario("severe"), len(games))
    engine.reset(np.array([game_seed(int(seed), 0) for seed in games], np.uint64))
    for turn in range(moves.shape[1]):
        engine.step(moves[games, turn])
        for lane in range(min(len(games), 200)):
            if turn < len(told[games[lane]]):
                observation, mask, rewards, record = told[games[lane]][turn]
                assert engine.observation[lane].tobytes() == observation.tobytes()
                assert engine.mask[lane].tobytes() == mask.tobytes()
                assert engine.reward[lane].tolist() == rewards
                assert engine.games[lane : lane + 1].tobytes() == record


def test_uncompiled_rules_give_the_same_bits():
    code = (
        "import hashlib, numpy as np; from straits.envs.simulator.engine import Engine\n"
        "from straits.envs.scenarios.scenario import load_scenario\n"
        "from straits.envs.spec.moves import SIZES\n"
        "rates = {'observation_noise': 0.2, 'leak_rate': 0.5, 'disaster_rate': 0.1, 'hazard_rate': 0}\n"
        "scenario = load_scenario('severe', parameters=rates)\n"
        "engine, rng, digest = Engine(scenario, 2), np.random.default_rng(4), hashlib.sha256()\n"
        "engine.reset(5)\n"
        "for _ in range(6):\n"
        "    engine.step(rng.integers(0, SIZES, (2, 5, 3)))\n"
        "    for array in (engine.games, engine.observation, engine.mask, engine.reward, engine.illegal):\n"
        "        digest.update(array.tobytes())\n"
        "print(digest.hexdigest(), engine.games['turn'].tolist())\n"
    )
    told = set()
    for uncompiled in ("0", "1"):
        environment = {**os.environ, "NUMBA_DISABLE_JIT": uncompiled}
        done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, env=environment)
        assert done.returncode == 0, done.stderr
        told.add(done.stdout)
    assert len(told) == 1 and told.pop().endswith("[6, 6]\n")


def test_games_that_are_over_stand_still():
    engine = Engine(load_scenario("baseline", parameters={"hazard_rate": 1, "hazard_floor": 1}), 64)
    engine.reset(1)
    rng = np.random.default_rng(1)
    while not (engine.outcome == CONFLICT).any():
        engine.step(any_moves(engine, rng))
    over = engine.outcome != RUNNING
    before = hashlib.sha256(engine.games[over].tobytes()).digest()
    engine.step(any_moves(engine, rng))
    assert hashlib.sha256(engine.games[over].tobytes()).digest() == before
