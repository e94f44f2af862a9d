"""Define the tables of a recording, their columns, and the range of each column.

The writer, the reader and docs/recordings.md derive from this schema. A recording is a directory with a file `TABLE.parquet`
for each table and `recording.json`. Words (actors, moves, CAMEO codes) are stored as dictionary-encoded strings, so that a
query can use `actor = 'japan'`. Rows are sorted by game, then turn, then the remaining keys in their order.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

import numpy as np

from straits.envs.spec.constants import (
    ACTORS,
    AMBASSADOR,
    AREAS,
    CHANNELS,
    CLASSES,
    COMPONENTS,
    CONFLICT_RUNG,
    CRISIS_ENDS,
    GOALS,
    OUTCOMES,
)
from straits.envs.spec.moves import KINDS, MOVES, N_MOVES, RIVERA_POINTS
from straits.envs.spec.observation import N_OBSERVATION

VERSION: Final = 2
MANIFEST: Final = "recording.json"
NOBODY: Final = "nobody"
QUADS: Final = ("verbal cooperation", "material cooperation", "verbal conflict", "material conflict")
CAMEO: Final = tuple(sorted({code for kind in KINDS for code in (kind.cameo, kind.cameo_partner) if code}))
RIVERA: Final = tuple(RIVERA_POINTS)
MOVE_NAMES: Final = tuple(move.name for move in MOVES)
LARGEST: Final = float(np.finfo(np.float32).max)


class Column(NamedTuple):
    """Define a column.

    `dtype` is the type of its numbers, or of its indices into `words` if it has words. `length` is the number of values per
    row.
    """

    name: str
    dtype: str
    low: float
    high: float
    meaning: str
    words: tuple[str, ...] = ()
    length: int = 1

    @property
    def kind(self) -> str:
        """Return a short description of the values."""
        if self.words:
            return "word"
        return self.dtype if self.length == 1 else f"{self.length} {self.dtype}"


class Table(NamedTuple):
    """Define a table.

    The columns `keys` identify a row. An `optional` table is recorded on request.
    """

    name: str
    keys: tuple[str, ...]
    columns: tuple[Column, ...]
    meaning: str
    optional: bool = False

    def column(self, name: str) -> Column:
        """Return the column of a given name.

        Args:
            name: Name of the column.

        Returns:
            The column.

        Raises:
            ValueError: If the name is unknown. The message lists the names.
        """
        columns = {c.name: c for c in self.columns}
        if name not in columns:
            raise ValueError(f"column={name!r}: expected one of {', '.join(columns)} in {self.name}")
        return columns[name]


def _words(name: str, words: tuple[str, ...], meaning: str) -> Column:
    return Column(name, "int8" if len(words) < 128 else "int16", 0, len(words) - 1, meaning, words)


def _share(name: str, meaning: str) -> Column:
    return Column(name, "float32", 0, 1, meaning)


def _amount(name: str, meaning: str) -> Column:
    return Column(name, "float32", 0, LARGEST, meaning)


def _signed(name: str, meaning: str, dtype: str = "float32") -> Column:
    return Column(name, dtype, -LARGEST, LARGEST, meaning)


def _count(name: str, meaning: str) -> Column:
    return Column(name, "int16", 0, 2**15 - 1, meaning)


def _flag(name: str, meaning: str) -> Column:
    return Column(name, "bool", 0, 1, meaning)


def _rung(name: str, meaning: str) -> Column:
    return Column(name, "int8", 0, CONFLICT_RUNG, meaning)


_GAME: Final = Column("game", "int32", 0, 2**31 - 1, "number of the game in the recording, from 0")
_TURN: Final = Column("turn", "int16", 1, 2**15 - 1, "turn of the game, from 1")
_ACTOR: Final = _words("actor", ACTORS, "the actor that moved")
_TARGET: Final = _words("target", ACTORS, "the addressee, or the actor that received the event")
_SOMEBODY: Final = (*ACTORS, NOBODY)

_EPISODES: Final = (
    _GAME,
    Column("seed", "uint64", 0, 2**64 - 1, "the game's seed"),
    Column("episode", "int64", 0, 2**62, "number of the episode within that seed"),
    Column("turns", "int16", 1, 2**15 - 1, "turns played"),
    Column("horizon", "int16", 1, 2**15 - 1, "number of turns at which the game is truncated"),
    _words("outcome", OUTCOMES, "how the game ended"),
    _words("belligerent", _SOMEBODY, "one side of the armed conflict"),
    _words("opponent", _SOMEBODY, "the other side"),
    Column("peak_tension", "float64", 0, 1, "highest mean tension of a pair"),
    _rung("peak_rung", "highest rung of the ladder"),
    Column("incidents", "int32", 0, 2**31 - 1, "incidents in the game"),
    _words("first", _SOMEBODY, "first actor to take a step of rung 3 or more; of several in one turn, the first in their order"),
    Column("digest", "uint64", 0, 2**64 - 1, "hash of the last record of the game; equal games have equal hashes"),
    *(_words(f"goal_{a}", GOALS, f"private type of {a} at the start") for a in ACTORS),
    *(_share(f"resolve_{a}", f"private resolve of {a} at the start") for a in ACTORS),
    *(_signed(f"return_{a}", f"sum of the rewards of {a}", "float64") for a in ACTORS),
)
_TURNS: Final = (
    _GAME,
    _TURN,
    _words("outcome", OUTCOMES, "outcome after this turn"),
    _share("tension", "mean tension over the pairs, both directions"),
    _share("peak_tension", "highest tension of a pair, mean of both directions"),
    _rung("rung", "highest rung that any side saw this turn; 6 if armed conflict broke out"),
    Column("incidents", "int32", 0, 2**31 - 1, "incidents this turn"),
    _amount("hazard", "sum of the pairs' conflict hazards this turn (R9.4)"),
    Column("leaks", "int8", 0, 2, "private plans that leaked this turn"),
    *(_share(f"incident_{a}", f"severity of recent incidents in {a}") for a in AREAS),
)
_DYADS: Final = (
    _GAME,
    _TURN,
    _words("actor", ACTORS, "the first of the ordered pair [i, j]"),
    _words("target", ACTORS, "the second"),
    _share("tension", "how threatened the actor feels by the target"),
    _rung("rung", "highest rung of the actor's steps that the target saw this turn"),
    _share("provocation_presence", "provocation by presence that the actor sent and the target received"),
    _share("provocation_verbal", "provocation by statements and acts, with leaks and a client's share of its patron's provocation"),
    _share("reassurance", "warmth (reassurance) that the actor sent and the target received"),
    _share("public_commitment", "the actor's public commitment towards the target"),
    _share("recent_incident", "severity of recent incidents between the two; it rises in the turn of an incident"),
    _words("ambassador", AMBASSADOR, "state of the actor's diplomatic relations with the target"),
    _count("crisis_turns", "turns that the crisis of the pair has lasted, 0 without a crisis (R11.6)"),
    _words(
        "crisis_end", CRISIS_ENDS, "how the crisis of the pair ended this turn; only the side that yields has `yield` (R11.7-R11.9)"
    ),
    _flag("crisis_opener", "the actor opened the latest crisis of the pair"),
    _count("truce_turns", "turns that the truce of the pair still lasts (R11.5)"),
    _count("offer_turns", "turns that the actor's offer of a deal still stands (R11.2)"),
    _share("leverage", "the actor's share of the leverage of the pair (R11.3)"),
    _signed("terms", "terms that the actor holds from settlements with the target (R11.7, R11.8)"),
)
_MOVES: Final = (
    _GAME,
    _TURN,
    _ACTOR,
    *(_words(c, tuple(m.name for m in MOVES if m.kind.channel == n), f"accepted {c}") for n, c in enumerate(CHANNELS)),
    *(_flag(f"illegal_{c}", f"the chosen {c} was illegal and became a no-op") for c in CHANNELS),
    *(_flag(f"effective_{c}", f"the {c} took effect; false while it waits for the other side") for c in CHANNELS),
    _amount("spent", "budget spent"),
    _share("support", "domestic support"),
    _share("propensity", "escalation propensity"),
    _amount("forward", "presence beyond the standing level, summed over areas and classes"),
)
_EVENTS: Final = (
    _GAME,
    _TURN,
    _ACTOR,
    _TARGET,
    _words("move", MOVE_NAMES, "the move"),
    _words("channel", CHANNELS, "channel of the move"),
    _words("cameo", CAMEO, "CAMEO code of what the target received"),
    Column("goldstein", "float32", -10, 10, "Goldstein value of what the target received"),
    _words("quad", QUADS, "quad class of the CAMEO code"),
    _rung("rung", "ladder rung as the target saw it"),
    _words("rivera_scorer", RIVERA, "severity class of the move by Rivera et al., scorer"),
    _words("rivera_chart", RIVERA, "severity class of the move by Rivera et al., charts"),
    _share("provocation", "provocation received"),
    _share("warmth", "warmth received, without the extra for reciprocated warmth (R4.4)"),
)
_REWARDS: Final = (_GAME, _TURN, _ACTOR, *(_signed(c, f"reward component {c}") for c in COMPONENTS))
_PRESENCE: Final = (
    _GAME,
    _TURN,
    _words("actor", ACTORS, "the actor whose forces are present"),
    _words("area", AREAS, "the area"),
    *(_share(c, f"presence of {c.replace('_', ' ')}") for c in CLASSES),
)
_OBSERVATIONS: Final = (
    _GAME,
    _TURN,
    _words("actor", ACTORS, "the actor that observes"),
    Column("observation", "float32", 0, 1, "observation before the actor chose this turn's moves", length=N_OBSERVATION),
    Column("mask", "int8", 0, 1, "action mask at that time, channels end to end", length=N_MOVES),
)

TABLES: Final[Mapping[str, Table]] = {
    t.name: t
    for t in (
        Table("episodes", ("game",), _EPISODES, "one row per game"),
        Table("turns", ("game", "turn"), _TURNS, "one row per turn that was played"),
        Table("dyads", ("game", "turn", "actor", "target"), _DYADS, "one row per ordered pair and turn, 20 per turn"),
        Table("moves", ("game", "turn", "actor"), _MOVES, "one row per actor and turn, 5 per turn"),
        Table(
            "events",
            ("game", "turn", "actor", "target", "channel"),
            _EVENTS,
            "one row per step and receiver. Steps that were not agreed have no row; leaks are in `turns`",
        ),
        Table("rewards", ("game", "turn", "actor"), _REWARDS, "one row per actor and turn"),
        Table("presence", ("game", "turn", "actor", "area"), _PRESENCE, "one row per actor, area and turn, 45 per turn", True),
        Table("observations", ("game", "turn", "actor"), _OBSERVATIONS, "one row per actor and turn", True),
    )
}
OPTIONAL: Final = tuple(t.name for t in TABLES.values() if t.optional)
ROWS_A_TURN: Final = {"turns": 1, "dyads": 20, "moves": 5, "rewards": 5, "presence": 45, "observations": 5}


def markdown() -> str:
    """Return the tables in Markdown for the docs."""
    parts = []
    for table in TABLES.values():
        optional = ", on request" if table.optional else ""
        parts.append(f"**`{table.name}`**{optional}: {table.meaning}.\n\n| column | holds | range | meaning |\n|---|---|---|---|")
        parts[-1] += "".join(f"\n| `{c.name}` | {c.kind} | {_range(c)} | {c.meaning} |" for c in table.columns)
    return "\n\n".join(parts)


def _range(column: Column) -> str:
    if column.words:
        return ", ".join(column.words) if len(column.words) < 10 else f"{len(column.words)} words"
    if column.dtype == "bool":
        return "true, false"
    if column.high == LARGEST:
        return "any" if column.low < 0 else "0 or more"
    return f"{column.low:g}..{column.high:g}" if column.high < 2**15 - 1 else f"{column.low:g} or more"
