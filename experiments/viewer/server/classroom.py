"""Hold a class: several games of one scenario and seed, their seats, and the actions of the teacher. This module knows no network.

All games start from the same seed, so that their courses can be compared. A seat belongs to a person, who joins with the code and
receives a token, or to a policy of the list from the command line. The game of one person has one seat for a person, starts at once
and has no code.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from straits.agents.base import Policy
from straits.agents.registry import policy as named_policy
from straits.envs.core.rng import game_seed
from straits.envs.scenarios.scenario import Scenario, load_scenario
from straits.envs.spec.constants import ACTORS, N_ACTORS
from straits.envs.validation import hint, wrong
from straits.experiments.viewer.server.auth import MOST_TOKENS, digest, new_code, new_token, same, same_code
from straits.experiments.viewer.server.live_game import LiveGame, RequestError

MOST_GAMES: Final = 12
TEACHER: Final = "teacher"
PERSON: Final = None


class Place(NamedTuple):
    """Locate a seat in a class."""

    game: int
    actor: int


class Policies:
    """Hold the policies that may play a seat, by name."""

    def __init__(self, names: Sequence[str]) -> None:
        """Load the policies.

        Args:
            names: Names as `registry.policy` accepts them.

        Raises:
            ValueError: If a name is unknown.
        """
        self.names = tuple(dict.fromkeys(names))
        self._loaded = {name: named_policy(name) for name in self.names}

    def get(self, name: str) -> Policy:
        """Return a policy.

        Args:
            name: Its name.

        Returns:
            The policy.

        Raises:
            RequestError: If the name is not in the list.
        """
        if name not in self._loaded:
            raise RequestError(str(wrong("policy", name, f"one of {', '.join(self.names)}{hint(name, self.names)}")))
        return self._loaded[name]


@dataclass(eq=False)
class Table:
    """Hold one game of a class and its seats.

    Attributes:
        live: The game.
        policies: Name of each actor's policy, None for a person.
        tokens: Digests of the tokens of each seat, none if the seat is free.
    """

    live: LiveGame
    policies: list[str | None]
    tokens: list[list[str]] = field(default_factory=lambda: [[] for _ in ACTORS])

    def free(self, actor: int) -> bool:
        """Return whether a person may take a seat.

        Args:
            actor: Index of the actor.

        Returns:
            True if the seat is for a person and has no token.
        """
        return self.policies[actor] is PERSON and not self.tokens[actor]


class Classroom:
    """Hold the state of a class and its changes. A method that raises RequestError leaves the state unchanged."""

    def __init__(self, scenario: str, turns: int, seed: int, plan: Sequence[Sequence[str | None]], policies: Policies) -> None:
        """Create a class.

        Args:
            scenario: Name or path of the scenario.
            turns: Number of turns.
            seed: Seed of the run. All tables play its game 0.
            plan: Name of the policy of each seat of each game, None for a person.
            policies: Policies that may play a seat.

        Raises:
            ValueError: If an argument is invalid.
        """
        self.policies = policies
        self.scenario_name, self.turns, self.seed = scenario, turns, seed
        self.scenario = _with_turns(scenario, turns)
        self.own_scenario = scenario  # may be a file; the lobby offers it in addition to those that ship
        self.tables = [Table(self._live_game(row), list(row)) for row in plan]
        self.fallback = list(policies.names[:1] * N_ACTORS)  # policy of each seat that no person takes
        self.code = new_code()
        self.teachers: list[str] = []  # digests
        self.alone = False  # one person's game, without a teacher
        self.started = self.paused = self.over = False
        self.timer = 0  # seconds a turn, 0 for none

    def teach(self) -> str:
        """Create a new token for the teacher, and return it."""
        token = new_token()
        self.teachers = [*self.teachers, digest(token)][-MOST_TOKENS:]
        return token

    def admit(self, place: Place) -> str:
        """Create a new token for a seat, in addition to its other tokens.

        Args:
            place: The seat.

        Returns:
            The token.
        """
        token = new_token()
        tokens = self.tables[place.game].tokens
        tokens[place.actor] = [*tokens[place.actor], digest(token)][-MOST_TOKENS:]
        return token

    def join(self, code: str, seat: str | None = None) -> tuple[Place, str]:
        """Take a free seat.

        Args:
            code: Join code of the class.
            seat: Actor that the person prefers, or None.

        Returns:
            The seat and its token.

        Raises:
            RequestError: If the code is wrong, no seat is free, or the class has ended.
        """
        if self.alone or not same_code(code, self.code):
            raise RequestError(f"code={code!r}: expected the code that the teacher's screen shows, which has no I, L, O, 0 or 1")
        if self.over:
            raise RequestError("join: expected a class that is still playing")
        wished = range(N_ACTORS) if seat is None else [ACTORS.index(seat)]
        for game, table in enumerate(self.tables):
            for actor in wished:
                if table.free(actor):
                    return Place(game, actor), self.admit(Place(game, actor))
        raise RequestError(f"seat={seat or 'any'}: expected one that is free; the teacher can free one")

    def who(self, token: str) -> Place | str | None:
        """Identify the owner of a token. Every digest is compared, so that the time does not depend on the owner.

        Args:
            token: The token.

        Returns:
            The seat, TEACHER, or None.
        """
        owner: Place | str | None = None
        for stored in self.teachers:
            owner = TEACHER if same(token, stored) else owner
        for game, table in enumerate(self.tables):
            for actor, digests in enumerate(table.tokens):
                for stored in digests:
                    owner = Place(game, actor) if same(token, stored) else owner
        return owner

    def commit(self, place: Place, turn: int, choices: Sequence[int]) -> None:
        """Store the choices of a seat.

        Args:
            place: The seat.
            turn: Turn from 0.
            choices: (channels,) index in each channel.

        Raises:
            RequestError: If the class does not play, or the choices are late, repeated or illegal.
        """
        if not self.started or self.over:
            raise RequestError(f"turn={turn}: expected a class that is playing")
        if self.paused:
            raise RequestError(f"turn={turn}: expected no pause; the teacher has paused the class")
        self.tables[place.game].live.commit(place.actor, turn, choices)

    def due(self, game: int) -> bool:
        """Return whether all people of a game have committed.

        Args:
            game: Number of the game.

        Returns:
            True if the turn can be played.
        """
        live = self.tables[game].live
        return self.started and not self.paused and not self.over and live.running and bool(live.people) and not live.waiting

    def finished(self) -> bool:
        """Return whether every game has ended."""
        return self.started and all(not table.live.running for table in self.tables)

    def setup(self, scenario: str, turns: int) -> None:
        """Change scenario and length before the start.

        Args:
            scenario: Name of a scenario that ships, or the one of the command line.
            turns: Number of turns.

        Raises:
            RequestError: If the class has started or there is no such scenario.
        """
        self._before_start("setup")
        if scenario != self.own_scenario and ("/" in scenario or "\\" in scenario or scenario.endswith((".yaml", ".yml"))):
            raise RequestError(f"scenario={scenario[:60]!r}: expected the name of one that ships with the package")
        try:
            changed = _with_turns(scenario, turns)
        except ValueError as error:
            raise RequestError(str(error)) from None
        self.scenario, self.scenario_name, self.turns = changed, scenario, turns
        for table in self.tables:
            table.live = self._live_game(table.policies)

    def seat(self, place: Place, name: str | None) -> None:
        """Give a seat to a policy, or to a person. The person in the seat loses it.

        Args:
            place: The seat.
            name: Name of the policy, or None for a person, who must join.

        Raises:
            RequestError: If the game does not exist or the policy is not in the list.
        """
        table = self._table(place)
        chosen = None if name is None else self.policies.get(name)
        table.policies[place.actor], table.tokens[place.actor] = name, []
        table.live.policies[place.actor] = chosen
        table.live.pending.pop(place.actor, None)

    def kick(self, place: Place) -> None:
        """Free the seat of a person. Its commitment of this turn stays.

        Args:
            place: The seat.

        Raises:
            RequestError: If a policy plays the seat.
        """
        table = self._table(place)
        if table.policies[place.actor] is not PERSON:
            raise RequestError(f"seat={ACTORS[place.actor]}: expected a person's seat")
        table.tokens[place.actor] = []

    def start(self) -> None:
        """Start the games. Policies take the free seats, and games without people are removed.

        Raises:
            RequestError: If the class has started or no person has a seat.
        """
        self._before_start("start")
        played = [table for table in self.tables if any(table.tokens)]
        if not played:
            raise RequestError("start: expected at least one person in a seat")
        for table in played:
            for actor in range(N_ACTORS):
                if table.free(actor):
                    table.policies[actor] = self.fallback[actor]
                    table.live.policies[actor] = self.policies.get(self.fallback[actor])
        self.tables, self.started = played, True

    def pause(self, on: bool) -> None:
        """Stop accepting commitments, or continue.

        Args:
            on: Whether to pause.
        """
        self.paused = on

    def end(self) -> None:
        """Stop playing, so that the debrief follows.

        Raises:
            RequestError: If no turn was played.
        """
        if not any(table.live.turn for table in self.tables):
            raise RequestError("end: expected a class in which at least one turn was played")
        self.over = True

    def document(self) -> dict[str, Any]:
        """Return all that a restart needs, as plain data. `restored` is the inverse."""
        return {
            "scenario": self.scenario_name,
            "own_scenario": self.own_scenario,
            "scenario_hash": self.scenario.hash,
            "turns": self.turns,
            "seed": str(self.seed),
            "code": self.code,
            "teachers": self.teachers,
            "alone": self.alone,
            "started": self.started,
            "paused": self.paused,
            "over": self.over,
            "timer": self.timer,
            "fallback": list(self.fallback),
            "games": [_table_document(table) for table in self.tables],
        }

    def _before_start(self, what: str) -> None:
        if self.started:
            raise RequestError(f"{what}: expected a class that has not begun")

    def _table(self, place: Place) -> Table:
        if not 0 <= place.game < len(self.tables):
            raise RequestError(f"game={place.game}: expected 0..{len(self.tables) - 1}")
        return self.tables[place.game]

    def _live_game(self, row: Sequence[str | None]) -> LiveGame:
        seats = [None if name is None else self.policies.get(name) for name in row]
        return LiveGame(self.scenario, game_seed(self.seed, 0), seats)


def restored(document: Mapping[str, Any], policies: Policies) -> Classroom:
    """Restore a class from its document, by replaying the moves of its games.

    Args:
        document: Result of `Classroom.document`.
        policies: Policies that may play a seat.

    Returns:
        The class.

    Raises:
        ValueError: If the scenario has changed or the moves are invalid.
    """
    games = document["games"]
    classroom = Classroom(
        document["scenario"], document["turns"], int(document["seed"]), [row["policies"] for row in games], policies
    )
    if classroom.scenario.hash != document["scenario_hash"]:
        raise wrong("state.scenario_hash", document["scenario_hash"], f"{classroom.scenario.hash}: the scenario has changed since")
    for table, row in zip(classroom.tables, games, strict=True):
        table.live.replay(row["choices"], row["people"])
        table.tokens = [list(digests) for digests in row["tokens"]]
        for actor, choices in row["pending"].items():
            table.live.pending[int(actor)] = table.live.checked(int(actor), choices)
    for key in ("own_scenario", "code", "teachers", "alone", "started", "paused", "over", "timer", "fallback"):
        setattr(classroom, key, document[key])
    return classroom


def _table_document(table: Table) -> dict[str, Any]:
    live = table.live
    return {
        "policies": table.policies,
        "tokens": table.tokens,
        "choices": [moves.tolist() for moves in live.choices],
        "people": live.by_people,
        "pending": {str(actor): list(choices) for actor, choices in live.pending.items()},
    }


def _with_turns(scenario: str, turns: int) -> Scenario:
    return load_scenario(scenario, horizon=turns)
