"""Jobs under Hydra: each run of a sweep has its folder, in this process or beside it, and exit codes come back from all."""

import pytest

pytest.importorskip("hydra")
from straits.conf.compose import compose
from straits.experiments.utils.hydra_app import launch


def job():
    """What is prepared and run: each run writes its seed, and fails as configured. Inner functions travel to other processes whole,
    where this file is no module."""

    def prepare(config):
        return config

    def run(config, folder):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "seed").write_text(str(config.seed))
        return config.checkpoint_interval - 1

    return prepare, run


def seeds(folder):
    return sorted(int(file.read_text()) for file in folder.rglob("seed"))


def test_a_run_has_its_folder_and_its_exit_code(tmp_path):
    assert launch("train", ["seed=5", "checkpoint_interval=1", f"hydra.run.dir={tmp_path}"], *job()) == 0
    assert launch("train", ["seed=5", "checkpoint_interval=4", f"hydra.run.dir={tmp_path}"], *job()) == 3
    assert seeds(tmp_path) == [5]


@pytest.mark.parametrize("launcher", ["basic", "local", "submitit_local"])
def test_a_sweep_runs_everything_and_tells_of_what_failed(tmp_path, launcher, monkeypatch):
    monkeypatch.chdir(tmp_path)
    sweep = ["--multirun", f"hydra/launcher={launcher}", "seed=1,2", f"hydra.sweep.dir={tmp_path / 'out'}"]
    assert launch("train", [*sweep, "checkpoint_interval=1"], *job()) == 0
    assert seeds(tmp_path / "out") == [1, 2]
    assert launch("train", [*sweep, "checkpoint_interval=1,3"], *job()) == 2
    assert seeds(tmp_path / "out") == [1, 1, 2, 2]


@pytest.mark.parametrize("launcher", ["local", "cluster"])
def test_launchers_compose(launcher):
    assert compose("train", [f"hydra/launcher={launcher}"]).seed == 0


@pytest.mark.parametrize(
    ("sweep", "message"),
    [
        (["seed=1,-2"], "seed=-2: expected 0"),
        (["seed=1,2", "algorithm.gamma=3"], "algorithm.gamma=3.0: expected 0..1"),
        (["seed=1,2", "hydra/launcher=nowhere"], "hydra/launcher='nowhere'"),
        (["mode=shared,league_of_nobody"], "mode='league_of_nobody': expected one of"),
    ],
)
def test_a_bad_sweep_starts_nothing(tmp_path, sweep, message, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert launch("train", ["--multirun", *sweep], *job()) == 2
    said = capsys.readouterr().err
    assert message in said and said.count("\n") == 1 and list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path, capsys):
    (tmp_path / "file").write_text("mine")
    assert launch("train", [f"hydra.run.dir={tmp_path / 'file'}"], *job()) == 2
    said = capsys.readouterr().err
    assert str(tmp_path / "file") in said and said.count("\n") == 1 and (tmp_path / "file").read_text() == "mine"


def test_a_cluster_that_is_not_there_is_one_line(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    sweep = ["--multirun", "hydra/launcher=cluster", "seed=1,2", f"hydra.sweep.dir={tmp_path / 'out'}"]
    assert launch("train", sweep, *job()) == 2
    said = capsys.readouterr().err
    assert "srun" in said and said.count("\n") == 1 and not seeds(tmp_path)


def test_what_goes_wrong_within_a_run_is_not_hidden(tmp_path):
    def fail(config, folder):
        raise RuntimeError("srun of a bug")

    with pytest.raises(RuntimeError, match="of a bug"):
        launch("train", [f"hydra.run.dir={tmp_path}"], job()[0], fail)


@pytest.mark.parametrize("flags", [["--cfg", "job"], ["--cfg=job"], ["-c", "job"]])
def test_settings_are_printed_and_nothing_runs(flags, capsys, tmp_path):
    assert launch("train", [*flags, "seed=5", f"hydra.run.dir={tmp_path}"], *job()) == 0
    assert "seed: 5" in capsys.readouterr().out
    assert not seeds(tmp_path)


def test_a_folder_that_cannot_be_written_to_is_one_line(tmp_path, capsys):
    (tmp_path / "file").write_text("1")
    assert launch("train", [f"hydra.run.dir={tmp_path}/file"], *job()) == 2
    said = capsys.readouterr()
    assert "hydra.run.dir: expected a folder that can be written to" in said.err and said.err.count("\n") == 1


def test_a_single_run_that_ends_early_says_no_more_than_its_exit_code(tmp_path, capsys):
    assert launch("train", ["checkpoint_interval=4", f"hydra.run.dir={tmp_path}"], *job()) == 3
    said = capsys.readouterr()
    assert said.err == "" and said.out == ""
