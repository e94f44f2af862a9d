"""Every network that ships chooses the actions that were recorded before the code was reorganised.

Record them again, only after the rules or a network have changed on purpose:

    python tests/agents/test_network_actions.py
"""

import hashlib
import json
from pathlib import Path

import numpy as np

from straits.agents.checkpoint import load
from straits.agents.registry import ZOO
from straits.agents.scripted import scripted
from straits.envs.core.rng import GameDraws
from straits.envs.scenarios.scenario import load_scenario
from straits.envs.simulator.engine import Engine
from straits.envs.spec.constants import ACTORS

ACTIONS = Path(__file__).with_name("network_actions.json")
LEAGUE = Path(__file__).parents[2] / "experiments" / "reproduce" / "league" / "policies"
GAMES, SEED = 8, 1


def shipped():
    """Return the folder of each network by name."""
    folders = {f"{of.parent.name}/{of.name}": of for root in (ZOO, LEAGUE) for of in root.iterdir() if of.is_dir()}
    return dict(sorted(folders.items()))


def digests():
    """Play `default` in every seat of the baseline and return the sha256 of what each network would choose in each of its seats."""
    networks = {name: (load(folder), seats(folder), hashlib.sha256()) for name, folder in shipped().items()}
    engine, default = Engine(load_scenario("baseline"), GAMES), scripted("default")
    engine.reset(SEED)
    while (engine.outcome == 0).any():
        observation, mask = engine.observation.copy(), engine.mask.copy()
        for network, indices, digest in networks.values():
            for seat in indices:
                choices = network.act(observation[:, seat], mask[:, seat], GameDraws(engine.games, seat))
                digest.update(choices.astype("<i8").tobytes())
        moves = [default.act(observation[:, seat], mask[:, seat], GameDraws(engine.games, seat)) for seat in range(len(ACTORS))]
        engine.step(np.stack(moves, axis=1))
    return {name: digest.hexdigest() for name, (_, _, digest) in networks.items()}


def seats(folder):
    """Return the indices of the actors that the network was trained for."""
    return [ACTORS.index(actor) for actor in json.loads((folder / "card.json").read_text())["seats"]]


def test_every_network_that_ships_chooses_the_recorded_actions():
    assert digests() == json.loads(ACTIONS.read_text())


if __name__ == "__main__":
    ACTIONS.write_text(json.dumps(digests(), indent=1) + "\n")
