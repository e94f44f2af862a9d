"""T19 (Douglass et al. 2024): which acts lengthen a crisis and which shorten it, by Cox's regression (1972).

Acts are drawn at random, whatever the state, on top of a policy: else what is done because a crisis drags on would look like what
makes it drag on. A crisis and its end are those of docs/model.md. An act counts once it lies before the quiet turns that end a
crisis, so that no act shows an effect by its own rung alone. Conflict and the horizon censor.
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from lifelines import CoxTimeVaryingFitter
from numpy.typing import NDArray
from scipy import stats

from straits.agents.base import Choices, Masks, Observations, Policy, Rng
from straits.agents.scripted import scripted
from straits.envs.engine import Engine
from straits.envs.moves import CLOSE_CHANNEL, MOVE_KIND, MOVE_TARGET, OFFSETS, REASSURE
from straits.envs.scenario import Scenario, load
from straits.envs.vocabulary import ACT, CHINA, CRISIS_RUNG, N_ACTORS, RUNNING, STATEMENT
from straits.experiments.intervals import Interval
from straits.experiments.rollout import decide
from straits.experiments.theory.verdict import Verdict

QUIET: Final = 4  # turns below rung 3 that end a crisis
DRAWN: Final = {"reassured": REASSURE, "closed": CLOSE_CHANNEL}
SHARE: Final = 0.1  # of turns in which an actor draws each
PAIRS: Final = [(CHINA, other) for other in range(N_ACTORS) if other != CHINA]
_RIVALS: Final = [[b for a, b in PAIRS if seat == a] or [CHINA] for seat in range(N_ACTORS)]
PENALTY: Final = 1e-4  # keeps the fit finite where an act never came


class Drawing:
    """A policy whose statements and acts are now and then replaced, at random: by a reassurance, by closing a channel."""

    def __init__(self, policy: Policy, seat: int) -> None:
        self.policy, self.seat, self.name = policy, seat, f"{policy.name}, drawing"

    def act(self, observation: Observations, mask: Masks, rng: Rng) -> Choices:
        """The policy's choices; in a tenth of the rows each, a random legal reassurance of, or closing of the channel to, China,
        or, for China, somebody."""
        choices = self.policy.act(observation, mask, rng)
        drawn = rng.random((len(observation), len(DRAWN) * (1 + N_ACTORS)))
        for n, (kind, channel) in enumerate(((REASSURE, STATEMENT), (CLOSE_CHANNEL, ACT))):
            moves = np.flatnonzero((kind == MOVE_KIND) & np.isin(MOVE_TARGET, _RIVALS[self.seat]))
            order = np.where(mask[:, moves] != 0, drawn[:, 2 + n * N_ACTORS : 2 + n * N_ACTORS + len(moves)], 2.0)
            picked = moves[order.argmin(axis=1)]
            replace = (drawn[:, n] < SHARE) & (mask[np.arange(len(mask)), picked] != 0)
            choices[replace, channel] = picked[replace] - OFFSETS[channel]
        return choices


def crises(scenario: Scenario, policies: Sequence[Policy], games: int, seed: int) -> pd.DataFrame:
    """A row for each turn of each crisis: id, start, stop, ended, pair, and the counts so far of what was drawn, QUIET
    turns late."""
    engine = Engine(scenario, games)
    engine.reset(seed)
    seats = [Drawing(policy, seat) for seat, policy in enumerate(policies)]
    turns: list[dict[str, NDArray[Any]]] = []
    while (running := engine.outcome == RUNNING).any():
        engine.step(decide(engine, seats))
        rung = engine.games["rung"]
        turns.append({"running": running & (engine.outcome != 1), "rung": rung.copy(), **_acts(engine)})
    rows: list[tuple[Any, ...]] = []
    for pair in PAIRS:
        for game in range(games):
            rows += _spells(turns, game, pair, len(rows))
    return pd.DataFrame(rows, columns=["id", "start", "stop", "ended", "pair", *DRAWN])


def _acts(engine: Engine) -> dict[str, NDArray[np.bool_]]:
    """Whether each actor did what is drawn towards each other, (games, actors, actors)."""
    found = {}
    for name, kind in DRAWN.items():
        channel = STATEMENT if kind == REASSURE else ACT
        move = OFFSETS[channel] + engine.games["moves"][:, :, channel]
        towards = MOVE_TARGET[move][..., None] == np.arange(N_ACTORS)
        found[name] = towards & (MOVE_KIND[move] == kind)[..., None]
    return found


def _spells(turns: Sequence[dict[str, NDArray[Any]]], game: int, pair: tuple[int, int], first: int) -> list[tuple[Any, ...]]:
    """The rows of one game and pair. A crisis that begins gets an id of its own."""
    i, j = pair
    rows: list[tuple[Any, ...]] = []
    began, quiet, done = -1, 0, {name: [0] for name in DRAWN}
    for turn, seen in enumerate(turns):
        if not seen["running"][game]:
            break
        high = max(seen["rung"][game, i, j], seen["rung"][game, j, i]) >= CRISIS_RUNG
        if began < 0 and high:
            began, quiet, done = turn, 0, {name: [0] for name in DRAWN}
        if began < 0:
            continue
        quiet = 0 if high else quiet + 1
        late = [counts[max(0, len(counts) - 1 - QUIET)] for counts in done.values()]
        rows.append((first + len(rows) - (turn - began), turn - began, turn - began + 1, int(quiet == QUIET), f"{i}-{j}", *late))
        for name, counts in done.items():
            counts.append(counts[-1] + int(seen[name][game, i, j]) + int(seen[name][game, j, i]))
        if quiet == QUIET:
            began = -1
    return rows


def t19(policy: Policy | None = None, games: int = 1000, seed: int = 19) -> Verdict:
    """A Cox model ranks acts: reassurances shorten a crisis, closing channels lengthens it."""
    chosen = policy or scripted("default")
    table = crises(load("baseline"), [chosen] * N_ACTORS, games, seed)
    fit = CoxTimeVaryingFitter(penalizer=PENALTY)
    fit.fit(table, id_col="id", event_col="ended", start_col="start", stop_col="stop", strata=["pair"])
    found = fit.summary.loc[list(DRAWN)]
    shorter, longer = (float(found.loc[n, "coef"] / found.loc[n, "se(coef)"]) for n in DRAWN)
    ratio = {n: np.exp(found.loc[n, ["coef", "coef lower 95%", "coef upper 95%"]].to_numpy(np.float64)) for n in DRAWN}
    return Verdict(
        "T19",
        "Douglass et al. 2024",
        "a Cox model ranks acts: reassurances shorten a crisis, closing channels lengthens it",
        f"whole games of {chosen.name} with both drawn at random in {SHARE:.0%} of turns; {len(set(table['id']))} crises, "
        f"{int(table['ended'].sum())} that ended",
        "hazard ratio of the end, per act: " + ", ".join(f"{n} {Interval(*r):.2f}" for n, r in ratio.items()),
        Interval(*ratio["reassured"]),
        max(float(stats.norm.sf(shorter)), float(stats.norm.sf(-longer))),
    )
