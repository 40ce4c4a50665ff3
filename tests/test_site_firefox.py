"""What trains in the pages of the built site, in Firefox: over http in a folder of its host, and from the disk."""

import shutil

import numpy as np
import pytest
from built_site import FOLDER as SITE
from built_site import WITH_LIVE
from firefox import NAMES, running

from tsup import measure

FIGURE = "document.querySelector('.tsup-live')"
PLOT = f"{FIGURE}.querySelector('.tsup-plot')"


@pytest.fixture(scope="module")
def firefox(tmp_path_factory):
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if not found:
        pytest.skip(f"needs Firefox: put {' or '.join(NAMES)} on the PATH")
    with running(found, tmp_path_factory.mktemp("firefox")) as one:
        yield one


def near(firefox, base, name):
    """Open a page, and bring its figure before the reader."""
    firefox.open(f"{base}book/{name}.html")
    firefox(f"{FIGURE}.scrollIntoView()")
    firefox.until(f"{PLOT}.dataset.state === 'drawn'")
    firefox.until(f"{FIGURE}.querySelector('.tsup-live-panel .main')")


def assert_quiet(firefox, base):
    """Nothing was complained of, and no other host asked."""
    assert firefox("document.querySelector('.tsup-live .alert').textContent") == ""
    assert firefox.errors == []
    assert [url for url in firefox.asked if not url.startswith((base, "data:", "blob:"))] == []


@pytest.mark.parametrize("place", ["over http", "from the disk"])
def test_the_front_page_trains_the_pentagon_in_workers(firefox, address, place):
    base = address if place == "over http" else SITE.as_uri() + "/"
    near(firefox, base, "index")
    source = f"{PLOT}.bokehDocument.get_model_by_name('directions')"
    before = firefox(f"[...{source}.data.x]")
    firefox(f"{FIGURE}.querySelector('.main').click()")
    firefox.until(f"{FIGURE}.querySelector('.main').textContent === 'Train on'")
    W = np.array(firefox(f"['x', 'y'].map((axis) => [...{source}.data[axis]])"))
    assert not np.allclose(W[0], before)
    assert np.abs(measure.gaps(W) - 72).max() < 3
    said = firefox(f"{FIGURE}.querySelector('.status').textContent")
    assert "WebAssembly" in said
    assert "worker" in said
    assert_quiet(firefox, base)


@pytest.mark.parametrize("name", [page for page in WITH_LIVE if page != "index"])
def test_every_chapter_trains(firefox, address, name):
    near(firefox, address, name)
    firefox(f"{FIGURE}.querySelector('.main').click()")
    firefox.until(f"parseInt({FIGURE}.querySelector('.status b')?.textContent.replace(/,/g, '')) > 100")
    firefox(f"{FIGURE}.querySelector('.main').click()")
    assert_quiet(firefox, address)
