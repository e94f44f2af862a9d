"""Test T19 (Douglass et al. 2024): which acts shorten a crisis and which lengthen it, by Cox regression (1972), among responders.

Both sides are in a crisis and patrolled. With its patrol one of them reassured the other, closed the hotline between them, or did
neither; a side that patrols does not yield by its reassurance (R11). The equilibrium of four turns with the hazard of a week
follows. The crisis ends when one side yields or when it fades. Conflict and the last turn censor.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
from lifelines import CoxPHFitter
from scipy import stats

from straits.envs.simulator.engine import Engine
from straits.envs.spec.constants import CHINA, N_ACTORS, N_CHANNELS, PHILIPPINES
from straits.envs.spec.moves import choice
from straits.experiments.theory import reduced
from straits.experiments.theory.chance import steered_seed
from straits.experiments.theory.claims.reaction import WEEKLY
from straits.experiments.theory.game_tree import Floats
from straits.experiments.theory.grid import CELLS, LOW_STAKES, PATROL, TAIL, THREE, Cell, over_cells, planted
from straits.experiments.theory.qre import Play, solve
from straits.experiments.theory.standoff import STAKED, STANDS, in_crisis
from straits.experiments.theory.verdict import Verdict
from straits.experiments.utils.statistics import Interval

ACTS: Final = {"neither": "", "reassured": "reassure.china", "closed": "close_hotline.china"}
OPEN: Final = [{"pair": ["china", "philippines"], "open": True}]
TURNS: Final = 4
OBSERVED: Final = 4000  # crises drawn for each act in each cell


def t19(cells: Sequence[Cell] = CELLS, seed: int = 19) -> Verdict:
    """Test T19: a Cox model ranks acts. Reassurances shorten a crisis, closing a hotline lengthens it."""
    rows, unsolved = over_cells(_ends, cells)  # (cells, acts, turns, ended or not)
    fit = CoxPHFitter().fit(_drawn(rows, seed), "turns", "ended", weights_col="crises", strata=["cell"])
    coefficients = fit.summary.loc[[name for name in ACTS if name != "neither"]]
    ratio = {
        n: np.exp(coefficients.loc[n, ["coef", "coef lower 95%", "coef upper 95%"]].to_numpy(np.float64))
        for n in coefficients.index
    }
    shorter, longer = (float(z) for z in coefficients["z"])
    early = rows[..., 0].cumsum(axis=2).sum(axis=2)  # (cells, acts): the sooner crises end, the larger
    return Verdict(
        "T19", "Douglass et al. 2024", "a Cox model ranks acts: reassurances shorten a crisis, closing channels lengthens it",
        "low stakes; hazards of a week; both patrolled in a crisis, the channel open; "
        f"{OBSERVED} crises per act and cell, drawn from the equilibrium",
        "hazard ratio of the end: " + ", ".join(f"{n} {Interval(*r):.2f}" for n, r in ratio.items())
        + f"; sooner when reassured in {int((early[:, 1] > early[:, 0]).sum())} of {len(rows)} cells, "
        f"later when closed in {int((early[:, 2] < early[:, 0]).sum())}" + (f"; {unsolved} not solved" if unsolved else ""),
        Interval(*ratio["reassured"]), max(float(stats.norm.sf(shorter)), float(stats.norm.sf(-longer))),
    )  # fmt: skip


def _drawn(chances: Floats, seed: int) -> pd.DataFrame:
    """Return one row for each way a crisis of a cell and act ends, with the number of crises drawn."""
    rng = np.random.default_rng(seed)
    rows = []
    for cell, acts in enumerate(chances):
        for act, ways in zip(ACTS, acts, strict=True):
            for way, crises in enumerate(rng.multinomial(OBSERVED, ways.ravel() / ways.sum())):
                done = {"turns": 1 + way // 2, "ended": 1 - way % 2, "crises": crises, "cell": cell}
                rows.append(done | {name: int(name == act) for name in ACTS if name != "neither"})
    table = pd.DataFrame(rows)
    return table[table["crises"] > 0]


def _ends(cell: Cell) -> Floats:
    """Return the probability that the crisis ends, or is censored, in each turn, by act: (acts, turns, 2)."""
    return np.array([_ways(_after(cell, act)) for act in ACTS.values()])


def _ways(play: Play) -> Floats:
    ends, lasting = np.zeros((TURNS, 2)), np.ones(1, np.bool_)
    for turn, level in enumerate(play.tree.levels):
        played = play.reach(turn) * lasting[:, None]
        step = level.after["crisis_turns"][:, :, CHINA, PHILIPPINES] > 0
        ends[turn] = played[~step].sum(), (played * (1.0 - level.survive))[step].sum()
        lasting = (step & lasting[:, None]).ravel()
    ends[-1, 1] += float((played * level.survive)[step].sum())
    return ends


def _after(cell: Cell, act: str) -> Play:
    """Solve the crisis that follows a turn in which both patrolled and the Philippines also did the act."""
    scenario = planted(cell._replace(hazard=WEEKLY * cell.hazard), channels=OPEN, state=STAKED, **LOW_STAKES)
    engine = Engine(scenario, 1)
    engine.reset(0)
    engine.games[:] = in_crisis(scenario)
    engine.observe()
    moves = np.zeros((1, N_ACTORS, N_CHANNELS), np.int64)
    moves[0, CHINA], moves[0, PHILIPPINES] = choice(PATROL), choice(PATROL, *act.split())
    engine.games["seed"] = steered_seed(0)
    engine.step(moves)  # one turn under a steered seed, not a game
    tree = reduced.build(scenario, STANDS, TURNS, TAIL, start=engine.games.copy())
    return solve(tree, (THREE, THREE), cell.precision)
