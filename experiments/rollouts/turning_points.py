"""What mattered in an episode: where the tension of a pair rose or fell most, what was done then, and what nobody chose."""

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
from straits.envs.text.describe import Labels, actor_words, area_words, leaks, move_words
from straits.experiments.rollouts.narrate import Turn, story
from straits.experiments.rollouts.trajectory import record as play_one

RISES, FALLS = 4, 2  # how many moments of each sort are told
APART: Final = 3  # turns between two moments
LEAST: Final = 0.02  # of a change that makes a moment
INCIDENT, LEAK, DISASTER, FIGHT = "incident", "leak", "disaster", "armed conflict"  # kinds of events


class Moment(NamedTuple):
    """A turn in which the tension of a pair changed much."""

    turn: int  # from 1
    pair: int
    change: float  # of the tension, -1..1


class Event(NamedTuple):
    """What nobody chose."""

    turn: int  # from 1
    kind: str
    where: str  # an area; else nothing
    words: str
    size: float  # 0..1
    actor: int = -1  # whom it befell, where it was one actor


@dataclass(frozen=True)
class Episode:
    """What was played, turn by turn."""

    scenario: Scenario
    policy: str
    seed: int
    turns: tuple[Turn, ...]

    @property
    def games(self) -> list[Any]:
        """The records from the start on, 1 + turns of them."""
        return [self.scenario.record["start"][0], *(turn.game for turn in self.turns)]

    @property
    def tension(self) -> NDArray[np.float64]:
        """Of each pair, the mean of both directions from the start on: (1 + turns, pairs), 0..1."""
        felt = np.array([game["tension"] for game in self.games])
        return np.stack([(felt[:, i, j] + felt[:, j, i]) / 2 for i, j in PAIRS], axis=1)

    @property
    def digest(self) -> str:
        """A name for exactly this game: it changes with the rules, the scenario, the policy and the seed."""
        return hashlib.sha256(b"".join(turn.game.tobytes() for turn in self.turns)).hexdigest()[:16]


def record(scenario: str | Path, policy: str, seed: int) -> Episode:
    """The episode in which all five play that scripted policy. ValueError names what is unknown."""
    loaded = load_scenario(scenario)
    return Episode(loaded, policy, seed, tuple(story(play_one(loaded, [scripted(policy)] * N_ACTORS, seed, dated=False))))


def find_moments(episode: Episode) -> list[Moment]:
    """Where the tension of a pair rose most and fell most, a few turns apart; in order of time."""
    change = np.diff(episode.tension, axis=0)  # (turns, pairs)
    found: list[Moment] = []
    for sign, wanted in ((1, RISES), (-1, FALLS)):
        pairs = (sign * change).argmax(axis=1)
        sizes = change[np.arange(len(change)), pairs]
        for turn in np.argsort(-sign * sizes, kind="stable") + 1:
            size = float(sizes[turn - 1])
            if wanted and sign * size > LEAST and all(abs(turn - other.turn) >= APART for other in found):
                found.append(Moment(int(turn), int(pairs[turn - 1]), size))
                wanted -= 1
    return sorted(found)


def tell_moment(episode: Episode, moment: Moment) -> str:
    """The step between the two sides that provoked most and the events; where tension fell, the step that warmed most."""
    turn, labels = episode.turns[moment.turn - 1], episode.scenario.labels
    said = []
    steps = [step for step in _steps(turn, moment.pair) if _weight(step[1], moment.change) > 0]
    if steps:
        actor, move = max(steps, key=lambda step: _weight(step[1], moment.change))
        agreed = ", which both sides agree on" if move.kind.needs_two else ""
        said.append(f"{actor_words(ACTORS[actor], labels)} {move_words(move, labels).split(', ')[0]}{agreed}")
    if moment.change > 0:
        said += [event.words for event in find_events(episode) if event.turn == moment.turn]
    sentence = "; ".join(said) or "what was done before still works"
    return f"{sentence[0].upper()}{sentence[1:]}."


def find_events(episode: Episode) -> list[Event]:
    """Incidents, leaks, disasters and conflict, in order of time."""
    games = zip(episode.games, episode.turns, strict=False)
    return [event for before, turn in games for event in between(before, turn.game, episode.scenario.labels)]


def between(before: Any, game: Any, labels: Labels) -> Iterator[Event]:
    """What happened in the turn between two records of a game."""
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
    """What the actor did in that channel; None where it was idle."""
    index = int(turn.game["moves"][actor, channel])
    return MOVES[OFFSETS[channel] + index] if index else None


def _steps(turn: Turn, pair: int) -> Iterator[tuple[int, Move]]:
    """Moves of the two sides that concern one another: at no third actor, and agreed where it takes two."""
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
