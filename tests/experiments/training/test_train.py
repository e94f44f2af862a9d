"""`straits train` from end to end with tiny settings: what it writes can be loaded, and the same seed gives the same bytes."""

import csv
import json

import numpy as np
import pytest
from rich.console import Console

pytest.importorskip("stable_baselines3")
from straits.agents.checkpoint import listing, read_card
from straits.agents.registry import policy
from straits.conf.compose import compose
from straits.conf.schema import RewardProfileConfig
from straits.envs.scenarios.scenario import load_scenario
from straits.envs.spec.constants import ACTORS, COMPONENTS
from straits.experiments.rollouts.rollout import play
from straits.experiments.training import train

TINY = [
    "scenario.horizon=6", "env.num_envs=8", "agent.net_arch=[8]", "algorithm.total_timesteps=640", "algorithm.n_steps=8",
    "algorithm.batch_size=64", "algorithm.n_epochs=1", "threads=1", "checkpoint_interval=1",
]  # fmt: skip
ONE_SEAT = ["agent=one_seat", "agent.seats=[japan]", "agent.net_arch=[8]", "algorithm.total_timesteps=128"]
FEW = {
    "a2c": ["algorithm=a2c", "algorithm.n_steps=8"],
    "dqn": [
        "algorithm=dqn", "algorithm.batch_size=32", "algorithm.buffer_size=1000", "algorithm.learning_starts=100",
        "algorithm.total_timesteps=2080",
    ],
}  # fmt: skip


def without(prefixes):
    return [each for each in TINY if not each.startswith(prefixes)]


def run(folder, overrides=(), tiny=TINY):
    console = Console(record=True, width=100)
    code = train.run(train.prepare(compose("train", [*tiny, *overrides])), folder, console)
    return code, console.export_text()


def digests(folder):
    return {name: entry["weights"] for name, entry in listing(folder / "policies").items()}


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    folder = tmp_path_factory.mktemp("train")
    return folder, *run(folder)


def test_it_says_who_plays_whom_before_it_begins(done):
    said = done[2]
    assert [line for line in said.splitlines() if line.startswith("usa: ")] == ["usa: shared (maskable_ppo, learns)"]
    assert said.index("philippines: shared") < said.index("100%")


def test_progress_tells_returns_by_actor_and_escalation_by_policy(done):
    table = done[2][done[2].index("conflict, %") :]
    assert all(actor in table for actor in ACTORS) and "mean" not in table


def test_everything_is_written(done):
    folder, code, _ = done
    assert code == 0
    assert {"policies", "tensorboard", "training.csv", "manifest.json"} <= {path.name for path in folder.iterdir()}
    told = json.loads((folder / "manifest.json").read_text())
    assert told["state"] == "complete" and told["policies"] == digests(folder)
    assert told["config"]["algorithm"]["n_steps"] == 8 and set(told["scenarios"]) == {"baseline"}
    assert list((folder / "tensorboard").iterdir())


def test_the_curve_has_a_line_an_update_and_a_column_an_actor(done):
    with (done[0] / "training.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [int(row["timesteps"]) for row in rows] == [320, 640]
    assert all(float(row[f"return.{actor}"]) for row in rows for actor in ACTORS)
    assert [row["timesteps"] for row in read_card(done[0] / "policies" / "shared").curve] == [320, 640]


def test_the_policy_can_be_played_by_its_name(done):
    folder, _, _ = done
    trained = policy(str(folder / "policies" / "shared"))
    games = play(load_scenario("baseline", horizon=6), [trained] * 5, 20, 1)
    assert np.isfinite(games.returns).all()


def test_the_card_says_what_was_trained(done):
    card = read_card(done[0] / "policies" / "shared")
    assert (card.algorithm, card.seats, card.character, card.seed) == ("maskable_ppo", list(ACTORS), "neutral", 0)
    assert card.configuration["env"]["num_envs"] == 8
    assert set(card.rewards) == set(ACTORS) and set(card.rewards["usa"]) == set(COMPONENTS)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(done, tmp_path):
    run(tmp_path / "again")
    run(tmp_path / "other", ["seed=1"])
    same = [(folder / "policies" / "shared" / "card.json").read_bytes() for folder in (done[0], tmp_path / "again")]
    assert same[0] == same[1]
    assert digests(done[0]) == digests(tmp_path / "again") != digests(tmp_path / "other")


def test_a_folder_with_another_run_is_left_alone(done):
    folder = done[0]
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    code, said = run(folder, ["seed=1"])
    assert code == 2 and said == f"straits train: {folder}: expected a folder without a run, or resume={folder} to resume it\n"
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_a_run_that_is_resumed_in_its_own_folder_ends_as_it_was(tmp_path):
    run(tmp_path)
    before = digests(tmp_path)
    assert run(tmp_path, [f"resume={tmp_path}"])[0] == 0 and digests(tmp_path) == before


@pytest.mark.parametrize("name", ["ppo", "maskable_ppo", "a2c", "dqn"])
def test_every_algorithm_trains_one_seat_into_a_policy(tmp_path, name):
    tiny = without("algorithm.") if name in FEW else TINY
    code, said = run(tmp_path, [*ONE_SEAT, f"algorithm={name}", *FEW.get(name, [])], tiny)
    assert code == 0 and "japan: japan" in said and "usa: default" in said
    card = read_card(tmp_path / "policies" / "japan")
    assert (card.algorithm, card.seats) == (name, ["japan"])
    assert any(row["loss.value_loss" if name != "dqn" else "loss.loss"] for row in card.curve)
    play(load_scenario("baseline", horizon=6), [policy(str(tmp_path / "policies" / "japan"))] * 5, 8, 1)


def test_a_trained_policy_can_be_who_the_others_are(done, tmp_path):
    trained = str(done[0] / "policies" / "shared")
    _, said = run(tmp_path, [*ONE_SEAT, f"agent.opponents={trained}", "+agent.opponent_overrides.usa=hawk"])
    assert f"china: {trained}" in said and "usa: hawk" in said


def test_games_are_spread_over_a_mix_of_scenarios():
    plan = train.prepare(compose("train", [*TINY, "scenarios=[calm,severe]"]))
    games = train.modes.learners(plan.config, plan.scenarios, plan.others)[0].games.engine
    assert [s.name for s in games.scenarios] == ["baseline", "calm", "severe"]
    assert games.scenario_ids.tolist() == [0, 1, 2, 0, 1, 2, 0, 1] and all(s.horizon == 6 for s in games.scenarios)


def test_a_character_changes_the_weights_and_types_of_those_who_learn():
    character = RewardProfileConfig(
        weights={"learners": {"claims": 3.0, "trade": 0.0}, "china": {"claims": 1.5}},
        types={"learners": {"opportunist": 1.0}, "usa": {"resolve": [0.2, 0.3]}},
    )
    record = train.apply_reward_profile(load_scenario("baseline"), character, ["japan", "china"]).record[0]
    claims, trade = (record["weights"][:, COMPONENTS.index(name)].tolist() for name in ("claims", "trade"))
    assert claims == [1.0, 3.0, 1.5, 1.0, 1.0] and trade == [1.0, 0.0, 0.0, 1.0, 1.0]
    assert record["opportunist_share"].tolist() == [0.5, 1.0, 1.0, 0.5, 0.5]
    assert record["resolve_range"].tolist() == [[0.2, 0.3], *[[0.0, 1.0]] * 4]


def test_a_policy_is_named_by_its_seat_and_character(tmp_path):
    run(tmp_path, [*ONE_SEAT, "reward_profile=hawkish"])
    card = read_card(tmp_path / "policies" / "japan-hawkish")
    assert card.character == "hawkish" and card.rewards["japan"]["claims"] == 2.0
    assert set(card.rewards) == {"japan"}


def test_training_that_diverges_ends_with_one_line_and_leaves_no_policy(tmp_path, monkeypatch):
    def diverge(*_):
        raise FloatingPointError("train/loss not finite after 10 steps: lower algorithm.learning_rate")

    monkeypatch.setattr(train.modes, "learn", diverge)
    code, said = run(tmp_path)
    assert code == 1 and "straits train: train/loss not finite after 10 steps" in said
    assert json.loads((tmp_path / "manifest.json").read_text())["state"] == "diverged"
    assert not (tmp_path / "policies").exists()


def test_ctrl_c_keeps_what_was_learned(tmp_path, monkeypatch):
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(train, "_scalars", stop)
    code, _ = run(tmp_path)
    assert code == 130 and json.loads((tmp_path / "manifest.json").read_text())["state"] == "interrupted"
    assert [row["timesteps"] for row in read_card(tmp_path / "policies" / "shared").curve] == [320]


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("agent.opponents=bold", "policy='bold': expected one of random"),
        ("+agent.opponent_overrides.usa=hawk", "agent.opponent_overrides='usa': expected one of none"),
        ("scenarios=[nowhere]", "scenario='nowhere'"),
        ("scenarios=[calm,calm,calm,calm,calm,calm,calm,calm]", "expected fewer than the env.num_envs=8"),
        ("resume=''", "training_state.safetensors: expected a file"),
        ("mode.opponent_update_interval=2", "mode.opponent_update_interval=2: expected nothing, mode.name=shared does not have it"),
        ("mode.opponents=configured", "mode.opponents='configured': expected nothing, mode.name=shared does not have it"),
        ("reward_profile.weights.usa.claims=1", r"reward_profile.weights.usa: expected \+reward_profile.weights.usa, with a plus"),
        (
            "agent.opponent_overrides.usa=hawk",
            r"agent.opponent_overrides.usa: expected \+agent.opponent_overrides.usa, with a plus",
        ),
        ("+mode.name=alone", "mode.name: expected no plus before it"),
        ("mode.name=alone", "mode.name='alone': expected one of shared, per_actor, central_critic"),
        ("reward_profile.risk=3", "reward_profile.risk=3.0: expected -0.5..0.5"),
        ("reward_profile.name=../x", "reward_profile.name='../x'"),
        ("+reward_profile.weights.france.claims=1", "reward_profile.weights='france': expected one of learners, usa"),
        ("+reward_profile.weights.usa.claims=-1", "scenario.weights.usa..claims=-1"),
        ("+reward_profile.weights.usa.glory=1", "glory"),
        ("+reward_profile.types.usa.opportunist=2", "opportunist=2"),
        ("algorithm.tau=0.5", "algorithm.tau=0.5: expected nothing, maskable_ppo does not have it"),
    ],
)
def test_bad_input_is_one_line_before_anything_runs(override, message):
    with pytest.raises(ValueError, match=message) as raised:
        train.prepare(compose("train", [*TINY, override]))
    assert "\n" not in str(raised.value)
