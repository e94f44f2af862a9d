"""The game report: its parts on cases whose answer is known, and the report in small."""

import json
from pathlib import Path

import numpy as np
import pytest

from straits.agents.scripted import scripted
from straits.envs.rules.rewards import conflict_value
from straits.envs.scenarios.scenario import load_scenario
from straits.envs.simulator.engine import Engine
from straits.envs.spec.constants import ACTORS, CHINA, N_ACTORS, TAIWAN
from straits.envs.spec.moves import MOVE_INDEX, OFFSETS, choice
from straits.experiments.analysis.diagnostics import learning
from straits.experiments.analysis.diagnostics.constant_moves import Triples, best_constant
from straits.experiments.analysis.diagnostics.exits import no_exit
from straits.experiments.analysis.diagnostics.games import QUICK, Played, arcs, looks, play_series, share_of_gain
from straits.experiments.analysis.diagnostics.report import run
from straits.experiments.cli.main import main
from straits.experiments.evaluation.best_response import Budget, Constant, Restricted, search, seated
from straits.experiments.metrics.types import series
from straits.experiments.reproduce.diagnostics_page import CLAIMS, holds, page
from straits.experiments.rollouts.record import record
from straits.experiments.rollouts.rollout import decide, play

SETTINGS = {"seed": 1, "confidence": 0.95, "resamples": 100}


def test_games_in_memory_are_those_of_a_recording(tmp_path: Path) -> None:
    scenario, seats = load_scenario("baseline", horizon=8), [scripted("hawk")] * N_ACTORS
    ours = play_series(scenario, seats, 6, 3).series
    theirs = series(record(tmp_path / "r", scenario, seats, games=6, seed=3))
    for name in (
        "played",
        "conflict",
        "belligerents",
        "incidents",
        "tension",
        "crisis_turns",
        "crisis_end",
        "crisis_opener",
        "terms",
    ):
        assert np.array_equal(getattr(ours, name), getattr(theirs, name)), name
    assert np.array_equal(ours.moves, theirs.moves) and np.allclose(ours.returns, theirs.returns)


def test_arcs_of_games_without_crises() -> None:
    scenario = load_scenario("baseline", horizon=4)
    measured = arcs(play_series(scenario, [scripted("hold")] * N_ACTORS, 4, 1), scenario, SETTINGS)
    assert measured["crises"].estimate == 0.0 and measured["turns"].estimate == 0.0
    assert measured["median"].estimate == np.inf and np.isnan(measured["ended"].estimate)


def test_looks_count_the_values_of_the_peak_rung_and_the_gap_at_the_top() -> None:
    rungs, tension = np.repeat([2, 3, 4, 5], [600, 300, 90, 10]), np.full(1000, 0.3)
    tension[-10:] = 0.5
    seen = looks(Played(None, tension, rungs), SETTINGS)
    assert seen["peak_rung_values"].estimate == 3.0 and seen["peak_rungs"][3].estimate == 0.3
    assert seen["tension_gap"].estimate == pytest.approx(0.2)


def test_a_share_of_a_gain_is_a_ratio_of_sums() -> None:
    assert share_of_gain(np.array([1.0, 3.0]), np.array([10.0, 10.0]), SETTINGS).estimate == pytest.approx(0.2)
    assert np.isnan(share_of_gain(np.ones(2), np.array([-1.0, 0.0]), SETTINGS).estimate)


def test_a_constant_policy_plays_its_move_when_legal_and_a_restricted_one_leaves_its_channel_idle() -> None:
    engine = Engine(load_scenario("baseline"), 4)
    engine.reset(1)
    move = MOVE_INDEX["peace_appeal"]
    first = decide(engine, [Constant(move)] * N_ACTORS)
    assert (first[..., 1] == 1).all()
    engine.step(first)
    assert not decide(engine, [Constant(move)] * N_ACTORS).any()  # it rests
    assert not decide(engine, [Restricted(scripted("random"), 2)] * N_ACTORS)[..., 2].any()


def test_constant_triples_are_per_row_and_idle_where_illegal() -> None:
    triples = np.array([choice("patrol.taiwan_strait", "peace_appeal"), choice()])
    mask = np.ones((2, engine_moves()), np.int8)
    mask[0, OFFSETS[0] + triples[0, 0]] = 0
    assert Triples(triples).act(None, mask, None).tolist() == [[0, triples[0, 1], 0], [0, 0, 0]]


def engine_moves() -> int:
    return len(MOVE_INDEX)


def test_the_best_constant_play_is_no_worse_than_the_no_op() -> None:
    scenario, hold = load_scenario("baseline", horizon=6), scripted("hold")
    best = best_constant(scenario, TAIWAN, hold, 2, 20, 9)
    held = play(scenario, [hold] * N_ACTORS, 20, 9).returns[:, TAIWAN]
    assert best.returns.shape == (20,) and best.returns.mean() >= held.mean() - 0.5


def test_search_finds_more_than_holding_against_default() -> None:
    scenario, others = load_scenario("baseline", horizon=20), scripted("default")
    best = search(scenario, CHINA, others, 1, Budget(generations=6, population=16, games=20))
    gained = play(scenario, seated(best, CHINA, others), 100, 9).returns[:, CHINA]
    held = play(scenario, seated(scripted("hold"), CHINA, others), 100, 9).returns[:, CHINA]
    assert (gained - held).mean() > 3 * (gained - held).std() / 10


def test_search_without_a_channel_never_uses_it() -> None:
    scenario = load_scenario("baseline", horizon=6)
    best = search(scenario, CHINA, scripted("default"), 1, Budget(3, 6, 5), without=1)
    games = play(scenario, seated(best, CHINA, scripted("default")), 30, 2, keep_moves=True)
    assert games.moves[:, :, CHINA, 1].max() == 0
    assert games.moves[:, :, CHINA, ::2].max() > 0


def test_conflict_is_worth_its_loss_and_the_worst_peace_for_every_turn_left() -> None:
    scenario = load_scenario("baseline", parameters={"resolve_reduction": 0, "conflict_loss": 7, "peace_floor": 2})
    engine = Engine(scenario, 1)
    engine.reset(0)
    assert conflict_value(engine.games[0], engine.params[0], CHINA, 1.0) == -(7 + 2 * 52)
    engine.step(np.zeros((1, N_ACTORS, 3), np.int64))
    assert conflict_value(engine.games[0], engine.params[0], CHINA, 0.5) == -(3.5 + 2 * 51)


def test_no_exit_sees_an_exit_where_conflict_costs_nothing() -> None:
    free = load_scenario("baseline", horizon=8, parameters={"conflict_loss": 0, "peace_floor": 0.1})
    priced = load_scenario("baseline", horizon=8)
    assert sum(f["exits"] for f in no_exit(priced, 40, 1, 3).values()) == 0
    bare = no_exit(free, 40, 1, 3)
    assert min(f["least_margin"] for f in bare.values()) < min(f["least_margin"] for f in no_exit(priced, 40, 1, 3).values())


def test_what_a_channel_is_worth_counts_the_better_substitute(tmp_path: Path) -> None:
    flat = {"hold": 0.0, "same": 4.0, "full": 10.0, "statement-retrained": 8.0, "statement-ablated": 3.0}
    flat |= {"act-retrained": -5.0, "act-ablated": -2.0}
    for seed in QUICK.training_seeds:
        np.savez(tmp_path / f"responses-default-{seed}.npz", **{f"returns.{n}": np.full((N_ACTORS, 3), v) for n, v in flat.items()})
    gains = learning.gains(tmp_path, "default", QUICK)
    row = gains[ACTORS[CHINA]]
    assert row["gain"].estimate == 10.0 and row["gain_over_same"].estimate == 6.0 and row["over_median"].estimate == 1.0
    assert row["statement"].estimate == pytest.approx(0.2) and row["statement_by_seed"] == pytest.approx([0.2, 0.2])
    assert row["act"].estimate == pytest.approx(1.0)  # holding is better than both


def test_a_claim_holds_within_its_limits_and_never_without_a_number() -> None:
    assert holds("crisis_median_default", 5.0) and not holds("crisis_median_default", 16.0)
    assert (
        not holds("half_life_default", float("inf")) and not holds("tension_gap", None) and not holds("tension_gap", float("nan"))
    )


@pytest.mark.slow
def test_the_report_in_small_continues_where_it_was(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = ["--json", str(tmp_path / "r.json"), "--page", str(tmp_path / "r.md")]
    command = ["diagnose", "--quick", "--out", str(tmp_path / "out")]
    assert main([*command, "--stage", "selfplay,responses"]) == 0
    assert main([*command, *files]) == 0
    report = json.loads((tmp_path / "r.json").read_text())
    assert set(report["headline"]) == set(CLAIMS)
    assert (tmp_path / "r.md").read_text() == page(report)
    capsys.readouterr()
    assert main([*command, *files]) == 0
    assert "batch" not in capsys.readouterr().out  # nothing is trained again
    with pytest.raises(SystemExit):
        main([*command, "--games", "70"])
    assert "expected a folder without results of games=60; now games=70" in capsys.readouterr().err


def test_a_stage_that_needs_another_names_its_file(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="selfplay-1.npz: expected the results of an earlier stage"):
        learning.shared_policy(tmp_path, "1")
    with pytest.raises(ValueError, match="expected a folder without results of games"):
        (tmp_path / "effort.json").write_text('{"games": 3}')
        run(tmp_path, ["report"], QUICK, print)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--json", "nowhere/r.json"], "--json=nowhere/r.json: expected a file in a folder that exists"),
        (["--stage", "outcome"], "--stage=outcome: expected some of selfplay, responses, default, scenarios, report"),
        (["--seeds", "1,x"], "--seeds=1,x: expected whole numbers with commas between them"),
    ],
)
def test_wrong_options_are_told_before_anything_is_measured(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        main(["diagnose", "--quick", *arguments])
    output = capsys.readouterr()
    assert left.value.code == 2 and message in output.err and output.err.count("\n") == 1 and output.out == ""
