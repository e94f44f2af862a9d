"""Every mechanism of docs/sources.md, F01 to F49: a named number carries it, and at 0 it is gone.

Games come in pairs with the same seed and the same moves. `gap` is what some moves change in what is read off a game, against idle
turns; `carried` is what one number changes in one and the same game. A number is 0 where its name stands in `off`. Rule numbers
are those of docs/model.md. Nothing here depends on how large a number is, only on its being there.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest

from straits.envs.engine import Engine
from straits.envs.moves import MOVE_INDEX, choice
from straits.envs.observation import N_OBSERVATION, label
from straits.envs.parameters import PARAMETER_INDEX
from straits.envs.scenario import load
from straits.envs.vocabulary import ACTORS, CHINA, COMPONENTS

ENTRY = {label(n): n for n in range(N_OBSERVATION)}
OPEN = {"access.japan": 2, "access.philippines": 9}  # sites at which units can be placed
ABLE = [{"of": "all", "readiness": 1, "credibility": 1, "capital": 1}]
QUIET = {"leak_rate": 0, "disaster_rate": 0}  # nothing by chance but incidents and conflict

Turn = dict[str, str]  # actor -> its moves, separated by spaces


def after(*turns: Turn, off: str | Iterable[str] = (), games: int = 1, base: str = "baseline", **changes: Any) -> Engine:
    """Games of a changed scenario after those turns, all legal. `off`: parameters, or `kind.field` of the moves, that are 0."""
    names = (off,) if isinstance(off, str) else tuple(off)
    moves: dict[str, dict[str, float]] = dict(changes.pop("moves", {}))
    for kind, field in (n.split(".") for n in names if "." in n):
        moves[kind] = {**moves.get(kind, {}), field: 0}
    parameters = {**QUIET, **changes.pop("parameters", {}), **{n: 0 for n in names if "." not in n}}
    changed = load(base).with_(parameters=parameters, moves=moves, **{"domestic": ABLE, **changes})
    engine = Engine(changed, games)
    engine.reset(2021)
    for turn in turns:
        chosen = [choice(*turn.get(actor, "").split()) for actor in ACTORS]
        engine.step(np.repeat(np.array([chosen], np.int64), games, axis=0))
        assert not engine.illegal.any(), f"{turn}: expected legal moves"
    return engine


def read(engine: Engine, what: str) -> float:
    """`japan sees face.china`, `usa may troops.nansei`, `china earns claims` or `hazard usa china`: the mean over the games."""
    subject, verb, thing = what.split()
    if subject == "hazard":
        i, j = sorted((ACTORS.index(verb), ACTORS.index(thing)))
        return float(engine.games["hazard"][:, i, j].mean())
    seat = ACTORS.index(subject)
    if verb == "sees":
        return float(engine.observation[:, seat, ENTRY[thing]].mean(dtype=np.float64))
    if verb == "may":
        return float(engine.mask[:, seat, MOVE_INDEX[thing]].mean())
    assert verb == "earns"
    return float(engine.reward[:, seat].mean() if thing == "all" else engine.components[:, seat, COMPONENTS.index(thing)].mean())


def now(what: str, **changes: Any) -> float:
    """What is read at the start."""
    return read(after(**changes), what)


def gap(what: str, *turns: Turn, **changes: Any) -> float:
    """What the moves change, against as many idle turns."""
    return read(after(*turns, **changes), what) - read(after(*[{}] * len(turns), **changes), what)


def carried(by: str, what: str, *turns: Turn, **changes: Any) -> float:
    """What the number `by` adds in the game with these turns."""
    return read(after(*turns, **changes), what) - read(after(*turns, off=by, **changes), what)


def default(name: str) -> float:
    return PARAMETER_INDEX[name].default


def both(one: str, two: str, kind: str) -> Turn:
    """A move that needs two, chosen by both."""
    return {one: f"{kind}.{two}", two: f"{kind}.{one}"}


# Deployments of the alliance, and what opens them


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
    for what in ("japan sees force.china", "japan sees tension.china"):
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
    assert carried("harden_relief", "hazard usa china", *hardened, state=OPEN) < 0
    assert carried("harden_relief", "hazard usa china", {"usa": "missiles.nansei"}, {}, {}, state=OPEN) == 0
    assert all(gap(f"china sees strength.{a}.nansei", {"japan": "harden"}) == 0 for a in ACTORS)
    assert gap("china sees hardened.japan", {"japan": "harden"}) > 0


# Plans, talks and leaks


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
    for what in ("china sees face.japan", "china sees tension.japan"):
        leaked = {"state": {"plan.usa.japan": 1}, "schedule": [{"turn": 0, "event": "leak", "actors": ["usa", "japan"]}]}
        assert carried("leak_provocation", what, {}, **leaked) > 0
        assert carried("leak_provocation", what, {}, state={"plan.usa.japan": 1}) == 0


# Words and acts about Taiwan


def test_F14_a_pledge_about_taiwan_and_a_former_leaders_are_both_answered() -> None:
    for what in ("china sees face.japan", "china sees tension.japan", "china sees audience.japan.china"):
        official, former = (gap(what, {"japan": f"{kind}.taiwan"}) for kind in ("pledge", "pledge_unofficial"))
        assert official > former > 0
        assert gap(what, {"japan": "pledge_unofficial.taiwan"}, off="unofficial_weight") == 0


def test_F15_a_pledge_gives_cause_for_a_summons_routine_or_urgent() -> None:
    pledge = {"japan": "pledge_unofficial.taiwan"}
    for summons in ("summon", "summon_urgent"):
        assert now(f"china may {summons}.japan") == 0
        assert read(after(pledge), f"china may {summons}.japan") == 1
        assert read(after(pledge, off="face_gain"), f"china may {summons}.japan") == 0
    wronged = {"face.china.japan": 1}
    routine, urgent = ({"china": f"{kind}.japan"} for kind in ("summon", "summon_urgent"))
    assert gap("china sees face.japan", urgent, state=wronged) < gap("china sees face.japan", routine, state=wronged) < 0
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
    assert gap("china sees face.taiwan", trained, {"taiwan": "disclose"}) > 0
    assert gap("china sees face.taiwan", trained, {"taiwan": "disclose"}, off="disclose.provocation") == 0


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


def test_F20_sustained_pressure_becomes_custom_slowly_and_raises_tension_fast() -> None:
    pressure = [{"china": m} for m in ("air_activity.taiwan_strait", "patrol.taiwan_strait")] * 4
    gains = [carried("custom_gain", "china earns all", *pressure[:n]) for n in (1, 4, 8)]
    assert 0 < gains[0] < gains[1] < gains[2]
    assert carried("custom_gain", "china earns all", {}, {}, {}, {}) == 0
    assert gap("taiwan sees tension.china", pressure[0]) > gap("china sees custom", pressure[0]) > 0


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


# Coast guards and claims at sea


def assert_that_ships_meet(area: str, one: str, two: str) -> None:
    """In a world where coast guards alone meet, and where their meeting is all that they change, incidents and hazard rise."""
    alone: dict[str, Any] = {
        "parameters": {"contact_patrol": 0, "threat_coast_guard": 0, "hazard_rate": 0.001, "incident_rate": 2},
        "moves": {"coast_guard": {"provocation": 0}},
        "games": 400,
    }
    station = {one: f"coast_guard.{area}", two: f"coast_guard.{area}"}
    for what in (f"hazard {one} {two}", f"{two} sees incident.{area}"):
        assert gap(what, station, {}, {}, **alone) > 0
        assert gap(what, station, {}, {}, off="contact_coast_guard", **alone) == 0


def test_F25_chinese_coast_guard_ships_in_the_east_china_sea_stay_where_patrols_fade() -> None:
    assert_that_ships_meet("east_china_sea", "china", "japan")

    def kept(kind: str, **changes: Any) -> float:
        order = {"china": f"{kind}.east_china_sea"}
        what = "japan sees strength.china.east_china_sea"
        return gap(what, order, {}, {}, {}, **changes) / gap(what, order, **changes)

    assert kept("coast_guard") > 2 * kept("patrol") > 0
    assert kept("coast_guard", off="keep_coast_guard") == 0


def test_F26_chinese_and_philippine_coast_guards_clash_in_the_south_china_sea() -> None:
    assert_that_ships_meet("south_china_sea", "china", "philippines")


def test_F27_taiwans_coast_guard_meets_mainland_vessels_in_the_strait() -> None:
    assert_that_ships_meet("taiwan_strait", "china", "taiwan")


def test_F28_an_administrative_step_starts_a_lasting_rise_of_the_rivals_coast_guard() -> None:
    step, ships = {"japan": "administer.east_china_sea"}, "japan sees strength.china.east_china_sea"
    soon, later = gap(ships, step, *[{}] * 4), gap(ships, step, *[{}] * 29)
    assert later > soon > 0
    assert gap(ships, step, *[{}] * 4, off="greyzone_rise") == 0


# Command, disasters, leaders, and what works in the background


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
    assert "leadership" in [event for _, event, _ in load("s4_command_upgrade").document["schedule"]]

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
    many = {"games": 2000, "parameters": {"incident_rate": 5, "hazard_rate": 0, "channel_relief": 0}}
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


# Statements


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
    assert gap("china sees face.japan", spoke, {}, schedule=leak) > 0  # it was something to leak
    assert gap("china sees face.japan", spoke, {}, schedule=leak, off="leak_provocation") == 0


def test_F41_going_beyond_what_one_answers_costs() -> None:
    show = {"china": "exercise.taiwan_strait"}
    assert gap("china earns status_quo", show) < 0
    assert gap("china earns status_quo", show, off="status_quo_cost") == 0
    answered = {f"force.china.{a}": 1 for a in ACTORS if a != "china"}
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
    assert gap("taiwan sees audience.china.taiwan", threat) > 0
    assert gap("taiwan sees audience.china.taiwan", threat, off="threat_commitment") == 0
    assert carried("threat_commitment", "hazard china taiwan", threat) > 0
    assert carried("threat_commitment", "hazard china taiwan", {}) == 0


def test_F45_the_us_reassures_its_partners() -> None:
    assert carried("assure_trust", "japan sees trust_received.usa", {"usa": "assure_ally.japan"}) > 0
    assert carried("assure_trust", "japan sees trust_received.usa", {}) == 0


def test_F46_no_comment_lowers_and_a_confirmation_raises_a_leaks_effect() -> None:
    leaked = {"state": {"plan.usa.japan": 2}, "schedule": [{"turn": 0, "event": "leak", "actors": ["usa", "japan"]}]}
    assert now("japan may no_comment") == now("japan may confirm") == 0
    for what in ("china sees face.japan", "china sees tension.japan"):
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
    wronged = {f"face.{a}.{b}": 0.9 for a in ACTORS for b in ACTORS if a != b}
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


def test_every_mechanism_has_a_test() -> None:
    assert {name[5:8] for name in globals() if name.startswith("test_F")} == {f"F{n:02}" for n in range(1, 50)}
