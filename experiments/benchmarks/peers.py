"""Measure the speed of other environments in the same run, if they are installed (the extra `bench`), on recorded actions.

A rate is agent-steps per second of one environment with one thread. It is None if the package is not installed.
"""

import importlib
import random
from collections.abc import Callable
from typing import Any, Final

from straits.experiments.benchmarks.timing import Rate, rate
from straits.experiments.utils.manifest import installed

SEED: Final = 1
SPREAD_AGENTS: Final = 5
CYCLES: Final = 25
GOOFSPIEL: Final = "goofspiel(players=5,num_cards=13,imp_info=True,points_order=descending)"
PLAYERS: Final = 5
CARDS: Final = 13
PHASES: Final = 40  # of a game of Diplomacy
MPE2: Final = "mpe2 simple_spread, 5 agents, Parallel"
PACKAGES: Final = ("mpe2", "open_spiel", "diplomacy", "supersuit")


def mpe2_agent_steps(seconds: float) -> Rate | None:
    """Measure the Parallel API of simple_spread. A repeat lasts at least `seconds`."""
    module = _imported("mpe2.simple_spread_v3")
    if module is None:
        return None
    env = module.parallel_env(N=SPREAD_AGENTS, max_cycles=CYCLES)
    env.reset(seed=SEED)
    tape = [{agent: (turn + n) % 5 for n, agent in enumerate(env.possible_agents)} for turn in range(CYCLES)]

    def play() -> int:
        env.reset(seed=SEED)
        for actions in tape:
            env.step(actions)
        return CYCLES * SPREAD_AGENTS

    return rate(play, seconds=seconds)


def open_spiel_agent_steps(seconds: float) -> Rate | None:
    """Measure goofspiel of five players that move at once, with all observation tensors after each turn."""
    module = _imported("pyspiel")
    if module is None:
        return None
    game, rng = module.load_game(GOOFSPIEL), random.Random(SEED)
    tape = list(map(list, zip(*(rng.sample(range(CARDS), CARDS) for _ in range(PLAYERS)), strict=True)))

    def play() -> int:
        state, turns = game.new_initial_state(), 0
        while not state.is_terminal():  # OpenSpiel plays the last card itself
            state.apply_actions(tape[turns])
            turns += 1
            for player in range(PLAYERS):
                state.observation_tensor(player)
        return turns * PLAYERS

    return rate(play, seconds=seconds)


def diplomacy_agent_steps(seconds: float) -> Rate | None:
    """Measure Diplomacy of seven powers with random orders. A step is one power's orders in one phase."""
    module = _imported("diplomacy")
    if module is None:
        return None
    tape = _orders(module)

    def play() -> int:
        game = module.Game()
        for orders in tape:
            _process(game, orders)
        return sum(map(len, tape))

    return rate(play, seconds=seconds)


def versions() -> dict[str, str]:
    """Return the installed versions of the other environments and of SuperSuit."""
    return installed(PACKAGES)


def _imported(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def _orders(module: Any) -> list[dict[str, list[str]]]:
    """Return random possible orders of each power, phase by phase. They always lead to the same game."""
    game, rng = module.Game(), random.Random(SEED)
    tape: list[dict[str, list[str]]] = []
    while len(tape) < PHASES and not game.is_game_done:
        possible = game.get_all_possible_orders()
        places = {power: game.get_orderable_locations(power) for power in game.powers}
        tape.append({power: [rng.choice(possible[p]) for p in at if possible[p]] for power, at in places.items()})
        _process(game, tape[-1])
    return tape


def _process(game: Any, orders: dict[str, list[str]]) -> None:
    for power, written in orders.items():
        game.set_orders(power, written)
    game.process()


MEASURED: Final[dict[str, Callable[[float], Rate | None]]] = {
    MPE2: mpe2_agent_steps,
    "OpenSpiel goofspiel, 5 players, with observation tensors": open_spiel_agent_steps,
    "diplomacy, 7 powers, random orders": diplomacy_agent_steps,
}
