"""Reasons: one wherever the mask forbids and nowhere else, and the true one: with the named condition changed it is gone."""

import numpy as np
import pytest

from straits.agents.base import by_channel
from straits.envs import list_scenarios, load_scenario
from straits.envs.core.state import STATE_FIELDS
from straits.envs.simulator.engine import Engine
from straits.envs.simulator.global_state import RANGES
from straits.envs.spec.constants import ACTORS, CHINA, JAPAN, LUZON, N_ACTORS, NORMAL, PHILIPPINES, TAIWAN, USA
from straits.envs.spec.moves import MAY_EVER, MISSILES, MOVE_INDEX, MOVE_KIND, MOVE_TARGET, MOVES, N_MOVES, PATROL
from straits.envs.text.reasons import BUDGETS, causes, reasons
from straits.envs.text.situation import Cause

LASTING = ("itself", "never", "scenario")
KEPT = ("seed", "episode", "scenario", "horizon", "outcome", "reward", "proposal", "agreed", "moves")


def played(scenario, games, turns, seed):
    """Games after legal random play."""
    engine, rng = Engine(scenario, games), np.random.default_rng(seed)
    engine.reset(seed)
    for _ in range(turns):
        rows = engine.mask.reshape(-1, N_MOVES)
        engine.step(by_channel(rng.random(rows.shape), rows).reshape(games, N_ACTORS, 3))
    return engine


def scattered(scenario, games, seed):
    """Games whose fields have any values that they may take; budgets and grievances often small, rests often none."""
    engine, rng = Engine(scenario, games), np.random.default_rng(seed)
    engine.reset(seed)
    for field in (f for f in STATE_FIELDS if f.name not in KEPT):
        limits, shape = RANGES[field.name], engine.games[field.name].shape
        high = limits.high if np.isfinite(limits.high) else 3
        if field.dtype == "f8":
            engine.games[field.name] = limits.low + (high - limits.low) * rng.random(shape) ** 2
        else:
            engine.games[field.name] = rng.integers(int(limits.low), int(high) + 1, shape)
    engine.games["cooldown"] *= rng.random(engine.games["cooldown"].shape) < 0.1
    engine.observe()
    return engine


def of_game(engine, game):
    record = engine.games[game]
    return [causes(record, engine.params[record["scenario"]], actor) for actor in range(N_ACTORS)]


@pytest.mark.parametrize("name", list_scenarios("all"))
def test_there_is_a_reason_exactly_where_the_mask_forbids(name):
    scenario = load_scenario(name)
    for engine in (played(scenario, 15, 3, seed=1), played(scenario, 10, 20, seed=2), scattered(scenario, 25, seed=3)):
        for game in range(len(engine)):
            for actor, found in enumerate(of_game(engine, game)):
                closed = np.array([bool(cause.words) for cause in found])
                assert (closed == (engine.mask[game, actor] == 0)).all(), [
                    (MOVES[n].name, found[n]) for n in np.flatnonzero(closed != (engine.mask[game, actor] == 0))
                ]


def grieve(state, params, actor, move):
    state["grievance_verbal"][actor, MOVE_TARGET[move]] = state["grievance_military"][actor, MOVE_TARGET[move]] = 1.0


def open_sites(state, params, actor, move):
    state["access"][PHILIPPINES] = params["luzon_sites"] if MOVE_KIND[move] == MISSILES else 1.0


def move_forward(state, params, actor, move):
    state["forward"][actor, LUZON] = 1.0


def better_relations(state, params, actor, move):
    """Of offices, of which nothing can be made in play, embassies, to see that it was the office."""
    state["ambassador"][actor, MOVE_TARGET[move]] = NORMAL


REPAIRS = {  # condition -> what to change so that it no longer holds
    "designation": lambda g, w, a, m: g.__setitem__("designation", 2),
    "protection": lambda g, w, a, m: g["plan"].__setitem__((JAPAN, USA), 3),
    "forward": move_forward,
    "nansei": lambda g, w, a, m: g["access"].__setitem__(JAPAN, 1.0),
    "luzon": open_sites,
    "bluff": lambda g, w, a, m: g["readiness"].__setitem__(a, w["cost"][PATROL]),
    "leak": lambda g, w, a, m: g["leaked"].__setitem__((a, (a + 1) % N_ACTORS), 1),
    "trainers": lambda g, w, a, m: (g["trainers"].__setitem__(USA, 1.0), g["trainers_known"].__setitem__(USA, 0.0)),
    "command": lambda g, w, a, m: g.__setitem__("command", 0.9),
    "designated": lambda g, w, a, m: g.__setitem__("designation", 1),
    "assessment": lambda g, w, a, m: g.__setitem__("assessment", 1.0),
    "undesignated": lambda g, w, a, m: g.__setitem__("designation", 1),
    "disaster": lambda g, w, a, m: g["disaster"].__setitem__(MOVE_TARGET[m], w["disaster_need"]),
    "access": lambda g, w, a, m: g["access"].__setitem__(MOVE_TARGET[m] if a == USA else a, 8.9),
    "status": better_relations,
    "grievance": grieve,
    "restored": lambda g, w, a, m: g["ambassador"].__setitem__((a, MOVE_TARGET[m]), 3),
    "recalled": lambda g, w, a, m: g["ambassador"].__setitem__((MOVE_TARGET[m], a), NORMAL),
    "absent": better_relations,
    "no_hotline": lambda g, w, a, m: g["hotline"].__setitem__((a, MOVE_TARGET[m]), 1),
    "hotline": lambda g, w, a, m: g["crisis_turns"].__setitem__((a, MOVE_TARGET[m]), 1.0),
    "planned": lambda g, w, a, m: g["plan"].__setitem__((a, MOVE_TARGET[m]), 2),
    "cooldown": lambda g, w, a, m: g["cooldown"].__setitem__((a, m), 0),
    "price": lambda g, w, a, m: g[BUDGETS[MOVES[m].kind.channel]].__setitem__(a, 1.0),
}


def test_each_reason_is_the_true_one():
    """Change the condition that is named, and it is gone, until the move is legal."""
    scenario = load_scenario("baseline", forbid=[{"of": "japan", "move": "threaten"}])
    met = set()
    complete = scattered(scenario, 40, seed=7)  # what chance hardly ever fills to the brim
    complete.games["command"], complete.games["access"], complete.games["plan"] = 1.0, 9.0, 0
    complete.observe()
    for engine in (played(scenario, 20, 8, seed=4), scattered(scenario, 60, seed=6), complete):
        for game in range(len(engine)):
            for actor, found in enumerate(of_game(engine, game)):
                first = {cause.key: move for move, cause in enumerate(found) if cause.key}  # a move for each condition
                met |= {key for move in first.values() for key in repair(engine, game, actor, move)}
    assert met == {*REPAIRS, *LASTING}


def repair(engine, state, actor, move):
    """Take away one reason after another; the names of those that were met."""
    copy, met = engine.fork([state], 1, resample_rng=False), []
    record, params = copy.games[0], copy.params[0]
    while (key := causes(record, params, actor)[move].key) not in ("", *LASTING):
        assert key not in met, f"{MOVES[move].name}: {key} again"
        met.append(key)
        REPAIRS[key](record, params, actor, move)
        copy.observe()
    if key in LASTING:
        assert params["legal"][actor, move] == 0 and MAY_EVER[actor, move] == (key == "scenario")
        return {*met, key}
    assert copy.mask[0, actor, move] == 1, MOVES[move].name
    return set(met)


def fresh(**state):
    engine = Engine(load_scenario("baseline", state=state), 1)
    engine.reset(1)
    return engine


def of(engine, actor, name, labels=None):
    rest = () if labels is None else (labels,)
    return reasons(engine.games[0], engine.params[0], actor, *rest)[MOVE_INDEX[name]]


def test_the_idle_moves_are_always_legal():
    for actor in range(N_ACTORS):
        assert [of(fresh(), actor, name) for name in ("hold", "silence", "none")] == ["", "", ""]


def test_sentences_say_what_it_is_and_what_it_takes():
    engine = fresh()
    game = engine.games[0]
    game["readiness"][JAPAN], game["cooldown"][JAPAN, MOVE_INDEX["harden"]] = 0.1199, 2
    game["grievance_verbal"][JAPAN, CHINA], game["grievance_military"][JAPAN, CHINA] = 0.0399, 0.0
    engine.observe()
    assert of(engine, JAPAN, "patrol.philippine_sea") == "It costs 0.12 of readiness; 0.11 is left."
    assert of(engine, JAPAN, "harden") == "It rests for 2 more turns after its last use."
    assert of(engine, JAPAN, "summon.china") == "Too little to answer: demand to answer China 0.03, needed 0.04."
    assert of(engine, JAPAN, "summon.taiwan") == "There is no ambassador, only a representative office."
    assert of(engine, JAPAN, "denounce.japan") == "One does not address oneself."
    assert of(engine, JAPAN, "arms.taiwan") == "Japan has no such move."
    assert of(engine, CHINA, "patrol.taiwan_strait") == ""


def test_every_sentence_is_one_short_line():
    for name in list_scenarios("all"):
        engine = scattered(load_scenario(name), 5, seed=8)
        for game in range(5):
            for found in of_game(engine, game):
                for key, words in (cause for cause in found if cause != Cause("", "")):
                    assert key and len(words) <= 110 and words.endswith(".") and words[0].isupper() and "\n" not in words, words


def test_an_anonymous_scenario_stays_anonymous():
    scenario = load_scenario("anonymous")
    engine = scattered(scenario, 20, seed=9)
    for game in range(20):
        for actor in range(N_ACTORS):
            told = " ".join(reasons(engine.games[game], engine.params[0], actor, scenario.labels))
            assert not any(word in told for word in ("Japan", "China", "Taiwan", "Philippine", "United States"))


def test_nobody_is_told_what_is_hidden_from_them():
    """Hidden fields of all others change; the reasons stay."""
    engine, other = scattered(load_scenario("baseline"), 30, seed=1), scattered(load_scenario("baseline"), 30, seed=2)
    for actor in range(N_ACTORS):
        others = [n for n in range(N_ACTORS) if n != actor]
        mixed = engine.fork(range(30), 1, resample_rng=False)
        for field in STATE_FIELDS:
            if field.seen_by == "owner" and field.shape:
                mixed.games[field.name][:, others] = other.games[field.name][:, others]
            if field.seen_by == "dyad" and field.shape == (N_ACTORS, N_ACTORS):
                apart = np.array([[actor not in (i, j) for j in range(N_ACTORS)] for i in range(N_ACTORS)])
                mixed.games[field.name][:, apart] = other.games[field.name][:, apart]
            if field.name == "assessment" and actor != JAPAN:
                mixed.games["assessment"] = other.games["assessment"]
            if field.name == "trainers" and actor not in (USA, TAIWAN):
                mixed.games["trainers"] = other.games["trainers"]
        mixed.observe()
        for game in range(30):
            told = [causes(e.games[game], e.params[0], actor) for e in (engine, mixed)]
            shown = [[c for n, c in enumerate(row) if MAY_EVER[actor, n]] for row in told]
            assert shown[0] == shown[1], ACTORS[actor]
