"""The execution of the pages: each in its own kernel, several at a time, and only where its code is new."""

import sys
from pathlib import Path

import pytest
from jupyter_cache import get_cache

sys.path.append(str(Path(__file__).parents[1] / "tools"))

import execute_pages

TOP = """---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---
"""
ENVIRONMENT = """
import os

print(os.environ["TSUP_BOOK"], os.environ["TSUP_PAGE"], os.path.basename(os.getcwd()))
"""


def page(code: str) -> str:
    return f"{TOP}\n# A page\n\n```{{code-cell}} ipython3\n{code}\n```\n"


@pytest.fixture
def book(tmp_path, monkeypatch):
    """A book of three pages, one of them without code."""
    monkeypatch.setattr(execute_pages, "ROOT", tmp_path)
    (tmp_path / "book").mkdir()
    (tmp_path / "_toc.yml").write_text(
        "root: book/one\nparts:\n- chapters:\n  - file: book/two\n  - file: book/words\n"
    )
    for name, text in {"one": page(ENVIRONMENT), "two": page("print(6 * 7)"), "words": "# Words\n"}.items():
        (tmp_path / "book" / f"{name}.md").write_text(text)
    return tmp_path


def printed(book: Path, name: str) -> str:
    """What the cache holds of a page's only cell."""
    notebook = execute_pages.read(book / "book" / f"{name}.md")
    _, executed = get_cache(book / "cache").merge_match_into_notebook(notebook)
    (cell,) = [cell for cell in executed.cells if cell.cell_type == "code"]
    return cell.outputs[0].text


def test_pages_are_executed_once_and_again_when_their_code_is_new(book):
    new, failed = execute_pages.execute_new(book / "cache")
    assert {path.stem for path in new} == {"one", "two"}
    assert failed == {}
    assert printed(book, "one") == "1 book/one book\n"
    assert printed(book, "two") == "42\n"
    with (book / "book" / "two.md").open("a") as two:
        two.write("\nMore words.\n")
    assert execute_pages.execute_new(book / "cache") == ([], {})
    (book / "book" / "two.md").write_text(page("print(43)"))
    new, _ = execute_pages.execute_new(book / "cache")
    assert [path.stem for path in new] == ["two"]
    assert printed(book, "two") == "43\n"


def test_a_page_that_fails_is_told_and_not_kept(book):
    (book / "book" / "two.md").write_text(page("1 / 0"))
    for _ in range(2):
        _, failed = execute_pages.execute_new(book / "cache")
        (path,) = failed
        assert path.stem == "two"
        assert "division by zero" in failed[path]
