"""Show a page inside a notebook: `show("s0_draft_plan", seed=29)` as the last line of a cell.

The page is the file that `straits replay` writes, in a frame with inline text. It needs no server. The sandbox of the frame lets it
run its own script, and gives it no access to the notebook's page or storage.
"""

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from straits.envs.spec.constants import ACTORS
from straits.envs.validation import wrong
from straits.experiments.evaluation.sources import REPLAY, check_source, open_game
from straits.experiments.rollouts.source import Asked
from straits.experiments.viewer.export.html import page, replay
from straits.experiments.viewer.export.replay import game_episode
from straits.experiments.viewer.export.replay_file import load
from straits.experiments.viewer.export.schema import check

Episode = Mapping[str, Any]  # a straits-replay/1
HEIGHT: Final = 960  # px: the map, the timelines and the buttons between them
LEAST, MOST = 200, 4000  # px


@dataclass(frozen=True)
class Shown:
    """Hold a page that a notebook draws. `page` is its HTML, which can be written to a file."""

    page: str
    height: int

    def _repr_html_(self) -> str:
        frame = f'title="straits" sandbox="allow-scripts" width="100%" height="{self.height}" style="border:0"'
        return f'<iframe {frame} srcdoc="{html.escape(self.page, quote=True)}"></iframe>'

    def __repr__(self) -> str:
        return f"a page of {len(self.page) // 1000} kB, which a notebook shows"


def show(
    what: str | Path | Episode | Sequence[Episode],
    *,
    seed: int | None = None,
    game: int | None = None,
    policy: str = "",
    seats: Mapping[str, str] | None = None,
    height: int = HEIGHT,
) -> Shown:
    """Replay games in a notebook.

    Args:
        what: Name of a scenario, folder of a recording or an evaluation, a replay file, or episodes in the format
            `straits-replay/1`.
        seed: Seed of a scenario's game, by default 1.
        game: Number of the game in a recording or evaluation, by default 0.
        policy: Policy of all seats.
        seats: Actor -> another policy.
        height: Height in pixels, LEAST to MOST.

    Returns:
        The page.

    Raises:
        ValueError: If an argument is invalid. The message is one line.
        OSError: If a file cannot be read.
    """
    if not LEAST <= height <= MOST:
        raise wrong("height", height, f"{LEAST}..{MOST}")
    for actor in seats or {}:
        if actor not in ACTORS:
            raise wrong("seats", actor, f"one of {', '.join(ACTORS)}")
    scenario = None
    asked = Asked(str(what) if isinstance(what, str | Path) else "", game, seed, policy, seats or {})
    if isinstance(what, str | Path) and check_source(asked) != REPLAY:
        loaded = open_game(asked)
        episodes, scenario = [game_episode(loaded)], loaded.played.scenario
    elif isinstance(what, str | Path):
        episodes = [load(what)]
    else:
        episodes = [check(episode, f"episode {n}") for n, episode in enumerate([what] if isinstance(what, Mapping) else what)]
    if not episodes:
        raise wrong("what", what, "at least one episode")
    return Shown(page(replay(episodes, scenario=scenario)), height)
