"""Words and acts about Taiwan: mechanisms F14 to F24 of docs/sources.md."""

from typing import Any

import pytest
from pairs import after, both, carried, default, gap, now, read

from straits.envs.spec.constants import CHINA


def test_F14_a_pledge_about_taiwan_and_a_former_leaders_are_both_answered() -> None:
    for what in ("china sees grievance_verbal.japan", "china sees tension.japan", "china sees public_commitment.japan.china"):
        official, former = (gap(what, {"japan": f"{kind}.taiwan"}) for kind in ("pledge", "pledge_unofficial"))
        assert official > former > 0
        assert gap(what, {"japan": "pledge_unofficial.taiwan"}, off="unofficial_weight") == 0


def test_F15_a_pledge_gives_cause_for_a_summons_routine_or_urgent() -> None:
    pledge = {"japan": "pledge_unofficial.taiwan"}
    for summons in ("summon", "summon_urgent"):
        assert now(f"china may {summons}.japan") == 0
        assert read(after(pledge), f"china may {summons}.japan") == 1
        assert read(after(pledge, off="grievance_verbal_gain"), f"china may {summons}.japan") == 0
    wronged = {"grievance_verbal.china.japan": 1}
    routine, urgent = ({"china": f"{kind}.japan"} for kind in ("summon", "summon_urgent"))
    assert (
        gap("china sees grievance_verbal.japan", urgent, state=wronged)
        < gap("china sees grievance_verbal.japan", routine, state=wronged)
        < 0
    )
    assert gap("japan sees tension.china", urgent, state=wronged) > gap("japan sees tension.china", routine, state=wronged) > 0


def test_F16_contact_arms_and_trainers_strain_chinas_relations_with_both() -> None:
    for kind in ("contact", "arms"):
        for what in ("china sees tension.usa", "china sees tension.taiwan"):
            assert gap(what, {"usa": f"{kind}.taiwan"}) > 0
            assert gap(what, {"usa": f"{kind}.taiwan"}, off=f"{kind}.provocation") == 0
        assert gap("china sees tension.taiwan", {"usa": f"{kind}.taiwan"}, off="client_share") == 0
    assert gap("china sees tension.usa", {"usa": "trainers.taiwan"}, off="privacy") > 0


def test_F17_trainers_are_private_until_they_are_made_public() -> None:
    trained = {"usa": "trainers.taiwan"}
    assert gap("taiwan sees trainers", trained) > 0
    assert gap("china sees trainers_known", trained) == 0
    assert now("taiwan may disclose") == 0 and read(after(trained), "taiwan may disclose") == 1
    assert gap("china sees trainers_known", trained, {"taiwan": "disclose"}) > 0
    assert gap("china sees grievance_verbal.taiwan", trained, {"taiwan": "disclose"}) > 0
    assert gap("china sees grievance_verbal.taiwan", trained, {"taiwan": "disclose"}, off="disclose.provocation") == 0


def test_F18_arms_build_credibility_and_withholding_them_under_threat_loses_it() -> None:
    trust, arms = "taiwan sees trust_received.usa", {"usa": "arms.taiwan"}
    threatened, calm = ({"tension.taiwan.china": t} for t in (0.9, 0.1))
    assert carried("arms_trust", trust, arms) > 0 and carried("arms_trust", trust, {}) == 0
    assert carried("abandonment", trust, {}, state=threatened) < 0
    assert carried("abandonment", trust, {}, state=calm) == 0
    assert carried("abandonment", trust, arms, state=threatened) == 0


def test_F19_ambiguity_restrains_the_client_and_worries_it() -> None:
    for what in ("taiwan sees propensity", "taiwan sees trust_received.usa"):
        assert gap(what, {"usa": "ambiguity"}) < 0
        assert gap(what, {"usa": "ambiguity"}, off="ambiguity_effect") == 0
    recognition = {"usa": "reassure.china"}
    assert gap("china sees tension.usa", recognition) < 0
    assert gap("china sees tension.usa", recognition, off="reassure.warmth") == 0
    assert gap("taiwan sees trust_received.usa", recognition) < 0
    assert gap("taiwan sees trust_received.usa", recognition, off="reassure_abandonment") == 0


def test_F20_sustained_pressure_becomes_usual_slowly_and_raises_tension_fast() -> None:
    pressure = [{"china": m} for m in ("air_activity.taiwan_strait", "patrol.taiwan_strait")] * 4
    taken = [carried("accustom_rate", "china earns claims", *pressure[:n]) for n in (1, 4, 8)]
    assert taken[2] < taken[1] < taken[0] == 0  # what is usual pays no more
    assert carried("accustom_rate", "china earns claims", {}, {}, {}, {}) == 0
    start, *later = (after(*pressure[:n]).games["usual_share"][0, CHINA] for n in (0, 1, 8))
    usual, tension = [share - start for share in later], [gap("taiwan sees tension.china", *pressure[:n]) for n in (1, 8)]
    assert 0 < usual[0] < usual[1] < gap("china sees share", *pressure)
    assert tension[0] / tension[1] > 2 * usual[0] / usual[1]  # of what eight turns bring, the first brings more tension than custom


def test_F21_flights_across_the_centre_line_alarm_japan_taiwan_and_the_us() -> None:
    flights = {"china": "air_activity.taiwan_strait"}
    for actor in ("usa", "japan", "taiwan"):
        assert carried("air_alarm", f"{actor} sees tension.china", flights) > 0
        assert carried("air_alarm", f"{actor} sees tension.china", {}) == 0
    assert carried("air_alarm", "philippines sees tension.china", flights) == 0


def test_F22_the_hazard_of_conflict_rises_with_tension_and_contact() -> None:
    def hazard(tension: float, patrols: float, **changes: Any) -> float:
        near = [{"of": "taiwan", "area": "taiwan_strait", "class": "patrol", "standing": patrols}]
        tense = {"tension.china.taiwan": tension, "tension.taiwan.china": tension}
        return read(after({}, state=tense, presence=near, **changes), "hazard china taiwan")

    assert 0 < hazard(0.4, 0.2) < min(hazard(0.8, 0.2), hazard(0.4, 0.8))
    assert hazard(0.8, 0.8, off="hazard_rate") == 0


def test_F23_claims_are_restated_and_deployments_opposed() -> None:
    for kind in ("assert_claim", "oppose"):
        for rival in ("usa", "japan", "taiwan", "philippines"):
            assert gap(f"{rival} sees tension.china", {"china": kind}) > 0
            assert gap(f"{rival} sees tension.china", {"china": kind}, off=f"{kind}.provocation") == 0


def test_F24_access_from_five_to_nine_sites_scales_what_luzon_takes() -> None:
    agreed, fires = both("usa", "philippines", "access"), {"usa": "missiles.luzon"}
    assert now("china sees access.philippines") == pytest.approx(5 / 9)
    assert read(after(agreed, agreed), "china sees access.philippines") == 1
    assert gap("china sees access.philippines", agreed, off="access_step") == 0
    some, all_nine = ({"access.philippines": n} for n in (default("luzon_sites"), 9))
    strength = "china sees strength.usa.luzon"
    assert gap(strength, fires, state=all_nine) > gap(strength, fires, state=some) > 0
    assert gap(strength, fires, state=all_nine, off="site_scale") == gap(strength, fires, state=some, off="site_scale")
