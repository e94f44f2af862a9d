"""The main job from end to end with tiny settings: what it writes, what it says, and what Ctrl-C leaves."""

import csv
import json

import pytest
from rich.console import Console

pytest.importorskip("stable_baselines3")
from straits.conf.compose import compose
from straits.envs.spec.constants import ACTORS
from straits.experiments.cli.main import main
from straits.experiments.evaluation import demo
from straits.experiments.evaluation.reporting import EVERYONE

TINY = [
    "scenario.horizon=6", "env.num_envs=8", "agent.net_arch=[8]", "algorithm.total_timesteps=640", "algorithm.n_steps=8",
    "algorithm.batch_size=160", "algorithm.n_epochs=1", "evaluation.scenarios=[calm]", "evaluation.policies=[hold,random]",
    "evaluation.games=20", "evaluation.resamples=100",
]  # fmt: skip
FILES = {
    "training.csv", "training.png", "tensorboard", "policies", "manifest.json", "episode.txt", "report.md", "evaluation",
}  # fmt: skip
EVALUATION = {
    "results.csv", "curves.csv", "comparisons.csv", "games.parquet", "escalation.png", "gains.png", "report.md", "manifest.json",
}  # fmt: skip


def run(folder, overrides=()):
    console = Console(record=True, width=80)
    code = demo.run(demo.prepare(compose("demo", [*TINY, *overrides])), folder, console)
    return code, console.export_text()


def flat(said):
    """Without the line breaks of a narrow terminal."""
    return " ".join(said.split())


def manifest(folder):
    return json.loads((folder / "manifest.json").read_text())


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    return folder, *run(folder)


def test_it_writes_everything_and_says_so(done):
    folder, code, said = done
    assert code == 0
    assert {f.name for f in folder.iterdir()} >= FILES
    assert {f.name for f in (folder / "evaluation").iterdir()} == EVALUATION
    assert "trained against untrained" in flat(said) and "of 5 seats" in flat(said)
    assert "trained against untrained" in (folder / "report.md").read_text()


def rows(folder, name):
    with (folder / "evaluation" / name).open() as file:
        return list(csv.DictReader(file))


def test_the_table_has_a_row_for_every_policy_in_every_place(done):
    found = rows(done[0], "results.csv")
    places = {(r["scenario"], r["seat"], r["policy"]) for r in found}
    policies = ("trained", "untrained", "hold", "random")
    expected = {("baseline-changed", a, p) for a in ACTORS for p in policies} | {("calm", EVERYONE, p) for p in policies}
    assert places == expected
    assert all(float(r["low"]) <= float(r["estimate"]) <= float(r["high"]) for r in found)
    assert {r["measure"] for r in found} >= {"conflict_rate", "peak_tension", "peak_rung", "incidents", "rivera_scorer", "first"}


def test_the_comparison_is_paired_and_in_every_seat(done):
    found = [row for row in rows(done[0], "comparisons.csv") if row["measure"] == "return"]
    assert [row["seat"] for row in found if row["policy"] == "untrained"] == list(ACTORS)
    assert all(row["against"] == "trained" for row in found)


def test_the_manifests_say_what_it_rests_on(done):
    training, evaluation = manifest(done[0]), manifest(done[0] / "evaluation")
    assert training["state"] == "complete" and training["config"]["algorithm"]["n_steps"] == 8
    assert set(evaluation["scenarios"]) == {"baseline-changed", "calm"}
    assert evaluation["policies"]["trained"] != evaluation["policies"]["untrained"]
    assert len(evaluation["results"]) == 24 and evaluation["versions"]["env_source_hash"]


def test_its_evaluation_is_one_like_any_other(done, capsys, tmp_path):
    folder = str(done[0] / "evaluation")
    assert main(["verify", folder]) == 0
    assert capsys.readouterr().out == f"{24 * 20} games replayed: no difference\n"
    assert main(["replay", folder, "--scenario", "baseline-changed", "--out", str(tmp_path / "page.html")]) == 0


def test_the_same_seeds_give_the_same_results(done, tmp_path):
    run(tmp_path)
    first, second = manifest(done[0] / "evaluation"), manifest(tmp_path / "evaluation")
    assert first["policies"] == second["policies"]
    assert first["results"] == second["results"]


def test_pictures_are_pictures(done):
    for name in ("training.png", "evaluation/escalation.png", "evaluation/gains.png"):
        assert (done[0] / name).read_bytes().startswith(b"\x89PNG")


def test_ctrl_c_in_training_leaves_the_policy_and_the_curve(tmp_path, monkeypatch):
    monkeypatch.setattr("straits.experiments.training.monitor.Monitor.show", _interrupt)
    code, said = run(tmp_path)
    assert code == 130 and "interrupted" in said
    assert manifest(tmp_path)["state"] == "interrupted" and (tmp_path / "policies").is_dir()
    assert len((tmp_path / "training.csv").read_text().splitlines()) == 2  # the head and one update


def test_ctrl_c_in_evaluation_leaves_the_policy_and_no_half_of_an_evaluation(tmp_path, monkeypatch):
    monkeypatch.setattr("straits.experiments.evaluation.evaluate.measure", _interrupt)
    code, said = run(tmp_path)
    assert code == 130 and "interrupted" in said
    assert manifest(tmp_path)["state"] == "complete" and not (tmp_path / "evaluation").exists()
    assert not list(tmp_path.glob(".*"))


def test_training_that_diverges_ends_with_one_line(tmp_path, monkeypatch):
    def diverge(*_, **__):
        raise FloatingPointError("train/loss not finite after 10 steps: lower algorithm.learning_rate")

    monkeypatch.setattr("straits.experiments.training.modes.learn", diverge)
    code, said = run(tmp_path)
    assert code == 1 and "lower algorithm.learning_rate" in flat(said)
    assert manifest(tmp_path)["state"] == "diverged"


def test_one_seat_can_learn_alone(tmp_path):
    code, said = run(tmp_path, ["agent=one_seat", "agent.seats=[japan]", "agent.net_arch=[8]", "algorithm.batch_size=64"])
    assert code == 0 and "of 1 seats" in flat(said)


@pytest.mark.parametrize("name", ["a2c", "dqn"])
def test_every_algorithm_can_be_compared(tmp_path, name):
    tiny = [each for each in TINY if not each.startswith("algorithm.")]
    own = ["algorithm.n_steps=8"] if name == "a2c" else ["algorithm.batch_size=32", "algorithm.learning_starts=100"]
    steps = "algorithm.total_timesteps=2080"
    code = demo.run(demo.prepare(compose("demo", [f"algorithm={name}", *tiny, *own, steps])), tmp_path, Console(quiet=True))
    policies = manifest(tmp_path / "evaluation")["policies"]
    assert code == 0 and policies["trained"] != policies["untrained"]


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("+agent.opponent_overrides.usa=hawk", "agent.opponent_overrides={'usa': 'hawk'}: expected none"),
        ("scenario.name=nowhere", "scenario='nowhere'"),
        ("evaluation.scenarios=[nowhere]", "scenario='nowhere'"),
        ("evaluation.policies=[bold]", "policy='bold'"),
        ("agent.opponents=bold", "policy='bold'"),
        ("+scenario.parameters.leak_rate=7", "leak_rate=7"),
        ("+scenario.parameters.leek_rate=0", "leek_rate"),
    ],
)
def test_names_and_values_are_checked_before_anything_runs(override, message):
    with pytest.raises(ValueError, match=message) as raised:
        demo.prepare(compose("demo", [override]))
    assert "\n" not in str(raised.value)


def _interrupt(*_, **__):
    raise KeyboardInterrupt
