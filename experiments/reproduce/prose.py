"""List idioms and long sentences in the docs and docstrings, to help a writer.

    straits prose [PATH ...]

Each line is `file:line: what`. The exit code is always 0: the list is a help and not a gate. CONTRIBUTING.md has the style guide.
"""

import argparse
import ast
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
FOLDERS: Final = ("envs", "agents", "conf", "experiments")
LONGEST: Final = 30  # words of a sentence
INSTEAD: Final = {
    r"anew": "again",
    r"beside": "next to, in addition to",
    r"is told|are told|tells?": "prints, logs, reports",
    r"nobody|nobody's|everybody": "no actor, no player",
    r"whom|whoever|whose doing": "the agent that",
    r"as it stands|as they stand|stands?": "is, is in",
    r"c[oa]mes? of(?! age)|came of|comes? to pass": "results, follows",
    r"turned down": "rejected",
    r"one's own|of one's own": "your own, its own",
    r"in a line": "in one line",
    r"is said|are said": "prints, names",
    r"as if nothing": "state the effect",
    r"likewise|as above|the same of": "repeat the noun",
    r"goes on|going on": "continues",
}
_BANNED: Final = [(re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE), words) for pattern, words in INSTEAD.items()]
_NOT_PROSE: Final = re.compile(r"^\s*(?:\||#|```|<|>>>|\.\.\. |!\[)")
_ITEM: Final = re.compile(r"^\s*(?:[-*]|\d+\.)\s")
_SENTENCE: Final = re.compile(r"(?<=[.!?:;])\s+")


def check(text: str, first_line: int = 1) -> Iterator[tuple[int, str]]:
    """Yield (line, message) for each idiom and each long sentence of a Markdown text or docstring.

    Args:
        text: The text.
        first_line: Line number of its first line.
    """
    for number, line in _outside_code(text, first_line):
        for pattern, instead in _BANNED:
            for match in pattern.finditer(line):
                yield number, f"{match.group(0)!r}: write {instead}"
    for number, paragraph in _paragraphs(text, first_line):
        for sentence in _SENTENCE.split(paragraph):
            n_words = len(sentence.split())
            if n_words > LONGEST:
                yield number, f"{n_words} words: {sentence[:60]}..."


def docstrings(source: str) -> Iterator[tuple[int, str]]:
    """Yield (first line, text) for each docstring of a Python source."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            text = ast.get_docstring(node, clean=False)
            if text is not None:
                yield node.body[0].lineno, text


def check_file(path: Path) -> list[tuple[int, str]]:
    """Return the sorted (line, message) pairs of a Markdown page or of the docstrings of a Python module."""
    text = path.read_text(encoding="utf-8")
    parts = docstrings(text) if path.suffix == ".py" else [(1, text)]
    return sorted(hit for first_line, part in parts for hit in check(part, first_line))


def files(root: Path = ROOT) -> list[Path]:
    """List the Markdown pages and the Python modules of the project."""
    modules = [path for folder in FOLDERS for path in sorted((root / folder).rglob("*.py"))]
    return [
        *sorted(root.glob("*.md")),
        *sorted((root / "docs").glob("*.md")),
        *(p for p in modules if "node_modules" not in p.parts),
    ]


def main(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> int:
    """Print all hits and their number. Return 0."""
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="files to check (default: all docs and sources)")
    paths = parser.parse_args(arguments).paths
    total = 0
    for path in paths or files():
        shown = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
        for number, message in check_file(path):
            print(f"{shown}:{number}: {message}")
            total += 1
    print(f"{total} places")
    return 0


def _outside_code(text: str, first_line: int) -> Iterator[tuple[int, str]]:
    inside = False
    for number, line in enumerate(text.splitlines(), first_line):
        if line.lstrip().startswith("```"):
            inside = not inside
        elif not inside:
            yield number, re.sub(r"`[^`]*`|\"[^\"]*\"", "x", line)


def _paragraphs(text: str, first_line: int) -> Iterator[tuple[int, str]]:
    start, words = first_line, ""
    for number, line in [*_outside_code(text, first_line), (0, "")]:
        if not line.strip() or _NOT_PROSE.match(line) or _ITEM.match(line):
            if words:
                yield start, words
            start, words = number, line if _ITEM.match(line) else ""
        else:
            start, words = (start, f"{words} {line.strip()}") if words else (number, line.strip())
