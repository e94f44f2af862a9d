"""Compare the mix of event classes with a published one: verbal and material, cooperation and conflict.

The ICEWS event data give the shares of the four classes of CAMEO codes, over dyad-years of the United States, China, Japan and the
Philippines from 2002 to 2014. A move here is one event with its own code.
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
LAST_ROOTS: Final = (5, 8, 13, 20)  # last CAMEO root code of each class (Schrodt 2012)
SCENARIO: Final = "calm"


@dataclass(frozen=True)
class Mix:
    """A class's share of events: as published, and among the moves of `default`."""

    name: str
    published: float
    played: Interval


def mixes(games: int = 500, seed: int = 1) -> list[Mix]:
    """Compute the shares of the four classes among moves with a code, of the four actors in the published data.

    Args:
        games: Number of games of `default`.
        seed: Seed of games and bootstrap.
    """
    moves = play(load_scenario(SCENARIO), [scripted("default")] * N_ACTORS, games, seed, keep_moves=True).moves
    counts = _counts(moves)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1.0)
    return [Mix(name, PUBLISHED[n], bootstrap(shares[:, n], seed=seed)) for n, name in enumerate(CLASSES)]


def quad_class(move: Move) -> int:
    """Return the class of a move's event, an index of `CLASSES`; -1 for a move without a code."""
    code = move.kind.cameo or move.kind.cameo_partner
    return int(np.searchsorted(LAST_ROOTS, int(code[:2]))) if code else -1


def _counts(moves: NDArray[np.int64]) -> NDArray[np.float64]:
    """Count the events of each class per game, (games, classes). moves: (turns, games, actors, channels)."""
    classes = np.array([quad_class(move) for move in MOVES])
    among = np.delete(moves, TAIWAN, axis=2)
    flat = np.where(among > 0, among + np.array(OFFSETS[:N_CHANNELS]), 0)
    event_class = np.where(among > 0, classes[flat], -1)
    return np.stack([(event_class == n).sum(axis=(0, 2, 3)) for n in range(len(CLASSES))], axis=1).astype(np.float64)
