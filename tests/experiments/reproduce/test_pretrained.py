"""Campaigns and the zoo: every run can be composed, complete ones are left alone, the first seed ships."""

import json

import numpy as np
import pytest

from straits.agents import checkpoint, registry
from straits.agents.card import Card
from straits.agents.network import Network
from straits.agents.scripted import scripted
from straits.conf.compose import compose
from straits.envs.spec.constants import ACTORS
from straits.envs.spec.moves import N_MOVES
from straits.envs.spec.observation import N_OBSERVATION
from straits.experiments.cli.main import main
from straits.experiments.reproduce import baselines, pretrained, pretrained_page
from straits.experiments.reproduce.baselines import render
from straits.experiments.training import jobs
from straits.experiments.training.jobs import Run, complete, run_jobs


def put(folder, run, seat, policy, seed):
    """A run as training leaves it, untrained."""
    rng = np.random.default_rng(seed)
    weights = (rng.normal(0, 1.0, (N_OBSERVATION, N_MOVES)).astype(np.float32),)
    card = Card("maskable_ppo", [], "tanh", list(ACTORS) if seat == "shared" else [seat], "neutral", {}, 0.0, seed, {}, [], "")
    checkpoint.save(folder / run.name / "policies" / policy, Network(weights, (np.zeros(N_MOVES, np.float32),), "tanh"), card)
    (folder / run.name / "manifest.json").write_text(json.dumps({"state": "complete"}))
    learned = ACTORS if seat == "shared" else [seat]
    heads = ",".join(["policy", "timesteps", "conflict_rate", *(f"return.{actor}" for actor in learned)])
    cells = [[policy, n, 0.5, *(n + seed + ACTORS.index(actor) for actor in learned)] for n in (0, 1000, 2000)]
    (folder / run.name / "training.csv").write_text("\n".join([heads, *(",".join(map(str, row)) for row in cells)]) + "\n")


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs")
    for n, run in enumerate(pretrained.runs()):
        algorithm, seat, character, _ = run.name.split("-")
        put(folder, run, seat, pretrained.name(seat, character) if algorithm == "maskable_ppo" else seat, n)
    return folder


def test_every_run_of_the_zoo_is_a_configuration_of_its_own():
    found = pretrained.runs()
    composed = [compose("train", run.overrides) for run in found]
    assert len({run.name for run in found}) == len({repr(c) for c in composed}) == len(found) == 18 * 3 + 5 * 3
    assert all(len(c.scenarios) == 5 and c.scenario.name == "baseline" for c in composed)


def test_a_campaign_trains_what_is_not_complete_and_names_what_failed(tmp_path):
    tiny = ("agent=one_seat", "env.num_envs=4", "algorithm.n_steps=4", "algorithm.batch_size=8", "algorithm.total_timesteps=16")
    good, bad = Run("good", tiny), Run("bad", (*tiny, "agent.seats=[atlantis]"))
    (tmp_path / "good" / "policies" / "cut_short").mkdir(parents=True)
    said = []
    with pytest.raises(RuntimeError, match=r"^bad: training failed, see the \.log of each in "):
        run_jobs([good, bad], tmp_path, 2, said.append)
    assert complete(tmp_path / "good") and not complete(tmp_path / "bad")
    assert "expected one of" in (tmp_path / "bad.log").read_text()
    before = (tmp_path / "good" / "manifest.json").stat().st_mtime_ns
    run_jobs([good], tmp_path, 1, said.append)
    assert (tmp_path / "good" / "manifest.json").stat().st_mtime_ns == before
    assert sorted(said) == sorted([good.command, bad.command])


def test_the_first_seed_ships_under_the_names_of_the_index(runs, tmp_path):
    names = pretrained.ship(runs, tmp_path)
    assert len(names) == 18 == len(registry.zoo_names(tmp_path)) and set(names) == set(checkpoint.listing(tmp_path))
    policy = registry.policy("zoo/japan-hawkish", zoo=tmp_path)
    first = checkpoint.load(runs / pretrained.run("japan", "hawkish", pretrained.SEEDS[0]).name / "policies" / "japan-hawkish")
    assert (policy.network.weights[0] == first.network.weights[0]).all()
    assert pretrained.ship(runs, tmp_path) == names  # again, over what is there


@pytest.mark.parametrize("seat", ["japan", "shared"])
def test_curves_are_of_one_actor_with_the_interval_over_the_seeds_and_without_the_cut_games(runs, tmp_path, seat):
    folders = [runs / pretrained.run(seat, "neutral", seed).name for seed in pretrained.SEEDS]
    steps, told = pretrained_page._learned(folders, "japan")
    seeds = [pretrained.runs().index(pretrained.run(seat, "neutral", seed)) for seed in pretrained.SEEDS]
    assert steps == [1.0, 2.0] and told[1].estimate == pytest.approx(2000 + np.mean(seeds) + ACTORS.index("japan"))
    assert told[1].low < told[1].estimate < told[1].high


def test_where_a_run_fails_nothing_ships(tmp_path, monkeypatch, capsys):
    def fail(*_):
        raise RuntimeError("x: training failed")

    monkeypatch.setattr(pretrained, "run_jobs", fail)
    assert main(["zoo", "--runs", str(tmp_path), "--zoo", str(tmp_path / "zoo")]) == 1
    assert capsys.readouterr().err == "straits zoo: x: training failed\n" and not (tmp_path / "zoo").exists()


def test_the_picture_of_the_curves_can_be_drawn(runs, tmp_path):
    pretrained_page.curves(tmp_path / "curves.png", runs)
    assert (tmp_path / "curves.png").read_bytes()[:4] == b"\x89PNG"


def test_peaks_are_those_of_the_games_that_the_seat_or_everyone_plays():
    hawk, dove = (pretrained_page.peaks("china", scripted(name), 40) for name in ("hawk", "dove"))
    hawks = pretrained_page.peaks("shared", scripted("hawk"), 40)
    assert hawk.shape == (40,) and 1.0 >= hawks.mean() > hawk.mean() > dove.mean() >= 0.0


def test_baselines_are_paired_and_their_intervals_are_over_seeds_or_games(runs, monkeypatch):
    monkeypatch.setattr(baselines, "SCENARIOS", ("baseline",))
    found = baselines.measure(runs, 3, {"twin": [scripted("hold")] * 5}, lambda line: None)
    assert found.returns["baseline", "MaskablePPO", "usa"].shape == (3, 3) and found.returns["baseline", "hold", "usa"].shape == (
        1,
        3,
    )
    assert (found.returns["baseline", "twin", "usa"] == found.returns["baseline", "hold", "usa"]).all()
    gain = found.gain("baseline", "MaskablePPO", "hold", "usa")
    each = (found.returns["baseline", "MaskablePPO", "usa"] - found.returns["baseline", "hold", "usa"]).mean(axis=1)
    assert gain.estimate == pytest.approx(each.mean())
    assert gain.high - gain.estimate == pytest.approx(4.302653 * each.std(ddof=1) / 3**0.5, rel=1e-5)  # t with 2 degrees of freedom
    best = found.best_scripted("baseline", "usa")
    assert all(
        found.cell(("baseline", best, "usa")).estimate >= found.cell(("baseline", n, "usa")).estimate for n in baselines.SCRIPTED
    )
    page = render(found)
    assert "## baseline" in page and "| `twin` |" in page and f"({best})" in page


def test_baselines_without_runs_say_which_is_missing(tmp_path, capsys):
    assert main(["baselines", "--runs", str(tmp_path)]) == 2
    told = capsys.readouterr().err
    assert (
        told.startswith(f"straits baselines: runs={tmp_path / 'maskable_ppo-usa-neutral-1'}: expected a complete run")
        and told.count("\n") == 1
    )


def test_a_broken_manifest_is_no_complete_run(tmp_path):
    for content in ("", "{", "[]", '{"state": "interrupted"}'):
        (tmp_path / "manifest.json").write_text(content)
        assert not jobs.complete(tmp_path)
