"""The examples in the pages on the faces run and give what they show."""

import doctest
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("page", ["faces.md", "seeds.md"])
def test_the_examples_of_a_page_run(page):
    failed, tried = doctest.testfile(str(DOCS / page), module_relative=False)
    assert tried > 0 and failed == 0
