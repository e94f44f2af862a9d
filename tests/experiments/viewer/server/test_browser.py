"""A real Chromium plays: by keyboard alone, two at one table, after a lost line and a restart; on a phone; and axe is content."""

import json
import re

import pytest
from playwright.sync_api import expect
from seats import COMPILED, SECONDS, deciding, sit, teach, window
from serving import alone, classroom, served

from straits.envs.spec.constants import JAPAN
from straits.envs.spec.moves import MOVES, OFFSETS
from straits.experiments.viewer.server import persistence
from straits.experiments.viewer.server.classroom import RequestError


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def tab_to(page, name, most=80):
    """Press Tab until the element of that name has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        found = page.evaluate("document.activeElement.closest('label, button, summary')?.innerText ?? ''")
        if re.search(name, found):
            return
    raise AssertionError(f"no {name!r} within {most} tabs")


def test_a_game_is_played_to_its_end_by_keyboard_alone(browser, windows, tmp_path):
    with served(alone(turns=3), tmp_path) as running:
        page = sit(window(browser, windows), running)
        deciding(page, 1)
        tab_to(page, "^Close$")
        press(page, "Enter")  # puts the story away
        tab_to(page, "Holds its posture")
        press(page, "ArrowDown")  # to the next kind: harden
        expect(page.locator(".order")).to_have_text(re.compile("Japan hardens and disperses its sites, says nothing"))
        tab_to(page, "^Statement")
        press(page, "Enter")
        tab_to(page, "Says nothing")
        for _ in range(30):
            press(page, "ArrowDown")
            page.wait_for_function("document.activeElement.closest('.option')?.classList.contains('on')")  # drawn as it was chosen
            if "Denounce" in page.evaluate("document.activeElement.closest('.option').innerText"):
                break
        expect(page.get_by_role("button", name="Commit this turn")).to_be_disabled()
        expect(page.locator(".order")).to_have_text("Choose to whom: denounce.")
        tab_to(page, "United States|China|Taiwan|Philippines")
        press(page, "Space", "ArrowRight")
        tab_to(page, "Commit this turn")
        press(page, "Enter")
        deciding(page, 2)
        expect(page.get_by_role("heading", name="Turn 2: your decision")).to_be_focused()
        for turn in (2, 3):
            deciding(page, turn)
            tab_to(page, "Commit this turn")
            press(page, "Enter")
        expect(page.get_by_role("heading", name="Debrief")).to_be_focused(timeout=COMPILED)
        first = running.session.classroom.tables[0].live.choices[0][JAPAN]
        said = [MOVES[offset + int(n)].kind.name for offset, n in zip(OFFSETS, first, strict=True)]
        assert said == ["harden", "denounce", "none"]
        tab_to(page, "Open the replay of game 1")
        press(page, "Enter")
        expect(page.get_by_role("button", name="Replay", exact=True)).to_have_attribute("aria-current", "page")
        expect(page.get_by_role("heading", name=re.compile("^Replay"))).to_be_attached()
        assert page.complaints == []


def test_two_browsers_finish_a_game_that_the_teacher_opened(browser, windows, tmp_path):
    with served(classroom(2, turns=2), tmp_path / "state") as running:
        teacher = teach(window(browser, windows), running)
        code = teacher.locator(".invitation .code").inner_text()
        players = []
        for seat in ("Japan", "China"):
            page = window(browser, windows)
            page.goto(running.url)
            page.get_by_label("Code on the teacher's screen").fill(code.lower())
            page.get_by_label("Seat").select_option(label=seat)
            page.get_by_role("button", name="Join").click()
            expect(page.get_by_role("heading", name="Your seat. The teacher starts the class")).to_be_visible()
            players.append(page)
        japan, china = players
        teacher.get_by_role("button", name="Start").click()
        for turn in (1, 2):
            deciding(japan, turn)
            deciding(china, turn)
            japan.get_by_role("button", name="Commit this turn").click()
            expect(japan.get_by_role("heading", name="Committed. Others are still thinking")).to_be_visible()
            expect(china.locator(".waiting li.done")).to_contain_text("JP: committed")
            expect(teacher.locator("td", has_text="waiting for CN")).to_be_visible()
            expect(china.locator(".lastturn")).to_have_count(turn - 1)  # nothing of this turn before all have committed
            china.get_by_role("button", name="Commit this turn").click()
        for page in (japan, china, teacher):
            expect(page.get_by_role("heading", name="Debrief")).to_be_visible(timeout=COMPILED)
        teacher.get_by_label("keep the replays").check()
        teacher.get_by_role("button", name="Close the class").click()
        expect(teacher.get_by_role("button", name="Yes")).to_be_focused()
        expect(japan.get_by_role("heading", name="Debrief")).to_be_visible()  # it asks once more
        teacher.get_by_role("button", name="Yes").click()
        expect(japan.get_by_role("heading", name="Closed")).to_be_visible()
        assert [page.complaints for page in (japan, china, teacher)] == [[], [], []]
    assert [path.name for path in (tmp_path / "state").iterdir()] == ["game-1.json"]


def test_a_lost_line_a_reload_and_a_restart_of_the_server_keep_the_seat(browser, windows, tmp_path):
    found = alone(turns=4)
    page = window(browser, windows)
    with served(found, tmp_path) as running:
        sit(page, running)
        assert "seat=" not in page.url  # the token is out of the address at once
        page.get_by_role("button", name="Commit this turn").click()
        deciding(page, 2)
        page.reload()
        deciding(page, 2)
        page.context.set_offline(True)
        page.context.set_offline(False)
        page.get_by_role("button", name="Commit this turn").click()
        deciding(page, 3)
        port = running.port
    expect(page.get_by_text("The connection to the server is lost")).to_be_visible(timeout=SECONDS)
    again = persistence.bring_back(tmp_path, found.policies)
    with served(again, tmp_path, port=port):
        expect(page.get_by_text("The connection to the server is lost")).to_be_hidden(timeout=SECONDS)
        deciding(page, 3)
        expect(page.locator(".log .row", has_text="Holds its posture")).to_have_count(2)
        page.get_by_role("button", name="Commit this turn").click()
        deciding(page, 4)
    assert again.tables[0].live.turn == 3


def test_the_page_says_what_the_server_refuses_and_goes_on(browser, windows, tmp_path, monkeypatch):
    def refuse(place, turn, choices):
        raise RequestError(f"turn={turn}: expected no pause; the teacher has paused the class")

    with served(alone(turns=3), tmp_path) as running:
        page = sit(window(browser, windows), running)
        deciding(page, 1)
        # The server alone knows of the pause, as while the news is on its way: told of it, the page would offer no button.
        with monkeypatch.context() as patched:
            patched.setattr(running.session.classroom, "commit", refuse)
            page.get_by_role("button", name="Commit this turn").click()
            expect(page.get_by_role("alert")).to_have_text(re.compile("the teacher has paused the class"), timeout=SECONDS)
        page.get_by_role("button", name="Commit this turn").click()
        deciding(page, 2)
        expect(page.get_by_role("alert")).to_have_count(0)


def test_a_wrong_code_is_told_and_can_be_tried_again(browser, windows, tmp_path):
    with served(classroom(1), tmp_path) as running:
        page = window(browser, windows)
        page.goto(running.url)
        page.get_by_label("Code on the teacher's screen").fill("WRONG2")
        page.get_by_role("button", name="Join").click()
        expect(page.get_by_role("alert")).to_have_text(re.compile("expected the code that the teacher's screen shows"))
        page.get_by_label("Code on the teacher's screen").fill(running.session.classroom.code)
        page.get_by_role("button", name="Join").click()
        expect(page.locator(".seat")).to_be_visible()


def test_what_is_not_possible_is_greyed_with_the_reason_and_cannot_be_chosen(browser, windows, tmp_path):
    with served(alone(turns=3), tmp_path) as running:
        page = sit(window(browser, windows), running)
        page.get_by_role("button", name=re.compile("^Diplomatic act")).click()
        page.locator("details.closed summary:visible").click()
        option = page.locator(".option.shut:visible", has_text="Restore")
        expect(option).to_contain_text("There is no ambassador, only a representative office.")
        expect(option.get_by_role("radio")).to_be_disabled()
        shown = set(page.locator(".option.shut:visible .what b").all_inner_texts())
        live = running.session.classroom.tables[0].live
        acts = [m for m in MOVES if m.kind.channel == 2 and live.engine.params[0]["legal"][JAPAN, m.flat]]
        open_kinds = {m.kind.name for m in acts if live.engine.mask[0, JAPAN, m.flat]}
        assert shown == {m.kind.name.replace("_", " ").capitalize() for m in acts if m.kind.name not in open_kinds}


def test_a_place_is_chosen_on_the_map_too(browser, windows, tmp_path):
    with served(alone(turns=3), tmp_path) as running:
        page = sit(window(browser, windows), running)
        page.get_by_role("button", name="Close").click()
        page.locator(".option", has_text="Patrol").get_by_role("radio").first.check()
        page.locator(".zone.open", has_text="East China Sea").first.click(position={"x": 20, "y": 20}, force=True)
        expect(page.locator(".order")).to_have_text(re.compile("Japan sends air and sea patrols to the East China Sea"))


def test_a_seat_holds_nothing_of_the_game_but_what_it_was_sent(browser, windows, tmp_path):
    """All that came over the line, as the browser saw it: no others' types, no replay, no seed before the debrief."""
    with served(alone(turns=3), tmp_path) as running:
        page, frames = window(browser, windows), []
        page.on("websocket", lambda ws: ws.on("framereceived", lambda frame: frames.append(frame)))
        sit(page, running)
        page.get_by_role("button", name="Commit this turn").click()
        deciding(page, 2)
        told = [json.loads(frame) for frame in frames]
        assert {"welcome", "state"} <= {message["type"] for message in told} <= {"welcome", "state", "table"}
        text = json.dumps(told)
        live = running.session.classroom.tables[0].live
        assert str(live.seed) not in text and '"resolve": [' not in text and "straits-replay" not in text


@pytest.mark.parametrize("size", [(1440, 1000), (390, 844)], ids=["wide", "phone"])
def test_axe_finds_nothing_on_any_screen_of_play(browser, windows, tmp_path, size):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()

    def content(page):
        found = axe.run(page).response["violations"]
        assert [f"{one['id']}: {[node['html'][:160] for node in one['nodes'][:3]]}" for one in found] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]  # nothing to scroll sideways

    with served(classroom(2, turns=2), tmp_path) as running:
        teacher = teach(window(browser, windows, size, bypass_csp=True), running)
        content(teacher)
        joining = window(browser, windows, size, bypass_csp=True)
        joining.goto(running.url)
        expect(joining.get_by_role("heading", name="Join a class")).to_be_visible()
        content(joining)
        page = sit(window(browser, windows, size, bypass_csp=True), running)
        content(page)
        teacher.get_by_role("button", name="Start").click()
        deciding(page, 1)
        for name in ("Deployment", "Statement", "Diplomatic act"):
            head = page.get_by_role("button", name=re.compile(f"^{name}"))
            if head.get_attribute("aria-expanded") == "false":
                head.click()
            expect(head).to_have_attribute("aria-expanded", "true")
            for closed in page.locator("details.closed summary:visible").all():
                closed.click()
            content(page)
        page.get_by_text("Your situation and what you know").click()
        content(page)
        for turn in (1, 2):
            deciding(page, turn)
            page.get_by_role("button", name="Commit this turn").click()
        expect(page.get_by_role("heading", name="Debrief")).to_be_visible(timeout=COMPILED)
        page.get_by_text("The numbers as a table").click()
        content(page)
        content(teacher)
