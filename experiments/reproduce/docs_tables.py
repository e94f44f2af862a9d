"""Generate the parts of README.md and docs/ that are made from code: tables between markers, and pages from templates.

    straits docs           # rewrite tables that are not current
    straits docs --check   # only list them, and exit 1

A page requests a table with a line `<!-- generated:NAME -->`; the table ends at the next `<!-- end -->`.
"""

import argparse
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from straits.envs.io import write_file
from straits.envs.recording import schema
from straits.envs.scenarios import scenario
from straits.envs.spec import moves, observation, parameters

ROOT: Final = Path(__file__).resolve().parents[2]
TEMPLATES: Final = Path(__file__).with_name("templates")
TABLES: Final[Mapping[str, Callable[[], str]]] = {
    "moves": moves.table,
    "observation": observation.table,
    "parameters": parameters.table,
    "scenarios": scenario.table,
    "structure": scenario.structure,
    "recordings": schema.markdown,
    "replays": lambda: scenario.table("replay"),
}
_BLOCK: Final = re.compile(r"(<!-- generated:(\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def pages(root: Path = ROOT) -> list[Path]:
    """Return the Markdown pages, README.md first.

    Raises:
        ValueError: If the package is installed without its docs.
    """
    if not (root / "docs").is_dir():
        raise ValueError(f"root={root}: expected a checkout with docs/")
    return [p for p in (root / "README.md", *sorted((root / "docs").glob("*.md"))) if p.is_file()]


def renewed(text: str) -> str:
    """Return the page with current tables.

    Raises:
        ValueError: If a table does not exist.
    """

    def table(match: re.Match[str]) -> str:
        if match[2] not in TABLES:
            raise ValueError(f"generated:{match[2]}: expected one of {', '.join(TABLES)}")
        return f"{match[1]}{TABLES[match[2]]()}\n{match[3]}"

    return _BLOCK.sub(table, text)


def fill_template(name: str, **values: object) -> str:
    """Return the template `templates/NAME.md` with its fields replaced, as `str.format` does."""
    return (TEMPLATES / f"{name}.md").read_text(encoding="utf-8").format(**values)


def replace_block(path: Path, block: str, table: str) -> None:
    """Replace the text of a page between `<!-- BLOCK -->` and `<!-- end BLOCK -->`.

    Args:
        path: The page.
        block: Name of the block.
        table: The new text.

    Raises:
        ValueError: If the page does not have exactly one such block.
    """
    old = path.read_text(encoding="utf-8")
    place = re.compile(rf"(<!-- {block} -->\n).*?(<!-- end {block} -->)", re.DOTALL)
    new, places = place.subn(lambda match: f"{match[1]}{table}\n{match[2]}", old)
    if places != 1:
        raise ValueError(f"page={path}: expected one <!-- {block} --> and <!-- end {block} -->")
    write_file(path, new.encode())


def main(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> int:
    """Rewrite the pages whose tables are not current, or list them with --check. Return the exit code."""
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 where a page is not current")
    check_only: bool = parser.parse_args(arguments).check
    stale = 0
    for page in pages():
        old = page.read_text(encoding="utf-8")
        new = renewed(old)
        if new != old:
            stale += 1
            print(f"{page.relative_to(ROOT)}: {'not current' if check_only else 'renewed'}")
            if not check_only:
                page.write_text(new, encoding="utf-8")
    return 1 if check_only and stale else 0
