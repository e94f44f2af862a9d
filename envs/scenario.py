"""A checked scenario: its words, its sources and the record that games start from.

`load` takes the name of a scenario that ships with the package or the path of a YAML file; `Scenario.with_` gives a changed
copy. All bad input raises ValueError with one line that names key, value and expectation.
"""

import difflib
import functools
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from straits.envs import document as doc
from straits.envs.compiled import kernel
from straits.envs.moves import KIND_INDEX, KINDS, MAY_EVER, MOVES
from straits.envs.parameters import PARAMETERS
from straits.envs.rules.act import measure
from straits.envs.rules.perceive import assess, fixed_point
from straits.envs.state import EVENTS, GAME, N_EVENTS, WORLD, as_records
from straits.envs.vocabulary import (
    ACTORS,
    AMBASSADOR,
    AREAS,
    CLASSES,
    COMPONENTS,
    JAPAN_HOME,
    LUZON,
    MAINLAND_COAST,
    N_ACTORS,
    NORMAL,
    NOWHERE,
    OFFICE,
    TAIWAN_AREA,
)

HOMES: Final = (NOWHERE, JAPAN_HOME, MAINLAND_COAST, TAIWAN_AREA, LUZON)  # of each actor
OTHERS_HOSTILITY: Final = 0.05  # between actors without a row (assumption)
HALF_BUDGET: Final = 0.6  # of each channel at the start, and the resting support (assumption)

# What `state:` may set: field -> (low, high, whole numbers only, axes). "pair" is set both ways.
_ACTOR, _DYAD, _PAIR, _PLACE = ("actor",), ("actor", "actor"), ("pair",), ("actor", "area", "class")
SETTABLE: Final[Mapping[str, tuple[float, float, bool, tuple[str, ...]]]] = {
    **dict.fromkeys(("tension", "hostility", "audience", "trust", "face", "force", "pressed", "offended", "warmed"),
                    (0, 1, False, _DYAD)),
    "ambassador": (0, 5, True, _DYAD),
    "channel": (0, 1, True, _PAIR),
    "plan": (0, 3, True, _PAIR),
    "plan_known": (0, 3, True, _PAIR),
    "talk": (0, 1, False, _PAIR),
    "leaked": (0, 2, True, _PAIR),
    "leak_size": (0, 1, False, _PAIR),
    "fresh": (0, 1, False, _PAIR),
    **dict.fromkeys(("access", "access_coming"), (0, 9, False, _ACTOR)),
    "capability": (0.5, 1.5, False, _ACTOR),
    **dict.fromkeys(("host_support", "trainers", "trainers_known", "support", "readiness", "credibility", "capital",
                     "hardened", "custom", "restraint", "disaster"), (0, 1, False, _ACTOR)),
    **dict.fromkeys(("command", "logistics", "protection"), (0, 1, False, ())),
    "designation": (0, 2, True, ()),
    "incident": (0, 1, False, ("area",)),
    **dict.fromkeys(("presence", "standing"), (0, 1, False, _PLACE)),
}  # fmt: skip
_NAMES: Final[Mapping[str, tuple[str, ...]]] = {"actor": ACTORS, "area": AREAS, "class": CLASSES}


@dataclass(frozen=True, eq=False)
class Scenario:
    """A scenario ready to play. `record` (1,) of dtype WORLD is read-only; two scenarios are equal when their hashes are."""

    name: str
    title: str
    description: str
    story: str
    reaction: str
    kind: str
    sources: Mapping[str, str]  # key -> what it stands for, empty for those of docs/sources.md
    date: str
    turn_days: int
    horizon: int
    labels: Mapping[str, str]  # actor -> how the scenario calls it
    order: tuple[str, ...]  # of the agents
    bounds: Mapping[str, tuple[float, float]]  # policies -> conflict rate over an episode
    parameters: Mapping[str, float]  # overrides of the rules' defaults
    replay: tuple[Mapping[str, tuple[str, ...]], ...]  # a turn each: actor -> moves
    hash: str  # sha256 of the content
    record: NDArray[Any] = field(repr=False)
    document: Mapping[str, Any] = field(repr=False)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Scenario) and self.hash == other.hash

    def __hash__(self) -> int:
        return hash(self.hash)

    def with_(self, **changes: Any) -> "Scenario":
        """A changed copy. Keys are those of a file, without sources: `with_(parameters={"leak_rate": 0}, horizon=10,
        state={"plan.usa.japan": 1}, moves={"pledge": {"provocation": 0}})`. `schedule` and `replay` replace, the rest merges."""
        if isinstance(state := changes.get("state"), dict):
            changes["state"] = [{"set": key, "value": value} for key, value in state.items()]
        base = {**self.document, **{name: {} for name in ("schedule", "replay") if name in changes}}
        given = doc.normal(changes, self.sources, doc.OVERRIDE)
        return _assemble(doc.merge(base, given))


def load(name: str | Path, **changes: Any) -> Scenario:
    """The scenario of that name or file, with `changes` as `Scenario.with_` takes them."""
    scenario = _load_named(str(name)) if _is_name(name) else _assemble(doc.read(Path(name)))
    return scenario.with_(**changes) if changes else scenario


def list_scenarios(kind: str = "scenario") -> list[str]:
    """Names of the scenarios that ship with the package. `kind`: "scenario", "replay" (dated starts) or "all"."""
    if kind not in (*doc.KINDS_OF_SCENARIO, "all"):
        raise ValueError(f"kind={kind!r}: expected one of {', '.join(doc.KINDS_OF_SCENARIO)}, all")
    names = doc.package_names()
    return [n for n in names if kind == "all" or _load_named(n).kind == kind]


def resting_tension(record: NDArray[Any]) -> NDArray[np.float64]:
    """R4.2: the fixed point of tension in the start state, (actors, actors)."""
    worlds = as_records(record.copy())
    games = as_records(worlds["start"].copy())
    fixed = np.zeros((N_ACTORS, N_ACTORS))
    _find_fixed_points(games, worlds, fixed)
    return fixed


def _is_name(name: str | Path) -> bool:
    return isinstance(name, str) and not name.endswith((".yaml", ".yml")) and "/" not in name and "\\" not in name


@functools.cache
def _load_named(name: str) -> Scenario:
    known = doc.package_names()
    if name not in known:
        near = difflib.get_close_matches(name, known, 1)
        hint = f" (did you mean {near[0]}?)" if near else ""
        raise ValueError(f"scenario={name[:60]!r}: expected a .yaml file or one of {', '.join(known)}{hint}")
    return _assemble(doc.read(doc.FOLDER / f"{name}.yaml"))


def _assemble(content: Mapping[str, Any]) -> Scenario:
    for key in ("name", "title", "description", "date", "turn_days", "horizon"):
        if key not in content:
            raise ValueError(f"scenario.{key}: expected a value")
    record = _record(content)
    plain = [[str(k), sorted((str(a), repr(b)) for a, b in _items(v))] for k, v in sorted(content.items())]
    digest = hashlib.sha256(json.dumps(plain).encode() + record.tobytes()).hexdigest()
    return Scenario(
        name=content["name"],
        title=content["title"],
        description=content["description"],
        story=content.get("story", ""),
        reaction=content.get("reaction", ""),
        kind=content.get("kind", "scenario"),
        sources=content["sources"],
        date=content["date"],
        turn_days=content["turn_days"],
        horizon=content["horizon"],
        labels=content.get("labels", {a: a for a in ACTORS}),
        order=content.get("order", ACTORS),
        bounds=content["bounds"],
        parameters={k: v["value"] for k, v in content["parameters"].items()},
        replay=_replay(content["replay"]),
        hash=digest,
        record=record,
        document=content,
    )


def _items(value: Any) -> Any:
    return value.items() if isinstance(value, dict) else [("", value)]


def _replay(rows: Mapping[Any, Any]) -> tuple[Mapping[str, tuple[str, ...]], ...]:
    turns = 1 + max((turn for turn, _ in rows), default=-1)
    return tuple({a: row["moves"] for (turn, a), row in rows.items() if turn == n} for n in range(turns))


def _record(content: Mapping[str, Any]) -> NDArray[Any]:
    """The world record, (1,), read-only."""
    record = np.zeros(1, WORLD)
    world, game = record[0], record[0]["start"]
    _constants(world, content)
    _fill(world, game, content)
    for (path,), row in content["state"].items():
        _set(game, path, row["value"])
    _settle(record, {path for (path,) in content["state"]})
    record.setflags(write=False)
    return record


def _constants(world: Any, content: Mapping[str, Any]) -> None:
    """Parameters, costs of moves, what is legal, and the schedule."""
    for p in PARAMETERS:
        world[p.name] = content["parameters"].get(p.name, {"value": p.default})["value"]
    for kind in KINDS:
        for name in doc.MOVE_FIELDS:
            row = content["moves"].get(f"{kind.name}.{name}", {"value": getattr(kind, name)})
            world[name][KIND_INDEX[kind.name]] = row["value"]
    world["legal"] = MAY_EVER
    for who, name in content["forbid"]:
        for move in MOVES:
            if name in (move.name, move.kind.name) and move.index > 0:
                world["legal"][_at(who), move.flat] = False
    world["horizon"] = content["horizon"]
    world["home"] = HOMES
    world["schedule"] = -1
    if len(content["schedule"]) > N_EVENTS:
        raise ValueError(f"scenario.schedule={len(content['schedule'])} rows: expected at most {N_EVENTS}")
    for n, (turn, event, who) in enumerate(sorted(content["schedule"])):
        if len(who) != (2 if event == "leak" else 1):
            raise doc.wrong(f"scenario.schedule[{n}].actors", list(who), "two actors for a leak, one for other events")
        world["schedule"][n] = (turn, EVENTS.index(event), _at(who[0]), _at(who[-1]))


def _fill(world: Any, game: Any, content: Mapping[str, Any]) -> None:
    """The rows of a file; what has none stands at rest."""
    _matrices(world, content)
    _by_actor(world, content)
    game["horizon"] = content["horizon"]
    for name in ("belligerents", "order_area", "proposal", "agreed", "first"):
        game[name] = -1
    game["hostility"], game["trust"] = world["hostility_base"], world["trust_base"]
    game["capability"] = 1.0
    game["host_support"] = HALF_BUDGET
    for (who, area, kind), row in content["presence"].items():
        at = (_at(who), AREAS.index(area), CLASSES.index(kind))
        game["standing"][at] = row.get("standing", 0.0)
        game["presence"][at] = min(1.0, row.get("standing", 0.0) + row.get("extra", 0.0))
    for n, name in enumerate(ACTORS):
        row = content["domestic"].get((name,), {})
        for budget in ("readiness", "credibility", "capital"):
            game[budget][n] = row.get(budget, HALF_BUDGET)
        game["support"][n] = row.get("support", world["support_base"])
    game["ambassador"] = np.where(np.eye(N_ACTORS, dtype=bool), OFFICE, NORMAL)
    for (who,) in content["offices"]:
        game["ambassador"][_at(who), :] = game["ambassador"][:, _at(who)] = OFFICE
    for ((one, two),), row in content["channels"].items():
        game["channel"][_at(one), _at(two)] = game["channel"][_at(two), _at(one)] = int(row["open"])


def _matrices(world: Any, content: Mapping[str, Any]) -> None:
    """Who is what to whom."""
    world["hostility_base"] = np.where(np.eye(N_ACTORS, dtype=bool), 0.0, OTHERS_HOSTILITY)
    for (of, to), row in content["relations"].items():
        world["rival"][_at(of), _at(to)] = row.get("rival", 0.0)
        world["hostility_base"][_at(of), _at(to)] = row.get("hostility", OTHERS_HOSTILITY)
    for ((one, two),), row in content["partners"].items():
        for i, j in ((_at(one), _at(two)), (_at(two), _at(one))):
            world["ally"][i, j] = row.get("ally", 0.0)
            world["trust_base"][i, j] = row.get("trust", 0.0)


def _by_actor(world: Any, content: Mapping[str, Any]) -> None:
    """What each actor trades, claims, lives near and is like."""
    for n, name in enumerate(ACTORS):
        for rows, values, axis, array in (
            ("trade", "shares", ACTORS, "trade"),
            ("claims", "areas", AREAS, "claim"),
            ("proximity", "areas", AREAS, "proximity"),
        ):
            if values not in content[rows].get((name,), {}):
                raise ValueError(f"scenario.{rows}: expected a row of {name}")
            for key, value in content[rows][(name,)][values].items():
                world[array][n, axis.index(key)] = value
        kind = content["types"].get((name,), {})
        world["opportunist_share"][n] = kind.get("opportunist", 0.5)
        world["resolve_range"][n] = kind.get("resolve", (0.0, 1.0))
        world["audience_strength"][n] = content["domestic"].get((name,), {}).get("audience", 0.7)
        weights = content["weights"].get((name,), {})
        world["weights"][n] = [weights.get(c, 1.0) for c in COMPONENTS]


def _set(game: Any, path: str, value: float) -> None:
    """Set one number of the start state, `plan.usa.japan`; what a pair shares is set both ways."""
    where = f"scenario.state.{path}"
    name, *keys = path.split(".")
    if name not in SETTABLE:
        raise doc.one_of("scenario.state", name, SETTABLE)
    low, high, is_whole, axes = SETTABLE[name]
    if not low <= value <= high or (is_whole and value != int(value)):
        raise doc.wrong(where, value, f"{'a whole number ' if is_whole else ''}{low:g}..{high:g}")
    expected = ("actor", "actor") if axes == ("pair",) else axes
    if len(keys) != len(expected) or any(k not in _NAMES[a] for k, a in zip(keys, expected, strict=True)):
        raise doc.wrong("scenario.state.set", path, ".".join([name, *expected]))
    at = tuple(_NAMES[a].index(k) for k, a in zip(keys, expected, strict=True))
    if expected == ("actor", "actor") and at[0] == at[1]:
        raise doc.wrong("scenario.state.set", path, "two different actors")
    if name == "ambassador" and (game[name][at] == OFFICE) != (value == OFFICE):
        raise doc.wrong(where, AMBASSADOR[int(value)], "office between those with offices, and there only")
    game[name][at] = value
    if axes == ("pair",):
        game[name][at[::-1]] = value


def _settle(record: NDArray[Any], given: set[str]) -> None:
    """Tension stands at its fixed point unless the file gives it."""
    worlds = as_records(record)
    games = as_records(record["start"].copy())
    fixed = np.zeros((N_ACTORS, N_ACTORS))
    _find_fixed_points(games, worlds, fixed)
    for i, one in enumerate(ACTORS):
        for j, two in enumerate(ACTORS):
            if f"tension.{one}.{two}" not in given:
                games["tension"][0, i, j] = fixed[i, j]
    games["resting"] = games["tension"]
    _find_fixed_points(games, worlds, fixed)  # once more: the assessment follows tension
    record["start"] = games.view(np.ndarray).astype(GAME)


@kernel
def _find_fixed_points(games: Any, worlds: Any, fixed: Any) -> None:
    measure(games[0], worlds[0])
    games[0].assessment = assess(games[0])
    for i in range(N_ACTORS):
        for j in range(N_ACTORS):
            if i != j:
                fixed[i, j] = fixed_point(games[0], worlds[0], i, j)


def _at(actor: str) -> int:
    return ACTORS.index(actor)
