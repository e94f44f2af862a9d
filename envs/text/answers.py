"""Read the answer of a language model as choices, and build the JSON schema and the corrections that ask for one.

An answer is data. It is cut to a bounded length, it is never executed, and only names of the move table reach the game. Its free
text is kept as a reason without control characters, and no other seat receives it.
"""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from straits.envs.spec.constants import CHANNELS, N_CHANNELS
from straits.envs.spec.moves import MOVES, OFFSETS, SIZES, Move
from straits.envs.text.describe import OWN_NAMES, Labels, move_name

MOST_ANSWER: Final = 20_000  # characters of an answer that are read
MOST_REASON: Final = 600  # characters of a reason that are kept
MOST_OBJECTS: Final = 50  # opening braces at which a JSON object is looked for
REASON: Final = "reason"
READ, UNPARSABLE, ILLEGAL = "read", "unparsable", "illegal"
JSON, TEXT, NOTHING = "json", "text", ""


class Answer(NamedTuple):
    """Represent an answer that was read.

    Attributes:
        status: READ, UNPARSABLE or ILLEGAL.
        choices: (channels,) int64, an index in each channel; the no-ops unless the status is READ.
        reason: Free text of the model, cleaned, at most MOST_REASON characters.
        parse: How the choices were found: JSON, TEXT or NOTHING.
        problem: One line that says what to correct; empty if the status is READ.
    """

    status: str
    choices: NDArray[np.int64]
    reason: str
    parse: str
    problem: str


def answer_schema(mask: NDArray[np.int8], labels: Labels = OWN_NAMES) -> dict[str, Any]:
    """Return the JSON schema of a legal answer.

    Args:
        mask: (N_MOVES,) nonzero where a move is legal.
        labels: Label of each actor.

    Returns:
        Schema of an object with a reason and one legal move in each channel. The reason comes first, so that a model that writes
        in order gives it before it chooses.
    """
    moves = {name: {"type": "string", "enum": list(_legal(mask, channel, labels))} for channel, name in enumerate(CHANNELS)}
    return {
        "type": "object",
        "properties": {REASON: {"type": "string", "description": "one or two sentences"}, **moves},
        "required": [REASON, *CHANNELS],
        "additionalProperties": False,
    }


def read_answer(text: str, mask: NDArray[np.int8], labels: Labels = OWN_NAMES) -> Answer:
    """Read an answer: first as JSON, then as text that names one move per channel.

    Args:
        text: The answer.
        mask: (N_MOVES,) nonzero where a move is legal.
        labels: Label of each actor.

    Returns:
        The answer. A channel that it does not name gets its no-op, but at least one channel must be named.
    """
    text = text[:MOST_ANSWER]
    for found in _objects(text):
        if any(channel in found for channel in CHANNELS):
            reason = found.get(REASON, "")
            return _chosen({c: found[c] for c in CHANNELS if c in found}, mask, labels, clean(str(reason)), JSON)
    named = _named_in_text(text, labels)
    if not named:
        return _failed(UNPARSABLE, clean(text), NOTHING, f"expected one JSON object with the keys {REASON}, {', '.join(CHANNELS)}")
    return _chosen(named, mask, labels, clean(text), TEXT)


def clean(text: str, most: int = MOST_REASON) -> str:
    """Return text without control and formatting characters, on one line and cut to a length.

    The text can then neither move the cursor of a terminal nor change the direction of what follows it.

    Args:
        text: Any text.
        most: Largest number of characters.

    Returns:
        The cleaned text.
    """
    plain = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in text[: 4 * most])
    return " ".join(plain.split())[:most]


def correction(answer: Answer, mask: NDArray[np.int8], labels: Labels = OWN_NAMES) -> str:
    """Write the message that asks for a correct answer.

    Args:
        answer: An answer whose status is not READ.
        mask: (N_MOVES,) nonzero where a move is legal.
        labels: Label of each actor.

    Returns:
        The problem and the legal names of each channel.
    """
    lines = [f"Your answer cannot be played: {answer.problem}.", "Answer again with one JSON object. The legal names are:"]
    return "\n".join([*lines, *(f"{name}: {', '.join(_legal(mask, n, labels))}" for n, name in enumerate(CHANNELS))])


def _chosen(named: Mapping[str, Any], mask: NDArray[np.int8], labels: Labels, reason: str, parse: str) -> Answer:
    choices = np.zeros(N_CHANNELS, np.int64)
    for channel, name in named.items():
        number = CHANNELS.index(channel)
        moves = _moves(number, labels)
        move = moves.get(name.strip().lower()) if isinstance(name, str) else None
        if move is None:
            return _failed(UNPARSABLE, reason, parse, f"{channel}={clean(str(name), 60)!r}: expected a name of this channel")
        if not mask[move.flat]:
            return _failed(ILLEGAL, reason, parse, f"{channel}={move_name(move, labels)!r}: expected a move that is legal now")
        choices[number] = move.index
    return Answer(READ, choices, reason, parse, "")


def _failed(status: str, reason: str, parse: str, problem: str) -> Answer:
    return Answer(status, np.zeros(N_CHANNELS, np.int64), reason, parse, problem)


def _objects(text: str) -> Iterator[dict[str, Any]]:
    """Yield the outermost JSON objects in a text, also inside fences and between words."""
    decoder, start = json.JSONDecoder(), 0
    for _ in range(MOST_OBJECTS):
        start = text.find("{", start)
        if start < 0:
            return
        try:
            value, end = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            start += 1
            continue
        yield value
        start = end


def _named_in_text(text: str, labels: Labels) -> dict[str, str]:
    """Return the move of each channel of which the text names exactly one, or that it names last after the channel."""
    named = {}
    for number, channel in enumerate(CHANNELS):
        names = "|".join(re.escape(name) for name in sorted(_moves(number, labels), key=len, reverse=True))
        said = re.findall(rf"\b{channel}\W{{1,8}}({names})(?![\w.]*\w)", text, re.IGNORECASE)
        dotted = "|".join(re.escape(name) for name in _moves(number, labels) if "." in name or "_" in name)
        found = said[-1:] or list({name.lower() for name in re.findall(rf"(?<![\w.])({dotted})(?![\w.]*\w)", text, re.IGNORECASE)})
        if len(found) == 1:
            named[channel] = found[0]
    return named


def _moves(channel: int, labels: Labels) -> dict[str, Move]:
    return {move_name(m, labels).lower(): m for m in MOVES[OFFSETS[channel] : OFFSETS[channel] + SIZES[channel]]}


def _legal(mask: NDArray[np.int8], channel: int, labels: Labels) -> Iterator[str]:
    return (name for name, move in _moves(channel, labels).items() if mask[move.flat])
