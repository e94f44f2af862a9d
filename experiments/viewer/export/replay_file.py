"""Save and load episodes as JSON, or as JSON compressed with gzip. Equal games give equal bytes.

`schema` checks what is read. The content is limited to MAX_BYTES after decompression, so that a small archive cannot fill the
memory.
"""

import gzip
import json
import zlib
from pathlib import Path
from typing import Any, Final

from straits.envs.io import parse_json, write_file
from straits.experiments.viewer.export.schema import check

MAX_BYTES: Final = 32_000_000  # a game of 52 turns takes about 120,000
MAGIC: Final = b"\x1f\x8b"  # of gzip


def to_bytes(episode: dict[str, Any]) -> bytes:
    """Encode an episode as JSON without white space.

    Args:
        episode: The episode.

    Returns:
        The bytes.
    """
    return json.dumps(episode, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def save(episode: dict[str, Any], path: str | Path) -> None:
    """Write an episode atomically. A name with the ending .gz selects compression.

    Args:
        episode: The episode.
        path: File to write.
    """
    path, content = Path(path), to_bytes(episode)
    write_file(path, gzip.compress(content, mtime=0) if path.suffix == ".gz" else content)


def load(path: str | Path) -> dict[str, Any]:
    """Read an episode.

    Args:
        path: File to read.

    Returns:
        The episode.

    Raises:
        ValueError: If the content is invalid. The message is one line.
        OSError: If the file cannot be read.
    """
    path = Path(path)
    return check(parse_json(str(path), _decompress(path)), str(path))


def _decompress(path: Path) -> bytes:
    """Return the content of the file, decompressed."""
    with path.open("rb") as file:
        packed = file.read(len(MAGIC)) == MAGIC
    try:
        with gzip.open(path) if packed else path.open("rb") as file:
            content: bytes = file.read(MAX_BYTES + 1)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise ValueError(f"{path}: expected a complete archive ({error})") from None
    if len(content) > MAX_BYTES:
        raise ValueError(f"{path}: expected at most {MAX_BYTES} bytes")
    return content
