"""Run the claims of the theory suite, judge them together and format the table of docs/theory.md."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from functools import partial
from multiprocessing import get_context
from typing import Any, Final

from straits.experiments.theory.claims import alliance, audience, brink, crisis, hands, laws, race, reaction, settlement, signals
from straits.experiments.theory.grid import CELLS
from straits.experiments.theory.verdict import Verdict, corrected, judged
from straits.experiments.utils.statistics import Interval

GRIDDED: Final[Mapping[str, Callable[..., Verdict]]] = {  # tested in each cell of the grid
    "T1": audience.t1, "T2": audience.t2, "T3": audience.t3, "T4": hands.t4, "T5": signals.t5, "T6": brink.t6, "T7": brink.t7,
    "T9": brink.t9, "T10": brink.t10, "T14": alliance.t14, "T15": alliance.t15, "T16": signals.t16, "T17": reaction.t17,
    "T18": brink.t18, "T19": crisis.t19, "T20": settlement.t20, "T21": signals.t21, "T22": settlement.t22, "T23": settlement.t23,
    "T24": settlement.t24,
}  # fmt: skip
OTHERS: Final[Mapping[str, Callable[[], Verdict]]] = {
    "T8": laws.t8, "T11": laws.t11, "T12": race.t12, "T13": laws.t13,
}  # fmt: skip
CLAIMS: Final = tuple(f"T{n}" for n in range(1, 25))


def run(only: Sequence[str] = CLAIMS, quick: bool = False, say: Callable[[str], None] = print, jobs: int = 1) -> list[Verdict]:
    """Test the claims and correct their p-values together.

    Args:
        only: Names of claims, T1 to T24.
        quick: Use every fifth cell. This shows that the suite runs and is no evidence.
        say: Called with one line per claim.
        jobs: Number of processes. The result does not depend on it.

    Returns:
        The verdicts in the order of the claims.

    Raises:
        ValueError: If a claim is unknown or `jobs` is below 1.
    """
    for name in only:
        if name not in CLAIMS:
            raise ValueError(f"only={name!r}: expected one of {', '.join(CLAIMS)}")
    if jobs < 1:
        raise ValueError(f"jobs={jobs}: expected at least 1")
    names = [name for name in CLAIMS if name in only]
    verdicts = []
    with ProcessPoolExecutor(jobs, get_context("spawn")) if jobs > 1 else nullcontext() as pool:
        for verdict in (pool.map if pool else map)(partial(_test, quick), names):
            verdicts.append(verdict)
            say(f"{verdict.id}: {verdict.result}")
    return judged(verdicts)


def _test(quick: bool, name: str) -> Verdict:
    return GRIDDED[name](CELLS[::5] if quick else CELLS) if name in GRIDDED else OTHERS[name]()


def table(verdicts: Sequence[Verdict]) -> str:
    """Format the verdicts as a Markdown table with one row per claim."""
    p = corrected(verdicts)
    lines = ["| | source | claim | planted | result | estimate, 95 % | corrected p | holds |", "|" + "---|" * 8]
    for v in verdicts:
        estimate = "" if v.estimate is None else _number(v.estimate)
        chance = f"{p[v.id]:.2g}" if v.id in p else "exact"
        verdict = "yes" if v.holds else "**no**"
        lines.append(f"| {v.id} | {v.source} | {v.claim} | {v.planted} | {v.result} | {estimate} | {chance} | {verdict} |")
    return "\n".join(lines)


def with_missing(table_: str) -> str:
    """Add a row "not run" for each claim that is not in the table. table_: a table that `table` returned."""
    present = {line.split("|")[1].strip() for line in table_.splitlines()}
    rows = [f"| {name} | | | | | | | not run |" for name in CLAIMS if name not in present]
    body = [*table_.splitlines()[2:], *rows]
    return "\n".join([*table_.splitlines()[:2], *sorted(body, key=lambda line: int(line.split("|")[1].strip()[1:]))])


def plain(verdicts: Sequence[Verdict]) -> list[dict[str, Any]]:
    """Return the verdicts as values that JSON can hold."""
    p = corrected(verdicts)
    return [
        {
            "id": v.id, "source": v.source, "claim": v.claim, "planted": v.planted, "result": v.result,
            "estimate": None if v.estimate is None else [float(x) for x in v.estimate], "p": p.get(v.id), "holds": v.holds,
        }
        for v in verdicts
    ]  # fmt: skip


def _number(interval: Interval) -> str:
    return f"{interval.estimate:.2g} [{interval.low:.2g}, {interval.high:.2g}]"
