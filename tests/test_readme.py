"""What the front pages say is true: the README's code runs, its map is the territory, every dependency has a reason."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
IN_THE_MAP = re.findall(r"^\| \[`([^`]+)`\]\(([^)]+)\) \| (.+) \|$", README, re.MULTILINE)


def python_blocks(text: str) -> list[str]:
    """The fenced Python of a Markdown text."""
    return re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def packages() -> set[str]:
    """Everything that pyproject.toml and package.json ask for, this project's own extras left out."""
    extras = PROJECT["optional-dependencies"].values()
    asked = [*PROJECT["dependencies"], *(one for extra in extras for one in extra)]
    names = {re.match(r"[\w.-]+", one)[0] for one in asked} - {"tsup"}
    browser = json.loads((ROOT / "package.json").read_text())
    return names | {*browser["dependencies"], *browser["devDependencies"]}


def test_the_code_runs_and_prints_something():
    (code,) = python_blocks(README)
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.strip()


def test_the_code_is_six_lines():
    (code,) = python_blocks(README)
    assert len([line for line in code.splitlines() if line.strip()]) == 6


@pytest.mark.parametrize(("name", "target", "says"), IN_THE_MAP, ids=[name for name, *_ in IN_THE_MAP])
def test_what_the_map_names_is_there(name, target, says):
    assert name == target
    assert (ROOT / target).exists()
    assert (ROOT / target).is_dir() == target.endswith("/")
    assert says.endswith(".")


def test_the_map_leaves_nothing_out():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("the tree is not a git checkout, so what belongs to it is not known")
    files = [Path(line) for line in listed.stdout.splitlines() if (ROOT / line).exists()]
    parts = {file.parts[0] for file in files} | {
        "/".join(file.parts[:2]) for file in files if file.parts[0] == "tsup"
    }
    names = {name + "/" * (ROOT / name).is_dir() for name in parts}
    visible = {name for name in names if not name.startswith(".") and "__init__" not in name}
    implied = {"package-lock.json", "constraints.txt", "README.md", "tsup/"}
    assert visible - implied - {name for name, *_ in IN_THE_MAP} == set()


@pytest.mark.parametrize("source", ["README.md", "CONTRIBUTING.md"])
def test_links_lead_somewhere(source):
    text = (ROOT / source).read_text()
    links = [link.split("#")[0] for link in re.findall(r"\]\(([^)]+)\)", text)]
    assert not [link for link in links if not link.startswith("https:") and not (ROOT / link).exists()]


def test_the_picture_is_small_and_of_the_result_that_is_shipped():
    import tsup

    (picture,) = re.findall(r"!\[.+\]\((.+)\)", README)
    text = (ROOT / picture).read_text()
    assert len(text.encode()) < 200_000
    assert tsup.load("F01").attrs["hash"] in text, "draw it again with: python tools/picture.py"


def test_every_dependency_has_one_reason_and_none_is_left_of_one_that_is_gone():
    named = re.findall(r"^\| (\S+) \| .+ \|$", (ROOT / "CONTRIBUTING.md").read_text(), re.MULTILINE)
    assert sorted(name for name in named if name != "Package") == sorted(packages())


def test_the_address_of_the_repository_is_written_once():
    address = PROJECT["urls"]["Repository"]
    slug = "/".join(address.split("/")[-2:])
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert citation["repository-code"] == address
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "book").glob("*.md")]
    assert not [page.name for page in pages if slug in page.read_text()]


def test_the_citation_is_of_this_version():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert citation["version"] == PROJECT["version"]
    assert citation["license"] == PROJECT["license"]
