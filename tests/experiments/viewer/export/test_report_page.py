"""Report: one page of A4 that says what it shows and what it rests on, on paper and to a spreadsheet."""

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from straits.agents.scripted import scripted
from straits.envs.scenarios.scenario import load_scenario
from straits.experiments.cli.main import main
from straits.experiments.evaluation.sources import load_groups as groups_of
from straits.experiments.metrics.compute import Settings
from straits.experiments.rollouts.record import record
from straits.experiments.viewer.export import pdf as printer
from straits.experiments.viewer.export.html import compare, page, replay

A4 = (595, 842)  # points


def printed(window: Page) -> tuple[int, list[float]]:
    """How many pages it prints on, and how large they are. No picture: text and paths only."""
    paper = window.pdf(prefer_css_page_size=True, print_background=True)
    assert b"/Subtype /Image" not in paper
    box = re.findall(rb"/MediaBox \[([^\]]*)\]", paper)[0].split()
    return len(re.findall(rb"/Type /Page\b", paper)), [round(float(n)) for n in box[2:]]


@pytest.mark.parametrize("size", [(1440, 1000), (390, 844)], ids=["wide", "phone"])
def test_an_episode_is_one_upright_page(opened: Any, episode: dict[str, Any], fight: dict[str, Any], size: tuple[int, int]) -> None:
    for n in range(2):
        window = opened(html=page(replay([episode, fight], "report")), at=f"episode={n}", size=size)
        expect(window.locator(".sheet .turning li").first).to_be_visible()
        pages, box = printed(window)
        assert pages == 1 and box == list(A4)


def test_the_strait_is_enlarged_and_nothing_is_drawn_smaller_on_paper_than_on_the_screen(
    opened: Any, episode: dict[str, Any]
) -> None:
    window = opened(html=page(replay([episode], "report")), at="")
    expect(window.locator(".sheetmap .inset svg")).to_be_visible()
    window.evaluate("dispatchEvent(new Event('beforeprint'))")
    for drawing in (".sheet .timeline svg", ".sheetmap .map svg", ".sheetmap .inset svg"):
        found = window.locator(drawing)
        expect(found).to_have_attribute("width", re.compile("^[1-7]..$"))  # px of the sheet's 733: it is not made to fit
        shown = window.evaluate("([selector]) => document.querySelector(selector).getBoundingClientRect().width", [drawing])
        assert shown == pytest.approx(float(found.get_attribute("width") or 0), rel=0.03)


def test_what_is_pressed_stays_off_the_paper(opened: Any, episode: dict[str, Any]) -> None:
    window = opened(html=page(replay([episode], "report")), at="")
    window.emulate_media(media="print")
    for pressed in (".reporttools", ".top", ".sheet button"):
        expect(window.locator(pressed).first).to_be_hidden()
    expect(window.locator(".notes")).to_be_visible()


def test_the_page_says_who_played_and_what_it_rests_on(opened: Any, episode: dict[str, Any]) -> None:
    meta = episode["meta"]
    sheet = opened(html=page(replay([episode], "report")), at="").locator(".sheet")
    for words in (
        meta["title"],
        "Japan: default",
        meta["tension_definition"],
        meta["limits"],
        meta["env_version"],
        meta["scenario_hash"][:12],
        meta["env_source_hash"][:12],
        meta["digest"],
        "Notes",
        f"peaked at {max(episode['tension']) / 1000:.2f} in week {episode['tension'].index(max(episode['tension']))}",
    ):
        expect(sheet).to_contain_text(words)


def test_turning_points_are_the_first_arrivals_at_higher_rungs(opened: Any, episode: dict[str, Any], fight: dict[str, Any]) -> None:
    for shown in (episode, fight):
        rungs = [int(digit) for digit in shown["rung"]]
        expected = [(t, rung) for t, rung in enumerate(rungs) if rung > max(rungs[:t], default=0)]
        window = opened(html=page(replay([shown], "report")), at="")
        told = window.locator(".turning li")
        expect(told).to_have_count(len(expected))
        for n, (turn, rung) in enumerate(expected):
            expect(told.nth(n)).to_contain_text(f"Week {turn}")
            expect(told.nth(n).locator(".badge")).to_contain_text(f"{rung} {shown['rungs'][rung]}")
    expect(told.last).to_contain_text("Armed conflict breaks out between")


def test_who_stepped_against_whom_is_summed(opened: Any, fight: dict[str, Any]) -> None:
    window = opened(html=page(replay([fight], "report")), at="")
    rows = window.locator(".sheet .matrix tbody tr")
    codes = [actor["code"] for actor in fight["actors"]]
    for i, one in enumerate(codes):
        expected = ["" if i == j else str(sum(map(int, fight["seen"][f"{one}>{two}"]))) for j, two in enumerate(codes)]
        expect(rows.nth(i).locator("td")).to_have_text(expected)


def test_the_turns_go_to_a_spreadsheet(opened: Any, episode: dict[str, Any]) -> None:
    window = opened(html=page(replay([episode], "report")), at="")
    with window.expect_download() as found:
        window.get_by_role("button", name="The turns as CSV").click()
    head, *rows = csv.reader(io.StringIO(Path(found.value.path()).read_text(encoding="utf-8")))
    assert [round(1000 * float(row[1])) for row in rows] == episode["tension"]
    assert "".join(row[2] for row in rows) == episode["rung"]
    assert [round(1000 * float(row[head.index("tension US-CN")])) for row in rows] == episode["pairs"]["US-CN"]
    made = [[] for _ in rows]  # type: list[list[str]]
    for turn, actor, place, *_ in episode["moves"]:
        if actor == 2:
            made[turn].append(episode["table"][place]["name"])
    assert [row[head.index("moves CN")] for row in rows] == ["; ".join(names) for names in made]


def test_hostile_names_stay_text_and_long_ones_stay_on_the_page(opened: Any, episode: dict[str, Any]) -> None:
    episode["meta"]["title"] = "<img src=x onerror=alert(1)> " * 4
    episode["meta"]["policies"]["china"] = "runs/" + "x" * 200
    window = opened(html=page(replay([episode], "report")), at="", size=(390, 844))
    expect(window.locator("h1")).to_have_text(episode["meta"]["title"].strip())
    assert window.evaluate("document.documentElement.scrollWidth") <= 390
    assert printed(window)[0] == 1


def test_a_game_with_every_turning_point_fits_by_printing_smaller(opened: Any, episode: dict[str, Any]) -> None:
    episode["rung"] = "0123456" + episode["rung"][7:]
    for entry in episode["table"]:
        entry["words"] *= 3
    for turn in range(1, 7):
        episode["moves"] = [[turn, n % 5, n, 1, 5] for n in range(5)] + episode["moves"]
    for size in ((1440, 1000), (390, 844)):
        window = opened(html=page(replay([episode], "report")), at="", size=size)
        expect(window.locator(".turning li")).to_have_count(6)
        assert printed(window) == (1, list(A4))


def test_eight_policies_still_fit_on_a_page(opened: Any, tmp_path: Path) -> None:
    for n, name in enumerate(("hawk", "default", "dove", "grim")):
        record(tmp_path / str(n), load_scenario("severe"), [scripted(name)] * 5, 10, seed=4)
    with groups_of([str(tmp_path / str(n % 4)) for n in range(8)]) as groups:
        data = compare(groups, Settings(seed=1, confidence=0.95, resamples=100), 1) | {"view": "report"}
    window = opened(html=page(data), at="")
    expect(window.locator(".sheet .matrix")).to_have_count(8)
    expect(window.locator(".top .about")).to_have_count(0)  # a comparison is of no one episode's seed
    assert printed(window) == (1, list(A4))


def test_report_prints_to_pdf(tmp_path: Path, browser: Any, capsys: pytest.CaptureFixture[str]) -> None:
    out, pdf = tmp_path / "report.html", tmp_path / "report.pdf"
    assert main(["print", "calm", "--seed", "3", "--out", str(out), "--pdf", str(pdf)]) == 0
    assert capsys.readouterr().out.split() == [str(out), str(pdf)]
    assert len(re.findall(rb"/Type /Page\b", pdf.read_bytes())) == 1


def test_without_a_chromium_it_says_to_print(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(printer.VARIABLE, str(tmp_path / "none"))
    out, pdf = tmp_path / "report.html", tmp_path / "report.pdf"
    assert main(["print", "calm", "--out", str(out), "--pdf", str(pdf)]) == 2
    said = capsys.readouterr().err
    assert "expected a Chromium" in said and f"open {out} in a browser and print it" in said and said.count("\n") == 1
    assert out.is_file() and not pdf.exists()


def test_an_evaluation_is_reported_as_a_whole_or_by_its_game(tmp_path: Path) -> None:
    folder = tmp_path / "evaluation"
    few = ["--games", "20", "--resamples", "100"]
    assert main(["evaluate", "--policies", "hawk,dove", "--scenarios", "calm", *few, "--out", str(folder)]) == 0
    for more, view in (([], "straits-comparison/1"), (["--game", "3"], "straits-replay/1")):
        assert main(["print", str(folder), *more, "--out", str(tmp_path / "report.html")]) == 0
        html = (tmp_path / "report.html").read_text(encoding="utf-8")
        data = json.loads(re.findall(r'<script type="application/json" id="data">(.*?)</script>', html)[0])
        shown = data["comparison"] or data["episodes"][0]
        assert data["view"] == "report" and shown["schema"] == view
