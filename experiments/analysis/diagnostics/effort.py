"""How much of everything the game report measures: games, states, generations of search and steps of training."""

from dataclasses import dataclass
from typing import Final

from straits.experiments.evaluation.best_response import Budget


@dataclass(frozen=True)
class Effort:
    """How much of everything; `seed` starts apart from those that the search and PPO train on."""

    games: int = 20_000
    other_games: int = 4_000
    fresh_games: int = 2_000
    constant_games: int = 60
    search: Budget = Budget(generations=12, population=30, games=60, habits=3)
    again: Budget = Budget(generations=4, population=30, games=60)
    response_steps: int = 250_000
    self_play_steps: int = 5_500_000
    states: int = 10_000
    copies: int = 1
    seed: int = 900_000


QUICK: Final = Effort(
    400, 200, 200, 20, Budget(3, 6, 10), Budget(2, 6, 10), response_steps=8_000, self_play_steps=16_000, states=80, copies=1
)
