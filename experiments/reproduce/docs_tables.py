"""Tables that the pages show are made from the code: this writes them, between their markers, into README.md and docs/.

    straits docs           # rewrite what is not current
    straits docs --check   # only say what is not, and exit 1

A page asks for a table with a line `<!-- generated:NAME -->`; it ends at the next `<!-- end -->`.
"""

import argparse
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from straits.envs.recording import schema
from straits.envs.scenarios import scenario
from straits.envs.spec import moves, observation, parameters

ROOT: Final = Path(__file__).resolve().parents[2]
TABLES: Final[Mapping[str, Callable[[], str]]] = {
    "moves": moves.table,
    "observation": observation.table,
    "parameters": parameters.table,
    "scenarios": scenario.table,
    "recordings": schema.markdown,
    "replays": lambda: scenario.table("replay"),
}
_BLOCK: Final = re.compile(r"(<!-- generated:(\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def pages(root: Path = ROOT) -> list[Path]:
    """The pages in Markdown, README.md first. ValueError where the package stands without them."""
    if not (root / "docs").is_dir():
        raise ValueError(f"root={root}: expected a checkout with docs/")
    return [p for p in (root / "README.md", *sorted((root / "docs").glob("*.md"))) if p.is_file()]


def renewed(text: str) -> str:
    """The page with its tables as the code gives them now. ValueError names a table that does not exist."""

    def table(found: re.Match[str]) -> str:
        if found[2] not in TABLES:
            raise ValueError(f"generated:{found[2]}: expected one of {', '.join(TABLES)}")
        return f"{found[1]}{TABLES[found[2]]()}\n{found[3]}"

    return _BLOCK.sub(table, text)


def main(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> int:
    """Rewrite, or with --check report, the pages whose tables are not current."""
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
