"""What the account of a turn tells: who did what, and what happened."""

import numpy as np

from straits.envs import load_scenario, parallel_env
from straits.envs.spec.constants import ACTORS, AREAS
from straits.envs.spec.moves import choice
from straits.envs.text.describe import area_words
from straits.envs.text.turns import leaks, tell

QUIET = load_scenario("baseline", parameters={"hazard_rate": 0, "incident_rate": 0, "leak_rate": 0, "disaster_rate": 0})


def deeds(**moves):
    """Choices of all actors: those named, idle for the rest."""
    return {actor: np.array(choice(*moves.get(actor, ()))) for actor in ACTORS}


def test_an_account_of_a_turn_says_who_did_what():
    game_env = parallel_env(QUIET)
    game_env.reset(seed=1)
    before = game_env.engine.games[0].copy()
    game_env.step(deeds(china=("exercise.taiwan_strait", "denounce.taiwan"), usa=("assure_ally.taiwan",)))
    told = tell(game_env.engine.games[0], before=before).splitlines()
    assert told == [
        "The United States reassures its partner Taiwan.",
        "Japan holds its posture and says nothing.",
        "China holds a large exercise in the Taiwan Strait; and denounces Taiwan.",
        "Taiwan holds its posture and says nothing.",
        "The Philippines holds its posture and says nothing.",
        "China opens a crisis with Japan.",
        "China opens a crisis with Taiwan.",
    ]


def test_an_agreement_and_a_private_move_are_marked():
    game_env = parallel_env(QUIET)
    game_env.reset(seed=1)
    game_env.step(deeds(usa=("plan.japan",), japan=("plan.usa",)))
    told = tell(game_env.engine.games[0])
    assert "works on a joint contingency plan with Japan, which both sides agree on (in private)." in told
    game_env.step(deeds(china=("joint_peace.japan",)))
    assert "China offers Japan a joint statement on peace and stability." in tell(game_env.engine.games[0])


def test_incidents_leaks_and_conflict_are_told_when_they_happen():
    risky = load_scenario("baseline", parameters={"hazard_rate": 0, "incident_rate": 5, "leak_rate": 0})
    game_env = parallel_env(risky)
    game_env.reset(seed=1)
    for _ in range(20):
        before = game_env.engine.games[0].copy()
        game_env.step(deeds())
        now = game_env.engine.games[0]
        places = [area_words(AREAS[n]) for n in range(9) if now["incident"][n] > before["incident"][n]]
        told = tell(now, before=before)
        assert [f"An incident happens in {place}." in told for place in places] == [True] * len(places)
        assert ("An incident" in told) == (now["incidents"] > before["incidents"])
    before, after = before.copy(), now.copy()
    after["plan_known"][0, 1] = after["plan_known"][1, 0] = before["plan_known"][0, 1] + 1
    after["belligerents"] = (2, 3)
    told = tell(after, before=before)
    assert "The plans of the United States and Japan become known." in told
    assert told.endswith("Armed conflict breaks out between China and Taiwan.")


def test_a_private_talk_that_leaks_is_told_once_and_a_disclosure_is_no_leak():
    talked = load_scenario(
        "replay_2021_03_20", parameters={"leak_rate": 0, "incident_rate": 0, "hazard_rate": 0, "disaster_rate": 0}
    )
    game_env, told = parallel_env(talked), []
    game_env.reset(seed=1)
    for _ in range(4):
        before = game_env.engine.games[0].copy()
        game_env.step(deeds())
        told.append("A private talk of the United States and Japan becomes known." in tell(game_env.engine.games[0], before=before))
    assert told == [True, False, False, False]
    game_env = parallel_env(load_scenario("replay_2021_11", parameters={"leak_rate": 0}))
    game_env.reset(seed=1)
    before = game_env.engine.games[0].copy()
    game_env.step(deeds(taiwan=("disclose",)))
    now = game_env.engine.games[0].copy()
    assert now["trainers_known"][0] > before["trainers_known"][0] and leaks(now, before) == []
    now["moves"][:] = 0
    assert leaks(now, before) == [(0, "the United States is known to have trainers in Taiwan")]
