"""Play many futures of one game in one batch, and measure each.

The probability of conflict is summed and not counted. In each turn that a game reaches it is H / (1 + H), where H is the hazard of
all pairs (R9.4), whatever is drawn. The sum has the same mean as the share of conflicts and a much smaller variance, because the
last draw is averaged out (conditional Monte Carlo: Asmussen and Glynn 2007, chapter V).
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from straits.agents.base import Policy
from straits.envs.simulator.engine import Engine
from straits.envs.spec.constants import ACTORS, CONFLICT, PAIRS
from straits.experiments.rollouts.rollout import Chooser, iter_turns

ESCALATION: Final = {  # name -> definition
    "conflict": "chance of armed conflict, 0..1",
    "peak_tension": "highest mean tension of a pair, 0..1",
    "peak_rung": "highest rung of the ladder, 0..6",
    "incidents": "incidents",
}
_UPPER: Final = tuple(np.array(PAIRS).T)


class Futures(dict[str, NDArray[np.float64]]):
    """Measures of many futures: name to (games,).

    The names are those of `ESCALATION`, `conflicts` (1 where one occurred), and `return.usa` and so on, an actor's rewards from
    the fork on. Peaks and incidents include the turns before the fork.
    """


def run(engine: Engine, players: Sequence[Policy] | Chooser, turns: int | None = None) -> Futures:
    """Play on to the end, or for at most `turns` turns, and measure.

    Args:
        engine: The games.
        players: One policy per actor, or a function of the turns played before and the engine that returns the choices.
        turns: Largest number of turns; None for no limit.

    Returns:
        The measures of each game.
    """
    chance = np.zeros(len(engine))
    returns = np.zeros((len(engine), len(ACTORS)))
    for running in iter_turns(engine, players, turns=turns):
        hazard = engine.games["hazard"][:, _UPPER[0], _UPPER[1]].sum(axis=1)
        chance += np.where(running, hazard / (1.0 + hazard), 0.0)
        returns += np.where(running[:, None], engine.reward, 0.0)
    return _measured(engine, chance, returns)


def _measured(engine: Engine, chance: NDArray[np.float64], returns: NDArray[np.float64]) -> Futures:
    games = engine.games
    measures = Futures(conflict=chance, conflicts=(games["outcome"] == CONFLICT).astype(np.float64))
    for name in ("peak_tension", "peak_rung", "incidents"):
        measures[name] = games[name].astype(np.float64)
    return Futures(measures | {f"return.{actor}": returns[:, n] for n, actor in enumerate(ACTORS)})
