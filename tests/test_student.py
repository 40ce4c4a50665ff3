"""Notebooks for students: no solution is left in them, and they run, answered or not."""

import json
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
sys.path += [str(ROOT / "sphinxext"), str(ROOT / "tools")]

import run_notebooks  # noqa: E402
import tsup_notebooks  # noqa: E402

PAGES = [page for page in sorted(tsup_notebooks.BOOK.glob("*.md")) if "{solution-start}" in page.read_text()]
MARKUP = re.compile(r"^(`{3,}|:{1,}\w|:::)")


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip() and not MARKUP.match(line.strip())]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_no_line_of_a_solution_is_left(page):
    text = page.read_text()
    rest = set(lines(tsup_notebooks.without_solutions(text)))
    solved = [line for found in tsup_notebooks.SOLUTION.finditer(text) for line in lines(found[0])]
    own = [line for line in solved if line not in rest and not line.startswith("exercises.check(")]
    assert own, "the page has solutions"
    cells = json.loads(tsup_notebooks.convert(page, student=True))["cells"]
    left = "\n".join("".join(cell["source"]) for cell in cells)
    assert [line for line in own if len(line) > 8 and line in lines(left)] == []
    assert "olution</summary>" not in left
    asked = set(re.findall(r"exercises\.check\(\"([\w-]+)\"", text))
    assert set(re.findall(r"exercises\.check\(\"([\w-]+)\"", left)) == asked, "every exercise is still asked"
    assert (
        text.count("{solution-start}")
        == text.count("{solution-end}")
        == len(tsup_notebooks.SOLUTION.findall(text))
    )


@pytest.mark.parametrize("student", [False, True], ids=["with solutions", "for students"])
def test_a_light_notebook_runs_to_its_end(student, tmp_path):
    file = tmp_path / "page.ipynb"
    file.write_text(tsup_notebooks.convert(tsup_notebooks.BOOK / "nonlinear-compression.md", student))
    assert run_notebooks.run(file) is None


def test_a_notebook_that_stops_is_told(tmp_path, capsys):
    code = {"cell_type": "code", "id": "a", "metadata": {}, "source": "1 / 0", "outputs": []}
    notebook = {
        "cells": [code | {"execution_count": None}],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    tmp_path.joinpath("bad.ipynb").write_text(json.dumps(notebook))
    assert run_notebooks.main(tmp_path, []) == 1
    assert "bad: " in (printed := capsys.readouterr().out)
    assert "ZeroDivisionError" in printed
