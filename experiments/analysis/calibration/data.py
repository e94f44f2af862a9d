"""Read a public series of daily counts from CSV, with every value checked and missing days kept as missing.

The file has a header and one row per day: `date` (YYYY-MM-DD, ascending) and a column of whole numbers for each count. A count
covers the 24 hours that its publisher defines. If the publisher changes a definition, split the series in two.
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
SHORTEST: Final = 140  # days, so that both parts hold blocks to resample
LONGEST: Final = 40_000  # days
MOST: Final = 100_000  # largest count per day
MAX_BYTES: Final = 4_000_000


@dataclass(frozen=True)
class Series:
    """Counts of consecutive days. A missing day is NaN in all columns."""

    first: date
    counts: NDArray[np.float64]  # (days, COUNTS)
    sha256: str  # of the file

    def column(self, name: str) -> NDArray[np.float64]:
        """Return the counts of one kind, (days,)."""
        return self.counts[:, COUNTS.index(name)]

    def split(self, share: float) -> tuple["Series", "Series"]:
        """Split into a first part, for the fit, and a later part, which is held out.

        Args:
            share: Share of the days in the first part, between 0 and 1.

        Raises:
            ValueError: If the share is out of range.
        """
        if not 0 < share < 1:
            raise wrong("split", share, "above 0 and below 1")
        n = int(len(self.counts) * share)
        later = self.first + timedelta(days=n)
        return Series(self.first, self.counts[:n], self.sha256), Series(later, self.counts[n:], self.sha256)


def read(path: Path) -> Series:
    """Read the series of a CSV file.

    Raises:
        ValueError: If a line is invalid; the message names line, value and expectation.
        OSError: If the file cannot be read.
    """
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
    days: list[tuple[date, list[int]]] = []
    for line, row in enumerate(rows[1:], 2):
        if len(row) != len(header):
            raise wrong(f"{name} line {line} values", len(row), f"{len(header)}")
        cells = dict(zip(header, row, strict=True))
        day = _date(f"{name} line {line} date", cells["date"])
        if days and day <= days[-1][0]:
            raise wrong(f"{name} line {line} date", cells["date"], f"a day after {days[-1][0]}")
        days.append((day, [_count(f"{name} line {line} {key}", cells[key]) for key in COUNTS]))
    if not days:
        raise wrong(f"{name} days", 0, f"at least {SHORTEST}")
    return days


def _date(where: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise wrong(where, text, "a day such as 2022-11-16") from None


def _count(where: str, text: str) -> int:
    if not text.isdecimal() or int(text) > MOST:
        raise wrong(where, text, f"a whole number 0..{MOST}")
    return int(text)
