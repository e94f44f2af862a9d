"""The replay in a browser: every action by keyboard and by pointer, and what the screen says of the game."""

import gzip
import json
import re

import pytest
from playwright.sync_api import Page, expect

from straits.envs.scenarios.lint import DISPUTED
from straits.experiments.viewer.export.html import page, replay
from straits.experiments.viewer.export.replay_file import save

TURN = "input[type=range]"


def turn_of(window: Page) -> int:
    return int(window.locator(TURN).input_value())


def at_turn(window: Page, turn: int) -> None:
    expect(window.locator(TURN)).to_have_value(str(turn))


def dropped(window: Page, name: str, text: str) -> None:
    """A file let fall on the page."""
    window.evaluate(
        """([name, text]) => {
          const data = new DataTransfer();
          data.items.add(new File([text], name));
          document.querySelector("main").dispatchEvent(new DragEvent("drop", { bubbles: true, dataTransfer: data }));
        }""",
        [name, text],
    )


def test_keys_walk_through_the_game_to_its_end(opened, episode):
    window, last = opened(episode), episode["meta"]["turns"]
    for key, turn in (("ArrowRight", 1), ("Shift+ArrowRight", 11), ("ArrowLeft", 10), ("End", last), ("ArrowRight", last)):
        window.keyboard.press(key)
        at_turn(window, turn)
    for key, turn in (("Shift+ArrowLeft", last - 10), ("Home", 0), ("ArrowLeft", 0)):
        window.keyboard.press(key)
        at_turn(window, turn)


def test_n_and_p_go_to_the_pins(opened, episode):
    pins = sorted({row[0] for row in episode["events"] if row[1] != "ambassador"})
    window = opened(episode)
    for turn in pins[:3]:
        window.keyboard.press("n")
        at_turn(window, turn)
    window.keyboard.press("p")
    at_turn(window, pins[1])


def test_space_plays_and_stops(opened, episode):
    window = opened(episode)
    window.keyboard.press("Space")
    expect(window.get_by_role("button", name="Pause", exact=True)).to_be_visible()
    expect(window.locator(TURN)).not_to_have_value("0")
    window.keyboard.press("Space")
    expect(window.get_by_role("button", name="Play", exact=True)).to_be_visible()
    stopped = turn_of(window)
    window.wait_for_timeout(700)
    assert turn_of(window) == stopped


def test_playing_stops_at_the_end_and_begins_anew(opened, fight):
    last = fight["meta"]["turns"]
    window = opened(fight, at=f"t={last - 1}")
    window.keyboard.press("Space")
    at_turn(window, last)
    expect(window.get_by_role("button", name="Play", exact=True)).to_be_visible()
    window.keyboard.press("Space")
    expect(window.locator(TURN)).not_to_have_value(str(last))


def test_dragging_over_the_timeline_scrubs(opened, episode):
    window = opened(episode)
    box = window.locator(".timeline svg").bounding_box()
    window.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 60)
    window.mouse.down()
    expect(window.locator(TURN)).to_have_value(re.compile("^2[1-9]$|^3[01]$"))
    window.mouse.move(box["x"] + box["width"] + 200, box["y"] + 60, steps=5)
    at_turn(window, episode["meta"]["turns"])
    window.mouse.up()
    window.mouse.move(box["x"] + 100, box["y"] + 60)
    at_turn(window, episode["meta"]["turns"])


def test_the_address_keeps_the_turn_and_opens_at_it(opened, episode):
    window = opened(episode, at="t=7")
    at_turn(window, 7)
    window.keyboard.press("ArrowRight")
    expect(window).to_have_url(re.compile(r"[#&]t=8(&|$)"))
    window.reload()
    at_turn(window, 8)


@pytest.mark.parametrize("at", ["t=99999", "t=-4", "t=1e9", "t=<b>", "episode=7&pin=9&focus=8&t=3", "view=nowhere"])
def test_an_odd_address_still_shows_the_game(opened, episode, at):
    expect(opened(episode, at=at).locator(".figure")).to_be_visible()


def test_figures_are_those_of_the_turn(opened, episode):
    window = opened(episode, at="t=21")
    expect(window.locator(".figure")).to_have_text(f"{episode['tension'][21] / 1000:.2f}")
    rung = int(episode["rung"][21])
    expect(window.locator(".ladder .now")).to_have_text(re.compile(rf"{rung}\s*{episode['rungs'][rung]}", re.IGNORECASE))
    told = [episode["table"][row[2]]["words"] for row in episode["moves"] if row[0] == 21]
    for words in told:
        expect(window.locator(".log .fresh .words", has_text=words).first).to_be_attached()
    expect(window.locator(".log .row.move.fresh")).to_have_count(len(told))
    assert told


def test_the_table_says_what_the_map_shows(opened, episode):
    """A mark for each level that is not nothing, and every level in the hidden table."""
    window, levels = opened(episode, at="t=21"), {}
    for code, areas in episode["presence"].items():
        for area, changes in areas.items():
            levels[code, area] = max([row[1:] for row in changes if row[0] <= 21][-1:] or [[0]], key=max)
    table = window.locator(".chart table")
    rows = [row.split("\t") for row in table.locator("tbody").inner_text().splitlines()]
    for n, area in enumerate(episode["areas"]):
        for m, actor in enumerate(episode["actors"]):
            assert float(rows[n][m + 1]) == pytest.approx(max(levels.get((actor["code"], area["id"]), [0])) / 1000, abs=0.005)
    seen = sum(max(level) >= 15 for level in levels.values())
    strait = sum(max(level) >= 15 for (_, area), level in levels.items() if area in ("taiwan", "taiwan_strait"))
    assert seen > 5
    expect(window.locator(".map .presence")).to_have_count(seen)
    assert window.locator(".inset .presence").count() >= strait
    window.get_by_role("button", name="Table").click()
    expect(window.locator(".tabletop table").first).to_be_visible()


def test_the_tables_say_what_the_timeline_shows(opened, episode):
    """Pairs with their tension and steps, and what each component of the turn earned."""
    window = opened(episode, at="t=21")
    window.get_by_role("button", name="Table").click()
    pairs, _, earned = window.locator(".tabletop .twin").nth(1).locator("tbody").all()
    rows = {row.split("\t")[0]: row.split("\t")[1:] for row in pairs.inner_text().splitlines()}
    for pair, values in episode["pairs"].items():
        one, two = pair.split("-")
        steps = [episode["seen"][f"{one}>{two}"][21], episode["seen"][f"{two}>{one}"][21]]
        assert rows[f"{one} \u2013 {two}"] == [f"{values[21] / 1000:.2f}", *steps]
    first = earned.inner_text().splitlines()[0].replace("\u2212", "-").split("\t")[1:]
    assert [float(n) for n in first] == pytest.approx(
        [episode["rewards"]["US"][c][20] / 1000 for c in episode["components"]], abs=0.006
    )


def test_the_map_names_the_areas_of_the_game_and_nothing_else(opened, episode):
    """No port, no base, no feature that is in dispute; both names where a sea has two."""
    window = opened(episode, at="t=21")
    written = window.locator(".chart svg text").all_text_contents()
    known = {part for area in episode["areas"] for part in area["label"].lower().split("/")}
    known |= {actor["code"].lower() for actor in episode["actors"]} | {"taiwan strait, enlarged"}
    assert {words.lower().removeprefix("/ ") for words in written} <= known
    assert {"south china sea", "/ west philippine sea"} <= {words.lower() for words in written}
    whole = " ".join(area["label"] for area in episode["areas"])  # an area in dispute goes by all its names
    disputed = {name for names in DISPUTED if names not in whole for name in names.split("/")}
    assert not [name for name in disputed for words in written if name in words]


def test_arcs_are_the_acts_of_three_turns(opened, episode):
    def directed(t: int) -> int:
        aimed = (episode["table"][row[2]]["actor"] not in (-1, row[1]) for row in episode["moves"] if row[0] == t)
        return sum(aimed)

    shown = sum(directed(t) for t in (19, 20, 21))
    assert shown > 0
    expect(opened(episode, at="t=21").locator(".arc")).to_have_count(shown)


def test_the_actor_looked_at_leads_log_policy_and_rewards(opened, episode):
    window = opened(episode, at="t=21")
    window.get_by_role("radio", name="Japan").check(force=True)
    expect(window.locator(".lens h2")).to_contain_text("JP")
    expect(window.locator(".rewards .head")).to_contain_text("Japan")
    expect(window).to_have_url(re.compile(r"focus=1"))
    others = [n for n, actor in enumerate(episode["actors"]) if actor["code"] != "JP"]
    rows = [r for r in episode["moves"] if r[0] == 21 and (r[1] == 1 or episode["table"][r[2]]["actor"] == 1)]
    expect(window.locator(".log .row.move.fresh")).to_have_count(len(rows))
    expect(window.locator(".chip.faded")).to_have_count(len(others))


def test_the_lens_has_a_bar_a_channel_with_the_shares_of_the_policy(opened, episode):
    window = opened(episode, at="t=21&focus=2")
    weights = episode["lens"]["CN"]["turns"][20]
    expect(window.locator(".lens .weighed")).to_have_count(3)
    for n, channel in enumerate(weights):
        first = window.locator(".lens .weighed").nth(n).locator("li .part").first
        expect(first).to_have_text(f"{int(channel['top'][0][1] / 10 + 0.5)}\u202f%")


def test_the_lens_says_how_surprising_the_move_was_and_that_there_is_no_value(opened, episode):
    episode["lens"]["CN"]["turns"][20] = [
        {**channel, "chosen": part} for channel, part in zip(episode["lens"]["CN"]["turns"][20], (500, 250, 1000), strict=True)
    ]
    window = opened(episode, at="t=21&focus=2")
    expect(window.locator(".lens h2")).to_contain_text("surprise 3.0 bits")  # 1 and 2 and 0
    expect(window.locator(".aboutepisode")).to_contain_text("No value of the position is shown")


def test_an_episode_without_probabilities_says_so(opened, episode):
    episode["lens"] = None
    expect(opened(episode, at="t=3").locator(".lens")).to_contain_text("holds no probabilities")


def test_a_second_episode_stands_beside_the_first_at_the_same_turn(opened, episode, fight):
    window = opened(episode, fight, at="t=5&pin=1")
    expect(window.locator(".one")).to_have_count(2)
    for n, shown in enumerate((episode, fight)):
        expect(window.locator(".one .figure").nth(n)).to_have_text(f"{shown['tension'][5] / 1000:.2f}")
    window.keyboard.press("End")
    expect(window.locator(".one").nth(1)).to_contain_text(f"ended at week {fight['meta']['turns']}")
    window.get_by_role("button", name="Unpin").click()
    expect(window.locator(".one")).to_have_count(0)


def test_a_dropped_recording_opens_and_a_chosen_one_is_pinned(opened, episode, fight, tmp_path):
    window = opened(episode)
    dropped(window, "fight.json", json.dumps(fight))
    expect(window.locator(".top .about")).to_contain_text(fight["meta"]["title"])
    file = tmp_path / "first.json"
    file.write_text(json.dumps(episode))
    window.get_by_label("Pin a second").set_input_files(file)
    expect(window.locator(".one")).to_have_count(2)


def test_a_compressed_recording_opens_unless_it_is_too_large_or_broken(opened, episode, fight, tmp_path):
    window = opened(episode)
    for name, data, said in (
        ("bomb.json.gz", gzip.compress(bytes(65_000_000)), "bomb.json.gz: expected at most 64 MB"),
        ("odd.json.gz", b"no gzip", "odd.json.gz: expected a file that gzip can read"),
    ):
        (tmp_path / name).write_bytes(data)
        window.get_by_label("Open a recording").set_input_files(tmp_path / name)
        expect(window.get_by_role("alert")).to_contain_text(said)
    save(fight, tmp_path / "fight.json.gz")
    window.get_by_label("Open a recording").set_input_files(tmp_path / "fight.json.gz")
    expect(window.locator(".top .about")).to_contain_text(fight["meta"]["title"])
    expect(window.get_by_role("alert")).to_have_count(0)


def test_a_dropped_page_opens_too(opened, episode, fight):
    window = opened(episode)
    dropped(window, "fight.html", page(replay([fight])))
    expect(window.locator(".top .about")).to_contain_text(fight["meta"]["title"])


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("{", "expected a replay as JSON"),
        ('{"schema": "straits-replay/9"}', 'schema="straits-replay/9": expected "straits-replay/1"'),
        ('{"schema": "straits-replay/1"}', "meta: expected a map in a replay"),
        ("<html></html>", "expected a replay as JSON"),
        ("null", "schema=null"),
    ],
)
def test_a_file_that_is_no_recording_is_refused_in_a_line_and_nothing_is_lost(opened, episode, text, complaint):
    window = opened(episode, at="t=4")
    dropped(window, "odd.json", text)
    expect(window.get_by_role("alert")).to_contain_text(f"odd.json: {complaint}")
    at_turn(window, 4)


def test_the_live_line_speaks_only_while_paused(opened, episode):
    window = opened(episode, at="t=21")
    live = window.get_by_role("status")
    expect(live).to_contain_text("Week 21 of 52")
    window.keyboard.press("Space")
    expect(window.locator(TURN)).to_have_value(re.compile("^2[3-9]$|^[345].$"))
    expect(live).to_contain_text("Week 21 of 52")
    window.keyboard.press("Space")
    expect(live).not_to_contain_text("Week 21 of 52")


def test_tension_is_defined_where_it_is_shown_and_the_limits_stand_at_the_foot(opened, episode):
    window = opened(episode)
    expect(window.locator(".definition")).to_contain_text(episode["meta"]["tension_definition"])
    expect(window.locator("footer")).to_contain_text("no forecast")
    expect(window.locator("footer")).to_contain_text("nothing here takes a view on sovereignty")


def test_on_a_phone_nothing_is_wider_than_the_screen(opened, episode):
    window = opened(episode, at="t=21", size=(390, 844))
    assert window.evaluate("document.documentElement.scrollWidth") == 390
    assert (
        window.locator(".map svg text").evaluate_all(
            "(all) => Math.min(...all.map((t) => parseFloat(getComputedStyle(t).fontSize)))"
        )
        >= 11
    )
    expect(window.get_by_role("button", name="Play", exact=True)).to_be_in_viewport()


def test_a_game_of_one_turn_is_shown(opened, episode):
    window = opened(cut(episode, 1))
    window.keyboard.press("End")
    at_turn(window, 1)
    expect(window.locator(".figure")).to_be_visible()


def cut(episode: dict, turns: int) -> dict:
    """Its first turns."""
    short = json.loads(json.dumps(episode))
    short["meta"]["turns"] = turns
    for key in ("tension", "hazard", "rung"):
        short[key] = episode[key][: turns + 1]
    for key in ("pairs", "directed", "seen", "support"):
        short[key] = {name: values[: turns + 1] for name, values in episode[key].items()}
    for of in short["disputes"].values():
        of |= {k: [side[: turns + 1] for side in v] if k in ("terms", "offers") else v[: turns + 1] for k, v in of.items()}
    for key in ("crises", "truces"):
        short[key] = [row for row in episode[key] if row[1] <= turns]
    for key in ("moves", "events"):
        short[key] = [row for row in episode[key] if row[0] <= turns]
    short["rewards"] = {code: {name: v[:turns] for name, v in of.items()} for code, of in episode["rewards"].items()}
    return short
