"""The page as text: what it forbids, what it escapes, how large it is."""

import base64
import hashlib
import json
import re
from pathlib import Path

import pytest

from straits.experiments.viewer.export import html as module
from straits.experiments.viewer.export.html import data, page, replay

STATIC = Path(module.__file__).parents[1] / "static"
HOSTILE = '</script><script>window.hurt = 1</script><img src=x onerror="window.hurt = 1">\u2028\u2029<!--'


def inside(html: str) -> dict:
    """The data of a page, as a browser reads them."""
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', html, re.DOTALL)
    assert found is not None
    return json.loads(found[1])


def policy(html: str) -> dict[str, str]:
    """Directive -> what it allows."""
    found = re.search(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', html)
    assert found is not None
    return dict(part.strip().split(" ", 1) for part in found[1].split(";"))


def test_the_data_come_back_as_they_were():
    shown = data("replay", story={"title": HOSTILE, "text": "\u00e9 & < >", "sources": [], "questions": []})
    assert inside(page(shown)) == shown


def test_nothing_in_the_data_can_end_their_element():
    html = page(data("replay", story={"title": HOSTILE}))
    assert html.count("</script") == page(data("replay")).count("</script") == 2
    assert "\u2028" not in html and "<!--" not in html


def test_policy_allows_the_one_script_and_the_one_style_sheet_and_no_address():
    allowed = policy(page(data("replay")))
    for name, directive in (("app.js", "script-src"), ("app.css", "style-src")):
        digest = base64.b64encode(hashlib.sha256((STATIC / name).read_bytes()).digest()).decode()
        assert allowed[directive] == f"'sha256-{digest}'"
    assert allowed["default-src"] == allowed["base-uri"] == allowed["form-action"] == "'none'"
    assert "connect-src" not in allowed and allowed["font-src"] == "data:"


def test_only_a_page_that_is_played_may_speak_to_its_server():
    assert policy(page(data("play"), live=True))["connect-src"] == "'self'"


def test_the_bundle_names_no_address_to_fetch_from():
    for name in ("app.js", "app.css"):
        text = (STATIC / name).read_text(encoding="utf-8")
        found = set(re.findall(r"(?:https?:)?//[a-z0-9-]+\.[a-z0-9./-]+", text, re.IGNORECASE))
        assert all("www.w3.org/" in address for address in found), found  # the names of SVG and XHTML, never fetched
        assert not re.search(r"\beval\(|new Function\(|@import|url\((?!\"?data:)", text)


def test_a_game_of_52_weeks_is_a_page_under_one_megabyte(episode):
    assert episode["meta"]["turns"] == 52
    assert len(page(replay([episode])).encode()) < 1_000_000


def test_bad_data_are_refused_in_one_line():
    with pytest.raises(ValueError, match=r"page.schema='old': expected 'straits-page/1'"):
        page({"schema": "old", "view": "replay"})
    with pytest.raises(ValueError, match=r"page.view='map': expected one of replay, compare, report, play"):
        page(data("map"))
    with pytest.raises(ValueError, match="JSON"):
        page(data("replay", comparison={"rate": float("nan")}))
