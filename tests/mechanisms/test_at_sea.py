"""Coast guards and claims at sea: mechanisms F25 to F28 of docs/sources.md."""

from typing import Any

from pairs import gap


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
