"""Event series on events written out by hand."""

import numpy as np

from straits.envs.recording.cameo_events import quad
from straits.envs.recording.schema import QUADS
from straits.envs.spec.constants import CHINA, JAPAN, TAIWAN, USA
from straits.experiments.metrics.cameo import quads, tone

# Game 0, turn 1: China sends Japan -2 and -4; turn 2: the US sends Taiwan 8. Game 1, turn 2: Japan sends China 3.
EVENTS = {
    "game": [0, 0, 0, 1],
    "turn": [1, 1, 2, 2],
    "actor": [CHINA, CHINA, USA, JAPAN],
    "target": [JAPAN, JAPAN, TAIWAN, CHINA],
    "goldstein": [-2.0, -4.0, 8.0, 3.0],
}


def test_events_are_counted_and_added_up_per_pair_and_turn():
    told = tone((2, 3), **EVENTS)
    assert told.count[0, 0, CHINA, JAPAN] == 2 and told.total[0, 0, CHINA, JAPAN] == -6 and told.mean[0, 0, CHINA, JAPAN] == -3
    assert told.count[0, 1, USA, TAIWAN] == 1 and told.mean[0, 1, USA, TAIWAN] == 8
    assert told.count[1, 1, JAPAN, CHINA] == 1 and told.count.sum() == 4 and told.total.sum() == 5
    assert np.isnan(told.mean[0, 0, JAPAN, CHINA])  # no events, no tone


def test_quad_classes_are_counted_per_game_and_pair():
    kinds = [QUADS.index(q) for q in ("verbal conflict", "material conflict", "verbal conflict", "verbal cooperation")]
    told = quads(3, EVENTS["game"], EVENTS["actor"], EVENTS["target"], kinds)
    assert told.sum(axis=(1, 2)).tolist() == [[0, 0, 2, 1], [1, 0, 0, 0], [0, 0, 0, 0]]
    assert told[0, CHINA, JAPAN].tolist() == [0, 0, 1, 1] and told[0, USA, TAIWAN].tolist() == [0, 0, 1, 0]


def test_quad_classes_follow_the_root_of_the_code():
    named = {code: QUADS[quad(code)] for code in ("012", "057", "062", "087", "111", "138", "150", "161", "0256")}
    assert named == {
        "012": "verbal cooperation", "057": "verbal cooperation", "0256": "verbal cooperation",
        "062": "material cooperation", "087": "material cooperation",
        "111": "verbal conflict", "138": "verbal conflict",
        "150": "material conflict", "161": "material conflict",
    }  # fmt: skip
