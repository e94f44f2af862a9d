"""Define the solved games: two actors, few moves and turns, the same rules.

A scenario file holds the numbers, this table the moves. Where a game has roles, they go to the actors in alphabetical order. If
the roles are exchanged, the payoffs are exchanged too.
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
    """A game with a known solution.

    `moves` are the moves that each player may choose besides no-ops. All other actors have no choice.
    """

    name: str
    title: str
    moves: dict[str, tuple[str, ...]]

    @property
    def players(self) -> tuple[str, str]:
        """The two players in alphabetical order."""
        one, two = sorted(self.moves)
        return one, two

    def scenario(self) -> Scenario:
        """Return the scenario with all other moves forbidden, so that masks, learners and evaluation work unchanged."""
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
    """Return the game of a name.

    Raises:
        ValueError: If there is no such game; the message lists the names.
    """
    for each in GAMES:
        if each.name == name:
            return each
    raise ValueError(f"game={name!r}: expected one of {', '.join(g.name for g in GAMES)}")


def _forbidden(allowed: dict[str, tuple[str, ...]]) -> list[dict[str, Any]]:
    """Return rows of `forbid`: a kind where no actor may use it, otherwise single moves."""
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
