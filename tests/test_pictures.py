"""Pictures of figures: taken, kept, put into a page, and replaced by the live figure when a reader comes to it."""

import functools
import io
import re
import sys
from pathlib import Path

import pytest
from bokeh.plotting import figure as bokeh_figure
from PIL import Image

ROOT = Path(__file__).parents[1]
sys.path += [str(ROOT / "tools"), str(ROOT / "sphinxext")]

import take_pictures  # noqa: E402
import tsup_assets  # noqa: E402
import tsup_plots  # noqa: E402

from tsup.plots.kit.figure import Figure  # noqa: E402
from tsup.widgets import explore  # noqa: E402
from tsup.widgets.display import markup  # noqa: E402

FAR = '<p style="height:4000px">Far above.</p>'
ASK = """
window.plot = (k) => document.querySelectorAll(".tsup-plot")[k];
window.deep = (root) => [...root.querySelectorAll("*")]
  .flatMap((e) => [e, ...(e.shadowRoot ? deep(e.shadowRoot) : [])]);
window.buttons = (k) => deep(plot(k)).filter((e) => e.matches(".bk-btn"));
window.focused = (root = document) => {
  const at = root.activeElement;
  return at?.shadowRoot?.activeElement ? focused(at.shadowRoot) : at;
};
window.shown = (k) => [...plot(k).querySelectorAll("img")].filter((e) => e.checkVisibility());
"""
PRESS = """([x, y]) => {
  const {left, top} = plot(0).getBoundingClientRect();
  shown(0)[0].dispatchEvent(new MouseEvent("click", {clientX: left + x, clientY: top + y, bubbles: true}));
}"""
ALIVE = "(k) => plot(k).dataset.state === 'drawn'"


@functools.cache
def drawn(height: float) -> str:
    """A line with buttons that choose how it runs and a slider for how steeply, as it stands in a page."""

    def line(run: str, steepness: int) -> Figure:
        plot = bokeh_figure(height=200, sizing_mode="stretch_width", toolbar_location=None)
        lines = plot.line([0, 1], [0, steepness * (height if run == "up" else -height)], line_width=4)
        lines.data_source.name = "line"
        return Figure(plot, "A line.", f"A line that runs {run} by {steepness} times {height}.")

    return markup(explore(line, {"run": ("down", "up"), "steepness": (1, 2, 3)}))


class Built:
    """The context and the application that the extension writes a page with."""

    def __init__(self, outdir: Path):
        self.outdir, self.builder, self.settings = outdir, self, {}
        self.format = "html"

    def add_js_file(self, _: str, **settings: object) -> None:
        self.settings = {name: value for name, value in settings.items() if name.startswith("data-")}


def write(site: Path, height: float) -> Path:
    """A site of one page: a figure at the top, and one far below, with buttons."""
    site.mkdir(parents=True, exist_ok=True)
    app = Built(site)
    tsup_plots._copy_scripts(app)
    figures = [re.sub(r"tsup-plot-\d+", f"tsup-plot-{k}", drawn(height)) for k in range(2)]
    context = {"body": FAR.join(figures), "pathto": lambda address, resource: address}
    tsup_plots._take_out(app, "page", "", context, None)
    own = site / "_static" / "tsup"
    own.joinpath("book.css").write_text(tsup_assets.with_fonts((tsup_assets.OWN / "book.css").read_text()))
    settings = " ".join(f"{name}='{value}'" for name, value in app.settings.items())
    query = "const query = matchMedia('(prefers-color-scheme: dark)')"
    scheme = "document.documentElement.dataset.theme = query.matches ? 'dark' : 'light'"
    page = site / "page.html"
    page.write_text(
        '<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        '<link rel="stylesheet" href="_static/tsup/book.css">'
        f"<script>{query}; {scheme}; query.onchange = () => {{ {scheme} }}</script>"
        f'<script defer src="_static/tsup/plots.js" {settings}></script>'
        f"<body><main>{context['body']}{FAR}</main>"
    )
    return page


@pytest.fixture(scope="module")
def pictured(tmp_path_factory):
    """A page with pictures in it."""
    folder = tmp_path_factory.mktemp("pictured")
    page = write(folder / "site", 2)
    take_pictures.main(folder / "site", folder / "kept")
    return page


@pytest.fixture
def visit(browser, pictured):
    """Opens the page at a width and by a scheme."""
    opened = []

    def visit(across: int = 1280, scheme: str = "light", **more: object):
        context = browser.new_context(viewport={"width": across, "height": 800}, color_scheme=scheme, **more)
        opened.append(context)
        page = context.new_page()
        page.add_init_script(ASK)
        page.goto(pictured.as_uri(), wait_until="load")
        return page

    yield visit
    for context in opened:
        context.close()


def test_pictures_are_kept_and_taken_again_when_their_figure_changes(pictured, tmp_path, capsys, monkeypatch):
    site, kept = tmp_path / "site", tmp_path / "kept"
    page = write(site, 2)
    kept.mkdir()
    for file in (pictured.parents[1] / "kept").iterdir():
        kept.joinpath(file.name).write_bytes(file.read_bytes())
    taken = []
    monkeypatch.setattr(take_pictures, "ProcessPoolExecutor", Inline)
    monkeypatch.setattr(take_pictures, "take", lambda page, name, target: taken.append(name) or blank(target))
    take_pictures.main(site, kept)
    before = page.read_text()
    assert taken == []
    assert before.count("<picture") == 4
    take_pictures.main(site, kept)
    assert page.read_text() == before
    write(site, 3)
    take_pictures.main(site, kept)
    assert set(taken) == {"tsup-plot-0", "tsup-plot-1"}
    files = {file.name for file in kept.iterdir()}
    assert files == {file.name for file in (site / take_pictures.FOLDER).iterdir()}
    assert all(name in page.read_text() for name in files)
    assert not any(name in before for name in files)


class Inline:
    """Runs what a pool of processes would, here."""

    def __init__(self, _: int | None):
        self.map = map

    def __enter__(self):
        return self

    def __exit__(self, *_: object):
        pass


def blank(target: Path) -> None:
    """A picture of nothing."""
    Image.new("RGB", (8, 8)).save(target)


@pytest.mark.parametrize(("across", "width"), [(1280, "desk"), (390, "phone")])
@pytest.mark.parametrize(("scheme", "hour"), [("light", "day"), ("dark", "night")])
def test_the_picture_is_that_of_width_and_scheme_and_as_high_as_the_figure(
    visit, across, width, scheme, hour
):
    page = visit(across, scheme, reduced_motion="reduce")
    page.evaluate("scrollTo(0, plot(1).offsetTop - 200)")
    page.wait_for_function("shown(1).length === 1 && shown(1)[0].complete && shown(1)[0].naturalWidth")
    assert page.evaluate("shown(1)[0].currentSrc").endswith(f"-{width}-{hour}.webp")
    height = page.evaluate("plot(1).getBoundingClientRect().height")
    page.evaluate("tsupFigures.wake('tsup-plot-1')")
    page.wait_for_function(ALIVE, arg=1)
    assert page.evaluate("plot(1).querySelectorAll('picture').length") == 0
    assert page.evaluate("plot(1).getBoundingClientRect().height") == pytest.approx(height, abs=1.5)


def test_a_figure_keeps_its_height_while_it_is_drawn(asleep):
    before, after = asleep.evaluate("""() => {
      const height = () => plot(0).getBoundingClientRect().height, before = height();
      tsupFigures.wake("tsup-plot-0");
      return [before, height()];
    }""")
    assert before == after > 100


def test_waking_answers_the_document_of_the_figure_once(visit):
    page = visit()
    assert page.evaluate("""async () => {
      const [one, other] = await Promise.all([tsupFigures.wake("tsup-plot-1"), tsupFigures.wake("tsup-plot-1")]);
      return one === other && one === plot(1).bokehDocument && one.roots().length === 1;
    }""")


def test_a_figure_that_rests_in_view_comes_alive_and_one_out_of_view_does_not(visit):
    page = visit()
    page.wait_for_function(ALIVE, arg=0)
    assert page.evaluate("plot(1).dataset.state") is None
    page.evaluate("scrollTo(0, plot(1).offsetTop - 200)")
    page.wait_for_function(ALIVE, arg=1)


def test_a_page_that_is_scrolled_wakes_nothing(visit):
    page = visit()
    page.wait_for_function(ALIVE, arg=0)
    assert page.evaluate("""async () => {
      let now = performance.now();
      performance.now = () => now;
      scrollTo(0, plot(1).offsetTop - 400);
      for (let k = 0; k < 80; k += 1) {
        scrollBy(0, k % 2 ? 2 : -2);
        await new Promise(requestAnimationFrame);
        now += 16;
        if (plot(1).dataset.state) return false;
      }
      return true;
    }""")


# What rests is not woken here: only what the reader does.
STAY_ASLEEP = "window.IntersectionObserver = class { observe() {} unobserve() {} };"


@pytest.fixture
def asleep(visit, pictured):
    """The page, of which nothing comes alive by itself."""
    page = visit()
    page.add_init_script(STAY_ASLEEP)
    page.goto(pictured.as_uri(), wait_until="load")
    return page


def test_a_pointer_wakes_a_figure(asleep):
    x, y = asleep.evaluate("(({x, y}) => [x + 50, y + 50])(plot(0).getBoundingClientRect())")
    asleep.mouse.move(x, y)
    asleep.mouse.move(x + 5, y + 5)
    asleep.wait_for_function(ALIVE, arg=0)


def test_the_keyboard_wakes_a_figure_and_goes_on_to_its_first_control(asleep):
    asleep.keyboard.press("Tab")
    asleep.wait_for_function(ALIVE, arg=0)
    asleep.wait_for_function("plot(0) !== focused() && deep(plot(0)).includes(focused())")
    assert asleep.evaluate("plot(0).hasAttribute('tabindex')") is False


def test_the_first_press_on_a_control_is_not_lost(visit, asleep, pictured):
    asleep.evaluate("tsupFigures.wake('tsup-plot-0')")
    asleep.wait_for_function(ALIVE, arg=0)
    place = asleep.evaluate("""() => {
      const button = buttons(0).at(-1).getBoundingClientRect(), {left, top} = plot(0).getBoundingClientRect();
      return [button.x + button.width / 2 - left, button.y + button.height / 2 - top];
    }""")
    asleep.goto(pictured.as_uri(), wait_until="load")
    asleep.wait_for_function("shown(0)[0].getBoundingClientRect().height > 50")
    asleep.evaluate(PRESS, place)
    asleep.wait_for_function(ALIVE, arg=0)
    asleep.wait_for_function(
        "buttons(0).at(-1).classList.contains('bk-active') && focused() === buttons(0).at(-1)"
    )


def test_the_first_press_on_the_track_of_a_slider_moves_its_handle_there(asleep, pictured):
    asleep.evaluate("tsupFigures.wake('tsup-plot-0')")
    asleep.wait_for_function(ALIVE, arg=0)
    place = asleep.evaluate("""() => {
      const {right, y, height} = deep(plot(0)).find((e) => e.matches(".noUi-base")).getBoundingClientRect();
      const {left, top} = plot(0).getBoundingClientRect();
      return [right - 2 - left, y + height / 2 - top];
    }""")
    asleep.goto(pictured.as_uri(), wait_until="load")
    asleep.wait_for_function("shown(0)[0].getBoundingClientRect().height > 50")
    asleep.evaluate(PRESS, place)
    asleep.wait_for_function(ALIVE, arg=0)
    asleep.wait_for_function("""() => {
      const {data} = plot(0).bokehDocument.get_model_by_name("line");
      return data.y[1] === -6 && focused().matches(".noUi-handle");
    }""")


def test_between_the_parts_of_a_figure_the_page_answers(asleep):
    turns, views = asleep.evaluate("""async () => {
      let turns = 0, now = 0;
      const later = () => { turns += 1; return new Promise((done) => setTimeout(done)); };
      Object.defineProperty(window, "scheduler", {value: {yield: later}});
      performance.now = () => now += 1000;
      const doc = await tsupFigures.wake("tsup-plot-0"), [root] = doc.views_manager.roots;
      const count = (view) => [...view.children()].reduce((sum, child) => sum + count(child), 1);
      return [turns, count(root)];
    }""")
    assert turns > views > 20


def test_without_scripts_the_picture_is_what_is_seen(browser, pictured):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.goto(pictured.as_uri())
    box = page.locator(".tsup-day img").first.bounding_box()
    shot = Image.open(io.BytesIO(page.screenshot(clip={**box})))
    assert len(shot.convert("RGB").getcolors(1 << 24)) > 20
    assert not page.locator("noscript").first.is_visible()
    assert page.locator(".tsup-night").first.is_hidden()
    context.close()
