"""Test which claims a policy shows in complete games: T6, T13, T17, T18 and T19, which need no parameter planted inside an actor.

All actors play the same policy. Only accidents (T18) and drawn acts (T19) are planted. A claim that fails here is a fact about the
policy and not about the rules.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from straits.agents.base import Policy
from straits.agents.registry import policy as named
from straits.envs.scenarios.scenario import Scenario, load_scenario
from straits.envs.simulator.engine import Engine
from straits.envs.spec.constants import CHINA, CONFLICT, CRISIS_RUNG, N_ACTORS
from straits.envs.spec.moves import MOVE_KIND, OFFSETS, PULL_BACK, REASSURE, RESTORE
from straits.experiments.rollouts.rollout import iter_turns
from straits.experiments.theory import suite
from straits.experiments.theory.claims import duration, laws
from straits.experiments.theory.verdict import Verdict, judged
from straits.experiments.utils.statistics import Interval, bootstrap

GAMES: Final = 1500
SEED: Final = 1719
WARM: Final = (PULL_BACK, REASSURE, RESTORE)


def observed(names: Sequence[str]) -> str:
    """Test the claims on each policy and format them as a Markdown table.

    The claims of one policy are judged together.

    Args:
        names: Names of policies.

    Raises:
        ValueError: If a name is unknown.
    """
    lines = ["| policy | | claim | planted | result | estimate, 95 % | corrected p | holds |", "|" + "---|" * 8]
    for name, policy in [(name, named(name)) for name in names]:
        verdicts = judged([t6(policy), laws.t13(policy), t17(policy), t18(policy), duration.t19(policy)])
        for row in suite.table(verdicts).splitlines()[2:]:
            claim, _, *rest = row.removeprefix("| ").removesuffix(" |").split(" | ")  # the first table of the page names the source
            lines.append(f"| {' | '.join([f'`{name}`', claim, *rest])} |")
    return "\n".join(lines)


class Record:
    """Complete games of one policy: steps, tension, presence and concessions of each actor, turn by turn."""

    def __init__(self, scenario: Scenario, policy: Policy, games: int = GAMES, seed: int = SEED) -> None:
        engine = Engine(scenario, games)
        engine.reset(seed)
        rows: dict[str, list[NDArray[Any]]] = {n: [] for n in ("running", "stepped", "tension", "forward", "conceded")}
        for running in iter_turns(engine, [policy] * N_ACTORS):
            kinds = MOVE_KIND[np.array(OFFSETS) + engine.games["moves"]]  # (games, actors, channels)
            rows["running"].append(running.copy())
            rows["stepped"].append(np.asarray(engine.games["rung"] >= CRISIS_RUNG))
            rows["tension"].append(engine.games["tension"].copy())
            rows["forward"].append(engine.games["forward"].sum(axis=(1, 2)))
            rows["conceded"].append(np.asarray(np.isin(kinds, WARM).any(axis=2)))
        self.running, self.stepped, self.tension, self.forward, self.conceded = (np.array(rows[n]) for n in rows)
        self.conflict = engine.outcome == CONFLICT  # (games,)


def t6(policy: Policy) -> Verdict:
    """Test T6: posture in peaceful games against posture in games that end in conflict, on the severe start."""
    record = Record(load_scenario("severe"), policy)
    posture = (record.forward * record.running).sum(axis=0) / record.running.sum(axis=0)  # (games,)
    peaceful, ended = posture[~record.conflict], posture[record.conflict]
    if len(ended) < 2 or len(peaceful) < 2:
        return _unseen("T6", "Slantchev 2005", f"{len(ended)} conflicts in {len(posture)} games: too few to compare")
    test = stats.ttest_ind(peaceful, ended, equal_var=False, alternative="greater")
    ends = stats.ttest_ind(peaceful, ended, equal_var=False).confidence_interval(0.95)
    return Verdict(
        "T6", "Slantchev 2005", "posture in peaceful games exceeds that in conflicts", "severe start; mean forward presence of all",
        f"{len(peaceful)} peaceful games at {peaceful.mean():.2f}, {len(ended)} conflicts at {ended.mean():.2f}",
        Interval(float(peaceful.mean() - ended.mean()), float(ends.low), float(ends.high)), float(test.pvalue),
    )  # fmt: skip


def t17(policy: Policy) -> Verdict:
    """Test T17: response to a rival's step one turn later, above and below the median tension, and two turns later."""
    record = Record(load_scenario("baseline"), policy)
    per_game = [_responses(record, game) for game in range(record.conflict.size)]
    high, low, later = (np.array([row[n] for row in per_game]) for n in range(3))
    stronger, forgiven = _compared(high, low), _compared(high + low, later)
    return Verdict(
        "T17", "Frank et al. 2018", "response is stronger under high tension; single defections are forgiven",
        "baseline; steps of rung 3 or more between China and each rival, halves by the median tension",
        f"response at high less at low tension {stronger[0]:.3f}; response after one turn less that after two {forgiven[0]:.3f}",
        stronger[0], max(stronger[1], forgiven[1]),
    )  # fmt: skip


def _responses(record: Record, game: int) -> NDArray[np.float64]:
    """Return sums over the pairs and turns of a game, (3, 4).

    Rows: at high tension, at low tension, two turns after. Columns: steps and turns after a rival's step, steps and turns without
    one.
    """
    middle = np.median(record.tension[:, :, CHINA][record.running])
    sums = np.zeros((3, 4))
    alive = record.running[:, game]
    for i in range(N_ACTORS):
        for j in range(N_ACTORS):
            if i != j and CHINA in (i, j):
                mine, theirs = record.stepped[alive, game, i, j], record.stepped[alive, game, j, i]
                tense = record.tension[alive, game, i, j] >= middle
                sums[0] += _answered(mine[2:], theirs[1:-1], tense[1:-1])
                sums[1] += _answered(mine[2:], theirs[1:-1], ~tense[1:-1])
                sums[2] += _answered(mine[2:], theirs[:-2] & ~theirs[1:-1], theirs[:-2] | ~theirs[1:-1])
    return sums


def _answered(answer: NDArray[np.bool_], cause: NDArray[np.bool_], where: NDArray[np.bool_]) -> tuple[int, int, int, int]:
    """Count responses to a cause and causes, then responses without a cause and turns without one.

    Only turns in `where` count. All arrays are (turns,).
    """
    there, absent = cause & where, ~cause & where
    return (answer & there).sum(), there.sum(), (answer & absent).sum(), absent.sum()


def _compared(one: NDArray[np.float64], two: NDArray[np.float64], resamples: int = 1000) -> tuple[Interval, float]:
    """Return the difference of two responses with a bootstrap interval over games, and the p-value that it is positive."""
    rng = np.random.default_rng(SEED)
    draws = rng.integers(0, len(one), (resamples, len(one)))
    spread = np.array([_rate(one[d]) - _rate(two[d]) for d in draws])
    low, high = np.quantile(spread, [0.025, 0.975])
    return Interval(_rate(one) - _rate(two), float(low), float(high)), float((1 + (spread <= 0).sum()) / (1 + resamples))


def _rate(rows: NDArray[np.float64]) -> float:
    hit, after, base, without = rows.sum(axis=0)
    return float(hit / max(1.0, after) - base / max(1.0, without))


def t18(policy: Policy) -> Verdict:
    """Test T18: the same games with and without accidents; without, there are fewer conflicts and fewer concessions."""
    with_, without = (Record(load_scenario("severe").with_(parameters=p), policy) for p in ({}, {"incident_rate": 0}))
    conflicts = with_.conflict.astype(float) - without.conflict
    conceded = [_concessions(r) for r in (with_, without)]
    fewer, firmer = bootstrap(conflicts, seed=SEED), bootstrap(conceded[0] - conceded[1], seed=SEED)
    p = [_positive(conflicts), _positive(conceded[0] - conceded[1])]
    return Verdict(
        "T18", "Schelling 1960", "removing accidents cuts conflicts and also cuts concessions",
        "severe start; incident_rate as it is, or 0",
        f"conflicts fewer {fewer:.3f}; concessions per turn fewer {firmer:.4f}", firmer, max(p),
    )  # fmt: skip


def _concessions(record: Record) -> NDArray[np.float64]:
    """Return the rate of pulling back, reassuring or restoring relations, per actor and turn, (games,)."""
    each = (record.conceded & record.running[..., None]).sum(axis=(0, 2))
    return np.asarray(each / (N_ACTORS * record.running.sum(axis=0)))


def _positive(differences: NDArray[np.float64]) -> float:
    if differences.min() == differences.max():
        return 1.0
    return float(stats.ttest_1samp(differences, 0.0, alternative="greater").pvalue)


def _unseen(name: str, source: str, why: str) -> Verdict:
    return replace(Verdict(name, source, "not seen", "", why), met=False)
