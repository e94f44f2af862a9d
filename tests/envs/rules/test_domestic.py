"""The weekly check of commitments (R5.3): silence of a committed actor costs support where the demand to answer is grave."""

import numpy as np
import pytest

from straits.envs.scenarios.scenario import load_scenario
from straits.envs.simulator.engine import Engine
from straits.envs.spec.constants import CHINA, JAPAN, N_ACTORS
from straits.envs.spec.moves import choice
from straits.envs.spec.parameters import PARAMETER_INDEX

STILL = {"leak_rate": 0, "disaster_rate": 0, "incident_rate": 0, "hazard_rate": 0}
GRAVE = PARAMETER_INDEX["provoked"].default


def support(demand, said="", commitment=0.8, **parameters):
    """Support of a Japan with that demand to answer China's presence, after one turn."""
    engine = Engine(load_scenario("baseline").with_(parameters={**STILL, **parameters}), 1)
    engine.reset(1)
    engine.games["public_commitment"][0, JAPAN, CHINA] = commitment
    engine.games["grievance_military"][0, JAPAN, CHINA] = demand
    moves = np.zeros((1, N_ACTORS, 3), np.int64)
    moves[0, JAPAN] = choice(*said.split())
    engine.step(moves)
    assert not engine.illegal.any()
    return engine.games["support"][0, JAPAN]


def cost(demand, *said, **more):
    return support(demand, *said, audience_cost=0, **more) - support(demand, *said, **more)


@pytest.mark.parametrize(("provoked", "grave"), [(GRAVE, GRAVE), (0.25, 0.3)])
def test_silence_costs_a_committed_actor_support_from_the_threshold_on(provoked, grave):
    assert cost(0.2, provoked=provoked) == 0
    assert cost(grave, provoked=provoked) > 0
    assert cost(grave, provoked=provoked, commitment=0.0) == 0
    assert cost(grave, "threaten.china", provoked=provoked) == 0


def test_by_default_the_week_to_week_demand_of_a_crisis_costs_nothing():
    assert cost(0.9 * GRAVE) == 0
