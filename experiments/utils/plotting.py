"""Define the colours, markers and sizes of all figures, and draw the legends of moves and events.

The colours of actors and rungs are in vocabulary.json, which the web pages read too.
"""

import json
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Final

from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from straits.envs.spec.constants import CHANNELS, RUNGS

INK, SOFT, FAINT, GRID = "#222222", "#5f5f5f", "#9a9a9a", "#e6e6e6"
_SHARED: Final = json.loads((resources.files("straits.experiments.utils") / "vocabulary.json").read_text(encoding="utf-8"))
RUNG_COLOURS: Final = tuple(rung["colour"] for rung in _SHARED["rungs"])  # darker is higher
MOVE_COLOURS: Final = (_SHARED["routine_move"], *RUNG_COLOURS[1:])  # the ramp begins too near the colour of the paper
RUNG_SIZES: Final = (14, 18, 26, 40, 56, 78, 100)  # and larger
CHANNEL_MARKERS: Final = ("s", "o", "^")
COLOURS: Final[Mapping[str, str]] = {actor["id"]: actor["colour"] for actor in _SHARED["actors"]}
POLICIES: Final = {  # a colour and a marker each, the same in every picture
    "trained": ("black", "o"),
    "untrained": ("#8c8c8c", "s"),
    "default": ("#0072b2", "^"),
    "tit_for_tat": ("#56b4e9", "D"),
    "dove": ("#009e73", "v"),
    "hold": ("#e69f00", "P"),
    "hawk": ("#d55e00", "X"),
    "random": ("#cc79a7", "*"),
    "grim": ("#5c1230", "<"),
}
OTHER: Final = ("#5f5f5f", ">")


def draw_keys(figure: Figure, events: Mapping[str, str], left: float, events_top: float, moves_top: float) -> None:
    """Draw the legends of events and moves.

    Args:
        figure: The figure to draw on.
        events: Marker of each kind of event in the figure.
        left: Left edge of both legends, as a share of the figure's width.
        events_top: Top of the events' legend, as a share of the figure's height.
        moves_top: Top of the moves' legends, as a share of the figure's height.
    """
    _key(figure, (left, events_top), "", [_point(marker, INK, 6.5, kind) for kind, marker in events.items()])
    shapes = zip(CHANNEL_MARKERS, CHANNELS, strict=True)
    _key(figure, (left, moves_top), "channel", [_point(marker, FAINT, 7, channel) for marker, channel in shapes])
    rungs = zip(RUNGS[:-1], MOVE_COLOURS, RUNG_SIZES, strict=False)
    points = [_point("o", colour, size**0.5 + 0.5, f"{n} {name}") for n, (name, colour, size) in enumerate(rungs)]
    _key(figure, (left, moves_top - 0.1), "rung of the move", points)


def _key(figure: Figure, where: tuple[float, float], title: str, points: Sequence[Line2D]) -> None:
    key = figure.legend(
        handles=points,
        title=title,
        loc="upper left",
        bbox_to_anchor=where,
        frameon=False,
        fontsize=8,
        borderpad=0,
        handletextpad=0.2,
    )
    key.set_alignment("left")
    key.get_title().set_fontsize(8.5)


def _point(marker: str, colour: str, size: float, label: str) -> Line2D:
    return Line2D([], [], linestyle="", marker=marker, color=colour, markersize=size, label=label)
