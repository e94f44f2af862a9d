"""Replay recorded games from their seeds and moves, and compare the results byte for byte.

A difference means that the recording was made with other rules.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from straits.envs.recording.reader import Recording
from straits.envs.recording.tables import digests
from straits.envs.scenarios.scenario import Scenario, load_scenario
from straits.envs.simulator.engine import Engine


def replay(recording: Recording, games: Sequence[int] | None = None, scenario: Scenario | None = None) -> Engine:
    """Replay games of a recording.

    Args:
        recording: The recording.
        games: Numbers of the games, all if None.
        scenario: The scenario, if it is not one of the package.

    Returns:
        The engine after the recorded moves.

    Raises:
        ValueError: If the scenario differs from the recorded one, or the recording lacks a game.
    """
    chosen = _game_numbers(recording, games)
    engine = Engine(_check_scenario(recording, scenario), len(chosen))
    seeds, episodes = (recording.column("episodes", name)[chosen] for name in ("seed", "episode"))
    for episode in np.unique(episodes):
        engine.reset(seeds, int(episode), episodes == episode)
    moves = recording.moves()[chosen]  # (games, turns, actors, channels)
    for turn in range(int(recording.turns[chosen].max())):
        # not the loop of experiments/rollouts, because envs imports no experiments
        engine.step(np.maximum(moves[:, turn], 0))
    return engine


def same(recording: Recording, games: Sequence[int] | None = None, scenario: Scenario | None = None) -> NDArray[np.bool_]:
    """Return whether each replayed game ends in exactly the recorded state.

    Args:
        recording: The recording.
        games: Numbers of the games, all if None.
        scenario: The scenario, if it is not one of the package.

    Returns:
        (games,) bool.
    """
    chosen = _game_numbers(recording, games)
    replayed = digests(replay(recording, chosen.tolist(), scenario).games)
    equal: NDArray[np.bool_] = replayed == recording.column("episodes", "digest")[chosen]
    return equal


def _game_numbers(recording: Recording, games: Sequence[int] | None) -> NDArray[Any]:
    chosen = np.arange(recording.games) if games is None else np.asarray(games, np.int64)
    if not len(chosen) or chosen.min() < 0 or chosen.max() >= recording.games:
        raise ValueError(f"games={games}: expected some of 0..{recording.games - 1}")
    return chosen


def _check_scenario(recording: Recording, given: Scenario | None) -> Scenario:
    recorded = recording.facts["scenario"]
    scenario = load_scenario(recorded["name"]) if given is None else given
    if scenario.hash != recorded["hash"]:
        raise ValueError(f"scenario.hash={scenario.hash[:12]}: expected {recorded['hash'][:12]}, that of the recording")
    return scenario
