"""Test T5, T16 and T21 (Fearon 1994, 1997; Spence 1973): which types send signals, and how informative signals are.

Two sides are in a crisis. One may threaten; both may press or yield. A threat that ties hands costs almost nothing and commits the
sender, who pays for it when it yields (R6.1, R5.3). A threat that sinks costs is paid from the budget (R13.8) and does not commit.
All other effects of a threat are planted at the same low level: it hardly provokes and brings no support at home (R6.2), so that
it is only a signal. Prices are paid in full (R13.9) and weigh less on resolute types, as a conflict does. Resolve is the value of
the issue, by which Fearon's costs are divided.
"""

import functools
from collections.abc import Sequence
from typing import Final

import numpy as np
from scipy import stats

from straits.experiments.theory.game_tree import Floats
from straits.experiments.theory.grid import CELLS, PATROL, RELIEF, THREE, Cell, over_cells, slope
from straits.experiments.theory.qre import Play, solve
from straits.experiments.theory.standoff import STANDS, YIELDS, standoff
from straits.experiments.theory.verdict import Verdict, cells_say, mean_over, sign_test

THREAT: Final = "threaten.china"
SENDER: Final = ("", PATROL, THREAT, f"{PATROL} {THREAT}", YIELDS["philippines"])
SPEAKS: Final = (2, 3)  # indices of the sender's choices that include the threat
COMMITMENTS: Final = (0.2, 0.4, 0.6, 0.8, 1.0)  # ties hands: threat_commitment
PRICES: Final = (0.02, 0.1, 0.3, 0.6, 1.0)  # share of the budget for statements; 0.08 to 4 reward units at move_cost 4
MOVE_COST: Final = 4.0
PAID: Final = {"move_cost": MOVE_COST, "price_apart": 1.0, "price_reduction": RELIEF}
SHARPER: Final = 3.0  # T5, T16: factor of the precision, because signals change payoffs little compared with deployments
GONE: Final = 0.02  # T5: a probability below this counts as never
OBSERVED: Final = 4000  # T16: games that the observer sees
FREE: Final = 0.02
AUDIENCES: Final = (0.0, 0.5, 1.0)  # T21
BINDING: Final = 0.6  # T21: threat_commitment
LEAST_CHANCE: Final = 1e-12  # lowest probability of a threat, so that the posterior is defined
TIED: Final = tuple((FREE, k) for k in (0.0, *COMMITMENTS))  # (price, commitment)
SUNK: Final = tuple((price, 0.0) for price in PRICES)


@functools.cache
def _play(cell: Cell, price: float, commitment: float, audience: float = 0.7) -> Play:
    """Solve the signalling game of three turns. audience: audience_strength of the sender."""
    tree = standoff(
        cell,
        seats={"china": STANDS["china"], "philippines": SENDER},
        state={},
        parameters={"rally": 0.0, "threat_commitment": commitment, **PAID},
        moves={"threaten": {"cost": price, "provocation": 0.05}},
        domestic=[{"of": "philippines", "audience": audience}],
    )
    return solve(tree, (THREE, THREE), SHARPER * cell.precision)


def sent(play: Play) -> Floats:
    """Return the probability that each type of the sender threatens at once, (types,)."""
    chances: Floats = play.chances[0][1][0][list(SPEAKS)].sum(axis=0)
    return chances


def _sent_at_most(kind: tuple[float, float], cells: Sequence[Cell]) -> Floats:
    """Return the probability that the type without resolve sends the signal, (cells,)."""
    return over_cells(lambda cell: float(sent(_play(cell, *kind))[0]), cells)[0]


def t5(cells: Sequence[Cell] = CELLS) -> Verdict:
    """Test T5: bluffs vanish as a signal's price grows, both for a price on backing down and for a price at once."""
    tied, unsolved = over_cells(lambda cell: _bluff_share(_play(cell, *TIED[0])) - _bluff_share(_play(cell, *TIED[-1])), cells)
    sunk, _ = over_cells(lambda cell: _bluff_share(_play(cell, *SUNK[0])) - _bluff_share(_play(cell, *SUNK[-1])), cells)
    left = [_sent_at_most(family[-1], cells) for family in (TIED, SUNK)]
    return Verdict(
        "T5", "Fearon 1997, Spence 1973", "bluffs vanish as a signal's price grows",
        f"threats that commit by 0 to {COMMITMENTS[-1]:g}, or sink a price of {PRICES[0]:g} to 1; a bluff: one "
        "by the type without resolve",
        f"tied: {cells_say(tied, unsolved, 'fall of the share of bluffs among threats')}; at the highest price that "
        f"type threatens in at most {left[0].max():.2g} of games (sunk: {left[1].max():.2g}). "
        f"Sunk: the share falls in {int((sunk > 0).sum())} of {len(sunk)}",
        mean_over(tied), max(sign_test(tied), sign_test(sunk)), bool((left[0] < GONE).all() and (left[1] < GONE).all()),
    )  # fmt: skip


def _bluff_share(play: Play) -> float:
    threats = sent(play)
    return float(threats[0] / threats.sum())


def t16(cells: Sequence[Cell] = CELLS, seed: int = 16) -> Verdict:
    """Test T16: costlier signals are more informative. The posterior of an ideal observer of one threat beats the base rate."""
    tied, unsolved = over_cells(lambda cell: _bits(sent(_play(cell, *TIED[-1]))) - _bits(sent(_play(cell, *TIED[0]))), cells)
    sunk, _ = over_cells(lambda cell: _bits(sent(_play(cell, *SUNK[-1]))) - _bits(sent(_play(cell, *SUNK[0]))), cells)
    gains = _watch(cells, seed)
    error = float(gains.std(ddof=1)) / len(gains) ** 0.5
    return Verdict(
        "T16", "Spence 1973", "costlier signals are more informative: an ideal observer's posterior beats the base rate",
        f"prices as in T5; {OBSERVED} games per cell observed at the highest commitment, scored by Brier",
        f"tied: {cells_say(tied, unsolved, 'gain of information of a threat, bits')}; over {len(gains)} threats the posterior "
        f"beats the base rate by {gains.mean():.2g} (95 % +- {1.96 * error:.1g}). "
        f"Sunk: more bits in {int((sunk > 0).sum())} of {len(sunk)}",
        mean_over(tied), max(sign_test(tied), float(stats.norm.sf(gains.mean() / error))),
    )  # fmt: skip


def t21(cells: Sequence[Cell] = CELLS) -> Verdict:
    """Test T21: bluffs are rarer where audiences are stronger."""

    def fall(cell: Cell) -> float:
        return -slope(AUDIENCES, [_bluff_share(_play(cell, FREE, BINDING, strength)) for strength in AUDIENCES])

    effects, unsolved = over_cells(fall, cells)
    return Verdict(
        "T21", "Fearon 1994", "bluffs are rarer where audiences are stronger",
        f"threats that commit by {BINDING:g}; audience_strength of the sender {AUDIENCES[0]:g} to {AUDIENCES[-1]:g}",
        cells_say(effects, unsolved, "fall of the share of bluffs among threats per unit of strength"),
        mean_over(effects), sign_test(effects),
    )  # fmt: skip


def _bits(threats: Floats) -> float:
    """Return how far a threat moves an observer with a uniform prior, in bits (Kullback and Leibler 1951)."""
    posterior = np.maximum(threats, LEAST_CHANCE) / np.maximum(threats, LEAST_CHANCE).sum()
    return float((posterior * np.log2(posterior * len(posterior))).sum())


def _watch(cells: Sequence[Cell], seed: int) -> Floats:
    """Return the base rate's Brier score less the posterior's, for each threat that an observer saw."""
    rng = np.random.default_rng(seed)
    gains = []
    for cell in cells:
        try:
            threats = sent(_play(cell, *TIED[-1]))
        except ValueError:
            continue
        types = rng.integers(0, len(threats), OBSERVED)
        posterior, base = threats / threats.sum(), np.full(len(threats), 1.0 / len(threats))
        truth = np.eye(len(threats))[types[rng.random(OBSERVED) < threats[types]]]
        gains.append(((truth - base) ** 2).sum(axis=1) - ((truth - posterior) ** 2).sum(axis=1))
    return np.concatenate(gains)
