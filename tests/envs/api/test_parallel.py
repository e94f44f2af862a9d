"""The Parallel API: PettingZoo's contract, seeds, endings, rewards, flat and strict modes, and complaints that help."""

import copy
import os
import pickle
import subprocess
import sys
import types
import warnings

import numpy as np
import pettingzoo
import pytest
from gymnasium import spaces
from pettingzoo.test import max_cycles_test, parallel_api_test, parallel_seed_test

import straits.envs
from straits.envs import env, load_scenario, parallel_env
from straits.envs.api.actions import ACTION_FORMATS
from straits.envs.core.rng import game_seed
from straits.envs.simulator.engine import Engine
from straits.envs.spec.constants import ACTORS, COMPONENTS
from straits.envs.spec.moves import N_MOVES, SIZES, choice
from straits.envs.spec.observation import N_OBSERVATION

ACCEPTED = ("agents to be named in the format", "should be gymnasium.spaces.box")  # the advice that we do not take
CALM = load_scenario("baseline", parameters={"hazard_rate": 0, "disaster_rate": 0})
DOOMED = load_scenario(
    "baseline", parameters={"hazard_rate": 1, "hazard_floor": 1}, state={"tension.usa.china": 1, "tension.china.usa": 1}
)


def idle(agents):
    return {agent: np.zeros(3, np.int64) for agent in agents}


def sampled(game_env, infos):
    return {agent: game_env.action_space(agent).sample(infos[agent]["action_mask"]) for agent in game_env.agents}


def as_bytes(observations, rewards, terminations, truncations, infos):
    """All that a step returns, to compare bit for bit."""
    seen = b"".join(array.tobytes() for array in observations.values())
    masks = b"".join(np.concatenate([*info["action_mask"]]).tobytes() for info in infos.values())
    told = [(info["reward_components"], info["illegal_channels"]) for info in infos.values()]
    return seen, masks, repr((list(observations), rewards, terminations, truncations, told))


def play(game_env, turns, seed=None, tape=0):
    """What random play returns over some turns, over as many games as that takes. The action spaces draw by `tape`."""
    rng = np.random.default_rng(tape)
    told = []
    game_env.reset(seed=seed)
    for _ in range(turns):
        if not game_env.agents:
            game_env.reset()
        actions = {agent: rng.integers(0, SIZES) for agent in game_env.agents}
        told.append(as_bytes(*game_env.step(actions)))
    return told


@pytest.mark.parametrize("flat", [False, True])
def test_passes_pettingzoos_own_tests(flat, capsys):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        parallel_api_test(parallel_env(action_format=ACTION_FORMATS[flat]), 300)
        parallel_seed_test(lambda: parallel_env(action_format=ACTION_FORMATS[flat]), 300)
    ours = [str(w.message) for w in caught if "old environment creation" not in str(w.message)]
    assert [message for message in ours if not any(known in message for known in ACCEPTED)] == []


def test_plays_as_many_turns_as_max_cycles_says():
    game_envs = types.SimpleNamespace(
        parallel_env=lambda **k: parallel_env(CALM, **k),
        env=lambda **k: env(CALM, **k),
    )
    max_cycles_test(game_envs)


def test_max_cycles_is_read_at_reset_alone():
    game_env = parallel_env(CALM, max_cycles=3)
    game_env.reset(seed=1)
    game_env.max_cycles = 5
    for _ in range(3):
        *_, truncations, _ = game_env.step(idle(game_env.agents))
    assert all(truncations.values())
    game_env.reset()
    assert game_env.episode_stats()["horizon"] == 5


def test_stands_in_both_registries():
    for kind, of in (("parallel", pettingzoo.ParallelEnv), ("aec", pettingzoo.AECEnv)):
        made = pettingzoo.make(kind, "straits-v1", max_cycles=7, scenario="calm")
        assert isinstance(made, of)
        assert str(made) == str(pettingzoo.make(kind, "straits")) == "straits_v1"
        made.reset(seed=0)
        assert made.episode_stats()["horizon"] == 7


def test_importing_the_package_loads_nothing_heavy():
    code = "import sys, straits.envs; print([m for m in ('torch', 'stable_baselines3', 'hydra', 'numba') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    code = "import sys; from straits.envs import env; env().reset(); print([m for m in ('torch', 'hydra') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_unknown_names_of_the_package_raise_attribute_error():
    with pytest.raises(AttributeError, match="no_such"):
        _ = straits.envs.no_such


def test_agents_are_the_actors_under_the_scenarios_labels_and_order():
    assert parallel_env().possible_agents == list(ACTORS)
    anonymous = load_scenario("anonymous")
    game_env = parallel_env(anonymous)
    assert game_env.possible_agents == [anonymous.labels[actor] for actor in anonymous.order]


def test_an_anonymous_game_is_the_same_game_under_other_names():
    plain, masked = parallel_env("baseline"), parallel_env("anonymous")
    labels = masked.scenario.labels
    rng = np.random.default_rng(4)
    seen, _ = plain.reset(seed=8)
    same, _ = masked.reset(seed=8)
    while plain.agents:
        actions = {actor: rng.integers(0, SIZES) for actor in ACTORS}
        seen, rewards, _, _, infos = plain.step(actions)
        same, paid, _, _, told = masked.step({labels[actor]: action for actor, action in actions.items()})
        for actor in ACTORS:
            assert seen[actor].tobytes() == same[labels[actor]].tobytes()
            assert rewards[actor] == paid[labels[actor]]
            assert infos[actor]["illegal_channels"] == told[labels[actor]]["illegal_channels"]
            assert np.array_equal(plain.action_mask(actor), masked.action_mask(labels[actor]))


def test_spaces_are_one_object_an_agent_and_hold_what_is_given():
    game_env = parallel_env()
    observations, infos = game_env.reset(seed=2)
    boxes = {id(game_env.observation_space(agent)) for agent in game_env.agents}
    actions = {id(game_env.action_space(agent)) for agent in game_env.agents}
    assert len(boxes) == len(actions) == 5
    for agent in game_env.agents:
        assert game_env.observation_space(agent) is game_env.observation_space(agent)
        assert game_env.action_space(agent) == spaces.MultiDiscrete(list(SIZES))
        assert game_env.observation_space(agent).shape == (N_OBSERVATION,)
        assert game_env.observation_space(agent).contains(observations[agent])
        assert game_env.action_space(agent).contains(game_env.action_space(agent).sample(infos[agent]["action_mask"]))


def test_infos_hold_the_mask_the_components_and_what_was_turned_down_and_no_more():
    game_env = parallel_env()
    _, infos = game_env.reset(seed=2)
    assert list(infos) == game_env.possible_agents
    for agent in game_env.agents:
        assert set(infos[agent]) == {"action_mask", "reward_components", "illegal_channels"}
        assert [mask.dtype for mask in infos[agent]["action_mask"]] == [np.int8] * 3
        assert [len(mask) for mask in infos[agent]["action_mask"]] == list(SIZES)
        assert infos[agent]["illegal_channels"] == ()
        flat = game_env.action_mask(agent)
        assert flat.dtype == np.int8 and flat.shape == (N_MOVES,)
        assert np.array_equal(flat, np.concatenate(infos[agent]["action_mask"]))


def test_rewards_are_floats_and_the_sum_of_their_components():
    game_env = parallel_env("severe")
    _, infos = game_env.reset(seed=3)
    while game_env.agents:
        _, rewards, terminations, truncations, infos = game_env.step(sampled(game_env, infos))
        for agent, reward in rewards.items():
            components = infos[agent]["reward_components"]
            assert type(reward) is float and list(components) == list(COMPONENTS)
            total = 0.0
            for value in components.values():
                total += value
            assert total == reward  # to the bit: they are summed in this order
        assert {type(v) for v in (*terminations.values(), *truncations.values())} == {bool}


def test_conflict_terminates_all_and_the_horizon_truncates_all():
    doomed = parallel_env(DOOMED)
    doomed.reset(seed=0)
    while doomed.agents:
        *_, terminations, truncations, _ = doomed.step(idle(doomed.agents))
    assert all(terminations.values()) and not any(truncations.values())
    assert doomed.episode_stats()["outcome"] == "conflict" and len(doomed.episode_stats()["belligerents"]) == 2
    peaceful = parallel_env(CALM)
    peaceful.reset(seed=0)
    while peaceful.agents:
        *_, terminations, truncations, _ = peaceful.step(idle(peaceful.agents))
    assert all(truncations.values()) and not any(terminations.values())
    assert peaceful.episode_stats()["turn"] == CALM.horizon and peaceful.episode_stats()["belligerents"] == ()


def test_agents_is_a_list_of_its_own_that_empties_at_the_end():
    game_env = parallel_env(CALM, max_cycles=1)
    game_env.reset(seed=0)
    assert game_env.agents == game_env.possible_agents and game_env.agents is not game_env.possible_agents
    observations, *_, infos = game_env.step(idle(game_env.agents))
    assert game_env.agents == [] and list(observations) == list(infos) == game_env.possible_agents == list(ACTORS)


def test_reset_without_a_seed_goes_on_to_the_next_game_of_that_seed():
    one, two = parallel_env(), parallel_env()
    first, again = play(one, 20, seed=11), play(two, 20, seed=11)
    assert first == again
    second, third = play(one, 20), play(one, 20)
    assert second == play(two, 20) and third == play(two, 20)
    assert len({repr(first), repr(second), repr(third)}) == 3
    assert one.state_dict()["seed"] == game_seed(11, 0) and one.state_dict()["episode"] == two.state_dict()["episode"]
    assert play(one, 20, seed=11) == first


def test_seed_zero_is_a_seed_like_any_other():
    assert play(parallel_env(), 10, seed=0) == play(parallel_env(), 10, seed=0) != play(parallel_env(), 10, seed=1)


def test_without_any_seed_two_environments_differ():
    one, two = parallel_env(), parallel_env()
    one.reset()
    two.reset()
    assert one.state_dict()["seed"] != two.state_dict()["seed"]


def test_ten_thousand_seeds_start_ten_thousand_streams():
    assert len({game_seed(seed, 0) for seed in range(10_000)}) == 10_000


def test_500_turns_are_the_same_in_new_processes_with_other_hash_seeds():
    code = (
        "import hashlib, numpy as np; from straits.envs import parallel_env; from straits.envs.spec.moves import SIZES\n"
        "game_env, rng, digest = parallel_env('severe'), np.random.default_rng(5), hashlib.sha256()\n"
        "game_env.reset(seed=17)\n"
        "for _ in range(500):\n"
        "    if not game_env.agents: game_env.reset()\n"
        "    told = game_env.step({agent: rng.integers(0, SIZES) for agent in game_env.agents})\n"
        "    for array in told[0].values(): digest.update(array.tobytes())\n"
        "    infos = [(i['reward_components'], i['illegal_channels']) for i in told[4].values()]\n"
        "    digest.update(repr((told[1:4], infos)).encode())\n"
        "    for info in told[4].values(): digest.update(np.concatenate(info['action_mask']).tobytes())\n"
        "print(digest.hexdigest())\n"
    )
    digests = set()
    for hash_seed in ("0", "1", "4242"):
        done = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
        )
        digests.add(done.stdout.strip())
    assert len(digests) == 1 and len(digests.pop()) == 64


def test_a_copy_and_a_pickle_play_on_alike_and_leave_the_original_alone():
    game_env = parallel_env()
    play(game_env, 5, seed=6)
    before = game_env.get_state()
    twins = [copy.deepcopy(game_env), pickle.loads(pickle.dumps(game_env)), copy.copy(game_env).fork(1, resample_rng=False)[0]]
    played = [as_bytes(*twin.step(idle(twin.agents))) for twin in twins]
    assert game_env.get_state() == before
    assert played == [as_bytes(*game_env.step(idle(game_env.agents)))] * 3


def test_a_copied_engine_has_memory_of_its_own():
    engine = Engine(CALM, 3)
    engine.reset(1)
    twin = copy.deepcopy(engine)
    twin.step(np.zeros((3, 5, 3), np.int64))
    assert twin.games["turn"].tolist() == [1, 1, 1] and engine.games["turn"].tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    ("ask", "complaint"),
    [
        (lambda: parallel_env("basline"), r"scenario='basline': expected .*did you mean baseline\?"),
        (lambda: parallel_env("nowhere/x.yaml"), r"scenario='nowhere/x.yaml': expected a file"),
        (lambda: parallel_env(max_cycles=0), r"max_cycles=0: expected None or a whole number 1\.\.9999"),
        (lambda: parallel_env(max_cycles=2.5), r"max_cycles=2.5: expected"),
        (lambda: parallel_env(render_mode="svg"), r"render_mode='svg': expected None or one of ansi, rgb_array, human"),
        (lambda: parallel_env().reset(seed=-1), r"seed=-1: expected a whole number from 0"),
        (lambda: parallel_env().reset(seed=0.5), r"seed=0.5: expected"),
        (lambda: parallel_env().step({}), r"turn=None: expected reset\(\)"),
        (lambda: parallel_env().state(), r"turn=None: expected reset\(\)"),
        (lambda: parallel_env().action_space("uk"), r"agent='uk': expected one of usa"),
    ],
)
def test_bad_arguments_are_named_with_value_and_expectation(ask, complaint):
    with pytest.raises(ValueError, match=complaint):
        ask()


def test_stepping_a_finished_game_says_how_it_ended():
    game_env = parallel_env(CALM, max_cycles=2)
    game_env.reset(seed=0)
    for _ in range(2):
        game_env.step(idle(ACTORS))
    with pytest.raises(ValueError, match=r"outcome=horizon at turn 2: expected a running game; reset\(\) starts the next one"):
        game_env.step(idle(ACTORS))


def test_metrics_tell_the_facts_of_the_game():
    game_env = parallel_env(CALM)
    game_env.reset(seed=1)
    assert game_env.episode_stats()["first"] is None and game_env.episode_stats()["peak_rung"] == 0
    game_env.step({**idle(ACTORS), "china": np.array(choice("exercise.taiwan_strait"))})
    told = game_env.episode_stats()
    assert told["first"] == "china" and told["peak_rung"] == 5 and told["turn"] == 1 and told["outcome"] == "running"
    assert (
        told["peak_tension"] == game_env.state_dict()["peak_tension"] > 0
        and told["incidents"] == game_env.state_dict()["incidents"]
    )
