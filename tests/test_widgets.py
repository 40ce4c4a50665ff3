"""Figures in the reader's hands: what a page receives, what a slider moves, and how a lab keeps its head."""

import json
import re
import sys
import threading
import types
from html.parser import HTMLParser

import nbformat
import numpy as np
import pytest
from bokeh.models import ColumnDataSource, CustomJS
from bokeh.models.widgets import CategoricalSlider
from bokeh.plotting import figure
from nbclient import NotebookClient

from tsup import plots
from tsup.errors import InputError, TrainingError
from tsup.paper.definitions import figures as definitions
from tsup.plots.kit import controls
from tsup.plots.kit.figure import Figure
from tsup.widgets import explore, frames, glide, lab, show, where
from tsup.widgets.display import bokehjs, markup, notebook_markup
from tsup.widgets.latest import Latest, Listener
from tsup.widgets.panel import Canvas, Panel
from tsup.widgets.trial import Choice, loss_without_features, picture, train

DENSITIES = (1, 0.3, 0.05)
QUICK = Choice(n=5, hidden=2, density=0.1, decay=0.9, steps=20, replicas=2, seed=0, model="ReLU output")


def dots(y, caption="Dots.", name="dots", top=1, **columns) -> Figure:
    """A figure whose only source holds x, y and other columns."""
    source = ColumnDataSource({"x": np.arange(len(y), dtype=float), "y": np.asarray(y), **columns}, name=name)
    plot = figure(x_range=(0, 5), y_range=(0, top), height=200, sizing_mode="stretch_width")
    plot.border_fill_color = None  # drawn again and again, its edge would deepen
    plot.scatter("x", "y", size=20, source=source)
    return Figure(plot, caption, f"Dots at {', '.join(f'{value:g}' for value in y)}.")


def sloped(slope) -> Figure:
    """Five dots on a line."""
    return dots(slope * np.arange(5) / 5)


class Reader(HTMLParser):
    """What a page says with its elements, and the text within those of interest."""

    def __init__(self, page: str):
        super().__init__()
        self.elements: list[tuple[str, dict]] = []
        self.texts: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        if self.elements:
            tag = self.elements[-1][0]
            self.texts[tag] = self.texts.get(tag, "") + data


@pytest.fixture
def displayed(monkeypatch):
    """Everything displayed during a test."""
    things: list = []
    monkeypatch.setattr("IPython.display.display", lambda *objects: things.extend(objects))
    return things


@pytest.fixture
def in_book(monkeypatch):
    monkeypatch.setenv("TSUP_BOOK", "1")


# ── Where, and showing ───────────────────────────────────────────────────────


def test_the_host_is_told_apart(monkeypatch):
    assert where() == "plain"
    monkeypatch.setitem(sys.modules, "google.colab", types.ModuleType("google.colab"))
    assert where() == "colab"
    monkeypatch.setenv("TSUP_BOOK", "1")
    assert where() == "book"


def test_a_terminal_gets_the_words(capsys):
    show(sloped(1))
    assert capsys.readouterr().out == "Dots at 0, 0.2, 0.4, 0.6, 0.8.\nDots.\n"


def test_a_page_gets_a_place_the_plot_as_json_and_the_words(in_book, displayed):
    show(Figure(sloped(1).layout, "5 < 6 & more", 'Says "hello" </script>'))
    page = displayed[0].data
    reader = Reader(page)
    told = [(tag, given) for tag, given in reader.elements if tag != "span"]
    assert [tag for tag, _ in told] == ["figure", "div", "noscript", "script", "figcaption"]
    (_, place), (_, script) = told[1], told[3]
    assert place["class"] == "tsup-plot"
    assert place["role"] == "img"
    assert place["aria-label"] == 'Says "hello" </script>'
    assert "visibility:hidden" in page
    assert "height:200px" in page
    assert script == {"type": "application/json", "data-plot-for": place["id"]}
    assert json.loads(reader.texts["script"])["doc"]["roots"]
    assert page.count("</script>") == 1
    assert reader.texts["figcaption"] == "5 < 6 & more"


def test_every_place_has_its_own_name():
    names = [Reader(markup(sloped(1))).elements[1][1]["id"] for _ in range(2)]
    assert names[0] != names[1]


def test_a_plot_with_a_slider_is_a_group_of_things():
    page = markup(explore(sloped, {"slope": (0.5, 1)}))
    assert Reader(page).elements[1][1]["role"] == "group"


# ── Explorers ────────────────────────────────────────────────────────────────


def moved(explorer: Figure) -> dict:
    """What the explorer's controls change, by source and column: its length and its values."""
    return {(source.name, column): rest for source, column, *rest in script(explorer).args["changes"]}


def script(explorer: Figure) -> CustomJS:
    return next(link for links in first(explorer).js_property_callbacks.values() for link in links)


def first(explorer: Figure) -> controls.Control:
    return controls.within(explorer.layout)[0]


def test_an_explorer_carries_every_frame_and_only_what_changes():
    explorer = explore(sloped, {"slope": (0.5, 1, 2)})
    assert set(moved(explorer)) == {("dots", "y")}
    length, values = moved(explorer)[("dots", "y")]
    assert length == 5
    assert values.dtype == np.float32
    assert values.reshape(3, 5) == pytest.approx(np.outer((0.5, 1, 2), np.arange(5) / 5))


def test_an_explorer_starts_where_it_is_told():
    explorer = explore(sloped, {"slope": (0.5, 1, 2)}, start={"slope": 1})
    shown = frames.sources(explorer.layout)["dots"].data["y"]
    assert shown == pytest.approx(np.arange(5) / 5)
    assert explorer.alt == sloped(1).alt
    assert explorer.caption == "Dots."
    assert first(explorer).value == "1"


def test_values_are_written_as_asked_and_texts_as_they_are():
    assert first(explore(sloped, {"slope": (1.0, 0.05)})).categories == ["1", "0.05"]
    assert first(explore(sloped, {"slope": (1, 2)}, format="{:g}°")).categories == ["1°", "2°"]
    assert first(explore(named, {"model": ("relu", "linear")})).labels == ["relu", "linear"]


def named(text):
    return sloped(len(text))


def test_numbers_are_on_a_slider_few_texts_on_buttons_and_many_in_a_list():
    texts = [f"{'a' * k}" for k in range(1, 7)]
    assert isinstance(first(explore(sloped, {"slope": range(1, 7)})), CategoricalSlider)
    assert first(explore(named, {"name": texts[:5]}, {"name": "aa"})).active == 1
    assert first(explore(named, {"name": texts}, {"name": "aa"})).value == "aa"


def test_a_figure_glides_by_its_slider_and_by_itself_and_names_its_ends():
    figure = glide(sloped, "slope", (1, 0.5, 0.25), 0.5, "{:.0%}", ("steep", "flat"))
    slider, play = first(figure), figure.layout.select_one({"name": "play"})
    assert (slider.categories, slider.value, slider.tags) == (
        ["100%", "50%", "25%"],
        "50%",
        ["steep", "flat"],
    )
    assert (figure.alt, figure.caption) == (sloped(0.5).alt, "Dots.")
    assert script(figure).args["control"] is slider
    (played,) = play.js_property_callbacks["change:active"]
    assert played.args["step"] is slider


def test_densities_fall_from_left_to_right_and_their_ends_are_named():
    explorer = explore(sloped, {"density p": (0.1, 0.5, 1)}, {"density p": 0.5})
    assert (first(explorer).categories, first(explorer).value) == (["1", "0.5", "0.1"], "0.5")
    assert first(explorer).tags == ["dense", "sparse"]
    assert moved(explorer)[("dots", "y")][1].reshape(3, 5)[:, 1] == pytest.approx([0.2, 0.1, 0.02])


def test_two_axes_run_last_fastest():
    explorer = explore(lambda a, b: dots([a, b]), {"a": (0, 1), "b": (0, 0.25, 0.5)}, start={"b": 0.5})
    _, values = moved(explorer)[("dots", "y")]
    assert values.reshape(6, 2).tolist() == [[0, 0], [0, 0.25], [0, 0.5], [1, 0], [1, 0.25], [1, 0.5]]
    assert [slider.title for slider in script(explorer).args["controls"]] == ["a", "b"]
    assert explorer.alt == "Dots at 0, 0.5."


def test_texts_images_and_columns_of_other_lengths_travel_frame_by_frame():
    def draw(k):
        return dots(np.ones(k), text=["a"] * k, image=[np.eye(k)] * k)

    carried = moved(explore(draw, {"k": (1, 2)}))
    assert carried[("dots", "y")][0] == 0
    assert carried[("dots", "text")] == [0, [["a"], ["a", "a"]]]
    images = carried[("dots", "image")][1]
    assert images[1][0].dtype == np.float32
    assert images[1][0].tolist() == [[1, 0], [0, 1]]


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (
            lambda k: dots([k], top=k + 1),
            "frames must differ in their sources' data only, got another Range1d.end at k 2",
        ),
        (
            lambda k: dots([k], name=f"dots-{k}"),
            "frames must differ in their sources' data only, got another ColumnDataSource.name at k 2",
        ),
        (
            lambda k: dots([k], **{f"column{k}": [k]}),
            "frames must differ in their sources' data only, got another ColumnDataSource.data at k 2",
        ),
        (lambda k: dots([k], caption=f"{k}"), "frames must share one caption, got another at k 2"),
        (
            lambda k: dots([k], name=None),
            "every ColumnDataSource must have a name of its own, got ['None']",
        ),
    ],
)
def test_frames_that_a_slider_could_not_swap_are_refused(draw, message):
    with pytest.raises(InputError) as caught:
        explore(draw, {"k": (1, 2)})
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("axes", "start", "message"),
    [
        ({}, None, "axes must name at least one axis, got none"),
        ({"k": (1,)}, None, "k must have at least 2 values, got 1"),
        ({"k": ([1, 2], [3, 4])}, None, "the values of k must be numbers or texts, got [1, 2]"),
        ({"k": (1, 1.0000001)}, None, "the values of k must be written differently, got 1, 1"),
        ({"k": (1, 2)}, {"k": 3}, "start of k must be one of 1, 2, got 3"),
        ({"k": (1, 2)}, {"q": 3}, "start must name axes among k, got q"),
        (dict.fromkeys("abc", range(11)), None, "axes must have at most 1,000 combinations, got 1,331"),
    ],
)
def test_axes_that_make_no_slider_are_refused(axes, start, message):
    with pytest.raises(InputError) as caught:
        explore(sloped, axes, start)
    assert str(caught.value) == message


@pytest.mark.parametrize("format", ["{", "{:d}", "{a}", "{:g.x}"])
def test_a_format_that_writes_no_number_is_refused(format):
    with pytest.raises(InputError) as caught:
        explore(sloped, {"k": (0.5, 1)}, format=format)
    assert str(caught.value) == f"format must write one number, such as {{:g}}, got {format!r}"


def test_a_drawing_that_fails_is_told_in_one_line():
    with pytest.raises(InputError, match="^draw must be a function that does not fail, got IndexError: "):
        explore(lambda k: [][k], {"k": (1, 2)})
    with pytest.raises(InputError, match="^draw must return a Figure, got 1$"):
        explore(lambda k: k, {"k": (1, 2)})


@pytest.mark.parametrize(
    ("part", "says"),
    [
        ({"layout": None}, "layout must be a layout of Bokeh, got None"),
        ({"caption": 3}, "caption must be text, got 3"),
        ({"alt": None}, "alt must be text, got None"),
    ],
)
def test_a_figure_without_its_words_is_refused(part, says):
    """As users meet it, without the tests' type hooks, which would refuse it first."""
    with pytest.raises(InputError) as caught:
        Figure.__post_init__(types.SimpleNamespace(**{**vars(sloped(1)), **part}))
    assert str(caught.value) == says


def test_the_books_figures_can_be_explored_and_travel_light():
    rng = np.random.default_rng(0)
    two, twenty = rng.normal(size=(3, 2, 5)) / 2, rng.normal(size=(3, 5, 20)) / 4
    drawn = {
        "directions": lambda k: plots.directions(two[k]),
        "model": lambda k: plots.model(twenty[k], twenty[k, 0]),
        "cosines": lambda k: definitions.cosines(twenty[k].ravel() / 4, 10 * (k + 1)),
        "basis": lambda k: definitions.basis(two[0], 30.0 * k),
        "basis_relu": lambda k: definitions.basis_relu(two[0], 30.0 * k),
        "batch": lambda k: plots.batch(np.abs(twenty[k]) / 4),
        "bias_cost": lambda k: plots.bias_cost(DENSITIES[k]),
    }
    for name, draw in drawn.items():
        explorer = explore(draw, {"k": (0, 1, 2)})
        assert moved(explorer), name
        assert len(markup(explorer)) < len(markup(draw(0))) + 20_000, name


ASK = """
const deep = (root, found = []) => {
  for (const e of root.querySelectorAll("*")) { found.push(e); if (e.shadowRoot) deep(e.shadowRoot, found) }
  return found
}
const handle = () => deep(document).find((e) => e.matches(".noUi-handle"))
const plot = () => document.querySelector(".tsup-plot")
const look = () => deep(document).filter((e) => e.tagName === "CANVAS").map((e) => e.toDataURL()).join()
const reading = () => deep(document).find((e) => e.matches("[role=status]")).shadowRoot.querySelector("div")
const said = () => [handle().getAttribute("aria-label"), handle().getAttribute("aria-valuetext"),
  plot().getAttribute("aria-label"), reading().textContent]
"""


@pytest.fixture(scope="module")
def page(browser):
    """A page of a browser that holds an explorer as a notebook would, and no other help."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tsup.widgets.display._bringer", None)
        content = bokehjs() + notebook_markup(explore(sloped, {"slope": (1, 0.5, 0.25)}, {"slope": 0.5}))
    page = browser.new_page()
    page.set_content(f"<script>{ASK}</script>{content}")
    page.wait_for_function("handle()?.getAttribute('aria-label') && look()")
    return page


def test_a_slider_moves_its_plot_with_no_kernel_by_keyboard(page):
    page.evaluate("handle().focus()")
    start, before = page.evaluate("said()"), page.evaluate("look()")
    assert start == ["slope", "0.5", sloped(0.5).alt, sloped(0.5).alt]
    page.keyboard.press("ArrowRight")
    page.wait_for_function("(before) => look() !== before", arg=before)
    assert page.evaluate("said()") == ["slope", "0.25", sloped(0.25).alt, sloped(0.25).alt]
    last = page.evaluate("look()")
    page.keyboard.press("Home")
    page.wait_for_function("(last) => look() !== last && said()[1] === '1'", arg=last)
    page.keyboard.press("End")
    page.wait_for_function("(last) => look() === last", arg=last)


# ── The newest request ───────────────────────────────────────────────────────


class Notes:
    """A listener that writes down what it hears."""

    def __init__(self):
        self.heard: list[tuple] = []
        self.first = threading.Event()
        self.listener = Listener(
            lambda request: self._note("started", request),
            lambda item: self._note("arrived", item),
            lambda: self._note("finished"),
            lambda message: self._note("failed", message),
        )

    def _note(self, *news):
        self.heard.append(news)
        if news[0] == "arrived":
            self.first.set()


def three_of(request):
    yield from ((request, k) for k in range(3))


def test_a_request_is_carried_out_and_its_last_item_is_always_heard():
    notes = Notes()
    work = Latest(three_of, notes.listener, delay=0.0, interval=60.0)
    work.request("a")
    assert work.wait(10)
    assert notes.heard == [("started", "a"), ("arrived", ("a", 0)), ("arrived", ("a", 2)), ("finished",)]


def test_of_rapid_requests_only_the_last_is_worked_on():
    worked, notes = [], Notes()

    def work_on(request):
        worked.append(request)
        yield request

    work = Latest(work_on, notes.listener, delay=0.1)
    for request in range(20):
        work.request(request)
    assert work.wait(10)
    assert worked == [19]
    assert notes.heard == [("started", 19), ("arrived", 19), ("finished",)]


def endless(left: threading.Event):
    def work_on(request):
        try:
            while request == "endless":
                yield request
        finally:
            if request == "endless":
                left.set()
        yield "done"

    return work_on


def test_a_newer_request_abandons_the_older_one():
    left, notes = threading.Event(), Notes()
    work = Latest(endless(left), notes.listener, delay=0.0, interval=0.0)
    work.request("endless")
    assert notes.first.wait(10)
    work.request("short")
    assert work.wait(10)
    assert left.is_set()
    assert notes.heard[-3:] == [("started", "short"), ("arrived", "done"), ("finished",)]
    assert ("finished",) not in notes.heard[:-1]


@pytest.mark.parametrize("end", [Latest.stop, Latest.close])
def test_nothing_is_heard_after_the_end(end):
    left, notes = threading.Event(), Notes()
    work = Latest(endless(left), notes.listener, delay=0.0, interval=0.0)
    work.request("endless")
    assert notes.first.wait(10)
    end(work)
    heard = len(notes.heard)
    assert work.wait(10)
    assert left.is_set()
    assert len(notes.heard) == heard


def test_a_closed_worker_takes_no_requests():
    notes = Notes()
    work = Latest(three_of, notes.listener, delay=0.0)
    work.close()
    work.request("a")
    assert work.wait(10)
    assert notes.heard == []


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (InputError("density must be in (0, 1], got 1.3"), "density must be in (0, 1], got 1.3"),
        (TrainingError("model 0 was not finite"), "model 0 was not finite"),
        (ZeroDivisionError("by\n zero"), "ZeroDivisionError: by zero"),
    ],
)
def test_an_error_is_one_line_and_not_the_end(error, message):
    def work_on(request):
        if request == "bad":
            raise error
        yield request

    notes = Notes()
    work = Latest(work_on, notes.listener, delay=0.0)
    work.request("bad")
    assert work.wait(10)
    assert notes.heard[-1] == ("failed", message)
    work.request("good")
    assert work.wait(10)
    assert notes.heard[-1] == ("finished",)


# ── The lab ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"density": 1.3}, "density must be in (0, 1], got 1.3"),
        ({"hidden": 7}, "hidden must be in 1 … n = 5, got 7"),
        ({"n": 0}, "n must be a whole number ≥ 1, got 0"),
        ({"n": 201}, "n must be in 1 … 200 in the lab, got 201"),
        ({"decay": 1.5}, "decay must be in (0, 1], got 1.5"),
        ({"steps": 0}, "steps must be a whole number ≥ 1, got 0"),
        ({"steps": 100_001}, "steps must be in 1 … 100,000 in the lab, got 100,001"),
        ({"replicas": 0}, "replicas must be a whole number ≥ 1, got 0"),
        ({"seed": -1}, "seed must be a whole number ≥ 0, or one per setting, got -1"),
        (
            {"model": "cubic"},
            "model must be one of ReLU output, linear, ReLU hidden, absolute value, got cubic",
        ),
    ],
)
def test_a_lab_refuses_what_cannot_be_trained(wrong, message):
    with pytest.raises(InputError) as caught:
        lab(**wrong)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("host", "hidden", "names"),
    [
        ("jupyter", ["ipywidgets"], "ipywidgets"),
        ("jupyter", ["jupyter_bokeh"], "jupyter_bokeh"),
        ("plain", ["ipywidgets", "jupyter_bokeh"], "ipywidgets and jupyter_bokeh"),
        ("colab", ["ipywidgets", "jupyter_bokeh"], "ipywidgets"),
    ],
)
def test_a_lab_without_widgets_names_what_to_install(monkeypatch, host, hidden, names):
    monkeypatch.setattr("tsup.widgets.labs.where", lambda: host)
    for name in hidden:
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(InputError) as caught:
        lab()
    assert str(caught.value) == (
        f"lab needs {names}, which cannot be found; install with: "
        'pip install "tsup[notebook]", then start the kernel again'
    )


def test_a_training_is_seen_from_its_start_to_its_end():
    seen = list(train(QUICK))
    assert [trial.step for trial in seen] == list(range(21))
    assert seen[-1].shares.shape == (20,)
    assert seen[-1].weights["W"].shape == (2, 5)
    assert not np.allclose(seen[0].weights["W"], seen[-1].weights["W"])


def test_the_price_of_no_features_is_what_such_a_model_loses():
    x = np.random.default_rng(0)
    setup = QUICK.setup()
    active = x.random((400_000, 5)) < 0.1
    features = x.random((400_000, 5)) * active
    sampled = ((features - 0.05) ** 2 * 0.9 ** np.arange(5)).sum(1).mean()
    assert loss_without_features(setup) == pytest.approx(sampled, rel=0.02)


@pytest.mark.parametrize(
    ("model", "hidden", "source"),
    [
        ("ReLU output", 2, "directions"),
        ("ReLU output", 3, "model-gram-products"),
        ("ReLU hidden", 2, "stacks-0"),
        ("absolute value", 8, "stacks-0"),
    ],
)
def test_the_picture_suits_the_model_and_keeps_its_structure(model, hidden, source):
    choice = Choice(**(vars(QUICK) | {"hidden": hidden, "model": model}))
    first, *_, last = train(choice)
    one, other = picture(first), picture(last)
    assert first.structure == last.structure
    assert frames.difference(frames.structure(one.layout), frames.structure(other.layout)) is None
    assert source in frames.sources(one.layout)
    assert "After 20 steps" in other.alt
    assert "2 starts each" in other.caption


class Wall(Canvas):
    """A canvas that only remembers."""

    interval = 0.0

    def __init__(self):
        super().__init__()
        self.drawn: list[tuple[Figure, object]] = []

    def draw(self, figure, structure):
        self.drawn.append((figure, structure))


@pytest.fixture
def panel():
    panel = Panel(QUICK, Wall(), delay=0.05)
    yield panel
    panel.close()
    assert panel.work.wait(30)


def trained(panel: Panel) -> str:
    """Press the button, wait, and read the message."""
    panel.train.click()
    assert panel.work.wait(120)
    return panel.message.value


def test_the_button_trains_what_the_fields_say(panel):
    panel.fields["density"].value, panel.fields["n"].value = 0.5, 4
    assert "Trained in" in trained(panel)
    assert panel.progress.value == 1
    assert "n = 4" in panel.caption.value
    assert "density 0.5" in panel.caption.value
    assert "of 4 features" in panel.reading.value


def test_of_rapid_clicks_the_last_is_trained(panel):
    for n in (3, 4, 5, 6):
        panel.fields["n"].value = n
        panel.train.click()
    assert panel.work.wait(120)
    assert {structure[0] for _, structure in panel.canvas.drawn} == {6}


def test_a_wrong_value_is_answered_and_the_picture_stays(panel):
    trained(panel)
    drawn, reading = len(panel.canvas.drawn), panel.reading.value
    panel.fields["density"].value = 1.3
    message = trained(panel)
    assert 'role="alert"' in message
    assert "density must be in (0, 1], got 1.3" in message
    panel.fields["density"].value, panel.fields["hidden"].value = 0.1, 9
    assert "hidden must be in 1 … n = 5, got 9" in trained(panel)
    assert (len(panel.canvas.drawn), panel.reading.value) == (drawn, reading)
    panel.fields["hidden"].value = 2
    assert "Trained in" in trained(panel)


def test_a_failing_training_is_a_message(panel, monkeypatch):
    def fail(*args, **kwargs):
        raise MemoryError("no <room>")
        yield

    monkeypatch.setattr("tsup.training.stages", fail)
    assert "MemoryError: no &lt;room&gt;" in trained(panel)
    assert panel.stop.disabled


def test_stopping_ends_a_training(panel):
    panel.fields["steps"].value = 100_000
    started = threading.Event()
    panel.reading.observe(lambda _: started.set(), "value")
    panel.train.click()
    assert started.wait(60)
    assert not panel.stop.disabled
    panel.stop.click()
    assert panel.work.wait(120)
    assert "Stopped" in panel.message.value
    assert panel.stop.disabled


def test_every_field_has_a_label(panel):
    assert all(field.description for field in panel.fields.values())
    assert set(panel.fields) == set(vars(QUICK))


def test_on_a_page_a_lab_trains_in_the_page(in_book, displayed):
    lab(steps=20, replicas=2, model="absolute value", hidden=6)._ipython_display_()
    page = displayed[0].data
    told = json.loads(re.search(r"data-live-for[^>]*>(.*?)</script>", page)[1])
    [request] = told["requests"]
    assert request["features"]["low"] == -1
    assert request["model"]["hidden"] == 6
    assert [view["kind"] for view in told["views"]] == ["stacks", "loss"]
    assert "20 steps of Adam" in page


# ── A real kernel ────────────────────────────────────────────────────────────

SHOW = """\
import numpy as np
from tsup import plots
from tsup.widgets import explore, lab, show
show(explore(lambda k: plots.directions(k * np.eye(2)), {"k": (0.5, 1)}))
"""
DISPLAY = """\
panel = lab(steps=20, replicas=1)
panel
"""
DRIVE = """\
assert panel.work.wait(120) and "Trained in" in panel.message.value, panel.message.value
source, shown = panel.canvas.sources["directions"], panel.canvas.widget.children[0]
before = source.data["x"].copy()
panel.fields["density"].value = 1.0
panel.train.click()
assert panel.work.wait(120) and "density 1" in panel.caption.value
print("moved", bool((source.data["x"] != before).any()), panel.canvas.widget.children[0] is shown)
panel.fields["n"].value, panel.fields["hidden"].value = 6, 3
panel.train.click()
assert panel.work.wait(120)
print("new layout", panel.canvas.widget.children[0] is not shown, "model-norms" in panel.canvas.sources)
panel.close()
"""


def test_in_a_kernel_figures_show_and_the_lab_trains(monkeypatch):
    monkeypatch.delenv("TSUP_BOOK", raising=False)
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(cell) for cell in (SHOW, DISPLAY, DRIVE)]
    )
    NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
    shown, panel, said = (cell.outputs for cell in notebook.cells)
    assert "data-plot-for" in shown[-1].data["text/html"]
    assert "application/vnd.jupyter.widget-view+json" in panel[-1].data
    assert "".join(part.text for part in said) == "moved True True\nnew layout True True\n"
