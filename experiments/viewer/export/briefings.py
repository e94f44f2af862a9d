"""The news behind a scenario, for people who meet it first: a short text, its sources, three questions and what to try.

The texts stand in briefings.yaml, which is read as data and checked; title, sources and what followed are the scenario's own, so
that nothing is said twice. A file of one's own may carry a `story` of its own; it comes without questions.
"""

import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import yaml
from rich.console import Console
from rich.rule import Rule
from rich.text import Text

from straits.envs import validation
from straits.envs.scenarios.lint import DISPUTED, LOADED
from straits.envs.scenarios.scenario import Scenario, list_scenarios, load_scenario
from straits.envs.scenarios.schema import KNOWN_SOURCES
from straits.envs.spec.parameters import ASSUMPTION
from straits.envs.validation import mapping, wrong

FILE: Final = Path(__file__).with_name("briefings.yaml")
MAX_BYTES: Final = 262_144
WORDS: Final = (60, 120)  # of a text
QUESTIONS: Final = 3  # of a story
PAGES: Final = ("In Replay: ", "In Play: ")  # how a thing to try begins that is no command
COMMAND: Final = "straits "
FORETELLING: Final = ("will happen", "is going to", "inevitable", "predict", "predicts", "forecast", "sooner or later")
BLAMING: Final = ("fault", "guilty", "provoked by", "aggressive", "unprovoked", "reckless", "threatening behaviour")


@dataclass(frozen=True)
class Question:
    """What a class may ask of a scenario, and what to do about it: a command, or something on a page."""

    ask: str
    do: str


@dataclass(frozen=True)
class Story:
    """What the news said.

    `sources`: "key: publisher, date" or what a file of one's own declares. `reaction`: what followed a dated event, marked as
    reported or as the model's; empty elsewhere.
    """

    scenario: str
    title: str
    text: str
    sources: tuple[str, ...]
    questions: tuple[Question, ...]
    reaction: str

    def page(self) -> dict[str, Any]:
        """As the pages take it: text and lists of text."""
        return {**asdict(self), "sources": list(self.sources), "questions": [asdict(q) for q in self.questions]}


def story(scenario: Scenario) -> Story | None:
    """The scenario's story: its file's own, or the one that ships for its name; None where there is neither."""
    if scenario.story:
        return _made(scenario, scenario.story, ())
    text, questions = _file(FILE)[1].get(scenario.name, ("", ()))
    return _made(scenario, text, questions) if text else None


def of(name: str) -> Story:
    """The story of a scenario by its name or file. ValueError where there is none."""
    found = story(load_scenario(name))
    if found is None:
        raise wrong("scenario", name, f"one with a story: {', '.join(names())}")
    return found


def names(path: Path = FILE) -> tuple[str, ...]:
    """The scenarios that a story ships for. ValueError says in one line what is wrong with the file."""
    return tuple(_file(path)[1])


def sources(path: Path = FILE) -> Mapping[str, str]:
    """Key of an article -> publisher and date."""
    return _file(path)[0]


def findings(path: Path = FILE) -> list[str]:
    """What is wrong with the stories beyond well-formed, a line each; empty where all is well."""
    found = [f"stories.{name}: expected a story of this scenario" for name in _expected() if name not in names(path)]
    found += [f"stories.sources: expected {key}" for key in KNOWN_SOURCES if key not in (*sources(path), ASSUMPTION)]
    for name, (text, questions) in _file(path)[1].items():
        where = f"stories.{name}"
        found += _measured(where, text)
        for said in (text, *(part for q in questions for part in (q.ask, q.do))):
            found += _neutral(where, said)
        found += [f"{where}.ask={q.ask[:40]!r}: expected a question" for q in questions if not q.ask.endswith("?")]
        if all(not q.do.startswith(COMMAND) for q in questions):
            found.append(f"{where}: expected a command among the things to try")
    return found


def tell(found: Story, console: Console) -> None:
    """Print the story. What is to be tried stands on a line of its own, however long, so that it can be copied."""
    console.print(Rule(Text(found.title, "bold"), align="left"))
    console.print(Text(found.text))
    if found.reaction:
        console.print(Text(f"\nWhat followed. {found.reaction}"))
    if found.sources:
        console.print(Text(f"\nSources: {'; '.join(found.sources)}", "dim"))
    for number, question in enumerate(found.questions, 1):
        console.print(Text(f"\n{number}. {question.ask}", "bold"))
        console.print(Text(f"   {question.do}"), soft_wrap=True)


def _made(scenario: Scenario, text: str, questions: tuple[Question, ...]) -> Story:
    titles = {**sources(), **{key: said for key, said in scenario.sources.items() if said}}
    cited = tuple(f"{key}: {titles[key]}" for key in scenario.sources if key in titles)
    return Story(scenario.name, scenario.title, text, cited, questions, scenario.reaction)


@functools.cache
def _file(path: Path) -> tuple[dict[str, str], dict[str, tuple[str, tuple[Question, ...]]]]:
    """Sources by key, and text and questions by scenario."""
    if path.stat().st_size > MAX_BYTES:
        raise wrong(f"{path.name} bytes", path.stat().st_size, f"at most {MAX_BYTES}")
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(f"{path.name}: expected YAML; {' '.join(str(error).split())[:200]}") from None
    given = _whole("stories", raw, ("sources", "stories"))
    titles = mapping("stories.sources", given["sources"], KNOWN_SOURCES)
    rows = mapping("stories", given["stories"], list_scenarios("all"))
    return (
        {key: validation.text(200)(f"stories.sources.{key}", said) for key, said in titles.items()},
        {name: _story(f"stories.{name}", row) for name, row in rows.items()},
    )


def _story(where: str, row: Any) -> tuple[str, tuple[Question, ...]]:
    given = _whole(where, row, ("text", "questions"))
    asked = validation.sequence(f"{where}.questions", given["questions"], QUESTIONS, QUESTIONS, "questions")
    return (
        validation.text(2000)(f"{where}.text", given["text"]),
        tuple(_question(f"{where}.questions[{n}]", question) for n, question in enumerate(asked)),
    )


def _question(where: str, row: Any) -> Question:
    given = _whole(where, row, ("ask", "do"))
    do = validation.text(300)(f"{where}.do", given["do"])
    if not do.startswith((COMMAND, *PAGES)):
        raise wrong(f"{where}.do", do, f"something that begins with {', '.join((COMMAND, *PAGES))}")
    return Question(validation.text(300)(f"{where}.ask", given["ask"]), do)


def _whole(where: str, row: Any, keys: tuple[str, ...]) -> dict[str, Any]:
    """A map with all the keys and no other."""
    given = mapping(where, row, keys)
    for key in keys:
        if key not in given:
            raise ValueError(f"{where}.{key}: expected a value")
    return given


def _expected() -> Iterator[str]:
    """Scenarios that have a story: those that go back to the articles alone, and every dated event."""
    yield from (name for name in list_scenarios() if re.match(r"s\d_", name))
    yield from list_scenarios("replay")


def _measured(where: str, text: str) -> Iterator[str]:
    if not WORDS[0] <= (words := len(text.split())) <= WORDS[1]:
        yield f"{where}.text={words} words: expected {WORDS[0]}..{WORDS[1]}"
    if not re.search(r"\breport(s|ed)?\b", text):
        yield f"{where}.text: expected to be told what is reported"
    if not re.search(r"\b(model|assumption)", text):
        yield f"{where}.text: expected to be told what is the model's"


def _neutral(where: str, said: str) -> Iterator[str]:
    """Nobody's words for another, no forecast, all names of what is disputed."""
    for word in (*LOADED, *FORETELLING, *BLAMING):
        if re.search(rf"\b{word}\b", said, re.IGNORECASE):
            yield f"{where}: expected a neutral word for {word!r}"
    for every in DISPUTED:
        left = said.replace(every, "")
        yield from (
            f"{where}: expected all names, {every}, for {name}" for name in every.split("/") if re.search(rf"\b{name}\b", left)
        )
