"""The progress bar: where somebody watches, or was asked for; silent everywhere else."""

import subprocess
import sys

import pytest
from tqdm.std import tqdm

from tsup import progress

TRAIN = """
import tsup
tsup.train(tsup.Features(4, 0.5), tsup.ReluOutput(2), tsup.Training(steps=2, batch=16), "reference"{more})
"""


@pytest.mark.parametrize(
    ("more", "shown"), [("", False), (", progress=True", True), (", progress=False", False)]
)
def test_a_script_whose_words_go_to_a_file_has_no_bar_unless_asked(more, shown):
    code = TRAIN.format(more=more)
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == ""
    assert ("2/2" in ran.stderr) == shown
    assert shown or ran.stderr == ""


@pytest.mark.parametrize("watched", [True, False])
def test_a_terminal_has_a_bar(monkeypatch, watched):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: watched, raising=False)
    with progress.bar(3, "model") as bar:
        assert type(bar) is tqdm
        assert bar.disable is not watched


def test_the_bar_of_a_resumed_training_times_the_steps_that_are_left():
    with progress.bar(10, "model", True, 8) as bar:
        assert (bar.n, bar.initial, bar.total) == (8, 8, 10)


def test_a_notebook_without_widgets_has_neither_bar_nor_warning(monkeypatch, capsys):
    monkeypatch.setattr(progress, "has_kernel", lambda: True)
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    with progress.bar(3, "model") as bar:
        bar.update(3)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(("book", "shown"), [("0", True), ("1", False)])
def test_a_notebook_with_widgets_has_theirs_and_a_page_of_the_book_none(monkeypatch, book, shown):
    monkeypatch.setattr(progress, "has_kernel", lambda: True)
    monkeypatch.setenv("TSUP_BOOK", book)
    with progress.bar(3, "model") as bar:
        assert type(bar).__module__ == "tqdm.notebook"
        assert bar.disable is not shown
