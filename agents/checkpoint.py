"""Save and load policies as directories, and index a directory of policies.

A policy is `weights.safetensors` and `card.json`. An index is `index.json`. Nothing is unpickled and nothing in a file is executed:
the network is built from the sizes in the card, and a file supplies arrays only. Digests detect damage and not intent, because
a person who can rewrite the directory can rewrite its index too.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from straits.agents import card as cards
from straits.agents.card import Card
from straits.agents.network import Network, NetworkPolicy, layers
from straits.envs.fields import mapping
from straits.envs.io import (
    MAX_JSON,
    MAX_TENSORS,
    Arrays,
    as_json,
    as_tensors,
    parse_json,
    parse_tensors,
    read_bytes,
    read_json,
    sha256,
    write_file,
    write_folder,
)
from straits.envs.validation import hint, misspelt, wrong

CARD: Final = "card.json"
WEIGHTS: Final = "weights.safetensors"
INDEX: Final = "index.json"
NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
ENTRY: Final = ("seats", "algorithm", "character", "environment", "card", "weights")


def save(folder: str | Path, network: Network, card: Card) -> Card:
    """Write the policy, and replace an earlier policy in the folder atomically.

    Args:
        folder: New folder, or one with a policy.
        network: The layers.
        card: Description of the policy. Digest and sizes are filled in.

    Returns:
        The card as written.

    Raises:
        ValueError: If weights are not finite, a value does not fit a card, or the folder holds something else.
    """
    folder = Path(folder)
    if folder.exists() and not (folder / CARD).is_file():
        raise ValueError(f"{folder}: expected a new folder, or one with a {CARD}")
    arrays = _arrays(network)
    for name, array in arrays.items():
        _finite(f"{folder / WEIGHTS} {name}", array)
    content = as_tensors(arrays)
    written = replace(card, sizes=network.sizes, activation=network.activation, sha256=sha256(content), spaces=cards.fingerprint())
    cards.read(str(folder / CARD), cards.document(written))
    write_folder(folder, {WEIGHTS: content, CARD: as_json(cards.document(written))})
    return written


def load(folder: str | Path, name: str | None = None, *, deterministic: bool = False) -> NetworkPolicy:
    """Load the policy from the folder.

    Args:
        folder: Folder of one policy.
        name: Name in tables, by default the folder's.
        deterministic: Take the move with the highest score instead of sampling.

    Returns:
        The policy.

    Raises:
        ValueError: If a file is damaged. The message names file, key, value and expectation in one line.
    """
    folder = Path(folder)
    card = read_card(folder)
    network = _network(str(folder / WEIGHTS), _weights(folder, card), card)
    return NetworkPolicy(name or folder.name, network, deterministic)


def read_card(folder: str | Path) -> Card:
    """Read the card of a policy.

    Args:
        folder: Folder of one policy.

    Returns:
        The card.

    Raises:
        ValueError: If the card is damaged or for another version.
    """
    path = Path(folder) / CARD
    return cards.read(str(path), read_json(path))


def write_index(folder: str | Path) -> dict[str, Any]:
    """Check every policy in a folder and write `index.json`.

    Args:
        folder: Folder that holds folders of policies.

    Returns:
        The content of the index.

    Raises:
        ValueError: If a policy is damaged or its name is invalid.
    """
    folder = Path(folder)
    names = sorted(path.parent.name for path in folder.glob(f"*/{CARD}") if not path.parent.name.startswith("."))
    entries = {name: _entry(folder, _named(str(folder), name)) for name in names}
    index = {"format": cards.FORMAT, "policies": entries}
    write_file(folder / INDEX, as_json(index))
    return index


def listing(folder: str | Path, only: str | None = None) -> dict[str, Mapping[str, Any]]:
    """Check the policies of a folder against its index.

    Args:
        folder: Folder with an index.
        only: Check this policy only.

    Returns:
        Name -> entry of the index (seats, algorithm, character, environment, digests).

    Raises:
        ValueError: If a policy differs from the index. The message names the first one.
    """
    folder = Path(folder)
    path = folder / INDEX
    index = mapping(str(path), read_json(path), ("format", "policies"))
    if index.get("format") != cards.FORMAT:
        raise wrong(f"{path} format", index.get("format"), f"{cards.FORMAT}, the version of this release")
    entries = mapping(f"{path} policies", index.get("policies"))
    if only is not None and only not in entries:
        raise wrong(f"{path} policies", only, f"one of {', '.join(entries) or 'none'}{hint(only, entries)}")
    for name in entries if only is None else [only]:
        _agrees(str(path), folder, _named(str(path), name), entries[name])
    return entries


def _agrees(where: str, folder: Path, name: str, entry: Any) -> None:
    listed = mapping(f"{where} policies.{name}", entry, ENTRY)
    for key, value in _entry(folder, name).items():
        if listed.get(key) != value:
            raise wrong(f"{where} policies.{name}.{key}", listed.get(key), f"{value!r}, as the policy's folder has it")


def _entry(folder: Path, name: str) -> dict[str, Any]:
    """Check a policy and return its entry of the index."""
    load(folder / name)
    content = read_bytes(folder / name / CARD, MAX_JSON)
    card = cards.read(str(folder / name / CARD), parse_json(str(folder / name / CARD), content))
    about = {key: getattr(card, key) for key in ("seats", "algorithm", "character", "environment")}
    return {**about, "card": sha256(content), "weights": card.sha256}


def _named(where: str, name: str) -> str:
    """Check that a name is plain, so that it cannot lead out of the folder."""
    if not NAME.fullmatch(name):
        raise wrong(f"{where} name", name, "up to 60 of a-z, 0-9, _ and -")
    return name


def _weights(folder: Path, card: Card) -> Arrays:
    path = folder / WEIGHTS
    content = read_bytes(path, MAX_TENSORS)
    if sha256(content) != card.sha256:
        raise wrong(f"{path} sha256", sha256(content), f"{card.sha256}, as the card has it: damaged or changed")
    return parse_tensors(str(path), content)


def _arrays(network: Network) -> Arrays:
    """Return the tensors of the file: layer.N.weight (inputs, outputs) and layer.N.bias (outputs,)."""
    arrays: Arrays = {}
    for n, (weight, bias) in enumerate(zip(network.weights, network.biases, strict=True)):
        arrays |= {f"layer.{n}.weight": weight, f"layer.{n}.bias": bias}
    return arrays


def _network(where: str, arrays: Arrays, card: Card) -> Network:
    shapes: dict[str, tuple[int, ...]] = {}
    for n, (inputs, outputs) in enumerate(layers(card.sizes)):
        shapes |= {f"layer.{n}.weight": (inputs, outputs), f"layer.{n}.bias": (outputs,)}
    for name in sorted(arrays):
        if name not in shapes:
            raise misspelt(where, name, shapes)
    for name, shape in shapes.items():
        if name not in arrays:
            raise ValueError(f"{where} {name}: expected a tensor of shape {shape}")
        array = arrays[name]
        if array.shape != shape or array.dtype != np.float32:
            raise ValueError(f"{where} {name}={array.dtype} {array.shape}: expected float32 {shape}")
        _finite(f"{where} {name}", array)
    weights = [arrays[f"layer.{n}.weight"] for n in range(len(card.sizes) - 1)]
    biases = [arrays[f"layer.{n}.bias"] for n in range(len(card.sizes) - 1)]
    return Network(tuple(weights), tuple(biases), card.activation)


def _finite(where: str, array: np.ndarray) -> None:
    if not np.isfinite(array).all():
        raise wrong(where, float(array[~np.isfinite(array)][0]), "finite weights")
