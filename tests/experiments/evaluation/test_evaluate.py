"""`straits evaluate`, `verify` and `crossplay`: the same inputs, the same tables; what differs is found; bad input is one line."""

import csv
import json
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from straits.agents.registry import policy
from straits.envs.recording import read
from straits.envs.spec.constants import ACTORS
from straits.experiments.cli.main import main
from straits.experiments.rollouts.action_log import CellKey, read_log, write_log
from straits.experiments.utils.statistics import holm

pytest.importorskip("pyarrow")
pytest.importorskip("lifelines")

SHORT = """\
extends: baseline
name: short
title: A short tense year
description: The baseline, cut to twelve turns for a test.
sources: [assumption]
horizon: 12
"""
GAMES = 40


@pytest.fixture(scope="module")
def scenario(tmp_path_factory):
    path = tmp_path_factory.mktemp("scenario") / "short.yaml"
    path.write_text(SHORT)
    return path


def evaluate(scenario, output, *more):
    options = ["--policies", "default,hawk,dove", "--scenarios", str(scenario), "--games", str(GAMES), "--resamples", "200"]
    return main(["evaluate", *options, "--out", str(output), *more])


@pytest.fixture(scope="module")
def folder(scenario, tmp_path_factory):
    output = tmp_path_factory.mktemp("runs") / "evaluation"
    assert evaluate(scenario, output, "--keep") == 0
    return output


def table(path):
    with path.open() as file:
        return list(csv.DictReader(file))


def results(folder):
    return {(row["policy"], row["measure"], row["detail"]): row for row in table(folder / "results.csv")}


def test_it_writes_tables_pictures_a_page_and_a_manifest(folder):
    made = {path.name for path in folder.iterdir()}
    pictures = {f"short-{name}.png" for name in ("survival", "crises", "ladder", "dyads", "impulses", "cascades")}
    assert (
        made
        == {"results.csv", "curves.csv", "comparisons.csv", "games.parquet", "report.md", "manifest.json", "recordings"} | pictures
    )
    page = (folder / "report.md").read_text()
    assert all(f"![{name}]({name})" in page for name in pictures) and "A short tense year" in page


def test_every_number_has_an_interval_around_it_and_a_count(folder):
    for row in table(folder / "results.csv"):
        estimate, low, high = (float(row[name]) for name in ("estimate", "low", "high"))
        assert np.isnan(low) or low <= estimate <= high, row
        assert int(row["games"]) == GAMES and int(row["n"]) >= 0


def test_every_measure_is_there(folder):
    measures = {row["measure"] for row in table(folder / "results.csv")}
    assert measures == {
        "conflict_rate", "peak_tension", "peak_rung", "incidents", "turns", "rivera_scorer", "rivera_chart", "rivera_per_move",
        "rivera_chart_per_move", "welfare", "time_above", "return", "regret", "first", "value_at_risk",
        "conditional_value_at_risk", "time_to_crisis", "crises", "crisis_settlements", "crisis_turns", "crisis_duration",
        "crisis_opener", "crisis_loser", "crisis_signals", "crisis_end_rate",
        "crisis_ends", "rung_transition", "kahn_steps", "steps_a_turn", "spectral_radius", "branching", "half_life", "bluff_rate",
        "follow_rate", "type_skill", "type_brier", "events_a_turn", "goldstein_a_turn", "goldstein_mean", "quad_share", "response",
        "impulse", "turns_to_step",
    }  # fmt: skip


SHARES = (
    "conflict_rate", "time_above", "first", "rung_transition", "steps_a_turn", "quad_share", "crisis_ends", "crisis_turns",
    "crisis_opener",
)  # fmt: skip


def test_what_can_not_be_below_0_or_above_1_has_no_end_there(folder):
    for row in table(folder / "results.csv"):
        if row["measure"] in (*SHARES, "branching", "bluff_rate", "follow_rate", "type_brier"):
            assert not float(row["low"]) < 0.0, row
            assert row["measure"] == "branching" or not float(row["high"]) > 1.0, row
        if row["measure"] in SHARES and row["estimate"] in ("0", "1"):
            assert float(row["low"]) < float(row["high"]), row  # that nobody did it in these games is not that nobody would


def test_curves_have_a_point_a_turn_with_an_interval(folder):
    rows = [row for row in table(folder / "curves.csv") if row["policy"] == "hawk"]
    assert {(row["curve"], row["detail"]) for row in rows} >= {("crisis_free", ""), ("crisis_ends", "fade"), ("spike_excess", "")}
    free = [tuple(float(row[end]) for end in ("low", "value", "high")) for row in rows if row["curve"] == "crisis_free"]
    assert len(free) == 13 and free[0] == (1, 1, 1) and all(low <= value <= high for low, value, high in free)
    found = results(folder)["hawk", "time_to_crisis", "restricted mean"]
    assert float(found["estimate"]) == pytest.approx(sum(value for _, value, _ in free[:-1]), rel=1e-4)


def test_impulses_of_one_turn_are_the_responses(folder):
    found = results(folder)
    of = "china to taiwan, sums of 1"
    assert found["hawk", "impulse", f"{of}, after 1"]["estimate"] == found["hawk", "response", of]["estimate"]


def test_numbers_are_those_of_the_recordings(folder):
    found = results(folder)
    hawk = read(folder / "recordings" / "short" / "hawk")
    returns = {actor: hawk.column("episodes", f"return_{actor}").mean() for actor in ACTORS}
    for actor, value in returns.items():
        assert float(found["hawk", "return", actor]["estimate"]) == pytest.approx(value, rel=1e-5)
    events = hawk.table("events").to_pandas()
    toward = events[(events.actor == "china") & (events.target == "taiwan")].goldstein.sum() / hawk.turns.sum()
    assert float(found["hawk", "goldstein_a_turn", "china>taiwan"]["estimate"]) == pytest.approx(toward, rel=1e-4)
    seen = (hawk.by_turn("dyads", "rung")[:, :, 2, 3] >= 3).sum() / hawk.turns.sum()
    assert float(found["hawk", "steps_a_turn", "china>taiwan"]["estimate"]) == pytest.approx(seen, rel=1e-5)


def test_hawks_escalate_further_than_doves_in_the_same_games(folder):
    found = results(folder)
    for measure in ("peak_tension", "rivera_scorer", "peak_rung"):
        assert float(found["dove", measure, ""]["high"]) < float(found["hawk", measure, ""]["low"])
    gaps = {(row["policy"], row["measure"]): row for row in table(folder / "comparisons.csv")}
    assert gaps["hawk", "peak_tension"]["holds"] == gaps["dove", "peak_tension"]["holds"] == "True"
    assert float(gaps["hawk", "peak_tension"]["difference"]) > 0 > float(gaps["dove", "peak_tension"]["difference"])
    cells = read_log(folder / "games.parquet")
    seeds = [cells["short", "everyone", name].seeds.tolist() for name in ("hawk", "dove")]
    assert seeds[0] == seeds[1] and len(set(seeds[0])) == GAMES


def test_comparisons_are_corrected_together(folder):
    rows = table(folder / "comparisons.csv")
    told = holm({str(n): float(row["p"]) for n, row in enumerate(rows)})
    for n, row in enumerate(rows):
        assert float(row["p_holm"]) == pytest.approx(told[str(n)].corrected, rel=1e-4)


def test_another_process_writes_the_same_tables(folder, scenario, tmp_path):
    command = [sys.executable, "-m", "straits.experiments.cli.main", "evaluate", "--policies", "default,hawk,dove", "--scenarios"]
    command += [str(scenario), "--games", str(GAMES), "--resamples", "200", "--out", str(tmp_path / "again")]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    for name in ("results.csv", "curves.csv", "comparisons.csv", "games.parquet", "report.md"):
        assert (tmp_path / "again" / name).read_bytes() == (folder / name).read_bytes(), name
    facts = [json.loads((f / "manifest.json").read_text()) for f in (folder, tmp_path / "again")]
    assert facts[0]["results"] == facts[1]["results"] and facts[0]["policies"] == facts[1]["policies"]
    assert not (tmp_path / "again" / "recordings").exists()


def test_one_seat_is_the_policys_and_the_rest_the_others(scenario, tmp_path):
    assert evaluate(scenario, tmp_path / "seat", "--seat", "china", "--others", "dove", "--keep") == 0
    made = read(tmp_path / "seat" / "recordings" / "short" / "hawk")
    assert made.facts["seats"] == {actor: "hawk" if actor == "china" else "dove" for actor in ACTORS}


def test_verify_steps_the_same_games(folder, capsys):
    assert main(["verify", str(folder), "--games", "5"]) == 0
    assert capsys.readouterr().out == "15 games replayed: no difference\n"
    assert main(["verify", str(folder)]) == 0
    assert capsys.readouterr().out == f"{3 * GAMES} games replayed: no difference\n"


TABLES = ("results.csv", "curves.csv", "comparisons.csv")


def changed(folder, tmp_path, name, change):
    """A copy of the tables in which the text of one file, or the action log, is another."""
    copy = tmp_path / "changed"
    copy.mkdir()
    for file in ("manifest.json", *TABLES):
        text = (folder / file).read_text()
        (copy / file).write_text(change(text) if file == name else text)
    cells = read_log(folder / "games.parquet")
    write_log(copy / "games.parquet", change(cells) if name == "games.parquet" else cells)
    return copy


@pytest.mark.parametrize("column", ["digests", "returns", "seeds", "actions"])
def test_verify_finds_a_game_that_came_out_otherwise(folder, tmp_path, capsys, column):
    def change(cells):
        key = CellKey("short", "everyone", "hawk")
        values = getattr(cells[key], column).copy()
        values[3] = bytes(len(values[3])) if column == "actions" else values[3] + values.dtype.type(1)
        return cells | {key: replace(cells[key], **{column: values})}

    copy = changed(folder, tmp_path, "games.parquet", change)
    assert main(["verify", str(copy)]) == 1
    assert (
        capsys.readouterr().err == "games.parquet: differs from what the evaluation wrote\nshort/hawk: game 3 has another result\n"
    )


@pytest.mark.parametrize("name", TABLES)
def test_verify_finds_a_table_that_was_changed(folder, tmp_path, capsys, name):
    copy = changed(folder, tmp_path, name, lambda text: text.replace("hawk", "dove"))
    assert main(["verify", str(copy), "--games", "1"]) == 1
    assert capsys.readouterr().err == f"{name}: differs from what the evaluation wrote\n"
    (copy / name).unlink()
    assert main(["verify", str(copy), "--games", "1"]) == 1
    assert capsys.readouterr().err == f"{name}: expected the table that the manifest lists\n"


def test_verify_finds_another_policy_and_another_world(folder, tmp_path, capsys):
    facts = json.loads((folder / "manifest.json").read_text())
    changes = {facts["policies"]["hawk"]: "0" * 16, facts["versions"]["env_source_hash"]: "f" * 16}

    def change(text):
        for old, new in changes.items():
            text = text.replace(old, new)
        return text

    copy = changed(folder, tmp_path, "manifest.json", change)
    assert main(["verify", str(copy), "--games", "1"]) == 1
    said = capsys.readouterr().err
    assert "policy hawk: hash" in said and "env_source_hash: " in said


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("manifest.json", "{", "expected a JSON object"),
        ("manifest.json", "{}", "format=None: expected 'straits-evaluation-3'"),
        ("games.parquet", "PAR1", "expected a Parquet file"),
    ],
)
def test_verify_names_what_is_damaged(folder, tmp_path, capsys, file, text, message):
    copy = changed(folder, tmp_path, "", None)
    (copy / file).write_text(text)
    assert main(["verify", str(copy)]) == 2
    said = capsys.readouterr()
    assert message in said.err and said.err.count("\n") == 1 and said.out == ""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["evaluate", "--policies", "bold"], "policy='bold': expected one of"),
        (["evaluate", "--policies", "hawk,hawk"], "policies='hawk,hawk': expected names, each once"),
        (["evaluate", "--scenarios", "nowhere"], "scenario='nowhere'"),
        (["evaluate", "--games", "3"], "games=3: expected at least 20"),
        (["evaluate", "--seat", "france"], "seat='france': expected everyone or one of usa"),
        (["evaluate", "--confidence", "2"], "confidence=2.0: expected above 0 and below 1"),
        (["verify", "nowhere"], "expected the manifest of an evaluation"),
        (["crossplay", "--policies", "hawk"], "policies='hawk': expected two or more names"),
        (["crossplay", "--side", "usa,japan,china,taiwan,philippines"], "expected one to four of usa"),
    ],
)
def test_bad_input_is_one_line_and_starts_nothing(arguments, message, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    said = capsys.readouterr()
    assert message in said.err and said.err.count("\n") == 1 and said.out == ""
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten_and_nothing_is_left_half_done(folder, scenario, tmp_path, capsys, monkeypatch):
    assert evaluate(scenario, folder) == 2
    assert "expected none there, or an empty one" in capsys.readouterr().err
    monkeypatch.setattr("straits.experiments.metrics.plots.draw", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        evaluate(scenario, tmp_path / "broken")
    assert list(tmp_path.iterdir()) == []


def test_a_policys_hash_tells_policies_apart():
    from straits.experiments.utils.manifest import policy_fingerprint

    names = ("hawk", "dove", "default", "random", "hold")
    assert len({policy_fingerprint(policy(name)) for name in names}) == len(names)
    assert policy_fingerprint(policy("hawk")) == policy_fingerprint(policy("hawk"))


def test_crossplay_pairs_every_policy_with_every_other(scenario, tmp_path):
    pytest.importorskip("pyspiel")
    options = ["--policies", "default,hawk,dove", "--scenario", str(scenario), "--games", "20", "--side", "china"]
    assert main(["crossplay", *options, "--out", str(tmp_path / "out")]) == 0
    rows = table(tmp_path / "out" / "pairings.csv")
    assert [(r["row"], r["column"]) for r in rows] == [
        (a, b) for a in ("default", "hawk", "dove") for b in ("default", "hawk", "dove")
    ]
    tension = {(r["row"], r["column"]): float(r["peak_tension"]) for r in rows}
    assert tension["hawk", "hawk"] > tension["dove", "hawk"] > tension["dove", "dove"]
    ranked = table(tmp_path / "out" / "ranking.csv")
    for role in ("side", "others"):
        assert sum(float(r[role]) for r in ranked) == pytest.approx(1, abs=1e-4)
    assert {p.name for p in (tmp_path / "out").iterdir()} == {
        "pairings.csv",
        "ranking.csv",
        "pairings.png",
        "report.md",
        "manifest.json",
    }


def test_the_ranking_puts_all_mass_on_what_dominates():
    pytest.importorskip("pyspiel")
    from straits.experiments.evaluation.crossplay import ranking

    row = np.array([[1.0, 1.0], [2.0, 2.0]])  # the second is better for the side, the first for the others
    column = np.array([[3.0, 1.0], [3.0, 1.0]])
    side, others = ranking(row, column)
    assert side[1] > 0.95 and others[0] > 0.95
