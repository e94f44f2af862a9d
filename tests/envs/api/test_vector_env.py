"""The VectorEnv: what gymnasium's SyncVectorEnv over one-seat games gives, in every autoreset mode, and a plain engine's games."""

import numpy as np
import pytest
from gymnasium.utils.env_checker import data_equivalence
from gymnasium.vector import AutoresetMode, SyncVectorEnv
from gymnasium.wrappers.vector import DictInfoToList, RecordEpisodeStatistics

from straits.agents.scripted import RandomLegal, scripted
from straits.envs import StraitsSingleAgentEnv, StraitsVectorEnv, load_scenario
from straits.envs.api.actions import ACTION_FORMATS, FLAT_CHOICES, N_FLAT
from straits.envs.core.rng import game_seed
from straits.envs.simulator.engine import Engine
from straits.envs.spec.constants import ACTORS, CONFLICT, HORIZON, JAPAN, N_ACTORS, RUNNING
from straits.envs.spec.moves import N_MOVES, SIZES
from straits.envs.spec.observation import N_OBSERVATION

GAMES = 6
PEACE = load_scenario("baseline", horizon=5, parameters={"hazard_rate": 0})  # no game ends early
RISKY = load_scenario("severe", horizon=9, parameters={"hazard_rate": 0.02})
SEEDS = [3, 1, 4, 1, 5, 9]
MODES = list(AutoresetMode)


def batch(scenario=RISKY, agents=("japan",), others=None, games=GAMES, **settings):
    return StraitsVectorEnv(scenario, games, agents, others or (scripted("hawk") if len(agents) < N_ACTORS else None), **settings)


def one_by_one(scenario, mode, flat=False):
    made = [
        lambda: StraitsSingleAgentEnv(scenario, agent="japan", opponents=scripted("hawk"), action_format=ACTION_FORMATS[flat])
    ] * GAMES
    return SyncVectorEnv(made, autoreset_mode=mode)


def legal(envs, rng):
    """One legal move for each slot."""
    masks = envs.unwrapped.action_masks()
    if envs.unwrapped.action_format == "discrete":
        return (masks * rng.random(masks.shape)).argmax(axis=1)
    return RandomLegal().act(np.zeros((len(masks), N_OBSERVATION), np.float32), masks, rng)


def same(ours, theirs):
    return data_equivalence(ours, theirs, exact=True)


def check_against_sync(mode, flat, turns):
    """The same seeds and moves: everything that step() and reset() return is the same. How many games ended, by how."""
    envs, theirs = batch(action_format=ACTION_FORMATS[flat], autoreset_mode=mode), one_by_one(RISKY, mode, flat)
    assert (envs.observation_space, envs.action_space) == (theirs.observation_space, theirs.action_space)
    assert same(envs.reset(seed=SEEDS), theirs.reset(seed=SEEDS))
    rng, ends = np.random.default_rng(0), np.zeros(2, int)
    for _ in range(turns):
        actions = legal(envs, rng)
        ours = envs.step(actions)
        assert same(ours, theirs.step(actions))
        over = ours[2] | ours[3]
        ends += ours[2].sum(), ours[3].sum()
        if mode is AutoresetMode.DISABLED and over.any():
            assert same(envs.reset(options={"reset_mask": over}), theirs.reset(options={"reset_mask": over}))
    return ends


@pytest.mark.parametrize("flat", [False, True], ids=["channels", "flat"])
@pytest.mark.parametrize("mode", MODES, ids=lambda mode: mode.name)
def test_gives_what_gymnasium_s_own_vector_environment_gives(mode, flat):
    terminated, truncated = check_against_sync(mode, flat, turns=80)
    assert terminated > 5 and truncated > 5


@pytest.mark.parametrize("flat", [False, True], ids=["channels", "flat"])
def test_all_seats_play_the_same_games_as_a_plain_engine(flat):
    envs, engine = batch(agents=ACTORS, games=40, action_format=ACTION_FORMATS[flat], autoreset_mode="SameStep"), Engine(RISKY, 40)
    seen, _ = envs.reset(seed=7)
    engine.reset(7)
    rng = np.random.default_rng(1)
    for _ in range(30):
        assert seen.tobytes() == engine.observation.tobytes()
        actions = legal(envs, rng)
        seen, rewards, terminated, truncated, infos = envs.step(actions)
        engine.step((FLAT_CHOICES[actions] if flat else actions).reshape(40, N_ACTORS, 3))
        ended = engine.outcome != RUNNING
        assert rewards.tobytes() == engine.reward.tobytes()
        assert terminated.tolist() == np.repeat(engine.outcome == CONFLICT, N_ACTORS).tolist()
        assert truncated.tolist() == np.repeat(engine.outcome == HORIZON, N_ACTORS).tolist()
        last = [] if "final_obs" not in infos else [row.tobytes() for row in infos["final_obs"] if row is not None]
        assert last == [row.tobytes() for row in engine.observation[ended].reshape(-1, N_OBSERVATION)]
        engine.restart(ended)


def test_next_step_ignores_the_action_after_an_end_and_begins_anew():
    envs = batch(PEACE)
    envs.reset(seed=2)
    idle = np.zeros((GAMES, 3), np.int64)
    for _ in range(5):
        _, _, terminated, truncated, _ = envs.step(idle)
    assert truncated.all() and not terminated.any()
    seen, rewards, terminated, truncated, infos = envs.step(np.full((GAMES, 3), 999))  # no such move: it is not even read
    assert not (rewards.any() or terminated.any() or truncated.any())
    assert [game["turn"] for game in envs.engine.games] == [0] * GAMES and (envs.engine.games["episode"] == 1).all()
    assert "final_obs" not in infos
    fresh = batch(PEACE)
    fresh.reset(seed=2)
    assert seen.tobytes() == fresh.reset()[0].tobytes()


@pytest.mark.parametrize("mode", MODES, ids=lambda mode: mode.name)
def test_masks_after_an_end_belong_to_the_next_episode(mode):
    envs, fresh = batch(PEACE, autoreset_mode=mode), batch(PEACE)
    envs.reset(seed=2), fresh.reset(seed=2)
    fresh.reset()
    rng = np.random.default_rng(3)
    for _ in range(6 if mode is AutoresetMode.NEXT_STEP else 5):
        _, _, _, _, infos = envs.step(legal(envs, rng))
    if mode is AutoresetMode.DISABLED:
        _, infos = envs.reset(options={"reset_mask": np.ones(GAMES, np.bool_)})
    assert envs.action_masks().tobytes() == fresh.action_masks().tobytes()
    assert np.concatenate([np.concatenate(mask) for mask in infos["action_mask"]]).tobytes() == envs.action_masks().tobytes()


def test_same_step_tells_the_last_observation_and_what_led_to_it():
    envs = batch(PEACE, autoreset_mode=AutoresetMode.SAME_STEP)
    engine = Engine(PEACE, GAMES)
    envs.reset(seed=2), engine.reset(2)
    idle = np.zeros((GAMES, 3), np.int64)
    for _ in range(5):
        seen, rewards, _, truncated, infos = envs.step(idle)
    assert truncated.all() and infos["_final_obs"].all() and infos["_final_info"].all()
    assert all(row.dtype == np.float32 and row.shape == (N_OBSERVATION,) for row in infos["final_obs"])
    assert not any(np.array_equal(last, first) for last, first in zip(infos["final_obs"], seen, strict=True))
    summed = sum(v for k, v in infos["final_info"]["reward_components"].items() if not k.startswith("_"))
    assert summed == pytest.approx(rewards)
    assert not any(v.any() for k, v in infos["reward_components"].items() if not k.startswith("_"))  # the new episode's


def test_disabled_leaves_games_that_are_over_until_they_are_restarted():
    envs = batch(
        [PEACE, load_scenario("baseline", horizon=3, parameters={"hazard_rate": 0})],
        scenario_ids=[0, 1] * 3,
        autoreset_mode="Disabled",
    )
    envs.reset(seed=2)
    idle = np.zeros((GAMES, 3), np.int64)
    for _ in range(3):
        last, rewards, _, truncated, _ = envs.step(idle)
    short = np.array([False, True] * 3)
    assert (truncated == short).all() and rewards[short].any()
    record = envs.engine.games[1]["tension"].copy()
    seen, rewards, terminated, truncated, infos = envs.step(idle)
    assert seen[short].tobytes() == last[short].tobytes() and (envs.engine.games[1]["tension"] == record).all()
    assert not rewards[short].any() and (truncated == short).all() and not terminated.any()
    assert not any(v[short].any() for k, v in infos["reward_components"].items() if not k.startswith("_"))
    running = seen[~short].tobytes()
    options = {"reset_mask": short}
    seen, infos = envs.reset(options=options)
    assert seen[~short].tobytes() == running and (infos["_action_mask"] == short).all() and "reset_mask" in options
    assert envs.engine.games["turn"].tolist() == [4, 0] * 3 and envs.engine.games["episode"].tolist() == [0, 1] * 3


def test_seeds_say_which_games():
    envs = batch()
    first, _ = envs.reset(seed=11)
    assert envs.engine.games["seed"].tolist() == [game_seed(11, game) for game in range(GAMES)]
    second, _ = envs.reset()
    assert (envs.engine.games["episode"] == 1).all() and second.tobytes() != first.tobytes()
    assert envs.reset(seed=np.int64(11))[0].tobytes() == first.tobytes() and envs.np_random_seed == 11
    envs.reset(seed=[3, None, 4, None, 5, 9])
    assert envs.engine.games["episode"].tolist() == [0, 1, 0, 1, 0, 0]
    assert envs.engine.games["seed"][[0, 1, 5]].tolist() == [game_seed(3, 0), game_seed(11, 1), game_seed(9, 0)]


def test_without_a_seed_every_batch_is_another():
    one, two = batch(), batch()
    assert one.reset()[0].tobytes() != two.reset(seed=[None] * GAMES)[0].tobytes()
    assert len({*one.engine.games["seed"].tolist(), *two.engine.games["seed"].tolist()}) == 2 * GAMES


def test_a_game_among_others_is_the_game_alone():
    scenarios, which = [RISKY, PEACE, load_scenario("calm", horizon=7)], [0, 1, 2, 2, 1, 0]
    envs = batch(scenarios, scenario_ids=which, autoreset_mode="SameStep")
    alone = [batch(scenarios[place], games=1, autoreset_mode="SameStep") for place in which]
    seen, _ = envs.reset(seed=SEEDS)
    for game, env in enumerate(alone):
        assert env.reset(seed=SEEDS[game : game + 1])[0].tobytes() == seen[game].tobytes()
    rng = np.random.default_rng(5)
    for _ in range(25):
        actions = legal(envs, rng)
        ours = envs.step(actions)
        for game, env in enumerate(alone):
            theirs = env.step(actions[game : game + 1])
            assert [a[game].tobytes() for a in ours[:4]] == [a[0].tobytes() for a in theirs[:4]]


def arrays_in(value):
    """Every array of numbers in what was handed out."""
    if isinstance(value, np.ndarray) and value.dtype != object:
        return [value]
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, tuple | list | np.ndarray) else ()
    return [array for part in parts for array in arrays_in(part)]


@pytest.mark.parametrize("mode", MODES, ids=lambda mode: mode.name)
def test_arrays_it_handed_out_never_change(mode):
    envs = batch(games=2, autoreset_mode=mode)
    rng = np.random.default_rng(1)
    kept = [(array, hash(array.tobytes())) for array in arrays_in(envs.reset(seed=1))]
    for _ in range(1000):
        masks = envs.action_masks()
        given = envs.step(legal(envs, rng))
        kept += [(array, hash(array.tobytes())) for array in [masks, *arrays_in(given)]]
        over = given[2] | given[3]
        if mode is AutoresetMode.DISABLED and over.any():
            kept += [(array, hash(array.tobytes())) for array in arrays_in(envs.reset(options={"reset_mask": over}))]
    assert all(hash(array.tobytes()) == before for array, before in kept)


@pytest.mark.parametrize("mode", MODES, ids=lambda mode: mode.name)
def test_episode_statistics_count_returns_and_lengths(mode):
    envs = RecordEpisodeStatistics(batch(PEACE, autoreset_mode=mode))
    envs.reset(seed=4)
    rng, total, counted = np.random.default_rng(0), np.zeros(GAMES), 0
    for _ in range(18):
        _, rewards, terminated, truncated, infos = envs.step(legal(envs, rng))
        total += rewards
        if truncated.any():
            assert (infos["episode"]["l"] == 5).all() and infos["episode"]["r"] == pytest.approx(total)
            total[:] = 0
            counted += 1
            if mode is AutoresetMode.DISABLED:
                envs.reset(options={"reset_mask": truncated})
    assert counted == 3 and len(envs.return_queue) == 3 * GAMES


def test_infos_as_a_list_and_moves_from_the_space():
    envs = batch(agents=("japan", "usa"), action_format="discrete")
    _, infos = envs.reset(seed=1)
    *_, infos = envs.step(envs.action_space.sample(tuple(infos["action_mask"])))
    assert all(channels == () for channels in infos["illegal_channels"])
    listed = DictInfoToList(envs)
    _, infos = listed.reset(seed=1)
    assert len(infos) == 2 * GAMES and infos[3]["action_mask"].shape == (N_FLAT,)


def test_spaces_metadata_and_the_order_of_slots():
    envs, flat = batch(agents=("taiwan", "japan")), batch(action_format="discrete")
    assert envs.num_envs == 2 * GAMES and envs.single_action_space.nvec.tolist() == list(SIZES)
    assert flat.action_space.nvec.tolist() == [N_FLAT] * GAMES and flat.single_action_space.n == N_FLAT
    assert envs.metadata["autoreset_mode"] is AutoresetMode.NEXT_STEP
    assert "autoreset_mode" not in StraitsVectorEnv.metadata
    seen, _ = envs.reset(seed=1)
    assert seen in envs.observation_space and envs.action_masks().shape == (2 * GAMES, N_MOVES)
    assert seen[3].tobytes() == envs.engine.observation[1, JAPAN].tobytes()


def test_an_illegal_choice_is_told_of_its_slot_and_once():
    envs = batch(PEACE, autoreset_mode="SameStep")
    envs.reset(seed=1)
    actions = np.zeros((GAMES, 3), np.int64)
    actions[2, 0] = np.flatnonzero(envs.action_masks()[2, : SIZES[0]] == 0)[0]
    told = [envs.step(actions)[4] for _ in range(5)][-1]
    assert told["final_info"]["illegal_channels"][2] == ("deployment",) and told["illegal_channels"][2] == ()
    envs.step(actions)
    assert envs.reset()[1]["illegal_channels"].tolist() == [()] * GAMES


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"agents": ["france"]}, r"^agents='france': expected one of usa"),
        ({"agents": ["usa", "usa"]}, r"^agents=\['usa', 'usa'\]: expected actors, each once$"),
        ({"agents": ["usa"]}, r"^opponents=\[\]: expected a policy for japan, china, taiwan, philippines$"),
        ({"opponents": {"usa": RandomLegal()}}, r"^opponents.usa: expected one of nobody"),
        ({"autoreset_mode": "never"}, r"^autoreset_mode='never': expected one of NextStep, SameStep, Disabled$"),
        ({"scenario_ids": [0, 3]}, r"^scenario_ids=3: expected an index into 1 scenarios$"),
        ({"num_games": 0}, r"^num_games=0: expected a whole number, at least 1$"),
    ],
)
def test_bad_arguments_are_named(settings, message):
    with pytest.raises(ValueError, match=message):
        StraitsVectorEnv(**{"num_games": 2} | settings)


@pytest.mark.parametrize(
    ("actions", "message"),
    [
        (np.zeros((4, 3), np.int64), r"^actions of shape \(4, 3\): expected \(10, 3\)$"),
        (np.zeros((10, 3)), r"^actions of type float64: expected whole numbers$"),
        (np.full((10, 3), 999), r"^actions\[0\].deployment=999: expected 0\.\."),
        ([[0], [0, 1]], r"^actions=\[\[0\], \[0, 1\]\]: expected an array of shape \(10, 3\)$"),
    ],
)
def test_bad_moves_are_named(actions, message):
    envs = batch(agents=ACTORS, games=2)
    with pytest.raises(ValueError, match=r"^turn=None: expected reset\(\) first$"):
        envs.step(actions)
    envs.reset(seed=0)
    with pytest.raises(ValueError, match=message):
        envs.step(actions)


def test_a_flat_move_that_does_not_exist_is_named():
    envs = batch(action_format="discrete")
    envs.reset(seed=0)
    with pytest.raises(ValueError, match=rf"^actions\[2\]={N_FLAT}: expected 0\.\.{N_FLAT - 1}$"):
        envs.step([0, 0, N_FLAT, 0, 0, 0])


@pytest.mark.parametrize(
    ("agents", "asked", "message"),
    [
        (["japan"], {"seed": [1, 2]}, r"^seed=\[1, 2\]: expected a whole number or a list of 3, one a game$"),
        (["japan"], {"seed": -1}, r"^seed=-1: expected a whole number from 0 to 2\*\*64 - 1$"),
        (["japan"], {"seed": [0, 1.5, 2]}, r"^seed="),
        (["japan"], {"mask": [True] * 3}, r"^options.reset_mask=\[True, True, True\]: expected a bool array \(3,\) with"),
        (["japan"], {"mask": np.zeros(3, np.bool_)}, r"^options.reset_mask=array\(.*\): expected a bool array \(3,\)"),
        (["japan"], {"mask": np.array([True, False, True])}, r"^options.reset_mask: expected reset\(\) of all games first$"),
        (["japan", "usa"], {"mask": np.arange(6) < 3}, r"^options.reset_mask=.*: expected the 2 slots of a game all True or all"),
    ],
)
def test_bad_seeds_and_masks_are_named(agents, asked, message):
    envs = batch(agents=agents, games=3)
    with pytest.raises(ValueError, match=message) as caught:
        envs.reset(seed=asked.get("seed"), options={"reset_mask": asked["mask"]} if "mask" in asked else None)
    assert "\n" not in str(caught.value)
