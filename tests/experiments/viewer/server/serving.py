"""A class that is served in a thread, and people who talk to it without a browser."""

import json
import threading
import time
from contextlib import ExitStack, contextmanager

import numpy as np
from websockets.sync.client import connect

from straits.agents.network import Network, NetworkPolicy
from straits.envs.spec.constants import ACTORS
from straits.envs.spec.moves import N_MOVES
from straits.envs.spec.observation import N_OBSERVATION
from straits.experiments.viewer.server import persistence
from straits.experiments.viewer.server.app import Running
from straits.experiments.viewer.server.classroom import Classroom, Place, Policies

OTHERS = ["default"] * len(ACTORS)
OFFERED = ["default", "hold", "hawk"]


def trained():
    """A network for each actor, as the server has them for advice and for the debrief."""
    rng = np.random.default_rng(2)
    weights = [rng.normal(0, 0.1, (N_OBSERVATION, N_MOVES)).astype(np.float32) for _ in ACTORS]
    networks = [Network((weight,), (np.zeros(N_MOVES, np.float32),), "tanh") for weight in weights]
    return [NetworkPolicy(f"zoo/{actor}", network) for actor, network in zip(ACTORS, networks, strict=True)]


def classroom(games=1, people=ACTORS, turns=3, scenario="s0_draft_plan", seed=5):
    """A class of games in which these actors are for people, the others for `default`."""
    plan = [[None if actor in people else name for actor, name in zip(ACTORS, OTHERS, strict=True)] for _ in range(games)]
    found = Classroom(scenario, turns, seed, plan, Policies(OFFERED))
    found.fallback = list(OTHERS)
    return found


def alone(seat="japan", turns=3, **options):
    found = classroom(1, [seat], turns, **options)
    found.alone = found.started = True
    return found


@contextmanager
def served(found, folder, **options):
    """The server of a class, running in a thread on a free port."""
    running = Running(found, folder, trained(), **options)
    thread = threading.Thread(target=running.serve, daemon=True)
    thread.start()
    end = time.monotonic() + 60
    while running._server is None or not running._server.started:
        assert time.monotonic() < end and thread.is_alive()
        time.sleep(0.02)
    try:
        yield running
    finally:
        running.stop()
        thread.join(180)  # a debrief that is being worked out is let finish
        assert not thread.is_alive()


class Person:
    """A connection that keeps the last message of each kind."""

    def __init__(self, running, message, origin=None, **options):
        self.last = {}
        address = running.url.replace("http", "ws", 1) + "socket"
        self._open = ExitStack()
        self.socket = self._open.enter_context(connect(address, origin=origin or running.url.rstrip("/"), max_size=None, **options))
        if message is not None:
            self.say(**message)

    def __enter__(self):
        return self

    def __exit__(self, *args):
        self._open.close()

    def say(self, **message):
        self.socket.send(json.dumps(message))

    def hear(self, kind, until=lambda message: True, seconds=180):
        """The next message of that kind of which `until` holds; what comes before it is kept too."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            message = json.loads(self.socket.recv(timeout=max(0.01, end - time.monotonic())))
            self.last[message["type"]] = message
            if message["type"] in (kind, "state" if kind == "table" else kind) and until(message):  # a state tells the table too
                return message
        raise TimeoutError(kind)

    def state(self, turn):
        return self.hear("state", lambda message: message["view"]["turn"] == turn)

    def commit(self, turn, choices=(0, 0, 0)):
        self.say(type="commit", turn=turn, choices=list(choices))


def seat(running, actor, game=0):
    """A person with a token of that seat."""
    token = running.session.classroom.admit(Place(game, ACTORS.index(actor)))
    return Person(running, {"type": "hello", "token": token})


def teacher(running):
    return Person(running, {"type": "hello", "token": running.session.classroom.teach()})


def state_of(folder):
    return json.loads((folder / persistence.FILE).read_text())
