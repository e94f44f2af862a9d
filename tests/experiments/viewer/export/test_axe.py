"""axe-core finds nothing to complain of on the screens."""

import json
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from straits.experiments.viewer.export.html import page, replay


def violations(window: Page) -> list[str]:
    found = Axe().run(window).response["violations"]
    return [f"{one['id']}: {json.dumps([node['html'][:160] for node in one['nodes'][:3]])}" for one in found]


@pytest.fixture
def window(browser: Browser):
    """axe is a script of its own, so the policy is off here; its tests are in test_safety.py."""
    context = browser.new_context(viewport={"width": 1440, "height": 1000}, offline=True, bypass_csp=True)
    yield context.new_page()
    context.close()


def shown(window: Page, path: Any, data: dict[str, Any], at: str) -> Page:
    path.write_text(page(data), encoding="utf-8")
    window.goto(f"{path.as_uri()}#{at}")
    expect(window.locator("main")).to_be_visible()
    return window


@pytest.mark.parametrize("size", [(1440, 1000), (390, 844)], ids=["wide", "phone"])
@pytest.mark.parametrize("at", ["t=21", "t=21&pin=1", "t=21&focus=2", "view=replay"])
def test_replay(window, tmp_path, episode, fight, size, at):
    window.set_viewport_size({"width": size[0], "height": size[1]})
    assert violations(shown(window, tmp_path / "page.html", replay([episode, fight]), at)) == []


def test_replay_as_a_table_with_its_origin_open(window, tmp_path, episode):
    shown(window, tmp_path / "page.html", replay([episode]), "t=21")
    window.get_by_role("button", name="Table").click()
    window.get_by_text("Where this episode comes from").click()
    assert violations(window) == []
