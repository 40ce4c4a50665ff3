"""Build the book with warnings as errors, and print where it lies and how big it is.

The execution cache keys on a cell's source alone, so a change to the library or to a result would leave old numbers on
the pages; and Sphinx does not see a change to the extension. Digests of both are kept beside the build, and what
depends on a changed one is removed first. The pages are executed before Sphinx reads them, several at a time.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

import nbformat
import second_run
from execute_pages import execute_new
from jupyter_cache import get_cache

ROOT = Path(__file__).parents[1]
BUILD = ROOT / "_build"
SITE = BUILD / "html"
TRACEBACK_LINES = 12
EXECUTED = BUILD / "executed"
CACHE = BUILD / ".jupyter_cache"
PICTURES = ".pictures"  # of figures, each under a digest of what it shows (take_pictures.py)
BUILDER = Path(sys.executable).with_name("jupyter-book")
COMMAND = [str(BUILDER), "build", str(ROOT), "-W", "-n", "--keep-going"]


def digest(files: Iterable[Path], *more: str) -> str:
    """One digest of the files' names and contents."""
    total = hashlib.sha256("\0".join(more).encode())
    for file in sorted(files):
        total.update(file.relative_to(ROOT).as_posix().encode() + b"\0" + file.read_bytes())
    return total.hexdigest()


def tree(folder: str) -> list[Path]:
    """The files below a folder that count."""
    return [
        file
        for file in ROOT.joinpath(folder).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    ]


def what_pages_compute() -> str:
    """Everything but the pages that an executed cell depends on."""
    pinned = ROOT / "constraints.txt"
    return digest(
        [*tree("tsup"), *tree("book/results"), *tree("benchmarks/results"), pinned],
        os.environ.get("GITHUB_REPOSITORY", ""),
    )


def how_pages_look() -> str:
    """Everything but the pages that the frame depends on."""
    settings = [ROOT / name for name in ("_config.yml", "_toc.yml", "pyproject.toml", "package-lock.json")]
    return digest([*tree("sphinxext"), *tree("book/_static"), *settings])


def remove_stale(name: str, now: str, *outdated: Path) -> Path:
    """Remove what an older state of `name` has built; the returned stamp says which state it is."""
    stamp = BUILD / f".{name}-{now[:16]}"
    if not stamp.exists():
        for path in (*outdated, *BUILD.glob(f".{name}-*")):
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    return stamp


def keep_executed() -> None:
    """Write the pages as they were executed, outputs included, for a second execution to be compared with."""
    cache = get_cache(CACHE)
    plain = BUILD / "jupyter_execute"
    for file in plain.rglob("*.ipynb"):
        notebook = nbformat.read(file, as_version=4)
        if any(cell.cell_type == "code" for cell in notebook.cells):
            _, executed = cache.merge_match_into_notebook(notebook)
            second_run.leave_out(executed)
            target = EXECUTED / file.relative_to(plain)
            target.parent.mkdir(parents=True, exist_ok=True)
            nbformat.write(executed, target)


def megabytes(files: Iterable[Path]) -> str:
    """The size of files, in words."""
    return f"{sum(file.stat().st_size for file in files) / 1e6:.1f} MB"


def complaints(log: str) -> str:
    """The lines of a build's log that say what went wrong, and the ends of failed cells' tracebacks."""
    plain = without_colours(log)
    found = [
        line for line in plain.splitlines() if re.search(r"WARNING:|ERROR:|\w+(Error|Exception)\b", line)
    ]
    for traceback in re.findall(r"traceback saved in: (\S+)", plain):
        found += without_colours(Path(traceback).read_text()).rstrip().splitlines()[-TRACEBACK_LINES:]
    return "\n".join(found) or plain


def without_colours(text: str) -> str:
    """The text without a terminal's colours."""
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def report() -> None:
    """Print where the site lies, its size, and its heaviest page."""
    pages = [page for page in SITE.rglob("*.html") if "_static" not in page.parts]
    heaviest = max(pages, key=lambda page: page.stat().st_size)
    print(f"The book: {SITE / 'index.html'}")
    print(
        f"{len(pages)} pages, {megabytes(file for file in SITE.rglob('*') if file.is_file())} in all; "
        f"the heaviest page is {heaviest.relative_to(SITE)} ({megabytes([heaviest])} without shared files)"
    )


def execute_pages() -> bool:
    """Execute the pages that are new; whether all went well."""
    start = time.monotonic()
    new, failed = execute_new(CACHE)
    print(f"pages: {time.monotonic() - start:.0f} s ({len(new)} executed)", flush=True)
    for page, complaint in failed.items():
        last = without_colours(complaint).rstrip().splitlines()[-TRACEBACK_LINES:]
        print(f"{page.relative_to(ROOT)} failed:", *last, sep="\n", file=sys.stderr)
    return not failed


def write_site() -> int:
    """Let Sphinx make the site; the exit status is the builder's."""
    start, log = time.monotonic(), BUILD / "build.log"
    with log.open("w") as out:
        status = subprocess.run(
            COMMAND, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT, check=False
        ).returncode
    print(f"site: {time.monotonic() - start:.0f} s", flush=True)
    if status:
        print(
            complaints(log.read_text()), f"The book did not build; its log: {log}", sep="\n", file=sys.stderr
        )
    return status


def main() -> int:
    """Build; the exit status says whether all went well."""
    BUILD.mkdir(exist_ok=True)
    shutil.rmtree(EXECUTED, ignore_errors=True)
    stamps = [
        remove_stale("look", how_pages_look(), SITE, BUILD / ".doctrees"),
        remove_stale(
            "compute", what_pages_compute(), *(path for path in BUILD.iterdir() if path.name != PICTURES)
        ),
    ]
    if not execute_pages():
        return 1
    if status := write_site():
        return status
    for stamp in stamps:
        stamp.touch()
    keep_executed()
    report()
    return 0


if __name__ == "__main__":
    sys.exit(main())
