"""Faults of the machine and of the user: full disks, no memory, Ctrl-C at any moment, two processes in one folder."""

import errno
import signal
import subprocess
import sys
import time

import pytest

from straits.experiments.cli import main as cli
from straits.experiments.cli.main import main
from straits.experiments.utils.arguments import split_names

TINY = [
    "env.num_envs=8", "agent.net_arch=[8]", "algorithm.total_timesteps=320", "algorithm.n_steps=8", "algorithm.batch_size=160",
]  # fmt: skip
FULL = OSError(errno.ENOSPC, "No space left on device", "runs/x")


@pytest.mark.parametrize("error", [FULL, MemoryError("3 GiB"), RuntimeError("DefaultCPUAllocator: not enough memory")])
def test_a_fault_of_the_machine_is_one_line_and_code_1(error, monkeypatch, capsys):
    def fail(*_):
        raise error

    monkeypatch.setattr(cli, "_run", fail)
    assert main(["train"]) == 1
    line = capsys.readouterr().err
    assert line.count("\n") == 1 and line.startswith("straits train: ") and ("memory" in line or "No space left" in line)


def test_an_error_of_the_program_keeps_its_traceback(monkeypatch):
    def fail(*_):
        raise RuntimeError("a bug")

    monkeypatch.setattr(cli, "_run", fail)
    with pytest.raises(RuntimeError, match="a bug"):
        main(["train"])


@pytest.mark.parametrize("after", [0.0, 0.05, 0.2, 0.6])
def test_ctrl_c_ends_a_command_quietly_from_its_first_import_on(after):
    code = "from straits.experiments.cli.entry import main; print(flush=True); raise SystemExit(main())"
    process = subprocess.Popen([sys.executable, "-c", code, "narrate"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    process.stdout.readline()
    time.sleep(after)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode in (130, 0) and said == ""


def test_a_run_in_a_folder_that_another_run_holds_is_refused(tmp_path, capsys):
    pytest.importorskip("hydra")
    from straits.envs.directories import claim

    with claim(tmp_path / "run"):
        assert main(["train", f"hydra.run.dir={tmp_path / 'run'}", *TINY]) == 2
        assert main(["league", f"hydra.run.dir={tmp_path / 'run'}"]) == 2
    assert capsys.readouterr().out.count("expected one to which no other process writes") == 2
    assert not list((tmp_path / "run").iterdir())


def test_default_names_of_runs_hold_microseconds():
    pytest.importorskip("hydra")
    from straits.conf.compose import JOBS, register

    register()
    import hydra

    with hydra.initialize_config_module("straits.conf", version_base="1.3"):
        for job in JOBS:
            composed = hydra.compose(job, return_hydra_config=True)
            assert len(composed.hydra.run.dir) == len("runs/2026-01-01_12-00-00-123456")


def test_a_path_with_a_comma_that_exists_is_one_name(tmp_path):
    (tmp_path / "lr=1,seed=2").mkdir()
    path = str(tmp_path / "lr=1,seed=2")
    assert split_names(f"hawk, {path},dove,") == ["hawk", path, "dove"]
    assert split_names("a,b" + "x" * 5000) == ["a", "b" + "x" * 5000]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["agent.opponents=/data/a=b/p"], "= needs quotes, as in 'agent.opponents=\"/data/a=b/p\"'"),
        (["agent.opponents=/data/ü/p"], "ü needs quotes, as in"),
        (["--config-name", "nope"], "--config-name: expected no other configuration"),
        (["a=b\nc=d\n["], "expected"),
        (["+reward_profile.types.usa.resolve=1e400"], "resolve=inf: expected a list of 2 numbers"),
        (["mode=[1,2]"], "mode"),
    ],
)
def test_a_bad_override_is_one_line(arguments, message, capsys, tmp_path, monkeypatch):
    pytest.importorskip("hydra")
    monkeypatch.chdir(tmp_path)
    assert main(["train", *arguments]) == 2
    said = capsys.readouterr()
    assert message in said.err and said.err.count("\n") == 1 and said.out == "" and not list(tmp_path.iterdir())


def test_words_of_a_scenario_are_text_and_no_markup(tmp_path, capsys):
    path = tmp_path / "own.yaml"
    path.write_text(
        "extends: calm\nname: own\ntitle: a [/foo] b\ndescription: the [bold]x[/] of it\n"
        "sources: [assumption]\ndate: 2030\nhorizon: 2\n"
        "labels: {usa: '[/red]', japan: '[x]'}\n"
    )
    assert main(["narrate", "--scenario", str(path)]) == 0
    said = capsys.readouterr().out
    assert "a [/foo] b" in said and "the [bold]x[/] of it" in said
