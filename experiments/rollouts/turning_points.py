"""Find the turning points of an episode: the largest changes of tension, the moves behind them, and chance events."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from straits.agents.scripted import scripted
from straits.envs.scenarios.scenario import Scenario, load_scenario
from straits.envs.spec.constants import ACTORS, AREAS, CONFLICT, N_ACTORS, N_CHANNELS, PAIRS
from straits.envs.spec.moves import MOVES, OFFSETS, Move
from straits.envs.text.describe import Labels, actor_words, area_words, move_words
from straits.envs.text.turns import leaks
from straits.experiments.rollouts.narrate import Turn, story
from straits.experiments.rollouts.trajectory import record as play_one

RISES, FALLS = 4, 2  # number of moments of each sort
APART: Final = 3  # turns between two moments
LEAST: Final = 0.02  # smallest change of a moment
INCIDENT, LEAK, DISASTER, FIGHT = "incident", "leak", "disaster", "armed conflict"  # kinds of events


class Moment(NamedTuple):
    """A turn in which the tension of a pair changed much."""

    turn: int  # from 1
    pair: int
    change: float  # of the tension, -1..1


class Event(NamedTuple):
    """Describe an event that no actor chose."""

    turn: int  # from 1
    kind: str
    where: str  # an area, or empty
    words: str
    size: float  # 0..1
    actor: int = -1  # the actor that it concerns, or -1


@dataclass(frozen=True)
class Episode:
    """Hold an episode with the record of every turn."""

    scenario: Scenario
    policy: str
    seed: int
    turns: tuple[Turn, ...]

    @property
    def games(self) -> list[Any]:
        """Return the records from the start on, 1 + turns of them."""
        return [self.scenario.record["start"][0], *(turn.game for turn in self.turns)]

    @property
    def tension(self) -> NDArray[np.float64]:
        """Return the tension of each pair, mean of both directions, from the start on: (1 + turns, pairs), 0..1."""
        felt = np.array([game["tension"] for game in self.games])
        return np.stack([(felt[:, i, j] + felt[:, j, i]) / 2 for i, j in PAIRS], axis=1)

    @property
    def digest(self) -> str:
        """Return an identifier of this game. It changes with the rules, the scenario, the policy and the seed."""
        return hashlib.sha256(b"".join(turn.game.tobytes() for turn in self.turns)).hexdigest()[:16]


def record(scenario: str | Path, policy: str, seed: int) -> Episode:
    """Play an episode in which all actors use one scripted policy.

    Args:
        scenario: Name or path of the scenario.
        policy: Name of the scripted policy.
        seed: Seed of the run.

    Returns:
        The episode.

    Raises:
        ValueError: If a name is unknown.
    """
    loaded = load_scenario(scenario)
    return Episode(loaded, policy, seed, tuple(story(play_one(loaded, [scripted(policy)] * N_ACTORS, seed, dated=False))))


def find_moments(episode: Episode) -> list[Moment]:
    """Find the turns with the largest rises and falls of a pair's tension, at least APART turns from one another.

    Args:
        episode: The episode.

    Returns:
        The moments in order of time.
    """
    change = np.diff(episode.tension, axis=0)  # (turns, pairs)
    moments: list[Moment] = []
    for sign, wanted in ((1, RISES), (-1, FALLS)):
        pairs = (sign * change).argmax(axis=1)
        sizes = change[np.arange(len(change)), pairs]
        for turn in np.argsort(-sign * sizes, kind="stable") + 1:
            size = float(sizes[turn - 1])
            if wanted and sign * size > LEAST and all(abs(turn - other.turn) >= APART for other in moments):
                moments.append(Moment(int(turn), int(pairs[turn - 1]), size))
                wanted -= 1
    return sorted(moments)


def tell_moment(episode: Episode, moment: Moment) -> str:
    """Describe a moment: the most provocative step between the two sides, and the events of the turn.

    If tension fell, describe the step with the most warmth instead.

    Args:
        episode: The episode.
        moment: The moment.

    Returns:
        A sentence.
    """
    turn, labels = episode.turns[moment.turn - 1], episode.scenario.labels
    parts = []
    steps = [step for step in _steps(turn, moment.pair) if _weight(step[1], moment.change) > 0]
    if steps:
        actor, move = max(steps, key=lambda step: _weight(step[1], moment.change))
        agreed = ", which both sides agree on" if move.kind.needs_two else ""
        parts.append(f"{actor_words(ACTORS[actor], labels)} {move_words(move, labels).split(', ')[0]}{agreed}")
    if moment.change > 0:
        parts += [event.words for event in find_events(episode) if event.turn == moment.turn]
    sentence = "; ".join(parts) or "the effect of earlier moves continues"
    return f"{sentence[0].upper()}{sentence[1:]}."


def find_events(episode: Episode) -> list[Event]:
    """List incidents, leaks, disasters and conflict.

    Args:
        episode: The episode.

    Returns:
        The events in order of time.
    """
    games = zip(episode.games, episode.turns, strict=False)
    return [event for before, turn in games for event in between(before, turn.game, episode.scenario.labels)]


def between(before: Any, game: Any, labels: Labels) -> Iterator[Event]:
    """List the events of one turn.

    Args:
        before: Record before the turn.
        game: Record after the turn.
        labels: Names of actors in the scenario.

    Yields:
        The events.
    """
    number = int(game["turn"])
    for area in np.flatnonzero(game["incident"] > before["incident"]) if game["incidents"] > before["incidents"] else ():
        words = f"an incident in {area_words(AREAS[area])}"
        yield Event(number, INCIDENT, AREAS[area], words, float(game["incident"][area]))
    yield from (Event(number, LEAK, "", words, 0.5, actor) for actor, words in leaks(game, before, labels))
    for actor in map(int, np.flatnonzero(game["disaster"] > before["disaster"])):
        words = f"a disaster in {actor_words(ACTORS[actor], labels)}"
        yield Event(number, DISASTER, "", words, float(game["disaster"][actor]), actor)
    if game["outcome"] == CONFLICT:
        yield Event(number, FIGHT, "", "armed conflict breaks out", 1.0)


def chosen(turn: Turn, actor: int, channel: int) -> Move | None:
    """Return the move of an actor in a channel.

    Args:
        turn: The turn.
        actor: Index of the actor.
        channel: Index of the channel.

    Returns:
        The move, or None for the no-op.
    """
    index = int(turn.game["moves"][actor, channel])
    return MOVES[OFFSETS[channel] + index] if index else None


def _steps(turn: Turn, pair: int) -> Iterator[tuple[int, Move]]:
    """Yield the moves of the two sides that concern each other: without a third actor as target, and agreed if they need two."""
    for actor in PAIRS[pair]:
        third = set(ACTORS) - {ACTORS[other] for other in PAIRS[pair]}
        for channel in range(N_CHANNELS):
            move = chosen(turn, actor, channel)
            at_third = move is not None and channel > 0 and move.target in third
            if move is None or at_third or (move.kind.needs_two and move.flat != turn.game["agreed"][actor, channel - 1]):
                continue
            yield actor, move


def _weight(move: Move, change: float) -> float:
    return move.kind.provocation if change > 0 else move.kind.warmth
