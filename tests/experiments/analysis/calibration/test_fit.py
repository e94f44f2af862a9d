"""`straits calibrate` on a series that the observation model made: recovered values, atomic files, one-line errors."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from straits.agents.scripted import scripted
from straits.envs.scenarios.scenario import load_scenario
from straits.experiments.analysis.calibration.data import COUNTS, Series, read
from straits.experiments.analysis.calibration.fit import START, Distance, fit
from straits.experiments.analysis.calibration.observation_model import Tempo, emit, watch
from straits.experiments.analysis.calibration.parameters import read as read_fitted
from straits.experiments.cli.main import main

FIRST = date(2023, 1, 2)
DAYS = 300
PLANTED = Tempo(14.0, 60.0, 0.4, 5.0, 0.08, 0.3, 1.0, 5.0, 0.3, 0.5, 0.2, 0.1)
PEACE = {"hazard_rate": 0}
DEFAULTS = [scripted("default")] * 5


@pytest.fixture(scope="module")
def counts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A synthetic series of planted parameters, as a CSV with a gap."""
    emitted = emit(PLANTED, watch(load_scenario("daily", horizon=DAYS, parameters=PEACE), DEFAULTS, 1, 77))[0]
    lines = [
        f"{FIRST + timedelta(days=n)},{','.join(map(str, row))}" for n, row in enumerate(emitted.tolist()) if n not in (50, 51)
    ]
    path = tmp_path_factory.mktemp("series") / "counts.csv"
    path.write_text("\n".join(["date," + ",".join(COUNTS), *lines]) + "\n")
    return path


def test_planted_values_are_found_again() -> None:
    """From the pooled days of games other than those that the fit plays: level, dispersion and ships within a quarter."""
    presence = watch(load_scenario("daily", horizon=DAYS), DEFAULTS, 12, 5)
    made = emit(PLANTED, watch(load_scenario("daily", horizon=3000, parameters=PEACE), DEFAULTS, 1, 77))[0].astype(float)
    found = fit(Series(FIRST, made, ""), presence, seed=1, tries=120).tempo
    for name in ("rate", "dispersion", "quiet", "crossing", "navy", "navy_stay"):
        assert getattr(found, name) == pytest.approx(getattr(PLANTED, name), rel=0.25), name


def test_the_distance_is_smaller_at_the_planted_values_than_off_them(counts: Path) -> None:
    series = read(counts)
    distance = Distance(series, watch(load_scenario("daily", horizon=DAYS), DEFAULTS, 12, 5), seed=1)
    assert distance(PLANTED) < distance(START)


def test_the_command_writes_values_and_page_and_says_how_many_are_inside(
    counts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, page = tmp_path / "tempo.yaml", tmp_path / "page.md"
    arguments = ["calibrate", "--data", str(counts), "--games", "4", "--tries", "12", "--out", str(out), "--page", str(page)]
    assert main(arguments) == 0
    assert "of 10 inside; with presence shuffled" in capsys.readouterr().out
    assert read_fitted(out).rate > 0 and read(counts).sha256 in out.read_text() + page.read_text()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["page.md", "tempo.yaml"]
    assert "nan" not in page.read_text().split("Expert teams")[1]


def test_only_the_first_part_is_fitted_to(counts: Path) -> None:
    series = read(counts)
    first, later = series.split(0.7)
    presence = watch(load_scenario("daily", horizon=200), DEFAULTS, 4, 5)
    changed = Series(series.first, np.concatenate([first.counts, later.counts + 100]), "")
    assert fit(changed.split(0.7)[0], presence, seed=1, tries=8) == fit(first, presence, seed=1, tries=8)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--data", "nowhere.csv"], "data='nowhere.csv': expected a CSV file"),
        (["--data", "{counts}", "--split", "1.5"], "split=1.5: expected above 0 and below 1"),
        (["--data", "{counts}", "--games", "0"], "--games=0: expected 2..10000"),
        (
            ["--data", "{counts}", "--out", "nowhere/tempo.yaml"],
            "--out=nowhere/tempo.yaml: expected a file in a folder that exists",
        ),
        (["--data", "{bad}"], "line 2 aircraft='x': expected a whole number"),
    ],
)
def test_bad_input_is_one_line_and_writes_nothing(
    arguments: list[str], message: str, counts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("date," + ",".join(COUNTS) + "\n2023-01-02,x,1,1,1\n")
    assert main(["calibrate", *(a.format(counts=counts, bad=bad) for a in arguments)]) == 2
    said = capsys.readouterr().err
    assert message in said and said.count("\n") == 1
    assert list(tmp_path.iterdir()) == [bad]


@pytest.mark.parametrize(
    ("text", "message"),
    [("tempo: {rate: 1.0}", r"tempo\.gain: expected a number"), ("tempo: [", "expected YAML"), ("- 1", "expected a map")],
)
def test_a_damaged_file_of_values_is_named(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "tempo.yaml"
    path.write_text(text)
    with pytest.raises(ValueError, match=message):
        read_fitted(path)
