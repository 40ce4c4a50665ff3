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

ROOT = Path(__file__).parents[1]
sys.path += [str(ROOT / "tools"), str(ROOT / "sphinxext")]

import build_book  # noqa: E402
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


@pytest.mark.parametrize(
    ("source", "alone"),
    [
        ('claims.check("F01")', True),
        ('claims.check("F09.linear-count", "F09.linear-top",\n             "F09.rescaled")', True),
        ('findings = claims.check("F01")', False),
        ('claims.check("F01")\nprint(1)', False),
        ('print(claims.check("F01"))', False),
    ],
)
def test_cells_that_only_check_claims_are_told_apart(source, alone):
    assert build_book.checks_claims(source) == alone


def test_a_notebook_can_run_anywhere_and_is_deterministic(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(PAGE)
    notebook = json.loads(tsup_notebooks.convert(page))
    assert tsup_notebooks.convert(page) == tsup_notebooks.convert(page)
    kinds = [cell["cell_type"] for cell in notebook["cells"]]
    assert kinds == ["code", "markdown", "code"]
    assert "find_spec" in "".join(notebook["cells"][0]["source"])
    prose = "".join(notebook["cells"][1]["source"])
    assert prose == "# A page\n\nSee feature, the other page and [someone2022]."


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
        ("````{solution-start} ex-a\n:class: dropdown\n````\n\nSo.", "**Solution**\n\nSo."),
        ("```{exercise} Count\n:label: ex-a\nHow many?\n```", "**Exercise (Count)**\n\nHow many?"),
        (":::{admonition} By the end you can\n- see.\n:::", "**By the end you can**\n\n- see."),
        ("```python\nx = {1}\n```", "```python\nx = {1}\n```"),
    ],
)
def test_myst_becomes_plain_markdown(myst, markdown):
    assert plain(myst) == markdown


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
