"""Store the turns of a batch of games in memory during play, as arrays in compact dtypes."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from straits.envs.simulator.engine import Engine
from straits.envs.spec.constants import JAPAN, N_ACTORS, N_AREAS, N_CHANNELS, N_CLASSES, PHILIPPINES, USA

FIELDS: Final = {  # fields of the game record that are stored each turn, with their dtypes
    "outcome": "i1",
    "incidents": "i4",
    "tension": "f4",
    "rung": "i1",
    "provocation_presence": "f4",
    "provocation_verbal": "f4",
    "reassurance": "f4",
    "public_commitment": "f4",
    "ambassador": "i1",
    "recent_incident": "f4",
    "crisis_turns": "i2",
    "crisis_end": "i1",
    "crisis_opener": "i1",
    "truce_turns": "i2",
    "offer_turns": "i2",
    "leverage": "f4",
    "terms": "f4",
    "hazard": "f4",
    "incident": "f4",
    "moves": "i2",
    "agreed": "i2",
    "spent": "f4",
    "support": "f4",
    "propensity": "f4",
    "reward": "f4",
}
LEAKABLE: Final = ((USA, JAPAN), (USA, PHILIPPINES))  # plans that can leak by R7.1
JUST_LEAKED: Final = 2  # `leaked` in the turn of the leak


class Capture:
    """Store the turns of a batch of games from its start.

    Attributes:
        arrays: Name -> (games, turns, ...) stored values.
        optional: Names of the additional tables.
    """

    def __init__(self, engine: Engine, first: int, optional: tuple[str, ...]) -> None:
        """Start with games that have just been reset.

        Args:
            engine: Engine of the games.
            first: Number of the first game in the recording.
            optional: Names of the additional tables to store.

        Raises:
            ValueError: If the games have already been played.
        """
        if engine.autoreset or engine.games["turn"].any():
            raise ValueError("recorder.begin: expected an engine without autoreset, its games just reset")
        self.first, self.optional = first, optional
        self.turns = 0
        self.games = engine.games
        self.params = engine.params[0]
        self.goals, self.resolve = engine.games["goal"].copy(), engine.games["resolve"].copy()  # (games, actors)
        self.returns = np.zeros((len(engine), N_ACTORS))  # (games, actors) sums of rewards
        shape = len(engine), int(engine.games["horizon"].max())
        self.arrays: dict[str, NDArray[Any]] = {f: np.empty((*shape, *self.games[f].shape[1:]), d) for f, d in FIELDS.items()}
        self.arrays["leaks"] = np.empty(shape, np.int8)
        self.arrays["forward"] = np.empty((*shape, N_ACTORS), np.float32)
        self.arrays["illegal"] = np.empty((*shape, N_ACTORS, N_CHANNELS), np.bool_)
        if "presence" in optional:
            self.arrays["presence"] = np.empty((*shape, N_ACTORS, N_AREAS, N_CLASSES), np.float32)
        if "observations" in optional:
            self.arrays["observation"] = np.empty((*shape, *engine.observation.shape[1:]), np.float32)
            self.arrays["mask"] = np.empty((*shape, *engine.mask.shape[1:]), np.int8)
            self._store_observations(engine)

    def turn(self, engine: Engine) -> None:
        """Store the turn that the engine has just played. Values of games that had ended before are undefined."""
        games, t = engine.games, self.turns
        for field in FIELDS:
            self.arrays[field][:, t] = games[field]
        self.arrays["leaks"][:, t] = sum(games["leaked"][:, i, j] == JUST_LEAKED for i, j in LEAKABLE)
        self.arrays["forward"][:, t] = np.maximum(games["presence"] - games["standing"], 0.0).sum(axis=(2, 3))
        self.arrays["illegal"][:, t] = engine.illegal
        if "presence" in self.optional:
            self.arrays["presence"][:, t] = games["presence"]
        self.returns += np.where((games["turn"] > t)[:, None], engine.reward, 0.0)
        self.turns += 1
        if "observations" in self.optional and self.turns < self.arrays["mask"].shape[1]:
            self._store_observations(engine)

    def _store_observations(self, engine: Engine) -> None:
        """Store the observations from which actors choose the moves of the next turn."""
        self.arrays["observation"][:, self.turns] = engine.observation
        self.arrays["mask"][:, self.turns] = engine.mask
