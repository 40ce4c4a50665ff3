"""A lesson in a page: pressed, watched, set, linked, refused, and taken away."""

import functools
import http.server
import json
import threading

import live_lesson
import numpy as np
import pytest
from live_engine import ROOT

from tsup import measure

ALLOWED = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; worker-src blob:; img-src data:"


@pytest.fixture(scope="module")
def serve(tmp_path_factory):
    """The address of a folder with the lessons, which no text may be evaluated on."""
    folder = tmp_path_factory.mktemp("site")
    live_lesson.write(folder / "repo", *live_lesson.directions())

    class Served(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args):
            pass

        def end_headers(self):
            self.send_header("Content-Security-Policy", ALLOWED)
            super().end_headers()

    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Served, directory=str(folder))
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/repo/index.html"
    server.shutdown()
    server.server_close()


class Visit:
    """A visit of a page with a lesson."""

    def __init__(self, browser, address):
        self.page = browser.new_page(viewport={"width": 1000, "height": 900})
        self.errors, self.asked = [], []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.open(address)

    def open(self, address):
        self.page.goto("about:blank")
        self.page.goto(address)
        self.until("window.panel && window.drawn")

    def __call__(self, expression):
        return self.page.evaluate(expression)

    def until(self, expression):
        for _ in range(1200):
            if self(f"Boolean({expression})"):
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"not reached: {expression}; it says {self.text('.alert')}")

    def text(self, selector):
        return self.page.inner_text(f"#panel {selector}")

    def press(self, name):
        self.page.get_by_role("button", name=name, exact=True).click()

    def trained(self, press="Train", full=True):
        """Train to the end, at full speed or to be watched."""
        if full:
            self.page.get_by_role("button", name="Full speed").click()
        self.press(press)
        self.until("document.querySelector('#panel .main').textContent === 'Train on'")

    def rests_at(self, step):
        self.until(f"document.querySelector('#panel .status b')?.textContent === '{step}'")

    def column(self, source, column):
        """A column of a source of the figure."""
        return np.array(
            self(f"drawn.then((document) => [...document.get_model_by_name('{source}').data['{column}']])")
        )

    def W(self):
        return np.stack([self.column("directions", axis) for axis in "xy"])


@pytest.fixture(scope="module")
def one(browser, serve):
    """One visit that all tests share; each leaves the lesson's own settings."""
    return Visit(browser, serve)


@pytest.fixture
def visit(one):
    one.errors.clear()
    yield one
    assert one.errors == []
    one("panel.set(lesson.own)")
    one("panel.reset()")
    if one("document.querySelector('[aria-pressed=true].quiet') !== null"):
        one.page.get_by_role("button", name="Full speed").click()


def test_before_anything_is_pressed_the_start_is_shown(visit):
    assert visit.text(".status") == "Trained beforehand: five features in two dimensions."
    assert np.allclose(measure.gaps(visit.W()), 72)
    assert (
        visit("performance.getEntriesByType('resource').filter(({name}) => name.startsWith('blob:')).length")
        == 0
    )


def test_five_features_find_the_pentagon(visit):
    visit.trained(full=False)
    assert np.abs(measure.gaps(visit.W()) - 72).max() < 3
    steps, shares = visit.column("loss", "step"), visit.column("loss", "share")
    assert steps[-1] == 2000
    assert shares[-1] < shares[0] / 2
    assert "WebAssembly" in visit.text(".status")
    assert visit.text(".said").startswith("Rests after 2,000 steps")


def test_at_a_quarter_two_pairs_stand_opposite(visit):
    visit("panel.set({density: 0.25, seed: 1})")
    visit("panel.reset()")
    visit.trained()
    kept = measure.represented(visit.W())
    assert kept.sum() == 4
    assert (measure.cosines(visit.W())[kept][:, kept].min(1) < -0.97).all()
    visit.press("Train on")
    visit.rests_at("4,000")


def test_nobody_else_is_asked_for_anything(visit, serve):
    base = serve.rsplit("/", 1)[0]
    assert [url for url in visit.asked if not url.startswith((base, "blob:", "about:"))] == []


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("0", "density p must be a number from 0.01 to 1, got 0"),
        ("NaN", 'density p must be a number from 0.01 to 1, got "NaN"'),
        ("", 'density p must be a number from 0.01 to 1, got ""'),
        ("much", 'density p must be a number from 0.01 to 1, got "much"'),
    ],
)
def test_a_bad_number_is_one_line(visit, typed, told):
    field = visit.page.locator("#live-directions-density")
    field.fill(typed)
    field.press("Enter")
    assert visit.text(".alert") == told
    assert field.get_attribute("aria-invalid") == "true"
    field.fill("0,3")
    field.press("Enter")
    assert visit.text(".alert") == ""
    assert visit("panel.settings().density") == 0.3
    visit("panel.set({density: 0.05})")


def test_settings_change_while_it_trains_and_what_diverges_says_so(visit):
    visit.press("Train")
    visit.until("document.querySelector('#panel .main').textContent === 'Pause'")
    visit("panel.set({n: 8})")
    visit.until("document.querySelector('#panel .main').textContent === 'Pause'")
    visit.until("drawn.then((document) => document.get_model_by_name('directions').data.x.length === 8)")
    visit("panel.set({lr: 1e30})")
    visit.until("document.querySelector('#panel .alert').textContent")
    assert visit.text(".alert").endswith("lr = 1e+30 may be too large")
    assert visit.text(".main") == "Train"
    visit("panel.set({lr: 0.01})")
    visit.press("Train")
    visit.until("document.querySelector('#panel .main').textContent === 'Pause'")
    visit.press("Pause")


def test_step_and_reset_by_pointer_and_keyboard(visit):
    visit.press("Reset")
    visit.rests_at("0")
    assert "steps/s" not in visit.text(".status")
    start = visit.W()
    visit.press("Step")
    visit.rests_at("1")
    visit.page.get_by_role("button", name="Step").press("Enter")
    visit.rests_at("2")
    assert not np.array_equal(visit.W(), start)
    visit.page.get_by_role("button", name="Reset").press("Space")
    visit.rests_at("0")
    assert np.array_equal(visit.W(), start)
    visit.press("Step")
    visit.rests_at("1")
    visit.press("New seed")
    visit.until("panel.settings().seed === 1")
    visit.rests_at("0")
    assert not np.array_equal(visit.W(), start)


def test_letters_press_buttons_where_nothing_is_typed(visit):
    step, keyboard = visit.page.get_by_role("button", name="Step"), visit.page.keyboard
    assert step.get_attribute("aria-keyshortcuts") == "s"
    visit.press("Reset")
    visit.rests_at("0")
    step.focus()
    keyboard.press("s")
    visit.rests_at("1")
    visit.page.locator("#panel .number").first.focus()
    keyboard.press("s")
    step.focus()
    keyboard.press("Control+s")
    keyboard.press("s")
    visit.rests_at("2")
    keyboard.press("n")
    visit.until("panel.settings().seed === 1")
    keyboard.press("t")
    visit.until("document.querySelector('#panel .main').textContent === 'Pause'")
    keyboard.press("r")
    visit.rests_at("0")


def test_a_link_gives_the_settings_back(browser, serve, visit):
    link = f"{serve}#live-directions=density:0.3,correlated:0%20and%201,seed:7"
    visit(f"location.hash = '{link.split('#')[1]}'")
    visit.until("panel.settings().seed === 7")
    assert visit("panel.settings().correlated") == "0 and 1"
    assert visit.page.locator(".segments [aria-pressed=true]").text_content() == "0 and 1"
    visit("location.hash = 'live-directions=density:-4'")
    visit.until("document.querySelector('#panel .alert').textContent")
    assert visit.text(".alert") == (
        "The link cannot be used, and the settings are the lesson's own: "
        "density p must be a number from 0.01 to 1, got -4."
    )
    assert visit("panel.settings().density") == 0.05
    visit("location.hash = ''")


def test_the_weights_can_be_taken_away(visit):
    visit.press("Step")
    visit.rests_at("1")
    with visit.page.expect_download() as found:
        visit.press("Save")
    saved = json.loads(found.value.path().read_text())
    assert (saved["name"], saved["settings"]["density"]) == ("directions", 0.05)
    [trained] = saved["trained"]
    assert trained["step"] == 1
    assert len(trained["weights"]["W"]) == 4 * 2 * 5
    assert len(trained["loss"]) == 4


def test_resets_and_lessons_that_go_leave_no_worker(visit):
    before = len(visit.page.workers)
    visit("(() => { for (let k = 0; k < 25; k++) { panel.reset(); panel.newSeed(); } })()")
    visit.until("document.querySelector('#panel .status b').textContent === '0'")
    visit.page.wait_for_timeout(200)
    assert len(visit.page.workers) <= max(before, 2)
    visit("document.getElementById('panel').remove()")
    for _ in range(100):
        if not visit.page.workers:
            break
        visit.page.wait_for_timeout(50)
    assert visit.page.workers == []
    visit.page.reload()
    visit.until("window.panel && window.drawn")


def test_where_workers_are_refused_the_page_trains(browser, serve):
    page = browser.new_page()
    page.add_init_script("delete window.Worker")
    page.goto(serve)
    page.get_by_role("button", name="Full speed").click()
    page.get_by_role("button", name="Train", exact=True).click()
    page.locator("#panel .status", has_text="in the page").wait_for()
    page.locator("#panel .main", has_text="Train on").wait_for(timeout=60_000)
    assert "step 2,000" in page.inner_text("#panel .status")
    page.close()


def test_nothing_bars_anyone(visit):
    visit.page.locator("summary").click()
    source = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text()
    visit.page.evaluate(source)
    found = visit("axe.run('#panel', {runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']})")
    assert [one["id"] for one in found["violations"]] == []


def test_as_a_widget_it_obeys_a_kernel_and_hands_it_the_weights(browser, serve):
    page = browser.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))

    def until(expression):
        for _ in range(1200):
            if page.evaluate(f"Boolean({expression})"):
                return
            page.wait_for_timeout(50)
        raise AssertionError(expression)

    page.goto(serve.replace("index", "widget"))
    until("window.ended")
    page.evaluate("model.set('request', {do: 'set', settings: {density: 0.5}})")
    page.evaluate("model.set('request', {do: 'step'})")
    until("traits.state.step === 1 && traits.weights")
    state = page.evaluate("traits.state")
    assert state["settings"]["density"] == 0.5
    assert [(one["of"], one["name"], one["shape"]) for one in state["weights"]] == [
        (0, "W", [4, 2, 5]),
        (0, "b", [4, 5]),
    ]
    assert [one["offset"] for one in state["weights"]] == [0, 4 * 40]
    assert page.evaluate("traits.weights.byteLength") == 4 * 60
    page.evaluate("model.set('request', {do: 'set', settings: {density: 5}})")
    assert page.inner_text(".alert") == "density p must be a number from 0.01 to 1, got 5"
    page.evaluate("model.set('request', {do: 'train'})")
    until("traits.state.running && traits.state.step > 3")
    page.evaluate("delete traits.state.weights; model.set('request', {do: 'pause'})")
    until("!traits.state.running && traits.state.weights")
    until("Bokeh.documents[0].get_model_by_name('directions').data.x.length === 5")
    page.evaluate("ended()")
    for _ in range(100):
        if not page.workers:
            break
        page.wait_for_timeout(50)
    assert page.workers == []
    assert errors == []
    page.close()
