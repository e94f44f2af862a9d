"""What a seat is sent follows from its own observation and mask: nothing of what others keep to themselves is in it."""

import json

import numpy as np
import pytest

from straits.agents.registry import policy
from straits.agents.scripted import scripted
from straits.envs import load_scenario
from straits.envs.core.state import STATE_FIELDS
from straits.envs.simulator.global_state import RANGES
from straits.envs.spec.constants import ACTORS, CHINA, JAPAN, N_ACTORS, TAIWAN, USA
from straits.envs.spec.moves import MAY_EVER, MOVE_INDEX, MOVES
from straits.envs.spec.observation import named
from straits.experiments.viewer.server.game import Room
from straits.experiments.viewer.server.player_view import advice, history, moves_of, seat_view, setting, turn_rows


def played(turns, scenario="baseline", people=(), policy_name="random"):
    room = Room(load_scenario(scenario), 3, [None if n in people else scripted(policy_name) for n in range(N_ACTORS)])
    for _ in range(turns):
        room.play(idle_missing=True)
    return room


def sent(room, actor):
    """All that goes to the seat after a turn, of the game as it stands."""
    room.seen[-1] = room.engine.observation[0].copy()
    told = [moves_of(room, actor), seat_view(room, actor), history(room, actor), advice(room, actor, policy("zoo/japan"))]
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
    room, rng = played(turns), np.random.default_rng(actor)
    before, tried = sent(room, actor), 0
    kept = room.engine.games.copy()
    for field in STATE_FIELDS:
        where = hidden(field, actor)
        if where is None or not where.any() or field.name in ("seed", "episode"):
            continue
        limits, values = RANGES[field.name], room.engine.games[field.name][0]
        high = limits.high if np.isfinite(limits.high) else limits.low + 3
        if field.dtype == "f8":
            fresh = max(limits.low, 0.0) + (min(high, 9.0) - max(limits.low, 0.0)) * rng.random(np.shape(values))
        else:
            fresh = rng.integers(int(limits.low), int(high) + 1, np.shape(values))
        if field.name == "agreed":
            fresh = np.full(np.shape(values), -1)
        room.engine.games[field.name][0] = np.where(where, fresh, values)
        room.engine.look()
        assert sent(room, actor) == before, field.name
        tried += 1
        room.engine.games[:] = kept
    assert tried > 25


def test_what_others_chose_is_not_sent():
    """Two turns that differ in a private move of others only: the third seat is sent the same."""
    quiet = load_scenario(
        "baseline", parameters={"hazard_rate": 0, "incident_rate": 0, "leak_rate": 0, "leadership_rate": 0, "disaster_rate": 0}
    )
    told = []
    for act in ("none", "trainers.taiwan"):
        room = Room(quiet, 3, [None] * N_ACTORS)
        room.pending[USA] = (0, 0, MOVES[MOVE_INDEX[act]].index)
        room.play(idle_missing=True)
        told.append(json.loads(sent(room, CHINA)))
    assert told[0][1]["terms"] == told[1][1]["terms"]
    assert "trainers" not in json.dumps(told[1][2])


def test_the_view_is_the_observation_decoded():
    room = played(5)
    view, seen = seat_view(room, JAPAN), named(room.engine.observation[0, JAPAN])
    assert view["strength"] == [[round(1000 * float(x)) for x in row] for row in seen["strength"]]
    assert view["own"]["readiness"] == round(1000 * float(room.engine.games["readiness"][0, JAPAN]))
    assert view["ambassador"] == room.engine.games["ambassador"][0].tolist()
    assert view["rung"] == room.engine.games["rung"][0].max(axis=1).tolist()


def test_moves_have_a_reason_exactly_where_the_mask_forbids():
    room = played(6)
    for actor in range(N_ACTORS):
        moves, terms = moves_of(room, actor), seat_view(room, actor)["terms"]
        assert len(moves) == len(terms) == int(MAY_EVER[actor].sum())
        for move, (price, why) in zip(moves, terms, strict=True):
            offset = (0, MOVE_INDEX["silence"], MOVE_INDEX["none"])[move["channel"]]
            assert (why == "") == bool(room.engine.mask[0, actor, offset + move["index"]]), move
            assert price >= 0 and "{" not in move["help"] + move["words"]


def test_advice_comes_after_the_choice_and_is_what_the_policy_would_draw_from():
    room = played(0, people=(JAPAN,))
    adviser = policy("zoo/japan")
    assert advice(room, JAPAN, adviser) is None
    room.commit(JAPAN, 0, (0, 0, 0))
    before, mask = room.engine.observation[0, JAPAN].copy(), room.engine.mask[0, JAPAN].copy()
    room.play()
    told = advice(room, JAPAN, adviser)
    scores = adviser.network.scores(before[None])[0]
    best = int(np.where(mask[: MOVE_INDEX["silence"]] != 0, scores[: MOVE_INDEX["silence"]], -np.inf).argmax())
    shown = {m["words"]: m["index"] for m in moves_of(room, JAPAN) if m["channel"] == 0}
    assert shown[told["channels"][0][0][0]] == best
    assert all(0 < share <= 1000 for channel in told["channels"] for _, share in channel)
    assert advice(room, JAPAN, scripted("hawk")) is None  # a scripted policy tells no probabilities


def test_own_choices_are_told_in_words():
    room = played(0, people=(JAPAN,))
    room.commit(JAPAN, 0, (MOVES[MOVE_INDEX["harden"]].index, 0, 0))
    room.play()
    told = turn_rows(room, JAPAN, 1)
    assert told["own"] == ["hardens and disperses its sites", "says nothing", "takes no diplomatic step"] and told["rung"] == 1


def test_an_anonymous_scenario_stays_anonymous():
    room = played(6, "anonymous")
    told = json.dumps([setting(room.scenario)["actors"]]) + sent(room, 2)
    words = [entry["label"] for entry in setting(room.scenario)["actors"]]
    assert words == ["c", "e", "b", "a", "d"]
    assert "China" not in told.replace("East China Sea", "").replace("South China Sea", "") and "Japan " not in told
