"""Speed of the simulator: the engine at batch sizes and thread counts, and the PettingZoo APIs, on legal moves recorded before."""

from collections.abc import Callable
from typing import Any, Final

import numba
import numpy as np
from numpy.typing import NDArray

from straits.agents.scripted import RandomLegal
from straits.envs.api.aec import env as aec_env
from straits.envs.api.parallel import parallel_env
from straits.envs.core.philox import game_seeds
from straits.envs.scenarios.scenario import load_scenario
from straits.envs.simulator.engine import Engine
from straits.envs.spec.constants import N_ACTORS, N_CHANNELS, RUNNING
from straits.experiments.benchmarks.timing import Rate, rate
from straits.experiments.rollouts.rollout import decide

SEED: Final = 1
SEATS: Final = [RandomLegal()] * N_ACTORS
RECORDED: Final = 1024  # games whose moves are recorded; larger batches play copies of them


def engine_turns(games: int, threads: int, seconds: float, observe: bool = True) -> Rate:
    """Game-turns a second: five actors' observations, where asked, masks and rewards of each, moves read from a tape."""
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
    """Bytes that a game's turn has to move at least: its record read and written, its moves read, what it shows written."""
    shown: list[NDArray[Any]] = [engine.mask, engine.reward, engine.illegal, *([engine.observation] if observe else [])]
    moved: int = 2 * engine.games.itemsize + sum(a[0].nbytes for a in shown) + 8 * N_ACTORS * N_CHANNELS
    return moved


def record(different: int, games: int, turns: int | None = None) -> tuple[list[NDArray[np.int64]], int]:
    """Record random legal moves of games.

    Random legal moves of whole games, or of their first turns, (games, actors, channels) each turn, and how many of these turns are
    played, for conflicts end games early. Game g is a copy of game g modulo `different`.
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
    """Turns a second of one Parallel game, `reset` included."""
    env = parallel_env("baseline")
    tape = [dict(zip(env.possible_agents, moves[0], strict=True)) for moves in _tape_of_one(env)]

    def play() -> int:
        env.reset(seed=SEED)
        for actions in tape:
            env.step(actions)
        return len(tape)

    return rate(play, seconds=seconds)


def aec_moves(seconds: float) -> Rate:
    """Moves of single actors a second through the AEC API, with `last` before each."""
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
    """Random legal moves of the game that `reset(seed=SEED)` starts."""
    env.reset(seed=SEED)
    tape = []
    while env.agents:
        tape.append(decide(env.engine, SEATS))
        env.step(dict(zip(env.possible_agents, tape[-1][0], strict=True)))
    return tape


MEASURED: Final[dict[str, Callable[[float], Rate]]] = {"parallel_turns_per_s": parallel_turns, "aec_moves_per_s": aec_moves}
