"""The benchmark: rates count what was done, the null truncates as often as we do, the headline and the page are complete."""

import json
import sys
import time

import numpy as np
import pytest

pytest.importorskip("stable_baselines3")
from straits.envs.api.sb3_vec_env import StraitsSB3VecEnv
from straits.envs.scenarios.scenario import load_scenario
from straits.envs.simulator.engine import Engine
from straits.envs.spec.constants import RUNNING
from straits.experiments.benchmarks import draws, learners, peers, phases, throughput, timing
from straits.experiments.benchmarks.results import HEADLINE, Batch, Findings
from straits.experiments.cli import bench
from straits.experiments.cli.main import main
from straits.experiments.reproduce import performance_page

WITH_PEERS = {"rollout_over_supersuit", "agent_steps_over_mpe2"}
ONCE = timing.Rate(20_000.0, 10_000.0, 30_000.0)


def found_by_hand() -> Findings:
    """Findings in which every part has something."""
    learner = {"collection_steps_per_s": 90.0, "null_collection_steps_per_s": 100.0, "collection_share_of_null": 0.9}
    learner |= {"steps_per_s": 47.5, "null_steps_per_s": 50.0, "share_of_null": 0.95}
    return Findings(
        machine={"cores": "2"},
        versions={"numba": "0.0"},
        headline={name: 1000.0 + n for n, name in enumerate(HEADLINE)},
        reference=1e7,
        bandwidth={1: 1e10},
        engine=[Batch(games, 1, seen, ONCE, 2000, 0.25) for games in (64, 16_384) for seen in (True, False)],
        apis=dict.fromkeys(throughput.MEASURED, ONCE),
        learners={"ppo": learner, "maskable_ppo": learner},
        supersuit=45.0,
        peers={peers.MPE2: timing.Rate(500.0, 400.0, 600.0), "another": None},
        scaling=[throughput.Scale(1000, 1, 2.5, 17_000_000)],
        phases={name: 10.0 for names in performance_page.KINDS.values() for name in names},
        draws={"hold": {"incident": 3.0, "conflict": 1.0}, "random": {"leaks": 0.5}},
    )


def test_a_rate_counts_what_was_done():
    def work():
        time.sleep(0.01)
        return 5

    found = timing.rate(work, seconds=0.05)
    assert 250 < found.low <= found.median <= found.high < 501


def test_a_tape_plays_the_turns_that_it_counts():
    tape, counted = throughput.record(5, 12)
    engine = Engine(load_scenario("baseline"), 12)
    engine.reset(np.resize(throughput.game_seeds(throughput.SEED, 5), 12))
    played = 0
    for moves in tape:
        played += int((engine.outcome == RUNNING).sum())
        engine.step(moves)
        assert not engine.illegal.any()
    assert played == counted and not (engine.outcome == RUNNING).any()


def test_a_tape_of_first_turns_is_as_long_as_asked():
    tape, counted = throughput.record(3, 7, turns=2)
    assert len(tape) == 2 and tape[0].shape == (7, 5, 3) and counted == 14


def test_bytes_of_a_turn_count_observations_only_where_they_are_written():
    engine = Engine(load_scenario("baseline"), 1)
    assert throughput.bytes_a_turn(engine) - throughput.bytes_a_turn(engine, observe=False) == engine.observation.nbytes


def test_a_batchs_memory_is_that_of_its_arrays():
    engine = Engine(load_scenario("baseline"), 7)
    arrays = (engine.games, engine.observation, engine.mask, engine.reward, engine.illegal, engine.done)
    assert throughput.scale(7, 1, 0.0).memory == throughput.memory(engine) == sum(len(a.tobytes()) for a in arrays)


def test_a_first_turn_of_all_hold_draws_five_blocks():
    assert draws.blocks("hold", games=2, turns=1) == {"incident": 3.0, "conflict": 1.0, "exogenous": 1.0}


def test_draws_are_not_counted_where_rules_are_compiled():
    with pytest.raises(RuntimeError, match="NUMBA_DISABLE_JIT"):
        draws.count("hold", games=1, turns=1)


@pytest.mark.parametrize("name", peers.MEASURED)
def test_a_peer_that_is_not_installed_is_none(name, monkeypatch):
    for module in ("mpe2.simple_spread_v3", "pyspiel", "diplomacy"):
        monkeypatch.setitem(sys.modules, module, None)
    assert peers.MEASURED[name](0.01) is None


@pytest.mark.parametrize("name", peers.MEASURED)
def test_a_peer_that_is_installed_has_a_rate(name):
    measured = peers.MEASURED[name](0.01)
    if measured is None:
        pytest.skip("not installed")
    assert measured.low > 0


def test_supersuit_is_none_where_it_is_not_installed(monkeypatch):
    monkeypatch.setitem(sys.modules, "supersuit", None)
    assert learners.supersuit_collection(1) is None


def test_the_page_has_every_headline_number_and_every_part():
    text = performance_page.render(found_by_hand())
    for n, name in enumerate(HEADLINE):
        assert f"| `{name}` | {1000 + n:,} | {performance_page.MEANING[name]} |" in text
    for part in ("engine", "APIs", "Learning", "Other", "Many", "Profile", "Random"):
        assert any(line.startswith("## ") and part in line for line in text.splitlines())
    assert f"| {peers.MPE2} | 500 (400 to 600) | 200 times | 200 times |" in text and "| another | not installed |" in text
    assert "17.0 KB" in text and "| hold | 1.00 | 3.00 | 0.00 | 4.00 |" in text


def test_tables_of_the_page_have_as_many_cells_in_every_row():
    for block in performance_page.render(found_by_hand()).split("\n\n"):
        if block.startswith("|"):
            assert len({line.count("|") for line in block.splitlines()}) == 1


def test_the_page_says_of_every_phase_what_it_is():
    listed = [name for names in performance_page.KINDS.values() for name in names]
    assert sorted(listed) == sorted([*phases.IN_PLACE, "gate", "observe", "masks"])


def test_what_was_not_measured_is_left_out_of_the_page():
    found = found_by_hand()
    found.scaling, found.phases, found.draws, found.supersuit = [], {}, {}, None
    del found.headline["rollout_over_supersuit"]
    text = performance_page.render(found)
    assert "Many games" not in text and "rollout_over_supersuit" not in text and "API: not installed." in text


def test_the_null_has_our_shapes_and_truncates_as_often():
    scenario = load_scenario("baseline", parameters={"hazard_rate": 0})
    ours, null = StraitsSB3VecEnv(scenario, 13, random_initial_step=True), learners.NullVecEnv(13, scenario.horizon)
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


@pytest.mark.parametrize(
    "arguments", [["--json", "nowhere/at/all.json"], ["--page", "nowhere/at/all.md"], ["--quick", "--page", "performance.md"]]
)
def test_a_file_that_cannot_be_written_is_refused_before_anything_is_measured(arguments, capsys):
    assert main(["bench", *arguments]) == 2
    said = capsys.readouterr()
    assert said.err.count("\n") == 1 and said.out == ""


@pytest.mark.slow
def test_the_headline_is_complete(tmp_path, monkeypatch):
    monkeypatch.setattr(bench, "QUICK", bench.Effort(seconds=0.02, updates=1))
    file = tmp_path / "bench.json"
    assert main(["bench", "--quick", "--json", str(file)]) == 0
    found = json.loads(file.read_text())
    assert set(HEADLINE) - WITH_PEERS <= set(found["headline"]) <= set(HEADLINE)
    assert all(value > 0 for value in found["headline"].values())
    assert found["versions"]["numba"]


@pytest.mark.slow
def test_all_of_it_makes_the_page(tmp_path, monkeypatch):
    monkeypatch.setattr(bench, "FULL", bench.Effort(seconds=0.02, updates=1, rounds=1, counted=1))
    monkeypatch.setattr(bench, "BATCHES", (1, 64))
    monkeypatch.setattr(throughput, "SIZES", (100, 1000))
    assert main(["bench", "--json", str(tmp_path / "all.json"), "--page", str(tmp_path / "page.md")]) == 0
    found, text = json.loads((tmp_path / "all.json").read_text()), (tmp_path / "page.md").read_text()
    assert len(found["engine"]) >= 4 and len(found["scaling"]) == 2 and found["draws"]["hold"]["conflict"] == 1.0
    assert set(found["peers"]) == set(peers.MEASURED) and "## Profile of a turn" in text
