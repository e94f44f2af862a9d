"""The small games: two actors, few moves, few turns, the same rules. A scenario file gives the numbers, this table the moves.

Who moves first, where a game has roles, goes by the alphabet; exchanging the roles exchanges the payoffs.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from straits.envs.scenarios.scenario import Scenario, load_scenario
from straits.envs.spec.constants import ACTORS
from straits.envs.spec.moves import KINDS, MAY_EVER, MOVES

FOLDER: Final = Path(__file__).parent


@dataclass(frozen=True)
class SmallGame:
    """A game with a known answer. `moves`: what each player may ever choose beside doing nothing; nobody else may do anything."""

    name: str
    title: str
    moves: dict[str, tuple[str, ...]]

    @property
    def players(self) -> tuple[str, str]:
        """The two that choose, in the order of the alphabet."""
        one, two = sorted(self.moves)
        return one, two

    def scenario(self) -> Scenario:
        """The scenario with every other move forbidden, so that masks, learners and evaluation need nothing of their own."""
        return load_scenario(FOLDER / f"{self.name}.yaml", forbid=_forbidden(self.moves))


GAMES: Final = (
    SmallGame(
        "brinkmanship",
        "Brinkmanship with private stakes",
        {"china": ("pull_back",), "usa": ("pull_back",)},
    ),
    SmallGame(
        "signals",
        "Tying hands or sinking costs",
        {"china": ("threaten.usa", "exercise.philippine_sea"), "usa": ("pull_back",)},
    ),
    SmallGame(
        "stag_hunt",
        "Stag hunt of de-escalation",
        {"china": ("pull_back",), "usa": ("pull_back",)},
    ),
)


def game(name: str) -> SmallGame:
    """The game of that name. ValueError lists the names."""
    for each in GAMES:
        if each.name == name:
            return each
    raise ValueError(f"game={name!r}: expected one of {', '.join(g.name for g in GAMES)}")


def _forbidden(allowed: dict[str, tuple[str, ...]]) -> list[dict[str, Any]]:
    """Rows of `forbid`: whole kinds that nobody may choose, else move by move."""
    used = {name.split(".")[0] for names in allowed.values() for name in names}
    rows = [{"of": "all", "move": kind.name} for kind in KINDS if kind.name not in used]
    for n, actor in enumerate(ACTORS):
        listed = allowed.get(actor, ())
        rows += [
            {"of": actor, "move": m.name}
            for m in MOVES
            if m.kind.name in used and m.index > 0 and MAY_EVER[n, m.flat] and m.name not in listed
        ]
    return rows
