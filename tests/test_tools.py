"""The book's tools: when a build is stale, and what a page's notebook looks like."""

import json
import re
import subprocess
import sys
import tomllib
import types
from pathlib import Path

import pytest
import yaml
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

ROOT = Path(__file__).parents[1]
sys.path += [str(ROOT / "tools"), str(ROOT / "sphinxext")]

import build_book  # noqa: E402
import second_run  # noqa: E402
import tsup_notebooks  # noqa: E402
from tsup_plain import plain  # noqa: E402

from tsup import links  # noqa: E402

PAGE = """---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---

(sec-top)=
# A page

See {term}`feature`, {doc}`the other page <other>` and {cite}`someone2022`.

```{code-cell} ipython3
:tags: [hide-input]
1 + 1
```
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A small tree in the place of the repository."""
    monkeypatch.setattr(build_book, "ROOT", tmp_path)
    monkeypatch.setattr(build_book, "BUILD", tmp_path / "_build")
    monkeypatch.delenv("GITHUB_REPOSITORY", raising=False)
    for name in ("tsup/one.py", "book/results/F01.nc", "book/page.md", "constraints.txt"):
        tmp_path.joinpath(name).parent.mkdir(parents=True, exist_ok=True)
        tmp_path.joinpath(name).write_text(name)
    (tmp_path / "_build" / "html").mkdir(parents=True)
    return tmp_path


@pytest.mark.parametrize("changed", ["tsup/one.py", "book/results/F01.nc", "constraints.txt"])
def test_what_a_cell_depends_on_makes_the_pages_stale(project, changed):
    before = build_book.what_pages_compute()
    (project / changed).write_text("other")
    assert build_book.what_pages_compute() != before


def test_a_page_itself_does_not(project):
    before = build_book.what_pages_compute()
    (project / "book/page.md").write_text("other")
    assert build_book.what_pages_compute() == before


def test_a_moved_repository_makes_the_pages_stale(project, monkeypatch):
    before = build_book.what_pages_compute()
    monkeypatch.setenv("GITHUB_REPOSITORY", "ada/toys")
    assert build_book.what_pages_compute() != before


def test_only_a_stale_build_is_removed(project):
    site = project / "_build" / "html"
    build_book.remove_stale("look", "a" * 64, site).touch()
    assert not site.exists()
    site.mkdir()
    build_book.remove_stale("look", "a" * 64, site)
    assert site.exists()


COMPARED = second_run.MARKER


@pytest.mark.parametrize(
    ("sources", "again"),
    [
        (["import a", "show(a)"], [False, False]),
        (["import a", f"{COMPARED}\nprint(a.b)"], [True, True]),
        (["x = 1", "x = 2", "show(x)", f"{COMPARED}\nx"], [True, True, False, True]),
        ([f"{COMPARED}\n1", "x = 1"], [True, False]),
        (["a, (b, *c) = 1, 2", f"{COMPARED}\nc"], [True, True]),
        (["x, y = [], {}", "x[0].z = 1", "y[2] = 3", f"{COMPARED}\nx"], [True, True, False, True]),
        (["k = 3", "def f(x): return k * x", "f(2)", f"{COMPARED}\nf(1)"], [True, True, False, True]),
        (["import a.b as c, d.e", "%time", f"%%time\n{COMPARED}\nd"], [True, False, True]),
        (["for k in range(3): total = k", f"{COMPARED}\ntotal"], [True, True]),
    ],
)
def test_only_what_is_compared_is_run_again_with_all_that_it_needs(sources, again):
    assert second_run.needed(sources) == again


def test_cells_that_are_not_run_again_are_tagged_for_nbval():
    sources = ["import a", f"{COMPARED}\n1"]
    page = new_notebook(cells=[*map(new_code_cell, sources), new_markdown_cell("import a")])
    second_run.leave_out(page)
    assert [cell.metadata.get("tags", []) for cell in page.cells] == [[second_run.SKIP], [], []]


def test_a_notebook_can_run_anywhere_and_is_deterministic(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(PAGE)
    notebook = json.loads(tsup_notebooks.convert(page))
    assert tsup_notebooks.convert(page) == tsup_notebooks.convert(page)
    kinds = [cell["cell_type"] for cell in notebook["cells"]]
    assert kinds == ["code", "markdown", "code"]
    assert "find_spec" in "".join(notebook["cells"][0]["source"])
    prose = "".join(notebook["cells"][1]["source"])
    assert prose == "# A page\n\nSee feature, the other page and (someone2022)."


def first_cell(tmp_path: Path) -> str:
    """What a notebook runs before anything else."""
    page = tmp_path / "page.md"
    page.write_text(PAGE)
    return "".join(json.loads(tsup_notebooks.convert(page))["cells"][0]["source"])


@pytest.fixture
def pip(monkeypatch):
    """What pip was asked; it fails when `refuses` is set."""
    asked = types.SimpleNamespace(commands=[], refuses="")

    def run(command, **how):
        asked.commands.append(command)
        return subprocess.CompletedProcess(command, bool(asked.refuses), "", asked.refuses)

    monkeypatch.setattr(subprocess, "run", run)
    return asked


def test_the_first_cell_installs_the_notebooks_own_commit_and_no_extras(tmp_path, monkeypatch, pip):
    monkeypatch.setattr(tsup_notebooks, "commit", lambda: "c0ffee")
    monkeypatch.setenv("GITHUB_REPOSITORY", "ada/toys")
    cell = first_cell(tmp_path)
    exec(cell, {})
    assert pip.commands == [], "where tsup is, nothing is installed"
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    exec(cell, {})
    (command,) = pip.commands
    assert command[:4] == [sys.executable, "-m", "pip", "install"]
    assert command[-1] == "tsup @ git+https://github.com/ada/toys@c0ffee"


def test_an_installation_that_fails_is_told_in_a_line(tmp_path, monkeypatch, pip, capsys):
    pip.refuses = "ERROR: no network"
    cell = first_cell(tmp_path)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(
        SystemExit, match="tsup could not be installed: see above what pip says, then run this cell"
    ):
        exec(cell, {})
    assert capsys.readouterr().out == "ERROR: no network\n"


def test_notebooks_belong_to_a_commit_or_in_an_archive_to_the_branch(tmp_path, monkeypatch):
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert tsup_notebooks.commit.__wrapped__() == head.stdout.strip()
    monkeypatch.setattr(tsup_notebooks, "ROOT", tmp_path)
    assert tsup_notebooks.commit.__wrapped__() == links.SOURCE_BRANCH


def test_the_bounds_are_tested_on_the_pythons_that_the_package_names():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    named = [line.rsplit(" ", 1)[1] for line in project["classifiers"] if "Python ::" in line]
    weekly = yaml.safe_load((ROOT / ".github/workflows/weekly.yml").read_text())
    tested = {
        job["dependencies"]: job["python"]
        for job in weekly["jobs"]["bounds"]["strategy"]["matrix"]["include"]
    }
    assert project["requires-python"] == f">={named[0]}"
    assert tested == {"oldest": named[0], "newest": named[-1]}


def test_bounds_are_the_oldest_or_the_newest():
    told = subprocess.run([ROOT / "tools/test-bounds", "old"], capture_output=True, text=True, check=False)
    assert (told.returncode, told.stderr) == (2, "usage: tools/test-bounds oldest | newest\n")


@pytest.mark.parametrize(
    ("myst", "markdown"),
    [
        (":::{note}\nHear.\n:::", "**Note**\n\nHear."),
        ("```{math}\n:label: eq-a\nx = 1\n```", "$$\nx = 1\n$$"),
        (
            "````{solution-start} ex-a\n:class: dropdown\n````\n\nSo.\n\n```{solution-end}\n```",
            "<details>\n<summary>Solution</summary>\n\nSo.\n\n</details>",
        ),
        (":::{dropdown} Hint\nSee.\n:::", "<details>\n<summary>Hint</summary>\n\nSee.\n\n</details>"),
        (
            ":::{admonition} Hint\n:class: dropdown tip\nSee.\n:::",
            "<details>\n<summary>Hint</summary>\n\nSee.\n\n</details>",
        ),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "| a | b |\n|:---|:---|\n| 1 | 2 |"),
        ("```text\n|---|---|\n```", "```text\n|---|---|\n```"),
        ("```{prf:proof}\nSo.\n```", "**Proof**\n\nSo."),
        ("```{exercise} Count\n:label: ex-a\nHow many?\n```", "**Exercise (Count)**\n\nHow many?"),
        (":::{admonition} By the end you can\n- see.\n:::", "**By the end you can**\n\n- see."),
        ("```python\nx = {1}\n```", "```python\nx = {1}\n```"),
    ],
)
def test_myst_becomes_plain_markdown(myst, markdown):
    assert plain(myst) == markdown


def test_a_prediction_becomes_a_question_with_its_answer_folded_away():
    myst = (
        ":::{predict} how-many\n:within: 2\nHow many?\n\n- 2\n- 5\n:::\n\n:::{reading} how-many\nFive.\n:::"
    )
    question, answer = plain(myst, {"how-many": "5"}).split("<details>")
    assert question == "**Predict**\n\nHow many?\n\n- 2\n- 5\n\n"
    assert " ".join(answer.split()) == "<summary>Answer</summary> The run says: 5. </details> Five."


def test_labelled_equations_carry_the_numbers_of_the_page():
    myst = "```{math}\n:label: eq-a\nx = 1\n```\n\n```{math}\ny = 2\n```\n\nBy {eq}`eq-a`."
    assert plain(myst, {"eq-a": "3.1"}) == "$$\nx = 1\n\\tag{3.1}\n$$\n\n$$\ny = 2\n$$\n\nBy (3.1)."


@pytest.mark.parametrize(
    ("myst", "markdown"),
    [
        ("So it is {cite}`a`.", "So it is (Ada and Bob, 1950)."),
        ("So it is {cite}`a,c`.", "So it is (Ada and Bob, 1950; Notes)."),
        ("{cite:t}`a` find it, and {cite:t}`c`.", "Ada and Bob (1950) find it, and Notes."),
    ],
)
def test_what_is_cited_is_named(myst, markdown):
    assert plain(myst, {"a": "Ada and Bob, 1950", "c": "Notes"}) == markdown


EXERCISE = """
```{exercise}
:label: ex-a
How many?
```

```{code-cell} ipython3
# NBVAL_CHECK_OUTPUT
answer = ...
```

:::{dropdown} Hint
Count.
:::

````{solution-start} ex-a
:class: dropdown
````

Two.

```{code-cell} ipython3
answer = 2
```

One for each end.

```{code-cell} ipython3
answer == 2
```

````{solution-end}
````

And on.

```{code-cell} ipython3
answer
```
"""


def test_a_notebook_folds_what_the_page_folds_and_shows_no_marker(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(PAGE + EXERCISE)
    cells = json.loads(tsup_notebooks.convert(page))["cells"][2:]
    folded = [(cell["metadata"].get("jupyter"), "".join(cell["source"])) for cell in cells]
    away = {"source_hidden": True, "outputs_hidden": True}
    fold = "<details>\n<summary>{}</summary>\n\n{}\n\n</details>".format
    assert folded == [
        ({"source_hidden": True}, "1 + 1"),
        (None, "**Exercise**\n\nHow many?"),
        (None, "answer = ..."),
        (None, f"{fold('Hint', 'Count.')}\n\n{fold('Solution', 'Two.')}"),
        (away, "answer = 2"),
        (None, fold("Solution, continued", "One for each end.")),
        (away, "answer == 2"),
        (None, "And on."),
        (None, "answer"),
    ]


@pytest.fixture(scope="module")
def notebooks(tmp_path_factory):
    """Every notebook that readers get, by its page."""
    folder = tmp_path_factory.mktemp("readers")
    tsup_notebooks.main(folder)
    return {file.stem: json.loads(file.read_text()) for file in (folder / "book").glob("*.ipynb")}


def markdown(notebook: dict) -> list[str]:
    return ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "markdown"]


def test_the_books_notebooks_are_clean(notebooks):
    for name, notebook in notebooks.items():
        assert "NBVAL" not in json.dumps(notebook), name
        for cell in notebook["cells"]:
            tags = set(cell["metadata"].get("tags", []))
            hidden = cell["metadata"].get("jupyter", {}).get("source_hidden", False)
            assert hidden or not tags & tsup_notebooks.FOLDING_TAGS, name
        for text in markdown(notebook):
            assert text.count("<details>") == text.count("</details>"), f"{name}: {text}"
            assert not re.search(r"^\|[ -]*---", text, re.MULTILINE), f"{name}: {text}"


def test_the_books_notebooks_fold_every_solution_and_number_every_labelled_equation(notebooks):
    for name, notebook in notebooks.items():
        page, text = (ROOT / "book" / f"{name}.md").read_text(), "\n".join(markdown(notebook))
        assert text.count("<summary>Solution</summary>") == page.count("{solution-start}"), name
        labels = [one.split("`")[0] for one in page.split("{math}\n:label: ")[1:]]
        assert text.count("\\tag{") == len(labels), name
        assert "{eq}" not in text, name


def test_links_of_the_books_notebooks_open_notebooks_and_citations_are_words(notebooks):
    keys = tsup_notebooks.citations().keys()
    for name, notebook in notebooks.items():
        text = "\n".join(markdown(notebook))
        targets = re.findall(r"\]\(([^)\s]+)\)", text)
        assert {one for one in targets if "://" not in one} <= {f"{other}.ipynb" for other in notebooks}, name
        assert not [key for key in keys if re.search(rf"[(;] ?{key}[;)]", text)], name
    assert "](demonstrating-superposition.ipynb)" in "\n".join(markdown(notebooks["how-fast"]))
    assert f"]({links.site()}book/notation.html)" in "\n".join(markdown(notebooks["index"]))
    assert "(Elhage et al., 2022)" in "\n".join(markdown(notebooks["index"]))


def test_equations_are_counted_by_chapter_as_on_the_pages():
    numbers = tsup_notebooks.equations()
    assert (numbers["eq-forces"], numbers["eq-directions"]) == ("3.1", "1.1")


def test_a_readers_own_notebook_is_kept(tmp_path, capsys):
    own = tmp_path / "book" / "index.ipynb"
    own.parent.mkdir()
    own.write_text("mine")
    tsup_notebooks.main(tmp_path, keep=True)
    assert own.read_text() == "mine"
    assert "of them new" in capsys.readouterr().out
    tsup_notebooks.main(tmp_path)
    assert own.read_text() != "mine"


def dry(target: str) -> str:
    """What make would do for a target, as if nothing were there yet."""
    command = ["make", "--dry-run", "--always-make", target]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def test_make_lab_keeps_the_readers_notebooks_where_git_does_not_look():
    asked = dry("lab")
    assert "tools/setup-python book,lab" in asked
    assert "tsup_notebooks.py notebooks --keep\n" in asked
    assert "-m jupyterlab notebooks/book" in asked
    ignored = ["git", "check-ignore", "--quiet", "notebooks/book/index.ipynb"]
    assert subprocess.run(ignored, cwd=ROOT, check=False).returncode == 0


def test_make_book_installs_no_jupyterlab():
    asked = dry("book")
    assert "tools/setup-python book" in asked
    assert "book,lab" not in asked
    assert "jupyterlab" not in asked
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert not [one for one in project["optional-dependencies"]["book"] if one.startswith("jupyterlab")]


def test_a_missing_tool_is_one_clear_line(tmp_path):
    bare = {"PATH": str(tmp_path)}
    for name in ("dirname", "sh"):
        (tmp_path / name).symlink_to(Path("/usr/bin", name))
    told = subprocess.run(
        ["/bin/sh", ROOT / "tools/setup-node"], env=bare, capture_output=True, text=True, check=False
    )
    assert told.returncode == 1
    assert told.stdout == ""
    assert told.stderr == "setup: npm is needed for the site's browser libraries (install Node.js)\n"


def test_a_book_installs_no_tools_of_the_tests():
    asked = (ROOT / "Makefile").read_text().split("check:")[0]
    assert "tools/setup-node book" in asked.split("node_modules/.test-ready:")[0]
    assert "without=--omit=dev" in (ROOT / "tools/setup-node").read_text()
    assert "node_modules/.test-ready" not in asked.split("results: setup")[1].split("live:")[0]


def phase(*command: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [ROOT / "tools/phase", "pages", *command], capture_output=True, text=True, check=False
    )


def test_a_phase_says_its_seconds_and_keeps_its_status():
    done, failed = phase("sh", "-c", "echo so"), phase("sh", "-c", "exit 3")
    assert done.returncode == 0
    assert re.fullmatch(r"so\npages: \d+ s\n", done.stdout)
    assert (failed.returncode, failed.stdout) == (3, "")
    assert re.fullmatch(r"pages: failed after \d+ s\n", failed.stderr)


def test_the_bounds_are_tried_on_tests_that_are_there():
    named = re.findall(r"\b[\w/*]+\.py\b", (ROOT / "tools/test-bounds").read_text())
    assert len(named) > 8
    assert [name for name in named if not list((ROOT / "tests").glob(name))] == []
