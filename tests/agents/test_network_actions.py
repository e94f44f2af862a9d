"""Every network in the repository chooses recorded actions, whichever version of the environment its policy was made for.

The networks read drawn observations here, and not games, so that a change of the rules leaves this check of the network code as it
is. Record the actions again only after a network has changed on purpose:

    python tests/agents/test_network_actions.py
"""

import hashlib
import json
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

from straits.agents.network import Network, choose
from straits.agents.registry import ZOO
from straits.envs.spec.moves import N_MOVES, OFFSETS

ACTIONS = Path(__file__).with_name("network_actions.json")
LEAGUE = Path(__file__).parents[2] / "experiments" / "reproduce" / "league" / "policies"
ROWS = 400


def shipped():
    """Return the folder of each network by name."""
    folders = {f"{of.parent.name}/{of.name}": of for root in (ZOO, LEAGUE) for of in root.iterdir() if of.is_dir()}
    return dict(sorted(folders.items()))


def network(folder):
    """Read the layers without the checks that refuse a policy of an earlier version."""
    arrays = load_file(folder / "weights.safetensors")
    parts = [tuple(arrays[f"layer.{n}.{part}"] for n in range(len(arrays) // 2)) for part in ("weight", "bias")]
    return Network(*parts, json.loads((folder / "card.json").read_text())["activation"])


def digest(folder):
    """Return the sha256 of what a network chooses for drawn observations and masks."""
    net, rng = network(folder), np.random.default_rng(1)
    observation = rng.random((ROWS, net.sizes[0]), np.float32) * (rng.random((ROWS, net.sizes[0])) < 0.3)
    mask = (rng.random((ROWS, N_MOVES)) < 0.5).astype(np.int8)
    mask[:, list(OFFSETS)] = 1
    choices = choose(net.scores(observation), mask, rng, deterministic=False)
    return hashlib.sha256(choices.astype("<i8").tobytes()).hexdigest()


def test_every_network_that_ships_chooses_the_recorded_actions():
    assert {name: digest(folder) for name, folder in shipped().items()} == json.loads(ACTIONS.read_text())


if __name__ == "__main__":
    ACTIONS.write_text(json.dumps({name: digest(folder) for name, folder in shipped().items()}, indent=1) + "\n")
