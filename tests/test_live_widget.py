"""Figures that train, from Python's side: what a page and a notebook are handed, and the weights that come back."""

import base64
import json
import re
import types
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from bokeh.models import ColumnDataSource
from bokeh.util.paths import bokehjs_path
from ipywidgets.embed import dependency_state, embed_data, escape_script

import tsup
from tsup import measure, plots
from tsup.errors import InputError
from tsup.exact import theory
from tsup.widgets import knobs, live, live_widget, starts
from tsup.widgets.lesson import request
from tsup.widgets.lives import made, page_markup
from tsup.widgets.views import panels

VIEW = "application/vnd.jupyter.widget-view+json"
QUICK = tsup.Training(steps=20, batch=64, lr=0.01, schedule="constant", replicas=2)
WORLD = tsup.Features(5, 0.05, 0.9 ** np.arange(5))
DENSITIES, RATIOS = np.geomspace(0.01, 1, 4), np.geomspace(0.1, 10, 3)
GRID = tsup.Features(2, np.tile(DENSITIES, 3)[:, None], np.stack([np.ones(12), RATIOS.repeat(4)], axis=1))


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """A folder of results of its own, so that nothing is found beforehand."""
    monkeypatch.setenv("TSUP_RESULTS", str(tmp_path))


@pytest.fixture
def in_book(monkeypatch):
    monkeypatch.setenv("TSUP_BOOK", "1")


@pytest.fixture
def in_jupyter(monkeypatch):
    monkeypatch.delenv("TSUP_BOOK", raising=False)
    for module in ("lives", "live_widget"):
        monkeypatch.setattr(f"tsup.widgets.{module}.where", lambda: "jupyter", raising=False)


def lesson(**words):
    given = {"features": WORLD, "model": tsup.ReluOutput(2), "training": QUICK, "name": "five"}
    return made(**given | words)


def columns(source):
    return {name: np.asarray(value).tolist() for name, value in source.data.items()}


# ── What a page is told ──────────────────────────────────────────────────────


def test_a_request_has_a_row_for_every_model_of_the_stack():
    setup = next(iter(lesson(features=tsup.Features(5, [[0.1], [0.5]])).setups.values()))
    asked = request(setup)
    assert np.array_equal(asked["features"]["density"], np.repeat([0.1, 0.5], 2)[:, None].repeat(5, 1))
    assert asked["model"] == {
        "hidden": 2,
        "tied": True,
        "hidden_activation": "linear",
        "output_activation": "relu",
        "bias": True,
        "hidden_bias": False,
        "target": "identity",
    }
    assert asked["training"]["lr"] == 0.01


def test_a_lesson_carries_its_start_and_the_figure_shows_it():
    one = lesson()
    setup = one.setups[""]
    starts.train_and_save(setup)
    told, kept = one.json(), starts.load(setup)
    [stored] = told["start"]
    W = np.frombuffer(base64.b64decode(stored["weights"]["W"]["data"]), "<f4").reshape(
        stored["weights"]["W"]["shape"]
    )
    assert np.array_equal(W, kept.weights["W"])
    drawn = one.figure().layout.select_one({"name": "directions"})
    best = kept.weights["W"][int(kept.loss.argmin())]
    assert np.array_equal(drawn.data["x"], best[0])
    assert told["words"]["reading"] == "Trained beforehand for 20 steps."
    json.dumps(told, allow_nan=False)


def test_without_a_start_it_says_so():
    told = lesson().json()
    assert told["start"] == [None]
    assert told["words"]["reading"] == "Not trained yet: press Train."


def test_the_caption_is_made_from_the_setup():
    assert "n = 5, m = 2, importance 0.9ⁱ, density 0.05, 20 steps of Adam" in lesson().figure().caption


@pytest.mark.parametrize(
    ("model", "kind"),
    [
        (tsup.ReluOutput(2), "directions"),
        (tsup.ReluOutput(3), "model"),
        (tsup.ReluHidden(2), "stacks"),
        (tsup.AbsValue(4), "stacks"),
    ],
)
def test_the_view_suits_the_model_and_the_loss_is_below(model, kind):
    assert [view["kind"] for view in lesson(model=model).json()["views"]] == [kind, "loss"]


@pytest.mark.parametrize(
    ("view", "model", "sources"),
    [
        ("gram", tsup.ReluOutput(2), {"gram-products", "gram-biases"}),
        ("sharing", tsup.ReluOutput(2), {"sharing"}),
        ("polyhedron", tsup.ReluOutput(3), {"faces", "edges", "dots"}),
        ("attack", tsup.ReluOutput(2), {"attack-input", "attack-output"}),
    ],
)
def test_every_view_draws_the_sources_that_the_page_writes(view, model, sources):
    figure = lesson(view=view, model=model).figure()
    names = {source.name for source in figure.layout.select({"type": ColumnDataSource})}
    assert sources | {"loss"} <= names


def test_two_models_stand_side_by_side_under_their_names():
    both = lesson(model={"linear": tsup.Linear(2), "ReLU output": tsup.ReluOutput(2)}, view="gram")
    told, layout = both.json(), both.figure().layout
    assert [one["model"]["output_activation"] for one in told["requests"]] == ["linear", "relu"]
    assert [(one["of"], one["prefix"]) for one in told["views"]] == [(0, "0-")] * 2 + [(1, "1-")] * 2
    names = [source.name for source in layout.select({"type": ColumnDataSource})]
    assert {"0-gram-products", "1-gram-products", "0-loss", "1-loss"} <= set(names)
    assert len(names) == len(set(names))
    titles = [panel.title.text for panel in panels(layout) if panel.title.text]
    assert titles == ["linear", "ReLU output"]


def test_a_phase_diagram_has_a_model_at_every_point_and_one_to_move():
    costs = dict(zip(("extra ignored", "first ignored", "pair"), theory.COEFFICIENTS.values(), strict=False))
    diagram = lesson(features=GRID, model=tsup.ReluOutput(1), view="phases", costs=costs)
    told, layout = diagram.json(), diagram.figure().layout
    assert [len(one["features"]["density"]) for one in told["requests"]] == [24, 2]
    assert told["views"][0] == {"kind": "phases", "of": 0, "prefix": "", "shape": [3, 4], "starts": 2}
    assert [one["kind"] for one in told["views"]] == ["phases", "point", "model"]
    assert told["views"][1]["ends"] == [[DENSITIES[0], RATIOS[0]], [DENSITIES[-1], RATIOS[-1]]]
    assert [(one["field"], one["of"], one["anew"]) for one in told["controls"]] == [
        ("density", 1, True),
        ("ratio", 1, True),
    ]
    [start, _] = diagram.starts
    loss = start.loss.reshape(12, 2)
    loss[5] = (1, 0)  # of the sixth point, the second start is the best
    W = start.weights["W"].reshape(12, 2, 1, 2)
    W = np.where(np.arange(12)[:, None, None] == 5, W[:, 1], W[:, 0]).reshape(3, 4, 1, 2)
    layout = diagram.figure().layout
    drawn = layout.select_one({"name": "phases-0"}).data
    assert np.array_equal(drawn["w01"][0], W[:, :, 0, 1])
    assert layout.select_one({"name": "phases-0-borders"}).data["x"]
    expected = plots.Phases(DENSITIES, RATIOS, measure.norms(W)[..., 1], measure.interference(W)[..., 1], W)
    alone = plots.phases({"": expected}).layout.select_one({"name": "phases-0"})
    assert np.array_equal(drawn["image"][0], alone.data["image"][0])
    assert told["full"]


def test_controls_begin_with_what_is_trained():
    told = lesson(controls=["density 0", "decay", "n"], correlated={"none": [], "pair": [[0, 1]]}).json()
    values = {one["label"]: one["value"] for one in told["controls"]}
    assert values == {
        "density of 0": 0.05,
        "importance decay": 0.9,
        "features n": 5,
        "together": "none",
        "learning rate": 0.01,
        "models": 2,
    }
    assert told["controls"][0]["feature"] == 0
    assert [one["label"] for one in told["controls"] if one.get("more")] == [
        "features n",
        "learning rate",
        "models",
    ]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"view": "circle"}, "view must be one of directions, gram,"),
        ({"view": "directions", "model": tsup.ReluOutput(3)}, "view must fit the model, such as 'model'"),
        ({"view": "polyhedron"}, "view must fit the model, such as 'directions', got 'polyhedron'"),
        ({"view": "absolute"}, "view must fit the model, such as 'directions', got 'absolute'"),
        ({"model": tsup.ReluOutput(6)}, "hidden must be in 1 … n = 5, got 6"),
        ({"model": {}}, "model must hold at least one model, got none"),
        ({"name": "Two words"}, "name must be small letters, digits and hyphens, got 'Two words'"),
        ({"controls": ["colour"]}, 'controls must be among density, decay, lr, n, hidden, models, "density i"'),
        ({"controls": ["density 5"]}, 'controls must be among density, decay, lr, n, hidden, models, "density i"'),
        ({"training": replace(QUICK, l1=0.1)}, "l1 must be None where a page trains, got 0.1"),
        ({"training": replace(QUICK, optimizer="sgd")}, "optimizer must be None where a page trains, got sgd"),
        ({"view": "phases"}, "features must be n = 2 with importance (1, r)"),
        ({"view": "phases", "features": GRID}, "model must be tied with hidden = 1 for a phase diagram"),
    ],
)  # fmt: skip
def test_what_cannot_train_in_a_page_is_one_line(wrong, told):
    with pytest.raises(InputError) as error:
        lesson(**wrong)
    assert str(error.value).startswith(told)
    assert "\n" not in str(error.value)


def test_a_page_gets_the_figure_the_lesson_and_a_place_for_the_panel(in_book, monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.display", shown.append)
    live(WORLD, tsup.ReluOutput(2), QUICK, name="five")._ipython_display_()
    page = shown[0].data
    assert 'class="tsup-figure tsup-live" data-live="five"' in page
    plot = re.search(r'<div class="tsup-plot" id="([^"]+)"', page)[1]
    told = re.search(rf'<script type="application/json" data-live-for="{plot}">(.*?)</script>', page)[1]
    assert json.loads(told)["name"] == "five"
    assert page.index("tsup-live-panel") < page.index("tsup-plot")


def test_text_cannot_leave_the_lesson():
    page = page_markup(lesson(correlated={"</script>": [], "b": [[0, 1]]}))
    assert page.count("</script>") == 2


def test_a_terminal_cannot_train_in_a_page(monkeypatch):
    monkeypatch.delenv("TSUP_BOOK", raising=False)
    with pytest.raises(InputError, match="live must be called in a notebook or on a page of the book"):
        live(WORLD, tsup.ReluOutput(2))


# ── Settings ─────────────────────────────────────────────────────────────────


def knobs_of(**words):
    one = lesson(controls=["density", "density 1", "decay", "n", "hidden"], **words)
    return one.setups[""], one.knobs


def test_without_a_change_it_is_the_setup_itself():
    setup, every = knobs_of()
    assert knobs.applied(setup, every, {}) == setup
    assert knobs.applied(setup, every, {knob.key: knob.value for knob in every} | {"seed": 0}) == setup


def test_settings_make_the_setup_that_the_page_trains():
    setup, every = knobs_of(correlated={"none": [], "pair": [[2, 3]]})
    told = {
        "n": 6,
        "hidden": 3,
        "density": 0.2,
        "density-1": 0.2,
        "decay": 0.8,
        "correlated": "pair",
        "seed": 4,
    }
    made = knobs.applied(setup, every, told | {"feature-density-1": 0.4, "lr": 0.02, "models": 3})
    density = np.full(6, 0.2)
    density[1] = 0.4
    assert made == tsup.config.Setup(
        features=tsup.Features(6, density, 0.8 ** np.arange(6), correlated=[[2, 3]]),
        model=tsup.ReluOutput(3),
        training=replace(QUICK, lr=0.02, replicas=3, seed=4),
    )


def test_a_setting_of_one_request_leaves_the_other():
    diagram = lesson(features=GRID, model=tsup.ReluOutput(1), view="phases")
    grid, point = diagram.setups.values()
    told = {"density-1": 0.3, "ratio-1": 2.0}
    assert knobs.applied(grid, diagram.knobs, told, of=0) == grid
    moved = knobs.applied(point, diagram.knobs, told, of=1)
    assert moved.features == replace(point.features, density=0.3, importance=np.array([1, 2.0]))


# ── In a notebook ────────────────────────────────────────────────────────────


@pytest.fixture
def figure(in_jupyter):
    widget = live(WORLD, tsup.ReluOutput(2), QUICK, name="five", controls=["density", "n"])
    yield widget
    widget.close()


def send_back(figure, setup, **state):
    """As the browser does: the weights of a training of the library, and the settings that it had."""
    run = tsup.train(setup.features, setup.model, setup.training, backend="reference", progress=False)
    parts, whole = [], b""
    for name, array in run.weights.items():
        parts.append({"of": 0, "name": name, "shape": list(array.shape), "offset": len(whole)})
        whole += np.ascontiguousarray(array, "<f4").tobytes()
    figure.weights = memoryview(whole)
    figure.state = {"step": 20, "weights": parts, **state}
    return run


def test_a_notebook_gets_the_lesson_and_the_layout(figure):
    assert figure.lesson["name"] == "five"
    assert figure.item["doc"]["roots"]
    assert all(address.endswith(".js") for address in figure.bokeh)


def test_python_commands_what_the_browser_does(figure):
    figure.train()
    assert figure.request == {"do": "train", "number": 1}
    figure.set(density=0.3, seed=2)
    assert figure.request == {"do": "set", "number": 2, "settings": {"density": 0.3, "seed": 2}}
    for name in ("pause", "step", "reset"):
        getattr(figure, name)()
        assert figure.request["do"] == name
    with pytest.raises(InputError, match="settings must be among seed, density, n, lr, models, got 'colour'"):
        figure.set(colour=1)


def test_before_it_rested_there_is_no_run(figure):
    with pytest.raises(InputError, match="got no weights yet"):
        _ = figure.run


def test_the_weights_come_back_as_a_run_of_what_was_trained(figure):
    setup = tsup.config.Setup(
        features=tsup.Features(4, 0.3, 0.9 ** np.arange(4)),
        model=tsup.ReluOutput(2),
        training=replace(QUICK, seed=7),
    )
    trained = send_back(figure, setup, settings={"density": 0.3, "n": 4, "seed": 7})
    assert figure.run.setup.model == setup.model
    assert figure.run.setup.training == setup.training
    assert np.array_equal(figure.run.setup.features.densities(), setup.features.densities())
    assert np.allclose(figure.run.setup.features.importances(), setup.features.importances())
    for name, weight in trained.weights.items():
        assert np.array_equal(figure.run.weights[name], weight)
    assert np.allclose(figure.run.loss, trained.loss)
    assert figure.run.steps_done == 20
    assert figure.run.best().W.shape == (1, 2, 4)


def test_without_widgets_it_says_what_to_install(in_jupyter, monkeypatch):
    monkeypatch.setattr("tsup.widgets.lives.find_spec", lambda name: None if name == "anywidget" else types)
    advice = 'live needs anywidget, which cannot be found; install with: pip install "tsup[notebook]"'
    with pytest.raises(InputError, match=re.escape(advice)):
        live(WORLD, tsup.ReluOutput(2))


# ── Trained in a browser, and read back ──────────────────────────────────────

# A widget's model as a notebook's frontend has it: traits that Python set, and those that the module sets.
HOSTED = """async ([code, traits]) => {
  const module = await import(URL.createObjectURL(new Blob([code], {type: 'text/javascript'})))
  const heard = {}
  window.model = {
    get: (name) => traits[name], set: (name, value) => { traits[name] = value }, save_changes() {},
    on: (event, call) => { heard[event] = call }, off() {},
    ask(request) { traits.request = request; heard['change:request']() }, traits,
  }
  const el = document.body.appendChild(document.createElement('div'))
  module.default.render({model, el})
}"""
BACK = """() => {
  const {buffer, byteOffset, byteLength} = model.traits.weights
  return [model.traits.state, [...new Uint8Array(buffer, byteOffset, byteLength)]]
}"""


@pytest.fixture
def notebook(browser):
    """A function that shows a widget as a notebook does."""
    pages = []

    def show(figure):
        page = browser.new_page()
        pages.append(page)
        for name in ("bokeh", "bokeh-widgets"):
            page.add_script_tag(path=Path(bokehjs_path(), "js", f"{name}.min.js"))
        traits = {name: getattr(figure, name) for name in ("lesson", "item", "bokeh", "state", "request")}
        page.evaluate(HOSTED, [live_widget.MODULE.read_text(encoding="utf-8"), traits])
        return page

    yield show
    for page in pages:
        page.close()


def test_a_browser_trains_what_python_asks_for_and_python_reads_the_weights(in_jupyter, notebook):
    longer = replace(QUICK, steps=500, batch=256)
    figure = live(WORLD, tsup.ReluOutput(2), longer, name="five", controls=["density", "n"])
    page = notebook(figure)
    for command, words in (("set", {"density": 0.3, "n": 4, "seed": 3}), ("train", {})):
        getattr(figure, command)(**words)
        page.evaluate("(request) => model.ask(request)", figure.request)
    page.wait_for_function(
        "model.traits.state.weights && !model.traits.state.running && model.traits.state.step >= 500"
    )
    figure.state, whole = page.evaluate(BACK)
    figure.weights = bytes(whole)
    run = figure.run
    assert run.features.n == 4
    assert np.all(run.features.densities() == 0.3)
    assert run.training.seed == 3
    assert run.steps_done == 500
    assert {name: w.shape for name, w in run.weights.items()} == {"W": (2, 2, 4), "b": (2, 4)}
    assert (run.loss < starts.without_features(run.setup)).all()


def test_saved_as_a_page_with_its_state_the_figure_trains_without_a_kernel(
    in_jupyter, browser, tmp_path, monkeypatch
):
    shown, asked = [], []
    monkeypatch.setattr("IPython.display.display", shown.append)
    monkeypatch.setattr("tsup.widgets.display._bringer", None)
    figure = live(WORLD, tsup.ReluOutput(2), QUICK, name="five")
    figure._repr_mimebundle_()
    saved = embed_data(views=[figure], state=dependency_state([figure], drop_defaults=False))
    scripts = {"view": saved["view_specs"][0], "state": saved["manager_state"]}
    texts = [
        f'<script type="application/vnd.jupyter.widget-{kind}+json">{escape_script(json.dumps(said))}</script>'
        for kind, said in scripts.items()
    ]
    page = "".join(['<meta charset="utf-8"><body>', shown[0].data, *texts])
    (tmp_path / "saved.html").write_text(page, encoding="utf-8")
    page = browser.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.goto((tmp_path / "saved.html").as_uri())
    page.locator(".tsup-live-panel .main").click()
    page.wait_for_function("document.querySelector('.main').textContent === 'Train on'")
    assert page.locator(f"script[type='{VIEW}']").count() == 0
    assert [url for url in asked if not url.startswith(("file:", "blob:", "data:"))] == []
    page.close()
