"""What a seat is sent follows from its own observation and mask: nothing of what others keep to themselves is in it."""

import json

import numpy as np
import pytest
from serving import trained

from straits.agents.scripted import scripted
from straits.envs import load_scenario
from straits.envs.core.state import STATE_FIELDS
from straits.envs.simulator.global_state import RANGES
from straits.envs.spec.constants import ACTORS, CHINA, JAPAN, N_ACTORS, TAIWAN, USA
from straits.envs.spec.moves import MAY_EVER, MOVE_INDEX, MOVES
from straits.envs.spec.observation import named
from straits.experiments.viewer.server.live_game import LiveGame
from straits.experiments.viewer.server.player_view import advice, history, moves_of, seat_view, setting, turn_rows


def played(turns, scenario="baseline", people=(), policy_name="random"):
    live = LiveGame(load_scenario(scenario), 3, [None if n in people else scripted(policy_name) for n in range(N_ACTORS)])
    for _ in range(turns):
        live.play(idle_missing=True)
    return live


def sent(live, actor):
    """All that goes to the seat after a turn, of the game as it stands."""
    live.seen[-1] = live.engine.observation[0].copy()
    told = [moves_of(live, actor), seat_view(live, actor), history(live, actor), advice(live, actor, trained()[JAPAN])]
    return json.dumps(told)


def hidden(field, a):
    """A mask of the field's entries that actor a must not learn."""
    if field.seen_by == "nobody":
        return np.ones(field.shape, bool)
    if field.seen_by == "owner":
        if not field.shape:
            return np.array(a != JAPAN)  # the private assessment
        found = np.ones(field.shape, bool)
        found[a] = False
        return found
    if field.seen_by == "dyad" and field.shape == (N_ACTORS, N_ACTORS):
        return np.array([[a not in (i, j) for j in range(N_ACTORS)] for i in range(N_ACTORS)])
    if field.name == "trainers":
        return np.full(field.shape, a not in (USA, TAIWAN))
    if field.name in ("moves", "agreed"):
        found = np.ones(field.shape, bool)
        found[a] = False
        return found
    return None


@pytest.mark.parametrize("actor", range(N_ACTORS), ids=ACTORS)
@pytest.mark.parametrize("turns", [1, 9])
def test_changing_what_is_hidden_from_a_seat_changes_nothing_that_it_is_sent(actor, turns):
    live, rng = played(turns), np.random.default_rng(actor)
    before, tried = sent(live, actor), 0
    kept = live.engine.games.copy()
    for field in STATE_FIELDS:
        where = hidden(field, actor)
        if where is None or not where.any() or field.name in ("seed", "episode"):
            continue
        limits, values = RANGES[field.name], live.engine.games[field.name][0]
        high = limits.high if np.isfinite(limits.high) else limits.low + 3
        if field.dtype == "f8":
            fresh = max(limits.low, 0.0) + (min(high, 9.0) - max(limits.low, 0.0)) * rng.random(np.shape(values))
        else:
            fresh = rng.integers(int(limits.low), int(high) + 1, np.shape(values))
        if field.name == "agreed":
            fresh = np.full(np.shape(values), -1)
        live.engine.games[field.name][0] = np.where(where, fresh, values)
        live.engine.observe()
        assert sent(live, actor) == before, field.name
        tried += 1
        live.engine.games[:] = kept
    assert tried > 25


def test_what_others_chose_is_not_sent():
    """Two turns that differ in a private move of others only: the third seat is sent the same."""
    quiet = load_scenario(
        "baseline", parameters={"hazard_rate": 0, "incident_rate": 0, "leak_rate": 0, "leadership_rate": 0, "disaster_rate": 0}
    )
    told = []
    for act in ("none", "trainers.taiwan"):
        live = LiveGame(quiet, 3, [None] * N_ACTORS)
        live.pending[USA] = (0, 0, MOVES[MOVE_INDEX[act]].index)
        live.play(idle_missing=True)
        told.append(json.loads(sent(live, CHINA)))
    assert told[0][1]["terms"] == told[1][1]["terms"]
    assert "trainers" not in json.dumps(told[1][2])


def test_the_view_is_the_observation_decoded():
    live = played(5)
    view, seen = seat_view(live, JAPAN), named(live.engine.observation[0, JAPAN])
    assert view["strength"] == [[round(1000 * float(x)) for x in row] for row in seen["strength"]]
    assert view["own"]["readiness"] == round(1000 * float(live.engine.games["readiness"][0, JAPAN]))
    assert view["ambassador"] == live.engine.games["ambassador"][0].tolist()
    assert view["rung"] == live.engine.games["rung"][0].max(axis=1).tolist()


def test_a_seat_is_told_of_all_crises_and_of_its_own_leverage_only():
    live = LiveGame(load_scenario("baseline", parameters={"hazard_rate": 0, "incident_rate": 0}), 3, [None] * N_ACTORS)
    live.pending[CHINA] = (MOVES[MOVE_INDEX["exercise.taiwan_strait"]].index, 0, 0)
    live.play(idle_missing=True)
    game, params = live.engine.games[0], live.engine.params[0]
    for actor in range(N_ACTORS):
        rows = seat_view(live, actor)["crises"]
        assert all(not row["offers"] for row in rows if "own" not in row)
        assert len(rows) == 4 and [row["turns"] for row in rows if {row["one"], row["two"]} == {CHINA, TAIWAN}] == [1]
        own = [row for row in rows if "own" in row]
        assert all(actor in (row["one"], row["two"]) for row in own) and len(own) == (4 if actor == CHINA else 1)
        for row in own:
            other = row["two"] if row["one"] == actor else row["one"]
            leverage = float(game["leverage"][actor, other])
            deal = row["ripeness"] / 1000 * (params["joint_gain"] + params["settle_terms"] * (2 * leverage - 1))
            assert row["own"]["leverage"] == round(1000 * leverage) and row["own"]["deal"] == pytest.approx(1000 * deal, abs=1)
            assert row["own"]["yield"] <= 0 <= row["own"]["gain"]
        assert "China opens a crisis with Taiwan." in [news["words"] for news in turn_rows(live, actor, 1)["news"]]


def test_moves_have_a_reason_exactly_where_the_mask_forbids():
    live = played(6)
    for actor in range(N_ACTORS):
        moves, terms = moves_of(live, actor), seat_view(live, actor)["terms"]
        assert len(moves) == len(terms) == int(MAY_EVER[actor].sum())
        for move, (price, why) in zip(moves, terms, strict=True):
            offset = (0, MOVE_INDEX["silence"], MOVE_INDEX["none"])[move["channel"]]
            assert (why == "") == bool(live.engine.mask[0, actor, offset + move["index"]]), move
            assert price >= 0 and "{" not in move["help"] + move["words"]


def test_advice_comes_after_the_choice_and_is_what_the_policy_would_draw_from():
    live = played(0, people=(JAPAN,))
    adviser = trained()[JAPAN]
    assert advice(live, JAPAN, adviser) is None
    live.commit(JAPAN, 0, (0, 0, 0))
    before, mask = live.engine.observation[0, JAPAN].copy(), live.engine.mask[0, JAPAN].copy()
    live.play()
    told = advice(live, JAPAN, adviser)
    scores = adviser.network.scores(before[None])[0]
    best = int(np.where(mask[: MOVE_INDEX["silence"]] != 0, scores[: MOVE_INDEX["silence"]], -np.inf).argmax())
    shown = {m["words"]: m["index"] for m in moves_of(live, JAPAN) if m["channel"] == 0}
    assert shown[told["channels"][0][0][0]] == best
    assert all(0 < share <= 1000 for channel in told["channels"] for _, share in channel)
    assert advice(live, JAPAN, scripted("hawk")) is None  # a scripted policy tells no probabilities


def test_own_choices_are_told_in_words():
    live = played(0, people=(JAPAN,))
    live.commit(JAPAN, 0, (MOVES[MOVE_INDEX["harden"]].index, 0, 0))
    live.play()
    told = turn_rows(live, JAPAN, 1)
    assert told["own"] == ["hardens and disperses its sites", "says nothing", "takes no diplomatic step"] and told["rung"] == 1


def test_an_anonymous_scenario_stays_anonymous():
    live = played(6, "anonymous")
    told = json.dumps([setting(live.scenario)["actors"]]) + sent(live, 2)
    words = [entry["label"] for entry in setting(live.scenario)["actors"]]
    assert words == ["c", "e", "b", "a", "d"]
    assert "China" not in told.replace("East China Sea", "").replace("South China Sea", "") and "Japan " not in told
