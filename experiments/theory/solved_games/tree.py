"""Enumerate the complete tree of a small game by playing the engine: all legal choices of two actors and exact payoffs.

At a position both actors choose at once. Two things are left to chance: the private goals at the start, and conflict in each turn.
The engine reports the probability of conflict (R9.4), and both outcomes are played under seeds whose draw is near 0 and near 1.
All other chance must be off. Information sets follow perfect recall: all that an actor has seen and done.
"""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from straits.envs.core.rng import CONFLICT as CONFLICT_DRAW
from straits.envs.core.rng import uniforms
from straits.envs.scenarios.scenario import Scenario
from straits.envs.simulator.engine import Engine
from straits.envs.spec.constants import ACTORS, GOALS, N_ACTORS, N_CHANNELS, RUNNING
from straits.envs.spec.moves import MOVES, OFFSETS, SIZES

SILENT: Final = ("incident_rate", "leak_rate", "disaster_rate", "leadership_rate", "observation_noise")  # must be 0
NEAR: Final = 1e-4  # distance from 0 or 1 of the draws that decide on conflict
MOST: Final = 200_000  # positions, so that a large game fails with an error and not out of memory
Choice = tuple[int, ...]  # an index in each channel


@dataclass(frozen=True)
class InfoSet:
    """What an actor knows when it chooses, and its legal choices."""

    observation: NDArray[np.float32]  # (N_OBSERVATION,)
    mask: NDArray[np.int8]  # (N_MOVES,)
    choices: tuple[Choice, ...]
    parent: tuple[int, int]  # the actor's previous information set and its choice there, or (-1, -1)
    turn: int


@dataclass(frozen=True)
class Branch:
    """One outcome of a pair of choices: probability, payoffs of the turn, and the next position or -1 at the end."""

    chance: float
    payoff: tuple[float, float]
    position: int


@dataclass
class Position:
    """A point where both actors choose: their information sets, and the outcomes by the indices of their choices."""

    sets: tuple[int, int]
    branches: dict[tuple[int, int], list[Branch]] = field(default_factory=dict)


@dataclass
class Tree:
    """The game. `roots`: for each pair of goals its probability, its names and the first position."""

    players: tuple[str, str]
    roots: list[tuple[float, str, int]]
    positions: list[Position]
    sets: tuple[list[InfoSet], list[InfoSet]]


def enumerate_game(scenario: Scenario, players: tuple[str, str]) -> Tree:
    """Enumerate a game of two players. All other actors hold.

    Args:
        scenario: The scenario.
        players: Names of the two actors.

    Returns:
        The complete tree.

    Raises:
        ValueError: If another kind of chance is on, a third actor is drawn into a conflict, or the game has more than MOST
            positions.
    """
    for name in SILENT:
        if scenario.record[name][0] != 0.0:
            raise ValueError(f"scenario.parameters.{name}={scenario.record[name][0]}: expected 0 in a game that is enumerated")
    grower = _Grower(scenario, players)
    level = grower.begin()
    while len(level):
        level = grower.grow(level)
    return Tree(players, grower.roots, grower.positions, grower.sets)


class _Grower:
    """Grow the tree turn by turn, all positions of a turn in one batch."""

    def __init__(self, scenario: Scenario, players: tuple[str, str]) -> None:
        self.scenario = scenario
        self.seats = tuple(ACTORS.index(p) for p in players)
        self.roots: list[tuple[float, str, int]] = []
        self.positions: list[Position] = []
        self.sets: tuple[list[InfoSet], list[InfoSet]] = ([], [])
        self._known: tuple[dict[Any, int], dict[Any, int]] = ({}, {})

    def begin(self) -> NDArray[Any]:
        """Return the records at turn 0, one for each pair of goals of positive probability."""
        engine = Engine(self.scenario, 4096)
        engine.reset(0)
        goals = engine.games["goal"][:, self.seats]
        shares = self.scenario.record["opportunist_share"][0][list(self.seats)]
        drawn = []
        for pair in itertools.product(range(len(GOALS)), repeat=2):
            chance = float(np.prod([s if g else 1.0 - s for g, s in zip(pair, shares, strict=True)]))
            if chance > 0.0:
                drawn.append(int(np.flatnonzero((goals == pair).all(axis=1))[0]))
                name = ", ".join(f"{ACTORS[s]} {GOALS[g]}" for s, g in zip(self.seats, pair, strict=True))
                self.roots.append((chance, name, len(drawn) - 1))
        for game in drawn:
            self._place(engine, game, ((-1, -1), (-1, -1)))
        return engine.games[drawn]

    def grow(self, level: NDArray[Any]) -> NDArray[Any]:
        """Play each pair of choices in the last len(level) positions. Return the records of the next positions."""
        first = len(self.positions) - len(level)
        rows = [(at, pair) for at in range(first, len(self.positions)) for pair in self._pairs(self.positions[at].sets)]
        if first + len(level) + len(rows) > MOST:
            raise ValueError(f"positions={first + len(level) + len(rows)}: expected at most {MOST} in a game that is enumerated")
        turn = int(level["turn"][0])
        peace, clash = (self._play(level, rows, first, _seed(turn, low)) for low in (False, True))
        grown: list[Any] = []
        for n, (at, pair) in enumerate(rows):
            total = float(peace.games["hazard"][n].sum())
            ends = ((peace, 1.0 / (1.0 + total)), (clash, total / (1.0 + total)))
            branches = [
                self._branch(engine, n, at, pair, chance, engine is clash, grown) for engine, chance in ends if chance != 0.0
            ]
            self.positions[at].branches[pair] = branches
        return np.array(grown, level.dtype)

    def _branch(
        self, engine: Engine, n: int, at: int, pair: tuple[int, int], chance: float, clashed: bool, grown: list[Any]
    ) -> Branch:
        """Return the outcome of a pair of choices in position `at`, played in row n. Append a running game to `grown`."""
        self._check(engine, n, clashed)
        place = -1
        if engine.outcome[n] == RUNNING:
            sets = self.positions[at].sets
            place = self._place(engine, n, ((sets[0], pair[0]), (sets[1], pair[1])))
            grown.append(engine.games[n].copy())
        earned = engine.reward[n, self.seats]
        return Branch(chance, (float(earned[0]), float(earned[1])), place)

    def _pairs(self, sets: tuple[int, int]) -> Iterable[tuple[int, int]]:
        """Return all pairs of choices in two information sets, as indices."""
        one, two = (len(own[at].choices) for own, at in zip(self.sets, sets, strict=True))
        return itertools.product(range(one), range(two))

    def _play(self, level: NDArray[Any], rows: list[tuple[int, tuple[int, int]]], first: int, seed: int) -> Engine:
        engine = Engine(self.scenario, len(rows))
        engine.games[:] = level[[at - first for at, _ in rows]]
        engine.games["seed"] = seed
        engine.observe()
        moves = np.zeros((len(rows), N_ACTORS, N_CHANNELS), np.int64)
        for n, (at, pair) in enumerate(rows):
            for player, seat in enumerate(self.seats):
                moves[n, seat] = self.sets[player][self.positions[at].sets[player]].choices[pair[player]]
        engine.step(moves)  # one turn of nodes of a tree, not a game
        if engine.illegal.any():
            raise AssertionError("the engine rejected a choice that the mask allows")
        return engine

    def _check(self, engine: Engine, n: int, clashed: bool) -> None:
        belligerents = set(engine.games["belligerents"][n].tolist())
        if clashed and belligerents != set(self.seats):
            raise ValueError(f"belligerents={sorted(belligerents)}: expected the players, and a hazard above {NEAR:g}")
        if not clashed and belligerents != {-1}:
            raise ValueError(f"hazard={engine.games['hazard'][n].sum():g}: expected below {1 / NEAR:g}")

    def _place(self, engine: Engine, game: int, before: tuple[tuple[int, int], tuple[int, int]]) -> int:
        turn = int(engine.games["turn"][game])
        sets = []
        for player, seat in enumerate(self.seats):
            seen, mask = engine.observation[game, seat], engine.mask[game, seat]
            key = (before[player], seen.tobytes())
            if key not in self._known[player]:
                self._known[player][key] = len(self.sets[player])
                self.sets[player].append(InfoSet(seen.copy(), mask.copy(), choices_of(mask), before[player], turn))
            sets.append(self._known[player][key])
        self.positions.append(Position((sets[0], sets[1])))
        return len(self.positions) - 1


def choices_of(mask: NDArray[np.int8]) -> tuple[Choice, ...]:
    """Return all legal combinations of the channels. mask: (N_MOVES,)."""
    legal = [np.flatnonzero(mask[o : o + s]).tolist() for o, s in zip(OFFSETS, SIZES, strict=True)]
    return tuple(itertools.product(*legal))


def in_words(choice: Choice) -> str:
    """Name a choice: `idle`, `patrol.taiwan_strait+threaten.usa`."""
    named = [MOVES[o + i].name for o, i in zip(OFFSETS, choice, strict=True) if i > 0]
    return "+".join(named) or "idle"


def _seed(turn: int, low: bool) -> int:
    """Find a seed whose draw for conflict in a turn of the first episode is near 0 (`low`) or near 1."""
    for seed in range(1, 10**7):
        drawn = uniforms(np.uint64(seed), 0, turn, CONFLICT_DRAW, 0)[0]
        if (drawn < NEAR) if low else (drawn > 1.0 - NEAR):
            return seed
    raise AssertionError("no such draw in ten million")
