"""What marks, colours and sizes stand for in a picture of games, and the keys beside it that say so."""

from collections.abc import Iterable, Sequence
from typing import Final

from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from straits.envs.spec.constants import CHANNELS, RUNGS
from straits.experiments.rollouts.turning_points import DISASTER, FIGHT, INCIDENT, LEAK

INK, SOFT, FAINT, GRID = "#222222", "#5f5f5f", "#9a9a9a", "#e6e6e6"
RUNG_COLOURS: Final = ("#8fbcd9", "#f3d27a", "#eba23c", "#d8692d", "#a83232", "#5c1230", "#000000")  # darker is higher
RUNG_SIZES: Final = (14, 18, 26, 40, 56, 78, 100)  # and larger
CHANNEL_MARKERS: Final = ("s", "o", "^")
EVENT_MARKERS: Final = {FIGHT: "*", INCIDENT: "X", LEAK: "D", DISASTER: "P"}


def draw_keys(figure: Figure, kinds: Iterable[str], left: float, events_top: float, moves_top: float) -> None:
    """Say what the shapes of these kinds of events, and the shapes, colours and sizes of moves mean. `left` and the tops: where
    the keys stand, in shares of the figure."""
    _key(figure, (left, events_top), "", [_point(EVENT_MARKERS[kind], INK, 6.5, kind) for kind in kinds])
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
