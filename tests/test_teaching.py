"""The lesson plan keeps its word: its minutes add up, every command that it has a teacher type is one."""

import argparse
import re
import shlex
from pathlib import Path

import pytest

from straits.agents.registry import policy
from straits.envs.scenarios.scenario import list_scenarios, load_scenario
from straits.envs.spec.constants import ACTORS
from straits.experiments.cli.main import COMMANDS, main

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "docs" / name for name in ("teaching.md", "viewer.md")]
LESSON = 45  # minutes


def commands(page: Path) -> list[str]:
    """What a page has people type: lines of sh blocks, and `straits ...` within a sentence."""
    text = page.read_text(encoding="utf-8")
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    lines = [line.split("#")[0].strip() for block in blocks for line in block.splitlines()]
    return sorted({line for line in [*lines, *re.findall(r"`(straits [^`]+)`", text)] if line.startswith("straits ")})


TYPED = [(page.name, command) for page in PAGES for command in commands(page)]


@pytest.mark.parametrize(("page", "command"), TYPED)
def test_what_is_typed_is_a_command(page: str, command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is parsed, with capitals standing for what a reader fills in, and stops before it runs."""
    parse_args = argparse.ArgumentParser.parse_args
    seen = []

    def parsed(self: argparse.ArgumentParser, *given: object) -> argparse.Namespace:
        seen.append(vars(parse_args(self, *given)))
        raise KeyboardInterrupt

    monkeypatch.setattr(argparse.ArgumentParser, "parse_args", parsed)
    name, *rest = shlex.split(command)[1:]
    assert name in COMMANDS
    if not rest:  # named, not typed
        return
    main([name, *rest])
    for options in seen:
        scenario = options.get("scenario")
        assert not scenario or scenario.isupper() or load_scenario(scenario)
        for actor in (*ACTORS, "policy"):
            assert not options.get(actor) or policy(options[actor])
    assert seen


def rows(heading: str) -> list[list[str]]:
    """The cells of the first table under a heading of the lesson plan."""
    text = PAGES[0].read_text(encoding="utf-8").split(f"## {heading}\n")[1].split("\n## ")[0]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in text.splitlines() if line.startswith("|")][2:]


def test_minutes_follow_one_another_and_fill_the_lesson() -> None:
    spans = [tuple(map(int, row[0].strip("| ").split("-"))) for row in rows("Minute by minute")]
    assert spans[0][0] == 0 and spans[-1][1] == LESSON
    assert all(before[1] == after[0] for before, after in zip(spans, spans[1:], strict=False))


def test_minutes_without_a_browser_too() -> None:
    text = PAGES[0].read_text(encoding="utf-8").split("### Without a browser")[1]
    spans = [(int(a), int(b)) for a, b in re.findall(r"\*(\d+)-(\d+)\*", text)]
    assert spans[0][0] == 0 and spans[-1][1] == LESSON
    assert all(before[1] == after[0] for before, after in zip(spans, spans[1:], strict=False))


def test_classes_of_five_ten_and_thirty_are_thought_of() -> None:
    assert {row[0].strip("| ") for row in rows("Variants")} >= {"5 pupils", "10 pupils", "30 pupils"}


def test_scenarios_that_it_names_exist() -> None:
    named = set(re.findall(r"\b(s\d_\w+|replay_\w+)\b", PAGES[0].read_text(encoding="utf-8")))
    assert named and named <= set(list_scenarios("all"))
