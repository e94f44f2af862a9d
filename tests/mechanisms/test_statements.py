"""Statements: mechanisms F38 to F49 of docs/sources.md."""

import numpy as np
import pytest
from pairs import OPEN, after, both, carried, gap, now, read

from straits.envs.spec.constants import ACTORS, CHINA


def test_F38_a_joint_statement_calms_everyone_and_binds_partners() -> None:
    said = both("usa", "japan", "joint_peace")
    assert gap("japan sees trust_received.usa", said) > 0
    assert gap("japan sees trust_received.usa", said, off="joint_trust") == 0
    for one in ("china", "taiwan", "philippines"):
        for two in ("usa", "japan"):
            assert gap(f"{one} sees tension.{two}", said) < 0
            assert gap(f"{one} sees tension.{two}", said, off="joint_peace.warmth") == 0


def test_F39_taiwan_appeals_for_peace_and_prepares_to_defend_itself() -> None:
    assert gap("china sees tension.taiwan", {"taiwan": "peace_appeal"}) < 0
    assert gap("china sees tension.taiwan", {"taiwan": "peace_appeal"}, off="peace_appeal.warmth") == 0
    assert gap("china sees strength.taiwan.taiwan", {"taiwan": "mobilise.taiwan"}) > 0
    assert gap("china sees strength.taiwan.taiwan", {"taiwan": "mobilise.taiwan"}, off="mobilise.amount") == 0


def test_F40_ministers_may_speak_of_a_contingency_without_a_plan() -> None:
    spoke = both("usa", "japan", "consult")
    talked, idle = after(spoke), after({})
    assert read(talked, "usa sees plan.japan") == 0
    np.testing.assert_array_equal(talked.observation[:, CHINA], idle.observation[:, CHINA])
    assert gap("usa sees trust_received.japan", spoke, off="consult_trust") == 0
    leak = [{"turn": 1, "event": "leak", "actors": ["usa", "japan"]}]
    assert gap("china sees grievance_verbal.japan", spoke, {}, schedule=leak) > 0  # it was something to leak
    assert gap("china sees grievance_verbal.japan", spoke, {}, schedule=leak, off="leak_provocation") == 0


def test_F41_going_beyond_what_one_answers_costs() -> None:
    show = {"china": "exercise.taiwan_strait"}
    assert gap("china earns status_quo", show) < 0
    assert gap("china earns status_quo", show, off="status_quo_cost") == 0
    answered = {f"grievance_military.china.{a}": 1 for a in ACTORS if a != "china"}
    assert gap("china earns status_quo", show, state=answered) == 0


def test_F42_standing_us_presence_in_nansei_is_kept_apart_from_the_rotation() -> None:
    none = {"presence": [{"of": "usa", "area": "nansei", "class": "troops", "standing": 0}]}
    strength = "china sees strength.usa.nansei"
    assert now(strength) > 0
    assert now(strength, **none) == 0
    assert gap(strength, {"usa": "troops.nansei"}, state=OPEN, **none) > 0
    rotated, withdrawn = {"usa": "troops.nansei"}, {"usa": "pull_back"}
    assert gap(strength, rotated, {}, {}, state=OPEN) > gap(strength, rotated, {}, withdrawn, state=OPEN) > 0  # never below it
    assert carried("hosting_risk", "usa sees host_support.japan", {}, {}) == 0  # nobody counts it as new hosting


def test_F43_preparedness_is_firmer_than_an_appeal_and_weaker_than_a_pledge() -> None:
    what = "china sees tension.japan"
    appeal, prepared, pledged = (gap(what, {"japan": said}) for said in ("peace_appeal", "preparedness", "pledge.taiwan"))
    assert appeal < 0 < prepared < pledged
    assert gap(what, {"japan": "preparedness"}, off="preparedness.provocation") == 0


def test_F44_china_keeps_force_as_a_stated_option() -> None:
    threat = {"china": "threaten.taiwan"}
    assert gap("taiwan sees public_commitment.china.taiwan", threat) > 0
    assert gap("taiwan sees public_commitment.china.taiwan", threat, off="threat_commitment") == 0
    assert carried("threat_commitment", "hazard china taiwan", threat) > 0
    assert carried("threat_commitment", "hazard china taiwan", {}) == 0


def test_F45_the_us_reassures_its_partners() -> None:
    assert carried("assure_trust", "japan sees trust_received.usa", {"usa": "assure_ally.japan"}) > 0
    assert carried("assure_trust", "japan sees trust_received.usa", {}) == 0


def test_F46_no_comment_lowers_and_a_confirmation_raises_a_leaks_effect() -> None:
    leaked = {"state": {"plan.usa.japan": 2}, "schedule": [{"turn": 0, "event": "leak", "actors": ["usa", "japan"]}]}
    assert now("japan may no_comment") == now("japan may confirm") == 0
    for what in ("china sees grievance_verbal.japan", "china sees tension.japan"):
        assert carried("no_comment_effect", what, {}, {"japan": "no_comment"}, **leaked) < 0
        assert gap(what, {}, {"japan": "no_comment"}, off="no_comment_effect", **leaked) == 0
        assert carried("confirm_effect", what, {}, {"japan": "confirm"}, **leaked) > 0
        assert carried("confirm_effect", what, {}, {}, **leaked) == 0


def test_F47_presence_near_taiwan_takes_back_what_ambiguity_keeps_open() -> None:
    said = {"usa": "ambiguity"}
    near = {"presence": [{"of": "usa", "area": "taiwan_strait", "class": "patrol", "standing": 0.5}]}
    assert 0 < gap("taiwan sees restraint", said, **near) < gap("taiwan sees restraint", said)
    assert gap("taiwan sees restraint", said, off="presence_erosion", **near) == gap(
        "taiwan sees restraint", said, off="presence_erosion"
    )


def test_F48_china_urges_others_to_stay_out() -> None:
    for actor in ("usa", "japan", "philippines"):
        assert gap(f"{actor} sees tension.china", {"china": f"warn.{actor}"}) > 0
        assert gap(f"{actor} sees tension.china", {"china": f"warn.{actor}"}, off="warn.provocation") == 0
    assert sum(now(f"{a} may warn.{b}") for a in ACTORS if a != "china" for b in ("usa", "japan", "philippines")) == 0


def test_F49_there_is_no_ambassador_to_summon_between_taiwan_and_the_others() -> None:
    wronged = {f"grievance_verbal.{a}.{b}": 0.9 for a in ACTORS for b in ACTORS if a != b}
    embassies = [{"of": "taiwan", "embassies": True}]
    for other in (a for a in ACTORS if a != "taiwan"):
        for of, to in ((other, "taiwan"), ("taiwan", other)):
            for kind in ("summon", "summon_urgent", "recall"):
                assert now(f"{of} may {kind}.{to}", state=wronged) == 0
                assert now(f"{of} may {kind}.{to}", state=wronged, offices=embassies) == 1
            assert now(f"{of} may protest.{to}", state=wronged) == 1
            assert now(f"{of} may restore.{to}", state=wronged) == 0
    protest = {"china": "protest.taiwan"}
    lower = gap("taiwan sees rung.china", protest, state=wronged, offices=embassies) - gap(
        "taiwan sees rung.china", protest, state=wronged
    )
    assert lower == pytest.approx(1 / 6)
