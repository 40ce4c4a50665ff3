"""One small absolute-value model in three views that answer together: matrices, stacks and a graph (F30, F31, F34)."""

from collections.abc import Mapping
from typing import Any, SupportsInt

import numpy as np
from bokeh.models import ColumnDataSource, FixedTicker, HoverTool
from bokeh.plotting import figure
from bokeh.transform import transform
from numpy.typing import ArrayLike

from tsup import circuits
from tsup.errors import InputError
from tsup.plots.kit import bars, checks, controls, heat, palette, scripts, theme, words
from tsup.plots.kit.figure import Figure

MOST = 20
WIDEST, FAINT, STRONG = (
    7.0,
    0.07,
    1.0,
)  # pixels of an edge of weight 1; opacity of the rest and of what is chosen
SEEN = 0.02  # weights smaller than this have no block and no edge
SERVED = 0.2  # of the 1 that |W₁|·W₂ should be for a feature's own output
INPUT, NEURON, OUTPUT = -1.0, 0.0, 1.0
ALL, PAPER = "all", "#ffffff"
LOOK = (
    "The same model three times: as matrices, neurons in rows; as stacks, a column a neuron, its weights from the "
    "inputs; and as a graph from inputs through neurons to outputs. Red is positive, blue negative; a weight past the "
    "scale is written in its cell. Point at a neuron in any view, or choose it, to see it in all three."
)


def circuit(W1: ArrayLike, W2: ArrayLike, names: Mapping[int, str] | None = None, about: str = "") -> Figure:
    """An absolute-value model as matrices, as stacks and as a graph, linked by the neuron that is pointed at.

    W1: (hidden, feature). W2: (feature, hidden). Drawn rescaled, each neuron's largest |W1| at 1, and in the order of
    `tsup.circuits.order`, by which the control numbers them. At most 20 neurons. names: what to call neurons, by their
    place in W1, beside their number. about: what was trained. Raises InputError for other shapes and sizes, and for a
    name of a neuron that is not there. Rows F30, F31, F34.
    """
    inward = checks.array("W1", W1, "hidden", "feature")
    inward, outward = circuits.rescaled(inward, checks.array("W2", W2, inward.shape[1], len(inward)))
    if len(inward) > MOST:
        raise InputError(f"W1 must have at most {MOST} neurons, got {len(inward)}")
    unknown = [name for name in names or {} if not 0 <= name < len(inward)]
    if unknown:
        raise InputError(f"names must be of neurons 0 … {len(inward) - 1}, got {unknown[0]}")
    order = circuits.order(inward)
    called = [(names or {}).get(int(k), "") for k in order]
    inward, outward = inward[order], outward[:, order]
    readings = [
        _model_in_words(inward, outward),
        *(_neuron_in_words(k, inward[k], outward[:, k], called[k]) for k in range(len(order))),
    ]
    texts = [ALL, *map(str, range(len(order)))]
    picker, reading = controls.choice("neuron", texts, ALL), controls.reading(readings[0])
    drawn = [_matrices(inward, outward), _stack(inward), graph(inward, outward)]
    panels, sources = [plot for plot, _ in drawn], [one for _, some in drawn for one in some]
    for plot in panels:
        plot.add_tools(_choose_by_pointing(plot, picker))
    key = heat.signed_key("circuit-key", "weight")
    layout = theme.stack([theme.wrap(panels[:2], least=270), panels[2], key])
    whole = controls.whole(controls.bar(picker), reading, layout)
    controls.wire(
        [picker],
        ("choose-neuron",),
        picker=picker,
        sources=sources,
        faint=FAINT,
        readings=readings,
        reading=reading,
        whole=whole,
    )
    return Figure(whole, words.caption(LOOK, about), readings[0])


def _choose_by_pointing(plot: figure, picker: controls.Control) -> HoverTool:
    drawn: Any = plot.renderers
    told = [one for one in drawn if "neuron" in one.data_source.data]
    point = scripts.call("control", "point-neuron", picker=picker, state={})
    return HoverTool(renderers=told, tooltips=None, callback=point, mode="mouse")


def _source(name: str, neuron: np.ndarray, **columns: Any) -> ColumnDataSource:
    return theme.source(name, neuron=neuron.astype(float), alpha=np.full(len(neuron), STRONG), **columns)


Drawn = tuple[figure, list[ColumnDataSource]]


def _matrices(inward: np.ndarray, outward: np.ndarray) -> Drawn:
    """W1 and the transpose of W2 side by side, neurons from the top."""
    hidden, n = inward.shape
    gap = max(1.0, 0.2 * n)
    plot = theme.panel((-0.6, 2 * n + gap - 0.4), (hidden - 0.4, -1.6), height=235)
    plot.grid.visible = False
    neuron, feature = (values.ravel() for values in np.indices(inward.shape))
    sources = []
    for name, title, W, left in (("in", "W₁", inward, 0.0), ("out", "W₂ᵀ", outward.T, n + gap)):
        data = _source(
            f"circuit-{name}",
            neuron,
            feature=feature.astype(float),
            x=feature + left,
            weight=W.ravel(),
            text=[words.number(w, 0) if abs(w) > palette.SIGNED_LIMIT else "" for w in W.ravel()],
        )
        cells = plot.rect(
            "x",
            "neuron",
            1,
            1,
            source=data,
            fill_color=transform("weight", palette.signed()),
            fill_alpha="alpha",
            line_color=theme.GRID,
        )
        theme.tips(plot, cells, neuron="@neuron", feature="@feature", weight="@weight{0.00}")
        write_past = {"text_color": PAPER, "text_alpha": "alpha", "text_font_size": "10px"}
        theme.write(plot, data, "neuron", **write_past)
        theme.label(plot, f"circuit-{name}-title", left + (n - 1) / 2, -1.1, title, text_font_style="bold")
        sources.append(data)
    plot.yaxis.axis_label = "neuron"
    theme.count_along(plot.yaxis, hidden, MOST)
    plot.yaxis.bounds = (-0.5, hidden - 0.5)
    shown = FixedTicker(ticks=[*range(n), *(n + gap + np.arange(n)).tolist()])
    plot.xaxis.ticker, plot.xaxis.axis_label = shown, "feature"
    plot.xaxis.major_label_overrides = {n + gap + k: str(k) for k in range(n)}  # type: ignore[assignment]
    return plot, sources


def _stack(inward: np.ndarray) -> Drawn:
    """Columns of blocks, as in a stack plot of W1, coloured by feature."""
    _, outer = bars.stacked(inward)
    neuron, feature = np.nonzero(np.abs(inward) > SEEN)
    top, weight = outer[neuron, feature], inward[neuron, feature]
    low, high = min(outer.min(), -0.5), max(outer.max(), 0.5)
    plot = theme.panel((-0.6, len(inward) - 0.4), (low - 0.1, high + 0.1), height=235)
    plot.xgrid.visible = False
    plot.xaxis.axis_label, plot.yaxis.axis_label = "neuron", "weights W₁, stacked"
    theme.count_along(plot.xaxis, len(inward), 10)
    theme.guide(plot, "width", 0)
    colours = palette.features(-np.arange(inward.shape[1], dtype=float))
    data = _source(
        "circuit-stack",
        neuron,
        feature=feature.astype(float),
        top=top,
        bottom=top - weight,
        weight=weight,
        colour=[colours[k] for k in feature],
        x=neuron.astype(float),
        y=top - weight / 2,
        text=[str(k) if abs(w) > 0.12 * (high - low) else "" for k, w in zip(feature, weight, strict=True)],
    )
    blocks = plot.vbar(
        "neuron",
        0.8,
        "top",
        "bottom",
        source=data,
        fill_color="colour",
        fill_alpha="alpha",
        line_color=None,
    )
    theme.tips(plot, blocks, neuron="@neuron", feature="@feature", weight="@weight{0.00}")
    theme.write(plot, data, text_color=PAPER, text_alpha="alpha", text_font_size=theme.SMALL)
    return plot, [data]


def graph(inward: np.ndarray, outward: np.ndarray) -> Drawn:
    """Inputs, neurons and outputs from left to right, an edge for every weight that can be seen."""
    hidden, n = inward.shape
    plot = theme.bare(theme.panel((-1.35, 1.35), (1.12, -1.3), height=275, max_width=620))
    features, neurons = _evenly(n), _evenly(hidden)
    into, fed = np.nonzero(np.abs(inward) > SEEN)
    read, out = np.nonzero(np.abs(outward.T) > SEEN)
    edges = {
        "neuron": np.concatenate([into, read]),
        "x0": np.repeat([INPUT, NEURON], [len(into), len(read)]),
        "y0": np.concatenate([features[fed], neurons[read]]),
        "x1": np.repeat([NEURON, OUTPUT], [len(into), len(read)]),
        "y1": np.concatenate([neurons[into], features[out]]),
        "feature": np.concatenate([fed, out]).astype(float),
        "weight": np.concatenate([inward[into, fed], outward[out, read]]),
    }
    size = np.abs(edges["weight"])
    lines = _source("circuit-edges", **edges, width=np.clip(WIDEST * size, 0.7, 2 * WIDEST))
    drawn = plot.segment(
        *("x0", "y0", "x1", "y1"),
        source=lines,
        line_width="width",
        line_alpha="alpha",
        line_color=transform("weight", palette.signed()),
        line_cap="round",
    )
    theme.tips(plot, drawn, neuron="@neuron", feature="@feature", weight="@weight{0.00}")
    dots = _source("circuit-neurons", np.arange(hidden), x=np.full(hidden, NEURON), y=neurons)
    plot.scatter(
        "x", "y", size=13, source=dots, fill_color=palette.SLATE, fill_alpha="alpha", line_color=None
    )
    _inputs_and_outputs(plot, n, features)
    return plot, [lines, dots]


def _evenly(count: int) -> np.ndarray:
    return np.linspace(-1, 1, count) if count > 1 else np.zeros(1)


def _inputs_and_outputs(plot: figure, n: int, places: np.ndarray) -> None:
    """The inputs' and outputs' dots, in the features' colours, and their names."""
    colours = palette.features(-np.arange(n, dtype=float))
    for name, x, side, letter in (("inputs", INPUT, -0.2, "x"), ("outputs", OUTPUT, 0.2, "y")):
        ends = theme.source(f"circuit-{name}", x=np.full(n, x), y=places, colour=colours)
        plot.scatter("x", "y", size=13, source=ends, fill_color="colour", line_color=None)
        texts = theme.source(
            f"circuit-{name}-names",
            x=np.full(n, x + side),
            y=places,
            text=[f"{letter}{_subscript(k)}" for k in range(n)],
        )
        theme.write(plot, texts)
    for x, text in ((INPUT, "inputs"), (NEURON, "neurons"), (OUTPUT, "outputs")):
        theme.label(plot, f"circuit-{text}-head", x, -1.2, text, text_font_style="bold")


def _subscript(number: SupportsInt) -> str:
    return "".join(chr(0x2080 + int(digit)) for digit in str(int(number)))


def _neuron_in_words(place: int, inward: np.ndarray, outward: np.ndarray, name: str) -> str:
    """What one neuron does, in words."""
    into = [
        f"{words.number(inward[k])} x{_subscript(k)}"
        for k in np.argsort(-np.abs(inward))
        if abs(inward[k]) > 0.1
    ]
    out = [
        f"{words.number(outward[k])} to y{_subscript(k)}"
        for k in np.argsort(-np.abs(outward))
        if abs(outward[k]) > 0.1
    ]
    called = f" ({name})" if name else ""
    return (
        f"Neuron {place}{called} takes in {words.listing(into) or 'nothing'} and gives "
        f"{words.listing(out) or 'nothing'}."
    )


def _model_in_words(inward: np.ndarray, outward: np.ndarray) -> str:
    """How many features the neurons bring to their own outputs."""
    count = (np.abs(inward) * outward.T > SERVED).sum(1)
    return (
        f"{words.count(len(inward), 'neuron')} for {words.count(inward.shape[1], 'feature')}: "
        f"{int((count == 1).sum())} bring one feature to its output, {int((count > 1).sum())} several."
    )
