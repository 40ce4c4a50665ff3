"""Train what the book shows and has no current file for: results of rows, then the starts of figures that train.

The kernels are compiled, and the backends measured, only where a row has to be trained.
"""

import re
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

import tsup
from tsup import results
from tsup.config import Setup
from tsup.exact import theory
from tsup.paper.results import is_current
from tsup.paper.rows import trained
from tsup.widgets import starts
from tsup.widgets.lesson import Lesson
from tsup.widgets.lives import made

ROOT = Path(__file__).parents[1]
CELL = re.compile(r"^```\{code-cell\}[^\n]*\n(?::[^\n]*\n)*(.*?)^```", re.MULTILINE | re.DOTALL)


def prepare() -> None:
    """Compile the kernels and measure what the backends cost here, so that every row trains where it is quickest."""
    from tsup.backends import calibration, cpu

    print("results: compiling kernels (about three minutes on two cores, once)", flush=True)
    start = time.monotonic()
    cpu.compile_all()
    print(f"kernels: {time.monotonic() - start:.0f} s", flush=True)
    calibration.calibrate()


def train_rows() -> int:
    """Train the rows whose result is missing or stale; the exit status is that of `tsup run`."""
    if all(is_current(experiment.id, "paper") for experiment in trained()):
        return 0
    from tsup.__main__ import main as tsup

    prepare()
    return tsup(["run", "--stale", "--scale", "paper"])


def say_again() -> None:
    """Write today's words for captions into results that were trained when they were others; nothing is trained."""
    for experiment in trained():
        found = results.read(results.folder() / f"{experiment.id}.nc")
        words = experiment.plan("paper").about()
        if any(found.attrs.get(key) != text for key, text in words.items()):
            found.attrs |= words
            results.write(found, results.folder())
            print(f"words of a result: {experiment.id}", flush=True)


def lessons(page: str) -> list[Lesson]:
    """What a page's cells with `live(` train; such a cell needs nothing but numpy, tsup and its exact theory."""
    found: list[Lesson] = []
    names: dict[str, Any] = {"tsup": tsup, "np": np, "theory": theory}
    names["live"] = lambda *given, **words: found.append(made(*given, **words))
    for cell in CELL.findall(page):
        if re.search(r"^live\(", cell, re.MULTILINE):
            exec(cell, dict(names))
    return found


def asked() -> dict[Path, Setup]:
    """What the pages show before anything is trained in them, by its files."""
    pages = sorted((ROOT / "book").glob("*.md"))
    found = [lesson for page in pages for lesson in lessons(page.read_text(encoding="utf-8"))]
    return {starts.path(setup): setup for lesson in found for setup in lesson.setups.values()}


def keep_starts() -> None:
    """Train the starts that are missing or stale, and remove those that no page shows."""
    files = asked()
    for file, setup in files.items():
        if not file.exists():
            starts.train_and_save(setup)
            print(f"a figure's start: {file.relative_to(ROOT)}", flush=True)
    for file in set(results.folder().glob("live/*.json")) - set(files):
        file.unlink()


def main() -> int:
    """Train; the exit status is that of `tsup run`."""
    status = train_rows()
    if not status:
        say_again()
    keep_starts()
    return status


if __name__ == "__main__":
    sys.exit(main())
