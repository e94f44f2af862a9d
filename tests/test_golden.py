"""The golden games: same rules, same bytes. A change of behaviour must come with new golden games and a line in the changelog."""

import json
from pathlib import Path

from straits.experiments.reproduce.golden import FILE, golden

ROOT = Path(__file__).parents[1]


def test_every_scenario_plays_as_recorded() -> None:
    recorded = json.loads((ROOT / FILE).read_text())
    assert golden() == recorded
