"""What kinds of events there are, beside a published mix: verbal and material, cooperation and conflict.

The ICEWS event data give, over dyad-years among the United States, China, Japan and the Philippines from 2002 to 2014, the shares
of the four classes into which CAMEO's codes fall. A move here is one event with its own code.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from straits.agents.scripted import scripted
from straits.envs.scenarios.scenario import load_scenario
from straits.envs.spec.constants import N_ACTORS, N_CHANNELS, TAIWAN
from straits.envs.spec.moves import MOVES, OFFSETS, Move
from straits.experiments.rollouts.rollout import play
from straits.experiments.utils.statistics import Interval, bootstrap

CLASSES: Final = ("verbal cooperation", "material cooperation", "verbal conflict", "material conflict")
PUBLISHED: Final = (0.886, 0.013, 0.074, 0.027)  # ICEWS, 2002 to 2014
LAST_ROOTS: Final = (5, 8, 13, 20)  # CAMEO root codes up to which each class goes (Schrodt 2012)
SCENARIO: Final = "calm"


@dataclass(frozen=True)
class Mix:
    """A class's share of events: as published, and of `default`'s moves."""

    name: str
    published: float
    played: Interval


def mixes(games: int = 500, seed: int = 1) -> list[Mix]:
    """Shares of the four classes among moves that carry a code, of the four actors that the published figures are about."""
    moves = play(load_scenario(SCENARIO), [scripted("default")] * N_ACTORS, games, seed, keep_moves=True).moves
    counts = _counts(moves)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1.0)
    return [Mix(name, PUBLISHED[n], bootstrap(shares[:, n], seed=seed)) for n, name in enumerate(CLASSES)]


def quad_class(move: Move) -> int:
    """The class of a move's event, as an index of `CLASSES`; -1 where it emits none."""
    code = move.kind.cameo or move.kind.cameo_partner
    return int(np.searchsorted(LAST_ROOTS, int(code[:2]))) if code else -1


def _counts(moves: NDArray[np.int64]) -> NDArray[np.float64]:
    """Events of each class in each game, (games, classes), of moves (turns, games, actors, channels)."""
    classes = np.array([quad_class(move) for move in MOVES])
    among = np.delete(moves, TAIWAN, axis=2)
    flat = np.where(among > 0, among + np.array(OFFSETS[:N_CHANNELS]), 0)
    found = np.where(among > 0, classes[flat], -1)
    return np.stack([(found == n).sum(axis=(0, 2, 3)) for n in range(len(CLASSES))], axis=1).astype(np.float64)
