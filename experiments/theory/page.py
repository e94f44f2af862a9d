"""docs/theory.md: its words stay, its table is renewed."""

import os
import re
from pathlib import Path
from typing import Final

BLOCK: Final = re.compile(r"(<!-- theory -->\n).*?(<!-- end theory -->)", re.DOTALL)


def renew(path: Path, table: str) -> None:
    """Put the table between the page's markers. ValueError where the page has none."""
    old = path.read_text(encoding="utf-8")
    new, places = BLOCK.subn(lambda found: f"{found[1]}{table}\n{found[2]}", old)
    if places != 1:
        raise ValueError(f"page={path}: expected one <!-- theory --> and <!-- end theory -->")
    replace(path, new)


def replace(path: Path, text: str) -> None:
    """Write the file whole or not at all."""
    written = path.with_name(path.name + ".new")
    written.write_text(text, encoding="utf-8")
    os.replace(written, path)
