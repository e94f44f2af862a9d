"""The benchmark: rates count what was done, the null truncates as often as we do, and the headline is complete."""

import json
import time

import numpy as np
import pytest

pytest.importorskip("stable_baselines3")
from straits.envs.engine import Engine  # noqa: E402
from straits.envs.scenario import load  # noqa: E402
from straits.envs.vector import StraitsVecEnv  # noqa: E402
from straits.envs.vocabulary import RUNNING  # noqa: E402
from straits.experiments import benchmark  # noqa: E402
from straits.experiments.speed import clock, learners, world  # noqa: E402

HEADLINE = {
    "engine_game_turns_per_s", "engine_bandwidth_share", "parallel_turns_per_s", "aec_moves_per_s",
    "ppo_collection_share_of_null", "ppo_share_of_null", "maskable_ppo_share_of_null",
}  # fmt: skip
WITH_PEERS = {"rollout_over_supersuit", "agent_steps_over_mpe2"}


def test_a_rate_counts_what_was_done():
    def work():
        time.sleep(0.01)
        return 5

    found = clock.rate(work, seconds=0.05)
    assert 250 < found.low <= found.median <= found.high < 501


def test_a_tape_plays_the_turns_that_it_counts():
    tape, counted = world.record(5, 12)
    engine = Engine(load("baseline"), 12)
    engine.reset(np.resize(world.game_seeds(world.SEED, 5), 12))
    played = 0
    for moves in tape:
        played += int((engine.outcome == RUNNING).sum())
        engine.step(moves)
        assert not engine.illegal.any()
    assert played == counted and not (engine.outcome == RUNNING).any()


def test_the_null_has_our_shapes_and_truncates_as_often():
    scenario = load("baseline", parameters={"hazard_rate": 0})
    ours, null = StraitsVecEnv(scenario, 13, stagger=True), learners.NullVecEnv(13, scenario.horizon)
    assert ours.reset().shape == null.reset().shape
    assert ours.env_method("action_masks").shape == null.env_method("action_masks").shape
    moves = np.zeros((ours.num_envs, 3), np.int64)
    ends = np.zeros(2, int)
    for _ in range(2 * scenario.horizon):
        for n, envs in enumerate((ours, null)):
            seen, rewards, dones, infos = envs.step(moves)
            ends[n] += dones.sum()
            assert all(("terminal_observation" in i) == bool(d) for i, d in zip(infos, dones, strict=True))
    assert ends[0] == ends[1] > 0


def test_a_file_that_cannot_be_written_is_refused_before_anything_is_measured(capsys):
    assert benchmark.main(["--json", "nowhere/at/all.json"]) == 2
    said = capsys.readouterr()
    assert said.err.count("\n") == 1 and said.out == ""


@pytest.mark.slow
def test_the_headline_is_complete(tmp_path, monkeypatch):
    monkeypatch.setattr(benchmark, "QUICK", benchmark.Effort(seconds=0.02, updates=1))
    file = tmp_path / "bench.json"
    assert benchmark.main(["--quick", "--json", str(file)]) == 0
    found = json.loads(file.read_text())
    assert HEADLINE <= set(found["headline"]) <= HEADLINE | WITH_PEERS
    assert all(value > 0 for value in found["headline"].values())
    assert found["versions"]["numba"]
