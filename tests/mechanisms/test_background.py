"""Command, disasters, leaders, and what works in the background: mechanisms F29 to F37 of docs/sources.md."""

from pairs import OPEN, after, both, carried, default, gap, now, read

from straits.envs.scenarios.scenario import load_scenario


def test_F29_closer_command_shortens_the_delay() -> None:
    order = {"usa": "troops.nansei"}
    agreed = both("usa", "japan", "integrate")
    assert gap("china sees command", agreed) > 0
    late = [read(after(first, order, state=OPEN), "usa sees coming") for first in ({}, agreed)]
    assert late[0] > late[1] >= 0
    assert carried("integration_step", "usa sees coming", agreed, order, state=OPEN) < 0
    assert carried("integration_step", "usa sees coming", {}, order, state=OPEN) == 0


def test_F30_distance_delays_a_part_of_an_order_until_command_is_integrated() -> None:
    order = {"usa": "troops.nansei"}
    assert read(after(order, state=OPEN), "usa sees coming") > 0
    assert carried("command_delay", "china sees strength.usa.nansei", order, state=OPEN) < 0
    assert read(after(order, state=OPEN, off="command_delay"), "usa sees coming") == 0
    assert read(after(order, state={**OPEN, "command": 1}), "usa sees coming") == 0


def test_F31_disasters_strike_and_relief_never_raises_tension() -> None:
    struck = "usa sees disaster.taiwan"
    rate = {"parameters": {"disaster_rate": default("disaster_rate")}, "games": 300}
    assert read(after(*[{}] * 12, **rate), struck) > 0
    assert read(after(*[{}] * 12, off="disaster_rate", games=300), struck) == 0
    assert now("china may relief.taiwan") == 0
    need = {"disaster.taiwan": 1}
    for giver in ("usa", "japan", "china", "philippines"):
        helped, idle = after({giver: "relief.taiwan"}, state=need), after({}, state=need)
        assert (helped.games["tension"] <= idle.games["tension"]).all()
        assert gap(f"taiwan sees tension.{giver}", {giver: "relief.taiwan"}, state=need) < 0
        assert gap(f"taiwan sees tension.{giver}", {giver: "relief.taiwan"}, state=need, off="relief.warmth") == 0


def test_F32_partners_hold_summits() -> None:
    held = both("usa", "japan", "summit")
    for what in ("japan sees trust_received.usa", "usa sees trust_received.japan"):
        assert gap(what, held) > 0
        assert gap(what, held, off="summit_trust") == 0


def test_F33_a_change_of_leadership_redraws_a_private_type() -> None:
    change = [{"turn": 1, "event": "leadership", "actors": ["usa"]}]
    changed, same = after({}, {}, schedule=change), after({}, {})
    assert changed.games["resolve"][0, 0] != same.games["resolve"][0, 0]
    assert (changed.games["resolve"][0, 1:] == same.games["resolve"][0, 1:]).all()
    assert "leadership" in [event for _, event, _ in load_scenario("s4_command_upgrade").document["schedule"]]

    def redrawn(rate: float) -> bool:
        start, later = (after(*turns, parameters={"leadership_rate": rate}, games=50) for turns in ((), [{}] * 4))
        return bool((start.games["resolve"] != later.games["resolve"]).any())

    assert redrawn(0.05) and not redrawn(0)


def test_F34_the_balance_of_capability_shifts_where_a_scenario_says_so() -> None:
    year = [{}] * 20
    for base in ("s0_draft_plan", "s2_two_plus_two"):
        assert carried("drift", "japan sees capability.china", *year, base=base) > 0
        assert carried("drift", "japan sees capability.usa", *year, base=base) < 0
    still = after(*year, base="s0_draft_plan", off="drift")
    assert read(still, "japan sees capability.china") == now("japan sees capability.china", base="s0_draft_plan")


def test_F35_a_threat_elsewhere_binds_readiness_of_the_us_and_japan() -> None:
    spent = {"domestic": [{"of": "all", "readiness": 0.1}]}
    for actor in ("usa", "japan"):
        assert carried("background_pull", f"{actor} sees readiness", {}, **spent) < 0
    for actor in ("china", "taiwan", "philippines"):
        assert carried("background_pull", f"{actor} sees readiness", {}, **spent) == 0


def test_F36_tension_over_one_sea_is_felt_in_the_others() -> None:
    strained = {"usa": "arms.taiwan"}
    many = {"games": 2000, "parameters": {"incident_rate": 5, "hazard_rate": 0, "hotline_reduction": 0}}
    elsewhere = "usa sees incident.south_china_sea"
    assert gap(elsewhere, strained, {}, {}, **many) > 0
    assert gap(elsewhere, strained, {}, {}, off="linkage", **many) == 0


def test_F37_the_same_posture_makes_a_security_seeker_more_and_an_opportunist_less_inclined_to_escalate() -> None:
    for place in ("nansei", "luzon"):
        units = ({"usa": f"missiles.{place}"}, {})
        seeker, opportunist = ({"state": OPEN, "types": [{"of": "all", "opportunist": share}]} for share in (0, 1))
        assert gap("china sees propensity", *units, **seeker) > 0
        assert gap("china sees propensity", *units, **opportunist) < 0
        assert gap("china sees propensity", *units, off="fear_gain", **seeker) == 0
        assert gap("china sees propensity", *units, off=("deterrence_gain", "opportunity_gain"), **opportunist) == 0
