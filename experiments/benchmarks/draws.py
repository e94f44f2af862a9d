"""Count the random blocks that a game-turn draws. The rules run uncompiled in a separate process, where each call is counted.

A block is one call of `philox` and makes four numbers. Draws of the policies are not counted.
"""

import os
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any, Final

import numba

from straits.agents.scripted import scripted
from straits.envs.core import rng
from straits.envs.scenarios.scenario import load_scenario
from straits.envs.simulator.engine import Engine
from straits.envs.spec.constants import N_ACTORS, RUNNING
from straits.experiments.benchmarks.throughput import SEED
from straits.experiments.rollouts.rollout import decide

PURPOSES: Final = {getattr(rng, name): name.lower() for name in ("INCIDENT", "CONFLICT", "LEAKS", "EXOGENOUS", "TYPES", "NOISE")}


def blocks(policy: str, games: int, turns: int) -> dict[str, float]:
    """Count random blocks in a process without compilation.

    Args:
        policy: Name of the scripted policy that all actors play, in the baseline.
        games: Number of games.
        turns: Number of turns.

    Returns:
        Purpose to blocks per game-turn.
    """
    with _environment(NUMBA_DISABLE_JIT="1", PYTHONWARNINGS="ignore"), ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(count, policy, games, turns).result()


def count(policy: str, games: int, turns: int) -> dict[str, float]:
    """Count random blocks in this process. The arguments and the result are those of `blocks`.

    Raises:
        RuntimeError: If numba compiles in this process, because compiled code does not call the counter.
    """
    if not numba.config.DISABLE_JIT:
        raise RuntimeError("NUMBA_DISABLE_JIT is not set: expected 1")
    engine, seats = Engine(load_scenario("baseline"), games), [scripted(policy)] * N_ACTORS
    engine.reset(SEED)
    played, called = 0, Counter[str]()
    for _ in range(turns):
        moves = decide(engine, seats)
        played += int((engine.outcome == RUNNING).sum())
        with _counted(called):
            engine.step(moves)
    return {purpose: n / played for purpose, n in sorted(called.items())}


@contextmanager
def _environment(**values: str) -> Iterator[None]:
    """Set variables for the processes that start meanwhile."""
    before = dict(os.environ)
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextmanager
def _counted(called: Counter[str]) -> Iterator[None]:
    real = rng.philox

    def counter(index: Any, purpose: Any, *rest: Any) -> rng.Block:
        called[PURPOSES[int(purpose)]] += 1
        return real(index, purpose, *rest)

    rng.philox = counter  # type: ignore[assignment]
    try:
        yield
    finally:
        rng.philox = real
