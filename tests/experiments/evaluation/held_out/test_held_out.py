"""The held-out suite: sound, complete, no two trials alike; scores on a scale that stays where it is."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from straits.agents.registry import names, zoo_names
from straits.agents.scripted import SCRIPTED, scripted
from straits.envs.spec.constants import ACTORS
from straits.experiments.cli.main import main
from straits.experiments.evaluation.held_out.distinct import outcomes, played, twins
from straits.experiments.evaluation.held_out.scenarios import CHARACTERS, MODES, TRAINED, findings, playable, trials
from straits.experiments.evaluation.held_out.score import REFERENCES, earned, scales, score, stale
from straits.experiments.rollouts.rollout import play

SUITE = trials()
ONE = """
- name: one
  scenario: calm
  mode: visitor
  focal: [japan]
  background: {usa: dove, china: hawk, taiwan: grim, philippines: dove}
  sources: [assumption]
  description: A trial that is only here to be read, with a description that is long enough.
"""


def test_there_are_enough_and_nothing_is_wrong_with_them() -> None:
    assert len(SUITE) >= 30 and findings(SUITE) == []
    assert {trial.mode for trial in SUITE} == set(MODES)
    for trial in SUITE:
        assert len(trial.focal) == MODES[trial.mode] and not set(trial.focal) & set(trial.background)
        assert set(trial.focal) | set(trial.background) == set(ACTORS)


def test_the_background_is_of_characters_that_the_commands_train_nothing_with() -> None:
    assert set(CHARACTERS) <= set(SCRIPTED) and "default" not in CHARACTERS and "random" not in CHARACTERS


def test_strangers_were_trained_too() -> None:
    known = zoo_names()
    assert set(TRAINED) <= set(known)
    trial = next(t for t in SUITE if t.background.get("china") == "zoo/china-hawkish")
    assert (trial in playable(SUITE)) == ("zoo/china-hawkish" in names())
    without = tuple(t for t in SUITE if t is not trial)
    assert "suite.background: expected a trial with zoo/china-hawkish" in findings(without)


def test_strangers_of_an_earlier_version_neither_play_nor_have_a_scale() -> None:
    trained = [trial for trial in SUITE if any(name.startswith("zoo/") for name in trial.background.values())]
    assert len(trained) == 4
    for trial in trained:
        with pytest.raises(ValueError, match="environment='straits-v0': expected 'straits-v1'"):
            trial.weights()
        assert trial not in playable(SUITE) and trial.name not in scales()


def test_the_policy_under_test_sits_in_the_focal_seats() -> None:
    trial = SUITE[0]
    seated = [policy.name for policy in trial.seats(scripted("default"))]
    assert seated == ["default" if a in trial.focal else trial.background[a] for a in ACTORS]


def test_every_trial_has_a_scale_of_the_scenario_that_it_is_played_in() -> None:
    known = scales()
    assert set(known) == {trial.name for trial in playable(SUITE)} and stale(SUITE) == []
    assert all(low < high for low, high in known.values())


def test_what_is_wrong_with_a_suite_is_told() -> None:
    repeated = (
        *SUITE,
        replace(SUITE[0], name="another", description="Something else is said of the very same seats, at some length."),
    )
    assert findings(repeated) == [f"suite.another: expected other seats than {SUITE[0].name}"]
    assert findings((*SUITE, SUITE[0]))[0] == f"suite.name={SUITE[0].name!r}: expected it once"
    without = tuple(t for t in SUITE if "appeaser" not in t.background.values())
    assert "suite.background: expected a trial with appeaser" in findings(without)
    assert findings(SUITE[:5])[0] == "suite=5: expected at least 30 trials"
    loaded = replace(SUITE[1], description=SUITE[1].description + " An invasion.")
    assert findings((SUITE[0], loaded, *SUITE[2:])) == [
        f"suite.{SUITE[1].name}.description: expected a neutral word for 'invasion'"
    ]


def test_a_policy_that_does_as_the_references_scores_between_them() -> None:
    trial, (low, high) = SUITE[0], scales()[SUITE[0].name]
    assert (
        score(trial, scripted("default"), (low, high), 60, 3).score.estimate
        > score(trial, scripted("dove"), (low, high), 60, 3).score.estimate
    )
    games = play(trial.load(), trial.seats(scripted("hold")), 60, 3)
    expected = (games.returns[:, [ACTORS.index(a) for a in trial.focal]].mean() - low) / (high - low)
    assert score(trial, scripted("hold"), (low, high), 60, 3).score.estimate == pytest.approx(expected)


def test_a_resident_trial_is_scored_by_the_mean_of_its_four_seats() -> None:
    trial = next(t for t in SUITE if t.mode == "resident")
    games = play(trial.load(), trial.seats(scripted("hold")), 5, 3)
    focal = [a in trial.focal for a in ACTORS]
    assert earned(trial, games) == pytest.approx(games.returns[:, focal].sum(axis=1) / 4)


def test_trials_that_play_alike_are_found_and_others_are_not() -> None:
    rng = np.random.default_rng(0)
    games = {name: {"tension": rng.normal(mean, 1, 400)} for name, mean in {"one": 0, "two": 0, "three": 1}.items()}
    assert twins(games) == [("one", "two")]


def test_a_trial_is_its_own_twin_in_other_games() -> None:
    trial = SUITE[2]
    first, second = (outcomes(trial, scripted("default"), 100, seed) for seed in (1, 2))
    assert twins({"first": first, "second": second}) == [("first", "second")]


@pytest.mark.slow
def test_no_two_trials_are_alike() -> None:
    assert twins(played(SUITE, scripted("default"))) == []


def test_the_command_lists_and_complains_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["held-out"]) == 0
    assert SUITE[-1].name[:20] in capsys.readouterr().out
    assert main(["held-out", "--policy", "owl"]) == 2 and main(["held-out", "--check", "--games", "1"]) == 2
    said = capsys.readouterr().err
    assert "policy='owl': expected one of" in said and "--games=1" in said and said.count("\n") == 2


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("scenario: calm", "scenario: clam"), r"suite\.one\.scenario='clam': expected one of"),
        (("mode: visitor", "mode: resident"), r"suite\.one\.focal=\['japan'\]: expected a list of 4 actors"),
        (("grim", "random"), r"suite\.one\.background\.taiwan='random': expected one of hawk"),
        (("usa: dove, ", ""), r"suite\.one\.background\.usa: expected a policy"),
        (("usa: dove", "japan: dove"), r"suite\.one\.background\.japan: expected one of usa"),
        (("[assumption]", "[S9]"), r"suite\.one\.sources='S9': expected one of S0"),
        (("  sources: [assumption]\n", ""), r"suite\[0\]\.sources: expected a value"),
        ((", with a description that is long enough", ""), r"suite\.one\.description=.*: expected at least 60 characters"),
        (("- name", "- {name"), "expected YAML"),
    ],
)
def test_a_damaged_suite_is_named(change: tuple[str, str], message: str, tmp_path: Path) -> None:
    path = tmp_path / "suite.yaml"
    path.write_text(ONE.replace(*change))
    with pytest.raises(ValueError, match=message):
        trials(path)


def test_damaged_constants_are_named(tmp_path: Path) -> None:
    path = tmp_path / "constants.yaml"
    path.write_text("one: {low: 2, high: 1}\n")
    with pytest.raises(ValueError, match=r"constants\.one\.low=2: expected below high=1"):
        scales(path)
    assert set(REFERENCES) <= set(SCRIPTED)
