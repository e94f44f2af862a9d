"""Play one game with people and policies. This module knows no network.

People commit their choices one by one. Choices stay hidden until the last person has committed. Then the policies choose and the
turn is played. The game keeps its seed and all choices, so that it can be restored by replaying them.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from straits.agents.base import Policy
from straits.envs.core.rng import GameDraws
from straits.envs.scenarios.scenario import Scenario
from straits.envs.simulator.engine import Engine
from straits.envs.spec.constants import ACTORS, CHANNELS, N_ACTORS, N_CHANNELS, OUTCOMES, RUNNING
from straits.envs.spec.moves import MOVES, OFFSETS, SIZES
from straits.envs.text.crises import Change, changes
from straits.experiments.rollouts.trajectory import Trajectory

IDLE: Final = (0, 0, 0)
Choices = tuple[int, int, int]  # an index in each channel
Seats = Sequence[Policy | None]  # policy of each seat, None for a person


class RequestError(ValueError):
    """Reject a request. The game continues. The message is one line for the person."""


class LiveGame:
    """Hold a running game. `policies` has the policy of each seat, None for a person, and may change between turns."""

    def __init__(self, scenario: Scenario, seed: int, policies: Seats) -> None:
        """Start a game.

        Args:
            scenario: Scenario to play.
            seed: Seed of the game, 0..2**64 - 1.
            policies: Policy of each seat, None for a person.
        """
        self.scenario, self.seed = scenario, seed
        self.policies: list[Policy | None] = list(policies)
        self.engine = Engine(scenario, 1)
        self.engine.reset(np.array([seed], np.uint64))
        legal = self.engine.params["legal"][0]
        self.moves = [
            [move for move in MOVES if legal[actor, move.flat]] for actor in range(N_ACTORS)
        ]  # moves that each actor can ever choose
        self.pending: dict[int, Choices] = {}  # actor -> choices committed for this turn
        self.choices: list[NDArray[np.int64]] = []  # (actors, channels) of each turn, as chosen
        self.by_people: list[list[int]] = []  # actors that people played, for each turn
        self.seen = [self.engine.observation[0].copy()]  # (actors, N_OBSERVATION) at the start and after each turn
        self.changes: list[list[Change]] = []  # of crises, in each turn
        self.mask_before: NDArray[np.int8] | None = None  # (actors, N_MOVES) of the last played turn

    @property
    def turn(self) -> int:
        """Return the number of turns played."""
        return len(self.choices)

    @property
    def running(self) -> bool:
        """Return whether another turn can be played."""
        return bool(self.engine.outcome[0] == RUNNING)

    @property
    def outcome(self) -> str:
        """Return running, conflict or horizon."""
        return OUTCOMES[int(self.engine.outcome[0])]

    @property
    def belligerents(self) -> list[int]:
        """Return the pair in conflict, or an empty list."""
        return [int(n) for n in self.engine.games["belligerents"][0] if n >= 0]

    @property
    def people(self) -> list[int]:
        """Return the actors that people play."""
        return [actor for actor, policy in enumerate(self.policies) if policy is None]

    @property
    def waiting(self) -> list[int]:
        """Return the actors whose people have not committed."""
        return [actor for actor in self.people if actor not in self.pending] if self.running else []

    def commit(self, actor: int, turn: int, choices: Sequence[int]) -> None:
        """Store the choices of an actor for a turn. They cannot be changed.

        Args:
            actor: Index of the actor.
            turn: Turn from 0.
            choices: (channels,) index in each channel.

        Raises:
            RequestError: If the choices are late, repeated or illegal. Nothing changes then.
        """
        if not self.running:
            raise RequestError(f"turn={turn}: expected a game that has not ended")
        if turn != self.turn:
            raise RequestError(f"turn={turn}: expected {self.turn}, the turn that is being played")
        if self.policies[actor] is not None:
            raise RequestError(f"seat={ACTORS[actor]}: expected a seat that a person plays")
        if actor in self.pending:
            raise RequestError(f"turn={turn}: expected one commitment; you have committed")
        self.pending[actor] = self.checked(actor, choices)

    def checked(self, actor: int, choices: Sequence[int]) -> Choices:
        """Check choices against the action mask of the actor.

        Args:
            actor: Index of the actor.
            choices: (channels,) index in each channel.

        Returns:
            The choices.

        Raises:
            RequestError: If a choice is illegal. The message names the channel.
        """
        if len(choices) != N_CHANNELS:
            raise RequestError(f"choices={list(choices)}: expected three, one in each channel")
        for channel, choice in enumerate(choices):
            if not 0 <= choice < SIZES[channel]:
                raise RequestError(f"choices.{CHANNELS[channel]}={choice}: expected 0..{SIZES[channel] - 1}")
            if not self.engine.mask[0, actor, OFFSETS[channel] + choice]:
                raise RequestError(f"choices.{CHANNELS[channel]}={choice}: expected a move that is legal now")
        return int(choices[0]), int(choices[1]), int(choices[2])

    def play(self, idle_missing: bool = False) -> None:
        """Play the turn with the committed choices of people and the choices of policies.

        Args:
            idle_missing: Play no-ops for people who have not committed.

        Raises:
            ValueError: If a person has not committed and `idle_missing` is false.
        """
        if self.waiting and not idle_missing:
            raise ValueError(f"waiting={[ACTORS[n] for n in self.waiting]}: expected no missing commitment")
        self._step(self._choose(), self.people)

    def replay(self, choices: Sequence[Sequence[Sequence[int]]], by_people: Sequence[Sequence[int]]) -> None:
        """Replay turns in a new game.

        Args:
            choices: Choices of each turn, (actors, channels).
            by_people: Actors that people played, for each turn.

        Raises:
            ValueError: If the choices cannot be those of this game.
        """
        for turn, people in zip(choices, by_people, strict=True):
            moves = np.asarray(turn)
            if moves.shape != (N_ACTORS, N_CHANNELS) or moves.dtype.kind != "i" or (moves < 0).any() or (moves >= SIZES).any():
                raise ValueError(f"choices of turn {self.turn}: expected an index in each channel of each actor")
            if not self.running:
                raise ValueError(f"choices of turn {self.turn}: expected none after the end of the game")
            self._step(moves.astype(np.int64), list(people))

    def played(self) -> Trajectory:
        """Return the game so far.

        Raises:
            ValueError: If no turn was played.
        """
        return Trajectory(self.scenario, self.seed, 0, np.array(self.choices, np.int64).reshape(-1, N_ACTORS, N_CHANNELS))

    def names(self) -> Mapping[str, str]:
        """Return the name of each seat's policy, or "a person"."""
        return {a: "a person" if p is None else p.name for a, p in zip(ACTORS, self.policies, strict=True)}

    def _choose(self) -> NDArray[np.int64]:
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
        before = self.engine.games[0].copy()
        self.engine.step(moves[None])  # one turn at a time, when all people have committed
        self.seen.append(self.engine.observation[0].copy())
        self.changes.append(changes(self.engine.games[0], before, self.scenario.labels))
        self.choices.append(moves)
        self.by_people.append(list(people))
        self.pending.clear()
