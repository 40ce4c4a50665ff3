"""The built site as its readers meet it: in a browser, offline, on a desk and on a phone, by day and by night."""

import contextlib
import functools
import http.server
import json
import re
import shutil
import threading
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import yaml
from playwright.sync_api import Browser, Page, sync_playwright

from tsup import links
from tsup.paper import claims

ROOT = Path(__file__).parents[1]
SITE = ROOT / "_build" / "html"
EXECUTED = ROOT / "_build" / "executed"
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
]
WIDTHS = {"desktop": (1280, 900), "phone": (390, 844)}
HEAVIEST = 1_500_000

CONTENTS = yaml.safe_load((ROOT / "_toc.yml").read_text())
CHAPTERS = [
    chapter["file"] for part in CONTENTS["parts"] if part.get("numbered") for chapter in part["chapters"]
]
ON_THE_PAPER = [
    chapter["file"]
    for part in CONTENTS["parts"]
    if part["caption"] == "The paper"
    for chapter in part["chapters"]
]
DOCUMENTS = [CONTENTS["root"]] + [
    chapter["file"] for part in CONTENTS["parts"] for chapter in part["chapters"]
]
PAGES = [f"{document}.html" for document in DOCUMENTS]

WITH_PLOTS = [f"{document}.html" for document in (CONTENTS["root"], *CHAPTERS)]
WITH_SLIDERS = [f"{document}.html" for document in (CONTENTS["root"], *ON_THE_PAPER)]

every_page = pytest.mark.parametrize("name", [*PAGES, "search.html", "genindex.html"])
book_page = pytest.mark.parametrize("name", PAGES)


@pytest.fixture(scope="session", autouse=True)
def _site_is_built():
    assert (SITE / PAGES[0]).exists(), "the site is not built: run `make book` first"


@pytest.fixture(scope="session")
def address():
    """The site over http, on a free port of this machine."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(SITE)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def browser():
    found = [
        path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))
    ]
    assert found, "no Chromium on the PATH: run `make browser`"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found[0], args=CHROMIUM)
        yield chromium
        chromium.close()


class Visit:
    """A page open in the browser, and everything it complained of or asked for since."""

    def __init__(self, page: Page, base: str):
        self.page, self.base = page, base
        page.add_init_script(path=ROOT / "tests" / "site.js")
        self.errors: list[str] = []
        self.elsewhere: list[str] = []
        page.on("console", lambda message: message.type == "error" and self.errors.append(message.text))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", lambda request: self._note(request.url))

    def _note(self, url: str) -> None:
        if not url.startswith((self.base, "data:", "blob:")):
            self.elsewhere.append(url)

    def read(self, name: str) -> None:
        """Open everything that folds and scroll through, so that every figure draws."""
        self.page.goto(self.base + name, wait_until="load")
        self.page.evaluate("ask.unfold()")
        for plot in self.page.query_selector_all(".tsup-plot"):
            plot.scroll_into_view_if_needed()
        self.page.wait_for_function("ask.settled()", timeout=60_000)
        self.page.wait_for_timeout(300)


@contextlib.contextmanager
def visiting(browser: Browser, base: str, width: str = "desktop", scheme: str = "light"):
    across, down = WIDTHS[width]
    context = browser.new_context(viewport={"width": across, "height": down}, color_scheme=scheme)
    try:
        yield Visit(context.new_page(), base)
    finally:
        context.close()


@pytest.mark.parametrize("width", WIDTHS)
@every_page
def test_a_page_reads_well_by_day_and_by_night(browser, address, name, width):
    """One visit shows both: on a desk it opens by day and night falls, on a phone the other way round."""
    first, then = ("light", "dark") if width == "desktop" else ("dark", "light")
    with visiting(browser, address, width, first) as visit:
        visit.read(name)
        visit.page.add_script_tag(path=AXE)
        assert_reads_well(visit, first)
        inks = visit.page.evaluate("ask.inks()")
        visit.page.emulate_media(color_scheme=then)
        visit.page.wait_for_function("(inks) => ask.repainted(inks)", arg=inks, timeout=60_000)
        visit.page.wait_for_function(f"document.documentElement.dataset.theme === '{then}'")
        visit.page.wait_for_timeout(300)
        assert_reads_well(visit, then)


def assert_reads_well(visit: Visit, scheme: str) -> None:
    """No blank plots, nothing cut off, no barriers, no complaints, and nothing asked of another host."""
    assert visit.page.evaluate("document.documentElement.dataset.theme") == scheme
    assert visit.page.evaluate("ask.blank()") == [], "blank plots"
    assert visit.page.evaluate("ask.sideways()") <= 1, "the page scrolls sideways"
    assert barriers(visit.page) == []
    assert visit.errors == []
    assert visit.elsewhere == []


def barriers(page: Page) -> list[str]:
    """Serious accessibility violations that axe-core finds, one line each."""
    found = page.evaluate("async () => (await axe.run(document, {resultTypes: ['violations']})).violations")
    return [
        f"{violation['id']}: {node['target']} {node['html'][:200]} {node['failureSummary'][:300]}"
        for violation in found
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]


@book_page
def test_a_page_works_without_a_server_and_every_slider_by_keyboard(browser, name):
    with visiting(browser, f"{SITE.as_uri()}/") as visit:
        visit.read(name)
        assert visit.page.evaluate("ask.blank()") == []
        plots = visit.page.query_selector_all(".tsup-plot")
        sliders = [plot.evaluate("ask.sliders") for plot in plots]
        assert plots or name not in WITH_PLOTS
        assert sum(sliders) or name not in WITH_SLIDERS
        for plot, count in zip(plots, sliders, strict=True):
            for position in range(count):
                handle = plot.evaluate_handle("ask.slider", position).as_element()
                assert changes(visit.page, plot, handle), f"slider {position} of {plot.get_attribute('id')}"
        assert visit.errors == []
        assert visit.elsewhere == []


def changes(page: Page, plot, handle) -> bool:
    """Whether moving a slider's handle from its start by a few steps changes what the plot shows."""
    assert handle.get_attribute("aria-label")
    handle.focus()
    page.keyboard.press("Home")
    page.wait_for_timeout(300)
    before = plot.evaluate("ask.picture")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
        for _ in range(10):
            page.wait_for_timeout(100)
            if plot.evaluate("ask.picture") != before:
                return True
    return False


class Reader(HTMLParser):
    """Collects what a page links to, loads and names."""

    def __init__(self, page: Path):
        super().__init__()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.names: set[str] = set()
        self.plots: list[dict] = []
        self.feed(page.read_text())

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.names |= {given[key] for key in ("id", "name") if given.get(key)}
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        if given.get("src") or (tag == "link" and given.get("rel") in ("stylesheet", "icon", "preload")):
            self.loads.append(given.get("src") or given["href"])
        if "tsup-plot" in (given.get("class") or "").split():
            self.plots.append(given)


@every_page
def test_links_within_the_site_lead_somewhere(name):
    page = SITE / name
    reader = Reader(page)
    for link in [*reader.links, *reader.loads]:
        parts = urlsplit(link)
        if parts.scheme or parts.netloc:
            assert link in reader.links, f"{name} loads {link} from another host"
            continue
        target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
        assert target.exists(), f"{name} links to {link}"
        if parts.fragment and target.suffix == ".html":
            assert unquote(parts.fragment) in Reader(target).names, f"{name} links to {link}"


@book_page
def test_figures_say_what_they_show(name):
    text = (SITE / name).read_text()
    plots = Reader(SITE / name).plots
    assert all((plot.get("aria-label") or "").strip() for plot in plots)
    captions = [part.split("</figcaption>")[0] for part in text.split("<figcaption>")[1:]]
    assert len([caption for caption in captions if caption.strip()]) >= len(plots)


@book_page
def test_a_page_is_light(name):
    size = (SITE / name).stat().st_size
    assert size <= HEAVIEST, f"{name} weighs {size / 1e6:.2f} MB"


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_has_outputs_for_nbval_to_compare(chapter):
    """nbval passes a marked cell that has no stored output, so there must be some that have."""
    cells = json.loads((EXECUTED / f"{chapter}.ipynb").read_text())["cells"]
    compared = [cell for cell in cells if cell["cell_type"] == "code" and is_compared(cell)]
    assert compared
    assert all(cell["outputs"] for cell in compared)


def test_every_claim_stands_on_a_page_with_the_verdict_on_record():
    """The pages execute the claims, once for all tests: what they show is what is checked here."""
    shown: set[str] = set()
    for notebook in EXECUTED.rglob("*.ipynb"):
        for cell in json.loads(notebook.read_text())["cells"]:
            tables = [
                "".join(output.get("data", {}).get("text/html", "")) for output in cell.get("outputs", [])
            ]
            for table in [table for table in tables if 'class="tsup-claims"' in table]:
                assert "(recorded:" not in table, f"{notebook.stem}: {table}"
                shown |= set(re.findall(r'<th scope="row"[^>]*><code>([^<]+)</code>', table))
    assert shown == set(claims.CLAIMS)


def is_compared(cell: dict) -> bool:
    tags = cell["metadata"].get("tags", [])
    return "nbval-check-output" in tags or "# NBVAL_CHECK_OUTPUT" in "".join(cell["source"])


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_can_be_opened_elsewhere(chapter):
    """On Binder and Colab, and as a download, all at addresses that derive from the repository's."""
    page = Reader(SITE / f"{chapter}.html")
    assert {links.binder(chapter), links.colab(chapter), links.repository()} <= set(page.links)
    assert any(link.endswith(f"_sources/{chapter}.ipynb") for link in page.links)
