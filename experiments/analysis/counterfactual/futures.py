"""Many futures of one game in one batch, and what came of each.

The chance of a conflict is not counted but summed: in each turn that a game reaches, it is H / (1 + H) with H the hazard of all
pairs (R5.4), whatever is drawn then. The sum has the share of conflicts as its mean and a far smaller variance, since the last draw
is averaged over (conditional Monte Carlo: Asmussen and Glynn 2007, chapter V).
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from straits.agents.base import Policy
from straits.envs.simulator.engine import Engine
from straits.envs.spec.constants import ACTORS, CONFLICT, PAIRS
from straits.experiments.rollouts.rollout import Chooser, iter_turns

ESCALATION: Final = {  # name -> what it is
    "conflict": "chance of armed conflict, 0..1",
    "peak_tension": "highest mean tension of a pair, 0..1",
    "peak_rung": "highest rung of the ladder, 0..6",
    "incidents": "incidents",
}
_UPPER: Final = tuple(np.array(PAIRS).T)


class Futures(dict[str, NDArray[np.float64]]):
    """Measure -> one number a game, (games,).

    Those of `ESCALATION`, `conflicts` (1 where one came) and `return.usa` and so on, an actor's rewards from the fork on. Peaks and
    incidents are those of the whole game, the turns before the fork included.
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
    found = Futures(conflict=chance, conflicts=(games["outcome"] == CONFLICT).astype(np.float64))
    for name in ("peak_tension", "peak_rung", "incidents"):
        found[name] = games[name].astype(np.float64)
    return Futures(found | {f"return.{actor}": returns[:, n] for n, actor in enumerate(ACTORS)})
