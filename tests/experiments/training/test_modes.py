"""How policies train with one another: who is met in which seat, and when frozen selves are renewed."""

import pytest
from rich.console import Console

pytest.importorskip("stable_baselines3")
from straits.agents.checkpoint import listing, read_card
from straits.conf import schema
from straits.conf.compose import compose
from straits.envs.spec.constants import ACTORS
from straits.experiments.training import modes, train

TINY = [
    "mode=per_actor", "scenario.horizon=6", "env.num_envs=8", "agent.net_arch=[8]", "algorithm.n_steps=8",
    "algorithm.batch_size=32",
    "algorithm.n_epochs=1", "algorithm.total_timesteps=256", "threads=1",
]  # fmt: skip
PAIR = "agent.seats=[china,japan]"


def planned(*overrides):
    return train.prepare(compose("train", [*TINY, *overrides]))


def learners(plan):
    return modes.learners(plan.config, plan.scenarios, plan.others)


def told(plan):
    """What happens while they learn, in order."""
    found, learning = [], learners(plan)
    for learner in learning:
        real = learner.freeze
        learner.freeze = lambda learner=learner, real=real: found.append(f"freeze {learner.name}") or real()
    modes.learn(plan.config, learning, lambda learner, _: found.append(learner.name), lambda: found.append("keep"))
    return found


def test_the_modes_are_those_of_the_configuration():
    assert tuple(modes.MODES) == schema.MODES


def test_every_mode_composes():
    assert [compose("train", [f"mode={name}"]).mode.name for name in schema.MODES] == list(schema.MODES)


def test_each_actor_learns_in_its_own_seat_and_meets_the_others_selves():
    learning = learners(planned())
    assert [learner.seats for learner in learning] == [(actor,) for actor in ACTORS]
    for learner in learning:
        met = [policy.name for policy in learner.games._opponents.values()]
        assert met == [actor for actor in ACTORS if actor not in learner.seats]


def test_seats_that_do_not_learn_are_played_by_others():
    learning = learners(planned(PAIR, "agent.opponents=dove", "+agent.opponent_overrides.usa=hawk"))
    met = {ACTORS[place]: policy.name for place, policy in learning[0].games._opponents.items()}
    assert learning[0].seats == ("china",)
    assert met == {"usa": "hawk", "japan": "japan", "taiwan": "dove", "philippines": "dove"}


def test_against_others_nobody_meets_a_learner():
    plan = planned(PAIR, "mode.opponents=configured", "agent.opponents=dove", "+agent.opponent_overrides.japan=hawk")
    china, japan = ({ACTORS[p]: x.name for p, x in each.games._opponents.items()} for each in learners(plan))
    assert china == {"usa": "dove", "japan": "hawk", "taiwan": "dove", "philippines": "dove"}
    assert japan == {"usa": "dove", "china": "dove", "taiwan": "dove", "philippines": "dove"}


def test_policies_begin_with_different_weights():
    one, two = (learner.network().weights[0] for learner in learners(planned(PAIR)))
    assert (one != two).any()


@pytest.mark.parametrize(
    ("order", "a_round"),
    [
        ("simultaneous", ["china", "china", "japan", "japan"]),
        ("alternating", ["china", "china", "freeze china", "japan", "japan", "freeze japan"]),
    ],
)
def test_selves_are_renewed_after_all_or_after_each(order, a_round):
    found = told(planned(PAIR, f"mode.schedule={order}", "mode.opponent_update_interval=2", "checkpoint_interval=4"))
    both = ["freeze china", "freeze japan"]
    assert found == [*both, *a_round, *both, *a_round, *both, "keep"]


def test_a_frozen_self_is_what_its_learner_was():
    learning = learners(planned(PAIR))
    for learner in learning:
        learner.freeze()
    china = learning[0]
    before = china.network().weights[0].copy()
    china.advance()
    assert (china.frozen.policy.network.weights[0] == before).all() and (china.network().weights[0] != before).any()
    china.freeze()
    assert (china.frozen.policy.network.weights[0] == china.network().weights[0]).all()
    assert learning[1].games._opponents[ACTORS.index("china")] is china.frozen


def test_each_policy_is_kept_under_its_actors_name(tmp_path):
    assert train.run(planned(PAIR), tmp_path, Console(quiet=True)) == 0
    assert {name: entry["seats"] for name, entry in listing(tmp_path / "policies").items()} == {
        "china": ["china"],
        "japan": ["japan"],
    }
    assert len(read_card(tmp_path / "policies" / "china").curve) == 4
