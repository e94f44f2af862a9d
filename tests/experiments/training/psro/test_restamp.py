"""A league of an earlier version of the environment goes on in this one where no game has changed, and only there."""

import json

import pytest

pytest.importorskip("torch")
pytest.importorskip("open_spiel")
pytest.importorskip("pyarrow")
from rich.console import Console

from straits.conf import compose
from straits.envs.io import as_json
from straits.experiments.cli.main import main
from straits.experiments.training.psro import metagame, train
from straits.experiments.training.psro.store import STATE

TINY = (
    "scenario.horizon=3", "env.num_envs=8", "algorithm.n_steps=4", "algorithm.batch_size=16", "algorithm.total_timesteps=32",
    "agent.seats=[usa,japan]", "agent.net_arch=[4]", "games_per_profile=2", "iterations=1",
)  # fmt: skip


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A league as an earlier version left it: another hash, and a setting that was not there yet."""
    monkeypatch.setattr(metagame, "ITERATIONS", 100)
    assert run(tmp_path) == 0
    edit(tmp_path, lambda state: (state.update(scenario="0" * 64), state["config"].pop("reward_profile")))
    return tmp_path


def run(folder, *overrides):
    return train.run(train.prepare(compose.compose("league", [*TINY, *overrides])), folder, Console(width=500))


def edit(folder, change):
    state = json.loads((folder / STATE).read_text())
    change(state)
    (folder / STATE).write_bytes(as_json(state))


def contents(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_later_version_refuses_it_and_tells_the_remedy(folder, capsys):
    edit(folder, lambda state: state["config"].update(reward_profile={"name": "neutral", "weights": {}, "types": {}, "risk": 0.0}))
    before = contents(folder)
    assert run(folder, "iterations=2") == 2 and contents(folder) == before
    assert f"straits league-restamp {folder} updates the hash" in capsys.readouterr().out


def test_where_no_game_has_changed_it_goes_on(folder, capsys):
    before = contents(folder)
    assert main(["league-restamp", str(folder)]) == 0 and "all returns are unchanged" in capsys.readouterr().out
    changed = {path.name for path, content in contents(folder).items() if before[path] != content}
    assert changed == {STATE}
    assert run(folder, "iterations=2") == 0
    assert json.loads((folder / STATE).read_text())["iteration"] == 2


def test_where_a_game_has_changed_it_is_left_alone(folder, capsys):
    edit(folder, lambda state: state["config"]["scenario"].update(horizon=2))  # where both hold, nothing happens in two turns
    before = contents(folder)
    assert main(["league-restamp", str(folder)]) == 1 and contents(folder) == before
    assert "8 of 9 combinations have other returns, the first default, default: [" in capsys.readouterr().err


@pytest.mark.parametrize(
    "change", [lambda s: s["config"].update(glory=1), lambda s: s["config"].update(seed=-1), lambda s: s.clear()]
)
def test_what_is_no_league_of_ours_is_one_line(folder, capsys, change):
    edit(folder, change)
    capsys.readouterr()
    assert main(["league-restamp", str(folder)]) == 2
    assert capsys.readouterr().err.count("\n") == 1
