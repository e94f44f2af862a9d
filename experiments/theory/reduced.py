"""Reduce a game to a tree of few actors, moves and turns, played by the rules of the engine, one batch per turn.

Each sequence of joint choices is a node (`game_tree`). Chance is read from the records and not drawn (`chance`). The conflict
hazard of a turn weights its outcomes. With accidents, an incident (R9.2) is a second child of each choice. After the last decision
all actors are idle for the turns of the tail. Payoffs are therefore exact expectations.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from straits.envs.scenarios.scenario import Scenario, load_scenario
from straits.envs.simulator.engine import Engine
from straits.envs.spec.constants import ACTORS, N_ACTORS, N_CHANNELS, RUNNING
from straits.envs.spec.moves import N_MOVES, OFFSETS, choice
from straits.experiments.theory.chance import accident, conflict, steered_seed
from straits.experiments.theory.game_tree import Floats, Level, Tree, columns

FILE: Final = Path(__file__).with_name("reduced.yaml")
MAX_NODES: Final = 200_000
REFERENCES: Final = (
    "seed", "turn", "horizon", "goal", "resolve", "usual_share", "usual_outweighed", "start_felt", "start_traded",
)  # fmt: skip


def scenario(**changes: Any) -> Scenario:
    """Load the reduced scenario.

    Args:
        changes: Changes of the scenario, as `Scenario.with_` takes them.
    """
    return load_scenario(FILE).with_(**changes) if changes else load_scenario(FILE)


def build(
    scenario: Scenario,
    seats: Mapping[str, Sequence[str]],
    turns: int,
    tail: int = 0,
    accidents: bool = False,
    start: Any = None,
    menus: Sequence[Mapping[str, Sequence[str]]] = (),
) -> Tree:
    """Build the tree of a reduced game.

    An illegal choice remains in the tree as a node that `Level.legal` excludes.

    Args:
        scenario: The scenario.
        seats: Actor to the moves it may choose, names as `choice` takes them. All other actors are idle.
        turns: Number of turns with decisions.
        tail: Number of idle turns after the last decision.
        accidents: Add a second child with an incident to each choice.
        start: State record to begin with, (1,). Default is the start of the scenario.
        menus: The moves that each actor may choose in each turn; an actor without an entry is idle. Default is all moves in all
            turns.

    Returns:
        The tree with exact payoffs.

    Raises:
        ValueError: If the tree has no turn or more than MAX_NODES leaves.
    """
    actors = tuple(ACTORS.index(a) for a in seats)
    moves = tuple(tuple(m) for m in seats.values())
    chances = 2 if accidents else 1
    width = math.prod(len(m) for m in moves) * chances
    if turns < 1 or width**turns > MAX_NODES:
        raise ValueError(f"turns={turns} of {width} joint choices: expected at least 1 turn and at most {MAX_NODES} leaves")
    engine = Engine(scenario.with_(horizon=turns + tail), 1)
    engine.reset(0)
    if start is not None:
        _begin_at(engine, start)
    engine.games["resolve"] = 0.0  # payoffs are taken at resolve 0 and 1
    first = {k: v[0] for k, v in columns(engine.games).items()}
    plays = _joint(actors, moves, chances)
    levels = []
    for turn in range(turns):
        engine, level = _expand(engine, actors, moves, plays, chances, turn)
        levels.append(_within(level, seats, menus[turn]) if menus else level)
    return Tree(actors, moves, chances, tuple(levels), *_play_out(engine, actors, tail, turns), first)


def _within(level: Level, seats: Mapping[str, Sequence[str]], menu: Mapping[str, Sequence[str]]) -> Level:
    """Return the level with the choices that are not on the menu made illegal."""
    on = [np.isin(list(names), list(menu.get(seat, ("",)))) for seat, names in seats.items()]
    return replace(level, legal=tuple(legal & listed for legal, listed in zip(level.legal, on, strict=True)))


def _begin_at(engine: Engine, start: Any) -> None:
    """Load a state with its clock reset. The references of the rewards remain those of the scenario's start."""
    references = {name: engine.games[name].copy() for name in REFERENCES}
    engine.games[:] = start
    for name, values in references.items():
        engine.games[name] = values
    engine.observe()


def _joint(actors: Sequence[int], moves: Sequence[Sequence[str]], chances: int) -> NDArray[np.int64]:
    """Return the moves of all actors in each joint choice, (K, actors, channels). Chance varies fastest."""
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
    """Play each joint choice in each node. Return the engine of the children, and the level."""
    n, width = len(engine), len(plays)
    legal = tuple(_legal(engine.mask[:, a], names) for a, names in zip(actors, moves, strict=True))
    children = Engine(engine.scenarios, n * width)
    children.games[:] = np.repeat(engine.games, width)
    seeds = np.array([steered_seed(turn, accident=bool(c)) for c in range(chances)], np.uint64)
    children.games["seed"] = np.tile(seeds, n * width // chances)
    # one turn of nodes of a tree, not a game: the seeds steer chance
    firm = _resolute(children)
    for each in (children, firm):
        each.step(np.tile(plays, (n, 1, 1)), observe=False)
    survive, war = conflict(children, actors)
    peace = children.reward[:, list(actors)].copy()
    war[..., 1] += firm.reward[:, list(actors)] - peace
    chance = accident(children, chances)
    after = {k: v.reshape(n, width, *v.shape[1:]) for k, v in columns(children.games).items()}
    shaped = (chance.reshape(n, width), survive.reshape(n, width), peace.reshape(n, width, -1), war.reshape(n, width, -1, 2))
    return children, Level(legal, *shaped, after)


def _resolute(engine: Engine) -> Engine:
    """Return the same games with actors of full resolve, which bear prices and weeks of crisis better (R13.8, R13.9)."""
    firm = Engine(engine.scenarios, len(engine))
    firm.games[:] = engine.games
    firm.games["resolve"] = 1.0
    return firm


def _legal(mask: NDArray[np.int8], names: Sequence[str]) -> NDArray[np.bool_]:
    """Return which choices are legal in all channels, (n, choices). mask: (n, N_MOVES)."""
    flat = np.array([np.add(OFFSETS, choice(*name.split())) for name in names])  # (choices, channels)
    if mask.shape[1] != N_MOVES:
        raise ValueError(f"mask of {mask.shape[1]} moves: expected {N_MOVES}")
    allowed: NDArray[np.bool_] = (mask[:, flat] != 0).all(axis=2)
    return allowed


def _play_out(engine: Engine, actors: Sequence[int], tail: int, turns: int) -> tuple[Floats, Floats]:
    """Return the value of the idle turns at resolve 0 and 1, (games, N, 2), and their probability of conflict, (games,)."""
    worth = np.zeros((len(engine), len(actors), 2))
    alive, firm = np.ones(len(engine)), _resolute(engine)
    idle = np.zeros((len(engine), N_ACTORS, N_CHANNELS), np.int64)
    for turn in range(turns, turns + tail):
        if (engine.outcome != RUNNING).any():
            raise ValueError(f"turn={turn}: expected every game to run on")
        for each in (engine, firm):
            each.games["seed"] = steered_seed(turn)
            each.step(idle, observe=False)  # the seeds change from turn to turn, which no played game does
        survive, war = conflict(engine, actors)
        earned = np.stack([each.reward[:, list(actors)] for each in (engine, firm)], axis=-1)
        worth += alive[:, None, None] * (earned + war)
        alive = alive * survive
    return worth, 1.0 - alive
