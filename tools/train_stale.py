"""Train what the book shows and has no current file for: results of rows, then the stills of labs.

The kernels are compiled, and the backends measured, only where a row has to be trained.
"""

import ast
import inspect
import sys
import time
from pathlib import Path
from typing import Any

from tsup import results
from tsup.paper.results import is_current
from tsup.paper.rows import trained
from tsup.widgets import lab, stills
from tsup.widgets.trial import Choice

ROOT = Path(__file__).parents[1]


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


def labs(page: str) -> list[Choice]:
    """What the labs of a page train, each called in a line of its own as `lab(n=5, …)`."""
    calls = [ast.parse(line).body[0] for line in page.splitlines() if line.startswith("lab(")]
    return [
        _choice({word.arg: ast.literal_eval(word.value) for word in call.value.keywords}) for call in calls
    ]


def _choice(words: dict[str, Any]) -> Choice:
    given = inspect.signature(lab).bind(**words)
    given.apply_defaults()
    numbers = {name: float(given.arguments[name]) for name in ("density", "decay")}
    return Choice(**{**given.arguments, **numbers})


def asked() -> dict[Path, Choice]:
    """The stills that the pages show, by their files."""
    pages = sorted((ROOT / "book").glob("*.md"))
    return {stills.path(choice): choice for page in pages for choice in labs(page.read_text())}


def keep_stills() -> None:
    """Train the stills that are missing or stale, and remove those that no page shows."""
    files = asked()
    for file, choice in files.items():
        if not file.exists():
            stills.train_and_save(choice)
            print(f"a lab's still: {file.relative_to(ROOT)}", flush=True)
    for file in set(results.folder().glob("labs/*.json")) - set(files):
        file.unlink()


def main() -> int:
    """Train; the exit status is that of `tsup run`."""
    status = train_rows()
    keep_stills()
    return status


if __name__ == "__main__":
    sys.exit(main())
