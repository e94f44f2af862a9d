"""Describe a trained policy in `card.json`: its network, its spaces and its training. Every value that is read is checked."""

import functools
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Annotated, Any, Final

from pydantic import AfterValidator, Field, ValidationInfo

from straits.agents.network import ACTIVATIONS, OUTPUTS
from straits.envs.fields import actors, by_name, check, fault, items, number, option, record, says, text, whole
from straits.envs.spec.constants import ACTORS, AREAS, CHANNELS, COMPONENTS, ENVIRONMENT
from straits.envs.spec.moves import MOVES, SIZES
from straits.envs.spec.observation import N_OBSERVATION, SCHEMA

FORMAT: Final = 1
ALGORITHMS: Final = {"maskable_ppo": False, "ppo": False, "a2c": False, "dqn": True}  # algorithm -> uses the discrete action format
MAX_UNITS: Final = 4096  # of a layer
MAX_LAYERS: Final = 8  # between observation and scores
MAX_UPDATES: Final = 100_000  # rows of a curve
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
    card = check(where, _model(), content, separator=" ")
    return Card(**{**content, "seats": list(card.seats)})


def fingerprint() -> str:
    """Return a digest of the network's inputs and outputs: observation fields with their bounds, and moves, in their order."""
    observation = [[e.name, list(e.shape), float(e.low), float(e.high)] for e in SCHEMA]
    moves = [list(CHANNELS), list(SIZES), [move.name for move in MOVES]]
    return hashlib.sha256(json.dumps([list(ACTORS), list(AREAS), observation, moves]).encode()).hexdigest()


@functools.cache
def _model() -> Any:
    """Return the pydantic model of a card. The version comes first, so that an old card is named as such."""
    release = "the version of this release"
    kinds = {
        "format": _same(FORMAT, release),
        "environment": _same(ENVIRONMENT, release),
        "spaces": _same(fingerprint(), "the observations and moves of this release"),
        "algorithm": option(*ALGORITHMS),
        "sizes": Annotated[items(whole(1, MAX_UNITS), 2, MAX_LAYERS + 2, "sizes", numbered=False), AfterValidator(_ends)],
        "activation": option(*ACTIVATIONS),
        "seats": actors(1, len(ACTORS)),
        "character": text(60),
        "rewards": by_name(ACTORS, by_name(COMPONENTS, number(0, 10))),
        "risk": number(-1, 1),
        "seed": whole(0, 2**64 - 1),
        "configuration": by_name(),
        "curve": items(by_name(kind=Annotated[Any, AfterValidator(_scalar)]), 0, MAX_UPDATES, "rows"),
        "sha256": Annotated[str, Field(pattern="^[0-9a-f]{64}$"), says("64 hexadecimal digits")],
    }
    return record("Card", kinds)


def _same(expected: int | str, what: str) -> Any:
    def validate(value: Any) -> Any:
        if type(value) is not type(expected) or value != expected:
            raise fault(f"{expected!r}, {what}")
        return value

    return Annotated[Any, AfterValidator(validate)]


def _scalar(cell: Any) -> Any:
    if cell is not None and not isinstance(cell, str | int | float):
        raise fault("a number or text")
    return cell


def _ends(sizes: list[int], info: ValidationInfo) -> list[int]:
    outputs = OUTPUTS[ALGORITHMS[info.data.get("algorithm", "maskable_ppo")]]
    if (sizes[0], sizes[-1]) != (N_OBSERVATION, outputs):
        raise fault(f"{N_OBSERVATION} first and {outputs} last")
    return sizes
