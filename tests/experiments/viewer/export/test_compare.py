"""Compare in a real browser: every panel says what it rests on, menus work by keyboard, ranked games open, names stay text."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from straits.agents.scripted import scripted
from straits.envs.scenarios.scenario import load_scenario
from straits.experiments.evaluation.sources import load_groups as groups_of
from straits.experiments.metrics.compute import Settings
from straits.experiments.rollouts.record import record
from straits.experiments.viewer.export.html import compare, page

GAMES = 12
SETTINGS = Settings(seed=1, confidence=0.95, resamples=100)
HOSTILE = "=1+1<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    at = tmp_path_factory.mktemp("games")
    for name in ("default", "hawk", "dove"):
        record(at / name, load_scenario("severe"), [scripted(name)] * 5, GAMES, seed=4)
    with groups_of([str(at / name) for name in ("default", "hawk", "dove")]) as groups:
        return compare(groups, SETTINGS, 2)


def test_every_panel_says_what_it_rests_on(opened: Any, data: dict[str, Any]) -> None:
    window = opened(html=page(data), at="")
    expect(window.get_by_role("heading", level=1)).to_have_text("Compare policies")
    panels = window.locator(".frame-panel")
    expect(panels).to_have_count(7)
    for n in range(7):
        basis = panels.nth(n).locator(".basis")
        expect(basis).to_contain_text("n = ")
        expect(basis).to_contain_text("seeds of run 4, the same for each.")
    for method in ("Wilson", "Kaplan-Meier", "bootstrap over games, 100 resamples", "not an interval of the", "median of its"):
        expect(window.locator(".basis").filter(has_text=method).first).to_be_visible()


def test_the_rung_is_chosen_by_keyboard_and_the_curve_follows(opened: Any, data: dict[str, Any]) -> None:
    window = opened(html=page(data), at="")
    panel = window.locator(".frame-panel").nth(1)
    panel.locator("select").focus()
    window.keyboard.press("Home")
    expect(panel.get_by_role("heading")).to_have_text("Time to signalling")
    window.keyboard.press("ArrowDown")
    expect(panel.get_by_role("heading")).to_have_text("Time to protest")
    panel.locator("summary").focus()
    window.keyboard.press("Enter")
    curve = data["comparison"]["survival"]["2"][1]
    told = f"{100 * curve['share'][-1]:.1f} % [{100 * curve['low'][-1]:.1f}, {100 * curve['high'][-1]:.1f}]"
    expect(panel.locator("tbody tr").last.locator("td").nth(1)).to_have_text(told)


def test_differences_leave_out_the_first_policy_and_sums_are_whole(opened: Any, data: dict[str, Any]) -> None:
    window = opened(html=page(data), at="")
    panel = window.locator(".frame-panel").nth(3)
    expect(panel.locator("h3")).to_have_text(["default", "hawk", "dove"])
    panel.get_by_label("Show").select_option("difference")
    expect(panel.locator("h3")).to_have_text(["hawk", "dove"])
    panel.get_by_label("Show").select_option("sum")
    cell = panel.locator(".matrix").first.locator("tbody tr").nth(2).locator("td").nth(3)
    expect(cell).to_have_text(str(round(data["comparison"]["whom"]["sum"][0][2][3][0])))


def test_cells_with_few_steps_are_left_out(opened: Any, data: dict[str, Any]) -> None:
    window = opened(html=page(data), at="")
    panel = window.locator(".frame-panel").nth(4)
    panel.get_by_label("Step at rung").select_option("5")
    for n, group in enumerate(data["comparison"]["answers"]["groups"]):
        few = sum(cell is None for row in group["5"]["share"] for cell in row) - 5  # the diagonal is none's
        expect(panel.locator(".matrix").nth(n).locator(".few")).to_have_count(few)


def test_a_game_worth_opening_opens_at_its_crisis(opened: Any, data: dict[str, Any]) -> None:
    window = opened(html=page(data), at="")
    rows = window.locator(".ranked tbody tr")
    expect(rows.locator("button")).to_have_count(2)  # those that came with the page
    rows.nth(1).locator("button").focus()
    window.keyboard.press("Enter")
    expect(window.get_by_role("heading", level=1)).to_have_text("Replay: Severe, a crisis under way")
    row = data["comparison"]["ranked"][1]
    expect(window.get_by_role("slider", name="Turn")).to_have_value(str(row["first"]))
    window.get_by_role("button", name="Compare").click()
    expect(rows).to_have_count(10)


def test_all_games_go_to_a_spreadsheet_and_formulas_stay_text(opened: Any, data: dict[str, Any]) -> None:
    hostile = json.loads(json.dumps(data))
    hostile["comparison"]["labels"][1] = HOSTILE
    window = opened(html=page(hostile), at="")
    with window.expect_download() as found:
        window.get_by_role("button", name="All games as CSV").click()
    rows = list(csv.reader(io.StringIO(Path(found.value.path()).read_text(encoding="utf-8"))))
    assert rows[0] == ["policy", "game", "seed", "peak_rung", "first_turn_at_rung_3", "mean_tension", "outcome"]
    assert len(rows) == 1 + 3 * GAMES and rows[1 + GAMES][0] == f"'{HOSTILE}"
    assert [row[2] for row in rows[1:]] == data["comparison"]["runs"]["seed"]


def test_names_from_files_stay_text(opened: Any, data: dict[str, Any]) -> None:
    hostile = json.loads(json.dumps(data))
    hostile["comparison"]["labels"][1] = hostile["comparison"]["title"] = HOSTILE
    window = opened(html=page(hostile), at="")
    expect(window.locator(".matrix h3").nth(1)).to_have_text(HOSTILE)
    expect(window.locator("img")).to_have_count(0)


def test_a_phone_needs_no_sideways_scrolling(opened: Any, data: dict[str, Any]) -> None:
    for view in ("compare", "report"):
        window = opened(html=page(data), at=f"view={view}", size=(390, 844))
        expect(window.locator("h1")).to_be_visible()
        assert window.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.fixture
def free(browser: Browser) -> Any:
    """axe is a script of its own: the page's policy is off."""
    context = browser.new_context(offline=True, bypass_csp=True, reduced_motion="reduce")
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("size", [(1440, 1000), (390, 844)], ids=["wide", "phone"])
@pytest.mark.parametrize("view", ["compare", "report", "report&episode=0"])
def test_axe_finds_nothing(free: Page, tmp_path: Path, data: dict[str, Any], view: str, size: tuple[int, int]) -> None:
    (tmp_path / "page.html").write_text(page(data), encoding="utf-8")
    free.set_viewport_size({"width": size[0], "height": size[1]})
    free.goto(f"{(tmp_path / 'page.html').as_uri()}#view={view}")
    expect(free.locator("h1")).to_be_visible()
    for menu in free.locator("summary:visible").all():
        menu.click()
    found = Axe().run(free).response["violations"]
    assert [f"{one['id']}: {[node['html'][:160] for node in one['nodes'][:3]]}" for one in found] == []
