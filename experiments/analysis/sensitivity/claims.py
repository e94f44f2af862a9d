"""State the headline findings, and compute the share of sets of assumptions in which each holds.

A finding compares means over the same games. A finding that is barely true may be judged false by chance.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from straits.experiments.analysis.sensitivity.outcomes import Outcomes
from straits.experiments.utils.statistics import Interval, wilson


@dataclass(frozen=True)
class Finding:
    """A statement about games in which all actors play one scripted policy."""

    words: str
    holds: Callable[[Outcomes], NDArray[np.bool_]]


FINDINGS: Final = (
    Finding("conflict is rarer with doves than with `default`", lambda o: o["dove.conflict"] < o["default.conflict"]),
    Finding("conflict is rarer with `default` than with random moves", lambda o: o["default.conflict"] < o["random.conflict"]),
    Finding("conflict is rarer with random moves than with hawks", lambda o: o["random.conflict"] < o["hawk.conflict"]),
    Finding("with `default` fewer than 5 % of games end in conflict", lambda o: o["default.conflict"] < 0.05),
    Finding("with hawks most games end in conflict", lambda o: o["hawk.conflict"] > 0.5),
    Finding("tension peaks higher with hawks than with `default`", lambda o: o["hawk.tension"] > o["default.tension"]),
    Finding("hawks have more incidents per game than `default`", lambda o: o["hawk.incidents"] > o["default.incidents"]),
    Finding("everyone's mean return is lower with hawks than with `default`", lambda o: o["hawk.return"] < o["default.return"]),
    Finding("everyone's mean return is higher with doves than with `default`", lambda o: o["dove.return"] > o["default.return"]),
    Finding("actors' returns lie further apart with hawks than with doves", lambda o: o["hawk.gap"] > o["dove.gap"]),
)


def count_findings(outcomes: Outcomes, confidence: float = 0.95) -> list[tuple[Finding, Interval]]:
    """Compute the share of sets of assumptions in which each finding holds, with Wilson intervals.

    Args:
        outcomes: Outcomes of all sets, as `outcomes.outcomes` returns them.
        confidence: Level of the intervals, 0..1.
    """
    shares = []
    for finding in FINDINGS:
        yes = finding.holds(outcomes)
        shares.append((finding, wilson(int(yes.sum()), len(yes), confidence=confidence)))
    return shares
