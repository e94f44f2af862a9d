"""News: what an actor can tell of a turn from two of its observations, and nothing else."""

import numpy as np
import pytest

from straits.envs import parallel_env
from straits.envs.spec.constants import AREAS, CHINA, JAPAN, NORMAL, PAIRS, PHILIPPINES, RECALLED, SUMMONED, TAIWAN, USA
from straits.envs.spec.observation import SLICES, named
from straits.envs.text.describe import OWN_NAMES
from straits.experiments.viewer.server.turn_summary import news


@pytest.fixture
def seen():
    game_env = parallel_env("baseline")
    observations, _ = game_env.reset(seed=1)
    quiet = observations["japan"].copy()
    for part in ("provoked", "rung", "reassurance", "offer_act", "offer_statement", "incident", "leaked"):
        quiet[SLICES[part]] = 0.0
    return quiet


def after(seen, part, at, value):
    changed = seen.copy()
    named(changed)[part][at] = value
    return changed


def rows(before, now):
    return [(row["actor"], row["rung"], row["words"]) for row in news(before, now, OWN_NAMES)]


def test_nothing_new_is_no_news(seen):
    assert rows(seen, seen) == []


@pytest.mark.parametrize(
    ("part", "at", "value", "row"),
    [
        ("ambassador", (CHINA, JAPAN), SUMMONED / 5, (CHINA, 0, "summoned your ambassador")),
        ("ambassador", (CHINA, USA), RECALLED / 5, (CHINA, 0, "recalled its ambassador from the United States")),
        ("provoked", (CHINA, TAIWAN), 0.3, (CHINA, 0, "put pressure on Taiwan")),
        ("reassurance", (USA,), 0.2, (USA, 0, "reassured you")),
        ("offer_act", (USA,), 2 / 6, (USA, 0, "offers you a joint plan")),
        ("offer_statement", (TAIWAN,), 1.0, (TAIWAN, 0, "offers you a joint statement")),
        ("rung", (PHILIPPINES,), 3 / 6, (PHILIPPINES, 3, "took a step with little effect")),
        ("incident", (AREAS.index("taiwan_strait"),), 0.9, (-1, -1, "An incident in the Taiwan Strait.")),
        ("leaked", (JAPAN,), 1.0, (-1, -1, "A leak reveals a plan of Japan with the United States.")),
    ],
)
def test_a_change_is_told_once(seen, part, at, value, row):
    assert rows(seen, after(seen, part, at, value)) == [row]


def test_presence_and_hotlines(seen):
    more = after(seen, "strength", (CHINA, 3), float(named(seen)["strength"][CHINA, 3]) + 0.1)
    assert rows(seen, more) == [(CHINA, 0, "more presence in the Taiwan Strait")]
    pair = PAIRS.index((USA, CHINA))
    open_now = named(seen)["hotline"][pair] > 0.5
    turned = rows(seen, after(seen, "hotline", (pair,), 0.0 if open_now else 1.0))
    assert turned == [(-1, -1, f"The hotline between the United States and China is {'suspended' if open_now else 'open'}.")]


def test_relations_that_lapse_are_normal_again(seen):
    summoned = after(seen, "ambassador", (USA, CHINA), SUMMONED / 5)
    assert rows(summoned, after(seen, "ambassador", (USA, CHINA), NORMAL / 5)) == [
        (USA, 0, "has normal relations with China again")
    ]


def test_ones_own_row_is_left_out(seen):
    assert rows(seen, after(seen, "provoked", (JAPAN, CHINA), 0.5)) == []
    assert np.array_equal(named(seen)["actor"], np.eye(5)[JAPAN])
