"""Measure the speed of the simulator: the engine by batch size and threads, and the PettingZoo APIs, on recorded legal moves."""

import time
from collections.abc import Callable
from typing import Any, Final, NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from straits.agents.scripted import RandomLegal
from straits.envs.api.aec import env as aec_env
from straits.envs.api.parallel import parallel_env
from straits.envs.core.rng import game_seeds
from straits.envs.scenarios.scenario import load_scenario
from straits.envs.simulator.engine import WRITTEN, Engine
from straits.envs.spec.constants import N_ACTORS, N_CHANNELS, RUNNING
from straits.experiments.benchmarks.timing import Rate, rate
from straits.experiments.rollouts.rollout import decide

SEED: Final = 1
SEATS: Final = [RandomLegal()] * N_ACTORS
RECORDED: Final = 1024  # games whose moves are recorded; larger batches play copies of them
SIZES: Final = (1_000, 10_000, 100_000)  # numbers of games for `scale`
TURNS: Final = 8  # first turns of each game, repeated


def engine_turns(games: int, threads: int, seconds: float, observe: bool = True) -> Rate:
    """Measure game-turns per second: rewards and masks of five actors, and their observations with `observe`.

    Args:
        games: Batch size.
        threads: Number of threads.
        seconds: Least duration of a repeat.
        observe: Write observations.
    """
    engine, before = Engine(load_scenario("baseline"), games), numba.get_num_threads()
    tape, running = record(min(games, RECORDED), games)
    seeds = np.resize(game_seeds(SEED, min(games, RECORDED)), games)

    def play() -> int:
        engine.reset(seeds)
        for moves in tape:
            engine.step(moves, observe)
        return running

    numba.set_num_threads(threads)
    try:
        return rate(play, seconds=seconds)
    finally:
        numba.set_num_threads(before)


def bytes_a_turn(engine: Engine, observe: bool = True) -> int:
    """Return the least memory traffic of a game-turn in bytes: record read and written, moves read, outputs written.

    Args:
        engine: The batch.
        observe: Include the observations.
    """
    shown: list[NDArray[Any]] = [engine.mask, engine.reward, engine.illegal, *([engine.observation] if observe else [])]
    moved: int = 2 * engine.games.itemsize + sum(a[0].nbytes for a in shown) + 8 * N_ACTORS * N_CHANNELS
    return moved


def record(different: int, games: int, turns: int | None = None) -> tuple[list[NDArray[np.int64]], int]:
    """Record random legal moves.

    Args:
        different: Number of different games. Game g is a copy of game g modulo this number.
        games: Number of games.
        turns: First turns of each game; default is complete games.

    Returns:
        Moves of each turn, (games, actors, channels), and the number of game-turns that are played. Conflicts end games early.
    """
    engine = Engine(load_scenario("baseline"), different)
    engine.reset(SEED)
    tape: list[NDArray[np.int64]] = []
    played = np.zeros(different, np.int64)
    while (running := engine.outcome == RUNNING).any() and len(tape) != turns:
        moves = decide(engine, SEATS)
        engine.step(moves)
        tape.append(np.resize(moves, (games, N_ACTORS, N_CHANNELS)))
        played += running
    return tape, int(np.resize(played, games).sum())


def parallel_turns(seconds: float) -> Rate:
    """Measure turns per second of one game with the Parallel API, `reset` included."""
    env = parallel_env("baseline")
    tape = [dict(zip(env.possible_agents, moves[0], strict=True)) for moves in _tape_of_one(env)]

    def play() -> int:
        env.reset(seed=SEED)
        for actions in tape:
            env.step(actions)
        return len(tape)

    return rate(play, seconds=seconds)


def aec_moves(seconds: float) -> Rate:
    """Measure moves of single actors per second with the AEC API, with `last` before each."""
    env = aec_env("baseline")
    tape = [moves[0] for moves in _tape_of_one(parallel_env("baseline"))]

    def play() -> int:
        env.reset(seed=SEED)
        done = 0
        for _ in env.agent_iter():
            _, _, terminated, truncated, _ = env.last()
            over = terminated or truncated
            env.step(None if over else tape[done // N_ACTORS][done % N_ACTORS])
            done += not over
        return done

    return rate(play, seconds=seconds)


def _tape_of_one(env: Any) -> list[NDArray[np.int64]]:
    """Return random legal moves of the game that `reset(seed=SEED)` starts."""
    env.reset(seed=SEED)
    tape = []
    while env.agents:
        tape.append(decide(env.engine, SEATS))
        env.step(dict(zip(env.possible_agents, tape[-1][0], strict=True)))
    return tape


MEASURED: Final[dict[str, Callable[[float], Rate]]] = {"parallel_turns_per_s": parallel_turns, "aec_moves_per_s": aec_moves}


class Scale(NamedTuple):
    """Time and memory of a number of games."""

    games: int
    threads: int
    milliseconds: float  # per turn of all games, median
    memory: int  # bytes of the records and of the arrays that the engine writes


def scale(games: int, threads: int, seconds: float) -> Scale:
    """Play the first turns of some games for at least `seconds`, and at least three times.

    Args:
        games: Number of games.
        threads: Number of threads.
        seconds: Least duration.
    """
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
    return Scale(games, threads, 1e3 * float(np.median(spent[TURNS:])), memory(engine))  # the first pass touches the memory


def memory(engine: Engine) -> int:
    """Return the bytes of a batch: its records and the arrays that the engine writes."""
    return int(engine.games.nbytes + sum(getattr(engine, name).nbytes for name in WRITTEN))
