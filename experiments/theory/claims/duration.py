"""Test T19 in complete games (Douglass et al. 2024): the effect of one randomly drawn act on the crisis in which it occurs.

Sometimes a policy that would be idle draws a ticket. Half of the tickets are prizes: a reassurance of a rival, or closing the
hotline to it, which is then played. The others are blanks. Time runs from the ticket to the end of the crisis, as the rules define
it (R11). Blanks fall into the same turns as prizes, so the act is the only difference. A count of acts that policies choose would
be biased: an actor that can still reassure or close a hotline is in a different crisis from one that cannot. By the rules a
reassurance without pressing is a yield, which ends the crisis. Conflict and the horizon censor.
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from lifelines import CoxPHFitter
from numpy.typing import NDArray
from scipy import stats

from straits.agents.base import Choices, Masks, Observations, Policy, Rng
from straits.envs.scenarios.scenario import Scenario, load_scenario
from straits.envs.simulator.engine import Engine
from straits.envs.spec.constants import ACT, CHINA, CONFLICT, N_ACTORS, STATEMENT
from straits.envs.spec.moves import CLOSE_HOTLINE, MOVE_KIND, MOVE_TARGET, OFFSETS, REASSURE
from straits.experiments.rollouts.rollout import iter_turns
from straits.experiments.theory.verdict import Verdict
from straits.experiments.utils.statistics import Interval

DRAWN: Final = {"reassured": (REASSURE, STATEMENT), "closed": (CLOSE_HOTLINE, ACT)}
SHARE: Final = 0.1  # share of idle turns in which an actor draws a prize, and in which it draws a blank
BLANK, PRIZE = 1, 2
PAIRS: Final = [(CHINA, other) for other in range(N_ACTORS) if other != CHINA]
_RIVALS: Final = [[b for a, b in PAIRS if seat == a] or [CHINA] for seat in range(N_ACTORS)]
ENOUGH: Final = 20  # crises that must end after each kind of prize


class Drawing:
    """A policy that draws tickets where it would be idle. `drew`: its last tickets, (games, kinds of DRAWN, actors)."""

    def __init__(self, policy: Policy, seat: int) -> None:
        self.policy, self.seat, self.name = policy, seat, f"{policy.name}, drawing"
        self.drew: NDArray[np.int8] = np.zeros((0, len(DRAWN), N_ACTORS), np.int8)

    def act(self, observation: Observations, mask: Masks, rng: Rng) -> Choices:
        """Return the policy's choices with the prizes played.

        A prize is played towards China or, by China, towards a rival that the mask allows.
        """
        choices = self.policy.act(observation, mask, rng)
        lots = rng.random((len(observation), len(DRAWN) * (1 + N_ACTORS)))
        self.drew = np.zeros((len(observation), len(DRAWN), N_ACTORS), np.int8)
        for n, (kind, channel) in enumerate(DRAWN.values()):
            moves = np.flatnonzero((kind == MOVE_KIND) & np.isin(MOVE_TARGET, _RIVALS[self.seat]))
            order = np.where(mask[:, moves] != 0, lots[:, 2 + n * N_ACTORS : 2 + n * N_ACTORS + len(moves)], 2.0)
            picked = moves[order.argmin(axis=1)]
            may = (mask[np.arange(len(mask)), picked] != 0) & (choices[:, channel] == 0)
            prize, blank = may & (lots[:, n] < SHARE), may & (lots[:, n] >= SHARE) & (lots[:, n] < 2 * SHARE)
            choices[prize, channel] = picked[prize] - OFFSETS[channel]
            for rows, ticket in ((prize, PRIZE), (blank, BLANK)):
                self.drew[np.flatnonzero(rows), n, MOVE_TARGET[picked[rows]]] = ticket
        return choices


def tickets(scenario: Scenario, policies: Sequence[Policy], games: int, seed: int) -> pd.DataFrame:
    """Play games and list the tickets that fall into a crisis.

    Args:
        scenario: The scenario.
        policies: Policy of each actor.
        games: Number of games.
        seed: Seed of the games.

    Returns:
        One row per ticket: turns to the end of the crisis, whether it ended, the prize, and the stratum (kind of ticket, pair and
        direction).
    """
    engine = Engine(scenario, games)
    engine.reset(seed)
    seats = [Drawing(policy, seat) for seat, policy in enumerate(policies)]
    runs, lasting, drawn = [], [], []
    for running in iter_turns(engine, seats):
        drawn.append(np.stack([seat.drew for seat in seats], axis=2))  # (games, kinds, actors, targets)
        runs.append(running & (engine.outcome != CONFLICT))
        lasting.append(engine.games["crisis_turns"] > 0)
    return pd.concat([_of_pair(np.array(runs), np.array(lasting)[:, :, i, j], np.array(drawn), i, j) for i, j in PAIRS])


def _of_pair(runs: NDArray[Any], lasting: NDArray[Any], drawn: NDArray[Any], i: int, j: int) -> pd.DataFrame:
    """Return the tickets of one pair. runs: (turns, games); lasting: the pair is in a crisis after the turn, (turns, games)."""
    inside, end = _crises(lasting, runs)
    last = runs.sum(axis=0)
    frames = []
    for n, name in enumerate(DRAWN):
        for a, b in ((i, j), (j, i)):
            turn, game = np.nonzero((drawn[:, :, n, a, b] > 0) & inside)
            ended = end[turn, game] >= 0
            left = np.where(ended, end[turn, game] + 1, last[game]) - turn
            prize = drawn[turn, game, n, a, b] == PRIZE
            columns = {k: (prize & (k == name)).astype(int) for k in DRAWN}
            frames.append(
                pd.DataFrame({"turns": left, "ended": ended.astype(int), "among": f"{name} {a} {b}", "game": game, **columns})
            )
    return pd.concat(frames)


def _crises(lasting: NDArray[Any], runs: NDArray[Any]) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Return whether a turn begins in a crisis, and the turn in which that crisis ends or -1, both (turns, games).

    Args:
        lasting: The crisis goes on after the turn, (turns, games).
        runs: The game runs and is at peace, (turns, games).
    """
    inside = np.zeros(lasting.shape, np.bool_)
    inside[1:] = lasting[:-1] & runs[1:]
    ends = inside & ~lasting
    next_end, end = np.full(lasting.shape[1], -1), np.zeros(lasting.shape, np.int64)
    for turn in reversed(range(len(lasting))):
        next_end = np.where(ends[turn], turn, next_end)
        end[turn] = next_end
    return inside, end


def t19(policy: Policy, games: int = 2000, seed: int = 19) -> Verdict:
    """Test T19: a Cox model ranks acts in complete games of a policy, on the baseline.

    Args:
        policy: The policy of all actors.
        games: Number of games.
        seed: Seed of the games.
    """
    claim = "reassurances shorten a crisis, closing channels lengthens it"
    planted = f"baseline; either drawn by lot in {SHARE:.0%} of idle turns"
    table = tickets(load_scenario("baseline"), [policy] * N_ACTORS, games, seed)
    ended = {name: int(table.loc[table[name] == 1, "ended"].sum()) for name in DRAWN}
    if min(ended.values()) < ENOUGH:
        few = ", ".join(f"{name} {count}" for name, count in ended.items())
        return Verdict("T19", "Douglass et al. 2024", claim, planted, f"crises that ended after a prize: {few}; too few", met=False)
    fit = CoxPHFitter().fit(table, "turns", "ended", strata=["among"], cluster_col="game")
    coefficients = fit.summary.loc[list(DRAWN)]
    ratio = {n: np.exp(coefficients.loc[n, ["coef", "coef lower 95%", "coef upper 95%"]].to_numpy(np.float64)) for n in DRAWN}
    shorter, longer = (float(z) for z in coefficients["z"])
    return Verdict(
        "T19", "Douglass et al. 2024", claim, planted,
        f"{len(table)} tickets; hazard ratio of the end: " + ", ".join(f"{n} {Interval(*r):.2f}" for n, r in ratio.items()),
        Interval(*ratio["reassured"]), max(float(stats.norm.sf(shorter)), float(stats.norm.sf(-longer))),
    )  # fmt: skip
