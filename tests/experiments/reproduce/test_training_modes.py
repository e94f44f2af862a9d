"""The table of training modes: its runs are configurations, and a cell is the mean over a method's seeds."""

import json

import numpy as np
import pytest

pytest.importorskip("hydra")
from straits.agents import checkpoint
from straits.agents.card import Card
from straits.agents.network import Network
from straits.agents.scripted import scripted
from straits.conf.compose import compose
from straits.envs.spec.constants import ACTORS
from straits.envs.spec.moves import N_MOVES
from straits.envs.spec.observation import N_OBSERVATION
from straits.experiments.cli.main import main
from straits.experiments.reproduce import training_modes


def put(folder, name, n):
    """A policy as training leaves it, untrained."""
    weights = np.random.default_rng(n).normal(0, 1.0, (N_OBSERVATION, N_MOVES)).astype(np.float32)
    card = Card("ppo", [], "tanh", list(ACTORS), "neutral", {}, 0.0, 0, {}, [], "")
    network = Network((weights,), (np.zeros(N_MOVES, np.float32),), "tanh")
    checkpoint.save(folder / "policies" / name, network, card)
    (folder / "manifest.json").write_text(json.dumps({"state": "complete"}))


def test_every_run_is_a_configuration_of_its_own():
    composed = [compose("train", run.overrides) for run in training_modes.missing()]
    assert {c.mode.name for c in composed} == {"shared", "central_critic", "per_actor"}
    assert {c.algorithm.name for c in composed} == {"maskable_ppo", "a2c", "dqn"}
    assert len({repr(c) for c in composed}) == len(composed) and all(len(c.scenarios) == 5 for c in composed)


def test_a_method_is_the_mean_over_its_seeds_in_the_seats_that_it_has(tmp_path, monkeypatch):
    method = training_modes.Method("A2C", "5", training_modes.a2c, (1, 2), ("japan",))
    monkeypatch.setattr(training_modes, "METHODS", (method,))
    for seed in (1, 2):
        put(tmp_path / training_modes.a2c("japan", seed).name, "japan", seed)
    *_, row = training_modes.table(tmp_path, tmp_path, 5).splitlines()
    policies = training_modes._trained(method, tmp_path, "japan")
    each = [training_modes.returns("japan", [policy], 5).estimate for policy in policies]
    assert each[0] != each[1]
    assert row.startswith(f"| A2C | 5 | 2 |  | {np.mean(each):.1f} [") and row.endswith("] |  |  |  |")


def test_scripted_policies_stand_beside_them(tmp_path, monkeypatch):
    monkeypatch.setattr(training_modes, "METHODS", ())
    rows = training_modes.table(tmp_path, tmp_path, 5).splitlines()
    assert [row.split(" |")[0] for row in rows[2:]] == ["| `random`", "| `hold`", "| `default`"]
    assert f"{training_modes.returns('usa', [scripted('hold')], 5):.1f}" in rows[3]


def test_a_run_that_is_missing_is_named(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(training_modes, "run_jobs", lambda *_: None)
    assert main(["training-modes", "--runs", str(tmp_path), "--zoo", str(tmp_path / "zoo"), "--games", "2"]) == 2
    said = capsys.readouterr().err
    assert said == f"straits training-modes: runs={tmp_path / 'zoo' / 'maskable_ppo-usa-neutral-1'}: expected a complete run\n"
