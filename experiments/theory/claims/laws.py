"""Test T8, T11 and T13: properties of the rules, and of policies in complete games (Schelling 1960, Jervis 1978, Kahn 1965)."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from straits.agents.base import Policy
from straits.agents.scripted import scripted
from straits.envs.rules import conflict, presence
from straits.envs.scenarios.scenario import Scenario, load_scenario
from straits.envs.simulator.engine import Engine
from straits.envs.spec.constants import (
    ACTORS,
    CHINA,
    CONFLICT,
    CRISIS_RUNG,
    N_ACTORS,
    N_CHANNELS,
    OPPORTUNIST,
    PATROL_CLASS,
    RUNNING,
    SECURITY_SEEKER,
    TAIWAN_STRAIT,
)
from straits.envs.spec.moves import KIND_RUNG, MOVE_KIND, OFFSETS, choice
from straits.experiments.rollouts.rollout import iter_turns, play
from straits.experiments.theory.verdict import Verdict
from straits.experiments.utils.statistics import Interval, bootstrap

CALMED: Final = {"leak_rate": 0, "disaster_rate": 0, "leadership_rate": 0, "drift": 0, "incident_rate": 0}
RIVALS: Final = [(i, j) for i in range(N_ACTORS) for j in range(i + 1, N_ACTORS) if CHINA in (i, j)]
CONTACT_HALVED: Final[dict[str, Any]] = {"parameters": {"contact_patrol": 0.5}}
HOTLINES_OPEN: Final[dict[str, Any]] = {"channels": [{"pair": ["china", a], "open": True} for a in ACTORS if a != "china"]}
SHUFFLES: Final = 999  # T13


def visited(scenario: Scenario, policy: str, games: int, turns: int) -> Engine:
    """Play games of a policy for some turns.

    Args:
        scenario: The scenario.
        policy: Name of a scripted policy, which all actors play.
        games: Number of games.
        turns: Number of turns.

    Returns:
        The engine, games that ended included.
    """
    engine = Engine(scenario, games)
    engine.reset(8)
    for _ in iter_turns(engine, [scripted(policy)] * N_ACTORS, turns=turns):
        pass
    return engine


def now(measure: Any, state: Any, params: Any, i: int, j: int) -> float:
    """Return a risk of a pair at full rivalry, recomputed from the current presence.

    Args:
        measure: A rule, such as `conflict.hazard`.
        state: The record of a game, whose measured presence is updated.
        params: The parameters of its scenario.
        i: Index of one actor.
        j: Index of the other.
    """
    presence.measure(state, params)
    return float(measure(state, params, i, j, 1.0, conflict.contact(state, i, j)))


PLAN: Final = (  # the moves of all actors by turn: only deployments, so that acceptance depends on nothing else that is varied
    {"usa": "patrol.taiwan_strait", "china": "air_activity.taiwan_strait", "taiwan": "patrol.taiwan_strait",
     "japan": "patrol.east_china_sea", "philippines": "coast_guard.south_china_sea"},
    {"usa": "patrol.south_china_sea", "china": "coast_guard.south_china_sea", "taiwan": "coast_guard.taiwan_strait",
     "japan": "coast_guard.east_china_sea", "philippines": "patrol.south_china_sea"},
    {"china": "patrol.east_china_sea"},
)  # fmt: skip


def whole_games(**changes: Any) -> tuple[NDArray[np.float64], list[NDArray[np.int64]]]:
    """Play PLAN in 3,000 games to the end.

    Args:
        changes: Changes of the scenario, as `Scenario.with_` takes them.

    Returns:
        Whether each game ends in conflict, (games,), and the accepted moves of each turn.
    """
    engine = Engine(load_scenario("severe").with_(**changes), 3000)
    engine.reset(8)
    accepted = []
    plan = [np.array([[choice(*moves.get(a, "").split()) for a in ACTORS]] * len(engine), np.int64) for moves in PLAN]
    for _ in iter_turns(engine, lambda turn, _: plan[turn % len(PLAN)]):
        accepted.append(np.where((engine.outcome == RUNNING)[:, None, None], engine.games["moves"], -1))
    return (engine.outcome == CONFLICT).astype(np.float64), accepted


def posture(level: float, goal: int, **changes: Any) -> Scenario:
    """Return the baseline with US missile units in both island chains.

    Args:
        level: Standing presence of the units, 0..1.
        goal: Goal of all actors.
        changes: Other changes, as `Scenario.with_` takes them.
    """
    units = [{"of": "usa", "area": a, "class": "missiles", "standing": level} for a in ("nansei", "luzon")]
    return load_scenario("baseline").with_(presence=units, types=[{"of": "all", "opportunist": goal}], parameters=CALMED, **changes)


def steps(scenario: str, policy: Policy) -> tuple[NDArray[np.int64], float]:
    """Measure the highest rung of each actor in each round of 500 games.

    A round is two turns, because most deployments have a cooldown of one turn: turn by turn, each patrol would look like a jump up
    and a jump down.

    Args:
        scenario: Name of the scenario.
        policy: The policy of all actors.

    Returns:
        Rungs, (actors and games, rounds), and the share of turns in which an actor could have jumped two rungs.
    """
    rung, jump = KIND_RUNG[MOVE_KIND], []
    chosen = []

    def watch(engine: Engine, moves: NDArray[np.int64], running: NDArray[np.bool_]) -> None:
        high = np.max([rung[OFFSETS[c] + moves[..., c]] for c in range(N_CHANNELS)], axis=0)
        reach = np.where(engine.mask != 0, rung, 0).max(axis=2)
        chosen.append(np.where(running[:, None], high, -1))
        jump.append((np.maximum(reach - high, high) >= 2)[running].mean())

    play(load_scenario(scenario), [policy] * N_ACTORS, 500, 13, watch=watch)
    turns = np.array(chosen)[: len(chosen) // 2 * 2]
    complete = turns[:, (turns >= 0).all(axis=(0, 2))]
    rounds = complete.reshape(-1, 2, *complete.shape[1:]).max(axis=1)
    return rounds.reshape(len(rounds), -1).T, float(np.mean(jump))


def one_step(rounds: NDArray[np.int64]) -> float:
    """Return the share of changes of rung that are by one."""
    change = np.abs(np.diff(rounds, axis=1))
    return float((change == 1).sum() / (change > 0).sum())


def deployments(level: float, goal: int) -> NDArray[np.float64]:
    """Count China's deployments of rung 3 or more in ten turns after an affront, (games,). All other actors hold.

    Args:
        level: Standing presence of US missile units, 0..1.
        goal: Goal of all actors.
    """
    engine = visited(posture(level, goal, state={"grievance_military.china.usa": 0.4}), "hold", 600, 0)
    seats = [scripted("default" if seat == CHINA else "hold") for seat in range(N_ACTORS)]
    taken = np.zeros(len(engine))
    for _ in iter_turns(engine, seats, turns=10):
        taken += KIND_RUNG[MOVE_KIND[engine.games["moves"][:, CHINA, 0]]] >= CRISIS_RUNG
    return taken


def rises(engine: Engine) -> tuple[int, int]:
    """Count the comparisons in which hazard and incident rate fall with a hotline and rise with contact.

    More presence must change nothing where the other side has none in the area.

    Args:
        engine: Games; only those that still run count.

    Returns:
        The number of comparisons with the expected sign, and the number of all comparisons.
    """
    params, right, count = engine.params[0], 0, 0
    for state in engine.games[engine.outcome == RUNNING].copy():
        for i, j in RIVALS:
            for measure in (conflict.hazard, conflict.incident_rate):
                state.hotline[i, j] = 0
                before = now(measure, state, params, i, j)
                state.hotline[i, j] = 1
                right += 0 < now(measure, state, params, i, j) < before
                state.hotline[i, j] = 0
                level = state.presence[i, TAIWAN_STRAIT, PATROL_CLASS]
                state.presence[i, TAIWAN_STRAIT, PATROL_CLASS] = level + 0.2
                after = now(measure, state, params, i, j)
                right += after > before if state.presence[j, TAIWAN_STRAIT].any() else after == before
                state.presence[i, TAIWAN_STRAIT, PATROL_CLASS] = level
                count += 2
    return right, count


def t8() -> Verdict:
    """Test T8: the hazard rises with contact and falls with a hotline."""
    right, count = rises(visited(load_scenario("baseline"), "random", 60, 12))
    high = whole_games()[0]
    calmer = [high - whole_games(**change)[0] for change in (CONTACT_HALVED, HOTLINES_OPEN)]
    intervals = [bootstrap(d, seed=8) for d in calmer]
    return Verdict(
        "T8", "Schelling 1960", "hazard rises with contact and falls with a channel",
        "0.2 more patrols, or a channel, in visited states; half the contact, or open channels, in 3,000 games with the same moves",
        f"{right} of {count} comparisons of states; conflicts fewer with half the contact {intervals[0]:.3f}, "
        f"with channels {intervals[1]:.3f}",
        min(intervals, key=lambda i: i.low), max(_above_zero(d) for d in calmer), right == count,
    )  # fmt: skip


def t11() -> Verdict:
    """Test T11: the same rival posture raises a security-seeker's next escalation and lowers an opportunist's."""
    seeker, opportunist = (deployments(0.9, g) - deployments(0.0, g) for g in (SECURITY_SEEKER, OPPORTUNIST))
    more, less = bootstrap(seeker, seed=11), bootstrap(opportunist, seed=11)
    return Verdict(
        "T11", "Jervis 1978", "the same rival posture raises a security-seeker's next escalation and lowers an opportunist's",
        "missile units in both island chains at 0.9 against none; the scripted default, through R14.1 and R14.2",
        f"deployments in ten turns: security-seeker {more:+.2f}, opportunist {less:+.2f}",
        more, max(_above_zero(seeker), _above_zero(-opportunist)),
    )  # fmt: skip


def t13(policy: Policy | None = None, scenario: str = "baseline") -> Verdict:
    """Test T13: rungs of moves change by one step more often than in a shuffled order, for actors that could jump.

    Args:
        policy: The policy of all actors; default is the scripted default.
        scenario: Name of the scenario.
    """
    rounds, could_jump = steps(scenario, policy or scripted("default"))
    rng = np.random.default_rng(13)
    null = np.array([one_step(rng.permuted(rounds, axis=1)) for _ in range(SHUFFLES)])
    share = one_step(rounds)
    return Verdict(
        "T13", "Kahn 1965", "rungs of moves change by one step more often than in a shuffled order",
        f"whole games of {policy.name if policy else 'the scripted default'}, in rounds of two turns; {SHUFFLES} shuffles",
        f"share of changes by one step {share:.3f}, shuffled at most {null.max():.3f}; could jump in {could_jump:.0%} of turns",
        Interval(share - float(null.mean()), share - float(np.quantile(null, 0.975)), share - float(np.quantile(null, 0.025))),
        float((1 + (null >= share).sum()) / (1 + SHUFFLES)), could_jump > 0.9,
    )  # fmt: skip


def _above_zero(differences: NDArray[np.float64]) -> float:
    """Return the one-sided p-value of a positive mean by the t test; without variation 0 if positive, otherwise 1."""
    if differences.min() == differences.max():
        return 0.0 if differences[0] > 0 else 1.0
    return float(stats.ttest_1samp(differences, 0.0, alternative="greater").pvalue)
