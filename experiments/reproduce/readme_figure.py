"""Draw one episode as one figure: tension of the pairs, events, all actors' moves, and turning points.

    straits readme-figure                                   the figure of the README, into docs/images/
    straits readme-figure --scenario severe --seed 2 --out severe.png

`straits narrate` with the same scenario, policy and seed describes the same episode in words. The file contains the command that
made it and a digest of the game, so that a test detects when the rules have changed.
"""

import argparse
import textwrap
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from straits.envs.spec.constants import ACTORS, CONFLICT, N_ACTORS, N_CHANNELS, PAIRS
from straits.envs.text.describe import AREA_WORDS, actor_words
from straits.experiments.rollouts.narrate import UNITS
from straits.experiments.rollouts.turning_points import (
    DISASTER,
    FALLS,
    FIGHT,
    INCIDENT,
    LEAK,
    RISES,
    Episode,
    Event,
    Moment,
    chosen,
    find_events,
    find_moments,
    record,
    tell_moment,
)
from straits.experiments.utils.console import complain
from straits.experiments.utils.plotting import (
    CHANNEL_MARKERS,
    FAINT,
    GRID,
    INK,
    MOVE_COLOURS,
    RUNG_SIZES,
    SOFT,
    draw_keys,
)

EVENT_MARKERS: Final = {FIGHT: "*", INCIDENT: "X", LEAK: "D", DISASTER: "P"}
README: Final = Path("docs/images/crisis.png")
SCENARIO, POLICY, SEED = "s0_draft_plan", "default", 29  # the README's: its tension rises and falls
SHOWN: Final = 4  # pairs with their own line; the others are grey
LEFT, RIGHT = 0.13, 0.835  # edges of the axes, as shares of the page
PAIR_COLOURS: Final = ("#d55e00", "#0072b2", "#009e73", "#cc79a7")  # Okabe and Ito's, distinct with colour blindness
DASHES: Final = ("-", (0, (6, 1.5)), (0, (3, 1.5)), (0, (6, 1.5, 1.5, 1.5)))  # distinct without colour


def main(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> int:
    """Play, draw and write. Return the exit code."""
    _add_options(parser)
    options = parser.parse_args(arguments)
    try:
        episode = record(options.scenario, options.policy, options.seed)
    except (ValueError, OSError) as error:
        return complain(error, parser.prog)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    save(episode, options.out)
    print(options.out)
    return 0


def save(episode: Episode, path: Path) -> None:
    """Write the figure as a PNG with its origin in the metadata.

    Args:
        episode: The episode.
        path: The file.
    """
    command = f"--scenario {episode.scenario.name} --policy {episode.policy} --seed {episode.seed}"
    origin = {
        "Description": f"straits readme-figure {command}",
        "Comment": f"game {episode.digest}",
    }
    draw(episode).savefig(path, dpi=150, metadata={**origin, "Software": None})


def draw(episode: Episode) -> Figure:
    """Draw the complete figure: title, tension, events, moves, turning points."""
    figure = Figure(figsize=(11, 10), facecolor="white")
    lanes, moments = _lanes(episode), find_moments(episode)
    grid = figure.add_gridspec(
        3, 1, left=LEFT, right=RIGHT, top=0.905, bottom=0.24, hspace=0.05, height_ratios=(3, 0.28 * len(lanes), 4.2)
    )
    axes = [figure.add_subplot(grid[0])]
    axes += [figure.add_subplot(grid[row], sharex=axes[0]) for row in (1, 2)]
    _draw_title(figure, episode)
    _draw_tension(axes[0], episode, moments)
    _draw_events(axes[1], lanes)
    _draw_moves(axes[2], episode)
    for axis in axes:
        _plain(axis, len(episode.turns), moments)
    axes[2].tick_params(labelbottom=True)
    _write_moments(figure, episode, moments)
    kinds = {event.kind: EVENT_MARKERS[event.kind] for events in lanes.values() for event in events}
    draw_keys(figure, kinds, RIGHT + 0.008, *(axis.get_position().y1 for axis in axes[1:]))
    return figure


def _draw_title(figure: Figure, episode: Episode) -> None:
    game, unit = episode.turns[-1].game, _unit(episode).lower()
    ended = "armed conflict ends it" if game["outcome"] == CONFLICT else "it reaches its horizon"
    figure.text(LEFT, 0.965, episode.scenario.title, fontsize=17, fontweight="bold", color=INK)
    words = (
        f"One simulated episode, not a forecast. All five actors play the scripted policy {episode.policy}, seed {episode.seed}; "
    )
    figure.text(LEFT, 0.941, f"{words}{ended} after {len(episode.turns)} {unit}s.", fontsize=9.5, color=SOFT)


def _draw_tension(axis: Axes, episode: Episode, moments: Sequence[Moment]) -> None:
    tension = episode.tension
    order = np.argsort(-tension.max(axis=0), kind="stable")
    for pair in order[SHOWN:]:
        axis.plot(tension[:, pair], color="#cfcfcf", linewidth=1, zorder=1)
    labels = [(float(np.median(tension[-1, order[SHOWN:]])), "the other pairs", FAINT)]
    for pair, colour, dashes in zip(order[:SHOWN], PAIR_COLOURS, DASHES, strict=True):
        axis.plot(tension[:, pair], color=colour, linestyle=dashes, linewidth=2.2, zorder=3)
        labels.append((float(tension[-1, pair]), _pair(episode, int(pair)), colour))
    steps = int(np.ceil(10 * tension.max() + 0.5))  # the last one is for the balloons
    for (_, words, colour), height in zip(labels, _spread([value for value, _, _ in labels], steps / 135), strict=True):
        axis.annotate(
            words, (len(tension) - 1, height), (8, 0), textcoords="offset points", va="center", color=colour, fontsize=9.5
        )
    for number, moment in enumerate(moments, 1):
        _balloon(axis, moment.turn, 0.095 * steps, number)
    axis.set_ylim(0, steps / 10)
    axis.set_yticks([n / 10 for n in range(steps)], [f"{10 * n} %" for n in range(steps)], fontsize=9.5)
    axis.set_ylabel("tension of the pair", color=INK)
    axis.grid(axis="y", color=GRID, linewidth=0.8)


def _balloon(axis: Axes, turn: int, height: float, number: int) -> None:
    box = {"boxstyle": "circle,pad=0.25", "facecolor": INK, "edgecolor": "none"}
    axis.text(
        turn, height, str(number), color="white", fontsize=8.5, fontweight="bold", ha="center", va="center", bbox=box, zorder=5
    )


def _draw_events(axis: Axes, lanes: Mapping[str, Sequence[Event]]) -> None:
    for lane, events in enumerate(lanes.values()):
        for event in events:
            size = 18 + 130 * event.size
            axis.scatter(event.turn, -lane, s=size, marker=EVENT_MARKERS[event.kind], color=INK, linewidth=0, zorder=3)
    axis.set_ylim(-len(lanes) + 0.4, 0.6)
    axis.set_yticks([-lane for lane in range(len(lanes))], list(lanes), fontsize=8)


def _draw_moves(axis: Axes, episode: Episode) -> None:
    """Draw one band per actor with one lane per channel, deployments on top."""
    for actor in range(N_ACTORS):
        axis.axhspan(-4 * actor - 3.5, -4 * actor + 0.5, color="#f6f6f6" if actor % 2 == 0 else "white", zorder=0)
        for channel in range(N_CHANNELS):
            moves = [(turn.number, move.kind.rung) for turn in episode.turns if (move := chosen(turn, actor, channel))]
            _draw_lane(axis, -4 * actor - 0.5 - channel, channel, moves)
    names = [_name(episode, actor) for actor in range(N_ACTORS)]
    axis.set_yticks([-4 * actor - 1.5 for actor in range(N_ACTORS)], names, fontsize=10)
    axis.set_ylim(-4 * N_ACTORS + 0.5, 0.5)
    axis.set_xlabel(_unit(episode).lower(), color=INK)


def _draw_lane(axis: Axes, height: float, channel: int, moves: Sequence[tuple[int, int]]) -> None:
    """Draw the moves of one channel. moves: turn and rung of each."""
    for turn, rung in moves:
        marker, colour = CHANNEL_MARKERS[channel], MOVE_COLOURS[rung]
        axis.scatter(turn, height, s=RUNG_SIZES[rung], color=colour, marker=marker, linewidth=0, zorder=3)


def _plain(axis: Axes, turns: int, moments: Sequence[Moment]) -> None:
    axis.set_xlim(-0.6, turns + 0.7)
    axis.tick_params(length=0, colors=INK, labelbottom=False)
    for moment in moments:
        axis.axvline(moment.turn, color=FAINT, linewidth=0.7, linestyle=(0, (2, 2)), zorder=0.5)
    for spine in axis.spines.values():
        spine.set_visible(False)


def _write_moments(figure: Figure, episode: Episode, moments: Sequence[Moment]) -> None:
    """Describe the numbered turns, in two columns."""
    rows = (RISES + FALLS + 1) // 2
    for n, moment in enumerate(moments):
        left, top = LEFT + 0.43 * (n // rows), 0.17 - 0.055 * (n % rows)
        change = f"{100 * moment.change:+.0f} points".replace("-", "\u2212")
        head = f"{_unit(episode)} {moment.turn}, {_pair(episode, moment.pair)} {change}"
        wrapped = textwrap.wrap(tell_moment(episode, moment), 64, max_lines=2, placeholder=" ...")
        figure.text(left - 0.02, top, str(n + 1), fontsize=9, fontweight="bold", color=INK, va="top")
        figure.text(left, top, head, fontsize=9, color=SOFT, va="top")
        for line, words in enumerate(wrapped, 1):
            figure.text(left, top - 0.0155 * line, words, fontsize=9, color=INK, va="top")


def _lanes(episode: Episode) -> dict[str, list[Event]]:
    """Group the events by the label of their lane, those of areas first."""
    lanes: dict[str, list[Event]] = {}
    for event in sorted(find_events(episode), key=lambda event: list(EVENT_MARKERS).index(event.kind)):
        lanes.setdefault(AREA_WORDS.get(event.where, event.kind).replace("/", "/\n"), []).append(event)
    return lanes or {"events": []}


def _spread(values: Sequence[float], gap: float) -> list[float]:
    """Return heights near the values, at least the gap apart."""
    heights = np.array(values)
    order = np.argsort(heights, kind="stable")
    for _ in range(50):
        for low, high in pairwise(order):
            lack = max(0.0, gap - (heights[high] - heights[low]))
            heights[low], heights[high] = heights[low] - lack / 2, heights[high] + lack / 2
    return [float(height) for height in heights]


def _name(episode: Episode, actor: int) -> str:
    """Return the label of an actor, without its article."""
    return actor_words(ACTORS[actor], episode.scenario.labels).removeprefix("the ")


def _pair(episode: Episode, pair: int) -> str:
    return "\u2013".join(sorted(_name(episode, actor) for actor in PAIRS[pair]))


def _unit(episode: Episode) -> str:
    return UNITS.get(episode.scenario.turn_days, "Turn")


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--scenario", default=SCENARIO, help="a name, or the path of a YAML file (default: %(default)s)")
    parser.add_argument("--policy", default=POLICY, help="a scripted policy, for all five seats (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=SEED, help="which episode (default: %(default)s)")
    parser.add_argument("--out", type=Path, default=README, help="the PNG to write (default: %(default)s)")
