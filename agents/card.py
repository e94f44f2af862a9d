"""Describe a trained policy in `card.json`: its network, its spaces and its training. Every value that is read is checked."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Final

from straits.agents.network import ACTIVATIONS, OUTPUTS
from straits.envs import validation
from straits.envs.spec.constants import ACTORS, AREAS, CHANNELS, COMPONENTS
from straits.envs.spec.moves import MOVES, SIZES
from straits.envs.spec.observation import N_OBSERVATION, SCHEMA
from straits.envs.validation import misspelt, number, option, sequence, text, whole, wrong

FORMAT: Final = 1
ENVIRONMENT: Final = "straits-v0"
ALGORITHMS: Final = {"maskable_ppo": False, "ppo": False, "a2c": False, "dqn": True}  # algorithm -> uses the discrete action format
MAX_UNITS: Final = 4096  # of a layer
MAX_LAYERS: Final = 8  # between observation and scores
MAX_UPDATES: Final = 100_000  # rows of a curve
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_Scalar = str | int | float | bool | None


@dataclass(frozen=True)
class Card:
    """Describe a trained policy.

    Attributes:
        sizes: Units of each layer, observation first, scores last.
        seats: The actors that the policy was trained to play.
        rewards: Actor -> component -> weight in training.
        curve: One row per update.
        sha256: Digest of the weights file.
    """

    algorithm: str
    sizes: list[int]
    activation: str
    seats: list[str]
    character: str  # name of the reward profile
    rewards: Mapping[str, Mapping[str, float]]
    risk: float  # risk aversion in training, 0 for none
    seed: int
    configuration: Mapping[str, Any]  # all settings of the training run
    curve: list[Mapping[str, _Scalar]]
    sha256: str
    spaces: str = ""  # fingerprint of observations and moves
    environment: str = ENVIRONMENT
    format: int = FORMAT

    @property
    def flat(self) -> bool:
        """Return whether the network scores the actions of the discrete format."""
        return ALGORITHMS[self.algorithm]


def document(card: Card) -> dict[str, Any]:
    """Convert a card to the content of its JSON file.

    Args:
        card: The card.

    Returns:
        Key -> value, JSON types only.
    """
    return asdict(card)


def read(where: str, content: Mapping[str, Any]) -> Card:
    """Check the content of a card file and build the card.

    Args:
        where: Path for messages.
        content: Content of the JSON file.

    Returns:
        The card.

    Raises:
        ValueError: If a key is missing, unknown or has an invalid value, or if the card is for another version. The message names
            the first such key.
    """
    _complete(where, content)
    _same(f"{where} format", content["format"], FORMAT, "the version of this release")
    _same(f"{where} environment", content["environment"], ENVIRONMENT, "the version of this release")
    _same(f"{where} spaces", content["spaces"], fingerprint(), "the observations and moves of this release")
    option(*ALGORITHMS)(f"{where} algorithm", content["algorithm"])
    _sizes(f"{where} sizes", content["sizes"], OUTPUTS[ALGORITHMS[content["algorithm"]]])
    option(*ACTIVATIONS)(f"{where} activation", content["activation"])
    seats = validation.actors(1, len(ACTORS))(f"{where} seats", content["seats"])
    text(60)(f"{where} character", content["character"])
    _rewards(f"{where} rewards", content["rewards"])
    number(-1, 1)(f"{where} risk", content["risk"])
    whole(0, 2**64 - 1)(f"{where} seed", content["seed"])
    validation.mapping(f"{where} configuration", content["configuration"])
    _curve(f"{where} curve", content["curve"])
    if not isinstance(content["sha256"], str) or not _DIGEST.fullmatch(content["sha256"]):
        raise wrong(f"{where} sha256", content["sha256"], "64 hexadecimal digits")
    return Card(**{**content, "seats": list(seats)})


def fingerprint() -> str:
    """Return a digest of the network's inputs and outputs: observation fields with their bounds, and moves, in their order."""
    observation = [[e.name, list(e.shape), float(e.low), float(e.high)] for e in SCHEMA]
    moves = [list(CHANNELS), list(SIZES), [move.name for move in MOVES]]
    return hashlib.sha256(json.dumps([list(ACTORS), list(AREAS), observation, moves]).encode()).hexdigest()


def _complete(where: str, content: Mapping[str, Any]) -> None:
    names = [field.name for field in fields(Card)]
    for key in content:
        if key not in names:
            raise misspelt(where, key, names)
    for name in names:
        if name not in content:
            raise ValueError(f"{where} {name}: expected a value")


def _same(where: str, value: Any, expected: Any, what: str) -> None:
    if type(value) is not type(expected) or value != expected:
        raise wrong(where, value, f"{expected!r}, {what}")


def _sizes(where: str, value: Any, outputs: int) -> None:
    sizes = sequence(where, value, 2, MAX_LAYERS + 2, "sizes")
    for size in sizes:
        whole(1, MAX_UNITS)(where, size)
    if (sizes[0], sizes[-1]) != (N_OBSERVATION, outputs):
        raise wrong(where, value, f"{N_OBSERVATION} first and {outputs} last")


def _rewards(where: str, value: Any) -> None:
    for actor, row in validation.mapping(where, value, ACTORS).items():
        for component, weight in validation.mapping(f"{where}.{actor}", row, COMPONENTS).items():
            number(0, 10)(f"{where}.{actor}.{component}", weight)


def _curve(where: str, value: Any) -> None:
    for n, row in enumerate(sequence(where, value, 0, MAX_UPDATES, "rows")):
        for key, cell in validation.mapping(f"{where}[{n}]", row).items():
            if cell is not None and not isinstance(cell, str | int | float):
                raise wrong(f"{where}[{n}].{key}", cell, "a number or text")
