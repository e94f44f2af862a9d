"""Every mechanism of docs/sources.md, F01 to F49: a named number carries it, and at 0 it is gone.

The tests stand in the files beside this one, by subject. Rule numbers are those of docs/model.md. Nothing in them depends on how
large a number is, only on its being there.
"""

import re
from pathlib import Path


def test_every_mechanism_has_a_test() -> None:
    files = sorted(Path(__file__).parent.glob("test_*.py"))
    named = [n for file in files for n in re.findall(r"^def test_(F\d\d)_", file.read_text(encoding="utf-8"), re.MULTILINE)]
    assert sorted(named) == [f"F{n:02}" for n in range(1, 50)]
