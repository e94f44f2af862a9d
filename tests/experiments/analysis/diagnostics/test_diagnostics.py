"""The game report: its parts on cases whose answer is known, and the whole in small."""

import json
from pathlib import Path

import numpy as np
import pytest

from straits.agents.scripted import scripted
from straits.envs.rules.rewards import conflict_value
from straits.envs.scenarios.scenario import load_scenario
from straits.envs.simulator.engine import Engine
from straits.envs.spec.constants import CHINA, N_ACTORS, TAIWAN
from straits.envs.spec.moves import MOVE_INDEX, choice
from straits.experiments.analysis.diagnostics import checks
from straits.experiments.analysis.diagnostics.checks import QUICK
from straits.experiments.analysis.diagnostics.report import SECTIONS, report
from straits.experiments.cli.main import main
from straits.experiments.evaluation.best_response import Budget, Constant, Restricted, search, seated
from straits.experiments.reproduce.diagnostics_page import page
from straits.experiments.rollouts.rollout import decide, play
from straits.experiments.utils.statistics import Interval


def test_usage_counts_shares_of_each_channels_turns() -> None:
    moves = np.full((2, 2, N_ACTORS, 3), -1)
    moves[:, :, 0] = 0
    moves[0, 0, 0] = choice("patrol.taiwan_strait", "denounce.china")
    moves[1, 0, 0] = choice("patrol.taiwan_strait")
    moves[1, 1] = -1  # a game that has ended
    shares = checks.usage(moves, [0])
    assert shares["deployment"] == {"patrol.taiwan_strait": pytest.approx(2 / 3)}
    assert shares["statement"] == {"denounce.china": pytest.approx(1 / 3)}
    assert shares["act"] == {}
    assert checks.crowding(shares)["deployment"] == ("patrol.taiwan_strait", 1.0)
    assert checks.used(shares) == {"deployment": 1, "statement": 1, "act": 0}


def test_rates_are_in_order_only_with_intervals_apart() -> None:
    def rows(*rates: tuple[float, float]) -> dict[str, dict[str, Interval]]:
        return {str(n): {"conflict": Interval((a + b) / 2, a, b)} for n, (a, b) in enumerate(rates)}

    assert checks.in_order(rows((0, 0.1), (0.2, 0.3)), ["0", "1"])
    assert not checks.in_order(rows((0, 0.25), (0.2, 0.3)), ["0", "1"])


def test_a_constant_policy_plays_its_move_when_legal_and_a_restricted_one_leaves_its_channel_idle() -> None:
    engine = Engine(load_scenario("baseline"), 4)
    engine.reset(1)
    move = MOVE_INDEX["peace_appeal"]
    first = decide(engine, [Constant(move)] * N_ACTORS)
    assert (first[..., 1] == 1).all()
    engine.step(first)
    assert not decide(engine, [Constant(move)] * N_ACTORS).any()  # it rests
    assert not decide(engine, [Restricted(scripted("random"), 2)] * N_ACTORS)[..., 2].any()


def test_search_finds_more_than_holding_against_holders() -> None:
    scenario = load_scenario("baseline", horizon=12, parameters={"hazard_rate": 0})
    hold = scripted("hold")
    found = search(scenario, TAIWAN, hold, 1, Budget(generations=6, population=16, games=20))
    gained = play(scenario, seated(found, TAIWAN, hold), 100, 9).returns[:, TAIWAN]
    held = play(scenario, [hold] * N_ACTORS, 100, 9).returns[:, TAIWAN]
    assert (gained - held).mean() > 3 * (gained - held).std() / 10


def test_search_without_a_channel_never_uses_it() -> None:
    scenario = load_scenario("baseline", horizon=6)
    found = search(scenario, CHINA, scripted("default"), 1, Budget(3, 6, 5), without=1)
    games = play(scenario, seated(found, CHINA, scripted("default")), 30, 2, keep_moves=True)
    assert games.moves[:, :, CHINA, 1].max() == 0
    assert games.moves[:, :, CHINA, 0].max() > 0


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
    assert sum(f["exits"] for f in checks.no_exit(priced, 40, 1, 3).values()) == 0
    bare = checks.no_exit(free, 40, 1, 3)
    assert min(f["least_margin"] for f in bare.values()) < min(f["least_margin"] for f in checks.no_exit(priced, 40, 1, 3).values())


@pytest.mark.slow
def test_the_whole_report_in_small(tmp_path: Path) -> None:
    assert main(["diagnose", "--quick", "--json", str(tmp_path / "r.json"), "--page", str(tmp_path / "r.md")]) == 0
    found = json.loads((tmp_path / "r.json").read_text())
    assert set(SECTIONS) == set(found["verdicts"])
    assert (tmp_path / "r.md").read_text() == page(found)


def test_one_section_alone_and_a_section_that_does_not_exist(capsys: pytest.CaptureFixture[str]) -> None:
    found = report(QUICK, ["influence"], say=lambda line: None)
    assert [v["name"] for v in found["verdicts"]["influence"]] == ["each actor's choices move another's return"]
    with pytest.raises(SystemExit) as left:
        main(["diagnose", "--sections", "outcome"])
    assert left.value.code == 2
    said = capsys.readouterr().err
    assert "--sections=outcome: expected some of outcomes" in said and said.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--json", "nowhere/r.json"], "--json=nowhere/r.json: expected a file in a folder that exists"),
        (
            ["--page", "r.md", "--sections", "influence"],
            "--page=r.md: expected all parts, no_exit, outcomes, responses, self_play too",
        ),
        (["--add-to", "nowhere.json"], "nowhere.json"),
    ],
)
def test_what_could_not_be_written_is_told_before_anything_is_measured(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        main(["diagnose", "--quick", *arguments])
    said = capsys.readouterr()
    assert left.value.code == 2 and message in said.err and said.err.count("\n") == 1 and said.out == ""
