"""A run that was killed goes on as if nothing had happened; a state that is damaged or of another run is refused."""

import os
import shutil
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from rich.console import Console
from safetensors.numpy import load_file, save_file

pytest.importorskip("stable_baselines3")
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from straits.agents.checkpoint import listing
from straits.conf.compose import compose
from straits.envs.io import noted_tensors, read_noted_tensors
from straits.experiments.training import checkpoint as training_state
from straits.experiments.training import train

TINY = [
    "scenario.horizon=6", "env.num_envs=8", "agent.net_arch=[8]", "threads=1", "seed=3",
]  # fmt: skip
PPO = ["algorithm.total_timesteps=1600", "algorithm.n_steps=8", "algorithm.batch_size=64", "algorithm.n_epochs=2"]
ONE_SEAT = ["agent=one_seat", "agent.seats=[japan]", "agent.net_arch=[8]"]
A2C = ["algorithm=a2c", "algorithm.n_steps=8", "algorithm.total_timesteps=1600"]
DQN = [
    "algorithm=dqn", "algorithm.batch_size=32", "algorithm.buffer_size=3000", "algorithm.learning_starts=100",
    "algorithm.target_update_interval=500", "algorithm.total_timesteps=10400",
]  # fmt: skip
RUNS = {
    "maskable_ppo": PPO,
    "ppo": ["algorithm=ppo", *PPO],
    "one seat": [*ONE_SEAT, "algorithm.total_timesteps=320", "algorithm.n_steps=8", "algorithm.batch_size=64"],
    "a2c": A2C,
    "dqn": DQN,
    "per actor": [
        "mode=per_actor",
        "agent.seats=[china,japan]",
        *PPO,
        "algorithm.total_timesteps=320",
        "mode.schedule=alternating",
    ],
    "central critic": ["mode=central_critic", *PPO],
    "risk and a mix": [*PPO, "reward_profile=risk_averse", "scenarios=[calm]"],
}


def run(folder, overrides, checkpoint=1000):
    overrides = [*overrides, f"checkpoint_interval={checkpoint}"]
    return train.run(train.prepare(compose("train", [*TINY, *overrides])), folder, Console(quiet=True))


def digests(folder):
    return {name: entry["weights"] for name, entry in listing(folder / "policies").items()}


def curves(folder):
    rows = [line.split(",") for line in (folder / "training.csv").read_text().splitlines()]
    seconds = rows[0].index("seconds")
    return [row[:seconds] + row[seconds + 1 :] for row in rows]


def scalars(folder):
    """Steps of every scalar that TensorBoard has, without times of the wall."""
    board = EventAccumulator(str(folder / "tensorboard")).Reload()
    return {tag: [(event.step, event.value) for event in board.Scalars(tag)] for tag in board.Tags()["scalars"]}


def cut_short(folder, overrides, monkeypatch, after=2):
    """A run that ends in the middle of update `after` + 1."""
    told = []

    def stop(update):
        told.append(update)
        if len(told) > after:
            raise KeyboardInterrupt
        return {}

    with monkeypatch.context() as patched:
        patched.setattr(train, "_scalars", stop)
        assert run(folder, overrides, checkpoint=1) == 130


@pytest.mark.parametrize("name", RUNS)
def test_a_run_that_was_cut_short_ends_as_if_it_had_not_been(tmp_path, monkeypatch, name):
    assert run(tmp_path / "whole", RUNS[name]) == 0
    cut_short(tmp_path / "cut", RUNS[name], monkeypatch)
    np.random.seed(99)  # a new process has other generators
    assert run(tmp_path / "resumed", [*RUNS[name], f"resume={tmp_path / 'cut'}"]) == 0
    assert digests(tmp_path / "resumed") == digests(tmp_path / "whole") != digests(tmp_path / "cut")
    assert curves(tmp_path / "resumed") == curves(tmp_path / "whole")
    assert scalars(tmp_path / "resumed") == scalars(tmp_path / "whole")


def test_a_run_that_was_killed_ends_as_if_it_had_not_been(tmp_path):
    long = [*PPO[1:], "algorithm.total_timesteps=12800"]
    code = f"import sys; sys.path[:0] = {sys.path!r}; from straits.experiments.cli.main import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", code, "train", *TINY, *long, "checkpoint_interval=1", f"hydra.run.dir={tmp_path / 'killed'}"]
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    while not (tmp_path / "killed" / train.STATE).exists() and child.poll() is None:
        time.sleep(0.01)
    os.kill(child.pid, signal.SIGKILL)
    assert child.wait() == -signal.SIGKILL and not (tmp_path / "killed" / "policies").exists()
    assert run(tmp_path / "whole", long) == 0
    assert run(tmp_path / "resumed", [*long, f"resume={tmp_path / 'killed'}"]) == 0
    assert digests(tmp_path / "resumed") == digests(tmp_path / "whole")


@pytest.fixture(scope="module")
def state(tmp_path_factory):
    folder = tmp_path_factory.mktemp("state")
    run(folder, PPO, checkpoint=1)
    return folder / train.STATE


def refused(path, message, overrides=PPO):
    with pytest.raises(ValueError, match=message) as raised:
        plan = train.prepare(compose("train", [*TINY, *overrides, f"resume={path.parent}"]))
        training_state.restore(path, train.modes.learners(plan.config, plan.scenarios, plan.others), train._rests_on(plan))
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("algorithm.gamma=0.9", "algorithm.gamma=0.9: expected 0.95, as in the run to resume"),
        ("seed=4", "seed=4: expected 3"),
        ("agent.net_arch=[16]", r"agent.net_arch=\[16\]: expected \[8\]"),
        ("scenarios=[calm]", r"scenarios=\['calm'\]: expected \[\]"),
        ("+scenario.parameters.leak_rate=0", "scenario.parameters.leak_rate=0.0: expected None"),
    ],
)
def test_another_configuration_is_refused(state, override, message):
    refused(state, message, [*PPO, override])


def test_a_scenario_that_has_changed_since_is_refused(tmp_path):
    file = tmp_path / "mine.yaml"
    text = "extends: baseline\nname: mine\ntitle: Mine\nsources: [assumption]\ndate: '2021'\nparameters:\n"
    file.write_text(text + "  leak_rate: {value: 0.1, source: assumption}\n")
    mine = [*PPO, f"scenario.name={file}"]
    run(tmp_path / "cut", mine, checkpoint=1)
    train.prepare(compose("train", [*TINY, *mine, f"resume={tmp_path / 'cut'}"]))
    file.write_text(text + "  leak_rate: {value: 0.2, source: assumption}\n")
    refused(
        tmp_path / "cut" / train.STATE, "scenario_hash.mine='[0-9a-f]{16}': expected '[0-9a-f]{16}', as in the run to resume", mine
    )


def test_other_players_under_the_same_name_are_refused(state, tmp_path):
    met = tmp_path / "met" / "shared"
    shutil.copytree(state.parent / "policies" / "shared", met)
    one = [*RUNS["one seat"], f"agent.opponents={met}"]
    run(tmp_path / "cut", one, checkpoint=1)
    shutil.rmtree(met)
    run(tmp_path / "other", [*PPO, "seed=4"])
    shutil.copytree(tmp_path / "other" / "policies" / "shared", met)
    refused(tmp_path / "cut" / train.STATE, "player_hash.usa='[0-9a-f]{16}': expected '[0-9a-f]{16}', as in the run to resume", one)


def test_the_default_is_kept_often_enough_to_be_of_use():
    for name in ("best_response", "zoo", "zoo_shared"):
        plan = train.prepare(compose("train", [f"experiment={name}"]))
        seats = 1 if name != "zoo_shared" else 5
        updates = plan.config.algorithm.total_timesteps / (plan.config.algorithm.n_steps * plan.config.env.num_envs * seats)
        assert updates / plan.config.checkpoint_interval >= 3


def test_no_state_is_refused(tmp_path):
    refused(tmp_path / train.STATE, "training_state.safetensors: expected a file")


def test_a_damaged_state_is_refused(state, tmp_path):
    content = bytearray(state.read_bytes())
    content[-1] ^= 1
    (tmp_path / train.STATE).write_bytes(content)
    refused(tmp_path / train.STATE, "damaged or changed")
    (tmp_path / train.STATE).write_bytes(content[:-10])
    refused(tmp_path / train.STATE, "expected a safetensors file")
    save_file(load_file(state), tmp_path / train.STATE)
    refused(tmp_path / train.STATE, "damaged or changed")


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (lambda a, n: a.pop("shared.policy.action_net.bias"), "shared: expected the state of this run"),
        (lambda a, n: a.update({"shared.games.games": np.zeros(8, np.uint8)}), r"state.games=uint8 \(8,\): expected uint8"),
        (lambda a, n: a["shared.games.games"].fill(255), "state.games"),
        (lambda a, n: n["learners"].clear(), "shared: expected the state of this run"),
        (lambda a, n: n.pop("rng.numpy"), "random generators: expected the state of this run"),
        (lambda a, n: a.update({"rng.torch": np.zeros(3, np.uint8)}), "random generators: expected the state of this run"),
        (lambda a, n: n["learners"]["shared"].update(updates=[{"x": 1}]), "shared: expected the state of this run"),
        (lambda a, n: n.update(format=9), "format=9: expected 1"),
    ],
)
def test_a_state_that_fits_its_digest_is_still_checked(state, tmp_path, edit, message):
    arrays, note = read_noted_tensors(state, training_state.MOST)
    arrays = {name: array.copy() for name, array in arrays.items()}
    edit(arrays, note)
    (tmp_path / train.STATE).write_bytes(noted_tensors(arrays, note))
    refused(tmp_path / train.STATE, message)
