"""Deployments of the alliance, and what opens them: mechanisms F01 to F09 of docs/sources.md."""

import numpy as np
from pairs import OPEN, after, both, carried, default, gap, now, read

from straits.envs.spec.constants import ACTORS
from straits.envs.spec.moves import choice


def test_F01_marines_rotate_to_nansei_once_japan_opens_sites_or_designates() -> None:
    rotation = "usa may troops.nansei"
    assert now(rotation) == 0
    assert now(rotation, state={"access.japan": 1}) == 1
    assert now(rotation, state={"designation": 1}) == 1
    assert now(rotation, off="access_gate") == 1
    agreed = both("usa", "japan", "access")
    assert read(after(agreed), rotation) == 1
    assert gap("china sees strength.usa.nansei", agreed, {"usa": "troops.nansei"}) > 0


def test_F02_missile_units_deter_and_provoke_more_than_troops() -> None:
    troops, missiles = {"usa": "troops.nansei"}, {"usa": "missiles.nansei"}
    assert gap("china sees tension.usa", missiles, state=OPEN) > gap("china sees tension.usa", troops, state=OPEN) > 0
    assert gap("china sees share", missiles, state=OPEN) < min(0, gap("china sees share", troops, state=OPEN))
    for what in ("china sees share", "china sees strength.usa.nansei"):
        assert gap(what, missiles, state=OPEN, off="missile_weight") == 0


def test_F03_fires_in_luzon_wait_for_philippine_sites() -> None:
    fires = "usa may missiles.luzon"
    assert now(fires, state={"access.philippines": default("luzon_sites") - 1}) == 0
    assert now(fires, state={"access.philippines": default("luzon_sites")}) == 1
    assert now(fires, state={"access.philippines": 0}, off="luzon_sites") == 1
    assert gap("china sees strength.usa.luzon", {"usa": "missiles.luzon"}, state=OPEN) > 0


def test_F04_logistics_of_japan_make_us_presence_count_for_more_once_designated() -> None:
    supply, what = {"japan": "logistics.nansei"}, "china sees strength.usa.nansei"
    designated = {"designation": default("designation_gate")}
    assert now("japan may logistics.nansei") == 0
    assert gap(what, supply, state=designated) > 0
    assert gap(what, supply, state=designated, off="logistics_boost") == 0


def test_F05_a_private_assessment_allows_a_public_designation_which_opens_f01_and_f04() -> None:
    half, twice = (
        {"tension.japan.china": s * default("designation_threshold"), "tension.taiwan.china": s * default("designation_threshold")}
        for s in (0.5, 2.0)
    )
    assert now("japan may designate", state=half) == 0
    assert now("japan may designate", state=twice) == 1
    assert now("japan may designate", state=half, off="designation_threshold") == 1
    assert now("japan sees assessment", state=twice) > now("japan sees assessment", state=half)
    assert all(now(f"{a} sees assessment", state=twice) == 0 for a in ACTORS if a != "japan")
    assert gap("china sees designation", {"japan": "designate"}, state=twice) > 0
    for opened in ("usa may troops.nansei", "japan may logistics.nansei"):
        assert gap(opened, {"japan": "designate"}, state=twice) == 1
    assert now("japan may logistics.nansei", off="designation_gate") == 1


def test_F06_asset_protection_makes_incidents_of_us_forces_japans_too() -> None:
    assert now("japan may asset_protection") == 0
    assert now("japan may asset_protection", state={"plan.usa.japan": default("protection_stage")}) == 1
    assert now("japan may asset_protection", off="protection_stage") == 1
    many = {"games": 512, "parameters": {"incident_rate": 5, "contact_coast_guard": 0}}  # of the US and China, hardly of Japan
    planned = {"plan.usa.japan": 3}
    orders = {"japan": "asset_protection"}
    for what in ("japan sees grievance_military.china", "japan sees tension.china"):
        assert carried("protection_stake", what, orders, {}, state=planned, **many) > 0
        assert carried("protection_stake", what, {}, {}, state=planned, **many) == 0


def test_F07_access_costs_support_at_home_and_opens_a_turn_later() -> None:
    agreed = both("usa", "japan", "access")
    for what in ("japan sees support", "japan sees host_support.japan"):
        assert gap(what, agreed) < 0
        assert gap(what, agreed, off="hosting_cost") == 0
    together = after()
    together.step(np.array([[choice(*f"{agreed.get(a, '')} {'troops.nansei' if a == 'usa' else ''}".split()) for a in ACTORS]]))
    assert together.illegal[0, 0, 0] == 1 and together.illegal.sum() == 1
    assert read(together, "usa may troops.nansei") == 1


def test_F08_hosting_wears_on_residents_and_tempts_the_rival_to_act_early() -> None:
    hosted = ({"usa": "missiles.nansei"}, {}, {})
    assert gap("usa sees host_support.japan", *hosted, state=OPEN) < 0
    assert gap("usa sees host_support.japan", *hosted, state=OPEN, off="hosting_risk") == 0
    assert carried("early_action", "hazard usa china", *hosted, state=OPEN) > 0
    assert carried("early_action", "hazard usa china", {}, {}, {}, state=OPEN) == 0


def test_F09_hardening_takes_that_temptation_away_without_adding_offence() -> None:
    hardened = ({"usa": "missiles.nansei"}, {"japan": "harden"}, {})
    assert carried("harden_reduction", "hazard usa china", *hardened, state=OPEN) < 0
    assert carried("harden_reduction", "hazard usa china", {"usa": "missiles.nansei"}, {}, {}, state=OPEN) == 0
    assert all(gap(f"china sees strength.{a}.nansei", {"japan": "harden"}) == 0 for a in ACTORS)
    assert gap("china sees hardened.japan", {"japan": "harden"}) > 0
