"""The VecEnv: the same games as a plain engine, fresh arrays, and endings told as Stable-Baselines3 expects them."""

import numpy as np
import pytest

from straits.agents.scripted import RandomLegal, scripted
from straits.envs.api.actions import FLAT_CHOICES, FLAT_COLUMNS, N_FLAT
from straits.envs.core.rng import GameDraws
from straits.envs.core.state import GAME
from straits.envs.scenarios.scenario import load_scenario
from straits.envs.simulator.engine import Engine
from straits.envs.simulator.global_state import N_STATE, SLICES, vector
from straits.envs.spec.constants import ACTORS, CHINA, HORIZON, N_ACTORS, RUNNING
from straits.envs.spec.moves import SIZES
from straits.envs.spec.observation import N_OBSERVATION

pytest.importorskip("stable_baselines3")
from straits.envs.api.sb3_vec_env import StraitsSB3VecEnv

GAMES = 7
PEACE = load_scenario("baseline", horizon=12, parameters={"hazard_rate": 0})  # no game ends early
RISKY = load_scenario("severe", horizon=12, parameters={"hazard_rate": 1})


def legal(envs, rng):
    """One legal move a channel for each slot."""
    masks = envs.env_method("action_masks")
    return RandomLegal().act(np.zeros((len(masks), N_OBSERVATION), np.float32), masks, rng)


def started(scenario=PEACE, **settings):
    envs = StraitsSB3VecEnv(scenario, GAMES, **settings)
    envs.seed(3)
    return envs, envs.reset()


@pytest.mark.parametrize("scenario", [PEACE, RISKY], ids=["peace", "risky"])
def test_plays_the_same_games_as_a_plain_engine(scenario):
    envs, seen = started(scenario)
    engine = Engine(scenario, GAMES)
    engine.reset(3)
    rng = np.random.default_rng(0)
    for _ in range(60):
        assert seen.tobytes() == engine.observation.tobytes()
        assert envs.env_method("action_masks").tobytes() == engine.mask.tobytes()
        actions = legal(envs, rng)
        seen, rewards, dones, _ = envs.step(actions)
        engine.step(actions.reshape(GAMES, N_ACTORS, 3))
        assert rewards.tobytes() == engine.reward.astype(np.float32).tobytes()
        ended = engine.outcome != RUNNING
        assert dones.tolist() == np.repeat(ended, N_ACTORS).tolist()
        engine.restart(ended)


@pytest.mark.parametrize("agents", [ACTORS, ["china"]], ids=["all", "one"])
def test_flat_mode_plays_the_same_games_by_number(agents):
    others = scripted("default") if len(agents) == 1 else None
    flat, envs = started(agents=agents, opponents=others, action_format="discrete")[0], started(agents=agents, opponents=others)[0]
    assert flat.action_space.n == N_FLAT
    rng = np.random.default_rng(0)
    for _ in range(30):
        masks = flat.env_method("action_masks")
        assert masks.tobytes() == np.ascontiguousarray(envs.action_masks()[:, FLAT_COLUMNS]).tobytes()
        numbers = (masks * rng.random(masks.shape)).argmax(axis=1)
        one, two = flat.step(numbers), envs.step(FLAT_CHOICES[numbers])
        assert [a.tobytes() for a in one[:3]] == [a.tobytes() for a in two[:3]]
        assert not any("illegal_channels" in info for info in one[3])


def test_dqn_learns_a_little_in_flat_mode():
    from stable_baselines3 import DQN

    envs = StraitsSB3VecEnv(PEACE, 4, ["japan"], scripted("default"), action_format="discrete")
    model = DQN("MlpPolicy", envs, learning_starts=40, batch_size=16, buffer_size=400, seed=0, device="cpu")
    assert model.learn(200).num_timesteps >= 200


def test_arrays_it_handed_out_never_change():
    envs, seen = started()
    rng = np.random.default_rng(1)
    kept = []
    for _ in range(1000):
        masks = envs.env_method("action_masks")
        actions = RandomLegal().act(seen, masks, rng)
        seen_next, rewards, dones, infos = envs.step(actions)
        last = [i["terminal_observation"] for i in infos if "terminal_observation" in i]
        arrays = [seen, masks, rewards, dones, *last]
        kept.append((arrays, [a.tobytes() for a in arrays], infos))
        seen = seen_next
    assert all(a.tobytes() == was for arrays, before, _ in kept for a, was in zip(arrays, before, strict=True))
    assert len({id(i) for _, _, infos in kept for i in infos}) == 1000 * envs.num_envs


def test_masks_after_a_game_ended_belong_to_the_next_one():
    envs, _ = started()
    rng = np.random.default_rng(2)
    fresh = StraitsSB3VecEnv(PEACE, GAMES)
    fresh.seed(3)
    fresh.reset()
    for _ in range(12):
        _, _, dones, _ = envs.step(legal(envs, rng))
    assert dones.all()
    fresh.reset()  # the second episodes of the same seeds
    assert envs.env_method("action_masks").tobytes() == fresh.env_method("action_masks").tobytes()


def test_the_horizon_is_told_as_a_truncation_with_the_last_observation():
    envs, _ = started()
    engine = Engine(PEACE, GAMES)
    engine.reset(3)
    hold = np.zeros((envs.num_envs, 3), np.int64)
    for _ in range(12):
        _, _, dones, infos = envs.step(hold)
        engine.step(hold.reshape(GAMES, N_ACTORS, 3))
    assert dones.all() and (engine.outcome == HORIZON).all()
    last = engine.observation.reshape(envs.num_envs, -1)
    for slot, info in enumerate(infos):
        assert info["TimeLimit.truncated"] is True
        assert info["terminal_observation"].tobytes() == last[slot].tobytes()
        assert info["terminal_observation"].dtype == np.float32


def test_a_conflict_is_told_as_a_termination_with_the_last_observation():
    envs = StraitsSB3VecEnv(RISKY, 40, ["china"], scripted("hawk"))
    envs.seed(0)
    envs.reset()
    rng = np.random.default_rng(0)
    for _ in range(40):
        _, _, dones, infos = envs.step(legal(envs, rng))
        fights = [i for i in infos if i.get("outcome") == "conflict"]
        assert all(bool(i) is bool(d) for i, d in zip(infos, dones, strict=True))
        if fights:
            break
    assert fights
    assert all(i["TimeLimit.truncated"] is False and i["turns"] <= 12 for i in fights)
    assert all(i["terminal_observation"].shape == (N_OBSERVATION,) for i in fights)


def test_all_slots_of_a_game_end_together_and_others_say_nothing():
    envs, _ = started(RISKY, random_initial_step=True)
    rng = np.random.default_rng(4)
    for _ in range(30):
        _, _, dones, infos = envs.step(legal(envs, rng))
        by_game = dones.reshape(GAMES, N_ACTORS)
        assert (by_game.all(axis=1) == by_game.any(axis=1)).all()
        assert all("TimeLimit.truncated" not in i for i, done in zip(infos, dones, strict=True) if not done)


def test_staggered_horizons_are_not_reached_at_once():
    envs = StraitsSB3VecEnv(load_scenario("baseline", parameters={"hazard_rate": 0}), 52, random_initial_step=True)
    envs.seed(0)
    envs.reset()
    hold = np.zeros((envs.num_envs, 3), np.int64)
    for _ in range(60):
        _, _, dones, _ = envs.step(hold)
        assert dones.sum() == N_ACTORS


def test_one_learner_meets_the_policies_of_the_other_seats():
    others = {a: scripted("default") for a in ACTORS if a != "china"}
    envs = StraitsSB3VecEnv("baseline", GAMES, ["china"], others)
    envs.seed(5)
    seen = envs.reset()
    engine = Engine(load_scenario("baseline"), GAMES)
    engine.reset(5)
    rng = np.random.default_rng(0)
    for _ in range(20):
        assert seen.tobytes() == engine.observation[:, CHINA].tobytes()
        moves = np.zeros((GAMES, N_ACTORS, 3), np.int64)
        moves[:, CHINA] = legal(envs, rng)
        for name, policy in others.items():
            row = ACTORS.index(name)
            moves[:, row] = policy.act(engine.observation[:, row], engine.mask[:, row], GameDraws(engine.games, row))
        seen, rewards, _, _ = envs.step(moves[:, CHINA])
        engine.step(moves)
        assert rewards.tobytes() == engine.reward[:, CHINA].astype(np.float32).tobytes()
        engine.restart(engine.outcome != RUNNING)


def test_the_seed_of_slot_0_seeds_the_batch_and_reset_goes_on():
    one, two = StraitsSB3VecEnv("baseline", 3), StraitsSB3VecEnv("baseline", 3)
    one.seed(11), two.seed(11)
    first = one.reset()
    assert first.tobytes() == two.reset().tobytes()
    assert one.reset().tobytes() == two.reset().tobytes()
    one.seed(12)
    assert one.reset().tobytes() != first.tobytes()


def test_totals_and_scaled_rewards():
    envs, _ = started(reward_scale=0.5)
    rng = np.random.default_rng(6)
    total = np.zeros(envs.num_envs)
    for _ in range(12):
        _, rewards, dones, infos = envs.step(legal(envs, rng))
        total += rewards
        for slot in np.flatnonzero(dones):
            assert infos[slot]["episode_return"] == pytest.approx(2 * total[slot], rel=1e-5)
            total[slot] = 0


def test_an_illegal_choice_is_reported_to_its_slot_alone():
    envs, _ = started()
    masks = envs.env_method("action_masks")
    actions = np.zeros((envs.num_envs, 3), np.int64)
    actions[4, 0] = np.flatnonzero(masks[4, : SIZES[0]] == 0)[0]
    _, _, _, infos = envs.step(actions)
    assert [i.get("illegal_channels") for i in infos] == [("deployment",) if n == 4 else None for n in range(envs.num_envs)]


def test_what_wrappers_and_learners_ask_of_a_vecenv():
    envs, _ = started()
    assert envs.get_attr("render_mode") == [None] * envs.num_envs
    assert envs.get_attr("actor", [0, 6]) == ["usa", "japan"]
    assert envs.has_attr("action_masks") and not envs.has_attr("nothing_of_that_name")
    assert envs.env_method("action_masks", indices=[1, 2]).tobytes() == envs.action_masks()[1:3].tobytes()
    assert envs.get_attr("action_masks", 3)[0]().tobytes() == envs.action_masks()[3].tobytes()
    assert envs.env_is_wrapped(object) == [False] * envs.num_envs
    assert [i["actor"] for i in envs.reset_infos[:5]] == list(ACTORS)
    with pytest.raises(AttributeError):
        envs.get_attr("nothing_of_that_name")
    with pytest.raises(AttributeError):
        envs.set_attr("horizon", 3)
    envs.close(), envs.close()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"agents": ["france"]}, "agents='france': expected one of usa"),
        ({"agents": ["usa", "usa"]}, "expected actors, each once"),
        ({"agents": ["usa"]}, "expected a policy for japan, china, taiwan, philippines"),
        ({"opponents": {"usa": RandomLegal()}}, "opponents.usa: expected one of nobody"),
    ],
)
def test_bad_seats_are_named(settings, message):
    with pytest.raises(ValueError, match=message):
        StraitsSB3VecEnv("baseline", 2, **settings)


@pytest.mark.parametrize(
    ("actions", "message"),
    [
        (np.zeros((4, 3)), r"shape \(4, 3\): expected \(10, 3\)"),
        (np.zeros((10, 3)), "actions of type float64: expected whole numbers"),
        (np.full((10, 3), 999), r"actions\[0\].deployment=999: expected 0\.\."),
        (np.full((10, 3), -1), r"actions\[0\].deployment=-1: expected 0\.\."),
    ],
)
def test_bad_moves_are_named(actions, message):
    envs = StraitsSB3VecEnv("baseline", 2)
    envs.seed(0)
    envs.reset()
    with pytest.raises(ValueError, match=message):
        envs.step(actions)


def test_flat_moves_that_do_not_exist_are_named():
    envs = StraitsSB3VecEnv("baseline", 2, action_format="discrete")
    envs.seed(0)
    envs.reset()
    with pytest.raises(ValueError, match=rf"actions\[3\]={N_FLAT}: expected 0\.\.{N_FLAT - 1}"):
        envs.step(np.array([0, 0, 0, N_FLAT, 0, 0, 0, 0, 0, 0]))
    with pytest.raises(ValueError, match=r"actions of shape \(10, 3\): expected \(10,\)"):
        envs.step(np.zeros((10, 3), np.int64))


def test_games_go_on_from_their_state_bit_for_bit():
    def made():
        return StraitsSB3VecEnv(
            [load_scenario("baseline"), load_scenario("calm")], 6, scenario_ids=[0, 1] * 3, random_initial_step=True
        )

    def play(games, turns):
        rng = np.random.default_rng(5)
        return [games.step(rng.integers(0, SIZES, (games.num_envs, 3)))[:3] for _ in range(turns)]

    one, two = made(), made()
    one.seed(1)
    one.reset()
    play(one, 30)
    two.set_state(one.get_state())
    for first, second in zip(play(one, 60), play(two, 60), strict=True):
        assert all((a == b).all() for a, b in zip(first, second, strict=True))
    assert (one.get_state()["games"] == two.get_state()["games"]).all()
    assert (one.get_state()["totals"] == two.get_state()["totals"]).all()


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (lambda s: s.pop("totals"), r"state.totals=None: expected float64 \(6, 5\)"),
        (lambda s: s.update(games=s["games"][:-1]), r"state.games=uint8 .*: expected uint8"),
        (lambda s: s["games"].view(GAME)["order_area"].fill(99), r"state.games\[0\] order_area=.*: expected -1..8"),
        (lambda s: s["games"].view(GAME)["scenario"].fill(1), "expected the scenarios that this VecEnv was made with"),
    ],
)
def test_a_state_that_cannot_be_is_refused(edit, message):
    games = StraitsSB3VecEnv(num_games=6)
    games.reset()
    state = games.get_state()
    edit(state)
    with pytest.raises(ValueError, match=message):
        games.set_state(state)


def test_a_central_observation_is_the_slots_own_followed_by_the_whole_game():
    games, plain = (StraitsSB3VecEnv(PEACE.with_(horizon=3), 4, append_global_state=central) for central in (True, False))
    for each in (games, plain):
        each.seed(2)
    seen = games.reset()
    assert seen.shape == (20, N_OBSERVATION + N_STATE)
    assert (seen[:, :N_OBSERVATION] == plain.reset()).all()
    assert (seen[:, N_OBSERVATION:] == np.repeat(vector(games.engine.games), 5, axis=0)).all()
    idle = np.zeros((20, 3), np.int64)
    for _ in range(3):
        whole, mine = games.step(idle), plain.step(idle)
        assert (whole[0][:, :N_OBSERVATION] == mine[0]).all() and games.observation_space.contains(whole[0][0])
    last = np.stack([info["terminal_observation"] for info in whole[3]])
    assert (last[:, :N_OBSERVATION] == np.stack([info["terminal_observation"] for info in mine[3]])).all()
    turn = N_OBSERVATION + SLICES["turn"].start
    assert (last[:, turn] == 1.0).all() and (whole[0][:, turn] == 0.0).all()  # the end's, not the next episode's
