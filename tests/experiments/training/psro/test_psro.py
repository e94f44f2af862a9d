"""A league grows, keeps what it found, goes on where it stopped, and says what a combination of members is worth."""

import json
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("open_spiel")
pytest.importorskip("pyarrow")
from rich.console import Console  # noqa: E402

from straits.agents.checkpoint import read_card  # noqa: E402
from straits.agents.scripted import scripted  # noqa: E402
from straits.conf import compose  # noqa: E402
from straits.envs.core.rng import game_seeds  # noqa: E402
from straits.envs.scenarios.scenario import load_scenario  # noqa: E402
from straits.envs.spec.constants import ACTORS, COMPONENTS, ENVIRONMENT  # noqa: E402
from straits.experiments.cli.main import main  # noqa: E402
from straits.experiments.rollouts.rollout import play  # noqa: E402
from straits.experiments.training.psro import (  # noqa: E402
    metagame,
    population,
    train,
)

REFERENCE = Path(__file__).parents[4] / "experiments" / "reproduce" / "league"
SHORT = load_scenario("baseline", horizon=3)
HOLD = {a: scripted("hold") for a in ACTORS}
TINY = (
    "scenario.horizon=3", "env.num_envs=8", "algorithm.n_steps=4", "algorithm.batch_size=16", "algorithm.total_timesteps=32",
    "agent.seats=[usa,japan]", "agent.net_arch=[4]", "games_per_profile=2",
)  # fmt: skip


@pytest.fixture(autouse=True)
def few_iterations(monkeypatch):
    """The meta-solver's accuracy is the subject of test_metagame.py."""
    monkeypatch.setattr(metagame, "ITERATIONS", 100)


def plan(*overrides):
    return train.prepare(compose.compose("league", [*TINY, *overrides]))


def run(folder, *overrides):
    console = Console(quiet=True)
    return train.run(plan(*overrides), folder, console)


def test_a_cell_is_the_mean_of_its_games():
    members = {"usa": [scripted("hold"), scripted("hawk")], "china": [scripted("dove"), scripted("random")]}
    others = {a: HOLD[a] for a in ACTORS if a not in members}
    found = metagame.payoffs(SHORT, members, others, games=3, seed=4)
    block = game_seeds(4, 3 * metagame.BLOCKS).reshape(metagame.BLOCKS, 3)[1 + 1]
    seats = [members[a][1] if a in members else HOLD[a] for a in ACTORS]
    returns = play(SHORT, seats, 3, block).returns.mean(axis=0)
    assert np.allclose(found[:, 1, 1], [returns[ACTORS.index(a)] for a in members], rtol=0, atol=1e-12)


def test_what_is_known_stands_and_only_what_is_new_is_played():
    members = {"usa": [scripted("hold"), scripted("hawk")], "china": [scripted("dove")]}
    others = {a: HOLD[a] for a in ACTORS if a not in members}
    known = np.full((2, 1, 1), 123.0)
    grown = metagame.payoffs(SHORT, members, others, games=2, seed=0, known=known)
    whole = metagame.payoffs(SHORT, members, others, games=2, seed=0)
    assert (grown[:, 0, 0] == 123.0).all() and (grown[:, 1, 0] == whole[:, 1, 0]).all()


def test_a_league_that_was_cut_short_ends_as_one_that_was_not(tmp_path):
    assert run(tmp_path / "whole", "iterations=2") == 0
    assert run(tmp_path / "parts", "iterations=1") == 0
    assert run(tmp_path / "parts", "iterations=2") == 0
    for name in ("league.json", "payoffs.parquet"):
        assert (tmp_path / "whole" / name).read_bytes() == (tmp_path / "parts" / name).read_bytes()
    for member in ("usa-1", "japan-2"):
        both = [(tmp_path / part / "policies" / member / "weights.safetensors").read_bytes() for part in ("whole", "parts")]
        assert both[0] == both[1]


def test_another_league_in_the_folder_is_refused(tmp_path, capsys):
    assert run(tmp_path / "x", "iterations=1") == 0
    kept = (tmp_path / "x" / "league.json").read_bytes()
    assert train.run(plan("iterations=1", "seed=9"), tmp_path / "x") == 2
    assert f"straits league: seed=9: expected 0, as in the league that {tmp_path / 'x'} holds" in capsys.readouterr().out
    assert (tmp_path / "x" / "league.json").read_bytes() == kept


def test_a_character_is_what_its_responses_are_trained_and_paid_by(tmp_path):
    other = plan("reward_profile=hawkish", "reward_profile.risk=0.1")
    wants = other.scenario.record["weights"][0][:, COMPONENTS.index("claims")]
    assert wants.tolist() == [2.0, 2.0, 1.0, 1.0, 1.0]  # those of the two that have populations
    assert run(tmp_path, "iterations=1", "reward_profile=hawkish", "reward_profile.risk=0.1") == 0
    card = read_card(tmp_path / "policies" / "usa-1")
    assert (card.character, card.risk, card.rewards["usa"]["claims"]) == ("hawkish", 0.1, 2.0)
    learner = population.respond(population.create_league(other), "usa", other.config)
    assert learner.model.env.risk == 0.1


def test_mixtures_are_shares_and_everybody_is_played():
    config = plan("iterations=1")
    grown = population.create_league(config)
    population.iterate(grown, config.config)
    assert [len(m) for m in grown.members.values()] == [3, 3]
    assert all(s.sum() == pytest.approx(1.0) and (s >= 0.0).all() for s in grown.strategy)
    assert set(grown.playing()) == set(ACTORS) and grown.playing()["taiwan"].name == "hold"


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("initial_policies=[]", "initial_policies"),
        ("initial_policies=[default,default]", "each once"),
        ("initial_policies=[nobody]", "policy='nobody'"),
        ("iterations=-1", "iterations"),
    ],
)
def test_bad_input_is_named(override, message):
    with pytest.raises(ValueError, match=message):
        plan(override)


def test_a_league_of_earlier_rules_is_refused_with_both_versions(capsys):
    card = json.loads(next(iter(sorted((REFERENCE / "policies").glob("*/card.json")))).read_text())
    if card["environment"] == ENVIRONMENT:
        pytest.skip("the reference league is of this version")
    assert main(["exploitability", str(REFERENCE), "--games", "2"]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and f"{REFERENCE}/policies/" in said
    assert f"environment={card['environment']!r}: expected {ENVIRONMENT!r}, the version of this release" in said
