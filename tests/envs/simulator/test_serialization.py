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
def finish(face):
    told = []
    if hasattr(face, "agent_iter"):
        for agent in face.agent_iter():
            seen, reward, terminated, truncated, info = face.last()
            told.append((agent, seen.tobytes(), float(reward), terminated, truncated, repr(info)))
            face.step(None if terminated or truncated else tape(face.episode_stats()["turn"], agent))
    while face.agents:
        turn = face.episode_stats()["turn"]
        observations, *rest, infos = face.step({agent: tape(turn, agent) for agent in face.agents})
        told.append((b"".join(o.tobytes() for o in observations.values()), repr(rest), repr(infos)))
    face.reset()
    return repr((told, face.state().tobytes()))
"""
SCENARIO = "load_scenario('baseline', horizon=40, parameters={'hazard_rate': 0, 'leak_rate': 0.2, 'disaster_rate': 0.05})"
_here = {}
exec(CONTINUE, _here)  # the same lines here and in the other process
tape, finish = _here["tape"], _here["finish"]


def at_turn(turn, seed=5):
    face = parallel_env(LONG)
    face.reset(seed=seed)
    for n in range(turn):
        face.step({agent: tape(n, agent) for agent in face.agents})
    return face


def aec_at(moves, seed=5):
    face = env(LONG)
    face.reset(seed=seed)
    for _ in range(moves):
        agent = face.agent_selection
        face.step(None if face.last()[2] or face.last()[3] else tape(face.episode_stats()["turn"], agent))
    return face


def elsewhere(states, make):
    """What a new process tells that goes on from these states."""
    lines = f"{CONTINUE}\nfor line in sys.stdin:\n    face = {make}({SCENARIO})\n    face.set_state(bytes.fromhex(line))\n"
    lines += "    import hashlib\n    print(hashlib.sha256(finish(face).encode()).hexdigest())\n"
    done = subprocess.run(
        [sys.executable, "-c", lines], input="\n".join(s.hex() for s in states), capture_output=True, text=True, check=True
    )
    return done.stdout.split()


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


def test_a_restored_game_and_a_fork_go_on_bit_for_bit_here_and_in_another_process():
    states, ends = [], []
    for turn in TURNS:
        face = at_turn(turn)
        state, observations = face.get_state(), face.observe()[0]
        fork = face.fork(1, "same")[0]
        restored = parallel_env(LONG)
        restored.set_state(state)
        assert restored.get_state() == state == fork.get_state() and restored.episode_stats() == face.episode_stats()
        assert all(restored.observe()[0][agent].tobytes() == seen.tobytes() for agent, seen in observations.items())
        end = finish(face)
        assert finish(restored) == end == finish(fork)
        states.append(state)
        ends.append(digest(end))
    assert elsewhere(states, "parallel_env") == ends


def test_the_aec_face_too_in_the_middle_of_a_turn_and_among_the_dead():
    """Five moves a turn, 40 turns, then five dead steps."""
    states, ends = [], []
    for moves in (0, 1, 4, 5, 13, 82, 163, 199, 200, 201, 204, 205):
        face = aec_at(moves)
        state = face.get_state()
        restored, fork = env(LONG), face.fork(1, "same")[0]
        restored.set_state(state)
        for twin in (restored, fork):
            assert twin.get_state() == state
            assert (twin.agents, twin.agent_selection) == (face.agents, face.agent_selection)
            assert (twin.rewards, twin.terminations, twin.truncations) == (face.rewards, face.terminations, face.truncations)
            assert list(twin.infos) == [agent for agent in face.infos if agent in face.agents] or not face.agents
        end = finish(face)
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
    face = at_turn(4)
    state = face.get_state()
    ends = set()
    for _ in range(3):
        face.set_state(state)
        ends.add(finish(face))
    assert len(ends) == 1


def test_the_channels_that_were_turned_down_are_restored():
    face = parallel_env()
    _, infos = face.reset(seed=1)
    act = int(np.flatnonzero(infos["china"]["action_mask"][2] == 0)[0])
    *_, infos = face.step({agent: np.array([0, 0, act if agent == "china" else 0]) for agent in face.agents})
    restored = parallel_env()
    restored.set_state(face.get_state())
    assert restored.observe()[1]["china"]["illegal"] == infos["china"]["illegal"] == ("act",)


def test_a_fork_redraws_the_future_and_nothing_else():
    risky = load_scenario("severe", parameters={"hazard_rate": 0, "incident_rate": 5})
    face = parallel_env(risky)
    face.reset(seed=3)
    for _ in range(3):
        face.step({agent: np.zeros(3, int) for agent in face.agents})
    forks = face.fork(20)
    seeds = {fork.state_dict()["seed"] for fork in forks}
    assert len(seeds) == 20 and face.state_dict()["seed"] not in seeds
    for fork in forks:
        assert all(np.array_equal(fork.observe()[0][agent], seen) for agent, seen in face.observe()[0].items())
    before = face.get_state()
    ends = {finish(fork) for fork in forks}
    assert len(ends) > 1 and face.get_state() == before


def test_a_fork_of_a_fork_does_not_read_the_true_future():
    face = at_turn(3)
    seeds = [face.state_dict()["seed"]]
    for _ in range(4):
        face = face.fork()[0]
        seeds.append(face.state_dict()["seed"])
    assert len(set(seeds)) == 5


def test_forks_in_a_row_differ_and_come_again_after_the_same_reset():
    told = []
    for _ in range(2):
        face = parallel_env(LONG)
        face.reset(seed=9)
        told.append([fork.state_dict()["seed"] for fork in [*face.fork(), *face.fork(2)]])
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
    face = parallel_env(LONG, flat=True, strict=True, render_mode="ansi", max_cycles=7)
    face.reset(seed=1)
    fork = face.fork()[0]
    assert fork.action_space("usa") == face.action_space("usa") and fork.action_space("usa") is not face.action_space("usa")
    assert (fork.flat, fork.strict, fork.render_mode, fork.max_cycles) == (True, True, "ansi", 7)
    while fork.agents:
        fork.step(dict.fromkeys(fork.agents, 0))
    assert len(face.agents) == 5 and fork.episode_stats()["turn"] == 7
    fork.reset()
    assert fork.episode_stats()["horizon"] == 7


@pytest.mark.parametrize(("n", "future", "complaint"), [(0, "same", "n=0"), (1.5, "same", "n=1.5"), (1, "other", "future='other'")])
def test_fork_names_what_is_wrong(n, future, complaint):
    with pytest.raises(ValueError, match=complaint):
        at_turn(1).fork(n, future)


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
    face = at_turn(2)
    state = face.get_state()
    with pytest.raises(ValueError, match=complaint):
        face.set_state(change(state))
    assert face.get_state() == state


def test_every_single_damaged_byte_is_found():
    face = at_turn(1)
    state = face.get_state()
    for at in [*range(100), *range(100, len(state), 97)]:
        with pytest.raises(ValueError, match=r"^state\."):
            face.set_state(damaged(state, at))


def test_states_of_another_scenario_face_or_mode_are_refused():
    state = at_turn(2).get_state()
    with pytest.raises(ValueError, match=r"state\.scenario=.*: expected [0-9a-f]{16} \(severe\)"):
        parallel_env("severe").set_state(state)
    with pytest.raises(ValueError, match=r"state\.face='parallel': expected aec"):
        env(LONG).set_state(state)
    flat = env(LONG, flat=True)
    with pytest.raises(ValueError, match=r"state\.flat=False: expected True"):
        flat.set_state(aec_at(3).get_state())


def test_flat_actions_that_wait_are_restored():
    face = env(LONG, flat=True)
    face.reset(seed=1)
    for n in range(3):
        face.step(N_FLAT - 1 - n)
    twin = env(LONG, flat=True)
    twin.set_state(face.get_state())
    for one in (face, twin):
        one.step(1)
        one.step(0)
    assert twin.get_state() == face.get_state()


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
    face = at_turn(1)
    game = face.engine.games.copy()
    game[field] = value
    state = serialization.pack("parallel", LONG, game, bytes(15))
    with pytest.raises(ValueError, match=rf"^state: {field}=.*: expected"):
        face.set_state(state)


def test_states_are_never_pickles():
    assert at_turn(1).get_state().startswith(MAGIC) and not MAGIC.startswith(b"\x80")


def test_a_game_longer_than_ones_own_max_cycles_goes_on_as_long_as_it_was():
    face = at_turn(2)
    short = parallel_env(LONG, max_cycles=3)
    short.set_state(face.get_state())
    while short.agents:
        short.step({agent: np.array([0, 0, 0]) for agent in short.agents})
    assert short.episode_stats()["turn"] == 40 == face.episode_stats()["horizon"]
