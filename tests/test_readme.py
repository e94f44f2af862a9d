"""The README and CONTRIBUTING keep their word: programs run, the scenario to copy is sound, links lead somewhere."""

import re
import shlex
import textwrap
from pathlib import Path

import pytest

from straits.conf.compose import combinations, compose
from straits.envs.scenarios import scenario

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text()
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])


def blocks(page: str, language: str) -> list[str]:
    """The code blocks of that language."""
    return [textwrap.dedent(found) for found in re.findall(rf"^ *```{language}\n(.*?)^ *```$", page, re.DOTALL | re.MULTILINE)]


@pytest.mark.parametrize("number", range(2))
def test_programs_run(number, capsys):
    exec(compile(blocks(README, "python")[number], f"README.md, program {number}", "exec"), {"__name__": "__main__"})
    assert capsys.readouterr().out


def test_no_program_is_left_out():
    assert len(blocks(README, "python")) == 2


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page):
    targets = [link.split("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text()) if "://" not in link]
    assert [target for target in targets if target and not (page.parent / target).exists()] == []


def test_scenario_to_copy_is_sound(tmp_path):
    (text,) = blocks((ROOT / "CONTRIBUTING.md").read_text(), "yaml")
    path = tmp_path / "talks_resume.yaml"
    path.write_text(text)
    assert scenario.check(path) == []


@pytest.mark.parametrize("name", ["README.md", "docs/training.md", "docs/league.md"])
def test_settings_of_commands_exist(name):
    shell = "\n".join(blocks((ROOT / name).read_text(), "sh"))
    for job, line in re.findall(r"^\S*straits (demo|train|league)\b(.*)$", shell, re.MULTILINE):
        words = [word for word in shlex.split(line, comments=True) if "=" in word]
        overrides = [word for word in words if not word.startswith(("resume=", "hydra"))]
        for run in combinations(overrides):
            compose(job, run)
