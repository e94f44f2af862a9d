"""A public series of daily counts, read from a CSV: every value checked, missing days kept as missing.

The file has a header and a row a day: `date` (YYYY-MM-DD, rising) and a column of whole numbers for each count. Each count covers
the 24 hours that its publisher says; a series with a change of definition in it is two series.
"""

import csv
import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from straits.envs.validation import wrong

COUNTS: Final = ("aircraft", "crossed_centre_line", "navy_ships", "official_ships")
SHORTEST: Final = 140  # days in all, so that both parts hold blocks to resample
LONGEST: Final = 40_000  # days
MOST: Final = 100_000  # of anything a day
MAX_BYTES: Final = 4_000_000


@dataclass(frozen=True)
class Series:
    """Counts of consecutive days; a missing day is NaN in every column."""

    first: date
    counts: NDArray[np.float64]  # (days, COUNTS)
    sha256: str  # of the file

    def column(self, name: str) -> NDArray[np.float64]:
        """The counts of one kind, (days,)."""
        return self.counts[:, COUNTS.index(name)]

    def split(self, share: float) -> tuple["Series", "Series"]:
        """The first part, on which things are fitted, and the later one, which is kept aside. ValueError unless 0 < share < 1."""
        if not 0 < share < 1:
            raise wrong("split", share, "above 0 and below 1")
        n = int(len(self.counts) * share)
        later = self.first + timedelta(days=n)
        return Series(self.first, self.counts[:n], self.sha256), Series(later, self.counts[n:], self.sha256)


def read(path: Path) -> Series:
    """The series of a file. ValueError names the line, the value and what was expected; OSError where it cannot be read."""
    if not path.is_file():
        raise wrong("data", str(path), "a CSV file")
    if path.stat().st_size > MAX_BYTES:
        raise wrong(f"{path.name} bytes", path.stat().st_size, f"at most {MAX_BYTES}")
    content = path.read_bytes()
    try:
        rows = list(csv.reader(content.decode("utf-8").splitlines(), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise ValueError(f"{path.name}: expected a CSV file in UTF-8; {error}") from None
    days = _days(path.name, rows)
    first, last = days[0][0], days[-1][0]
    length = (last - first).days + 1
    if not SHORTEST <= length <= LONGEST:
        raise wrong(f"{path.name} days", length, f"{SHORTEST}..{LONGEST}")
    counts = np.full((length, len(COUNTS)), np.nan)
    for day, values in days:
        counts[(day - first).days] = values
    return Series(first, counts, hashlib.sha256(content).hexdigest())


def _days(name: str, rows: list[list[str]]) -> list[tuple[date, list[int]]]:
    header = rows[0] if rows else []
    for key in ("date", *COUNTS):
        if header.count(key) != 1:
            raise wrong(f"{name} header", ",".join(header)[:80], f"one column {key}")
    found: list[tuple[date, list[int]]] = []
    for line, row in enumerate(rows[1:], 2):
        if len(row) != len(header):
            raise wrong(f"{name} line {line} values", len(row), f"{len(header)}")
        cells = dict(zip(header, row, strict=True))
        day = _date(f"{name} line {line} date", cells["date"])
        if found and day <= found[-1][0]:
            raise wrong(f"{name} line {line} date", cells["date"], f"a day after {found[-1][0]}")
        found.append((day, [_count(f"{name} line {line} {key}", cells[key]) for key in COUNTS]))
    if not found:
        raise wrong(f"{name} days", 0, f"at least {SHORTEST}")
    return found


def _date(where: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise wrong(where, text, "a day such as 2022-11-16") from None


def _count(where: str, text: str) -> int:
    if not text.isdecimal() or int(text) > MOST:
        raise wrong(where, text, f"a whole number 0..{MOST}")
    return int(text)
