"""The prose list names idioms and long sentences with their lines, and never fails."""

from pathlib import Path

from straits.experiments.cli.main import main
from straits.experiments.reproduce import prose


def test_an_idiom_is_listed_with_its_line_and_a_better_word():
    assert list(prose.check("Plain.\n\nIt is drawn anew.")) == [(3, "'anew': write again")]


def test_a_sentence_of_thirty_words_passes_and_one_of_thirty_one_is_listed():
    assert list(prose.check(" ".join(["word"] * 30) + ".")) == []
    ((line, message),) = prose.check("\n" + " ".join(["word"] * 31) + ".")
    assert line == 2 and message.startswith("31 words")


def test_code_and_quoted_words_are_left_out():
    assert list(prose.check('```sh\nanew beside\n```\nThe word `anew`, also "beside".')) == []


def test_items_of_a_list_are_separate_sentences():
    assert list(prose.check("- " + " ".join(["one"] * 20) + "\n- " + " ".join(["two"] * 20))) == []


def test_docstrings_of_a_module_are_checked_at_their_lines(tmp_path: Path):
    path = tmp_path / "module.py"
    path.write_text('"""Do it."""\n\n\ndef run():\n    """Nobody runs."""\n')
    assert prose.check_file(path) == [(5, "'Nobody': write no actor, no player")]


def test_the_exit_code_is_zero_with_hits(tmp_path: Path, capsys):
    path = tmp_path / "page.md"
    path.write_text("It stands beside it.\n")
    assert main(["prose", str(path)]) == 0
    assert capsys.readouterr().out.endswith("2 places\n")
