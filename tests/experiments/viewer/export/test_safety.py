"""What files say stays text, and the page speaks to nobody."""

import html as markup
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from playwright.sync_api import expect

from straits.experiments.viewer.export.html import page, replay

HOSTILE = '</script><script>window.hurt = 1</script><img src=x onerror="window.hurt = 1">\' javascript:window.hurt=1 \u2028'


def poisoned(value, path=()):
    """Every text of the episode that people may have written, made hostile; keys that must match stay."""
    if isinstance(value, dict):
        return {key: poisoned(part, (*path, key)) for key, part in value.items()}
    if isinstance(value, list):
        return [poisoned(part, path) for part in value]
    written = path[:1] == ("meta",) or path[-1:] in (("label",), ("words",)) or path[:1] == ("events",) or path == ("rungs",)
    return HOSTILE + value if isinstance(value, str) and written and path != ("meta", "schema") else value


def test_hostile_words_stay_words_wherever_a_file_has_them(opened, episode):
    bad = poisoned(episode)
    bad["events"] = [[row[0], "incident", *row[2:]] for row in bad["events"]]
    window = opened(bad, bad, at="t=21&pin=1")
    expect(window.locator(".one")).to_have_count(2)
    window.get_by_role("button", name="Unpin").click()
    window.get_by_text("Where this episode comes from").click()
    window.keyboard.press("End")
    expect(window.locator(".top .about")).to_contain_text("<script>")
    assert window.evaluate("window.hurt") is None
    assert window.locator("#app script, #app img, #app iframe, #app a").count() == 0


def test_hostile_words_in_a_dropped_file_stay_words_too(opened, episode):
    window = opened(episode)
    window.evaluate(
        """(text) => {
          const data = new DataTransfer();
          data.items.add(new File([text], "<img src=x onerror=window.hurt=1>.json"));
          document.querySelector("main").dispatchEvent(new DragEvent("drop", { bubbles: true, dataTransfer: data }));
        }""",
        json.dumps(poisoned(episode)),
    )
    expect(window.locator(".top .about")).to_contain_text("<script>")
    assert window.evaluate("window.hurt") is None


@pytest.fixture
def listener():
    """A port of this machine that somebody listens at, and who called there."""
    calls: list[str] = []

    class Listener(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            calls.append(self.path)
            self.send_error(404)

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port, calls
    server.shutdown()
    server.server_close()


def test_the_listener_hears_who_calls(context, listener):
    port, calls = listener
    context.set_offline(False)
    context.new_page().goto(f"http://127.0.0.1:{port}/here")
    assert "/here" in calls


def test_the_policy_refuses_scripts_and_addresses(context, tmp_path, episode, listener):
    """The page itself never tries, so the test does; nobody may be called."""
    port, calls = listener
    path = tmp_path / "page.html"
    path.write_text(page(replay([episode])), encoding="utf-8")
    context.set_offline(False)  # so that it is the policy that refuses
    window = context.new_page()
    window.goto(path.as_uri())
    refused = window.evaluate(
        """async (address) => {
          const seen = [];
          document.addEventListener("securitypolicyviolation", (event) => seen.push(event.effectiveDirective));
          const script = document.createElement("script");
          script.textContent = "window.hurt = 1";
          document.body.append(script);
          document.body.insertAdjacentHTML("beforeend", '<p style="color: red" onclick="window.hurt = 1">x</p>');
          document.body.lastChild.click();
          new Image().src = `http://${address}/a.png`;
          await fetch(`http://${address}/`).catch(() => seen.push("fetch"));
          try { new WebSocket(`ws://${address}/`); } catch { seen.push("socket"); }
          // in a task of its own: what the test itself evaluates is exempt
          await new Promise((done) => setTimeout(() => {
            try { new Function("return 1")(); } catch { seen.push("eval"); }
            done();
          }, 300));
          return seen;
        }""",
        f"127.0.0.1:{port}",
    )
    assert {"script-src-elem", "script-src-attr", "style-src-attr", "img-src", "connect-src", "fetch", "eval"} <= set(refused)
    assert window.evaluate("window.hurt") is None
    assert calls == []


def test_the_page_works_in_a_frame_made_from_text(opened, episode):
    """As notebooks show it: sandboxed, without an address of its own."""
    inner = page(replay([episode]))
    attributes = 'sandbox="allow-scripts" width="1200" height="900" title="game"'
    window = opened(html=f'<!doctype html><iframe {attributes} srcdoc="{markup.escape(inner, quote=True)}"></iframe>')
    frame = window.frame_locator("iframe")
    expect(frame.locator(".figure")).to_be_visible()
    frame.get_by_role("button", name="Close").click()  # the story
    frame.locator("input[type=range]").focus()
    window.keyboard.press("End")
    expect(frame.locator("input[type=range]")).to_have_value(str(episode["meta"]["turns"]))
