"""Compare's numbers: equal to a reference or worked out by hand, each with what it rests on."""

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from lifelines import KaplanMeierFitter

from straits.agents.scripted import scripted
from straits.envs.scenarios.scenario import load_scenario
from straits.envs.spec.constants import CHINA, CODES, N_ACTORS, TAIWAN
from straits.experiments.cli.main import main
from straits.experiments.evaluation.sources import Group, load_groups
from straits.experiments.metrics.compute import Settings
from straits.experiments.metrics.ladder import first_at
from straits.experiments.rollouts.record import record
from straits.experiments.utils.statistics import ratios, wilson
from straits.experiments.viewer.export import comparison as module
from straits.experiments.viewer.export.comparison import build_comparison, crises_of_games
from straits.experiments.viewer.export.outliers import gaps

SETTINGS = Settings(seed=1, confidence=0.95, resamples=300)
GAMES = 40
APART = ~np.eye(N_ACTORS, dtype=bool)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    at = tmp_path_factory.mktemp("games")
    for name in ("default", "hawk"):
        record(at / name, load_scenario("severe"), [scripted(name)] * 5, GAMES, seed=4)
    return [str(at / name) for name in ("default", "hawk")]


@pytest.fixture(scope="module")
def groups(folders: list[str]) -> Iterator[list[Group]]:
    with load_groups(folders) as found:
        yield found


@pytest.fixture(scope="module")
def shown(groups: list[Group]) -> dict[str, Any]:
    return build_comparison(groups, SETTINGS)


def test_peaks_are_counted_with_wilson_intervals(groups: list[Group], shown: dict[str, Any]) -> None:
    for group, peak in zip(groups, shown["peak"], strict=True):
        found = group.recording.column("episodes", "peak_rung")
        assert peak["n"] == GAMES == sum(peak["counts"])
        for rung, (count, share) in enumerate(zip(peak["counts"], peak["shares"], strict=True)):
            assert count == (found == rung).sum()
            assert share == pytest.approx(list(wilson(count, GAMES)), abs=1e-5)


def test_survival_is_that_of_lifelines(groups: list[Group], shown: dict[str, Any]) -> None:
    for k in range(1, 7):
        for group, curve in zip(groups, shown["survival"][str(k)], strict=True):
            durations, reached = first_at(group.rungs, k)
            fitted = KaplanMeierFitter().fit(durations, reached)
            expected = fitted.survival_function_at_times(range(53)).to_numpy()
            assert np.abs(np.array(curve["share"]) - expected).max() < 1e-5  # what rounding leaves
            assert curve["reached"] == reached.sum() and curve["n"] == GAMES


def test_survival_before_rounding_equals_lifelines_to_1e_9(groups: list[Group], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "DIGITS", 15)
    for group in groups:
        durations, reached = first_at(group.rungs, 5)
        expected = KaplanMeierFitter().fit(durations, reached).survival_function_at_times(range(53)).to_numpy()
        assert np.abs(np.array(module._survival(group, 5, SETTINGS)["share"]) - expected).max() < 1e-9


def test_the_first_turn_at_a_rung_or_the_last_turn_without_it() -> None:
    rungs = np.array([[0, 3, 1, 5], [2, 2, 2, -1], [6, -1, -1, -1]])
    durations, reached = first_at(rungs, 3)
    assert durations.tolist() == [2, 3, 1] and reached.tolist() == [True, False, True]
    assert first_at(rungs, 4)[0].tolist() == [4, 3, 1]


def test_who_steps_against_whom(groups: list[Group], shown: dict[str, Any]) -> None:
    for n, group in enumerate(groups):
        rung, turns = group.data.rung[:, :, CHINA, TAIWAN].astype(int), group.data.turns
        steps = (rung >= 3).sum(axis=1)
        assert shown["whom"]["sum"][n][CHINA][TAIWAN][0] == pytest.approx(rung.sum() / GAMES, abs=1e-5)
        expected = ratios({"": steps}, {"": turns}, **SETTINGS)[""]
        assert shown["whom"]["rate"][n][CHINA][TAIWAN][0] == pytest.approx(steps.sum() / turns.sum(), abs=1e-5)
        assert expected.low < shown["whom"]["rate"][n][CHINA][TAIWAN][0] < expected.high
        assert all(shown["whom"]["rate"][n][i][i] is None for i in range(5))
    assert shown["whom"]["turns"] == [int(group.data.turns.sum()) for group in groups]


def test_differences_are_of_the_same_games_and_from_the_first_policy(groups: list[Group], shown: dict[str, Any]) -> None:
    rates = [row[CHINA][TAIWAN][0] for row in shown["whom"]["rate"]]
    gap = shown["whom"]["difference"][1][CHINA][TAIWAN]
    assert shown["whom"]["difference"][0] is None
    assert gap[0] == pytest.approx(rates[1] - rates[0], abs=2e-5) and gap[1] <= gap[0] <= gap[2]
    assert shown["matched"]


def test_answers_have_their_steps_and_few_are_hidden(shown: dict[str, Any]) -> None:
    for group in shown["answers"]["groups"]:
        for cells in group.values():
            for row, n_row in zip(cells["share"], cells["n"], strict=True):
                for cell, n in zip(row, n_row, strict=True):
                    assert (cell is None) == (n < 10)
                    assert cell is None or 0 <= cell[1] <= cell[0] <= cell[2] <= 1


def test_tension_around_the_first_crisis(groups: list[Group], shown: dict[str, Any]) -> None:
    around = shown["aligned"]["5"][1]
    turn, reached = first_at(groups[1].rungs, 5)
    at = groups[1].tension[np.flatnonzero(reached), turn[reached] - 1]
    assert around["games"] == reached.sum() and around["n"][10] == reached.sum() and around["offset"][10] == 0
    assert around["median"][10] == pytest.approx(np.median(at), abs=1e-5)
    assert all((value is None) == (n < 10) for value, n in zip(around["median"], around["n"], strict=True))


def test_crises_are_counted_by_their_ends_and_open_while_they_last(groups: list[Group], shown: dict[str, Any]) -> None:
    for group, row in zip(groups, shown["crises"]["groups"], strict=True):
        found = crises_of_games(group)
        assert row["ends"]["all"][0] == pytest.approx(np.mean([len(game) for game in found]), abs=1e-5)
        assert sum(row["ends"][end][0] for end in shown["crises"]["ends"]) == pytest.approx(row["ends"]["all"][0], abs=1e-4)
        lasted = group.recording.by_turn("dyads", "crisis_turns")
        for i, j in shown["crises"]["pairs"]:
            shares = row["open"][f"{CODES[i]}-{CODES[j]}"]
            assert shares[0] == pytest.approx((lasted[:, 0, i, j] > 0).mean(), abs=1e-5)
    first = shown["ranked"][0]
    assert first["crises"] == [list(crisis) for crisis in crises_of_games(groups[first["policy"]])[first["game"]]]


def test_games_are_ranked_by_their_distance_from_the_median_of_their_policy(groups: list[Group], shown: dict[str, Any]) -> None:
    first = shown["ranked"][0]
    gaps = np.array([gap for group in groups for gap in gaps_by_hand(group)])
    best = int(np.argmax(np.abs(gaps)))
    assert (first["policy"], first["game"]) == divmod(best, GAMES)
    assert first["gap"] == pytest.approx(gaps[best], abs=1e-5)
    assert [abs(row["gap"]) for row in shown["ranked"]] == sorted((abs(row["gap"]) for row in shown["ranked"]), reverse=True)
    assert first["seed"] == str(groups[first["policy"]].seeds[first["game"]])
    assert [sum(row["policy"] == n for row in shown["ranked"]) for n in range(2)] == [5, 5]  # as many of one as of another
    for n in range(2):
        of_one = [row["game"] for row in shown["ranked"] if row["policy"] == n]
        assert set(of_one) == set(np.argsort(-np.abs(gaps_by_hand(groups[n])), kind="stable")[:5].tolist())


def gaps_by_hand(group: Group) -> list[float]:
    lengths = group.data.turns.tolist()
    found = []
    for game, turns in enumerate(lengths):
        usual = [np.median([group.tension[n, t] for n, length in enumerate(lengths) if length > t]) for t in range(turns)]
        found.append(float(np.mean(group.tension[game, :turns] - usual)))
    return found


def test_a_game_that_was_cut_short_is_not_remarkable_for_its_length(groups: list[Group]) -> None:
    """Every game follows one path, some not to its end: none lies apart from the others."""
    group = groups[1]
    lengths = group.data.turns
    assert len(set(lengths.tolist())) > 1
    path = np.linspace(0.1, 0.9, group.data.played.shape[1])
    alike = dataclasses.replace(group.data, tension=np.where(APART, path[None, :, None, None], 0.0))
    assert np.abs(gaps(dataclasses.replace(group, data=alike))).max() < 1e-12


def test_many_games_come_as_quantiles_only(groups: list[Group], shown: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(shown["runs"]["seed"]) == 2 * GAMES
    monkeypatch.setattr(module, "MANY", 2 * GAMES - 1)
    many = build_comparison(groups, SETTINGS)
    assert many["runs"] is None
    mean = groups[0].tension.sum(axis=1) / groups[0].data.turns
    assert many["quantiles"]["groups"][0]["mean"] == pytest.approx(np.quantile(mean, many["quantiles"]["levels"]), abs=1e-5)


def test_the_same_games_give_the_same_bytes_and_json_takes_them(groups: list[Group], shown: dict[str, Any]) -> None:
    assert json.dumps(shown, allow_nan=False) == json.dumps(build_comparison(groups, SETTINGS), allow_nan=False)


def test_games_of_other_seeds_are_not_subtracted(folders: list[str], tmp_path: Path) -> None:
    record(tmp_path / "other", load_scenario("severe"), [scripted("hawk")] * 5, GAMES, seed=5)
    with load_groups([folders[0], str(tmp_path / "other")]) as found:
        shown = build_comparison(found, SETTINGS)
    assert not shown["matched"] and shown["whom"]["difference"] == [None, None]
    assert shown["methods"]["difference"].startswith("none")


def test_labels_are_told_apart(folders: list[str]) -> None:
    with load_groups([folders[0], folders[1], folders[0]]) as found:
        assert [group.label for group in found] == ["default", "hawk", "default (2)"]


@pytest.mark.parametrize(
    ("runs", "message"),
    [
        (["baseline"], "run='baseline': expected the folder of a recording or an evaluation"),
        (["{severe}", "{calm}"], "scenario='calm': expected that of default, severe: one scenario a page"),
        (["{few}"], "default: 3 games: expected at least 10"),
        (["{severe}"] * 9, "expected at most 8"),
    ],
)
def test_bad_input_is_one_line(
    runs: list[str], message: str, folders: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record(tmp_path / "calm", load_scenario("calm"), [scripted("dove")] * 5, 10, seed=4)
    record(tmp_path / "few", load_scenario("calm"), [scripted("default")] * 5, 3, seed=4)
    places = {"{severe}": folders[0], "{calm}": str(tmp_path / "calm"), "{few}": str(tmp_path / "few")}
    out = tmp_path / "page.html"
    assert main(["compare", *(places.get(run, run) for run in runs), "--out", str(out)]) == 2
    said = capsys.readouterr().err
    assert message in said and said.count("\n") == 1 and not out.exists()


def test_compare_writes_a_page_whose_ranked_games_open(folders: list[str], tmp_path: Path) -> None:
    out, data = tmp_path / "compare.html", tmp_path / "suite.json"
    few = ["--resamples", "100", "--episodes", "2"]
    assert main(["compare", *folders, *few, "--out", str(out), "--json", str(data)]) == 0
    page = json.loads(data.read_text(encoding="utf-8"))
    assert page["view"] == "compare" and len(page["episodes"]) == 2
    for n, episode in enumerate(page["episodes"]):
        row = page["comparison"]["ranked"][n]
        assert row["episode"] == n and episode["meta"]["game_seed"] == row["seed"] and episode["meta"]["game"] == row["game"]
        assert max(episode["rung"]) == str(row["peak"])
    assert [row["episode"] for row in page["comparison"]["ranked"][2:]] == [None] * 8
    assert "straits-comparison/1" in out.read_text(encoding="utf-8")
