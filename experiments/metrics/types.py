"""A line of the tables, a point of a curve, and how their intervals are made."""

from typing import NamedTuple, TypedDict

from straits.experiments.utils.statistics import Interval


class Settings(TypedDict):
    """How intervals are made."""

    seed: int
    confidence: float
    resamples: int


class Line(NamedTuple):
    """A number of a table."""

    measure: str
    detail: str  # of whom, at what; empty where there is but one
    value: Interval
    n: int  # what it rests on: games, or crises, events, spikes, signals of them


class Point(NamedTuple):
    """A point of a curve over turns."""

    curve: str
    detail: str
    turn: int
    value: Interval
