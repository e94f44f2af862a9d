"""The console script: quick help with examples, exit codes, one line on bad input, under sweeps too."""

import io
import subprocess
import sys
import time
from pathlib import Path

import pytest

from straits.agents.scripted import SCRIPTED
from straits.envs.scenarios.scenario import list_scenarios
from straits.experiments.cli.commands import COMMANDS
from straits.experiments.cli.main import main
from straits.experiments.utils.arguments import POLICIES

ROOT = Path(__file__).parents[3]


def straits(*arguments, cwd=ROOT):
    return subprocess.run(
        [sys.executable, "-m", "straits.experiments.cli.main", *arguments], capture_output=True, text=True, cwd=cwd
    )


@pytest.mark.parametrize("name", COMMANDS)
def test_help_shows_an_example(name, capsys):
    try:
        code = main([name, "--help"])
    except SystemExit as end:
        code = end.code
    assert code == 0
    said = capsys.readouterr().out
    assert f"straits {name}" in said and COMMANDS[name].example in said


def test_help_imports_nothing_heavy():
    code = (
        "import sys; from straits.experiments.cli.main import main; main(['--help']); main(['demo', '--help']);"
        "sys.exit(any(m in sys.modules for m in ('numpy', 'numba', 'torch', 'hydra', 'rich')))"
    )
    began = time.perf_counter()
    assert subprocess.run([sys.executable, "-c", code], capture_output=True).returncode == 0
    assert time.perf_counter() - began < 3


def test_scenarios_are_listed_without_torch():
    code = "import sys; from straits.experiments.cli.main import main; main(['scenarios']); sys.exit('torch' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert ran.returncode == 0 and "baseline" in ran.stdout


def test_names_of_scenarios_are_whole_in_a_narrow_terminal(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    main(["scenarios", "--kind", "all"])
    said = capsys.readouterr().out
    assert all(f"{name} " in said for name in list_scenarios("all"))


def test_help_of_narrate_names_the_policies():
    assert POLICIES.replace(" or", ",").split(", ") == list(SCRIPTED)


def test_narrate_tells_an_episode(capsys):
    assert main(["narrate", "--seed", "3", "--japan", "dove"]) == 0
    said = capsys.readouterr().out
    assert "Week 1:" in said and "The end" in said


def test_a_locale_without_a_character_costs_that_character_alone(monkeypatch):
    ascii_only = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", ascii_only)
    assert main(["--version"]) == 0
    print("3 \u00b1 1", flush=True)
    assert ascii_only.buffer.getvalue().endswith(b"3 ? 1\n")


def test_narrate_into_a_pipe_that_closes_is_quiet():
    ran = subprocess.run(
        f"{sys.executable} -m straits.experiments.cli.main narrate | head -1", shell=True, capture_output=True, text=True, cwd=ROOT
    )
    assert ran.stderr == ""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["fly"], "'fly': expected one of demo"),
        (["narrate", "--scenario", "nowhere"], "scenario='nowhere'"),
        (["narrate", "--policy", "bold"], "policy='bold': expected one of random"),
        (["narrate", "--seed", "-1"], "'-1': expected a whole number"),
        (["narrate", "--seeds", "1"], "unrecognized arguments: --seeds"),
        (["narrate", "--game", "3"], "game=3: expected nothing, for baseline is a scenario"),
        (["narrate", "calm", "--scenario", "severe"], "scenario='severe': expected nothing, for calm is a scenario"),
        (["narrate", "--japan", ""], "--japan='': expected a policy"),
        (["replay", "calm", "--out", "."], "--out='.': expected the name of a file"),
        (["bench", "--fast"], "unrecognized arguments: --fast"),
        (["scenarios", "check"], "expected a file"),
        (["scenarios", "check", "nowhere.yaml"], "nowhere.yaml"),
        (["scenarios", "chek", "x"], "invalid choice"),
    ],
)
def test_bad_input_is_one_line_and_code_2(arguments, message, capsys):
    try:
        code = main(arguments)
    except SystemExit as end:
        code = end.code
    said = capsys.readouterr()
    assert code == 2 and message in said.err
    assert said.err.count("\n") == 1 and said.out == ""


def test_a_scenario_of_ones_own_is_checked(tmp_path, capsys):
    file = tmp_path / "mine.yaml"
    file.write_text("extends: baseline\nname: mine\nhorizon: -3\n")
    assert main(["scenarios", "check", str(file)]) == 2
    assert "horizon=-3" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["x=1"],
        ["+x=1"],
        ["algorithm.n_steps=abc"],
        ["algorithm.gamma=7"],
        ["evaluation.policies=[bold]"],
        ["--multirun", "seed=1,2", "+x=1"],
        ["--multirun", "algorithm.n_steps=8,-8"],
        ["--multirun", "scenario.name=baseline,nowhere"],
        ["seed=1,2"],
        ["--seed", "3"],
        ["--experimental-rerun=x.pickle"],
    ],
)
def test_a_bad_demo_starts_nothing(arguments, tmp_path, capsys, monkeypatch):
    pytest.importorskip("hydra")
    monkeypatch.chdir(tmp_path)
    assert main(["demo", *arguments]) == 2
    said = capsys.readouterr()
    assert said.err.count("\n") == 1 and said.err.startswith("straits demo: ") and said.out == ""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_a_sweep_runs_every_combination_in_a_folder_of_its_own(tmp_path):
    tiny = [
        "env.num_envs=8", "agent.net_arch=[8]", "algorithm.total_timesteps=320", "algorithm.n_steps=8", "algorithm.batch_size=160",
        "evaluation.scenarios=[calm]", "evaluation.policies=[hold]", "evaluation.games=20", "evaluation.resamples=100",
    ]  # fmt: skip
    ran = straits("demo", "--multirun", "seed=1,2", "hydra.sweep.dir=out", *tiny, cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert sorted(f.parent.name for f in tmp_path.glob("out/*/report.md")) == ["0", "1"]
