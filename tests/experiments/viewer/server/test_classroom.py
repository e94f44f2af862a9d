"""What a class sees when things do not go to plan: somebody leaves, time runs, a game ends before it began."""

import json
import re

from playwright.sync_api import expect
from seats import COMPILED, deciding, sit, teach, window
from serving import classroom, served


def test_the_time_left_counts_down_between_messages(browser, windows, tmp_path):
    found = classroom(1, ["japan"], turns=2)
    found.timer, found.started = 3600, True
    with served(found, tmp_path) as running:
        page, frames = window(browser, windows), []
        page.on("websocket", lambda ws: ws.on("framereceived", lambda frame: frames.append(json.loads(frame))))
        sit(page, running, "japan")
        left = page.locator(".waiting .countdown")
        expect(left).to_have_text(re.compile(r"^\d+ s left$"))
        before = int(left.inner_text().split()[0])
        page.wait_for_function("most => parseInt(document.querySelector('.countdown').innerText) < most", arg=before - 2)
        told = [message["table"]["seconds"] for message in frames if message["type"] in ("state", "table")]
        assert int(left.inner_text().split()[0]) < min(told)  # nobody said so


def test_the_teacher_sees_who_is_away_and_can_go_on_without_them(browser, windows, tmp_path):
    with served(classroom(1, turns=3), tmp_path) as running:
        teacher = teach(window(browser, windows), running)
        expect(teacher.get_by_role("button", name="Start")).to_be_disabled()
        expect(teacher.locator(".guide")).to_contain_text("0 of 5 seats taken.")
        japan, china = (sit(window(browser, windows), running, actor) for actor in ("japan", "china"))
        expect(teacher.locator(".guide")).to_contain_text("2 of 5 seats taken.")
        expect(japan.locator(".waiting")).to_contain_text("TW: free")
        teacher.get_by_role("button", name="Start").click()
        deciding(japan, 1)
        deciding(china, 1)
        china.context.close()
        windows.remove(china.context)
        japan.get_by_role("button", name="Commit this turn").click()
        expect(teacher.get_by_role("note")).to_contain_text("Waiting for China, who is away.")
        expect(japan.locator(".waiting")).to_contain_text("CN: away")
        teacher.get_by_label("China, game 1", exact=True).select_option("hold")
        deciding(japan, 2)
        expect(teacher.get_by_role("note")).to_have_count(0)


def test_a_game_that_ended_before_its_first_turn_says_so_and_its_story_makes_way(browser, windows, tmp_path):
    with served(classroom(2, turns=3), tmp_path) as running:
        teacher = teach(window(browser, windows), running)
        idle, busy = window(browser, windows), window(browser, windows)
        sit(idle, running, "japan", game=0)
        sit(busy, running, "japan", game=1)
        expect(idle.locator(".story")).to_contain_text("To find out")
        expect(idle.locator(".story code")).to_have_count(0)  # a pupil has no terminal
        teacher.get_by_role("button", name="Start").click()
        deciding(busy, 1)
        busy.get_by_role("button", name="Commit this turn").click()
        deciding(busy, 2)
        teacher.get_by_role("button", name="End and debrief").click()
        teacher.get_by_role("button", name="No", exact=True).click()
        expect(teacher.get_by_role("button", name="Pause")).to_be_visible()  # nothing has ended
        teacher.get_by_role("button", name="End and debrief").click()
        teacher.get_by_role("button", name="Yes").click()
        expect(idle.get_by_role("heading", name="Debrief")).to_be_visible(timeout=COMPILED)
        expect(idle.get_by_text("Your game ended before its first turn was played.")).to_be_visible()
        expect(idle.locator(".story")).to_have_count(0)
        expect(busy.locator(".found li")).to_contain_text("in as many turns")
        expect(busy.get_by_text("Your game ended before its first turn was played.")).to_have_count(0)
