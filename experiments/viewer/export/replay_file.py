"""Episodes as files: JSON, or JSON compressed with gzip, the same bytes for the same game.

What is read is checked by `schema`, and is never larger than MAX_BYTES when it is laid out: a small archive cannot fill the memory.
"""

import gzip
import json
import zlib
from pathlib import Path
from typing import Any, Final

from straits.envs.io import parse_json, write_file
from straits.experiments.viewer.export.schema import check

MAX_BYTES: Final = 32_000_000  # a game of 52 turns takes some 120,000
MAGIC: Final = b"\x1f\x8b"  # of gzip


def to_bytes(episode: dict[str, Any]) -> bytes:
    """The episode as JSON without white space."""
    return json.dumps(episode, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def save(episode: dict[str, Any], path: str | Path) -> None:
    """Write the file at once, or not at all; one whose name ends in .gz is compressed."""
    path, content = Path(path), to_bytes(episode)
    write_file(path, gzip.compress(content, mtime=0) if path.suffix == ".gz" else content)


def load(path: str | Path) -> dict[str, Any]:
    """The episode in the file. ValueError says in one line what is wrong with it, OSError why it cannot be read."""
    path = Path(path)
    return check(parse_json(str(path), _laid_out(path)), str(path))


def _laid_out(path: Path) -> bytes:
    """What the file holds, out of its archive."""
    with path.open("rb") as file:
        packed = file.read(len(MAGIC)) == MAGIC
    try:
        with gzip.open(path) if packed else path.open("rb") as file:
            content: bytes = file.read(MAX_BYTES + 1)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise ValueError(f"{path}: expected a whole archive ({error})") from None
    if len(content) > MAX_BYTES:
        raise ValueError(f"{path}: expected at most {MAX_BYTES} bytes")
    return content
