"""A series from a CSV: days in order, missing days kept, and one line that names what is wrong."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from straits.experiments.analysis.calibration.data import SHORTEST, read

HEADER = "date,aircraft,crossed_centre_line,navy_ships,official_ships"
FIRST = date(2023, 1, 2)


def rows(days: int = SHORTEST) -> list[str]:
    return [f"{FIRST + timedelta(days=n)},{n % 7},{n % 3},5,0" for n in range(days)]


def written(folder: Path, lines: list[str], header: str = HEADER) -> Path:
    path = folder / "counts.csv"
    path.write_text("\n".join([header, *lines]) + "\n")
    return path


def test_counts_stand_under_their_days_and_a_missing_day_is_missing(tmp_path: Path) -> None:
    lines = rows()
    del lines[3]
    series = read(written(tmp_path, lines))
    assert series.first == FIRST and len(series.counts) == SHORTEST
    assert np.isnan(series.counts[3]).all() and np.isnan(series.counts).sum() == 4
    assert series.column("aircraft")[5] == 5 and series.column("crossed_centre_line")[5] == 2


def test_columns_may_come_in_any_order_beside_others(tmp_path: Path) -> None:
    lines = [f"x,{n % 5},{FIRST + timedelta(days=n)},9,8,7" for n in range(SHORTEST)]
    series = read(written(tmp_path, lines, "note,navy_ships,date,aircraft,official_ships,crossed_centre_line"))
    assert series.counts[3].tolist() == [9, 7, 3, 8]


def test_parts_follow_one_another_and_the_hash_is_that_of_the_file(tmp_path: Path) -> None:
    series = read(written(tmp_path, rows()))
    first, later = series.split(0.7)
    assert later.first == FIRST + timedelta(days=len(first.counts))
    np.testing.assert_array_equal(np.concatenate([first.counts, later.counts]), series.counts)
    assert first.sha256 == series.sha256 != read(written(tmp_path, rows(SHORTEST + 1))).sha256
    with pytest.raises(ValueError, match=r"split=1\.0: expected above 0 and below 1"):
        series.split(1.0)


@pytest.mark.parametrize(
    ("lines", "header", "message"),
    [
        ([], HEADER, "days=0: expected at least 140"),
        (rows(20), HEADER, r"days=20: expected 140\.\.40000"),
        (rows(), "date,planes", "header='date,planes': expected one column aircraft"),
        (rows(), HEADER + ",date", "expected one column date"),
        (["2023-01-02,1,2,3"], HEADER, "line 2 values=4: expected 5"),
        (["02/01/2023,1,2,3,4"], HEADER, "line 2 date='02/01/2023': expected a day such as"),
        (["2023-01-02,-1,2,3,4"], HEADER, r"line 2 aircraft='-1': expected a whole number 0\.\.100000"),
        (["2023-01-02,1,2.5,3,4"], HEADER, "line 2 crossed_centre_line='2.5'"),
        (["2023-01-02,1,2,3,999999"], HEADER, "line 2 official_ships='999999'"),
        ([rows()[0], rows()[0]], HEADER, "line 3 date='2023-01-02': expected a day after 2023-01-02"),
        (['2023-01-02,"1,2,3,4'], HEADER, "expected a CSV file in UTF-8"),
    ],
)
def test_what_is_wrong_is_named_in_one_line(lines: list[str], header: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=message) as error:
        read(written(tmp_path, lines, header))
    assert "\n" not in str(error.value)


def test_bytes_that_are_no_text_are_named(tmp_path: Path) -> None:
    path = tmp_path / "counts.csv"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ValueError, match=r"counts\.csv: expected a CSV file in UTF-8"):
        read(path)
