"""Run notebooks from top to bottom, one after another, and say how long each took: FOLDER [NAME …].

The exit status is 1 where one stops. Nothing is written.
"""

import sys
import time
from collections.abc import Sequence
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError

TIMEOUT = 600  # seconds of one cell


def run(file: Path) -> str | None:
    """What stops a notebook, in its last line; None where nothing does."""
    notebook = nbformat.read(file, as_version=4)
    client = NotebookClient(notebook, timeout=TIMEOUT, resources={"metadata": {"path": str(file.parent)}})
    try:
        client.execute()
    except (CellExecutionError, CellTimeoutError) as error:
        return str(error).rstrip().splitlines()[-1]
    return None


def main(folder: Path, names: Sequence[str]) -> int:
    """Run all notebooks of a folder, or those of these names."""
    stopped = 0
    for file in sorted(folder.rglob("*.ipynb")):
        if names and file.stem not in names:
            continue
        start = time.monotonic()
        said = run(file)
        stopped += said is not None
        print(f"{file.stem}: {time.monotonic() - start:.0f} s, {said or 'ran to its end'}", flush=True)
    return min(stopped, 1)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
