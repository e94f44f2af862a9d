"""The observation schema: every named part equals the state it is taken from, worked out by hand here."""

import numpy as np
import pytest

from straits.envs import load_scenario, parallel_env
from straits.envs.core.state import STATE_FIELDS
from straits.envs.simulator.engine import Engine
from straits.envs.simulator.global_state import RANGES
from straits.envs.spec.constants import ACTORS, AREAS, JAPAN, N_ACTORS, N_AREAS, PAIRS, TAIWAN, USA
from straits.envs.spec.moves import ACCESS, CONSULT, DEAL, INTEGRATE, JOINT_PEACE, MOVE_AT, PLAN, SUMMIT
from straits.envs.spec.observation import N_OBSERVATION, N_PRIVATE, PRIVATE, SCHEMA, SLICES, box, label, named, table

OFFERS = {None: 0, CONSULT: 1 / 6, PLAN: 2 / 6, SUMMIT: 3 / 6, DEAL: 4 / 6, INTEGRATE: 5 / 6, ACCESS: 1}


def bounded(x):
    return x / (1 + x)


def offers(game, actor, kinds, column):
    """What each other actor's open proposal to this one is worth in the vector."""
    found = np.zeros(N_ACTORS)
    for other in range(N_ACTORS):
        for kind in kinds:
            if game["proposal"][other, column] == MOVE_AT[kind, actor] >= 0:
                found[other] = OFFERS.get(kind, 1)
    return found


def of_pairs(field):
    """The values at [i, j] with i before j."""
    return np.array([field[i, j] for i, j in PAIRS], np.float64)


# name -> the part as it follows from (state, params, actor)
EXPECTED = {
    "actor": lambda g, w, a: np.eye(N_ACTORS)[a],
    "goal": lambda g, w, a: g["goal"][a],
    "resolve": lambda g, w, a: g["resolve"][a],
    "readiness": lambda g, w, a: g["readiness"][a],
    "credibility": lambda g, w, a: g["credibility"][a],
    "capital": lambda g, w, a: g["capital"][a],
    "support": lambda g, w, a: g["support"][a],
    "grievance_verbal": lambda g, w, a: g["grievance_verbal"][a],
    "grievance_military": lambda g, w, a: g["grievance_military"][a],
    "tension": lambda g, w, a: g["tension"][a],
    "tension_caused": lambda g, w, a: g["tension"][:, a],
    "hostility": lambda g, w, a: g["hostility"][a],
    "trust_given": lambda g, w, a: g["trust"][a],
    "trust_received": lambda g, w, a: g["trust"][:, a],
    "plan": lambda g, w, a: g["plan"][a] / 3,
    "offer_act": lambda g, w, a: offers(g, a, [k for k in OFFERS if k is not None], 1),
    "offer_statement": lambda g, w, a: offers(g, a, [JOINT_PEACE], 0),
    "reassurance": lambda g, w, a: g["reassurance"][:, a],
    "coming": lambda g, w, a: g["order_amount"][a],
    "assessment": lambda g, w, a: g["assessment"] if a == JAPAN else 0,
    "trainers": lambda g, w, a: g["trainers"][USA] if a in (USA, TAIWAN) else 0,
    "restraint": lambda g, w, a: g["restraint"][a],
    "propensity": lambda g, w, a: g["propensity"][a],
    "share": lambda g, w, a: g["share"][a],
    "outweighed": lambda g, w, a: bounded(g["outweighed"][a]),
    "leverage": lambda g, w, a: g["leverage"][a],
    "deal_offer_received": lambda g, w, a: g["offer_turns"][:, a] > 0,
    "deal_offer_made": lambda g, w, a: g["offer_turns"][a] > 0,
    "forward": lambda g, w, a: bounded(g["strength"] @ w["claim"][a]),
    "turns_left": lambda g, w, a: 1 - g["turn"] / g["horizon"],
    "strength": lambda g, w, a: bounded(g["strength"]),
    "ambassador": lambda g, w, a: g["ambassador"] / 5,
    "hotline": lambda g, w, a: of_pairs(g["hotline"]),
    "public_commitment": lambda g, w, a: g["public_commitment"],
    "provoked": lambda g, w, a: np.minimum(1, g["provocation_presence"] + g["provocation_verbal"]),
    "rung": lambda g, w, a: g["rung"].max(axis=1) / 6,
    "incident": lambda g, w, a: g["incident"],
    "access": lambda g, w, a: g["access"] / 9,
    "plan_known": lambda g, w, a: g["plan_known"][:, USA] / 3,
    "leaked": lambda g, w, a: g["leaked"][:, USA] / 2,
    "command": lambda g, w, a: g["command"],
    "designation": lambda g, w, a: g["designation"] / 2,
    "logistics": lambda g, w, a: g["logistics"],
    "protection": lambda g, w, a: g["protection"],
    "host_support": lambda g, w, a: g["host_support"],
    "hardened": lambda g, w, a: g["hardened"],
    "trainers_known": lambda g, w, a: g["trainers_known"][USA],
    "capability": lambda g, w, a: g["capability"] / 1.5,
    "disaster": lambda g, w, a: g["disaster"],
    "crisis": lambda g, w, a: np.minimum(1, of_pairs(g["crisis_turns"]) / 10),
    "crisis_opener": lambda g, w, a: np.where(of_pairs(g["crisis_turns"]) > 0, of_pairs(g["crisis_opener"]), 0.5),
    "truce": lambda g, w, a: np.minimum(1, of_pairs(g["truce_turns"]) / 10),
    "ripeness": lambda g, w, a: of_pairs(g["ripeness"]),
    "terms": lambda g, w, a: (1 + g["terms"]) / 2,
}


def scattered(engine, rng):
    """Fill the games with any values that their fields may take."""
    for field in STATE_FIELDS:
        if field.name in ("seed", "episode", "scenario", "horizon", "outcome", "reward"):
            continue
        limits, shape = RANGES[field.name], engine.games[field.name].shape
        high = limits.high if np.isfinite(limits.high) else 3
        if field.dtype == "f8":
            engine.games[field.name] = limits.low + (high - limits.low) * rng.random(shape)
        else:
            engine.games[field.name] = rng.integers(int(limits.low), int(high) + 1, shape)
    engine.games["proposal"] = -1
    for kind in OFFERS:  # and those that can stand: an act of a kind at a target, or a joint statement
        for other in range(N_ACTORS):
            game = rng.integers(len(engine))
            engine.games["proposal"][game, other, 1] = -1 if kind is None else MOVE_AT[kind, (other + 1) % N_ACTORS]
            engine.games["proposal"][game, other, 0] = MOVE_AT[JOINT_PEACE, (other + 2) % N_ACTORS]
    engine.observe()


def test_every_part_equals_the_state_it_is_taken_from():
    assert list(EXPECTED) == [entry.name for entry in SCHEMA]
    engine = Engine(load_scenario("baseline"), 50)
    engine.reset(1)
    params = engine.params[0]
    scattered(engine, np.random.default_rng(2))
    for n, state in enumerate(engine.games):
        for actor in range(N_ACTORS):
            parts = named(engine.observation[n, actor])
            for entry in SCHEMA:
                expected = np.asarray(EXPECTED[entry.name](state, params, actor), np.float64)
                assert parts[entry.name].shape == entry.shape == expected.shape, entry.name
                np.testing.assert_allclose(parts[entry.name], expected, atol=2e-7, err_msg=entry.name)


@pytest.mark.parametrize("kind", [kind for kind in OFFERS if kind is not None])
def test_each_offer_has_a_value_of_its_own(kind):
    game_env = parallel_env()
    game_env.reset(seed=0)
    one, two = next((i, j) for i in range(N_ACTORS) for j in range(N_ACTORS) if MOVE_AT[kind, j] >= 0 and i != j)
    game_env.engine.games[0]["proposal"][one, 1] = MOVE_AT[kind, two]
    game_env.engine.observe()
    seen = named(game_env.observe()[0][ACTORS[two]])["offer_act"]
    assert seen[one] == pytest.approx(OFFERS[kind]) and seen.sum() == seen[one]


def test_the_public_block_is_the_same_for_all():
    game_env = parallel_env("severe")
    observations, _ = game_env.reset(seed=4)
    assert len({seen[N_PRIVATE:].tobytes() for seen in observations.values()}) == 1


def test_noise_blurs_others_presence_and_not_ones_own():
    noisy = load_scenario("baseline", parameters={"observation_noise": 0.2})
    game_env, clear = parallel_env(noisy), parallel_env("baseline")
    seen, plain = game_env.reset(seed=4)[0], clear.reset(seed=4)[0]
    for n, agent in enumerate(ACTORS):
        blurred, true = named(seen[agent])["strength"], named(plain[agent])["strength"]
        assert np.array_equal(blurred[n], true[n])
        others = [k for k in range(N_ACTORS) if k != n]
        assert not np.array_equal(blurred[others], true[others]) and np.abs(blurred - true).max() <= 0.2 + 1e-6
        assert box().contains(seen[agent])
    assert len({named(view)["strength"].tobytes() for view in seen.values()}) == N_ACTORS


def test_each_index_has_one_name():
    names = [label(index) for index in range(N_OBSERVATION)]
    assert len(set(names)) == N_OBSERVATION
    assert names[SLICES["strength"].start] == f"strength.{ACTORS[0]}.{AREAS[0]}"
    assert len(AREAS) == N_AREAS and names[SLICES["hotline"].start] == "hotline.usa-japan"
    with pytest.raises(ValueError, match=rf"index={N_OBSERVATION}: expected 0\.\.{N_OBSERVATION - 1}"):
        label(N_OBSERVATION)


def test_the_table_has_a_row_for_each_part():
    rows = table().splitlines()
    assert len(rows) == 2 + len(SCHEMA) and rows[2].startswith("| `actor` | 0..4 | 5 | 0..1 |")
    assert sum("(private)" in row for row in rows) == len(PRIVATE)


def test_noise_blurs_presence_and_what_follows_from_it_for_others_only() -> None:
    plain, blurred = (Engine(load_scenario("baseline", parameters={"observation_noise": n}), 1) for n in (0.0, 0.2))
    for engine in (plain, blurred):
        engine.reset(5)
    exact, seen = named(plain.observation[0, 0]), named(blurred.observation[0, 0])
    assert (seen["strength"][0] == exact["strength"][0]).all()  # one's own
    assert (seen["strength"][1:] != exact["strength"][1:]).any()
    assert seen["forward"][0] == exact["forward"][0]
    assert seen["forward"][2] != exact["forward"][2]
    assert (seen["tension"] == exact["tension"]).all()
