"""Scenarios: what ships is sound, what is wrong is named in one line, and a file can do nothing but describe."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from straits.envs.core.state import DISASTER, LEAK
from straits.envs.scenarios.build import PROPORTIONAL, RETAINED_SHARES, TURN_COUNTS, fixed_points, per_turn
from straits.envs.scenarios.scenario import check, list_scenarios, load_scenario, structure, table
from straits.envs.simulator.engine import Engine
from straits.envs.spec.constants import (
    ACTORS,
    CHINA,
    JAPAN,
    NANSEI,
    NORMAL,
    OFFICE,
    PHILIPPINES,
    SUMMONED,
    TAIWAN,
    TROOPS_CLASS,
    USA,
)
from straits.envs.spec.moves import KIND_INDEX, MAY_EVER, MOVE_INDEX, choice
from straits.envs.spec.parameters import PARAMETER_INDEX, PARAMETERS

EVERY = list_scenarios("all")
SOURCES_PAGE = Path(__file__).parents[3] / "docs" / "sources.md"
OWN = """
extends: baseline
name: own
title: A scenario of one's own
description: A file that extends the baseline, as an analyst would write it to ask what a firmer posture of one side changes.
sources: [{X1: "Ministry report, 2030"}, assumption]
date: 2030-01
parameters:
  leak_rate: {value: 0.1, source: "X1; size: assumption"}
"""


@pytest.fixture
def write(tmp_path: Path) -> Any:
    """Write own.yaml, made of OWN and more lines."""

    def writer(more: str = "", base: str = OWN) -> Path:
        path = tmp_path / "own.yaml"
        path.write_text(base + more)
        return path

    return writer


# What ships


@pytest.mark.parametrize("name", EVERY)
def test_what_ships_has_no_findings(name: str) -> None:
    assert check(name) == []


@pytest.mark.parametrize("name", EVERY)
def test_tension_starts_at_its_fixed_point_or_above(name: str) -> None:
    record = load_scenario(name).record
    assert (record["start"]["tension"][0] >= fixed_points(record) - 1e-12).all()


def test_each_source_has_a_scenario_and_each_dated_event_a_start() -> None:
    assert {"baseline", "calm", "severe", "daily", "anonymous"} <= set(list_scenarios())
    assert [n[:3] for n in list_scenarios() if re.match(r"s\d_", n)] == ["s0_", "s1_", "s2_", "s3_", "s4_"]
    assert len(list_scenarios("replay")) == 14
    assert sorted(list_scenarios() + list_scenarios("replay")) == EVERY


def test_calm_baseline_and_severe_start_in_that_order() -> None:
    calm, baseline, severe = (load_scenario(n).record["start"]["tension"][0] for n in ("calm", "baseline", "severe"))
    assert (calm <= baseline).all() and calm.max() < baseline.max()
    assert (baseline <= severe).all() and baseline.max() < severe.max()


def test_private_types_have_the_same_priors_for_everyone() -> None:
    for name in EVERY:
        params = load_scenario(name).record[0]
        assert len(set(params["opportunist_share"])) == 1
        assert len(np.unique(params["resolve_range"], axis=0)) == 1


def test_numbers_of_the_sources_stand_in_the_start() -> None:
    assert load_scenario("baseline").record["start"]["access"][0, PHILIPPINES] == 5  # F24
    assert load_scenario("s3_missile_units").record["start"]["access"][0, PHILIPPINES] == 9
    standing = load_scenario("baseline").record["start"]["standing"][0]
    assert standing[USA, :, TROOPS_CLASS].argmax() == NANSEI  # F42
    ambassador = load_scenario("baseline").record["start"]["ambassador"][0]
    assert (ambassador[TAIWAN] == OFFICE).all() and ambassador[USA, CHINA] == NORMAL  # F49
    assert load_scenario("s0_draft_plan").record["start"]["ambassador"][0, CHINA, JAPAN] == SUMMONED  # F15


@pytest.mark.parametrize("name", list_scenarios("replay"))
def test_a_dated_event_is_legal_when_played(name: str) -> None:
    scenario = load_scenario(name)
    engine = Engine(scenario, games=1)
    engine.reset(2021)
    for turn in scenario.replay:
        moves = np.array([[choice(*turn.get(a, ())) for a in ACTORS]], np.int64)
        for actor, names in turn.items():
            assert all(engine.mask[0, ACTORS.index(actor), MOVE_INDEX[n]] for n in names), (turn, actor)
        engine.step(moves)
        assert not engine.illegal.any()


def test_the_anonymous_world_is_the_baselines_under_other_labels() -> None:
    anonymous = load_scenario("anonymous")
    assert anonymous.record.tobytes() == load_scenario("baseline").record.tobytes()
    assert sorted(anonymous.labels.values()) == list("abcde") and sorted(anonymous.order) == sorted(ACTORS)
    assert anonymous.order != ACTORS and not any(a[0] == label for a, label in anonymous.labels.items())


def test_seven_daily_turns_keep_and_move_what_a_weekly_turn_does() -> None:
    daily, weekly = load_scenario("daily").record[0], load_scenario("baseline").record[0]
    for p in PARAMETERS:
        if p.name in RETAINED_SHARES:
            assert daily[p.name] ** 7 == pytest.approx(weekly[p.name], abs=1e-4)
        elif p.name in PROPORTIONAL:
            assert 7 * daily[p.name] == pytest.approx(weekly[p.name], abs=1e-5)
        elif p.name in TURN_COUNTS:
            assert daily[p.name] == 7 * weekly[p.name]
    assert per_turn("leak_rate", 0.3, 7) == 0.3 and per_turn("access_gate", 1, 1) == 1


def test_loading_is_quick_once_compiled() -> None:
    load_scenario("baseline")
    began = time.perf_counter()
    for name in EVERY:
        load_scenario(name).with_(horizon=9)
    assert time.perf_counter() - began < 3.0


def test_the_table_lists_every_scenario() -> None:
    assert all(f"| `{name}` |" in table("all") for name in EVERY)
    assert "replay" not in table()


def test_each_source_calm_and_severe_have_a_structure_of_their_own() -> None:
    rows = [line.split(" | ") for line in structure().splitlines()[2:]]
    kept = {name: {tuple(row[1:4]) for row in rows if row[0] == f"| `{name}`"} for name in list_scenarios()}
    worlds = [n for n in kept if n not in ("anonymous", "baseline", "daily")]
    assert len(worlds) == 7 and all(len(kept[n]) >= 5 for n in worlds)
    assert all(len(kept[a] ^ kept[b]) >= 8 for a in worlds for b in worlds if a < b)


# A changed copy


def test_a_copy_changes_what_is_named_and_leaves_the_rest() -> None:
    base = load_scenario("baseline")
    copy = base.with_(parameters={"leak_rate": 0}, moves={"pledge": {"provocation": 0}}, horizon=10)
    assert copy.record["leak_rate"][0] == 0 and copy.horizon == 10 == copy.record["start"]["horizon"][0]
    assert copy.record["provocation"][0, KIND_INDEX["pledge"]] == 0
    assert base.record["leak_rate"][0] == PARAMETER_INDEX["leak_rate"].default and base.horizon == 52
    assert copy != base and copy == load_scenario(
        "baseline", parameters={"leak_rate": 0}, moves={"pledge": {"provocation": 0}}, horizon=10
    )


def test_what_a_pair_shares_is_set_both_ways() -> None:
    start = load_scenario("baseline", state={"plan.japan.usa": 2, "tension.china.japan": 0.5}).record["start"][0]
    assert start["plan"][USA, JAPAN] == start["plan"][JAPAN, USA] == 2
    assert start["tension"][CHINA, JAPAN] == 0.5 and start["tension"][JAPAN, CHINA] < 0.5


def test_rows_merge_by_their_key() -> None:
    copy = load_scenario("baseline", relations=[{"of": "china", "to": "japan", "hostility": 0.9}])
    row = copy.document["relations"][("china", "japan")]
    assert row == {"rival": 0.8, "hostility": 0.9, "source": "override"}
    assert copy.record["start"]["tension"][0, CHINA, JAPAN] > load_scenario("baseline").record["start"]["tension"][0, CHINA, JAPAN]


def test_unrest_lifts_tension_above_its_fixed_point() -> None:
    rest = load_scenario("baseline").record["start"]["tension"][0, CHINA, JAPAN]
    uneasy = load_scenario("baseline", relations=[{"of": "china", "to": "japan", "unrest": 0.5}]).record["start"]["tension"][
        0, CHINA, JAPAN
    ]
    assert uneasy == rest + 0.5 * (1 - rest)


def test_public_commitment_returns_to_the_standing_one() -> None:
    bound = {"relations": [{"of": "japan", "to": "china", "commitment": 0.3}], "state": {"public_commitment.japan.china": 0.8}}
    assert (
        load_scenario("baseline", **{"relations": bound["relations"]}).record["start"]["public_commitment"][0, JAPAN, CHINA] == 0.3
    )
    engine = Engine(load_scenario("baseline", **bound), 1)
    engine.reset(0)
    for expected in (0.3 + 0.93 * 0.5, 0.3 + 0.93**2 * 0.5):
        engine.step(np.zeros((1, len(ACTORS), 3), np.int64))
        assert engine.games["public_commitment"][0, JAPAN, CHINA] == pytest.approx(expected)


def test_a_schedule_replaces_what_stood_and_names_the_us_first() -> None:
    events = [{"turn": 9, "event": "disaster", "actors": ["taiwan"]}, {"turn": 3, "event": "leak", "actors": ["japan", "usa"]}]
    schedule = load_scenario("s1_positions", schedule=events).record["schedule"][0]
    assert schedule[:2].tolist() == [[3, LEAK, USA, JAPAN], [9, DISASTER, TAIWAN, TAIWAN]]
    assert (schedule[2:] == -1).all()


def test_a_forbidden_move_is_never_legal() -> None:
    legal = load_scenario("baseline", forbid=[{"of": "usa", "move": "missiles"}, {"of": "all", "move": "recall.china"}]).record[
        "legal"
    ][0]
    gone = {(int(a), int(m)) for a, m in np.argwhere(MAY_EVER & ~legal)}
    missiles = {(USA, MOVE_INDEX[f"missiles.{area}"]) for area in ("nansei", "luzon")}
    assert gone == missiles | {(a, MOVE_INDEX["recall.china"]) for a in range(5) if a != CHINA}


def test_embassies_can_take_the_place_of_offices() -> None:
    ambassador = load_scenario("baseline", offices=[{"of": "taiwan", "embassies": True}]).record["start"]["ambassador"][0]
    assert ambassador[TAIWAN, USA] == NORMAL


def test_a_record_is_read_only() -> None:
    with pytest.raises(ValueError, match="read-only"):
        load_scenario("baseline").record["leak_rate"] = 1


def test_the_hash_is_the_same_in_another_process() -> None:
    code = "from straits.envs.scenarios.scenario import load_scenario; print(load_scenario('s0_draft_plan').hash)"
    run = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": "7"}, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == load_scenario("s0_draft_plan").hash


# A file of one's own


def test_a_file_extends_the_baseline_and_cites_its_own_source(write: Any) -> None:
    path = write()
    assert check(path) == []
    own = load_scenario(path)
    assert own.parameters == {"leak_rate": 0.1} and own.sources == {"X1": "Ministry report, 2030", "assumption": ""}
    assert own.record["horizon"][0] == 52 and own == load_scenario(str(path)) != load_scenario("baseline")


def test_a_file_may_extend_the_file_beside_it(write: Any, tmp_path: Path) -> None:
    write()
    child = tmp_path / "child.yaml"
    child.write_text("extends: own.yaml\nname: child\nstate:\n  - {set: command, value: 1, source: X1}\n")
    assert load_scenario(child).record["start"]["command"][0] == 1 and load_scenario(child).parameters == {"leak_rate": 0.1}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"parameters": {"hazard_rate": 3}}, "scenario.parameters.hazard_rate=3: expected 0..1"),
        ({"parameters": {"hazard_rate": float("nan")}}, "scenario.parameters.hazard_rate=nan: expected 0..1"),
        ({"parameters": {"hazard_rate": True}}, "scenario.parameters.hazard_rate=True: expected 0..1"),
        ({"parameters": {"hazard": 1}}, r"scenario.parameters.hazard: expected one of .*did you mean hazard_rate\?"),
        ({"paramters": {}}, r"scenario.paramters: expected one of name, .*did you mean parameters\?"),
        ({"moves": {"pledge": {"price": 0}}}, "scenario.moves.pledge.price: expected one of cost, provocation"),
        ({"horizon": 0}, r"scenario.horizon=0: expected a whole number 1\.\.10000"),
        ({"horizon": "abc"}, "scenario.horizon='abc': expected a whole number"),
        ({"date": "soon"}, "scenario.date='soon': expected a date"),
        ({"state": {"plan.usa.japan": 5}}, r"scenario.state.plan.usa.japan=5.0: expected a whole number 0\.\.3"),
        ({"state": {"plan.usa": 1}}, "scenario.state.set='plan.usa': expected plan.actor.actor"),
        ({"state": {"plan.usa.usa": 1}}, "scenario.state.set='plan.usa.usa': expected two different actors"),
        ({"state": {"seed": 1}}, "scenario.state.seed: expected one of"),
        ({"state": {"ambassador.usa.taiwan": "recalled"}}, "expected office where `offices` says so"),
        ({"state": {"ambassador.usa.china": "withdrawn"}}, r"value='withdrawn': expected a number, or one of office"),
        ({"relations": [{"of": "china", "to": "china", "rival": 1}]}, "expected another actor"),
        ({"relations": [{"of": "china", "to": "korea"}]}, r"scenario.relations\[0\].to='korea': expected one of usa"),
        ({"relations": [{"of": "china"}]}, r"scenario.relations\[0\].to: expected a value"),
        ({"relations": [{"of": "china", "to": "usa", "rivl": 1}]}, r"relations\[0\].rivl: .*did you mean rival\?"),
        ({"trade": [{"of": "usa", "shares": {"china": 0.4}}]}, r"scenario.trade\[usa\].shares sum=0.4: expected 1"),
        ({"partners": [{"pair": ["usa", "usa"]}]}, "expected different actors"),
        ({"types": [{"of": "all", "resolve": [1, 0]}]}, "expected .low, high. with low <= high"),
        ({"presence": [{"of": "usa", "area": "nansei", "class": "troops", "extra": 0.9}]}, r"standing \+ extra=1.5: expected 0..1"),
        ({"schedule": [{"turn": 1, "event": "leak", "actors": ["usa"]}]}, "expected two actors for a leak"),
        ({"schedule": [{"turn": t, "event": "disaster", "actors": ["usa"]} for t in range(9)]}, "rows=9: expected at most 8"),
        ({"replay": [{"turn": 0, "of": "usa", "moves": ["denounce"]}]}, "expected a move with its target"),
        ({"forbid": [{"of": "usa", "move": "invade"}]}, "='invade': expected a move"),
        ({"labels": {"usa": "x", "china": "x"}}, "expected five different labels"),
        ({"order": ["usa", "japan"]}, "scenario.order=.*expected a list of 5 actors"),
        ({"bounds": {"dove": [0, 2]}}, "scenario.bounds.dove=2: expected 0..1"),
    ],
)
def test_bad_input_is_named_in_one_line(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message) as caught:
        load_scenario("baseline", **changes)
    assert "\n" not in str(caught.value)


def test_an_unknown_scenario_lists_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"scenario='basline': expected a .yaml file or one of .*did you mean baseline\?"):
        load_scenario("basline")
    with pytest.raises(ValueError, match=r"scenario='/nowhere/at_all.yaml': expected a file"):
        load_scenario("/nowhere/at_all.yaml")
    with pytest.raises(ValueError, match="kind='old': expected one of"):
        list_scenarios("old")


@pytest.mark.parametrize(
    ("more", "finding"),
    [
        ("  hazard_rate: 0.1\n", "scenario.parameters.hazard_rate=0.1: expected {value: ..., source: ...}"),
        ("  hazard_rate: {value: 0.1, source: hearsay}\n", "hazard_rate.source='hearsay': expected keys among S0"),
        ("  hazard_rate: {value: 0.1}\n", "hazard_rate.source=None: expected keys among S0"),
        ("title: Again\n", "scenario file own.yaml: expected YAML; the key 'title' occurs twice"),
        ("story: [1, 2\n", "scenario file own.yaml: expected YAML"),
        ("story: !!python/object/apply:os.system [exit]\n", "expected no tag such as"),
        ("extends_: x\n", "scenario.extends_: expected one of"),
        ("story: The nations meet.\n", "scenario.story: expected a neutral word for 'nations'"),
        ("story: Near the Senkaku islets.\n", "scenario.story: expected all names, Diaoyu/Diaoyutai/Senkaku, for Senkaku"),
        ("state: [{set: tension.china.usa, value: 0, source: X1}]\n", "tension.china.usa=0: expected its fixed point"),
        ("state: [{set: plan_known.usa.japan, value: 2, source: X1}]\n", "plan_known=2: expected at most plan, 0"),
        ("schedule: [{turn: 0, event: leak, actors: [usa, japan], source: X1}]\n", "expected a private plan or talk"),
        ("schedule: [{turn: 60, event: disaster, actors: [usa], source: X1}]\n", "expected a turn before the horizon 52"),
        ("types: [{of: usa, opportunist: 0.1, source: assumption}]\n", "expected the same priors for every actor"),
        ("kind: replay\n", "scenario.replay: expected moves, or a scheduled event"),
        ("replay: [{turn: 0, of: usa, moves: [air_activity.taiwan_strait], source: X1}]\n", "expected a move that usa may choose"),
    ],
)
def test_check_finds_what_is_wrong_with_a_file(write: Any, more: str, finding: str) -> None:
    found = check(write(more))
    assert any(finding in line for line in found), found
    assert not any("\n" in line for line in found)


def test_check_finds_what_a_file_leaves_out(write: Any) -> None:
    thin = "extends: baseline\nname: other\ntitle: Thin\ndescription: Too short.\nsources: [S3, X]\ndate: 2030\n"
    assert "expected S0, S1" in check(write(base=thin))[0]
    found = check(write("state: [{set: command, value: 1, source: S0}]\n", thin.replace("S3, X", "S3")))
    for part in ("scenario.name=other", "scenario.description=10 characters", "scenario.sources=S3: expected a row"):
        assert any(part in line for line in found), (part, found)
    assert check(write(base="name: own\n"))[0] == "scenario.title: expected a value"
    assert "expected a row of usa" in check(write("turn_days: 7\nhorizon: 9\n", OWN.replace("extends: baseline", "")))[0]


def test_a_file_cannot_be_large_or_expand_without_end(write: Any) -> None:
    assert "expected at most 262144" in check(write("# " + "x" * 300_000))[0]
    bomb = "a: &a [x, x]\n" + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [{f'*{chr(97 + n)}, ' * 9}]\n" for n in range(20))
    assert len(check(write(base=bomb))[0]) < 1000
    assert check(write(base="extends: own.yaml\n"))[0].startswith("scenario.extends=own: expected at most 5 files")
    assert "expected YAML" in check(write("story: " + "[" * 20_000 + "\n"))[0]


# The page of sources


def test_the_page_of_sources_lists_every_mechanism_and_names_what_exists() -> None:
    rows = [line.split("|")[1:-1] for line in SOURCES_PAGE.read_text().splitlines() if line.startswith("| F")]
    assert [row[0].strip() for row in rows] == [f"F{n:02d}" for n in range(1, 50)]
    rules = set(re.findall(r"^### (R\d+\.\d+) ", SOURCES_PAGE.with_name("model.md").read_text(), re.MULTILINE))
    for ident, source, _, moves, rule, switches in rows:
        assert re.fullmatch(r" S\d([ -]S\d)* ", source), ident
        assert all(m in MOVE_INDEX for m in re.findall(r"`([^`]+)`", moves)), ident
        assert all(r.strip() in rules for r in rule.split(",")), ident
        for name in re.findall(r"`([^`]+)`", switches):
            known = (
                name.split(".")[1] in KIND_INDEX if name.startswith("moves.") else name in (*PARAMETER_INDEX, "presence", "offices")
            )
            assert known, (ident, name)
