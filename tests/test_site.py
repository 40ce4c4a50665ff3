"""The built site as its readers meet it: in a browser, offline, on a desk and on a phone, by day and by night."""

import contextlib
import functools
import gzip
import html
import http.server
import json
import re
import threading
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import yaml
from playwright.sync_api import Browser, Page

from tsup import links
from tsup.paper import claims, soundness
from tsup.paper.rows import REGISTRY

ROOT = Path(__file__).parents[1]
SITE = ROOT / "_build" / "html"
EXECUTED = ROOT / "_build" / "executed"
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
WIDTHS = {"desktop": (1280, 900), "phone": (390, 844)}
LOWEST = {"desktop": 800, "phone": 844}  # pixels of a screen that a figure is to fit
HEAVIEST = 700_000  # bytes of a page without the files that it asks for
LANDING_TRAVELS, CHAPTER_TRAVELS = 1_200_000, 1_800_000  # bytes, compressed, of all that a page asks for
LINES = 5  # of a claim and its sentence, at most, on a desk
SHIFT = 0.05  # of the layout, as browsers add it up
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS = ["color-contrast", "link-in-text-block"]  # the rules on which night can differ from day

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
    one["file"]
    for part in CONTENTS["parts"]
    for chapter in part["chapters"]
    for one in (chapter, *chapter.get("sections", []))
]
PAGES = [f"{document}.html" for document in DOCUMENTS]

WITH_PLOTS = [f"{document}.html" for document in (CONTENTS["root"], *CHAPTERS)]
WITH_CONTROLS = [f"{document}.html" for document in (CONTENTS["root"], *ON_THE_PAPER)]

every_page = pytest.mark.parametrize("name", [*PAGES, "search.html", "genindex.html", "404.html"])
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


class Visit:
    """A page open in the browser, and everything it complained of or asked for since."""

    def __init__(self, page: Page, base: str):
        self.page, self.base = page, base
        page.add_init_script(path=ROOT / "tests" / "site.js")
        self.errors: list[str] = []
        self.elsewhere: list[str] = []
        self.asked: set[str] = set()
        self.shift = 0.0
        page.on("console", lambda message: message.type == "error" and self.errors.append(message.text))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", lambda request: self._note(request.url))

    def _note(self, url: str) -> None:
        if url.startswith(self.base):
            self.asked.add(urlsplit(url.removeprefix(self.base)).path)
        if not url.startswith((self.base, "data:", "blob:")):
            self.elsewhere.append(url)

    def open(self, name: str) -> None:
        """Ask for a page."""
        self.page.goto(self.base + name, wait_until="load")

    def read(self) -> None:
        """Open everything that folds and scroll through, so that every figure draws."""
        self.shift = self.page.evaluate("ask.shift()")
        self.page.evaluate("ask.unfold()")
        self.page.evaluate("ask.scroll()")
        self.page.wait_for_function("ask.settled()", timeout=60_000)
        self.page.evaluate("ask.frames(20)")


@contextlib.contextmanager
def visiting(browser: Browser, base: str, width: str, scheme: str):
    across, down = WIDTHS[width]
    context = browser.new_context(viewport={"width": across, "height": down}, color_scheme=scheme)
    try:
        yield Visit(context.new_page(), base)
    finally:
        context.close()


@every_page
def test_on_a_desk_a_page_reads_well_from_the_disk_and_answers_to_keys_and_pointer(browser, name):
    """One visit answers every question that needs the page's figures on a wide screen."""
    with visiting(browser, f"{SITE.as_uri()}/", "desktop", "light") as visit:
        visit.open(name)
        assert_claims_are_short(visit.page)
        visit.read()
        assert_reads_well(visit, "light", "dark")
        plots = visit.page.query_selector_all(".tsup-plot")
        assert plots or name not in WITH_PLOTS
        assert_figures_fit(visit.page)
        for plot in plots:
            assert_marks_answer(visit.page, plot)
        assert sum(assert_controls_answer(visit.page, plot) for plot in plots) or name not in WITH_CONTROLS
        assert_code_fits(visit.page)
        assert visit.errors == []
        assert visit.elsewhere == []


@every_page
def test_on_a_phone_a_page_reads_well_from_a_server(browser, address, name):
    """One visit answers every question that needs the page's figures on a narrow screen."""
    with visiting(browser, address, "phone", "dark") as visit:
        visit.open(name)
        visit.read()
        assert_reads_well(visit, "dark", "light")
        assert travels(visit.asked) <= (LANDING_TRAVELS if name == PAGES[0] else CHAPTER_TRAVELS)
        assert not [path for path in visit.asked if re.search(r"mathjax|fontawesome\.js", path)]
        assert_panels_fit(visit.page)
        assert_code_fits(visit.page)


def assert_reads_well(visit: Visit, first: str, then: str) -> None:
    """One visit shows day and night: the page opens by one, and the other comes while it is read."""
    assert visit.shift <= SHIFT
    assert visit.page.evaluate("ask.grown()") == [], "figures that are not as high as their places"
    visit.page.add_script_tag(path=AXE)
    assert_is_well(visit, first, {"runOnly": RULES})
    inks = visit.page.evaluate("ask.inks()")
    visit.page.emulate_media(color_scheme=then)
    visit.page.wait_for_function("(inks) => ask.repainted(inks)", arg=inks, timeout=60_000)
    visit.page.wait_for_function(f"document.documentElement.dataset.theme === '{then}'")
    visit.page.evaluate("ask.frames(20)")
    assert_is_well(visit, then, {"runOnly": COLOURS})


def assert_figures_fit(page: Page) -> None:
    """Every figure with its controls fits one screen of a desk."""
    room = LOWEST["desktop"] - page.evaluate("ask.header()")
    assert [plot for plot in page.evaluate("ask.heights()") if plot["whole"] > room] == []


def assert_panels_fit(page: Page) -> None:
    """Every panel fits one screen of a phone together with the controls, which stay in sight."""
    room = LOWEST["phone"] - page.evaluate("ask.header()")
    for plot in page.evaluate("ask.heights()"):
        assert plot["controls"] + plot["panel"] <= room, plot
        assert plot["stays"], plot


def assert_marks_answer(page: Page, plot) -> None:
    """Every tool that tells of marks does so where one of them lies."""
    plot.scroll_into_view_if_needed()
    for tool, places in enumerate(plot.evaluate("ask.marks")):
        assert answers(page, places), f"tool {tool} of {plot.get_attribute('id')} at {places}"


def assert_controls_answer(page: Page, plot) -> int:
    """Every control changes its figure by the keyboard, and densities fall from left to right; how many there are."""
    assert all(numbers == sorted(numbers, reverse=True) for numbers in densities(plot))
    count = plot.evaluate("ask.controls")
    for position in range(count):
        control = plot.evaluate_handle("ask.control", position).as_element()
        assert changes(page, plot, control), f"control {position} of {plot.get_attribute('id')}"
    return count


def assert_claims_are_short(page: Page) -> None:
    """Claims are a few lines each until one is opened."""
    page.evaluate("ask.reveal()")
    for entry in page.query_selector_all(".tsup-claims details"):
        assert entry.evaluate("ask.lines") <= LINES, entry.inner_text()
        assert "Tolerance" not in entry.inner_text()
        entry.query_selector("summary").press("Enter")
        opened = entry.inner_text()
        assert all(head in opened for head in ("Verdict", "Tolerance", "Measured", "claims.check("))


def assert_code_fits(page: Page) -> None:
    """No cell scrolls sideways with its code shown, on pages that have a button for it."""
    for button in page.query_selector_all(".btn-show-code:visible"):
        button.click()
    assert page.evaluate("ask.wide('.cell pre')") == []


def assert_is_well(visit: Visit, scheme: str, rules: dict) -> None:
    """No blank plots, nothing cut off, no barriers, no complaints, and nothing asked of another host."""
    assert visit.page.evaluate("document.documentElement.dataset.theme") == scheme
    assert visit.page.evaluate("ask.blank()") == [], "blank plots"
    assert visit.page.evaluate("ask.sideways()") <= 1, "the page scrolls sideways"
    assert visit.page.evaluate("ask.formulas()") == [], (
        "formulas that the Tab key stops at, or without outlines"
    )
    assert barriers(visit.page, rules) == []
    assert visit.errors == []
    assert visit.elsewhere == []


def travels(paths: set[str]) -> int:
    """The bytes that a host which compresses text sends for files of the site."""
    contents = [(path, SITE.joinpath(path).read_bytes()) for path in paths if SITE.joinpath(path).is_file()]
    return sum(
        len(content if path.endswith(".woff2") else gzip.compress(content)) for path, content in contents
    )


def barriers(page: Page, rules: dict) -> list[str]:
    """What axe-core finds against WCAG 2.2 AA and good practice, of whatever weight, one line each."""
    # Without style sheets fetched a second time, which none of its stable rules reads, and a page on the disk may not.
    options = {"resultTypes": ["violations"], "preload": False, **rules}
    found = page.evaluate("async (options) => (await axe.run(document, options)).violations", options)
    return [
        f"{violation['id']}: {node['target']} {node['html'][:200]} {node['failureSummary'][:300]}"
        for violation in found
        for node in violation["nodes"]
    ]


def answers(page: Page, places: list[list[float]]) -> bool:
    """Whether pointing at one of the places shows a tip."""
    for x, y in places:
        page.mouse.move(x - 3, y)
        page.mouse.move(x, y)
        page.evaluate("ask.frames(4)")
        if page.evaluate("ask.tips()"):
            return True
    return False


def test_what_is_printed_between_a_question_and_its_reading_waits_too(browser, address):
    with visiting(browser, address, "desktop", "light") as visit:
        visit.page.goto(f"{visit.base}book/uniform-superposition.html")
        printed = visit.page.locator(".tsup-predict[data-name=bipyramid] + .cell > .cell_output")
        assert printed.is_hidden()
        visit.page.locator("[data-waits=bipyramid] button").click()
        assert printed.is_visible()


def densities(plot) -> list[list[float]]:
    """The densities on the plot's sliders, from left to right."""
    return [[float(text) for text in texts] for texts in plot.evaluate("ask.densities")]


def changes(page: Page, plot, control) -> bool:
    """Whether the keys that move a slider, a list or buttons from their start change what the plot shows."""
    before = plot.evaluate("ask.still")
    for target, key in steps(page, control):
        target.focus()
        page.keyboard.press(key)
        if plot.evaluate("ask.still") != before:
            return True
    return False


def steps(page: Page, control) -> list[tuple]:
    """What has the focus and the key that is pressed, a few times over; a slider goes to its start before."""
    if control.evaluate("(one) => one.matches('select')"):
        return [(control, "ArrowDown"), (control, "ArrowUp")]
    assert control.get_attribute("aria-label")
    if control.evaluate("(one) => one.matches('.noUi-handle')"):
        control.focus()
        page.keyboard.press("Home")
        return [(control, "ArrowRight")] * 3
    return [(button, "Enter") for button in control.query_selector_all("button[aria-pressed=false]")]


ASKING = "book/demonstrating-superposition.html"


def test_what_a_figure_shows_waits_for_a_guess_which_the_browser_keeps(browser, address):
    with visiting(browser, address, "desktop", "light") as visit:
        page = visit.page
        page.goto(visit.base + ASKING)
        box, reading = page.locator(".tsup-predict").first, page.locator(".tsup-reading").first
        found = page.locator(".tsup-reading + .cell .tsup-claims").first
        assert reading.is_hidden()
        assert found.is_hidden()
        wrong = box.get_by_role("button").first
        wrong.focus()
        page.keyboard.press("Enter")
        assert reading.is_visible()
        assert found.is_visible()
        assert wrong.get_attribute("aria-pressed") == "true"
        answer = box.get_attribute("data-answer")
        assert (
            box.get_by_role("status").inner_text()
            == f"You said {wrong.inner_text()}. The run says: {answer}."
        )
        box.get_by_role("button", name=answer, exact=True).click()
        assert "so does the run" in box.get_by_role("status").inner_text()
        page.reload()
        assert reading.is_visible()
        assert "so does the run" in box.get_by_role("status").inner_text()


def test_a_number_is_guessed_within_what_the_question_allows_and_a_reading_can_be_had_without_a_guess(
    browser, address
):
    with visiting(browser, address, "phone", "dark") as visit:
        page = visit.page
        page.goto(visit.base + ASKING)
        box = page.locator(".tsup-predict[data-within]").first
        answer, within = (float(box.get_attribute(f"data-{key}")) for key in ("answer", "within"))
        for guess, right in ((answer + within, True), (answer + 2 * within, False)):
            box.get_by_role("spinbutton").fill(f"{guess:g}")
            page.keyboard.press("Enter")
            assert ("so does the run" in box.get_by_role("status").inner_text()) == right
        assert page.locator(f'.tsup-reading[data-of="{box.get_attribute("data-name")}"]').is_visible()
        page.locator(".tsup-skip").first.click()
        assert page.locator(".tsup-reading:visible").count() == page.locator(".tsup-reading").count()
        assert visit.errors == []


def test_without_scripts_questions_and_readings_are_there(browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{SITE.as_uri()}/{ASKING}")
    for kind in (".tsup-predict", ".tsup-reading"):
        assert page.locator(kind).count() == page.locator(f"{kind}:visible").count() > 1
    assert page.locator(".tsup-predict li:visible").count() > 1
    context.close()


def test_a_word_shows_its_meaning_on_hover_and_on_focus_until_escape(browser):
    with visiting(browser, f"{SITE.as_uri()}/", "desktop", "light") as visit:
        page = visit.page
        page.goto(visit.base + ASKING)
        word, preview = page.locator('article a[href*="#term-"]').first, page.locator("#tsup-preview")

        def by_keyboard():
            page.mouse.move(0, 0)
            page.keyboard.press("Tab")
            word.focus()

        for show in (word.hover, by_keyboard):
            assert preview.is_hidden()
            show()
            assert preview.is_visible()
            assert preview.inner_text().strip()
            assert word.get_attribute("aria-describedby") == "tsup-preview"
            page.keyboard.press("Escape")
        assert preview.is_hidden()
        assert visit.errors == visit.elsewhere == []


@book_page
def test_every_word_of_the_glossary_carries_its_definition(name):
    page = read(SITE / name)
    linked = {link.rpartition("#")[2] for link in page.links if "#term-" in link}
    carried = set(re.findall(r'<div data-term="([^"]+)">', page.text))
    assert carried == (linked if name != "book/glossary.html" else set())


def test_from_the_disk_the_search_finds_pages_and_says_that_it_shows_no_excerpts(browser):
    with visiting(browser, f"{SITE.as_uri()}/", "desktop", "light") as visit:
        visit.page.goto(f"{visit.base}search.html?q=polytope")
        visit.page.wait_for_selector("#search-results li a")
        assert "without excerpts" in visit.page.inner_text("main")
        assert visit.errors == []


def test_excerpts_of_the_search_keep_the_words_of_neighbouring_blocks_apart(browser, address):
    with visiting(browser, address, "desktop", "light") as visit:
        visit.page.goto(f"{address}search.html")
        html = "<div role=main><h2>One</h2><p>two</p><table><td>three</td><td>four</td></table></div>"
        assert visit.page.evaluate(f"Search.htmlToText('{html}').split(/\\s+/)") == [
            "One",
            "two",
            "three",
            "four",
            "",
        ]


class Reader(HTMLParser):
    """Collects what a page links to, loads and names."""

    def __init__(self, page: Path):
        super().__init__()
        self.text = page.read_text()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.names: set[str] = set()
        self.plots: list[dict] = []
        self.feed(self.text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.names |= {given[key] for key in ("id", "name") if given.get(key)}
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        if given.get("src") or (tag == "link" and given.get("rel") in ("stylesheet", "icon", "preload")):
            self.loads.append(given.get("src") or given["href"])
        if "tsup-plot" in (given.get("class") or "").split():
            self.plots.append(given)


@functools.cache
def read(page: Path) -> Reader:
    """A page as it was read once; many links lead to the same few."""
    return Reader(page)


@every_page
def test_links_within_the_site_lead_somewhere(name):
    page = SITE / name
    reader = read(page)
    for link in [*reader.links, *reader.loads]:
        parts = urlsplit(link)
        if parts.scheme or parts.netloc:
            assert link in reader.links, f"{name} loads {link} from another host"
            continue
        target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
        assert target.exists(), f"{name} links to {link}"
        if parts.fragment and target.suffix == ".html":
            assert unquote(parts.fragment) in read(target).names, f"{name} links to {link}"


@book_page
def test_figures_say_what_they_show(name):
    page = read(SITE / name)
    text, plots = page.text, page.plots
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
    assert not [cell for cell in compared if "nbval-skip" in cell["metadata"].get("tags", [])]


def shown(kind: str) -> dict[str, list[str]]:
    """What the pages' cells put out in HTML of a class when they were executed, by page."""
    found: dict[str, list[str]] = {}
    for notebook in EXECUTED.rglob("*.ipynb"):
        cells = json.loads(notebook.read_text())["cells"]
        outputs = [output for cell in cells for output in cell.get("outputs", [])]
        texts = ["".join(output.get("data", {}).get("text/html", "")) for output in outputs]
        found[notebook.stem] = [text for text in texts if f' class="{kind}"' in text]
    return found


def entries() -> dict[str, str]:
    """The entry of every claim on the pages, by its id."""
    blocks = [block for page in shown("tsup-claims").values() for block in page]
    found = [entry for block in blocks for entry in re.findall(r"<details>.*?</details>", block, re.DOTALL)]
    return {re.findall(r"</strong> <code>([^<]+)</code>", entry)[0]: entry for entry in found}


def test_every_claim_stands_on_a_page_with_the_verdict_on_record():
    """The pages execute the claims, once for all tests: what they show is what is checked here."""
    assert set(entries()) == set(claims.CLAIMS)
    assert not [id for id, entry in entries().items() if "(recorded:" in entry]


@pytest.mark.parametrize("id", claims.CLAIMS)
def test_a_claim_tells_what_decides_in_a_short_sentence(id):
    (sentence,) = re.findall(r"<em>(.*?)</em>", entries()[id])
    assert re.search(r"\d", sentence)
    assert sentence.endswith(".")
    assert len(html.unescape(sentence)) <= 160
    assert not re.search(r"([\d.]+,? (and )?){5}", sentence), "a list of numbers is no sentence"
    assert not re.search(r"\bnan\b|\binf\b|\[|\be[+-]\d", sentence)


def test_verdicts_turn_with_a_threshold_only_where_their_claims_say_so_and_none_holds_on_its_null():
    """The page that prints the table of all rows measures them, once for all tests."""
    (table,) = shown("tsup-rows")["how-sure"]
    every = claims.CLAIMS.values()
    for head, does, tried, expected in (
        ("thresholds", "turn", [c for c in every if c.thresholds], {c.id for c in every if c.turns}),
        ("null", "hold", [c for c in every if c.null], set()),
    ):
        cells = re.findall(rf'<td data-head="{soundness.HEADS[head]}"[^>]*>([^<]*)</td>', table)
        counts = [int(count) for cell in cells for count in re.findall(rf" of (\d+) {does}", cell)]
        assert len(cells) == len(REGISTRY)
        assert all(cells)
        assert sum(counts) == sum(len(claim.sources or (claim.row,)) for claim in tried)
        assert {id for cell in cells for id in re.findall(r"\w+\.[\w-]+", cell)} == expected


SCORECARD = "book/scorecard.html"


def test_the_scorecard_has_the_verdicts_of_the_pages_and_leads_to_their_sections():
    page = read(SITE / SCORECARD)
    assert "data-claim=" not in page.text
    told = re.findall(r'<tr data-verdict="([^"]+)" data-kind="[^"]+">(.*?)</tr>', page.text, re.DOTALL)
    names = {
        re.search(r'href="[\w-]+\.html#[^"]+">([^<]+)</a> · ', cells)[1]: verdict for verdict, cells in told
    }
    assert names == {id: str(claim.expected) for id, claim in claims.CLAIMS.items()}


def test_the_scorecard_is_filtered_by_the_keyboard_and_shows_all_again(browser):
    with visiting(browser, f"{SITE.as_uri()}/", "phone", "light") as visit:
        visit.open(SCORECARD)
        page, shown = visit.page, visit.page.locator(".tsup-scorecard tr[data-verdict]:visible")
        every = shown.count()
        verdicts, words = page.get_by_label("Verdict"), page.get_by_label("Words")
        verdicts.focus()
        page.keyboard.press("ArrowDown")
        chosen = verdicts.input_value()
        assert chosen
        assert 0 < shown.count() < every
        assert {one.get_attribute("data-verdict") for one in shown.all()} == {chosen}
        words.focus()
        page.keyboard.type("Pentagon f01")
        assert 0 < shown.count() < 10
        assert f"{shown.count()} of " in page.get_by_role("status").inner_text()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.get_by_text(f"{len(claims.CLAIMS)} of {len(claims.CLAIMS)} claims").wait_for()
        assert shown.count() == every
        assert visit.errors == visit.elsewhere == []


def test_without_scripts_the_scorecard_is_whole(browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{SITE.as_uri()}/{SCORECARD}")
    assert page.locator(".tsup-scorecard tr[data-verdict]:visible").count() >= len(claims.CLAIMS)
    assert page.locator(".tsup-filter").count() == 0
    context.close()


def is_compared(cell: dict) -> bool:
    tags = cell["metadata"].get("tags", [])
    return "nbval-check-output" in tags or "# NBVAL_CHECK_OUTPUT" in "".join(cell["source"])


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_can_be_opened_elsewhere(chapter):
    """As a download, and on Binder and Colab, at addresses that derive from the repository's; or it says why not."""
    page = read(SITE / f"{chapter}.html")
    elsewhere = {links.binder(chapter), links.colab(chapter), links.repository()}
    if links.is_placeholder():
        assert not elsewhere & set(page.links)
        assert ": once published" in page.text
    else:
        assert elsewhere <= set(page.links)
    assert any(link.endswith(f"_sources/{chapter}.ipynb") for link in page.links)


@book_page
def test_a_page_can_be_cited_and_commented_on(name):
    page = read(SITE / name)
    assert page.text.count("@incollection{tsup-") == 1
    comments = [link for link in page.links if link.startswith(f"{links.repository()}/issues/new?title=")]
    assert len(comments) >= 1 or (links.is_placeholder() and "once the book is published" in page.text)


def test_the_site_has_a_map_a_card_and_a_page_for_the_lost():
    mapped = set(re.findall(r"<loc>(.*?)</loc>", (SITE / "sitemap.xml").read_text()))
    assert mapped == {f"{links.site()}{page}" for page in PAGES}
    assert "book/index.html" in read(SITE / "404.html").links
    (card,) = re.findall(r'property="og:image" content="([^"]+)"', read(SITE / PAGES[0]).text)
    assert (SITE / card.removeprefix(links.site())).stat().st_size < 300_000


@pytest.mark.parametrize("chapter", ON_THE_PAPER)
def test_slides_open_from_the_disk_and_their_figures_live(browser, chapter):
    with visiting(browser, f"{SITE.as_uri()}/", "desktop", "light") as visit:
        visit.open(f"slides/{Path(chapter).name}.html")
        page = visit.page
        page.wait_for_selector(".reveal.ready")
        assert page.locator("section.present h1").inner_text()
        place = page.evaluate(
            "[...document.querySelectorAll('.slides > section')].findIndex((s) => s.querySelector('.tsup-plot'))"
        )
        assert place > 0
        for _ in range(place):
            page.keyboard.press("ArrowRight")
        plot = page.locator("section.present .tsup-plot").first
        plot.wait_for(state="visible")
        page.wait_for_function(
            "document.querySelector('section.present .tsup-plot').dataset.state === 'drawn'"
        )
        assert page.evaluate("ask.sideways()") <= 1
        page.add_script_tag(path=AXE)
        assert barriers(page, {"runOnly": RULES}) == []
        assert visit.errors == visit.elsewhere == []


def test_the_numbers_of_a_figure_are_a_table_and_a_file_and_follow_its_controls(browser):
    with visiting(browser, f"{SITE.as_uri()}/", "desktop", "light") as visit:
        visit.open("book/demonstrating-superposition.html")
        data = visit.page.locator(".tsup-data")
        assert data.count() == visit.page.locator(".tsup-plot").count()
        line = visit.page.locator('.tsup-data[data-of="tsup-plot-9"]')
        line.locator("summary").press("Enter")
        line.locator("table").last.wait_for()
        heads = line.locator("table").last.locator("th").all_inner_texts()
        assert heads == ["density p, sparser to the right", "features represented"]
        link = line.get_by_role("link", name="Download as CSV")
        with visit.page.expect_download() as taken:
            link.press("Enter")
        assert taken.value.suggested_filename == "demonstrating-superposition-tsup-plot-9.csv"
        assert taken.value.path().read_text().startswith("# line · linear\n")
        assert visit.errors == visit.elsewhere == []


def test_a_claim_that_would_tell_waits_with_the_reading(browser):
    with visiting(browser, f"{SITE.as_uri()}/", "desktop", "light") as visit:
        visit.page.goto(f"{visit.base}book/uniform-superposition.html", wait_until="load")
        claim = visit.page.locator(".tsup-reading + .cell .tsup-claims").first
        assert claim.is_hidden()
        visit.page.evaluate("ask.reveal()")
        assert claim.is_visible()


def shown_code(page: Page) -> list[bool]:
    """Of every cell that is in no solution and waits for no guess, whether its code is shown."""
    waiting = ".solution *, [hidden] *, [hidden] + .cell *"
    cells = page.query_selector_all(f".cell_input:not({waiting})")
    return [cell.is_visible() for cell in cells]


def test_code_is_hidden_until_one_button_shows_it_on_this_page_and_the_next(browser, address):
    with visiting(browser, address, "desktop", "light") as visit:
        visit.page.goto(f"{address}{CHAPTERS[0]}.html", wait_until="load")
        assert not all(shown_code(visit.page))
        assert not visit.page.get_by_text("claims.check(").first.is_visible()
        assert visit.page.locator(".tag_teach > .cell_input").first.is_visible()
        button = visit.page.get_by_role("button", name="Show code")
        assert button.get_attribute("aria-pressed") == "false"
        button.press("Enter")
        assert all(shown_code(visit.page))
        visit.page.goto(f"{address}{CHAPTERS[1]}.html", wait_until="load")
        assert button.get_attribute("aria-pressed") == "true"
        assert all(shown_code(visit.page))
        button.press("Space")
        assert not all(shown_code(visit.page))


def test_without_scripts_a_page_has_its_code_and_no_button(browser, address):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}{CHAPTERS[0]}.html")
    assert all(shown_code(page))
    assert not page.locator(".btn-show-code").is_visible()
    context.close()


@book_page
def test_no_page_answers_an_exercise_that_nobody_has_answered(name):
    text = read(SITE / name).text
    assert not re.search("Not yet.*(replace the dots|ellipsis)", text)
    assert "Show code cell source" not in text
    assert text.count("tsup-try-where") == text.count('class="exercise ')


PROGRESS = "book/progress.html"


def test_a_tick_on_an_exercise_is_kept_counted_exported_and_imported_again(browser, address, tmp_path):
    with visiting(browser, address, "phone", "dark") as visit:
        page = visit.page
        page.goto(visit.base + ASKING)
        card = page.locator(".tsup-card[data-exercise=price]")
        assert "Difficulty 1 of 5" in card.inner_text()
        box = card.get_by_label("Done")
        box.focus()
        page.keyboard.press("Space")
        page.locator(".tsup-predict").first.get_by_role("button").first.click()
        page.reload()
        assert box.is_checked()
        page.goto(visit.base + PROGRESS)
        said = page.get_by_role("status")
        assert said.inner_text().startswith("1 of ")
        assert ", 1 of " in said.inner_text()
        with page.expect_download() as download:
            page.get_by_role("button", name="Export").click()
        download.value.save_as(tmp_path / "kept.json")
        kept = json.loads((tmp_path / "kept.json").read_text())
        assert kept["exercises"] == ["price"]
        assert len(kept["predictions"]) == 1
        page.on("dialog", lambda dialog: dialog.accept())
        page.get_by_role("button", name="Forget").click()
        assert "Forgotten: 0 of" in said.inner_text()
        page.get_by_label("Import a file").set_input_files(tmp_path / "kept.json")
        page.get_by_text("Imported, beside what was here: 1 of").wait_for()
        (tmp_path / "other.json").write_text('{"format": "else"}')
        page.get_by_label("Import a file").set_input_files(tmp_path / "other.json")
        page.get_by_text("no export of this page").wait_for()
        assert visit.errors == visit.elsewhere == []


def test_without_scripts_cards_and_progress_say_what_there_is(browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{SITE.as_uri()}/{ASKING}")
    assert page.locator(".tsup-card:visible").count() >= 5
    assert page.locator(".tsup-card input").count() == 0
    page.goto(f"{SITE.as_uri()}/{PROGRESS}")
    assert page.locator(".tsup-progress tbody tr").count() >= len(CHAPTERS)
    context.close()
