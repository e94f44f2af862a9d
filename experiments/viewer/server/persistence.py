"""The state of a class on disk: one file, whole at any time, so that a restart goes on where the class stood.

It holds moves, seeds and digests of tokens, no names and no token, in a folder that only its owner may open.
"""

from pathlib import Path
from typing import Any, Final

from straits.envs.io import as_json, read_json, write_file
from straits.envs.validation import mapping
from straits.experiments.viewer.server.classroom import Classroom, Policies, restored

FILE: Final = "class.json"
FORMAT: Final = 1
KEYS: Final = (
    "format", "scenario", "own_scenario", "scenario_hash", "turns", "seed", "code", "teachers", "alone", "started", "paused",
    "over", "timer", "fallback", "games",
)  # fmt: skip


def content(classroom: Classroom) -> bytes:
    """The class as it stands, as the file has it."""
    return as_json({"format": FORMAT, **classroom.document()})


def keep(folder: Path, written: bytes) -> None:
    """Put the content there, in place of what stood there."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    write_file(folder / FILE, written)


def kept(folder: Path) -> bool:
    """Whether a class stands there."""
    return (folder / FILE).is_file()


def bring_back(folder: Path, policies: Policies) -> Classroom:
    """The class that stands there.

    ValueError in one line where it is damaged, of another version, or needs a policy that is not offered.
    """
    path = folder / FILE
    found: dict[str, Any] = mapping(str(path), read_json(path), KEYS)
    for key in KEYS:
        if key not in found:
            raise ValueError(f"{path} {key}: expected a value")
    if found["format"] != FORMAT:
        raise ValueError(f"{path} format={found['format']!r}: expected {FORMAT}, the version of this release")
    try:
        return restored(found, policies)
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise ValueError(f"{path}: expected a class that this program wrote ({type(error).__name__}: {error})") from None


def forget(folder: Path) -> None:
    """Delete the class that stands there; other files stay."""
    (folder / FILE).unlink(missing_ok=True)
