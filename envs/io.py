"""Read and write files atomically and as data only: JSON and safetensors, limited in size, never pickled."""

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from straits.envs.validation import abridged, one_line, wrong

MAX_JSON: Final = 16 * 2**20  # bytes
MAX_TENSORS: Final = 256 * 2**20  # bytes
LONGEST_NAME: Final = 60  # characters of a file name that a word gives; letters may have four bytes each
Arrays = dict[str, NDArray[Any]]


def write_file(path: Path, content: bytes) -> None:
    """Replace a file atomically: it holds the old content until all of the new content is written.

    Args:
        path: Path of the file.
        content: The new content.

    Raises:
        OSError: If the file cannot be written.
    """
    if path.is_dir():
        raise IsADirectoryError(f"{path}: expected the name of a file, a folder stands there")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:  # its own text names the temporary file
        raise OSError(f"{path}: expected a place to write to ({error.strerror})") from None
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Replace a directory by one that holds exactly the given files, once all are written.

    Args:
        folder: Path of the directory.
        files: File name -> content.

    Raises:
        OSError: If the directory cannot be written.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
    try:
        new, old = scratch / "new", scratch / "old"
        new.mkdir()
        for name, content in files.items():
            write_file(new / name, content)
        if folder.exists():
            os.rename(folder, old)
        try:
            os.rename(new, folder)
        except OSError:
            if old.exists() and not folder.exists():
                os.rename(old, folder)
            raise
    finally:
        shutil.rmtree(scratch)


def as_json(value: Any) -> bytes:
    """Encode a value as JSON with sorted keys.

    Args:
        value: Any value that JSON can represent.

    Returns:
        The encoded bytes.

    Raises:
        ValueError: If a number is infinite or NaN.
    """
    return (json.dumps(value, indent=1, sort_keys=True, allow_nan=False, ensure_ascii=False) + "\n").encode()


def read_json(path: Path) -> dict[str, Any]:
    """Read the JSON object in a file.

    Args:
        path: Path of the file.

    Returns:
        The object.

    Raises:
        ValueError: If the file does not hold a JSON object. The message is one line.
    """
    return parse_json(str(path), read_bytes(path, MAX_JSON))


def parse_json(where: str, content: bytes) -> dict[str, Any]:
    """Parse a JSON object.

    Args:
        where: Name of the content for error messages.
        content: The encoded bytes.

    Returns:
        The object.

    Raises:
        ValueError: If the content is not an object, repeats a key or contains an invalid number.
    """
    try:
        value = json.loads(content, object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{where}: expected a JSON object; {one_line(error)[:200]}") from None
    if not isinstance(value, dict):
        raise wrong(where, value, "a JSON object")
    return value


def as_tensors(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """Encode arrays as a safetensors file."""
    return save({name: np.ascontiguousarray(array) for name, array in arrays.items()})


def parse_tensors(where: str, content: bytes) -> Arrays:
    """Parse the content of a safetensors file.

    Args:
        where: Name of the content for error messages.
        content: The encoded bytes.

    Returns:
        Arrays by name.

    Raises:
        ValueError: If the content is invalid. The message is one line.
    """
    try:
        return load(content)
    except (SafetensorError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{where}: expected a safetensors file; {one_line(error)[:200]}") from None


def noted_tensors(arrays: Mapping[str, NDArray[Any]], note: Any) -> bytes:
    """Encode arrays and a JSON note in one safetensors file, so that both are always replaced together.

    A digest covers the arrays and the note.
    """
    metadata = as_json(note)
    packed = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    return save(packed, {"note": metadata.decode(), "sha256": _digest(packed, metadata)})


def read_noted_tensors(path: Path, most: int) -> tuple[Arrays, dict[str, Any]]:
    """Read the arrays and the note of a file from `noted_tensors`.

    Args:
        path: Path of the file.
        most: Largest accepted size in bytes.

    Returns:
        Arrays by name, and the note.

    Raises:
        ValueError: If the file is invalid. The message is one line.
    """
    content = read_bytes(path, most)
    arrays = parse_tensors(str(path), content)
    head = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])  # the library has already validated it
    metadata = head.get("__metadata__", {})
    note = str(metadata.get("note")).encode()
    if metadata.get("sha256") != _digest(arrays, note):
        raise wrong(f"{path} sha256", metadata.get("sha256"), f"{_digest(arrays, note)}: damaged or changed")
    return arrays, parse_json(f"{path} note", note)


def path_in(folder: Path, word: str, ending: str = "") -> Path:
    """Return the path in a folder that a word names, where the word comes from a file or a user.

    Every path of which a word of a file is part is made here. It cannot lead out of the folder.

    Args:
        folder: The folder.
        word: Any text, such as the name of a policy or a scenario. What cannot stand in the name of a file becomes `-`.
        ending: Text after the word, from the code.

    Returns:
        A path directly in the folder.
    """
    name = re.sub(r"[^\w+=,@.-]+", "-", word).strip("-.") or "_"
    if len(name) > LONGEST_NAME:
        name = f"{name[:LONGEST_NAME]}-{sha256(word.encode(errors='replace'))[:8]}"
    return folder / f"{name}{ending}"


def is_file(path: Path) -> bool:
    """Return whether a path is a file, and False for a path that no file can have, such as one that is too long."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def read_bytes(path: Path, most: int, key: str = "") -> bytes:
    """Read a file of limited size.

    Args:
        path: Path of the file.
        most: Largest accepted size in bytes.
        key: Key of the size in the error, by default the path and `bytes`.

    Returns:
        The content.

    Raises:
        ValueError: If the file is missing or larger than `most`.
    """
    if not is_file(path):
        raise ValueError(f"{one_line(path)}: expected a file")
    try:
        with path.open("rb") as file:
            content = file.read(most + 1)  # a size that the system reports may be wrong
    except OSError as error:
        raise ValueError(f"{one_line(path)}: expected a file to read ({error.strerror})") from None
    if len(content) > most:
        raise wrong(key or f"{path} bytes", path.stat().st_size, f"at most {most}")
    return content


def sha256(content: bytes) -> str:
    """Return the SHA-256 digest in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def _digest(arrays: Mapping[str, NDArray[Any]], note: bytes) -> str:
    digest = hashlib.sha256(note)
    for name in sorted(arrays):
        digest.update(f"{name} {arrays[name].dtype} {arrays[name].shape}".encode())
        digest.update(np.ascontiguousarray(arrays[name]).tobytes())
    return digest.hexdigest()


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) < len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise ValueError(f"the key {abridged(twice)} stands twice in one object")
    return result


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number")
