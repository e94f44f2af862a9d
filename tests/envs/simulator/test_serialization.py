"""States as bytes, and forks: what is restored goes on bit for bit, in another process too, and damage is named."""

import hashlib
import subprocess
import sys

import numpy as np
import pytest

from straits.envs import env, load_scenario, parallel_env
from straits.envs.api.actions import N_FLAT
from straits.envs.core.state import STATE_VERSION
from straits.envs.simulator import serialization
from straits.envs.simulator.engine import Engine
from straits.envs.simulator.serialization import MAGIC

TURNS = (1, 2, 4, 8, 16, 32)
LONG = load_scenario("baseline", horizon=40, parameters={"hazard_rate": 0, "leak_rate": 0.2, "disaster_rate": 0.05})
CONTINUE = """
import sys, numpy as np
from straits.envs import env, load_scenario, parallel_env
from straits.envs.spec.moves import SIZES
def tape(turn, agent):
    return np.random.default_rng([turn, *agent.encode()]).integers(0, SIZES)
def finish(game_env):
    told = []
    if hasattr(game_env, "agent_iter"):
        for agent in game_env.agent_iter():
            seen, reward, terminated, truncated, info = game_env.last()
            told.append((agent, seen.tobytes(), float(reward), terminated, truncated, repr(info)))
            game_env.step(None if terminated or truncated else tape(game_env.episode_stats()["turn"], agent))
    while game_env.agents:
        turn = game_env.episode_stats()["turn"]
        observations, *rest, infos = game_env.step({agent: tape(turn, agent) for agent in game_env.agents})
        told.append((b"".join(o.tobytes() for o in observations.values()), repr(rest), repr(infos)))
    game_env.reset()
    return repr((told, game_env.state().tobytes()))
"""
SCENARIO = "load_scenario('baseline', horizon=40, parameters={'hazard_rate': 0, 'leak_rate': 0.2, 'disaster_rate': 0.05})"
_here = {}
exec(CONTINUE, _here)  # the same lines here and in the other process
tape, finish = _here["tape"], _here["finish"]


def at_turn(turn, seed=5):
    game_env = parallel_env(LONG)
    game_env.reset(seed=seed)
    for n in range(turn):
        game_env.step({agent: tape(n, agent) for agent in game_env.agents})
    return game_env


def aec_at(moves, seed=5):
    game_env = env(LONG)
    game_env.reset(seed=seed)
    for _ in range(moves):
        agent = game_env.agent_selection
        game_env.step(None if game_env.last()[2] or game_env.last()[3] else tape(game_env.episode_stats()["turn"], agent))
    return game_env


def elsewhere(states, make):
    """What a new process tells that goes on from these states."""
    lines = f"{CONTINUE}\nfor line in sys.stdin:\n    game_env = {make}({SCENARIO})\n    game_env.set_state(bytes.fromhex(line))\n"
    lines += "    import hashlib\n    print(hashlib.sha256(finish(game_env).encode()).hexdigest())\n"
    done = subprocess.run(
        [sys.executable, "-c", lines], input="\n".join(s.hex() for s in states), capture_output=True, text=True, check=True
    )
    return done.stdout.split()


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


def test_a_restored_game_and_a_fork_go_on_bit_for_bit_here_and_in_another_process():
    states, ends = [], []
    for turn in TURNS:
        game_env = at_turn(turn)
        state, observations = game_env.get_state(), game_env.observe()[0]
        fork = game_env.fork(1, resample_rng=False)[0]
        restored = parallel_env(LONG)
        restored.set_state(state)
        assert restored.get_state() == state == fork.get_state() and restored.episode_stats() == game_env.episode_stats()
        assert all(restored.observe()[0][agent].tobytes() == seen.tobytes() for agent, seen in observations.items())
        end = finish(game_env)
        assert finish(restored) == end == finish(fork)
        states.append(state)
        ends.append(digest(end))
    assert elsewhere(states, "parallel_env") == ends


def test_the_aec_face_too_in_the_middle_of_a_turn_and_among_the_dead():
    """Five moves a turn, 40 turns, then five dead steps."""
    states, ends = [], []
    for moves in (0, 1, 4, 5, 13, 82, 163, 199, 200, 201, 204, 205):
        game_env = aec_at(moves)
        state = game_env.get_state()
        restored, fork = env(LONG), game_env.fork(1, resample_rng=False)[0]
        restored.set_state(state)
        for twin in (restored, fork):
            assert twin.get_state() == state
            assert (twin.agents, twin.agent_selection) == (game_env.agents, game_env.agent_selection)
            assert (twin.rewards, twin.terminations, twin.truncations) == (
                game_env.rewards,
                game_env.terminations,
                game_env.truncations,
            )
            assert list(twin.infos) == [agent for agent in game_env.infos if agent in game_env.agents] or not game_env.agents
        end = finish(game_env)
        assert finish(restored) == end == finish(fork)
        states.append(state)
        ends.append(digest(end))
    assert elsewhere(states, "env") == ends


def test_restoring_in_an_environment_that_plays_another_game_leaves_no_trace():
    state = at_turn(8).get_state()
    other = at_turn(20, seed=6)
    other.set_state(state)
    fresh = parallel_env(LONG)
    fresh.set_state(state)
    assert finish(other) == finish(fresh)


def test_a_state_can_be_restored_many_times():
    game_env = at_turn(4)
    state = game_env.get_state()
    ends = set()
    for _ in range(3):
        game_env.set_state(state)
        ends.add(finish(game_env))
    assert len(ends) == 1


def test_the_channels_that_were_turned_down_are_restored():
    game_env = parallel_env()
    _, infos = game_env.reset(seed=1)
    act = int(np.flatnonzero(infos["china"]["action_mask"][2] == 0)[0])
    *_, infos = game_env.step({agent: np.array([0, 0, act if agent == "china" else 0]) for agent in game_env.agents})
    restored = parallel_env()
    restored.set_state(game_env.get_state())
    assert restored.observe()[1]["china"]["illegal_channels"] == infos["china"]["illegal_channels"] == ("act",)


def test_a_fork_redraws_the_future_and_nothing_else():
    risky = load_scenario("severe", parameters={"hazard_rate": 0, "incident_rate": 5})
    game_env = parallel_env(risky)
    game_env.reset(seed=3)
    for _ in range(3):
        game_env.step({agent: np.zeros(3, int) for agent in game_env.agents})
    forks = game_env.fork(20)
    seeds = {fork.state_dict()["seed"] for fork in forks}
    assert len(seeds) == 20 and game_env.state_dict()["seed"] not in seeds
    for fork in forks:
        assert all(np.array_equal(fork.observe()[0][agent], seen) for agent, seen in game_env.observe()[0].items())
    before = game_env.get_state()
    ends = {finish(fork) for fork in forks}
    assert len(ends) > 1 and game_env.get_state() == before


def test_a_fork_of_a_fork_does_not_read_the_true_future():
    game_env = at_turn(3)
    seeds = [game_env.state_dict()["seed"]]
    for _ in range(4):
        game_env = game_env.fork()[0]
        seeds.append(game_env.state_dict()["seed"])
    assert len(set(seeds)) == 5


def test_forks_in_a_row_differ_and_come_again_after_the_same_reset():
    told = []
    for _ in range(2):
        game_env = parallel_env(LONG)
        game_env.reset(seed=9)
        told.append([fork.state_dict()["seed"] for fork in [*game_env.fork(), *game_env.fork(2)]])
        other = parallel_env(LONG)
        other.reset(seed=9)
        assert [fork.state_dict()["seed"] for fork in other.fork(3)] == told[-1]
    assert told[0] == told[1] and len(set(told[0])) == 3


def test_a_copy_of_a_game_in_a_batch_draws_the_future_its_number_says():
    engine = Engine(LONG, 4)
    engine.reset(2)
    together = engine.fork([1, 3], 3)
    alone = engine.fork([3], 2, first=1)
    assert together.games["seed"][4:].tolist() == alone.games["seed"].tolist()
    assert len(set(together.games["seed"].tolist())) == 6


def test_a_fork_has_spaces_settings_and_agents_of_its_own():
    game_env = parallel_env(LONG, action_format="discrete", on_illegal="raise", render_mode="ansi", max_cycles=7)
    game_env.reset(seed=1)
    fork = game_env.fork()[0]
    assert fork.action_space("usa") == game_env.action_space("usa") and fork.action_space("usa") is not game_env.action_space("usa")
    assert (fork.action_format, fork.on_illegal, fork.render_mode, fork.max_cycles) == ("discrete", "raise", "ansi", 7)
    while fork.agents:
        fork.step(dict.fromkeys(fork.agents, 0))
    assert len(game_env.agents) == 5 and fork.episode_stats()["turn"] == 7
    fork.reset()
    assert fork.episode_stats()["horizon"] == 7


@pytest.mark.parametrize(
    ("n", "resample_rng", "complaint"), [(0, False, "n=0"), (1.5, False, "n=1.5"), (1, "other", "resample_rng='other'")]
)
def test_fork_names_what_is_wrong(n, resample_rng, complaint):
    with pytest.raises(ValueError, match=complaint):
        at_turn(1).fork(n, resample_rng)


def damaged(state, at):
    return state[:at] + bytes([state[at] ^ 1]) + state[at + 1 :]


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda s: "text", r"state\.type='str': expected bytes from get_state\(\)"),
        (lambda s: b"", r"state\.start=b'': expected at least"),
        (lambda s: s[:40], r"state\.start=b'STRAITS\\n': expected at least \d+ bytes"),
        (lambda s: b"PK\x03\x04" + s[4:], r"state\.start="),
        (lambda s: s[:8] + (STATE_VERSION + 1).to_bytes(2, "little") + s[10:], rf"state\.version={STATE_VERSION + 1}: expected"),
        (lambda s: s[:-1], r"state\.digest=.*damaged or cut short"),
        (lambda s: s + b"\0", r"state\.digest=.*damaged or cut short"),
        (lambda s: damaged(s, 500), r"state\.digest=.*damaged"),
        (lambda s: damaged(s, 20), r"state\.digest=.*damaged"),
    ],
)
def test_what_is_no_state_is_named_and_changes_nothing(change, complaint):
    game_env = at_turn(2)
    state = game_env.get_state()
    with pytest.raises(ValueError, match=complaint):
        game_env.set_state(change(state))
    assert game_env.get_state() == state


def test_every_single_damaged_byte_is_found():
    game_env = at_turn(1)
    state = game_env.get_state()
    for at in [*range(100), *range(100, len(state), 97)]:
        with pytest.raises(ValueError, match=r"^state\."):
            game_env.set_state(damaged(state, at))


def test_states_of_another_scenario_face_or_mode_are_refused():
    state = at_turn(2).get_state()
    with pytest.raises(ValueError, match=r"state\.scenario=.*: expected [0-9a-f]{16} \(severe\)"):
        parallel_env("severe").set_state(state)
    with pytest.raises(ValueError, match=r"state\.api='parallel': expected aec"):
        env(LONG).set_state(state)
    flat = env(LONG, action_format="discrete")
    with pytest.raises(ValueError, match=r"state\.action_format='multi_discrete': expected discrete"):
        flat.set_state(aec_at(3).get_state())


def test_flat_actions_that_wait_are_restored():
    game_env = env(LONG, action_format="discrete")
    game_env.reset(seed=1)
    for n in range(3):
        game_env.step(N_FLAT - 1 - n)
    twin = env(LONG, action_format="discrete")
    twin.set_state(game_env.get_state())
    for one in (game_env, twin):
        one.step(1)
        one.step(0)
    assert twin.get_state() == game_env.get_state()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("order_area", 1000),
        ("proposal", 131),
        ("moves", 64),
        ("ambassador", 6),
        ("tension", np.nan),
        ("horizon", 0),
        ("outcome", 3),
    ],
)
def test_a_whole_state_with_an_impossible_game_is_refused(field, value):
    """It would reach beyond the rules' arrays."""
    game_env = at_turn(1)
    game = game_env.engine.games.copy()
    game[field] = value
    state = serialization.pack("parallel", LONG, game, bytes(15))
    with pytest.raises(ValueError, match=rf"^state: {field}=.*: expected"):
        game_env.set_state(state)


def test_states_are_never_pickles():
    assert at_turn(1).get_state().startswith(MAGIC) and not MAGIC.startswith(b"\x80")


def test_a_game_longer_than_ones_own_max_cycles_goes_on_as_long_as_it_was():
    game_env = at_turn(2)
    short = parallel_env(LONG, max_cycles=3)
    short.set_state(game_env.get_state())
    while short.agents:
        short.step({agent: np.array([0, 0, 0]) for agent in short.agents})
    assert short.episode_stats()["turn"] == 40 == game_env.episode_stats()["horizon"]
