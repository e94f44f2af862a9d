"""Save the state of a class in one file, replaced atomically, so that a restart resumes the class.

The file holds moves, seeds and digests of tokens. It holds no names and no token. Only its owner may open the folder.
"""

from pathlib import Path
from typing import Any, Final

from straits.envs.fields import mapping
from straits.envs.io import as_json, read_json, write_file
from straits.experiments.viewer.server.classroom import Classroom, Policies, restored

FILE: Final = "class.json"
FORMAT: Final = 1
KEYS: Final = (
    "format", "scenario", "own_scenario", "scenario_hash", "turns", "seed", "code", "teachers", "alone", "started", "paused",
    "over", "timer", "fallback", "games",
)  # fmt: skip


def content(classroom: Classroom) -> bytes:
    """Encode the state of a class.

    Args:
        classroom: The class.

    Returns:
        Content of the file.
    """
    return as_json({"format": FORMAT, **classroom.document()})


def keep(folder: Path, written: bytes) -> None:
    """Write the state of a class, and replace an earlier one.

    Args:
        folder: Folder of the state, created if it does not exist.
        written: Result of `content`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    write_file(folder / FILE, written)


def is_stored(folder: Path) -> bool:
    """Return whether a folder holds a class.

    Args:
        folder: The folder.

    Returns:
        True if the file exists.
    """
    return (folder / FILE).is_file()


def bring_back(folder: Path, policies: Policies) -> Classroom:
    """Restore the class of a folder.

    Args:
        folder: Folder of the state.
        policies: Policies that may play a seat.

    Returns:
        The class.

    Raises:
        ValueError: If the file is damaged, of another version, or needs a policy that is not in the list.
    """
    path = folder / FILE
    document: dict[str, Any] = mapping(str(path), read_json(path), KEYS)
    for key in KEYS:
        if key not in document:
            raise ValueError(f"{path} {key}: expected a value")
    if document["format"] != FORMAT:
        raise ValueError(f"{path} format={document['format']!r}: expected {FORMAT}, the version of this release")
    try:
        return restored(document, policies)
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise ValueError(f"{path}: expected a class that `straits play` wrote ({type(error).__name__}: {error})") from None


def forget(folder: Path) -> None:
    """Delete the class of a folder. Other files stay.

    Args:
        folder: Folder of the state.
    """
    (folder / FILE).unlink(missing_ok=True)
