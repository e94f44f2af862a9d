"""Convert observations and choices to text and back, for people and for language models.

`describe` and `read_observation` are inverses, and so are `write_choices` and `read_choices`. The text names actors by the
labels of the scenario, so that an anonymous scenario stays anonymous.
"""

import functools
import re
from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from straits.envs.spec.constants import (
    ACTORS,
    AREAS,
    CHANNELS,
    DEPLOYMENT,
    N_ACTORS,
    N_AREAS,
    N_CHANNELS,
    N_PAIRS,
    PAIRS,
)
from straits.envs.spec.moves import MOVES, OFFSETS, SIZES, Move
from straits.envs.spec.observation import N_OBSERVATION, SCHEMA, SLICES, Entry
from straits.envs.validation import hint, wrong

Labels = Mapping[str, str]  # actor -> label of the scenario
OWN_NAMES: Final[Labels] = {actor: actor for actor in ACTORS}
ACTOR_WORDS: Final = {
    "usa": "the United States",
    "japan": "Japan",
    "china": "China",
    "taiwan": "Taiwan",
    "philippines": "the Philippines",
}
AREA_WORDS: Final = {
    "japan_home": "the Japanese home islands",
    "nansei": "the Nansei/Ryukyu islands",
    "taiwan": "Taiwan",
    "taiwan_strait": "Taiwan Strait",
    "east_china_sea": "East China Sea",
    "south_china_sea": "South China Sea/West Philippine Sea",
    "luzon": "Luzon",
    "philippine_sea": "Philippine Sea",
    "mainland_coast": "the mainland coast",
}
_NAMED: Final = {"usa": re.compile(r"\bUS\b"), "japan": re.compile(r"\bJapan\b"), "taiwan": re.compile(r"\bTaiwan\b")}
DECIMALS: Final = 3
_LINE: Final = re.compile(r"(\w+) \(.*\): (.+)")  # name (meaning): items


def actor_words(actor: str, labels: Labels = OWN_NAMES) -> str:
    """Return the name of an actor in a sentence: with its article, or the label of the scenario."""
    return ACTOR_WORDS[actor] if labels[actor] == actor else labels[actor]


def area_words(area: str) -> str:
    """Return the name of an area in a sentence, with its article: `the Taiwan Strait`."""
    return f"the {AREA_WORDS[area]}" if AREA_WORDS[area].endswith(("Sea", "Strait")) else AREA_WORDS[area]


def move_name(move: Move, labels: Labels = OWN_NAMES) -> str:
    """Return the name of a move with the label of its target, `summon.japan`."""
    return f"{move.kind.name}.{labels[move.target]}" if _at_actor(move) else move.name


def move_words(move: Move, labels: Labels = OWN_NAMES) -> str:
    """Describe a move as a predicate: `summons the ambassador of Japan`."""
    text = relabelled(move.kind.text, labels)
    if not move.target:
        return text
    return text.format(target=actor_words(move.target, labels) if _at_actor(move) else AREA_WORDS[move.target])


def relabelled(text: str, labels: Labels = OWN_NAMES) -> str:
    """Replace the names of actors in a text by their labels, so that fixed phrases stay anonymous too."""
    for actor, pattern in _NAMED.items():
        if labels[actor] != actor:
            text = pattern.sub(labels[actor], text)
    return text


def list_moves(mask: NDArray[np.int8], labels: Labels = OWN_NAMES) -> str:
    """List the legal moves, one per line, under the name of their channel.

    Args:
        mask: (N_MOVES,), nonzero where the move is legal.
        labels: Label of each actor.

    Returns:
        The list as text.
    """
    lines = []
    for channel, (start, size) in enumerate(zip(OFFSETS, SIZES, strict=True)):
        lines.append(f"{CHANNELS[channel]}:")
        legal = [move for move in MOVES[start : start + size] if mask[move.flat]]
        lines += [f"  {move_name(move, labels)}: {move_words(move, labels)}" for move in legal]
    return "\n".join(lines)


def write_choices(choices: ArrayLike, labels: Labels = OWN_NAMES) -> str:
    """Write choices by name: `hold, silence, summon.japan`.

    Args:
        choices: (channels,) indices.
        labels: Label of each actor.

    Returns:
        The names, separated by commas.

    Raises:
        ValueError: If `choices` does not hold one index for each channel.
    """
    row = np.asarray(choices)
    if row.shape != (N_CHANNELS,):
        raise wrong("choices", choices, "three indices, one in each channel")
    return ", ".join(move_name(MOVES[start + int(n)], labels) for start, n in zip(OFFSETS, row, strict=True))


def read_choices(words: str, labels: Labels = OWN_NAMES, mask: NDArray[np.int8] | None = None) -> NDArray[np.int64]:
    """Parse the names of moves.

    Commas, semicolons or line breaks separate the names. The order is free, and the channel may precede a name (`act:
    summon.japan`). A channel without a name gets its no-op.

    Args:
        words: The text.
        labels: Label of each actor.
        mask: (N_MOVES,) legal moves, or None to accept every move.

    Returns:
        (channels,) int64 indices.

    Raises:
        ValueError: If a name is unknown, if two names share a channel, or if a move is illegal under the mask.
    """
    names = _move_names(tuple(labels[actor] for actor in ACTORS))
    moves_by_channel: dict[int, Move] = {}
    for part in re.split(r"[,;\n]", words):
        name = part.split(":")[-1].strip().lower()
        if not name:
            continue
        if name not in names:
            raise wrong("move", name[:60], f"a name of the move table{hint(name, names)}")
        move = names[name]
        if move.kind.channel in moves_by_channel:
            raise wrong("move", name, f"one move in the channel {CHANNELS[move.kind.channel]}")
        if mask is not None and not mask[move.flat]:
            raise wrong("move", name, "a move that is legal now")
        moves_by_channel[move.kind.channel] = move
    return np.array(
        [moves_by_channel[channel].index if channel in moves_by_channel else 0 for channel in range(N_CHANNELS)], np.int64
    )


def describe(observation: NDArray[np.float32], labels: Labels = OWN_NAMES) -> str:
    """Describe an observation in words.

    The text lists every value of the schema that is not zero, to three decimals.

    Args:
        observation: (N_OBSERVATION,) vector.
        labels: Label of each actor.

    Returns:
        The text, one part per line.

    Raises:
        ValueError: If the vector has another shape.
    """
    if np.shape(observation) != (N_OBSERVATION,):
        raise wrong("observation.shape", np.shape(observation), f"({N_OBSERVATION},)")
    observer = ACTORS[int(np.argmax(observation[SLICES["actor"]]))]
    lines = [f"You are {actor_words(observer, labels)}."]
    for entry in SCHEMA:
        if entry.name != "actor":
            values = [f"{value:.{DECIMALS}f}".rstrip("0").rstrip(".") for value in observation[SLICES[entry.name]]]
            items = zip(_item_names(entry, labels), values, strict=True)
            said = ", ".join(f"{name} {value}".strip() for name, value in items if value != "0")
            if said:
                lines.append(f"{entry.name} ({relabelled(entry.meaning, labels)}): {said}")
    return "\n".join(lines)


def read_observation(words: str, labels: Labels = OWN_NAMES) -> NDArray[np.float32]:
    """Parse the text of `describe`.

    Args:
        words: The text.
        labels: Label of each actor.

    Returns:
        (N_OBSERVATION,) float32, to three decimals.

    Raises:
        ValueError: If a line is unknown.
    """
    entries = {entry.name: entry for entry in SCHEMA}
    vector = np.zeros(N_OBSERVATION, np.float32)
    observers = {f"You are {actor_words(actor, labels)}.": n for n, actor in enumerate(ACTORS)}
    for line in words.splitlines():
        match = _LINE.fullmatch(line.strip())
        if line.strip() in observers:
            vector[SLICES["actor"].start + observers[line.strip()]] = 1.0
        elif match and match[1] in entries:
            vector[SLICES[match[1]]] = _read_items(entries[match[1]], match[2], labels)
        elif line.strip():
            raise wrong("observation", line.strip(), "a line of describe()")
    return vector


def _at_actor(move: Move) -> bool:
    return move.kind.channel != DEPLOYMENT and move.target in ACTORS


@functools.cache
def _move_names(labels: tuple[str, ...]) -> dict[str, Move]:
    named = dict(zip(ACTORS, labels, strict=True))
    return {move_name(move, named).lower(): move for move in MOVES}


def _item_names(entry: Entry, labels: Labels) -> list[str]:
    """Return the name of each value of a part: `china.taiwan_strait`, `usa-japan`; empty for a single value."""
    called = [labels[actor] for actor in ACTORS]
    axes = {N_ACTORS: called, N_AREAS: list(AREAS), N_PAIRS: [f"{called[i]}-{called[j]}" for i, j in PAIRS]}
    names = [""]
    for size in entry.shape:
        names = [f"{name}.{item}".lstrip(".") for name in names for item in axes[size]]
    return names


def _read_items(entry: Entry, words: str, labels: Labels) -> list[float]:
    values = dict.fromkeys(_item_names(entry, labels), 0.0)
    for item in words.split(", "):
        name, _, number = item.rpartition(" ")
        if name not in values:
            raise wrong(f"observation.{entry.name}", item, f"items of {', '.join(values)}{hint(name, values)}")
        try:
            values[name] = float(number)
        except ValueError:
            raise wrong(f"observation.{entry.name}", item, "a number") from None
    return list(values.values())
