"""The debrief: the band is what the trained policies' games make of the same start, and its intervals say what they should."""

import numpy as np
import pytest
from serving import trained

from straits.agents.scripted import scripted
from straits.envs import load_scenario
from straits.envs.spec.constants import ACTORS
from straits.experiments.rollouts.rollout import decide
from straits.experiments.utils.statistics import quantile_interval
from straits.experiments.viewer.server.debrief import APART, band, debrief
from straits.experiments.viewer.server.debrief import _rollouts as rollouts
from straits.experiments.viewer.server.live_game import LiveGame


def played(turns=4, seats=None, seed=3):
    live = LiveGame(load_scenario("baseline", horizon=turns), seed, seats or [scripted("default")] * 5)
    while live.running:
        live.play()
    return live.played()


def test_the_band_is_that_of_forks_of_the_start():
    start, seats = played().begin(), [scripted("hawk")] * 5
    found = band(start, seats, rollouts=25)
    engine = start.fork([0], 25)
    paths = [engine.games["tension"][:, APART].mean(axis=1)]
    for _ in range(4):
        engine.step(decide(engine, seats))
        paths.append(engine.games["tension"][:, APART].mean(axis=1))
    going = [np.sort(path[(engine.games["turn"] >= t)]) for t, path in enumerate(paths)]
    assert [row[5] for row in found["turns"]] == [len(path) for path in going]
    for row, path in zip(found["turns"], going, strict=True):
        assert row[:3] == [round(1000 * float(x)) for x in np.quantile(path, [0.1, 0.5, 0.9])]
        assert row[0] <= row[3] <= row[1] <= row[4] <= row[2]
    assert sum(found["peaks"]) == 25 and found["conflict"][0] == round(1000 * found["peaks"][6] / 25)


def test_all_games_of_the_band_start_with_the_same_types():
    start = played().begin()
    copies = start.fork([0], 5)
    assert (copies.games["resolve"] == start.games["resolve"]).all() and (copies.games["goal"] == start.games["goal"]).all()


def test_the_interval_of_the_median_covers_it():
    rng, hits = np.random.default_rng(1), 0
    for _ in range(2000):
        middle = quantile_interval(rng.exponential(size=40), 0.5)
        hits += middle.low <= np.log(2) <= middle.high
    assert 0.95 <= hits / 2000 <= 0.985  # never less than it says; ranks are whole numbers
    assert quantile_interval(range(5), 0.5)[1:] == (0, 4) and quantile_interval([3], 0.5)[1:] == (3, 3)


def test_a_class_is_laid_over_the_band():
    games = [played(seed=3), played(seats=[scripted("hawk")] * 5, seed=3)]
    names = [dict.fromkeys(("usa", "japan", "china", "taiwan", "philippines"), "a person")] * 2
    found = debrief(games, [[0], [0, 1]], names, trained())
    rows, highest = found["debrief"]["games"], found["debrief"]["band"]["highest"]
    assert [row["people"] for row in rows] == [[0], [0, 1]]
    for row, replay in zip(rows, found["replays"], strict=True):
        assert row["tension"] == replay["tension"] and replay["schema"] == "straits-replay/1"
        share, low, high = row["reached"]
        assert share == round(1000 * sum(other >= max(row["tension"]) for other in highest) / len(highest)) and low <= share <= high
    assert max(rows[1]["tension"]) > max(rows[0]["tension"])  # hawks rise higher than the default


def test_a_game_that_was_ended_early_is_set_against_as_many_turns():
    seats = trained()
    live = LiveGame(load_scenario("baseline", horizon=6), 3, seats)
    for _ in range(2):
        live.play()
    row = debrief([live.played()], [[0]], [dict.fromkeys(ACTORS, "a person")], seats)["debrief"]["games"][0]
    paths, _ = rollouts(live.played().begin(), seats, 200)
    top = max(row["tension"])
    risen = [[0 if np.isnan(x) else round(1000 * float(x)) for x in path] for path in paths]  # no tension after a conflict
    assert row["reached"][0] == round(1000 * sum(max(path[:3]) >= top for path in risen) / 200)
    assert row["reached"][0] < round(1000 * sum(max(path) >= top for path in risen) / 200)  # whole games rise higher


def test_without_a_turn_there_is_nothing_to_talk_about():
    with pytest.raises(ValueError, match="at least one"):
        debrief([], [], [], [])
