"""Render a turn as text (`ansi`) and as a picture (`picture`), on the CPU and without a display.

The picture shows each area with one bar for every actor that is present there. A bar of half the width of the box is strength
0.5. The picture also shows recent incidents, the ladder of rungs with the rung of the turn and the peak of the game, the tension of
each row actor towards each column actor in per cent, and the pairs in a crisis or a truce. It is a diagram and not a map.
"""

from typing import Any, Final

import numpy as np
from gymnasium import logger
from numpy.typing import NDArray

from straits.envs.scenarios.scenario import Scenario
from straits.envs.spec.constants import ACTORS, AREAS, CODES, CONFLICT, N_ACTORS, N_AREAS, OUTCOMES, RUNGS
from straits.envs.text.crises import dispute_words, disputes
from straits.envs.text.raster import LINE, Box, Colour, canvas, fill, frame, wide, write
from straits.envs.text.turns import tell

RENDER_MODES: Final = ("ansi", "rgb_array", "human")
WIDTH, HEIGHT = 1200, 720
SEEN_FROM: Final = 0.02  # of strength and incidents

_PAPER, _INK, _FAINT, _WATER, _LAND = (250, 249, 245), (40, 44, 52), (176, 178, 180), (226, 236, 244), (240, 234, 218)
_ALARM, _WARM, _WHITE = (200, 30, 30), (178, 24, 43), (255, 255, 255)
_COLOURS: Final[tuple[Colour, ...]] = (  # of the actors, as in experiments/utils/vocabulary.json
    (106, 95, 208),
    (107, 102, 32),
    (28, 64, 49),
    (190, 70, 115),
    (90, 20, 87),
)
_BOXES: Final[tuple[Box, ...]] = (  # of the areas
    (620, 60, 190, 130),
    (470, 205, 210, 130),
    (390, 350, 160, 130),
    (200, 270, 180, 150),
    (200, 110, 250, 145),
    (200, 500, 250, 160),
    (465, 520, 160, 140),
    (575, 350, 235, 150),
    (20, 60, 165, 600),
)
_TITLES: Final = (
    "Japan",
    "Nansei/Ryukyu\nislands",
    "Taiwan",
    "Taiwan Strait",
    "East China Sea",
    "South China Sea/\nWest Philippine Sea",
    "Luzon",
    "Philippine Sea",
    "Mainland",
)
_SEAS: Final = frozenset(n for n, area in enumerate(AREAS) if area.endswith(("sea", "strait")))
_PANEL: Final = 840  # left edge of the panel to the right of the areas


def shown(state: Any, scenario: Scenario, mode: str | None) -> None | NDArray[np.uint8] | str:
    """Return the result of `render()` of an environment.

    The function warns if the mode is None.

    Args:
        state: Record of the game.
        scenario: Scenario of the game.
        mode: One of RENDER_MODES, or None. "human" prints the text.

    Returns:
        The picture for "rgb_array", the text for "ansi", otherwise None.
    """
    if mode == "rgb_array":
        return picture(state, scenario)
    if mode == "ansi":
        return ansi(state, scenario)
    if mode == "human":
        print(ansi(state, scenario))
    else:
        logger.warn(f"render_mode=None: expected one of {', '.join(RENDER_MODES)} to render()")
    return None


def ansi(state: Any, scenario: Scenario) -> str:
    """Describe the turn in text: the state of the game, all moves, and the tension between actors."""
    codes = _codes(scenario)
    lines = [_headline(state, scenario)]
    if state["turn"] > 0:
        lines.append(tell(state, scenario.labels))
    fresh = [f"{AREAS[n]} {state['incident'][n]:.2f}" for n in range(N_AREAS) if state["incident"][n] > SEEN_FROM]
    lines.append(f"Fresh incidents: {', '.join(fresh) or 'none'}")
    rung = int(state["rung"].max())
    lines.append(f"Rung {rung} ({RUNGS[rung]}), peak {state['peak_rung']} ({RUNGS[state['peak_rung']]})")
    lines += ["Crises and truces:", *(f"  {words}" for words in _crises(state, scenario) or ["none"])]
    lines.append("Tension of the row towards the column, per cent:")
    lines.append("    " + "".join(f"{code:>4}" for code in codes))
    for i in range(N_ACTORS):
        cells = ("   ." if i == j else f"{100 * state['tension'][i, j]:4.0f}" for j in range(N_ACTORS))
        lines.append(f"{codes[i]:>4}" + "".join(cells))
    return "\n".join(lines)


def picture(state: Any, scenario: Scenario) -> NDArray[np.uint8]:
    """Draw the turn as a picture, (HEIGHT, WIDTH, 3) uint8."""
    image = canvas(WIDTH, HEIGHT, _PAPER)
    write(image, 20, 20, _headline(state, scenario)[: (WIDTH - 40) // wide(" ")], _INK)
    codes = _codes(scenario)
    for area in range(N_AREAS):
        _draw_area(image, state, area, codes)
    _draw_ladder(image, state)
    _draw_tension(image, state, codes)
    _draw_crises(image, state, scenario)
    return image


def _crises(state: Any, scenario: Scenario) -> list[str]:
    """Return one line for each pair in a crisis or a truce."""
    return [words for dispute in disputes(state, scenario.record[0]) if (words := dispute_words(dispute, scenario.labels))]


def _codes(scenario: Scenario) -> list[str]:
    """Return short names of the actors: two letters, or the label of the scenario if it differs."""
    labels = scenario.labels
    return [code if labels[actor] == actor else labels[actor][:3] for actor, code in zip(ACTORS, CODES, strict=True)]


def _headline(state: Any, scenario: Scenario) -> str:
    """Return the scenario, the turn and the status of the game."""
    stands = OUTCOMES[state["outcome"]]
    if state["outcome"] == CONFLICT:
        one, two = (_codes(scenario)[n] for n in state["belligerents"])
        stands = f"armed conflict between {one} and {two}"
    return f"{scenario.title}: turn {state['turn']} of {state['horizon']}, {stands}"


def _draw_area(image: NDArray[np.uint8], state: Any, area: int, codes: list[str]) -> None:
    box = _BOXES[area]
    left, top, width, _ = box
    fill(image, box, _WATER if area in _SEAS else _LAND)
    severity = state["incident"][area]
    frame(image, box, _ALARM if severity > SEEN_FROM else _FAINT, 2 + int(6 * min(1.0, severity)))
    line = top + 12
    for words in _TITLES[area].splitlines():
        write(image, left + 12, line, words, _INK)
        line += LINE
    line += 4
    room = width - 24 - wide("XX ")
    for actor in range(N_ACTORS):
        strength = state["strength"][actor, area]
        if strength > SEEN_FROM:
            write(image, left + 12, line, codes[actor][:2], _COLOURS[actor])
            fill(image, (left + 12 + wide("XX "), line + 1, int(room * strength / (0.5 + strength)), 12), _COLOURS[actor])
            line += LINE


def _draw_ladder(image: NDArray[np.uint8], state: Any) -> None:
    write(image, _PANEL, 60, "Ladder", _INK)
    rung = int(state["rung"].max()) if state["outcome"] != CONFLICT else len(RUNGS) - 1
    for n, name in enumerate(RUNGS):
        box = (_PANEL, 84 + 30 * (len(RUNGS) - 1 - n), 340, 26)
        fill(image, box, _blend(n / (len(RUNGS) - 1)) if n <= rung else _WHITE)
        frame(image, box, _INK if n == state["peak_rung"] else _FAINT, 2)
        ink = _WHITE if n <= rung and n >= 3 else _INK
        write(image, box[0] + 10, box[1] + 6, f"{n} {name}" + (" (peak)" if n == state["peak_rung"] else ""), ink)


def _draw_tension(image: NDArray[np.uint8], state: Any, codes: list[str]) -> None:
    top = 330
    write(image, _PANEL, top, "Tension felt, per cent", _INK)
    cell, first = 52, _PANEL + 50
    for i in range(N_ACTORS):
        write(image, first + i * cell + 12, top + 26, codes[i], _COLOURS[i])
        write(image, _PANEL + 6, top + 46 + i * cell + 20, codes[i], _COLOURS[i])
        for j in range(N_ACTORS):
            if i != j:
                tension = float(state["tension"][i, j])
                fill(image, (first + j * cell, top + 46 + i * cell, cell - 4, cell - 4), _blend(tension))
                ink = _WHITE if tension > 0.5 else _INK
                write(image, first + j * cell + 12, top + 46 + i * cell + 18, f"{100 * tension:.0f}", ink)


def _draw_crises(image: NDArray[np.uint8], state: Any, scenario: Scenario) -> None:
    """Write the crises and then the truces under the tension, as many as there is room for."""
    codes = _codes(scenario)
    crises: list[tuple[str, Colour]] = []
    truces: list[tuple[str, Colour]] = []
    for dispute in disputes(state, scenario.record[0]):
        pair = f"{codes[dispute.one]}-{codes[dispute.two]}"
        if dispute.turns:
            crises.append((f"{pair} crisis since turn {dispute.since}", _ALARM))
        elif dispute.truce:
            truces.append((f"{pair} truce, {dispute.truce} turns left", _INK))
    for n, (line, ink) in enumerate((crises + truces)[:4]):
        write(image, _PANEL, 640 + LINE * n, line, ink)


def _blend(share: float) -> Colour:
    """Interpolate between white and red."""
    red, green, blue = (int(round(w + (a - w) * min(1.0, max(0.0, share)))) for w, a in zip(_WHITE, _WARM, strict=True))
    return red, green, blue
