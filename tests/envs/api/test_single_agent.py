"""The Gymnasium API of one seat: the Parallel API's games bit for bit, both checkers, endings, seeds, masks, a learner."""

import subprocess
import sys
import warnings

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

from straits.agents.scripted import RandomLegal, scripted
from straits.envs import StraitsSingleAgentEnv, load_scenario, parallel_env
from straits.envs.api.actions import ACTION_FORMATS, FLAT_CHOICES, FLAT_COLUMNS, N_FLAT
from straits.envs.core.rng import GameDraws
from straits.envs.spec.constants import ACTORS
from straits.envs.spec.moves import N_MOVES, SIZES
from straits.envs.spec.observation import N_OBSERVATION

SHORT = load_scenario("baseline", horizon=12)
PEACE = load_scenario("baseline", horizon=5, parameters={"hazard_rate": 0})  # no game ends early
RISKY = load_scenario("severe", horizon=12, parameters={"hazard_rate": 0.02})


def seat_env(scenario=SHORT, agent="japan", opponents=None, **settings):
    return StraitsSingleAgentEnv(scenario, agent=agent, opponents=opponents or scripted("default"), **settings)


def legal(env, info):
    return env.action_space.sample(info["action_mask"])


def in_parallel(game, seat, action, others):
    """The dict of actions of the Parallel API where policies play all seats but one."""
    engine = game.engine
    chosen = {}
    for row, actor in enumerate(ACTORS):
        agent = game.scenario.labels[actor]
        seen, allowed = engine.observation[:, row], engine.mask[:, row]
        chosen[agent] = action if actor == seat else others[actor].act(seen, allowed, GameDraws(engine.games, row))[0]
    return chosen


@pytest.mark.parametrize("scenario", [SHORT, RISKY, "anonymous"], ids=["short", "risky", "anonymous"])
@pytest.mark.parametrize("flat", [False, True], ids=["channels", "flat"])
def test_plays_the_same_games_as_the_parallel_face(scenario, flat):
    seat, others = "china", {a: scripted("hawk" if a == "usa" else "random") for a in ACTORS if a != "china"}
    env, game = seat_env(scenario, seat, others, action_format=ACTION_FORMATS[flat]), parallel_env(scenario)
    agent = game.scenario.labels[seat]
    env.action_space.seed(4)
    (seen, info), (theirs, _) = env.reset(seed=8), game.reset(seed=8)
    for _ in range(60):
        assert seen.tobytes() == theirs[agent].tobytes()
        mask = game.action_mask(agent)
        assert env.action_masks().tobytes() == (mask[FLAT_COLUMNS] if flat else mask).tobytes()
        action = legal(env, info)
        choice = FLAT_CHOICES[action] if flat else action
        theirs, rewards, terminated, truncated, infos = game.step(in_parallel(game, seat, choice, others))
        seen, reward, over, late, info = env.step(action)
        assert (reward, over, late) == (rewards[agent], terminated[agent], truncated[agent])
        assert info["reward_components"] == infos[agent]["reward_components"] and info["illegal_channels"] == ()
        if over or late:
            assert seen.tobytes() == theirs[agent].tobytes()
            (seen, info), (theirs, _) = env.reset(), game.reset()


@pytest.mark.parametrize("flat", [False, True], ids=["channels", "flat"])
@pytest.mark.parametrize("scenario", ["baseline", "anonymous"])
def test_both_checkers_pass_without_a_warning(scenario, flat, capsys):
    sb3 = pytest.importorskip("stable_baselines3.common.env_checker")
    made = gymnasium.make(
        "straits/SingleAgent-v1", scenario=scenario, agent="taiwan", opponents=scripted("dove"), action_format=ACTION_FORMATS[flat]
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env(made.unwrapped)
        sb3.check_env(made.unwrapped)
    assert capsys.readouterr().out  # render_mode="human" was tried


def test_the_registry_makes_it_with_its_arguments():
    made = gymnasium.make(
        "straits/SingleAgent-v1", scenario="calm", agent="usa", opponents=scripted("hold"), max_cycles=3, action_format="discrete"
    )
    assert (made.unwrapped.agent, made.unwrapped.game.scenario.name, made.action_space.n) == ("usa", "calm", N_FLAT)
    made.reset(seed=1)
    assert [made.step(0)[3] for _ in range(3)] == [False, False, True]


def test_neither_compiler_nor_learner_comes_with_the_package():
    said = "import sys, straits.envs, gymnasium; assert 'straits/SingleAgent-v1' in gymnasium.registry; "
    said += "print([m for m in ('numba', 'torch', 'stable_baselines3', 'straits.envs.api.single_agent') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_the_horizon_truncates_with_the_last_observation():
    env = seat_env(PEACE)
    env.reset(seed=2)
    ends = [env.step([0, 0, 0])[2:4] for _ in range(5)]
    assert ends == [(False, False)] * 4 + [(False, True)]
    with pytest.raises(ValueError, match="outcome=horizon at turn 5: expected a running game"):
        env.step([0, 0, 0])


def test_a_conflict_terminates():
    env = seat_env(RISKY, opponents=scripted("hawk"))
    for seed in range(40):
        seen, info = env.reset(seed=seed)
        over = late = False
        while not (over or late):
            seen, reward, over, late, info = env.step(legal(env, info))
        if over:
            break
    assert over is True and late is False and env.game.episode_stats()["outcome"] == "conflict"
    assert seen.tobytes() == env.game.observe()[0]["japan"].tobytes()


def test_a_seed_starts_the_same_game_and_reset_goes_on():
    one, two = seat_env(), seat_env()
    first = one.reset(seed=5)[0]
    assert first.tobytes() == two.reset(seed=5)[0].tobytes()
    assert one.reset()[0].tobytes() == two.reset()[0].tobytes() != first.tobytes()
    assert one.game.state_dict()["episode"] == 1
    assert one.reset(seed=np.int64(5))[0].tobytes() == first.tobytes()
    generator = one.np_random
    one.reset()
    assert one.np_random is generator and one.np_random_seed == 5


def test_an_illegal_choice_becomes_idle_and_is_named():
    env = seat_env()
    _, info = env.reset(seed=3)
    action = [int(np.flatnonzero(info["action_mask"][0] == 0)[0]), 0, 0]
    *_, info = env.step(action)
    assert info["illegal_channels"] == ("deployment",)


def test_arrays_it_handed_out_never_change():
    env = seat_env(RISKY)
    env.action_space.seed(0)
    seen, info = env.reset(seed=1)
    kept = []
    for _ in range(1000):
        arrays = [seen, env.action_masks(), *info["action_mask"]]
        kept += [(array, hash(array.tobytes())) for array in arrays]
        seen, _, over, late, info = env.step(legal(env, info))
        if over or late:
            kept += [(seen, hash(seen.tobytes()))]
            seen, info = env.reset()
    assert all(hash(array.tobytes()) == before for array, before in kept)


def test_shapes_and_rendering():
    env, flat = seat_env(render_mode="ansi"), seat_env(action_format="discrete", render_mode="rgb_array")
    seen, _ = env.reset(seed=1)
    flat.reset(seed=1)
    assert seen.shape == (N_OBSERVATION,) and seen.dtype == np.float32
    assert (env.action_space.nvec.tolist(), flat.action_space.n) == (list(SIZES), N_FLAT)
    assert (env.action_masks().shape, flat.action_masks().shape) == ((N_MOVES,), (N_FLAT,))
    assert "turn 0 of 12" in env.render() and flat.render().dtype == np.uint8


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"agent": "japn"}, r"^agent='japn': expected one of usa, .*did you mean japan\?\)$"),
        ({"agent": "usa", "opponents": {}}, r"^opponents=\[\]: expected a policy for japan, china, taiwan, philippines$"),
        ({"agent": "usa", "opponents": "hawk"}, r"^opponents.japan='hawk': expected a policy, with a method act\(.*\)$"),
        ({"agent": "usa", "opponents": dict.fromkeys(ACTORS, RandomLegal())}, r"^opponents.usa: expected one of japan, "),
        ({"agent": "usa", "max_cycles": 0}, r"^max_cycles=0: expected None or a whole number 1\.\.9999$"),
        ({"agent": "usa", "render_mode": "svg"}, r"^render_mode='svg': expected None or one of "),
        ({"agent": "usa", "scenario": "nowhere"}, "nowhere"),
    ],
)
def test_bad_arguments_are_named(settings, message):
    with pytest.raises(ValueError, match=message) as caught:
        StraitsSingleAgentEnv(**{"opponents": scripted("hold")} | settings)
    assert "\n" not in str(caught.value)


def test_bad_actions_and_seeds_are_named_and_nothing_happens():
    env, flat = seat_env(), seat_env(action_format="discrete")
    for game_env, action in ((env, [0, 0, 0]), (flat, 0)):
        with pytest.raises(ValueError, match=r"^turn=None: expected reset\(\)"):
            game_env.step(action)
        game_env.reset(seed=1)
    before = env.game.get_state()
    for action in ([0, 0], [0, 0, 99], [0.0, 0.0, 0.0], 3, None):
        with pytest.raises(ValueError, match=r"^actions\['japan'\]=.*: expected three whole numbers"):
            env.step(action)
    for action in (N_FLAT, -1, [0], 1.5):
        with pytest.raises(ValueError, match=rf"^actions\['japan'\]=.*: expected a whole number 0\.\.{N_FLAT - 1}$"):
            flat.step(action)
    for seed in (-1, 2**64, 1.5):
        with pytest.raises(ValueError, match=rf"^seed={seed}: expected a whole number"):
            env.reset(seed=seed)
    assert env.game.get_state() == before


def test_ppo_learns_a_little():
    sb3 = pytest.importorskip("stable_baselines3")
    model = sb3.PPO("MlpPolicy", seat_env(), n_steps=64, batch_size=64, n_epochs=1, seed=0, device="cpu")
    assert model.learn(256).num_timesteps == 256


def test_maskable_ppo_finds_the_masks():
    contrib = pytest.importorskip("sb3_contrib")
    seen = []
    env = seat_env(RISKY, action_format="discrete")
    step = env.step
    env.step = lambda action: (seen.append(step(action)), seen[-1])[1]
    contrib.MaskablePPO("MlpPolicy", env, n_steps=64, batch_size=64, n_epochs=1, seed=0, device="cpu").learn(128)
    assert len(seen) == 128 and all(info["illegal_channels"] == () for *_, info in seen)
