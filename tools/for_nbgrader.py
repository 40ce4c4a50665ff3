"""The exercises of chapters as assignments for nbgrader: questions, cells to fill in, tests that ask the checkers.

    .venv/bin/python tools/for_nbgrader.py FOLDER              an assignment for every chapter that has exercises
    .venv/bin/python tools/for_nbgrader.py FOLDER phase-change …   for these

Each is FOLDER/source/CHAPTER/CHAPTER.ipynb, with the solution marked for nbgrader to take out.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import jupytext
import nbformat
import second_run
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT / "sphinxext"))

import tsup_notebooks  # noqa: E402
from tsup_plain import plain  # noqa: E402

START = re.compile(r"\{solution-start\} (\S+)")
OPENED = r"^(`{3,})\{%s\}[^\n]*\n:label: (\S+)\n(?::\w+:[^\n]*\n)*"
WHOLE = re.compile(OPENED % "exercise" + r"(.*?)^\1$", re.MULTILINE | re.DOTALL)
IN_PARTS = re.compile(
    OPENED % "exercise-start" + r"\1\n(.*?)^`{3,}\{exercise-end\}", re.MULTILINE | re.DOTALL
)
CODE = re.compile(r"^(`{3,})\{code-cell\}.*?^\1$", re.MULTILINE | re.DOTALL)
CHECK = "exercises.check"
SCHEMA = 3


class Task(NamedTuple):
    """An exercise: its question as Markdown, its solution's code, and the expression that is checked."""

    name: str
    question: str
    solution: str
    answer: str


def cells(page: Path) -> list[NotebookNode]:
    """A page's cells."""
    return jupytext.read(page, fmt="md:myst").cells


def answered(code: str) -> tuple[str, str, str]:
    """The checker's name for an exercise, its solution without the line that checks it, and what is checked there."""
    tree = ast.parse(code)
    call = tree.body[-1].value if isinstance(tree.body[-1], ast.Expr) else None
    if not isinstance(call, ast.Call) or ast.unparse(call.func) != CHECK:
        raise ValueError("a solution must end with its check")
    lines = code.splitlines()[: tree.body[-1].lineno - 1]
    return ast.literal_eval(call.args[0]), "\n".join(lines).rstrip(), ast.unparse(call.args[1])


def tasks(page: Path) -> Iterator[Task]:
    """The exercises of a page."""
    text = page.read_text()
    found = [*WHOLE.findall(text), *IN_PARTS.findall(text)]
    questions = {name: CODE.sub("", asked) for _, name, asked in found}
    name, code = "", ""
    for cell in cells(page):
        if cell.cell_type == "code" and name:
            code += cell.source + "\n"
        elif cell.cell_type == "markdown":
            if name and "{solution-end}" in cell.source:
                checker, *rest = answered(code)
                yield Task(checker, questions[name], *rest)
                name = ""
            if started := START.findall(cell.source):
                name, code = started[-1], ""


def preparation(page: Path, found: list[Task]) -> str:
    """What the solutions need of the page's earlier cells: imports and data, without what is shown."""
    code = [cell.source for cell in cells(page) if cell.cell_type == "code"]
    before = [source for source in code if f"{CHECK}(" not in source]
    wanted = "\n".join([second_run.MARKER, *(f"{one.solution}\n{one.answer}" for one in found)])
    needed = second_run.needed([*before, wanted])[:-1]
    kept = [source for source, keep in zip(before, needed, strict=True) if keep]
    imports = "import numpy as np\nfrom tsup.paper import exercises"
    return "\n\n".join([*kept, imports]).replace(f"{second_run.MARKER}\n", "")


def marks(name: str, kind: str) -> dict:
    """What nbgrader keeps in a cell: an answer, or a test worth a point."""
    is_test = kind == "test"
    about = {
        "cell_type": "code",
        "grade": is_test,
        "grade_id": f"{kind}-{name}",
        "locked": is_test,
        "schema_version": SCHEMA,
        "solution": not is_test,
        "task": False,
    }
    return {"nbgrader": about | ({"points": 1} if is_test else {})}


def asked(task: Task) -> list[NotebookNode]:
    """The three cells of an exercise."""
    names = tsup_notebooks.equations() | tsup_notebooks.citations()
    text = tsup_notebooks.without_macros(tsup_notebooks.linked(plain(task.question, names)))
    returned = "" if task.answer.isidentifier() else f"\nanswer = {task.answer}"
    name = task.answer if task.answer.isidentifier() else "answer"
    solved = f"# Leave your answer in the name {name}.\n### BEGIN SOLUTION\n{task.solution}{returned}\n### END SOLUTION"
    test = f'reply = exercises.check("{task.name}", {name})\nassert reply, reply.message'
    return [
        new_markdown_cell(f"## {task.name}\n\n{text}", id=f"question-{task.name}"),
        new_code_cell(solved, id=f"answer-{task.name}", metadata=marks(task.name, "answer")),
        new_code_cell(test, id=f"test-{task.name}", metadata=marks(task.name, "test")),
    ]


def assignment(page: Path) -> NotebookNode | None:
    """A page's exercises as a notebook; None for a page without any."""
    found = list(tasks(page))
    if not found:
        return None
    title = re.search(r"^# (.+)$", page.read_text(), re.MULTILINE)
    head = new_markdown_cell(f"# {title[1] if title else page.stem}: exercises", id="head")
    prepared = new_code_cell(preparation(page, found), id="preparation")
    notebook = new_notebook(cells=[head, prepared, *(cell for task in found for cell in asked(task))])
    notebook.metadata["kernelspec"] = {"display_name": "Python 3", "language": "python", "name": "python3"}
    nbformat.validate(notebook)
    return notebook


def main(folder: Path, names: list[str]) -> None:
    """Write the assignments."""
    pages = [ROOT / "book" / f"{name}.md" for name in names] or sorted((ROOT / "book").glob("*.md"))
    written = 0
    for page in pages:
        if (notebook := assignment(page)) is None:
            continue
        target = folder / "source" / page.stem / f"{page.stem}.ipynb"
        target.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, target)
        written += 1
    print(f"{written} assignments in {folder / 'source'}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
