"""How time and memory grow with the number of games."""

import time
from typing import Final, NamedTuple

import numba
import numpy as np

from straits.envs.core.philox import game_seeds
from straits.envs.scenarios.scenario import load_scenario
from straits.envs.simulator.engine import WRITTEN, Engine
from straits.experiments.benchmarks.throughput import RECORDED, SEED, record

SIZES: Final = (1_000, 10_000, 100_000)
TURNS: Final = 8  # of each game, over and over


class Scale(NamedTuple):
    """What a number of games takes."""

    games: int
    threads: int
    milliseconds: float  # a turn of all games, the median
    memory: int  # bytes, the games and what they show


def scale(games: int, threads: int, seconds: float) -> Scale:
    """Play the first turns of that many games for at least `seconds`, and at least three times."""
    engine, before = Engine(load_scenario("baseline"), games), numba.get_num_threads()
    tape, _ = record(min(games, RECORDED), games, TURNS)
    seeds = np.resize(game_seeds(SEED, min(games, RECORDED)), games)
    spent: list[float] = []
    numba.set_num_threads(threads)
    try:
        while len(spent) < 4 * TURNS or sum(spent) < seconds:
            engine.reset(seeds)
            for moves in tape:
                began = time.perf_counter()
                engine.step(moves)
                spent.append(time.perf_counter() - began)
    finally:
        numba.set_num_threads(before)
    return Scale(games, threads, 1e3 * float(np.median(spent[TURNS:])), memory(engine))  # the first time touches the memory


def memory(engine: Engine) -> int:
    """Bytes of a batch: its records and the arrays that they are shown in."""
    return int(engine.games.nbytes + sum(getattr(engine, name).nbytes for name in WRITTEN))
