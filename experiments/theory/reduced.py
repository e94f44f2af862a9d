"""A game reduced to a tree: few actors, few moves and few turns, played out by the engine's own rules in one batch a level.

Every sequence of joint choices is a node. Chance is taken off the records and not drawn: a turn's conflict hazard weighs its
outcomes, and where accidents are asked for, an incident (R5.2) is a second child of every choice. What nobody decides any more,
the tail, is played out with everybody idle. So payoffs are exact expectations. Conflicts and incidents are kept out, or brought
about, by giving each node a seed whose draws of that turn come out so.
"""

import functools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from straits.envs.engine import Engine
from straits.envs.moves import N_MOVES, OFFSETS, choice
from straits.envs.philox import uniforms
from straits.envs.rules import risk
from straits.envs.rules.draws import CONFLICT as CONFLICT_DRAW
from straits.envs.rules.draws import INCIDENT
from straits.envs.rules.score import conflict_value, price_apart
from straits.envs.scenario import Scenario, load
from straits.envs.vocabulary import ACTORS, CHINA, N_ACTORS, N_CHANNELS, PHILIPPINES, RUNNING

Floats = NDArray[np.float64]

FILE: Final = Path(__file__).with_name("reduced.yaml")
KEPT: Final = ("audience", "tension", "pressed", "warmed", "rung", "support", "trust", "face", "force", "forward", "fresh")
REFERENCES: Final = (
    "seed",
    "turn",
    "horizon",
    "goal",
    "resolve",
    "start_share",
    "start_security",
    "start_tension",
    "start_custom",
    "custom",
)
PAIR: Final = (CHINA, PHILIPPINES)  # whose incidents are branched on
MAX_NODES: Final = 200_000
SEVERE: Final = (0.45, 0.55)  # of the draw of an incident's severity: a middling one stands for all
_PAIRS: Final = [(i, j) for i in range(N_ACTORS) for j in range(i + 1, N_ACTORS)]
_MEETING: Final = _PAIRS.index(PAIR)


@dataclass(frozen=True)
class Level:
    """One turn. n nodes, K = all joint choices times chance; N deciding actors. Row n K + k of the next level is child k of n."""

    legal: tuple[NDArray[np.bool_], ...]  # per actor (n, moves)
    chance: Floats  # (n, K) of the accident or of none, given the choices
    survive: Floats  # (n, K) chance that no conflict comes of it
    peace: Floats  # (n, K, N) what the turn earns apart from conflict
    war: Floats  # (n, K, N, 2) what hangs on resolve: the expected worth of conflict, and what is spared, at resolve 0 and at 1
    after: Mapping[str, NDArray[Any]]  # columns KEPT of the children's records, (n, K, ...)


@dataclass(frozen=True)
class Tree:
    """All turns in which actors decide, and what the idle turns after them are worth."""

    actors: tuple[int, ...]
    moves: tuple[tuple[str, ...], ...]  # per actor, names as `choice` takes them, "" to do nothing
    chances: int  # 1, or 2 with accidents: none, one
    levels: tuple[Level, ...]
    tail: Floats  # (leaves, N, 2) worth of what follows the last decision, at resolve 0 and 1
    tail_conflict: Floats  # (leaves,) chance of conflict there
    start: Mapping[str, NDArray[Any]]  # columns KEPT of the first node, (...)

    @property
    def shape(self) -> tuple[int, ...]:
        """Choices of each actor, then of chance: what K is the product of."""
        return (*(len(m) for m in self.moves), self.chances)

    def chosen(self, actor: int, *names: str) -> NDArray[np.bool_]:
        """Which of the K joint choices hold one of these choices of the actor, (K,)."""
        which = self.actors.index(actor)
        index = np.indices(self.shape)[which].ravel()
        return np.isin(index, [n for n, move in enumerate(self.moves[which]) if move in names])

    def before(self, name: str, turn: int) -> NDArray[Any]:
        """A column as it stood before that turn's choices, (n, ...)."""
        if turn == 0:
            return self.start[name][None]
        column = self.levels[turn - 1].after[name]
        return column.reshape(-1, *column.shape[2:])


def scenario(**changes: Any) -> Scenario:
    """The reduced scenario with what a test plants; `changes` as `Scenario.with_` takes them."""
    return load(FILE).with_(**changes) if changes else load(FILE)


def build(
    world: Scenario,
    seats: Mapping[str, Sequence[str]],
    turns: int,
    tail: int = 0,
    accidents: bool = False,
    start: Any = None,
    menus: Sequence[Mapping[str, Sequence[str]]] = (),
) -> Tree:
    """The tree of `turns` turns in which the actors of `seats` choose among their moves, then `tail` idle turns.

    An illegal choice stays in the tree as a node that `legal` says nobody reaches. `start`: (1,) the state record to begin at in
    place of the scenario's. `menus`: by turn, what each seat may choose then, a seat without an entry nothing; where there are
    none, everybody chooses among all its moves in every turn. ValueError where the tree would be too large.
    """
    actors = tuple(ACTORS.index(a) for a in seats)
    moves = tuple(tuple(m) for m in seats.values())
    chances = 2 if accidents else 1
    width = math.prod(len(m) for m in moves) * chances
    if turns < 1 or width**turns > MAX_NODES:
        raise ValueError(f"turns={turns} of {width} joint choices: expected at least 1 turn and at most {MAX_NODES} leaves")
    engine = Engine(world.with_(horizon=turns + tail), 1)
    engine.reset(0)
    if start is not None:
        _begin_at(engine, start)
    engine.games["resolve"] = 0.0  # payoffs of other resolves follow from those of none and of full
    first = {k: v[0] for k, v in _columns(engine.games).items()}
    plays = _joint(actors, moves, chances)
    levels = []
    for turn in range(turns):
        engine, level = _expand(engine, actors, moves, plays, chances, turn)
        levels.append(_within(level, seats, menus[turn]) if menus else level)
    worth, conflict = _play_out(engine, actors, tail, turns)
    return Tree(actors, moves, chances, tuple(levels), worth, conflict, first)


def by_goal(low: Tree, high: Tree, actor: int, resolve: float) -> Tree:
    """One tree in which that actor's private type is its goal and no longer its resolve, which is given: at 0 it earns what it
    does in `low`, at 1 what it does in `high`. The trees are of the same game but for its goal."""
    which = low.actors.index(actor)
    levels = [_valued(a, b, which, resolve) for a, b in zip(low.levels, high.levels, strict=True)]
    tail = low.tail.copy()
    tail[:, which] = np.stack([_at(low.tail[:, which], resolve), _at(high.tail[:, which], resolve)], axis=-1)
    return replace(low, levels=tuple(levels), tail=tail)


def quiet_seed(turn: int) -> int:
    """A seed under which that turn brings neither a conflict nor an incident of the pair."""
    return _seed(turn, accident=False)


def _within(level: Level, seats: Mapping[str, Sequence[str]], menu: Mapping[str, Sequence[str]]) -> Level:
    """The level with what the menu does not hold made illegal."""
    on = [np.isin(list(names), list(menu.get(seat, ("",)))) for seat, names in seats.items()]
    return replace(level, legal=tuple(legal & there for legal, there in zip(level.legal, on, strict=True)))


def _valued(low: Level, high: Level, which: int, resolve: float) -> Level:
    """What a turn earns at either goal, in the two places where it otherwise stands at either resolve."""
    assert np.array_equal(low.survive, high.survive)
    war = low.war.copy()
    more = high.peace[..., which] - low.peace[..., which]
    war[..., which, 0] = _at(low.war[..., which, :], resolve)
    war[..., which, 1] = _at(high.war[..., which, :], resolve) + more
    return replace(low, war=war)


def _at(ends: Floats, resolve: float) -> Floats:
    return np.asarray(ends[..., 0] * (1.0 - resolve) + ends[..., 1] * resolve)


def _begin_at(engine: Engine, start: Any) -> None:
    """Take over a state, its clock set back; what rewards count from stays the scenario's start."""
    kept = {name: engine.games[name].copy() for name in REFERENCES}
    engine.games[:] = start
    for name, values in kept.items():
        engine.games[name] = values
    engine.look()


def _joint(actors: Sequence[int], moves: Sequence[Sequence[str]], chances: int) -> NDArray[np.int64]:
    """Everybody's choices in each joint choice, (K, actors, channels); chance varies fastest."""
    choices = [[choice(*name.split()) for name in names] for names in moves]
    shape = (*(len(m) for m in moves), chances)
    plays = np.zeros((math.prod(shape), N_ACTORS, N_CHANNELS), np.int64)
    for k, index in enumerate(np.ndindex(shape)):
        for n, actor in enumerate(actors):
            plays[k, actor] = choices[n][index[n]]
    return plays


def _expand(
    engine: Engine, actors: Sequence[int], moves: Sequence[Sequence[str]], plays: NDArray[np.int64], chances: int, turn: int
) -> tuple[Engine, Level]:
    """Play every joint choice in every node. The engine of the children, and the level."""
    n, width = len(engine), len(plays)
    legal = tuple(_legal(engine.mask[:, a], names) for a, names in zip(actors, moves, strict=True))
    children = Engine(engine.scenarios, n * width)
    children.games[:] = np.repeat(engine.games, width)
    seeds = np.array([_seed(turn, accident=bool(c)) for c in range(chances)], np.uint64)
    children.games["seed"] = np.tile(seeds, n * width // chances)
    children.step(np.tile(plays, (n, 1, 1)), observe=False)
    survive, war = _conflict(children, actors)
    peace = children.reward[:, list(actors)].copy()
    war[..., 1] += _spared(children, actors)
    chance = _accident(children, chances)
    after = {k: v.reshape(n, width, *v.shape[1:]) for k, v in _columns(children.games).items()}
    shaped = (chance.reshape(n, width), survive.reshape(n, width), peace.reshape(n, width, -1), war.reshape(n, width, -1, 2))
    return children, Level(legal, *shaped, after)


def _legal(mask: NDArray[np.int8], names: Sequence[str]) -> NDArray[np.bool_]:
    """Which choices every channel of the mask (n, N_MOVES) allows, (n, choices)."""
    flat = np.array([np.add(OFFSETS, choice(*name.split())) for name in names])  # (choices, channels)
    if mask.shape[1] != N_MOVES:
        raise ValueError(f"mask of {mask.shape[1]} moves: expected {N_MOVES}")
    allowed: NDArray[np.bool_] = (mask[:, flat] != 0).all(axis=2)
    return allowed


def _conflict(engine: Engine, actors: Sequence[int]) -> tuple[Floats, Floats]:
    """The chance of no conflict this turn, (games,), and what conflict was worth in expectation, (games, N, 2): R5.4, R8.9."""
    if (engine.games["belligerents"] >= 0).any():
        raise ValueError("belligerents: expected seeds that keep conflict out")
    hazard = engine.games["hazard"] + engine.games["hazard"].transpose(0, 2, 1)  # (games, i, j), filled above the diagonal
    total = hazard.sum(axis=(1, 2)) / 2
    chance = hazard / (1.0 + total)[:, None, None]
    game, world = engine.games[:1].copy()[0], engine.worlds[0]
    worth = np.zeros((len(engine), len(actors), 2))
    for n, actor in enumerate(actors):
        party = chance[:, actor].sum(axis=1)
        aside = total / (1.0 + total) - party
        for high in (0, 1):
            game.resolve[actor] = high
            own, other = (conflict_value(game, world, actor, share) for share in (1.0, world.bystander_share))
            worth[:, n, high] = party * own + aside * other
    return 1.0 / (1.0 + total), worth


def _spared(engine: Engine, actors: Sequence[int]) -> Floats:
    """What full resolve spares of prices that are charged apart, (games, N): R8.9. Nobody of the tree is played with any."""
    world, (game, *_) = engine.worlds[0], engine.games[:1].copy()
    saved = np.zeros((len(engine), len(actors)))
    for n, actor in enumerate(actors):
        game.spent[actor] = 1.0
        saved[:, n] = engine.games["spent"][:, actor] * (
            price_apart(game, world, actor, 0.0) - price_apart(game, world, actor, 1.0)
        )
    return saved


def _accident(engine: Engine, chances: int) -> Floats:
    """The chance of each child given the choices, (games,): R5.2 read off the child in which there was no incident."""
    if chances == 1:
        return np.ones(len(engine))
    world, (i, j) = engine.worlds[0], PAIR
    rivalry = float(max(world.rival[i, j], world.rival[j, i]))
    calm = engine.games[::2]
    rate = np.array([risk.incident_rate(g, world, i, j, rivalry, risk.contact(g, i, j)) for g in calm])
    happens = rate / (1.0 + rate)
    return np.stack([1.0 - happens, happens], axis=1).ravel()


def _play_out(engine: Engine, actors: Sequence[int], tail: int, turns: int) -> tuple[Floats, Floats]:
    """What the idle turns are worth to each actor at resolve 0 and 1, (games, N, 2), and their chance of conflict, (games,)."""
    worth = np.zeros((len(engine), len(actors), 2))
    alive = np.ones(len(engine))
    idle = np.zeros((len(engine), N_ACTORS, N_CHANNELS), np.int64)
    for turn in range(turns, turns + tail):
        if (engine.outcome != RUNNING).any():
            raise ValueError(f"turn={turn}: expected every game to run on")
        engine.games["seed"] = _seed(turn, accident=False)
        engine.step(idle, observe=False)
        survive, war = _conflict(engine, actors)
        worth += alive[:, None, None] * (engine.reward[:, list(actors)][..., None] + war)
        alive = alive * survive
    return worth, 1.0 - alive


def _columns(games: Any) -> dict[str, NDArray[Any]]:
    return {name: games[name].copy() for name in KEPT}


@functools.cache
def _seed(turn: int, accident: bool) -> int:
    """A seed under which this turn brings no conflict and, as asked, a middling incident of the pair or none of anybody's."""
    for seed in range(2_000_000):
        if uniforms(seed, 0, turn, CONFLICT_DRAW, 0)[0] > 0.99:
            blocks = [uniforms(seed, 0, turn, INCIDENT, block) for block in range(-(-len(_PAIRS) // 4))]
            drawn = [blocks[pair // 4][pair % 4] for pair in range(len(_PAIRS))]
            if not accident and drawn[_MEETING] > 0.99:
                return seed
            severity = uniforms(seed, 0, turn, INCIDENT, risk.DETAILS + _MEETING)[1]
            if accident and drawn[_MEETING] < 0.002 and SEVERE[0] < severity < SEVERE[1]:
                return seed
    raise ValueError(f"turn={turn}: no such seed among the first two million")
