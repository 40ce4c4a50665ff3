"""What trains in the pages of the built site: pressed as a reader does, and held to the science."""

from urllib.parse import urlsplit

import numpy as np
import pytest
from built_site import FOLDER as SITE
from built_site import WITH_LIVE

import tsup
from tsup import measure

PANEL = "document.querySelector('.tsup-live').tsupLive"


class Visit:
    """A page with a figure that trains, and everything it complained of or asked for."""

    def __init__(self, browser, base, name, fragment=""):
        self.page, self.base = browser.new_page(viewport={"width": 1280, "height": 900}), base
        self.errors, self.elsewhere = [], []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda said: said.type == "error" and self.errors.append(said.text))
        self.page.on("request", lambda request: self._note(request.url))
        self.page.goto(f"{base}book/{name}.html{fragment}")
        self.figure = self.page.locator(".tsup-live")

    def _note(self, url):
        if not url.startswith((self.base, "data:", "blob:")):
            self.elsewhere.append(url)

    def __call__(self, expression):
        return self.page.evaluate(expression)

    def near(self):
        """Bring the figure before the reader, and wait for its panel and its plot."""
        self("document.querySelector('.tsup-live').scrollIntoView()")
        self.until("document.querySelector('.tsup-live .tsup-plot').dataset.state === 'drawn'")
        self.until("document.querySelector('.tsup-live-panel .main')")

    def until(self, expression):
        self.page.wait_for_function(f"Boolean({expression})", timeout=120_000)

    def set(self, settings):
        self(f"{PANEL}.then((panel) => panel.set({settings}))")

    def train(self, fast=True):
        """Press Train, and wait until it rests at its last step."""
        button = self.figure.get_by_role("button", name="Full speed")
        if fast and button.get_attribute("aria-pressed") != "true":
            button.click()
        self.figure.locator(".main").click()
        self.until("document.querySelector('.tsup-live .main').textContent === 'Train on'")

    def column(self, source, column):
        plot = "document.querySelector('.tsup-live .tsup-plot').bokehDocument"
        return np.array(self(f"[...{plot}.get_model_by_name('{source}').data['{column}']]"), float)

    def W(self):
        return np.stack([self.column("directions", axis) for axis in "xy"])

    def close(self):
        assert self.errors == []
        assert self.elsewhere == []
        self.page.close()


@pytest.fixture
def visit(browser, address):
    """A function that opens a page; at the end nothing was complained of, and no other host asked."""
    opened = []

    def open_page(name, fragment="", base=address):
        opened.append(Visit(browser, base, name, fragment))
        return opened[-1]

    yield open_page
    for one in opened:
        one.close()


def test_nothing_that_trains_is_asked_for_before_a_figure_nears(visit):
    one = visit("non-uniform-superposition")
    asked = one("performance.getEntriesByType('resource').map(({name}) => name)")
    assert not [url for url in asked if urlsplit(url).path.endswith("/live.js")]
    assert one.figure.get_by_role("button", name="Train").is_enabled()


def test_the_front_page_from_the_disk_shows_the_pentagon_and_finds_it_again(visit):
    one = visit("index", base=SITE.as_uri() + "/")
    one.near()
    assert np.abs(measure.gaps(one.W()) - 72).max() < 3
    before = one.W()
    one.train(fast=False)
    assert np.abs(measure.gaps(one.W()) - 72).max() < 3
    assert not np.allclose(one.W(), before)
    shares = one.column("loss", "share")
    assert shares[-1] < shares[0] / 2


def test_two_pairs_stand_opposite_at_a_quarter(visit):
    one = visit("index")
    one.near()
    one.set("{density: 0.25}")
    one.train()
    kept = measure.represented(one.W())
    assert kept.sum() == 4
    assert (measure.cosines(one.W())[kept][:, kept].min(1) < -0.97).all()


def test_the_pentagon_stretches_and_snaps_while_it_trains(visit):
    one = visit("non-uniform-superposition")
    one.near()
    one.train()
    for turn, density in enumerate((0.5, 0.1, 0.05, 0.03, 0.01)):
        one.set(f"{{'feature-density-0': {density}}}")
        one.until(f"document.querySelector('.tsup-live .status b').textContent === '{20 + 10 * turn},000'")
        if turn == 0:
            beside_0 = np.rad2deg(np.arccos(np.sort(measure.cosines(one.W())[0])[-3:-1]))
            assert beside_0.mean() > 74
    assert measure.norms(one.W())[0] < 0.2
    assert np.abs(measure.gaps(one.W()) - 90).max() < 3


@pytest.mark.parametrize("seed", [1, 2])
def test_correlated_pairs_stand_side_by_side(visit, seed):
    one = visit("non-uniform-superposition")
    one.near()
    one.set(f"{{correlated: '0 and 1, 2 and 3', seed: {seed}}}")
    one.train()
    cosines = measure.cosines(one.W())
    assert min(cosines[0, 1], cosines[2, 3]) > 0.1


def test_the_phase_diagram_finds_the_kind_of_the_exact_optimum(visit):
    one = visit("phase-change")
    one.near()
    one.train()
    plot = "document.querySelector('.tsup-live .tsup-plot').bokehDocument"
    w = [
        np.array(one(f"Array.from({plot}.get_model_by_name('phases-0').data.w0{i}[0])")).reshape(-1, 1)
        for i in range(2)
    ]
    W = np.stack(w, axis=-1).reshape(32, 32, 1, 2)
    kind = measure.phase(measure.norms(W)[..., -1], measure.interference(W)[..., -1])
    exact, away = exact_kinds()
    assert away.mean() > 0.8
    assert (kind == exact)[away].mean() >= 0.9


def exact_kinds(near=4):
    """The kind of the exact optimum at every point of the diagram, and where all points nearby are of that kind."""
    data = tsup.load("F12")
    W = data.exact_W.values
    every = measure.phase(measure.norms(W)[..., -1], measure.interference(W)[..., -1])
    places = [
        np.abs(np.log(values)[:, None] - np.log(wanted)).argmin(0)
        for values, wanted in (
            (data.exact_ratio.values, np.geomspace(0.1, 10, 32)),
            (data.exact_density.values, np.geomspace(0.01, 1, 32)),
        )
    ]
    around = [
        [every[max(a - near, 0) : a + near + 1, max(b - near, 0) : b + near + 1] for b in places[1]]
        for a in places[0]
    ]
    return every[np.ix_(*places)], np.array([[np.ptp(block) == 0 for block in row] for row in around])


@pytest.mark.parametrize("name", [page for page in WITH_LIVE if page not in ("index", "phase-change")])
def test_every_chapter_trains(visit, name):
    one = visit(name)
    one.near()
    one.figure.locator(".main").click()
    one.until("parseInt(document.querySelector('.tsup-live .status b')?.textContent.replace(/,/g, '')) > 100")
    one.figure.locator(".main").click()
    assert one.page.locator(".tsup-live .alert").inner_text() == ""


def test_a_press_before_the_trainer_is_there_is_not_lost(visit):
    one = visit("index")
    one("document.querySelector('.tsup-live-panel button').click()")
    one.until("parseInt(document.querySelector('.tsup-live .status b')?.textContent.replace(/,/g, '')) > 0")


@pytest.mark.parametrize(
    ("fragment", "told"),
    [
        ("#live-five=density:-4", "density p must be a number from 0.01 to 1, got -4"),
        ("#live-five=colour:3", "colour is not among the settings"),
    ],
)
def test_a_corrupt_link_is_told_and_the_figure_trains(visit, fragment, told):
    one = visit("index", fragment)
    one.until("document.querySelector('.tsup-live .alert')?.textContent")
    assert told in one.page.locator(".tsup-live .alert").inner_text()
    one.near()
    one.train()
