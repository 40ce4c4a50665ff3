"""Execute the pages whose code is new, as many at a time as there are cores, into the cache that the build reads.

Sphinx would execute them one after another. What the cache knows by a page's code and kernel is not executed again.
"""

import asyncio
import os
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import yaml
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn, JupyterCacheAbstract
from myst_nb.core.read import is_myst_markdown_notebook, read_myst_markdown_notebook
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError
from nbformat import NotebookNode

from tsup import links, threads
from tsup.host import BOOK_VARIABLE

ROOT = Path(__file__).parents[1]
TIMEOUT = yaml.safe_load((ROOT / "_config.yml").read_text())["execute"]["timeout"]  # seconds of one cell


def pages() -> list[Path]:
    """The pages of the table of contents that have code, the longest first."""
    contents = yaml.safe_load((ROOT / "_toc.yml").read_text())
    chapters = [chapter for part in contents["parts"] for chapter in part["chapters"]]
    below = [page for chapter in chapters for page in chapter.get("sections", [])]
    names = [contents["root"], *(page["file"] for page in (*chapters, *below))]
    found = [ROOT / f"{name}.md" for name in names]
    coded = [page for page in found if is_myst_markdown_notebook(page.read_text())]
    return sorted(coded, key=lambda page: -page.stat().st_size)


def read(page: Path) -> NotebookNode:
    """A page as a notebook."""
    return read_myst_markdown_notebook(page.read_text(), add_source_map=True, path=page)


def is_known(cache: JupyterCacheAbstract, page: Path) -> bool:
    """Whether the cache holds the page's code, executed."""
    try:
        cache.match_cache_notebook(read(page))
    except KeyError:
        return False
    return True


async def execute(page: Path) -> tuple[NotebookNode, float]:
    """The page with its outputs, from a kernel of its own, and the seconds that took."""
    start = time.monotonic()
    notebook = read(page)
    folder = str(page.parent)
    name = page.relative_to(ROOT).with_suffix("").as_posix()
    # One thread each: there is a page on every core.
    own = {BOOK_VARIABLE: "1", links.PAGE_VARIABLE: name, "OMP_NUM_THREADS": "1"}
    client = NotebookClient(
        notebook, timeout=TIMEOUT, record_timing=False, resources={"metadata": {"path": folder}}
    )
    await client.async_execute(env={**os.environ, **own}, stderr=subprocess.DEVNULL)
    return notebook, time.monotonic() - start


async def _execute_all(cache: JupyterCacheAbstract, new: Sequence[Path]) -> dict[Path, str]:
    """Execute pages and keep those that succeed; returns what the others complain of."""
    turns = asyncio.Semaphore(threads.available())
    failed: dict[Path, str] = {}

    async def one(page: Path) -> None:
        async with turns:
            try:
                notebook, seconds = await execute(page)
            except (CellExecutionError, CellTimeoutError) as error:
                failed[page] = str(error)
                return
        bundle = CacheBundleIn(notebook, str(page), data={"execution_seconds": seconds})
        cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)

    await asyncio.gather(*map(one, new))
    return failed


def execute_new(folder: Path) -> tuple[list[Path], dict[Path, str]]:
    """Execute what the cache in this folder does not know: these pages, and what those that failed complain of."""
    cache = get_cache(folder)
    new = [page for page in pages() if not is_known(cache, page)]
    return new, asyncio.run(_execute_all(cache, new))
