"""A room: one game that people and policies play together, without anything of the network.

People commit their choices one by one; nobody's show before the last has committed, then policies choose and the turn is played.
A room remembers the game's seed and everyone's choices, so that it can be brought back exactly by playing them again.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from straits.agents.base import Policy
from straits.envs.core.sampling import GameDraws
from straits.envs.scenarios.scenario import Scenario
from straits.envs.simulator.engine import Engine
from straits.envs.spec.constants import ACTORS, CHANNELS, N_ACTORS, N_CHANNELS, OUTCOMES, RUNNING
from straits.envs.spec.moves import MOVES, OFFSETS, SIZES
from straits.experiments.rollouts.trajectory import Trajectory

IDLE: Final = (0, 0, 0)
Choices = tuple[int, int, int]  # an index in each channel
Seats = Sequence[Policy | None]  # who plays each actor's seat; None: a person


class Refused(ValueError):
    """A choice that cannot be made now; the game goes on. The message is one line for the person who made it."""


class Room:
    """A game under way. `policies`: who plays each seat, None where a person does; it may change between turns."""

    def __init__(self, scenario: Scenario, seed: int, policies: Seats) -> None:
        """seed: the game's own, 0..2**64 - 1."""
        self.scenario, self.seed = scenario, seed
        self.policies: list[Policy | None] = list(policies)
        self.engine = Engine(scenario, 1)
        self.engine.reset(np.array([seed], np.uint64))
        legal = self.engine.params["legal"][0]
        self.moves = [[move for move in MOVES if legal[actor, move.flat]] for actor in range(N_ACTORS)]  # that each can ever choose
        self.pending: dict[int, Choices] = {}  # actor -> what was committed for this turn
        self.choices: list[NDArray[np.int64]] = []  # a turn each: (actors, channels), as chosen
        self.by_people: list[list[int]] = []  # the actors whose choices people made, a turn each
        self.seen = [
            self.engine.observation[0].copy()
        ]  # (actors, N_OBSERVATION), what everyone saw at the start and after each turn
        self.mask_before: NDArray[np.int8] | None = None  # (actors, N_MOVES) of the turn that was played last

    @property
    def turn(self) -> int:
        """Turns played."""
        return len(self.choices)

    @property
    def running(self) -> bool:
        """Whether there is another turn to play."""
        return bool(self.engine.outcome[0] == RUNNING)

    @property
    def outcome(self) -> str:
        """running, conflict or horizon."""
        return OUTCOMES[int(self.engine.outcome[0])]

    @property
    def belligerents(self) -> list[int]:
        """The pair in conflict, or nobody."""
        return [int(n) for n in self.engine.games["belligerents"][0] if n >= 0]

    @property
    def people(self) -> list[int]:
        """The actors whom people play."""
        return [actor for actor, policy in enumerate(self.policies) if policy is None]

    @property
    def waiting(self) -> list[int]:
        """The actors whose people have not committed."""
        return [actor for actor in self.people if actor not in self.pending] if self.running else []

    def commit(self, actor: int, turn: int, choices: Sequence[int]) -> None:
        """Take an actor's choices for a turn, for good. Refused where late, repeated or not legal; nothing changes then."""
        if not self.running:
            raise Refused(f"turn={turn}: expected a game that is still going on")
        if turn != self.turn:
            raise Refused(f"turn={turn}: expected {self.turn}, the turn that is being played")
        if self.policies[actor] is not None:
            raise Refused(f"seat={ACTORS[actor]}: expected a seat that a person plays")
        if actor in self.pending:
            raise Refused(f"turn={turn}: expected one commitment; yours is made")
        self.pending[actor] = self.checked(actor, choices)

    def checked(self, actor: int, choices: Sequence[int]) -> Choices:
        """The choices, each legal for the actor now by the engine's own mask. Refused names the channel."""
        if len(choices) != N_CHANNELS:
            raise Refused(f"choices={list(choices)}: expected three, one in each channel")
        for channel, choice in enumerate(choices):
            if not 0 <= choice < SIZES[channel]:
                raise Refused(f"choices.{CHANNELS[channel]}={choice}: expected 0..{SIZES[channel] - 1}")
            if not self.engine.mask[0, actor, OFFSETS[channel] + choice]:
                raise Refused(f"choices.{CHANNELS[channel]}={choice}: expected a move that is legal now")
        return int(choices[0]), int(choices[1]), int(choices[2])

    def play(self, idle_missing: bool = False) -> None:
        """Play the turn: people's choices as committed, policies' as they decide.

        ValueError while somebody is missing, unless they are to be idle.
        """
        if self.waiting and not idle_missing:
            raise ValueError(f"waiting={[ACTORS[n] for n in self.waiting]}: expected nobody")
        self._step(self._decided(), self.people)

    def replay(self, choices: Sequence[Sequence[Sequence[int]]], by_people: Sequence[Sequence[int]]) -> None:
        """Play these turns again, each (actors, channels), into a fresh room. ValueError where they cannot be the game's."""
        for turn, people in zip(choices, by_people, strict=True):
            moves = np.asarray(turn)
            if moves.shape != (N_ACTORS, N_CHANNELS) or moves.dtype.kind != "i" or (moves < 0).any() or (moves >= SIZES).any():
                raise ValueError(f"choices of turn {self.turn}: expected an index in each channel of each actor")
            if not self.running:
                raise ValueError(f"choices of turn {self.turn}: expected none after the end of the game")
            self._step(moves.astype(np.int64), list(people))

    def played(self) -> Trajectory:
        """The game so far, to be brought back by others. ValueError before the first turn."""
        return Trajectory(self.scenario, self.seed, 0, np.array(self.choices, np.int64).reshape(-1, N_ACTORS, N_CHANNELS))

    def names(self) -> Mapping[str, str]:
        """Who plays each seat, in words."""
        return {a: "a person" if p is None else p.name for a, p in zip(ACTORS, self.policies, strict=True)}

    def _decided(self) -> NDArray[np.int64]:
        engine, moves = self.engine, np.zeros((N_ACTORS, N_CHANNELS), np.int64)
        for actor, policy in enumerate(self.policies):
            if policy is None:
                moves[actor] = self.pending.get(actor, IDLE)
            else:
                draws = GameDraws(engine.games, actor)
                moves[actor] = policy.act(engine.observation[:, actor], engine.mask[:, actor], draws)[0]
        return moves

    def _step(self, moves: NDArray[np.int64], people: list[int]) -> None:
        self.mask_before = self.engine.mask[0].copy()
        self.engine.step(moves[None])
        self.seen.append(self.engine.observation[0].copy())
        self.choices.append(moves)
        self.by_people.append(list(people))
        self.pending.clear()
