"""Actions: what can be one in either mode, what is turned down, what is refused, and what a complaint says."""

import numpy as np
import pytest
from gymnasium import spaces

from straits.envs import parallel_env
from straits.envs.api.actions import FLAT_CHOICES, N_FLAT, flat_number, name_of
from straits.envs.spec.constants import ACTORS, CHANNELS
from straits.envs.spec.moves import MOVES, N_MOVES, SIZES, choice


def idle(agents):
    return {agent: np.zeros(3, np.int64) for agent in agents}


def sampled(game_env, infos):
    return {agent: game_env.action_space(agent).sample(infos[agent]["action_mask"]) for agent in game_env.agents}


def test_flat_mode_has_index_0_idle_and_one_move_for_each_other_number():
    game_env = parallel_env(action_format="discrete")
    _, infos = game_env.reset(seed=1)
    assert game_env.action_space("usa") == spaces.Discrete(N_FLAT) and N_FLAT == N_MOVES - 2
    assert FLAT_CHOICES[0].tolist() == [0, 0, 0] and name_of(0) == "idle"
    assert sorted(map(tuple, FLAT_CHOICES.tolist())) == sorted({choice(move.name) for move in MOVES})
    for move in MOVES:
        assert tuple(FLAT_CHOICES[flat_number(move)]) == choice(move.name)
        assert move.index == 0 or name_of(flat_number(move)) == move.name
    assert np.array_equal(infos["usa"]["action_mask"], game_env.action_mask("usa"))


def test_flat_and_full_mode_play_the_same_game():
    flat, full = parallel_env(action_format="discrete"), parallel_env()
    _, infos = flat.reset(seed=9)
    full.reset(seed=9)
    while flat.agents:
        actions = sampled(flat, infos)
        for agent in flat.agents:
            allowed = {name_of(n) for n in np.flatnonzero(infos[agent]["action_mask"]) if n}
            assert allowed == {MOVES[n].name for n in np.flatnonzero(full.action_mask(agent)) if MOVES[n].index > 0}
        observations, rewards, _, _, infos = flat.step(actions)
        same, paid, *_ = full.step({agent: FLAT_CHOICES[action] for agent, action in actions.items()})
        assert all(observations[agent].tobytes() == same[agent].tobytes() for agent in same) and rewards == paid
        assert all(info["illegal_channels"] == () for info in infos.values())


def test_actions_may_come_as_lists_tuples_and_any_kind_of_integer():
    game_env = parallel_env()
    game_env.reset(seed=1)
    states = set()
    for given in ([1, 2, 3], (1, 2, 3), np.array([1, 2, 3], np.int32), np.array([1, 2, 3], np.uint64), [np.int8(1), 2, 3]):
        twin = game_env.fork(1, resample_rng=False)[0]
        twin.step({agent: given if agent == "japan" else np.array([1, 2, 3]) for agent in twin.agents})
        states.add(twin.get_state())
    assert len(states) == 1
    flat = parallel_env(action_format="discrete")
    flat.reset(seed=1)
    flat.step({"usa": 0, "japan": np.int32(0), "china": np.array(0), "taiwan": np.uint8(0), "philippines": np.int64(0)})


def test_a_choice_out_of_turn_becomes_idle_and_only_its_own_agent_is_told():
    game_env = parallel_env()
    _, infos = game_env.reset(seed=1)
    statement = int(np.flatnonzero(infos["china"]["action_mask"][1] == 0)[0])
    twin = game_env.fork(1, resample_rng=False)[0]
    _, _, _, _, infos = game_env.step({**idle(ACTORS), "china": np.array([0, statement, 0])})
    twin.step(idle(ACTORS))
    assert {agent: info["illegal_channels"] for agent, info in infos.items()} == {
        a: (CHANNELS[1],) if a == "china" else () for a in ACTORS
    }
    assert game_env.engine.games.tobytes() == twin.engine.games.tobytes()
    _, _, _, _, infos = game_env.step(idle(ACTORS))
    assert infos["china"]["illegal_channels"] == ()


def test_strict_mode_refuses_a_choice_out_of_turn_before_anything_happens():
    game_env = parallel_env(on_illegal="raise")
    _, infos = game_env.reset(seed=1)
    act = int(np.flatnonzero(infos["china"]["action_mask"][2] == 0)[0])
    before = game_env.get_state()
    with pytest.raises(ValueError, match=rf"actions\['china'\], act={act} \(.+\): expected one of the \d+ legal choices"):
        game_env.step({**idle(ACTORS), "china": np.array([0, 0, act])})
    assert game_env.get_state() == before
    while game_env.agents:
        _, _, _, _, infos = game_env.step(sampled(game_env, infos))


@pytest.mark.parametrize(
    ("actions", "complaint"),
    [
        (lambda all: {}, r"actions: nothing for 'usa': expected an action of each of usa, japan"),
        (lambda all: {a: all[a] for a in ACTORS[:4]}, r"nothing for 'philippines'"),
        (lambda all: {**all, "chnia": [0, 0, 0]}, r"agent='chnia': expected one of usa.* \(did you mean china\?\)"),
        (lambda all: [0, 0, 0], r"actions=\[0, 0, 0\]: expected a dict"),
        (lambda all: None, r"actions=None: expected a dict"),
        (lambda all: {**all, "japan": [0, 0]}, r"actions\['japan'\]=\[0, 0\]: expected three whole numbers \(deployment 0\.\.26"),
        (lambda all: {**all, "japan": np.zeros((1, 3), int)}, r"actions\['japan'\].*expected three whole numbers"),
        (lambda all: {**all, "japan": 3}, r"actions\['japan'\]=3: expected three"),
        (lambda all: {**all, "japan": None}, r"actions\['japan'\]=None: expected three"),
        (lambda all: {**all, "japan": np.zeros(3)}, r"actions\['japan'\]=array\(\[0., 0., 0.\]\): expected three whole"),
        (lambda all: {**all, "japan": [0, SIZES[1], 0]}, r"actions\['japan'\].*statement 0\.\.39"),
        (lambda all: {**all, "japan": [0, 0, -1]}, r"actions\['japan'\]=\[0, 0, -1\]: expected three"),
        (lambda all: {**all, "japan": np.array([0, 0, 2**64 - 1], np.uint64)}, r"actions\['japan'\]"),
        (lambda all: {**all, "japan": [[0], [0, 0], 1]}, r"actions\['japan'\]"),
        (lambda all: {**all, "japan": "hold"}, r"actions\['japan'\]='hold'"),
    ],
)
def test_what_can_be_no_action_raises_one_clear_error_and_changes_nothing(actions, complaint):
    game_env = parallel_env()
    game_env.reset(seed=1)
    before = game_env.get_state()
    with pytest.raises(ValueError, match=complaint):
        game_env.step(actions(idle(ACTORS)))
    assert game_env.get_state() == before


@pytest.mark.parametrize("action", [N_FLAT, -1, 0.0, None, [0], "hold", [0, 0, 0]])
def test_flat_mode_names_its_range(action):
    game_env = parallel_env(action_format="discrete")
    game_env.reset(seed=1)
    with pytest.raises(ValueError, match=rf"actions\['taiwan'\]=.*: expected a whole number 0\.\.{N_FLAT - 1}"):
        game_env.step({**dict.fromkeys(ACTORS, 0), "taiwan": action})
