"""Six features moving in three dimensions while a model trains, beside its loss (F23)."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from bokeh.models.annotations import BoxAnnotation, Span
from bokeh.plotting import figure
from numpy.typing import ArrayLike

from tsup.errors import InputError
from tsup.geometry import pose
from tsup.plots import polyhedra
from tsup.plots.kit import checks, controls, palette, theme, words
from tsup.plots.kit.figure import Figure

FRAMES_PER_SECOND, CALM_FRAMES_PER_SECOND = 12, 1
LOOK = (
    "Left, the directions of the features in three dimensions, one colour for each set that is active together; nearer "
    "ones are larger. Right, the loss, with the plateaus shaded and a line at the step that is shown. Press play or "
    "move the slider: on the first plateau every set is one direction, and at the end each feature has its opposite in "
    "the other set."
)


def motion(
    W: ArrayLike,
    step: ArrayLike,
    loss: ArrayLike,
    sets: Sequence[Sequence[int]],
    plateaus: Sequence[Sequence[tuple[float | int, float | int]]],
    about: str = "",
) -> Figure:
    """Features over training, to be played, paused, scrubbed and turned, for one of several starts.

    W: (start, time, 3, feature). step: (time,), at least two, ascending from 1 or more. loss: (start, time) > 0. sets:
    features that share a colour, each in exactly one set, at most eight sets. plateaus: for every start the stretches
    (first step, last step) to be shaded. about: what was trained. Nothing moves until the reader asks, and then one
    frame a second for a reader who prefers reduced motion. Raises InputError for other shapes. Row F23.
    """
    weights = checks.array("W", W, "start", "time", 3, "feature")
    starts, times, _, n = weights.shape
    steps, losses = checks.array("step", step, times), checks.array("loss", loss, starts, times)
    if starts < 2:
        raise InputError(f"W must hold at least two starts, got {starts}")
    if times < 2 or steps[0] < 1 or (np.diff(steps) <= 0).any():
        raise InputError(f"step must ascend from at least 1 with at least two values, got {steps.tolist()}")
    if sorted(i for members in sets for i in members) != list(range(n)) or len(sets) > len(palette.FEATURES):
        raise InputError(f"sets must hold each of {n} features once, in at most 8 sets, got {sets}")
    if len(plateaus) != starts:
        raise InputError(f"plateaus must hold one list a start, {starts}, got {len(plateaus)}")
    runs = [_for_script(*one) for one in zip(weights, losses, plateaus, strict=True)]
    colours = [palette.FEATURES[k] for i in range(n) for k, members in enumerate(sets) if i in members]
    return _assemble(runs, steps, colours, about)


def _for_script(
    W: np.ndarray, loss: np.ndarray, plateaus: Sequence[tuple[float | int, float | int]]
) -> dict[str, Any]:
    """A training as the script takes it, in a pose in which its final features lie along the axes."""
    posed = pose.along_axes(W[-1]) @ W
    return {
        "W": posed.swapaxes(1, 2).round(3).tolist(),
        "loss": loss.round(6).tolist(),
        "plateaus": [[float(first), float(last)] for first, last in plateaus],
    }


def _assemble(runs: list[dict[str, Any]], steps: np.ndarray, colours: list[str], about: str) -> Figure:
    first, names = runs[0], [f"{int(s):,}" for s in steps]
    start = controls.choice("start", [str(k + 1) for k in range(len(runs))], "1")
    sliders = {"step": controls.slider("step", names, names[-1])} | polyhedra.angle_sliders()
    space, sources = _directions(np.array(first["W"][-1]), colours)
    course, shades, now = _loss(first, steps, max(len(run["plateaus"]) for run in runs), runs)
    play = controls.play(sliders["step"], FRAMES_PER_SECOND, CALM_FRAMES_PER_SECOND)
    text = f"Start 1, step {names[-1]}: loss {first['loss'][-1]:.4f}, {_plateau_in_words(first, steps[-1])}."
    reading = controls.reading(text)
    panels = theme.wrap([space, course], least=300)
    bar = controls.bar(sliders["step"], play, start)
    whole = controls.whole(bar, reading, panels, controls.bar(sliders["turn"], sliders["tilt"]))
    args = {"runs": runs, "steps": steps.tolist(), "colours": colours, "shades": shades, "now": now}
    controls.wire(
        [start, *sliders.values()],
        ("turn", "motion"),
        start=start,
        **sliders,
        **sources,
        **args,
        losses=course.select_one({"name": "motion-loss"}),
        reading=reading,
        whole=whole,
    )
    polyhedra.turn_by_dragging(space, sliders)
    return Figure(whole, words.caption(LOOK, about), text)


def _plateau_in_words(run: dict[str, Any], step: float) -> str:
    for k, (first, last) in enumerate(run["plateaus"], 1):
        if first <= step <= last:
            return f"on plateau {k} of {len(run['plateaus'])}"
    return "between plateaus"


def _directions(vertices: np.ndarray, colours: list[str]) -> tuple[figure, dict[str, Any]]:
    """The panel of directions, the nearest painted last."""
    plot = polyhedra.space()
    places = polyhedra.seen(vertices, polyhedra.TURN, polyhedra.TILT)
    order = np.argsort(places[:, 2])
    x, y, near = places[order].T
    ordered = [colours[k] for k in order]
    zero = np.zeros(len(order))
    sources = {
        "arms": theme.source("motion-arms", x0=zero, y0=zero, x1=x, y1=y, colour=ordered),
        "dots": theme.source(
            "motion-dots", x=x, y=y, size=13 + 4 * near, feature=order.astype(float), colour=ordered
        ),
    }
    plot.segment("x0", "y0", "x1", "y1", source=sources["arms"], line_width=2.5, line_color="colour")
    dots = plot.scatter("x", "y", size="size", source=sources["dots"], fill_color="colour", line_color=None)
    theme.tips(plot, dots, feature="@feature")
    return plot, sources


def _loss(
    run: dict[str, Any], steps: np.ndarray, most: int, runs: list[dict[str, Any]]
) -> tuple[figure, list[BoxAnnotation], Span]:
    """The loss of one start on logarithmic axes, with room for the plateaus of any."""
    losses = np.array([one["loss"] for one in runs])
    limits = (losses.min() / 1.3, losses.max() * 1.3)
    plot = theme.panel(
        (float(steps[0]), float(steps[-1])), limits, height=300, x_axis_type="log", y_axis_type="log"
    )
    plot.xaxis.axis_label, plot.yaxis.axis_label = "step", "loss"
    ticks = np.multiply.outer(10.0 ** np.arange(-6, 3), [1, 2, 5]).ravel()
    theme.tick(plot.yaxis, ticks.round(8), grid=plot.ygrid)
    shades = []
    for k in range(most):
        left, right = run["plateaus"][k] if k < len(run["plateaus"]) else (steps[0], steps[0])
        shade = BoxAnnotation(
            left=left, right=right, fill_color=palette.SLATE, fill_alpha=0.14, level="underlay",
            visible=k < len(run["plateaus"]),
        )  # fmt: skip
        plot.add_layout(shade)
        shades.append(shade)
    data = theme.source("motion-loss", step=steps, loss=np.array(run["loss"]))
    plot.line("step", "loss", source=data, line_color=theme.INK, line_width=2)
    now = Span(location=float(steps[-1]), dimension="height", line_color=palette.GOLD, line_width=2)
    plot.add_layout(now)
    return plot, shades, now
