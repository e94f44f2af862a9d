"""Define the colours, markers and sizes of all figures, and draw the legends of moves and events."""

from collections.abc import Mapping, Sequence
from typing import Final

from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from straits.envs.spec.constants import CHANNELS, RUNGS

INK, SOFT, FAINT, GRID = "#222222", "#5f5f5f", "#9a9a9a", "#e6e6e6"
RUNG_COLOURS: Final = ("#8fbcd9", "#f3d27a", "#eba23c", "#d8692d", "#a83232", "#5c1230", "#000000")  # darker is higher
RUNG_SIZES: Final = (14, 18, 26, 40, 56, 78, 100)  # and larger
CHANNEL_MARKERS: Final = ("s", "o", "^")
COLOURS: Final = {  # Okabe and Ito's, which colour-blind readers can distinguish; the same as in the environment's pictures
    "usa": "#0072b2",
    "japan": "#cc79a7",
    "china": "#d55e00",
    "taiwan": "#009e73",
    "philippines": "#e69f00",
}
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
    rungs = zip(RUNGS[:-1], RUNG_COLOURS, RUNG_SIZES, strict=False)
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
