"""The scripts of figures: each is used, each does what it says when node runs it."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tsup.plots.kit import scripts

ROOT = Path(__file__).parents[1]
FILES = sorted(path.stem for path in (ROOT / "tsup/plots/kit/scripts").glob("*.js"))


def test_the_scripts_do_what_they_say():
    node = shutil.which("node")
    assert node, "no node on the PATH: install Node.js"
    run = subprocess.run([node, "--test", "tests/scripts.test.mjs"], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout
    assert int(re.findall(r"^# pass (\d+)$", run.stdout, re.M)[0]) >= 10


def test_every_script_is_run_by_a_figure():
    figures = "".join(
        path.read_text()
        for folder in ("plots", "paper", "widgets")
        for path in (ROOT / "tsup" / folder).rglob("*.py")
    )
    assert [name for name in FILES if f'"{name}"' not in figures] == []


def test_scripts_are_joined_in_the_order_given():
    joined = scripts.text("turn", "polytope")
    assert joined.index("function seen") < joined.index("seen(one.vertices")


def test_a_script_keeps_its_arguments():
    made = scripts.call("pick-density", density=None, densities=[1, 0.5])
    assert made.args == {"density": None, "densities": [1, 0.5]}
    with pytest.raises(FileNotFoundError):
        scripts.text("no-such-script")
