"""Hold the background of each scenario for newcomers: a short text, its sources, three questions and what to try.

The texts are in briefings.yaml, which is read as data and checked. Title, sources and reaction come from the scenario. A scenario
file of a user may have a `story`, which has no questions.
"""

import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any, Final

import yaml
from pydantic import AfterValidator
from rich.console import Console
from rich.rule import Rule
from rich.text import Text

from straits.envs import fields
from straits.envs.fields import by_name, check, fault, items, record
from straits.envs.scenarios.lint import DISPUTED, LOADED
from straits.envs.scenarios.scenario import Scenario, list_scenarios, load_scenario
from straits.envs.scenarios.schema import KNOWN_SOURCES
from straits.envs.spec.parameters import ASSUMPTION
from straits.envs.validation import wrong

FILE: Final = Path(__file__).with_name("briefings.yaml")
MAX_BYTES: Final = 262_144
WORDS: Final = (60, 120)  # of a text
QUESTIONS: Final = 3  # of a story
PAGES: Final = ("In Replay: ", "In Play: ")  # beginnings of things to try that are not commands
COMMAND: Final = "straits "
FORETELLING: Final = ("will happen", "is going to", "inevitable", "predict", "predicts", "forecast", "sooner or later")
BLAMING: Final = ("fault", "guilty", "provoked by", "aggressive", "unprovoked", "reckless", "threatening behaviour")


@dataclass(frozen=True)
class Question:
    """Pose a question about a scenario, with a command or an action on a page that helps to answer it."""

    ask: str
    do: str


@dataclass(frozen=True)
class Story:
    """Hold the background of a scenario.

    Attributes:
        scenario: Name of the scenario.
        title: Title of the scenario.
        text: The reported events.
        sources: "key: publisher, date", or the declaration of a user's file.
        questions: Questions for a class.
        reaction: What followed a dated event, marked as reported or as an assumption of the model. Empty for other scenarios.
    """

    scenario: str
    title: str
    text: str
    sources: tuple[str, ...]
    questions: tuple[Question, ...]
    reaction: str

    def page(self) -> dict[str, Any]:
        """Convert the story to the data of a page: text and lists of text."""
        return {**asdict(self), "sources": list(self.sources), "questions": [asdict(q) for q in self.questions]}


def story(scenario: Scenario) -> Story | None:
    """Return the background of a scenario, from its file or from briefings.yaml.

    Args:
        scenario: The scenario.

    Returns:
        The story, or None if there is none.
    """
    if scenario.story:
        return _build_story(scenario, scenario.story, ())
    text, questions = _file(FILE)[1].get(scenario.name, ("", ()))
    return _build_story(scenario, text, questions) if text else None


def of(name: str) -> Story:
    """Load a scenario and return its background.

    Args:
        name: Name or path of the scenario.

    Returns:
        The story.

    Raises:
        ValueError: If the scenario has no story.
    """
    briefing = story(load_scenario(name))
    if briefing is None:
        raise wrong("scenario", name, f"one with a story: {', '.join(names())}")
    return briefing


def names(path: Path = FILE) -> tuple[str, ...]:
    """List the scenarios with a story.

    Args:
        path: File of the stories.

    Returns:
        Names of scenarios.

    Raises:
        ValueError: If the file is invalid. The message is one line.
    """
    return tuple(_file(path)[1])


def sources(path: Path = FILE) -> Mapping[str, str]:
    """Return the articles.

    Args:
        path: File of the stories.

    Returns:
        Key of an article -> publisher and date.
    """
    return _file(path)[0]


def findings(path: Path = FILE) -> list[str]:
    """Check the stories beyond their form: completeness, length and neutral words.

    Args:
        path: File of the stories.

    Returns:
        One line per finding. Empty if all stories are valid.
    """
    problems = [f"stories.{name}: expected a story of this scenario" for name in _expected() if name not in names(path)]
    problems += [f"stories.sources: expected {key}" for key in KNOWN_SOURCES if key not in (*sources(path), ASSUMPTION)]
    for name, (text, questions) in _file(path)[1].items():
        where = f"stories.{name}"
        problems += _measured(where, text)
        for said in (text, *(part for q in questions for part in (q.ask, q.do))):
            problems += _neutral(where, said)
        problems += [f"{where}.ask={q.ask[:40]!r}: expected a question" for q in questions if not q.ask.endswith("?")]
        if all(not q.do.startswith(COMMAND) for q in questions):
            problems.append(f"{where}: expected a command among the things to try")
    return problems


def tell(briefing: Story, console: Console) -> None:
    """Print a story. What to try is on one line of its own, without wrapping, so that it can be copied.

    Args:
        briefing: The story.
        console: The console to write to.
    """
    console.print(Rule(Text(briefing.title, "bold"), align="left"))
    console.print(Text(briefing.text))
    if briefing.reaction:
        console.print(Text(f"\nWhat followed. {briefing.reaction}"))
    if briefing.sources:
        console.print(Text(f"\nSources: {'; '.join(briefing.sources)}", "dim"))
    for number, question in enumerate(briefing.questions, 1):
        console.print(Text(f"\n{number}. {question.ask}", "bold"))
        console.print(Text(f"   {question.do}"), soft_wrap=True)


def _build_story(scenario: Scenario, text: str, questions: tuple[Question, ...]) -> Story:
    titles = {**sources(), **{key: said for key, said in scenario.sources.items() if said}}
    cited = tuple(f"{key}: {titles[key]}" for key in scenario.sources if key in titles)
    return Story(scenario.name, scenario.title, text, cited, questions, scenario.reaction)


@functools.cache
def _file(path: Path) -> tuple[dict[str, str], dict[str, tuple[str, tuple[Question, ...]]]]:
    """Read the sources by key, and text and questions by scenario."""
    if path.stat().st_size > MAX_BYTES:
        raise wrong(f"{path.name} bytes", path.stat().st_size, f"at most {MAX_BYTES}")
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(f"{path.name}: expected YAML; {' '.join(str(error).split())[:200]}") from None
    content = check("stories", record("Briefings", {"sources": by_name(KNOWN_SOURCES, fields.text(200)), "stories": Any}), raw)
    stories = check("stories", by_name(list_scenarios("all"), STORY), content.given()["stories"])
    rows = {name: (story.text, [Question(q.ask, q.do) for q in story.questions]) for name, story in stories.items()}
    return content.given()["sources"], {name: (told, tuple(asked)) for name, (told, asked) in rows.items()}


def _doable(do: str) -> str:
    if not do.startswith((COMMAND, *PAGES)):
        raise fault(f"something that begins with {', '.join((COMMAND, *PAGES))}")
    return do


QUESTION: Final = record("Question", {"ask": fields.text(300), "do": Annotated[fields.text(300), AfterValidator(_doable)]})
STORY: Final = record("Story", {"text": fields.text(2000), "questions": items(QUESTION, QUESTIONS, QUESTIONS, "questions")})


def _expected() -> Iterator[str]:
    """Yield the scenarios that need a story: those based on the articles alone, and every dated event."""
    yield from (name for name in list_scenarios() if re.match(r"s\d_", name))
    yield from list_scenarios("replay")


def _measured(where: str, text: str) -> Iterator[str]:
    if not WORDS[0] <= (words := len(text.split())) <= WORDS[1]:
        yield f"{where}.text={words} words: expected {WORDS[0]}..{WORDS[1]}"
    if not re.search(r"\breport(s|ed)?\b", text):
        yield f"{where}.text: expected to say what is reported"
    if not re.search(r"\b(model|assumption)", text):
        yield f"{where}.text: expected to say what is an assumption of the model"


def _neutral(where: str, said: str) -> Iterator[str]:
    """Yield findings on words of one side about another, forecasts, and incomplete names of disputed places."""
    for word in (*LOADED, *FORETELLING, *BLAMING):
        if re.search(rf"\b{word}\b", said, re.IGNORECASE):
            yield f"{where}: expected a neutral word for {word!r}"
    for every in DISPUTED:
        left = said.replace(every, "")
        yield from (
            f"{where}: expected all names, {every}, for {name}" for name in every.split("/") if re.search(rf"\b{name}\b", left)
        )
