"""Stories: one for each scenario of the sources, short, neutral, sourced; what they say to try can be tried."""

import argparse
import re
import shlex
from pathlib import Path

import pytest

from straits.agents.registry import policy
from straits.envs.scenarios.scenario import list_scenarios, load_scenario
from straits.envs.spec.constants import ACTORS
from straits.envs.spec.moves import parse
from straits.experiments.cli.main import COMMANDS, main
from straits.experiments.viewer.export import briefings
from straits.experiments.viewer.export.briefings import FILE, QUESTIONS, findings, names, sources, story

ROOT = Path(__file__).resolve().parents[4]
COMMANDS_TO_TRY = sorted({q.do for name in names() for q in briefings.of(name).questions if q.do.startswith("straits ")})
GOOD = FILE.read_text(encoding="utf-8")


class ParsedError(Exception):
    """What a command line came to; it is raised before anything runs."""


@pytest.fixture
def only_parse(monkeypatch: pytest.MonkeyPatch) -> None:
    parse_args = argparse.ArgumentParser.parse_args

    def parsed(self: argparse.ArgumentParser, *given: object) -> None:
        raise ParsedError(vars(parse_args(self, *given)))

    monkeypatch.setattr(argparse.ArgumentParser, "parse_args", parsed)


def changed(tmp_path: Path, old: str, new: str) -> Path:
    """The file that ships, with one thing wrong."""
    assert old in GOOD
    path = tmp_path / "briefings.yaml"
    path.write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    return path


def test_nothing_is_wrong_with_them() -> None:
    assert findings() == []


def test_every_scenario_of_the_sources_and_every_dated_event_has_one() -> None:
    assert set(names()) == {n for n in list_scenarios() if re.match(r"s\d_", n)} | set(list_scenarios("replay"))


def test_sources_are_those_of_the_page() -> None:
    page = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")
    assert sources() == dict(re.findall(r"^\| (S\d) \| ([^|]+?) \|", page, re.MULTILINE))


@pytest.mark.parametrize("name", names())
def test_it_says_what_the_scenario_says(name: str) -> None:
    scenario, found = load_scenario(name), briefings.of(name)
    assert (found.title, found.reaction) == (scenario.title, scenario.reaction)
    assert [said.split(":")[0] for said in found.sources] == [key for key in scenario.sources if key != "assumption"]
    assert len(found.questions) == QUESTIONS


@pytest.mark.parametrize("command", COMMANDS_TO_TRY)
def test_a_command_to_try_parses_and_what_it_names_exists(command: str, only_parse: None) -> None:
    with pytest.raises(ParsedError) as caught:
        main(shlex.split(command)[1:])
    (options,) = caught.value.args
    for named in (options.get("scenario"), options.get("game"), *(options.get("scenarios") or "").split(",")):
        assert not named or load_scenario(named)
    for named in (options.get("policy"), *(options.get("policies") or "").split(","), *(options.get(a) for a in ACTORS)):
        assert not named or policy(named)
    assert "move" not in options or options["move"] in ("hold", "silence", "none", "nothing") or parse(options["move"])


@pytest.mark.parametrize("name", names())
def test_what_is_tried_is_about_the_story(name: str) -> None:
    commands = [q.do for q in briefings.of(name).questions if q.do.startswith("straits ")]
    assert any(re.search(rf"\b{name}\b", command) for command in commands)


def test_a_page_takes_nothing_but_text() -> None:
    page = briefings.of("s0_draft_plan").page()
    assert set(page) == {"scenario", "title", "text", "sources", "questions", "reaction"}
    assert all(set(question) == {"ask", "do"} for question in page["questions"])
    assert all(isinstance(said, str) for said in page["sources"])


def test_a_file_of_ones_own_brings_its_own(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(
        "extends: calm\nname: mine\nstory: Seen from here.\n"
        "sources: [{mine: 'a notebook, 2022'}]\nstate:\n  - {set: trainers.usa, value: 0.1, source: mine}\n"
    )
    found = story(load_scenario(path))
    assert found is not None
    assert (found.text, found.sources, found.questions) == ("Seen from here.", ("mine: a notebook, 2022",), ())


def test_a_scenario_without_one_has_none() -> None:
    assert story(load_scenario("baseline")) is None


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("  s0_draft_plan:", "  s9_nothing:", r"stories\.s9_nothing: expected one of .*"),
        (
            "        do: straits evaluate",
            "        do: curl evaluate",
            r"stories\.s0_draft_plan\.questions\[0\]\.do=.*: expected something",
        ),
        ("        do: straits evaluate", "        done: straits evaluate", r"stories\..*\.done: expected one of ask, do"),
        ("    text: >", "    text: 7\n    words: >", r"stories\.s0_draft_plan\.words: expected one of text, questions"),
        ("  S0:", "  S7:", r"stories\.sources\.S7: expected one of S0, S1, S2, S3, S4"),
        (
            "sources:",
            "sources: !!python/object/apply:os.getcwd []\nx:",
            r"briefings\.yaml: expected YAML; could not determine a constructor",
        ),
        ("sources:", "sources: [", r"briefings\.yaml: expected YAML"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_in_a_line(old: str, new: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=said) as caught:
        findings(changed(tmp_path, old, new))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("A summons is", "A cheerful bully's summons is", "stories.replay_2021_11_30: expected a neutral word for 'bully'"),
        (
            "Whose moves does",
            "Whose fault is it and whose moves does",
            "stories.s0_draft_plan: expected a neutral word for 'fault'",
        ),
        ("Late December 2021.", "This will happen again.", "stories.s0_draft_plan: expected a neutral word for 'will happen'"),
        ("Nansei/Ryukyu", "Nansei", "stories.s0_draft_plan: expected all names, Nansei/Ryukyu, for Nansei"),
        ("Late December 2021.", "word " * 60, "stories.s0_draft_plan.text=172 words: expected 60..120"),
    ],
)
def test_lint_finds_words_that_are_not_neutral_and_texts_of_another_length(old: str, new: str, said: str, tmp_path: Path) -> None:
    assert findings(changed(tmp_path, old, new)) == [said]


def test_the_command_tells_it_and_keeps_a_command_on_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    assert main(["scenarios", "story", "replay_2021_11_30"]) == 0
    told, found = capsys.readouterr().out, briefings.of("replay_2021_11_30")
    assert found.title in told and "Reported: " in told
    assert all(q.do in told for q in found.questions)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["baseline"], "scenario='baseline': expected one with a story: s0_draft_plan, "),
        (["nowhere"], "scenario='nowhere': expected a .yaml file or one of "),
        ([], "scenarios story: expected a name"),
    ],
)
def test_bad_input_is_one_line(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scenarios", "story", *arguments]) == 2
    complaint = capsys.readouterr().err
    assert said in complaint and complaint.count("\n") == 1


def test_commands_are_of_the_console_script() -> None:
    assert {shlex.split(command)[1] for command in COMMANDS_TO_TRY} <= set(COMMANDS)


@pytest.mark.parametrize("command", [c for c in COMMANDS_TO_TRY if c.split()[1] in ("counterfactual", "attribution")])
def test_what_is_replaced_was_played_and_what_replaces_it_was_legal(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    copies = "2" if command.endswith("--moves") else "4"
    assert main([*shlex.split(command)[1:], "--num-rollouts", copies]) == 0
    said = " ".join(capsys.readouterr().out.split())
    if "counterfactual" in command:
        recorded, changed = said.split("; 4 paired")[0].split(": ", 1)[1].split(" -> ")
        assert recorded != changed
