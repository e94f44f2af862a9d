"""Record golden games, so that a test notices each change of the rules' behaviour.

`straits golden` rewrites tests/golden/straits-v1.json. Do so only together with a line in CHANGELOG.md that says what changed and
why, and after a release with a new version of the environment.
"""

import argparse
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from straits.agents.scripted import scripted
from straits.envs.scenarios.scenario import list_scenarios, load_scenario
from straits.envs.simulator.engine import Engine
from straits.envs.spec.constants import ENVIRONMENT, N_ACTORS, OUTCOMES
from straits.experiments.rollouts.rollout import iter_turns

FILE: Final = Path(f"tests/golden/{ENVIRONMENT}.json")
GAMES: Final = 4
SEED: Final = 2021


def golden() -> dict[str, list[dict[str, Any]]]:
    """Play random legal games in each scenario. Return a readable summary and the hash of the last record of each game."""
    return {name: _play(name) for name in list_scenarios("all")}


def _play(name: str) -> list[dict[str, Any]]:
    engine = Engine(load_scenario(name), GAMES)
    engine.reset(SEED)
    seats = [scripted("random")] * N_ACTORS
    for _ in iter_turns(engine, seats):
        pass
    return [
        {
            "outcome": OUTCOMES[int(game["outcome"])],
            "turns": int(game["turn"]),
            "incidents": int(game["incidents"]),
            "peak_tension": round(float(game["peak_tension"]), 6),
            "sha256": hashlib.sha256(game.tobytes()).hexdigest(),
        }
        for game in engine.games
    ]


def main(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> int:
    """Write the file of golden games."""
    parser.parse_args(arguments)
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text(json.dumps(golden(), indent=1) + "\n", encoding="utf-8")
    print(f"wrote {FILE}")
    return 0
