"""Inputs of small models and what small moves of them do to the outputs, by direction and length (F24)."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from bokeh.models import FixedTicker
from bokeh.models.annotations import Span
from bokeh.plotting import figure
from numpy.typing import ArrayLike

from tsup.errors import InputError
from tsup.paper.adversarial import analysis
from tsup.plots.kit import checks, controls, palette, theme, words
from tsup.plots.kit.figure import Figure

PLANE = 1.4
LOW, HIGH = -0.75, 1.75
STEP, FIRST = 6, 90
BUDGETS = [f"{0.05 * k:.2f}" for k in range(1, 13)]
LOOK = (
    "The hidden plane: the features' directions, the input (ring) and where the attack puts it (gold). The bars: every "
    "feature's input and output, and a gold dot where the attack puts each. The curves: how far each output moves for "
    "every direction of the attack, and all together in gold; dots are the rows of WᵀW."
)


def attacked(
    W: ArrayLike,
    b: ArrayLike,
    models: Sequence[str],
    inputs: Mapping[str, ArrayLike],
    about: str = "",
    start: str | None = None,
) -> Figure:
    """Models x' = ReLU(WᵀWx + b) with two hidden dimensions under attack, with a choice of the model and the input, and
    sliders for the direction and length of the attack.

    The attack is along Wᵀu, u being a direction of the hidden plane, since all else is lost in W. W: (model, 2,
    feature), at most eight features. b: (model, feature). models: a name for each, at least two. inputs: name →
    (feature,), at least two. about: what was trained. start: the model that is shown first; without it, the first.
    Raises InputError for other shapes and for a start that is not there. Row F24.
    """
    weights = checks.array("W", W, len(models), 2, "feature")
    n = weights.shape[2]
    biases = checks.array("b", b, len(models), n)
    given = [checks.array(f"inputs[{name!r}]", x, n) for name, x in inputs.items()]
    if len(models) < 2 or len(given) < 2 or n > len(palette.FEATURES):
        raise InputError(
            f"models and inputs must be at least two of at most 8 features, got {len(models)}, {len(given)}, {n}"
        )
    first = models[0] if start is None else start
    if first not in models:
        raise InputError(f"start must be one of {', '.join(models)}, got {start}")
    moved = {
        "model": controls.choice("model", models, first),
        "input": controls.choice("input", list(inputs), next(iter(inputs))),
        "angle": controls.slider("direction, degrees", [str(a) for a in range(0, 360, STEP)], str(FIRST)),
        "budget": controls.slider("budget ε", BUDGETS, BUDGETS[1]),
    }
    return _assemble(moved, weights, biases, given, list(models).index(first), about)


def _assemble(
    moved: dict[str, Any],
    W: np.ndarray,
    b: np.ndarray,
    inputs: list[np.ndarray],
    first: int,
    about: str,
) -> Figure:
    epsilon = float(moved["budget"].value)
    seen = inputs[0] + [0 * inputs[0], analysis.perturbation(W[first], FIRST, epsilon)]
    outputs = analysis.outputs(W[first], b[first], seen)
    colours = palette.features(np.ones(len(inputs[0])))
    plane, places = _plane(W[first], seen @ W[first].T, colours)
    above, upper = _bars("inputs", "input", seen, colours)
    below, lower = _bars("outputs", "output", outputs, colours)
    marks, course = _by_direction(W, W[first], b[first], inputs[0], epsilon, colours)
    text = _alt(moved, seen, outputs)
    reading = controls.reading(text)
    sides = theme.stack([upper, lower])
    panels = theme.stack([theme.wrap([plane, sides], least=270), course])
    whole = controls.whole(controls.bar(*moved.values()), reading, panels)
    stack = [
        {"W": w.tolist(), "b": bias.tolist(), "angles": analysis.feature_angles(w).tolist()}
        for w, bias in zip(W, b, strict=True)
    ]
    args = {"models": stack, "inputs": [x.tolist() for x in inputs], "above": above, "below": below}
    extra = {"reading": reading, "whole": whole}
    controls.wire(
        list(moved.values()),
        ("number", "under-attack", "attacked"),
        **moved,
        **places,
        **marks,
        **args,
        **extra,
    )
    return Figure(whole, words.caption(LOOK, about), text)


def _alt(moved: dict[str, Any], inputs: np.ndarray, outputs: np.ndarray) -> str:
    """What the first position of the controls shows, in words; the script writes the same."""
    change = np.abs(outputs[1] - outputs[0])
    far, most = float(np.linalg.norm(change)), int(change.argmax())
    before, after = ((inputs[0] - outputs) ** 2).sum(1)
    start, end = (words.number(one[most]) for one in outputs)
    model, given, budget = (controls.chosen(moved[name]) for name in ("model", "input", "budget"))
    said = f"{model}, {given}: the input moves by {budget}, the outputs by {words.number(far)}. "
    if far < 0.005:
        return f"{said}No output changes."
    return (
        f"{said}Output {most} changes most, from {start} to {end}; the squared error goes from "
        f"{words.number(before, 3)} to {words.number(after, 3)}."
    )


def _plane(W: np.ndarray, hidden: np.ndarray, colours: Sequence[str]) -> tuple[figure, dict[str, Any]]:
    """The directions of the features, and the input's place before and after."""
    plot = theme.bare(theme.panel((-PLANE, PLANE), (-PLANE, PLANE), aspect_ratio=1, max_width=270))
    n = W.shape[1]
    arms = theme.source(
        "attacked-directions", x0=np.zeros(n), y0=np.zeros(n), x1=W[0], y1=W[1], colour=list(colours),
        feature=np.arange(n),
    )  # fmt: skip
    plot.segment("x0", "y0", "x1", "y1", source=arms, line_color="colour", line_width=3)
    dots = plot.scatter("x1", "y1", size=9, source=arms, color="colour")
    theme.tips(plot, dots, feature="@feature")
    before, after = hidden
    way = theme.source("attacked-way", x0=before[:1], y0=before[1:], x1=after[:1], y1=after[1:])
    plot.segment("x0", "y0", "x1", "y1", source=way, line_color=palette.GOLD, line_width=4)
    plot.scatter("x1", "y1", size=13, source=way, fill_color=palette.GOLD, line_color=theme.INK)
    plot.scatter("x0", "y0", size=13, source=way, fill_color=None, line_color=theme.INK, line_width=2)
    return plot, {"arms": arms, "way": way}


def _bars(name: str, label: str, values: np.ndarray, colours: Sequence[str]) -> tuple[Any, figure]:
    """One bar a feature for the clean value, with a stroke to a dot at the attacked one."""
    n = len(colours)
    plot = theme.panel((-0.6, n - 0.4), (LOW, HIGH), height=135)
    plot.xgrid.visible = False
    plot.min_border_left = 52
    plot.yaxis.axis_label = label
    theme.count_along(plot.xaxis, n, 8)
    theme.guide(plot, "width", 0)
    data = theme.source(
        f"attacked-{name}", x=np.arange(n), before=values[0], after=values[1], colour=list(colours)
    )
    bars = plot.vbar("x", 0.5, "before", source=data, color="colour", line_color=None, fill_alpha=0.55)
    plot.segment("x", "before", "x", "after", source=data, line_color=palette.GOLD, line_width=4)
    plot.scatter("x", "after", size=10, source=data, fill_color=palette.GOLD, line_color=theme.INK)
    theme.tips(plot, bars, feature="@x", clean="@before{0.00}", attacked="@after{0.00}")
    return data, plot


def _by_direction(
    every: np.ndarray, W: np.ndarray, b: np.ndarray, x: np.ndarray, epsilon: float, colours: Sequence[str]
) -> tuple[dict[str, Any], figure]:
    """How far the outputs move in every direction, on an axis with room for every model, input and budget."""
    angles = np.arange(0, 361, 3.0)
    top = max(1.0, *(float(np.linalg.svd(one, compute_uv=False)[0]) ** 2 for one in every))
    plot = theme.panel((-6, 366), (-0.15 * top, 1.08 * top), height=190)
    plot.xaxis.axis_label, plot.yaxis.axis_label = "direction, degrees", "output moves / ε"
    plot.xaxis.ticker = plot.xgrid.ticker = FixedTicker(ticks=list(range(0, 361, 60)))
    plot.min_border_left = 52
    theme.guide(plot, "width", 0)
    theme.guide(plot, "width", 1, "dashed")
    shifts = analysis.output_changes(W, b, x, epsilon, angles)
    each = theme.source(
        "attacked-each", xs=[angles for _ in shifts.T], ys=list(shifts.T), colour=list(colours)
    )
    plot.multi_line("xs", "ys", source=each, line_color="colour", line_width=1.5)
    course = theme.source("attacked-moved", angle=angles, moved=np.linalg.norm(shifts, axis=1))
    drawn = plot.line("angle", "moved", source=course, line_color=palette.GOLD, line_width=2.5)
    theme.tips(plot, drawn, direction="@angle", outputs_move="@moved{0.00} ε")
    at = np.full(len(colours), -0.08 * top)
    rows = theme.source(
        "attacked-rows",
        angle=analysis.feature_angles(W),
        at=at,
        colour=list(colours),
        feature=np.arange(len(at)),
    )
    dots = plot.scatter("angle", "at", size=10, source=rows, color="colour")
    theme.tips(plot, dots, row="@feature")
    now = Span(location=FIRST, dimension="height", line_color=theme.MUTED, line_dash="dashed", line_width=2)
    plot.add_layout(now)
    return {"course": course, "each": each, "rows": rows, "now": now}, plot
