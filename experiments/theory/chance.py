"""Compute the expected value of conflicts and incidents from state records, and find seeds under which neither occurs.

In a reduced game chance is not drawn: the conflict hazard of a turn weights its outcomes. The engine still draws, so its seeds are
chosen. Under one seed a turn has neither a conflict nor an incident of the pair; under another it has an incident of medium
severity.
"""

import functools
from collections.abc import Sequence
from typing import Final

import numpy as np

from straits.envs.core.rng import CONFLICT as CONFLICT_DRAW
from straits.envs.core.rng import INCIDENT, uniforms
from straits.envs.rules.conflict import DETAILS, contact, incident_rate
from straits.envs.rules.rewards import conflict_value
from straits.envs.simulator.engine import Engine
from straits.envs.spec.constants import CHINA, N_PAIRS, PAIRS, PHILIPPINES
from straits.experiments.theory.game_tree import Floats

PAIR: Final = (CHINA, PHILIPPINES)  # the tree branches on the incidents of this pair
SEVERE: Final = (0.45, 0.55)  # range of the draw of an incident's severity: a medium incident represents all
_MEETING: Final = PAIRS.index(PAIR)


def conflict(engine: Engine, actors: Sequence[int]) -> tuple[Floats, Floats]:
    """Return the probability of no conflict this turn and the expected value of conflict (R9.4, R13.9).

    Args:
        engine: Games after the turn.
        actors: Indices of the deciding actors.

    Returns:
        Probabilities, (games,), and values at resolve 0 and 1, (games, N, 2).

    Raises:
        ValueError: If a conflict was drawn.
    """
    if (engine.games["belligerents"] >= 0).any():
        raise ValueError("belligerents: expected seeds under which no conflict is drawn")
    hazard = engine.games["hazard"] + engine.games["hazard"].transpose(0, 2, 1)  # (games, i, j), filled above the diagonal
    total = hazard.sum(axis=(1, 2)) / 2
    chance = hazard / (1.0 + total)[:, None, None]
    state, params = engine.games[:1].copy()[0], engine.params[0]
    worth = np.zeros((len(engine), len(actors), 2))
    for n, actor in enumerate(actors):
        party = chance[:, actor].sum(axis=1)
        aside = total / (1.0 + total) - party
        for high in (0, 1):
            state.resolve[actor] = high
            own, other = (conflict_value(state, params, actor, share) for share in (1.0, params.bystander_share))
            worth[:, n, high] = party * own + aside * other
    return 1.0 / (1.0 + total), worth


def accident(engine: Engine, chances: int) -> Floats:
    """Return the probability of each child given the choices.

    The rate of incidents (R9.2) is read from the child without one.

    Args:
        engine: Games after the turn; with accidents, the children without and with an incident alternate.
        chances: 1, or 2 with accidents.

    Returns:
        (games,), 0..1.
    """
    if chances == 1:
        return np.ones(len(engine))
    params, (i, j) = engine.params[0], PAIR
    rivalry = float(max(params.rival[i, j], params.rival[j, i]))
    calm = engine.games[::2]
    rate = np.array([incident_rate(g, params, i, j, rivalry, contact(g, i, j)) for g in calm])
    happens = rate / (1.0 + rate)
    return np.stack([1.0 - happens, happens], axis=1).ravel()


@functools.cache
def steered_seed(turn: int, accident: bool = False) -> int:
    """Find a seed under which a turn draws no conflict.

    Args:
        turn: Turn of the first episode, from 0.
        accident: True for an incident of medium severity of PAIR, False for no incident at all.

    Raises:
        ValueError: If none of the first two million seeds qualifies.
    """
    for seed in range(2_000_000):
        if uniforms(seed, 0, turn, CONFLICT_DRAW, 0)[0] > 0.99:
            blocks = [uniforms(seed, 0, turn, INCIDENT, block) for block in range(-(-N_PAIRS // 4))]
            drawn = [blocks[pair // 4][pair % 4] for pair in range(N_PAIRS)]
            if not accident and drawn[_MEETING] > 0.99:
                return seed
            severity = uniforms(seed, 0, turn, INCIDENT, DETAILS + _MEETING)[1]
            if accident and drawn[_MEETING] < 0.002 and SEVERE[0] < severity < SEVERE[1]:
                return seed
    raise ValueError(f"turn={turn}: no such seed among the first two million")
