"""Measure rates as medians of repeats, and the speed of the machine."""

import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, NamedTuple

import numpy as np

COPIED: Final = 1 << 26  # bytes that a thread copies at a time, much more than any cache


class Rate(NamedTuple):
    """A rate per second: median, slowest and fastest repeat."""

    median: float
    low: float
    high: float

    @staticmethod
    def of(values: list[float]) -> "Rate":
        """Summarize some repeats."""
        return Rate(statistics.median(values), min(values), max(values))


def rate(work: Callable[[], int], *, seconds: float, repeats: int = 3) -> Rate:
    """Measure a rate per second.

    Args:
        work: Does some work and returns its amount. The first call, which may compile, is not counted.
        seconds: Least duration of a repeat.
        repeats: Number of repeats.
    """
    work()
    return Rate.of([_once(work, seconds) for _ in range(repeats)])


def bandwidth(threads: int, seconds: float) -> float:
    """Return the bytes per second that the threads together read and write when they copy memory."""
    buffers = [(np.ones(COPIED // 8), np.zeros(COPIED // 8)) for _ in range(threads)]

    def copy() -> int:
        list(pool.map(lambda pair: np.copyto(pair[1], pair[0]), buffers))
        return 2 * COPIED * threads

    with ThreadPoolExecutor(threads) as pool:
        return rate(copy, seconds=seconds).median


def reference(seconds: float) -> float:
    """Return the additions per second of a plain Python loop, to compare machines."""

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
