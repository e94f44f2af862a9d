"""Printed, an episode is one page with nothing on it to press."""

import re

from playwright.sync_api import Page, expect


def pages(window: Page) -> tuple[int, bytes]:
    paper = window.pdf(prefer_css_page_size=True, print_background=True)
    return len(re.findall(rb"/MediaBox", paper)), paper


def test_an_episode_is_one_landscape_page_from_any_screen(opened, episode):
    for size in ((1440, 1000), (1920, 1080), (390, 844)):
        count, paper = pages(opened(episode, at="t=21", size=size))
        box = [float(n) for n in re.findall(rb"/MediaBox \[([^\]]*)\]", paper)[0].split()]
        assert count == 1 and box[2] > box[3]
        assert b"/Subtype /Image" not in paper  # text and paths only


def test_paper_has_nothing_to_press_and_the_definition(opened, episode):
    window = opened(episode, at="t=21")
    window.emulate_media(media="print")
    for pressed in (".bar", ".focus", ".top nav", ".astable"):
        expect(window.locator(pressed)).to_be_hidden()
    for read in (".figure", ".timeline svg", ".definition", "footer"):
        expect(window.locator(read)).to_be_visible()
