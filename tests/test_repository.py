"""What the repository must not carry: places of one machine, hosts it depends on silently, heavy or generated files."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[1]
TRACKED = subprocess.run(
    ["git", "ls-files", "-z", "--cached"], cwd=ROOT, capture_output=True, text=True, check=True
).stdout.split("\0")
FILES = [ROOT / name for name in TRACKED if name and (ROOT / name).is_file()]
GENERATED = {".ipynb", ".html", ".pyc", ".whl"}


def texts():
    for file in FILES:
        try:
            yield file.relative_to(ROOT).as_posix(), file.read_text()
        except UnicodeDecodeError:
            continue


def test_no_place_of_one_machine_is_named():
    pattern = re.compile(r"(?<![\w.])/(?:home|root|Users|work)/\w")
    assert [
        name for name, text in texts() if pattern.search(text) and name != "tests/test_repository.py"
    ] == []


def test_locks_name_packages_not_hosts():
    for name in ("package-lock.json", "constraints.txt", "environment.yml", ".npmrc"):
        assert not re.search(r"registry\.|pypi\.|index-url", (ROOT / name).read_text()), name


def test_nothing_generated_is_tracked():
    sources = [file for file in FILES if "templates" not in file.parts]
    assert [file.name for file in sources if file.suffix in GENERATED or "_build" in file.parts] == []


def test_results_are_small():
    sizes = {file.name: file.stat().st_size for file in (ROOT / "book" / "results").glob("*.nc")}
    assert all(size <= 1_000_000 for size in sizes.values()), sizes
    assert sum(sizes.values()) <= 10_000_000
