"""The pages say what the code does: tables are current, rules have numbers, examples run, words are neutral."""

import doctest
import re
from pathlib import Path

import pytest

from straits.envs.scenarios.lint import DISPUTED, LOADED
from straits.envs.spec.parameters import PARAMETERS
from straits.experiments.reproduce import docs_tables

ROOT = Path(__file__).resolve().parents[1]
PAGES = [p for p in (*docs_tables.pages(), ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md") if p.is_file()]
FOLDERS = ("envs", "agents", "conf", "experiments")
RULE = re.compile(r"R(\d+)\.(\d+)(?:-R(\d+)\.(\d+))?")
CODE = re.compile(r"```python\n(.*?)```", re.DOTALL)


def rules_cited(text: str) -> set[str]:
    """R2.1, and what `R2.1-R2.4` stands for."""
    cited = set()
    for one, first, _, last in RULE.findall(text):
        cited |= {f"R{one}.{n}" for n in range(int(first), int(last or first) + 1)}
    return cited


def sources() -> list[Path]:
    return sorted(p for folder in FOLDERS for p in (ROOT / folder).rglob("*.py"))


@pytest.mark.parametrize("page", docs_tables.pages(), ids=lambda p: p.name)
def test_tables_are_current(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert docs_tables.renewed(text) == text, "expected the tables of `straits docs`"


def test_the_model_shows_the_tables_of_moves_observation_and_parameters() -> None:
    text = (ROOT / "docs" / "model.md").read_text(encoding="utf-8")
    for name in ("moves", "observation", "parameters"):
        assert docs_tables.TABLES[name]() in text


def test_a_table_that_does_not_exist_is_named() -> None:
    with pytest.raises(ValueError, match="generated:nothing: expected one of moves"):
        docs_tables.renewed("<!-- generated:nothing -->\n<!-- end -->")


def test_every_rule_that_is_cited_stands_in_the_model_and_the_other_way_round() -> None:
    text = (ROOT / "docs" / "model.md").read_text(encoding="utf-8")
    numbered = re.findall(r"^### (R\d+\.\d+) ", text, re.MULTILINE)
    assert len(numbered) == len(set(numbered))
    in_code = set().union(*(rules_cited(p.read_text(encoding="utf-8")) for p in sources()))
    in_pages = set().union(*(rules_cited(p.read_text(encoding="utf-8")) for p in PAGES))
    assert in_code == set(numbered) == in_pages


def test_every_parameter_stands_under_its_rule() -> None:
    text = (ROOT / "docs" / "model.md").read_text(encoding="utf-8").split("<!-- generated:moves")[0]
    parts = dict(re.findall(r"^### (R\d+\.\d+) (.*?)(?=^##|\Z)", text, re.MULTILINE | re.DOTALL))
    for p in PARAMETERS:
        assert re.search(rf"\b{p.name}\b", parts[p.rule]), f"{p.name}: expected it under {p.rule}"


@pytest.mark.parametrize("page", docs_tables.pages()[1:], ids=lambda p: p.name)  # README.md's run in test_readme.py
def test_examples_of_the_pages_run(page: Path) -> None:
    """Blocks with >>> are one session and give what they show; the others are programs of their own."""
    blocks = CODE.findall(page.read_text(encoding="utf-8"))
    session = "\n".join(block for block in blocks if ">>>" in block)
    shown = doctest.DocTestParser().get_doctest(session, {}, page.name, page.name, 0)
    assert doctest.DocTestRunner().run(shown).failed == 0
    for block in blocks:
        if ">>>" not in block:
            exec(compile(block, page.name, "exec"), {"__name__": "__main__"})


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_words_are_neutral(page: Path) -> None:
    text = re.sub(r'"[^"]*"', "", page.read_text(encoding="utf-8"))  # a quoted word is talked about, not used
    for word in (*LOADED, "we predict", "our forecast", "predicts that", "forecasts that", "will happen"):
        assert not re.search(rf"\b{word}\b", text, re.IGNORECASE), f"{word}: expected a neutral word"
    for names in DISPUTED:
        left = text.replace(names, "")
        for name in names.split("/"):
            assert not re.search(rf"\b{name}\b", left), f"{name}: expected all names, {names}"


def test_nothing_names_a_machine_or_a_registry() -> None:
    here = re.compile("/(?:work|home|root|Users)/|pypi[.]org|pythonhosted|pytorch[.]org/whl|localhost:[0-9]")
    texts = [*PAGES, *sources(), *(ROOT / "tests").rglob("*.py"), *(ROOT / "conf").rglob("*.yaml")]
    texts += [ROOT / "Makefile", ROOT / "pyproject.toml", ROOT / "constraints.txt"]
    for path in texts:
        found = here.search(path.read_text(encoding="utf-8"))
        assert found is None or path == Path(__file__).resolve(), f"{path.name}: {found}"
