"""Sensitivity: all assumptions are varied and nothing else, mixed scenarios play as they do alone, planted drivers are found."""

from pathlib import Path

import numpy as np
import pytest

from straits.envs.scenarios.scenario import load_scenario
from straits.envs.spec.constants import CHINA, JAPAN
from straits.envs.spec.parameters import ASSUMPTION, PARAMETERS
from straits.experiments.analysis.sensitivity.factors import Factor, applied, factors
from straits.experiments.analysis.sensitivity.indices import Effort, Screening, decompose, screen
from straits.experiments.analysis.sensitivity.outcomes import COMPARED, FINDINGS, count_findings, names, outcomes
from straits.experiments.cli.main import main
from straits.experiments.reproduce.sensitivity_page import reading
from straits.experiments.utils.statistics import Interval

BASE = load_scenario("baseline", horizon=6)
NAMED = {f.name: f for f in factors()}


def test_every_assumption_that_is_not_off_is_varied_and_no_sourced_number_is() -> None:
    parameters = {name for name in NAMED if "." not in name}
    assert parameters == {p.name for p in PARAMETERS if ASSUMPTION in p.source and p.default}
    for p in PARAMETERS:
        if p.name in parameters:
            assert p.low <= NAMED[p.name].low < p.default <= NAMED[p.name].high <= p.high


def test_the_defaults_are_the_scenario_itself() -> None:
    same = applied(BASE, factors(), np.array([f.default for f in factors()]))
    assert same.record.tobytes() == BASE.record.tobytes()


def test_a_scale_reaches_every_row_of_its_column_and_no_other() -> None:
    chosen = [NAMED[n] for n in ("relations.hostility", "types.opportunist", "moves.cost", "presence.standing", "leak_rate")]
    changed = applied(BASE, chosen, np.array([1.5, 0.5, 0.5, 1.5, 0.03])).record[0]
    before = BASE.record[0]
    assert changed["hostility_base"][CHINA, JAPAN] == pytest.approx(1.5 * before["hostility_base"][CHINA, JAPAN])
    assert changed["opportunist_share"] == pytest.approx(0.5 * before["opportunist_share"])
    assert changed["cost"] == pytest.approx(0.5 * before["cost"])
    assert changed["start"]["standing"] == pytest.approx(np.minimum(1, 1.5 * before["start"]["standing"]))
    assert changed["leak_rate"] == pytest.approx(0.03) and (changed["rival"] == before["rival"]).all()


def test_scenarios_of_one_batch_play_as_they_do_alone() -> None:
    scenarios = [BASE, load_scenario("severe", horizon=6), applied(BASE, [NAMED["hazard_rate"]], np.array([0.0068]))]
    together = outcomes(scenarios, ("random",), 5, 3)
    for n, scenario in enumerate(scenarios):
        for name, values in outcomes([scenario], ("random",), 5, 3).items():
            assert together[name][n] == values[0], name
    assert together["random.conflict"][2] > together["random.conflict"][0]


def test_the_assumption_that_is_planted_as_the_driver_has_all_of_the_variance() -> None:
    """In a game without incidents the chance of conflict is in proportion to the hazard's rate, nearly, and knows no disasters."""
    base = load_scenario("baseline", horizon=2, parameters={"incident_rate": 0, "disaster_rate": 0})
    driver, other = NAMED["hazard_rate"], NAMED["disaster_keep"]
    found = decompose(base, [driver, other], Effort(samples=32, games=4), 1)
    assert found.total["random.conflict"] == pytest.approx([1, 0], abs=0.05)
    assert found.first["random.conflict"] == pytest.approx([1, 0], abs=0.1)


def test_screening_ranks_what_moves_the_outcomes() -> None:
    found = screen(load_scenario("baseline", horizon=2), Effort(trajectories=2, games=2), 1)
    assert set(found.factors) == set(factors())
    strength = dict(zip((f.name for f in found.factors), found.strength["random.conflict"], strict=True))
    assert strength["hazard_rate"] > 0 == strength["conflict_loss"]  # what is lost in a conflict makes scripted play no wiser


def test_the_strongest_are_those_with_the_highest_mean_rank() -> None:
    three = tuple(Factor(n, 0, 1, 0.5) for n in "abc")
    strength = {"x": np.array([1.0, 3, 2]), "y": np.array([0.0, 5, 9])}
    found = Screening(three, strength, strength, strength)
    assert [f.name for f in found.strongest(2)] == ["b", "c"]


def test_a_finding_holds_in_the_share_of_draws_in_which_it_is_true() -> None:
    drawn = {name: np.zeros(4) for name in names(COMPARED)}
    drawn["hawk.conflict"] = np.array([0.6, 0.7, 0.2, 0.9])
    shares = dict((finding.words, share) for finding, share in count_findings(drawn))
    assert isinstance(shares[FINDINGS[0].words], Interval)
    assert shares["with hawks most games end in conflict"].estimate == 0.75
    assert shares["conflict is rarer with doves than with `default`"].estimate == 0  # equal is not rarer


def test_the_command_writes_the_page_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    short = tmp_path / "short.yaml"
    short.write_text("extends: baseline\nname: short\ntitle: Short\ndescription: Two turns.\nsources: [assumption]\nhorizon: 2\n")
    page = tmp_path / "sensitivity.md"
    small = ["--trajectories", "2", "--samples", "2", "--draws", "4", "--games", "2"]
    assert main(["sensitivity", "--scenario", str(short), "--page", str(page), *small]) == 0
    assert "hawks" in capsys.readouterr().out
    text = page.read_text()
    assert "`short`" in text and f"{len(factors())} assumptions" in text and "## Sobol indices" in text
    assert sorted(p.name for p in tmp_path.iterdir()) == ["sensitivity.md", "short.yaml"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--samples", "6"], "--samples=6: expected a power of 2"),
        (["--draws", "1"], "--draws=1: expected 2..100000"),
        (["--page", "nowhere/page.md"], "--page=nowhere/page.md: expected a file in a folder that exists"),
        (["--scenario", "nowhere"], "scenario='nowhere': expected"),
    ],
)
def test_bad_input_is_one_line(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sensitivity", "--quick", *arguments]) == 2
    said = capsys.readouterr().err
    assert message in said and said.count("\n") == 1


def test_the_page_names_the_findings_that_hang_on_the_defaults() -> None:
    told = reading([("a is rarer", 0.95), ("b is higher", 0.344)])
    assert told.startswith("1 of 2 findings hold in 90 % of the draws or more. The others depend on the defaults")
    assert told.endswith(': "b is higher" (34 %).')
    assert reading([("a", 1.0)]) == "1 of 1 findings hold in 90 % of the draws or more: they do not depend on any single number."
