"""What several test modules share."""

import logging
import shutil
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import built_site
import pytest
import torch
from hypothesis import settings

CHROMIUM = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
]

# No deadline, since a busy machine is no failure; the same examples every time, so that a test of chances fails on a
# change only.
settings.register_profile("book", deadline=None, derandomize=True)
settings.load_profile("book")


@pytest.hookimpl(trylast=True)
def pytest_configure() -> None:
    """Triton decides at its first import, which may be anyone's, whether its functions are compiled or interpreted.

    Last, for jaxtyping has to be there before the library is imported.
    """
    if find_spec("triton") and not torch.cuda.is_available():
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("TRITON_INTERPRET", "1")
            import_module("tsup.backends.gpu.kernels")


@pytest.fixture(autouse=True)
def logging_as_it_was():
    """The command line sets the level of the library's log, which other tests listen to."""
    log = logging.getLogger("tsup")
    before = log.level
    yield
    log.setLevel(before)


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository's root."""
    return Path(__file__).parents[1]


@pytest.fixture(scope="session")
def shipped():
    """A function from a row to its shipped result, opened once for all tests."""
    from tsup import load

    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("TSUP_RESULTS", raising=False)
        yield cache(load)


@pytest.fixture
def loaded(shipped):
    """A function from a row to a deep copy of its shipped result, which a test may change."""
    return lambda row: shipped(row).copy(deep=True)


@pytest.fixture(scope="module")
def browser():
    """Chromium, which knows no host but this machine; for one module, since its event loop would stop others' loops."""
    from playwright.sync_api import sync_playwright

    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    assert found, "no Chromium on the PATH: run `make browser`"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=CHROMIUM)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def address():
    """The built site over http, in a folder of its host."""
    assert (built_site.FOLDER / "book" / "index.html").exists(), (
        "the site is not built: run `make book` first"
    )
    with built_site.served() as address:
        yield address
