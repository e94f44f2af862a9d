"""The claims: some on a part of the grid in seconds, all of them, as docs/theory.md shows them, among the slow tests."""

import re
from pathlib import Path

import pytest

from straits.experiments.cli.main import main
from straits.experiments.reproduce.docs_tables import replace_block
from straits.experiments.theory import suite
from straits.experiments.theory.claims import audience, settlement
from straits.experiments.theory.grid import CELLS
from straits.experiments.theory.standoff import standoff

PAGE = Path(__file__).resolve().parents[4] / "docs" / "theory.md"
FEW = CELLS[::5]


def shown() -> dict[str, str]:
    """Whether each claim holds, as the page says."""
    return dict(re.findall(r"^\| (T\d+) \|.*\| (yes|\*\*no\*\*|not run) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE))


def test_the_page_has_every_claim_in_order() -> None:
    assert tuple(shown()) == suite.CLAIMS


@pytest.mark.slow
def test_T1_a_stronger_audience_makes_backing_down_rarer_in_each_of_a_few_cells() -> None:
    found = audience.t1(FEW)
    assert found.estimate is not None and found.estimate.estimate > 0
    assert found.p in (0.5**4, 0.5**3)  # in every one that settles: at most one of the four does not


@pytest.mark.slow
def test_T1_vanishes_without_audience_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    """The cost of yielding carries it (R5.3): with audience_cost 0 the strength of the audience changes nothing."""
    monkeypatch.setattr(audience, "standoff", lambda cell, **more: standoff(cell, parameters={"audience_cost": 0.0}, **more))
    assert audience._backing_down(FEW[0], 0.0) == pytest.approx(audience._backing_down(FEW[0], 1.0), abs=1e-6)


@pytest.mark.slow
def test_T20_terms_of_a_deal_rise_with_commitment_and_T22_the_resolute_stand_in_each_of_a_few_cells() -> None:
    for test in (settlement.t20, settlement.t22):
        assert test(FEW).p == 0.5 ** len(FEW)


def test_the_command_says_what_is_wrong_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["theory", "--only", "T99"]) == 2
    assert main(["theory", "--policies", "nobody"]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert lines[0].startswith("straits theory: only='T99': expected one of T1") and lines[1].startswith(
        "straits theory: policy='nobody'"
    )
    assert len(lines) == 2


def test_a_page_without_a_place_for_the_table_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    path.write_text("words")
    with pytest.raises(ValueError, match="expected one <!-- theory -->"):
        replace_block(path, "theory", "table")
    assert path.read_text() == "words" and list(tmp_path.iterdir()) == [path]


@pytest.mark.slow
def test_the_page_says_of_every_claim_what_comes_out() -> None:
    said = {name: verdict for name, verdict in shown().items() if verdict != "not run"}
    found = {v.id: "yes" if v.holds else "**no**" for v in suite.run(list(said), say=lambda line: None)}
    assert found == said
