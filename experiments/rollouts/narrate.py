"""Narrate one episode in words: what each actor did, what followed, and how it ended."""

import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.rule import Rule
from rich.text import Text

from straits.envs.scenarios.scenario import Scenario
from straits.envs.spec.constants import ACTORS, CONFLICT, CRISIS_RUNG, N_ACTORS, PAIRS, RUNGS
from straits.envs.text.describe import actor_words
from straits.envs.text.render import ansi
from straits.envs.text.turns import tell
from straits.experiments.rollouts.crises import ENDS, list_crises
from straits.experiments.rollouts.trajectory import Trajectory, replay

IDLE: Final = "holds its posture and says nothing."  # end of the sentence of `tell` about an actor that does nothing
STYLES: Final = ("dim", "green", "cyan", "yellow", "dark_orange", "red", "bold red")  # of the rungs
ENDED: Final = {  # ends of crises
    "deal": "ended by a deal",
    "yield": "ended by yielding",
    "fade": "faded",
    "conflict": "in conflict",
    "cut": "still open",
}
UNITS: Final = {1: "Day", 7: "Week"}


@dataclass(frozen=True)
class Turn:
    """One turn of a story."""

    number: int  # from 1
    sentences: tuple[str, ...]  # idle actors share one
    rung: int  # the highest of the turn
    tension: float  # of the tensest pair, 0..1
    pair: tuple[int, int]
    game: Any  # the record after the turn


def story(played: Trajectory) -> Iterator[Turn]:
    """Replay a game turn by turn.

    Args:
        played: The game.

    Yields:
        The turns in order.
    """
    records = [engine.games[0].copy() for engine in replay([played])]
    for before, game in pairwise(records):
        yield _turn(game, before, played.scenario)


def narration(played: Trajectory, names: Sequence[str], which: str) -> Iterator[RenderableType]:
    """Yield a game as things that rich can print: the setting, the turns, the end.

    Args:
        played: The game.
        names: Name of the policy of each actor.
        which: The game in words.
    """
    yield _setting(played.scenario, names, which)
    turns = []
    for turn in story(played):
        turns.append(turn)
        yield _turn_text(turn, played.scenario)
    yield _ending(turns, played.scenario)


def as_text(played: Trajectory, names: Sequence[str], which: str, width: int = 100) -> str:
    """Narrate a game as plain text, for a file. The text ends with the last turn in the environment's `ansi` mode.

    Args:
        played: The game.
        names: Name of the policy of each actor.
        which: The game in words.
        width: Columns of the text.

    Returns:
        The text.
    """
    buffer = io.StringIO()
    console = Console(file=buffer, width=width, no_color=True)
    for part in narration(played, names, which):
        console.print(part)
    return buffer.getvalue()


def _turn(game: Any, before: Any, scenario: Scenario) -> Turn:
    lines = tell(game, scenario.labels, before).splitlines()
    shown = [line for line in lines if not line.endswith(IDLE)]
    idle = len(lines) - len(shown)
    if idle == N_ACTORS:
        shown.append("No actor moves.")
    elif idle > 1:
        shown.append("The others hold and say nothing.")
    elif idle == 1:
        shown += [line for line in lines if line.endswith(IDLE)]
    mean = [float(game["tension"][i, j] + game["tension"][j, i]) / 2 for i, j in PAIRS]
    rung = int(game["peak_rung"] if game["outcome"] == CONFLICT else game["rung"].max())
    return Turn(int(game["turn"]), tuple(shown), rung, max(mean), PAIRS[int(np.argmax(mean))], game)


def _setting(scenario: Scenario, names: Sequence[str], which: str) -> RenderableType:
    who = names[0] if len(set(names)) == 1 else ", ".join(f"{scenario.labels[a]}: {n}" for a, n in zip(ACTORS, names, strict=True))
    words = [scenario.description.strip(), f"Starts {scenario.date}; {scenario.horizon} turns; {which}; policy {who}."]
    return Panel(Text("\n\n".join(words)), title=Text(scenario.title), subtitle=Text(scenario.name))  # text, not markup


def _turn_text(turn: Turn, scenario: Scenario) -> RenderableType:
    one, two = (actor_words(ACTORS[n], scenario.labels) for n in turn.pair)
    style = STYLES[turn.rung]
    head = f"{_unit(scenario)} {turn.number}: {RUNGS[turn.rung]}; tension {100 * turn.tension:.0f} % between {one} and {two}"
    sentences = (Padding(Text(line), (0, 0, 0, 2), expand=False) for line in turn.sentences)
    return Group(Rule(Text(head, style), align="left", style=style), *sentences, Text(""))


def _ending(turns: Sequence[Turn], scenario: Scenario) -> RenderableType:
    last, game = turns[-1], turns[-1].game
    unit = _unit(scenario).lower()
    fight = game["outcome"] == CONFLICT
    how = (
        f"Armed conflict ends the game in {unit} {last.number}." if fight else f"The horizon is reached after {last.number} turns."
    )
    tensest = max(turns, key=lambda turn: turn.tension)
    lines = [
        how,
        f"Tension peaked at {100 * tensest.tension:.0f} % in {unit} {tensest.number}; highest rung {game['peak_rung']} "
        f"({RUNGS[game['peak_rung']]}); incidents {game['incidents']}.",
    ]
    lines += _first_steps(turns, scenario)
    lines += _crises([turn.game for turn in turns])
    return Group(Panel(Text("\n".join(lines)), title="The end"), Text(ansi(game, scenario)))


def _first_steps(turns: Sequence[Turn], scenario: Scenario) -> Iterator[str]:
    """Yield a sentence on the actors that took the first step of rung 3 or more, if there is one."""
    for turn in turns:
        who = [actor_words(ACTORS[n], scenario.labels) for n in range(N_ACTORS) if turn.game["rung"][n].max() >= CRISIS_RUNG]
        if who:
            yield f"First to go to rung {CRISIS_RUNG} or above, in {_unit(scenario).lower()} {turn.number}: {', '.join(who)}."
            return


def _crises(games: Sequence[Any]) -> Iterator[str]:
    """Yield a sentence on the number of crises and their ends, if there was one."""
    ends = Counter(crisis.end for crisis in list_crises(np.array(games)))
    if ends:
        kinds = ", ".join(f"{ENDED[end]} {ends[end]}" for end in ENDS if ends[end])
        yield f"Crises: {sum(ends.values())} ({kinds})."


def _unit(scenario: Scenario) -> str:
    return UNITS.get(scenario.turn_days, "Turn")
