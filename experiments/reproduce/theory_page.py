"""docs/theory.md: its words stay, its tables are renewed."""

import re
from pathlib import Path
from typing import Final

from straits.envs.io import write_file

BLOCKS: Final = ("theory", "policies")


def renew(path: Path, table: str, block: str = BLOCKS[0]) -> None:
    """Put the table between the page's markers of that block. ValueError where the page has none."""
    old = path.read_text(encoding="utf-8")
    place = re.compile(rf"(<!-- {block} -->\n).*?(<!-- end {block} -->)", re.DOTALL)
    new, places = place.subn(lambda found: f"{found[1]}{table}\n{found[2]}", old)
    if places != 1:
        raise ValueError(f"page={path}: expected one <!-- {block} --> and <!-- end {block} -->")
    write_file(path, new.encode())
