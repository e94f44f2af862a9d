"""Games in pairs with the same seed and the same moves: what some moves change, or what one number carries.

`gap` is what some moves change in what is read off a game, against idle turns; `carried` is what one number changes in one and the
same game. A number is 0 where its name stands in `off`.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np

from straits.envs.scenarios.scenario import load_scenario
from straits.envs.simulator.engine import Engine
from straits.envs.spec.constants import ACTORS, COMPONENTS
from straits.envs.spec.moves import MOVE_INDEX, choice
from straits.envs.spec.observation import N_OBSERVATION, label
from straits.envs.spec.parameters import PARAMETER_INDEX

ENTRY = {label(n): n for n in range(N_OBSERVATION)}
OPEN = {"access.japan": 2, "access.philippines": 9}  # sites at which units can be placed
ABLE = [{"of": "all", "readiness": 1, "credibility": 1, "capital": 1}]
QUIET = {"leak_rate": 0, "disaster_rate": 0}  # nothing by chance but incidents and conflict

Turn = dict[str, str]  # actor -> its moves, separated by spaces


def after(*turns: Turn, off: str | Iterable[str] = (), games: int = 1, base: str = "baseline", **changes: Any) -> Engine:
    """Games of a changed scenario after those turns, all legal. `off`: parameters, or `kind.field` of the moves, that are 0."""
    names = (off,) if isinstance(off, str) else tuple(off)
    moves: dict[str, dict[str, float]] = dict(changes.pop("moves", {}))
    for kind, field in (n.split(".") for n in names if "." in n):
        moves[kind] = {**moves.get(kind, {}), field: 0}
    parameters = {**QUIET, **changes.pop("parameters", {}), **{n: 0 for n in names if "." not in n}}
    changed = load_scenario(base).with_(parameters=parameters, moves=moves, **{"domestic": ABLE, **changes})
    engine = Engine(changed, games)
    engine.reset(2021)
    for turn in turns:
        chosen = [choice(*turn.get(actor, "").split()) for actor in ACTORS]
        engine.step(np.repeat(np.array([chosen], np.int64), games, axis=0))
        assert not engine.illegal.any(), f"{turn}: expected legal moves"
    return engine


def read(engine: Engine, what: str) -> float:
    """`japan sees grievance_verbal.china`, `usa may troops.nansei`, `china earns claims` or `hazard usa china`: the mean."""
    subject, verb, thing = what.split()
    if subject == "hazard":
        i, j = sorted((ACTORS.index(verb), ACTORS.index(thing)))
        return float(engine.games["hazard"][:, i, j].mean())
    seat = ACTORS.index(subject)
    if verb == "sees":
        return float(engine.observation[:, seat, ENTRY[thing]].mean(dtype=np.float64))
    if verb == "may":
        return float(engine.mask[:, seat, MOVE_INDEX[thing]].mean())
    assert verb == "earns"
    return float(engine.reward[:, seat].mean() if thing == "all" else engine.components[:, seat, COMPONENTS.index(thing)].mean())


def now(what: str, **changes: Any) -> float:
    """What is read at the start."""
    return read(after(**changes), what)


def gap(what: str, *turns: Turn, **changes: Any) -> float:
    """What the moves change, against as many idle turns."""
    return read(after(*turns, **changes), what) - read(after(*[{}] * len(turns), **changes), what)


def carried(by: str, what: str, *turns: Turn, **changes: Any) -> float:
    """What the number `by` adds in the game with these turns."""
    return read(after(*turns, **changes), what) - read(after(*turns, off=by, **changes), what)


def default(name: str) -> float:
    return PARAMETER_INDEX[name].default


def both(one: str, two: str, kind: str) -> Turn:
    """A move that needs two, chosen by both."""
    return {one: f"{kind}.{two}", two: f"{kind}.{one}"}
