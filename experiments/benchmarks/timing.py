"""Timing: rates as medians of repeats, and what the machine itself can do."""

import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, NamedTuple

import numpy as np

COPIED: Final = 1 << 26  # bytes a thread copies at a time, far beyond any cache


class Rate(NamedTuple):
    """Things done a second: the median, the slowest and the fastest of the repeats."""

    median: float
    low: float
    high: float

    @staticmethod
    def of(values: list[float]) -> "Rate":
        """The summary of some repeats."""
        return Rate(statistics.median(values), min(values), max(values))


def rate(work: Callable[[], int], *, seconds: float, repeats: int = 3) -> Rate:
    """How many things `work` does a second.

    Each call of it does some and says how many; the first, which may compile, is not counted. A repeat lasts at least `seconds`.
    """
    work()
    return Rate.of([_once(work, seconds) for _ in range(repeats)])


def bandwidth(threads: int, seconds: float) -> float:
    """Bytes a second that the threads together read and write when they copy memory."""
    buffers = [(np.ones(COPIED // 8), np.zeros(COPIED // 8)) for _ in range(threads)]

    def copy() -> int:
        list(pool.map(lambda pair: np.copyto(pair[1], pair[0]), buffers))
        return 2 * COPIED * threads

    with ThreadPoolExecutor(threads) as pool:
        return rate(copy, seconds=seconds).median


def reference(seconds: float) -> float:
    """Additions a second of a plain Python loop: how fast this machine and this Python are, to compare runs elsewhere."""

    def add() -> int:
        total = 0
        for n in range(200_000):
            total += n & 7
        return 200_000

    return rate(add, seconds=seconds).median


def _once(work: Callable[[], int], seconds: float) -> float:
    done, began = 0, time.perf_counter()
    while (spent := time.perf_counter() - began) < seconds:
        done += work()
    return done / spent
