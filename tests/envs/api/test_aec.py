"""The AEC API: PettingZoo's contract, and bit for bit the games of the Parallel API."""

import warnings

import numpy as np
import pytest
from pettingzoo.test import api_test, render_test, seed_test
from pettingzoo.test.state_test import state_test
from pettingzoo.utils.conversions import aec_to_parallel

from straits.envs import env, load_scenario, parallel_env, raw_env
from straits.envs.api.actions import ACTION_FORMATS, N_FLAT
from straits.envs.spec.constants import ACTORS
from straits.envs.spec.moves import SIZES, choice

ACCEPTED = ("agents to be named in the format", "should be gymnasium.spaces.box")
CALM = load_scenario("baseline", parameters={"hazard_rate": 0})
DEEDS = {**dict.fromkeys(ACTORS, np.zeros(3, int)), "china": np.array(choice("exercise.taiwan_strait"))}


def same_info(one, two):
    return (
        all(np.array_equal(a, b) for a, b in zip(one["action_mask"], two["action_mask"], strict=True))
        and one["reward_components"] == two["reward_components"]
        and one["illegal_channels"] == two["illegal_channels"]
    )


@pytest.mark.parametrize("flat", [False, True])
def test_passes_pettingzoos_own_tests(flat, capsys):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        api_test(env(action_format=ACTION_FORMATS[flat]), 300)
        seed_test(lambda: env(action_format=ACTION_FORMATS[flat]), 300)
        state_test(env(action_format=ACTION_FORMATS[flat]), parallel_env(action_format=ACTION_FORMATS[flat]), 60)
        render_test(lambda **settings: env(action_format=ACTION_FORMATS[flat], **settings))
    ours = [str(w.message) for w in caught if "old environment creation" not in str(w.message)]
    assert [message for message in ours if not any(known in message for known in ACCEPTED)] == []


@pytest.mark.parametrize("scenario", ["baseline", "severe", "anonymous"])
def test_plays_the_games_of_the_parallel_face_bit_for_bit(scenario):
    """50 seeded games over the three, random choices that are often not legal, to the last dead step."""
    one, other = env(scenario), parallel_env(scenario)
    order = other.possible_agents
    for seed in range(17):
        rng = np.random.default_rng(seed)
        one.reset(seed=seed)
        observations, infos = other.reset(seed=seed)
        rewards = dict.fromkeys(order, 0)
        while other.agents:
            actions = {agent: rng.integers(0, SIZES) for agent in order}
            for agent in order:
                assert one.agent_selection == agent
                seen, paid, terminated, truncated, told = one.last()
                assert seen.tobytes() == observations[agent].tobytes() and paid == rewards[agent]
                assert not terminated and not truncated and same_info(told, infos[agent])
                one.step(actions[agent])
            observations, rewards, terminations, truncations, infos = other.step(actions)
            assert one.state().tobytes() == other.state().tobytes()
        for agent in sorted(order):  # PettingZoo's converter lets the dead step in this order
            assert one.agent_selection == agent
            seen, paid, terminated, truncated, told = one.last()
            assert seen.tobytes() == observations[agent].tobytes() and paid == rewards[agent]
            assert (terminated, truncated) == (terminations[agent], truncations[agent]) and same_info(told, infos[agent])
            one.step(None)
        assert one.agents == []


def test_the_closing_reward_comes_in_the_dead_step():
    game_env = env(CALM, max_cycles=1)
    game_env.reset(seed=0)
    for actor in ACTORS:
        assert game_env.last()[1] == 0
        game_env.step(DEEDS[actor])
    closing = {}
    for agent in game_env.agent_iter():
        closing[agent] = game_env.last()[1]
        game_env.step(None)
    twin = parallel_env(CALM, max_cycles=1)
    twin.reset(seed=0)
    _, rewards, *_ = twin.step(DEEDS)
    assert closing == rewards and all(closing.values())


def test_goes_back_to_the_parallel_face_it_was_made_of():
    game_env = env()
    assert aec_to_parallel(game_env) is game_env.unwrapped is game_env.env.env


def test_offers_what_the_parallel_face_offers_beyond_pettingzoo():
    game_env, twin = env(), parallel_env()
    game_env.reset(seed=3)
    twin.reset(seed=3)
    assert game_env.episode_stats() == twin.episode_stats() and game_env.state_space == twin.state_space
    assert np.array_equal(game_env.action_mask("japan"), twin.action_mask("japan"))
    assert repr(game_env.state_dict()) == repr(twin.state_dict())


def test_an_action_that_can_be_none_is_refused_when_it_is_given():
    game_env = env()
    game_env.reset(seed=1)
    game_env.step(np.zeros(3, int))
    for action in (np.array([0, 0, 99]), None, [0, 0]):
        with pytest.raises(ValueError, match=r"actions\['japan'\]=.*: expected three whole numbers"):
            game_env.step(action)
    assert game_env.agent_selection == "japan"
    flat = env(action_format="discrete")
    flat.reset(seed=1)
    with pytest.raises(ValueError, match=rf"actions\['usa'\]={N_FLAT}: expected a whole number 0\.\."):
        flat.step(N_FLAT)


def test_strict_mode_refuses_at_the_agent_whose_choice_is_out_of_turn():
    game_env = env(on_illegal="raise")
    game_env.reset(seed=1)
    game_env.step(np.zeros(3, int))
    act = int(np.flatnonzero(game_env.last()[4]["action_mask"][2] == 0)[0])
    with pytest.raises(ValueError, match=rf"actions\['japan'\], act={act}"):
        game_env.step(np.array([0, 0, act]))
    assert game_env.agent_selection == "japan"


def test_an_action_is_taken_as_it_was_when_it_was_given():
    game_env, twin = env(CALM), env(CALM)
    game_env.reset(seed=1)
    twin.reset(seed=1)
    buffer = np.zeros(3, int)
    for n in range(5):
        buffer[:] = (0, 1, 0) if n == 0 else (0, 0, 0)
        game_env.step(buffer)
        twin.step(buffer.copy())
    assert game_env.get_state() == twin.get_state() and game_env.state_dict()["moves"][0].tolist() == [0, 1, 0]


def test_stepping_a_finished_game_says_how_it_ended():
    game_env = env(CALM, max_cycles=1)
    game_env.reset(seed=0)
    for _ in game_env.agent_iter():
        game_env.step(None if game_env.last()[3] else np.zeros(3, int))
    with pytest.raises(ValueError, match=r"outcome=horizon at turn 1: expected a running game"):
        game_env.step(np.zeros(3, int))


def test_before_reset_nothing_can_be_asked():
    game_env = env()
    with pytest.raises(AttributeError, match="before reset"):
        _ = game_env.agents
    with pytest.raises(AssertionError, match="reset"):
        game_env.step(np.zeros(3, int))
    raw = raw_env()
    raw.reset(seed=0)
    assert raw.agents == list(ACTORS)
