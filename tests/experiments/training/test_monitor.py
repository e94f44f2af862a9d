"""What training shows where its output is kept: lines with returns by actor and how games escalate, while it runs."""

from types import SimpleNamespace

import pytest
from rich.console import Console

pytest.importorskip("stable_baselines3")
from straits.experiments.training import monitor
from straits.experiments.training.callbacks import Update
from straits.experiments.training.monitor import Monitor


def learner(name, total=300):
    return SimpleNamespace(name=name, total=total, model=SimpleNamespace(num_timesteps=0))


def update(timesteps, returns, tension=0.25):
    return Update(timesteps, 1.0, 8, returns, 0.125, tension, 1.5, {})


def shown(learners, updates, every, monkeypatch, terminal=False):
    """What stands in the output before the view at the end."""
    monkeypatch.setattr(monitor, "EVERY", every)
    console = Console(record=True, width=100, force_terminal=terminal)
    with Monitor(learners, console) as watching:
        for who, each in updates:
            watching.show(who, each)
        said = console.export_text(clear=False)
    return [line for line in said.splitlines() if "return " in line and " of " in line]


def test_a_log_gets_a_line_with_the_return_of_each_actor_and_how_games_escalate(monkeypatch):
    shared = learner("shared")
    lines = shown([shared], [(shared, update(100, {"usa": -1.5, "japan": 2.0}))], 0.0, monkeypatch)
    assert lines == ["shared 100 of 300: return usa -1.5, japan 2.0; conflict 12.5 %, peak tension 0.25, incidents 1.5"]


def test_what_no_game_has_told_yet_is_a_dash(monkeypatch):
    one = learner("japan")
    (line,) = shown([one], [(one, Update(8, 1.0, 0, {"japan": None}, None, None, None, {}))], 0.0, monkeypatch)
    assert line.endswith("return japan -; conflict - %, peak tension -, incidents -")


def test_lines_come_while_it_runs_and_for_each_policy(monkeypatch):
    one, two = learner("china"), learner("japan")
    updates = [(who, update(n, {who.name: float(n)})) for n in (100, 200) for who in (one, two)]
    assert [line.split(":")[0] for line in shown([one, two], updates, 0.0, monkeypatch)] == [
        "china 100 of 300", "japan 100 of 300", "china 200 of 300", "japan 200 of 300",
    ]  # fmt: skip


def test_a_fast_learner_does_not_flood_a_log(monkeypatch):
    one = learner("japan")
    updates = [(one, update(n, {"japan": 0.0})) for n in range(100, 300)]
    assert len(shown([one], updates, 3600.0, monkeypatch)) == 1


def test_a_terminal_has_the_view_instead_of_lines(monkeypatch):
    one = learner("japan")
    assert shown([one], [(one, update(100, {"japan": 0.0}))], 0.0, monkeypatch, terminal=True) == []
