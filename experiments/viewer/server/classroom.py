"""A class: several games of one scenario from one seed, who sits where, and what the teacher may do. Nothing of the network here.

All games start from the same seed, so that their paths can be laid side by side. Seats are for people, who come with the join code
and get a token each, or for policies, named from the list that the command line gave. A game with one person's seat, started at
once and without a code, is the game of one person.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from straits.agents.base import Policy
from straits.agents.registry import policy as named_policy
from straits.envs.core.philox import game_seed
from straits.envs.scenarios.scenario import Scenario, load_scenario
from straits.envs.spec.constants import ACTORS, N_ACTORS
from straits.envs.validation import hint, wrong
from straits.experiments.viewer.server.auth import MOST_TOKENS, digest, new_code, new_token, same, same_code
from straits.experiments.viewer.server.game import Refused, Room

MOST_GAMES: Final = 12
TEACHER: Final = "teacher"
PERSON: Final = None


class Place(NamedTuple):
    """A seat in the class: number of the game, and actor."""

    game: int
    actor: int


class Policies:
    """The policies that may be given a seat, by the names of the command line; each is loaded at its first use."""

    def __init__(self, names: Sequence[str]) -> None:
        """ValueError where a name is no policy's."""
        self.names = tuple(dict.fromkeys(names))
        self._loaded = {name: named_policy(name) for name in self.names}

    def get(self, name: str) -> Policy:
        """The policy of that name. Refused where it was not offered."""
        if name not in self._loaded:
            raise Refused(str(wrong("policy", name, f"one of {', '.join(self.names)}{hint(name, self.names)}")))
        return self._loaded[name]


@dataclass(eq=False)
class Table:
    """One game of the class and its seats, each an entry an actor.

    The name of its policy, None for a person; digests of the tokens that may sit there, none where it is free.
    """

    room: Room
    policies: list[str | None]
    tokens: list[list[str]] = field(default_factory=lambda: [[] for _ in ACTORS])

    def free(self, actor: int) -> bool:
        """Whether a person may take the seat."""
        return self.policies[actor] is PERSON and not self.tokens[actor]


class Classroom:
    """What a class is, and what changes it. Every method leaves it as it was where it raises Refused."""

    def __init__(self, scenario: str, turns: int, seed: int, plan: Sequence[Sequence[str | None]], policies: Policies) -> None:
        """Scenario.

        A name, or the path of a file; turns: to play; seed: of the run, whose game 0 all play; plan: the policy of each seat of
        each game, None for a person. ValueError names what is wrong.
        """
        self.policies = policies
        self.scenario_name, self.turns, self.seed = scenario, turns, seed
        self.scenario = _with_turns(scenario, turns)
        self.own_scenario = (
            scenario  # the one that the command line names may be a file; the lobby offers it beside those that ship
        )
        self.tables = [Table(self._room(row), list(row)) for row in plan]
        self.fallback = list(policies.names[:1] * N_ACTORS)  # who takes a seat that nobody took, by actor
        self.code = new_code()
        self.teachers: list[str] = []  # digests
        self.alone = False  # one person's game, without a teacher
        self.started = self.paused = self.over = False
        self.timer = 0  # seconds a turn, 0 for none

    def teach(self) -> str:
        """A new token for the teacher."""
        token = new_token()
        self.teachers = [*self.teachers, digest(token)][-MOST_TOKENS:]
        return token

    def admit(self, place: Place) -> str:
        """A new token for a seat, beside those that it has."""
        token = new_token()
        tokens = self.tables[place.game].tokens
        tokens[place.actor] = [*tokens[place.actor], digest(token)][-MOST_TOKENS:]
        return token

    def join(self, code: str, seat: str | None = None) -> tuple[Place, str]:
        """A free seat, and its token; `seat`: an actor that is wished for. Refused where the code is wrong or nothing is free."""
        if self.alone or not same_code(code, self.code):
            raise Refused(f"code={code!r}: expected the code that the teacher's screen shows, which has no I, L, O, 0 or 1")
        if self.over:
            raise Refused("join: expected a class that is still playing")
        wished = range(N_ACTORS) if seat is None else [ACTORS.index(seat)]
        for game, table in enumerate(self.tables):
            for actor in wished:
                if table.free(actor):
                    return Place(game, actor), self.admit(Place(game, actor))
        raise Refused(f"seat={seat or 'any'}: expected one that is free; the teacher can free one")

    def who(self, token: str) -> Place | str | None:
        """The seat of the token, TEACHER, or None. Every digest is looked at, whoever it is of."""
        found: Place | str | None = None
        for kept in self.teachers:
            found = TEACHER if same(token, kept) else found
        for game, table in enumerate(self.tables):
            for actor, digests in enumerate(table.tokens):
                for kept in digests:
                    found = Place(game, actor) if same(token, kept) else found
        return found

    def commit(self, place: Place, turn: int, choices: Sequence[int]) -> None:
        """Take a seat's choices. Refused while the class does not play, and as Room.commit says."""
        if not self.started or self.over:
            raise Refused(f"turn={turn}: expected a class that is playing")
        if self.paused:
            raise Refused(f"turn={turn}: expected no pause; the teacher has paused the class")
        self.tables[place.game].room.commit(place.actor, turn, choices)

    def due(self, game: int) -> bool:
        """Whether all people of the game have committed, so that its turn can be played."""
        room = self.tables[game].room
        return self.started and not self.paused and not self.over and room.running and bool(room.people) and not room.waiting

    def finished(self) -> bool:
        """Whether every game has come to its end."""
        return self.started and all(not table.room.running for table in self.tables)

    def setup(self, scenario: str, turns: int) -> None:
        """Another scenario or length, before the start. Refused afterwards, and where there is no such scenario."""
        self._before_start("setup")
        if scenario != self.own_scenario and ("/" in scenario or "\\" in scenario or scenario.endswith((".yaml", ".yml"))):
            raise Refused(f"scenario={scenario[:60]!r}: expected the name of one that ships with the package")
        try:
            changed = _with_turns(scenario, turns)
        except ValueError as error:
            raise Refused(str(error)) from None
        self.scenario, self.scenario_name, self.turns = changed, scenario, turns
        for table in self.tables:
            table.room = self._room(table.policies)

    def seat(self, place: Place, name: str | None) -> None:
        """Give a seat to the policy of that name, or to a person (None), who must take it first. Whoever sat there is sent away."""
        table = self._table(place)
        chosen = None if name is None else self.policies.get(name)
        table.policies[place.actor], table.tokens[place.actor] = name, []
        table.room.policies[place.actor] = chosen
        table.room.pending.pop(place.actor, None)

    def kick(self, place: Place) -> None:
        """Send away whoever sits there; the seat is free again, its commitment of this turn stays."""
        table = self._table(place)
        if table.policies[place.actor] is not PERSON:
            raise Refused(f"seat={ACTORS[place.actor]}: expected a person's seat")
        table.tokens[place.actor] = []

    def start(self) -> None:
        """Begin. Seats that nobody took are played by policies, and games without any person are left out."""
        self._before_start("start")
        kept = [table for table in self.tables if any(table.tokens)]
        if not kept:
            raise Refused("start: expected at least one person in a seat")
        for table in kept:
            for actor in range(N_ACTORS):
                if table.free(actor):
                    table.policies[actor] = self.fallback[actor]
                    table.room.policies[actor] = self.policies.get(self.fallback[actor])
        self.tables, self.started = kept, True

    def pause(self, on: bool) -> None:
        """Stop taking commitments, or go on."""
        self.paused = on

    def end(self) -> None:
        """Stop playing: what comes now is the debrief. Refused before a turn was played."""
        if not any(table.room.turn for table in self.tables):
            raise Refused("end: expected a class in which at least one turn was played")
        self.over = True

    def document(self) -> dict[str, Any]:
        """All that a restart needs, as plain data; `restored` is its inverse."""
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
            raise Refused(f"{what}: expected a class that has not begun")

    def _table(self, place: Place) -> Table:
        if not 0 <= place.game < len(self.tables):
            raise Refused(f"game={place.game}: expected 0..{len(self.tables) - 1}")
        return self.tables[place.game]

    def _room(self, row: Sequence[str | None]) -> Room:
        seats = [None if name is None else self.policies.get(name) for name in row]
        return Room(self.scenario, game_seed(self.seed, 0), seats)


def restored(document: Mapping[str, Any], policies: Policies) -> Classroom:
    """The class that `Classroom.document` described, its games brought back by playing their moves again.

    ValueError where the scenario is another one by now or the moves cannot be a game's.
    """
    games = document["games"]
    found = Classroom(document["scenario"], document["turns"], int(document["seed"]), [row["policies"] for row in games], policies)
    if found.scenario.hash != document["scenario_hash"]:
        raise wrong("state.scenario_hash", document["scenario_hash"], f"{found.scenario.hash}: the scenario has changed since")
    for table, row in zip(found.tables, games, strict=True):
        table.room.replay(row["choices"], row["people"])
        table.tokens = [list(digests) for digests in row["tokens"]]
        for actor, choices in row["pending"].items():
            table.room.pending[int(actor)] = table.room.checked(int(actor), choices)
    for key in ("own_scenario", "code", "teachers", "alone", "started", "paused", "over", "timer", "fallback"):
        setattr(found, key, document[key])
    return found


def _table_document(table: Table) -> dict[str, Any]:
    room = table.room
    return {
        "policies": table.policies,
        "tokens": table.tokens,
        "choices": [moves.tolist() for moves in room.choices],
        "people": room.by_people,
        "pending": {str(actor): list(choices) for actor, choices in room.pending.items()},
    }


def _with_turns(scenario: str, turns: int) -> Scenario:
    return load_scenario(scenario, horizon=turns)
