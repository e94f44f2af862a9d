"""T19 in whole games: crises as the rules define them, and lots that touch nothing but idle turns."""

import numpy as np

from straits.agents.scripted import scripted
from straits.envs.core.rng import GameDraws
from straits.envs.scenarios.scenario import load_scenario
from straits.envs.simulator.engine import Engine
from straits.envs.spec.constants import ACT, CHINA, DEPLOYMENT, STATEMENT
from straits.envs.spec.moves import CLOSE_HOTLINE, MOVE_KIND, OFFSETS, REASSURE
from straits.experiments.theory.claims import duration


def test_a_crisis_lasts_from_the_turn_after_its_opening_to_its_end() -> None:
    lasting = np.array([[0, 1, 1, 1, 0, 0, 1, 1]], bool).T  # (turns, games)
    inside, end = duration._crises(lasting, np.ones(lasting.shape, bool))
    assert np.flatnonzero(inside[:, 0]).tolist() == [2, 3, 4, 7]
    assert end[2:5, 0].tolist() == [4] * 3 and end[7, 0] == -1


def test_lots_change_idle_turns_alone_and_say_what_they_did() -> None:
    engine = Engine(load_scenario("baseline"), 400)
    engine.reset(1)
    drawing = duration.Drawing(scripted("default"), CHINA)
    seen, mask = engine.observation[:, CHINA], engine.mask[:, CHINA]
    drawn = drawing.act(seen, mask, GameDraws(engine.games, CHINA))
    usual = scripted("default").act(seen, mask, GameDraws(engine.games, CHINA))
    assert (drawn[:, DEPLOYMENT] == usual[:, DEPLOYMENT]).all()
    for n, (kind, channel) in enumerate(((REASSURE, STATEMENT), (CLOSE_HOTLINE, ACT))):
        prize = (drawing.drew[:, n] == duration.PRIZE).any(axis=1)
        blank = (drawing.drew[:, n] == duration.BLANK).any(axis=1)
        assert (usual[prize | blank, channel] == 0).all() and (drawn[~prize, channel] == usual[~prize, channel]).all()
        assert (MOVE_KIND[OFFSETS[channel] + drawn[prize, channel]] == kind).all()
    assert (drawing.drew[:, 0] == duration.PRIZE).sum() > 10 < (drawing.drew[:, 0] == duration.BLANK).sum()


def test_a_policy_whose_crises_do_not_end_shows_nothing() -> None:
    found = duration.t19(scripted("hold"), games=20)
    assert not found.met and found.result == "crises that ended after a prize: reassured 0, closed 0; too few"
