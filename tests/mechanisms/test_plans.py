"""Plans, talks and leaks: mechanisms F10 to F13 of docs/sources.md."""

import numpy as np
import pytest
from pairs import OPEN, after, both, carried, default, gap, now, read

from straits.envs.spec.constants import ACTORS, CHINA


def test_F10_only_both_sides_advance_a_plan_and_it_makes_orders_cheaper_and_faster() -> None:
    assert read(after(both("usa", "japan", "plan")), "usa sees plan.japan") == pytest.approx(1 / 3)
    for alone in ({"usa": "plan.japan"}, {"japan": "plan.usa"}, both("usa", "japan", "consult"), both("usa", "japan", "summit")):
        assert read(after(alone), "usa sees plan.japan") == 0
    order, planned = {"usa": "missiles.nansei"}, {**OPEN, "plan.usa.japan": 3}
    assert carried("plan_discount", "usa sees readiness", order, state=planned) > 0
    assert carried("plan_speed", "china sees strength.usa.nansei", order, state=planned) > 0
    for what in ("usa sees readiness", "china sees strength.usa.nansei"):
        assert carried("plan_discount", what, order, state=OPEN) == carried("plan_speed", what, order, state=OPEN) == 0


def test_F11_ministers_of_treaty_partners_consult() -> None:
    assert now("usa may consult.japan") == now("usa may consult.philippines") == 1
    assert sum(now(f"{a} may consult.{b}") for a in ("china", "taiwan") for b in ("usa", "japan", "philippines")) == 0
    for what in ("japan sees trust_received.usa", "usa sees trust_received.japan"):
        assert gap(what, both("usa", "japan", "consult")) > 0
        assert gap(what, both("usa", "japan", "consult"), off="consult_trust") == 0


def test_F12_what_is_private_is_hidden_from_third_parties() -> None:
    for private in (both("usa", "japan", "plan"), {"usa": "trainers.taiwan"}):
        played, idle, bare = after(private), after({}), after(private, off="privacy")
        for third in (CHINA, ACTORS.index("philippines")):
            np.testing.assert_array_equal(played.observation[:, third], idle.observation[:, third])
            np.testing.assert_array_equal(played.mask[:, third], idle.mask[:, third])
        assert (bare.observation[:, CHINA] != after({}, off="privacy").observation[:, CHINA]).any()
    assert gap("japan sees plan.usa", both("usa", "japan", "plan")) > 0


def test_F13_private_plans_leak_the_likelier_the_later_their_stage_and_rivals_answer() -> None:
    leaks, drawn = {"parameters": {"leak_rate": default("leak_rate")}, "games": 500}, [{}] * 10
    early, late = (read(after(*drawn, state={"plan.usa.japan": n}, **leaks), "china sees plan_known.japan") * 3 / n for n in (1, 3))
    assert 0 < early < late
    assert read(after(*drawn, state={"plan.usa.japan": 3}, off="leak_rate", games=500), "china sees plan_known.japan") == 0
    for what in ("china sees grievance_verbal.japan", "china sees tension.japan"):
        leaked = {"state": {"plan.usa.japan": 1}, "schedule": [{"turn": 0, "event": "leak", "actors": ["usa", "japan"]}]}
        assert carried("leak_provocation", what, {}, **leaked) > 0
        assert carried("leak_provocation", what, {}, state={"plan.usa.japan": 1}) == 0
