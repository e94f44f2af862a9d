"""Browsers at the seats of a class that is served."""

from playwright.sync_api import Page, expect

from straits.envs.spec.constants import ACTORS
from straits.experiments.viewer.server.classroom import Place

SECONDS = 60_000  # ms that a page may take on a busy machine
COMPILED = 180_000  # ms until a debrief whose rules have to be compiled first


def window(browser, windows, size=(1440, 1000), bypass_csp=False) -> Page:
    """A browser of its own; what goes wrong on its page is gathered in `complaints`. `windows`: the fixture that closes it."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce", bypass_csp=bypass_csp)
    context.set_default_timeout(SECONDS)
    windows.append(context)
    page = context.new_page()
    page.complaints = []
    page.on("console", lambda said: page.complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    return page


def sit(page, running, actor="japan", game=0):
    """Open the seat of that actor."""
    page.goto(f"{running.url}#seat={running.session.classroom.admit(Place(game, ACTORS.index(actor)))}")
    expect(page.locator(".seat")).to_be_visible(timeout=SECONDS)
    return page


def teach(page, running):
    """Open the teacher's screen."""
    page.goto(f"{running.url}#teacher={running.session.classroom.teach()}")
    expect(page.locator(".lobby")).to_be_visible(timeout=SECONDS)
    return page


def deciding(page, turn):
    """Wait until the seat may decide for that turn."""
    expect(page.get_by_role("heading", name=f"Turn {turn}: your decision")).to_be_visible(timeout=SECONDS)
