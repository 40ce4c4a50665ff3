"""Six features moving in three dimensions while a model trains, beside its loss (F23)."""

from collections.abc import Sequence
from itertools import combinations
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
# Of an octahedron of corners ±eₖ: every two corners that are not opposite.
EDGES = np.array([(i, j) for i, j in combinations(range(6), 2) if j - i != 3])
LOOK = (
    "The features' directions in three dimensions, one colour for each set that is active together, nearer ones "
    "larger, in a faint octahedron. The loss, with its plateaus shaded, the stages named in order, and a line at the "
    "step that is shown. Press play or move the slider: on the first plateau every set is one direction, and at the "
    "end each feature has its opposite in the other set."
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
    runs = [_for_script(*one, steps) for one in zip(weights, losses, plateaus, strict=True)]
    colours = [palette.FEATURES[k] for i in range(n) for k, members in enumerate(sets) if i in members]
    return _assemble(runs, steps, colours, about)


def _for_script(
    W: np.ndarray, loss: np.ndarray, plateaus: Sequence[tuple[float | int, float | int]], steps: np.ndarray
) -> dict[str, Any]:
    """A training as the script takes it, in a pose in which its final features lie along the axes."""
    posed = pose.along_axes(W[-1]) @ W
    return {
        "W": posed.swapaxes(1, 2).round(3).tolist(),
        "loss": loss.round(6).tolist(),
        "plateaus": [[float(first), float(last)] for first, last in plateaus],
        "stages": {key: list(value) for key, value in _stages(plateaus, steps).items()},
        "octahedron": float(np.linalg.norm(posed[-1], axis=0).mean()),
    }


def _stages(plateaus: Sequence[Sequence[float | int]], steps: np.ndarray) -> dict[str, Any]:
    """Where the stages stand along the steps, by name: before each plateau and on it, from A on."""
    ends = [float(steps[0]), *(end for plateau in plateaus for end in plateau)]
    middles = np.sqrt(np.multiply(ends[:-1], ends[1:]))
    return {"x": middles, "text": [chr(ord("A") + k) for k in range(len(middles))]}


def _assemble(runs: list[dict[str, Any]], steps: np.ndarray, colours: list[str], about: str) -> Figure:
    first, names = runs[0], [f"{int(s):,}" for s in steps]
    start = controls.choice("start", [str(k + 1) for k in range(len(runs))], "1")
    sliders = {"step": controls.slider("step", names, names[-1])} | polyhedra.angle_sliders()
    space, sources = _directions(np.array(first["W"][-1]), first["octahedron"], colours)
    course, shades, now = _loss(first, steps, max(len(run["plateaus"]) for run in runs), runs)
    play = controls.play(sliders["step"], FRAMES_PER_SECOND, CALM_FRAMES_PER_SECOND)
    text = f"Start 1, step {names[-1]}: loss {first['loss'][-1]:.4f}, {_plateau_in_words(first, steps[-1])}."
    reading = controls.reading(text)
    panels = theme.wrap([space, course], least=300)
    bar = controls.bar(sliders["step"], play, start)
    whole = controls.whole(bar, reading, panels, controls.bar(sliders["turn"], sliders["tilt"]))
    args = {
        "runs": runs,
        "steps": steps.tolist(),
        "colours": colours,
        "shades": shades,
        "now": now,
        "edges": EDGES.tolist(),
    }
    controls.wire(
        [start, *sliders.values()],
        ("turn", "motion"),
        start=start,
        **sliders,
        **sources,
        **args,
        losses=course.select_one({"name": "motion-loss"}),
        stages=course.select_one({"name": "motion-stages"}),
        reading=reading,
        whole=whole,
    )
    polyhedra.turn_by_dragging(space, sliders)
    return Figure(whole, words.caption(LOOK, about), text)


def _plateau_in_words(run: dict[str, Any], step: float) -> str:
    """The stage at a step; the script says the same."""
    plateaus = run["plateaus"]
    for k, (first, last) in enumerate(plateaus):
        if step <= last:
            where = f"on plateau {k + 1} of {len(plateaus)}" if step >= first else "between plateaus"
            return f"stage {chr(ord('A') + 2 * k + (step >= first))}, {where}"
    return "beyond the plateaus" if plateaus else "no plateau"


def _directions(vertices: np.ndarray, reach: float, colours: list[str]) -> tuple[figure, dict[str, Any]]:
    """The panel of directions, the nearest painted last."""
    plot = polyhedra.space()
    places = polyhedra.seen(vertices, polyhedra.TURN, polyhedra.TILT)
    order = np.argsort(places[:, 2])
    x, y, near = places[order].T
    ordered = [colours[k] for k in order]
    zero = np.zeros(len(order))
    corners = polyhedra.seen(reach * np.vstack([np.eye(3), -np.eye(3)]), polyhedra.TURN, polyhedra.TILT)[
        :, :2
    ]
    (x0, y0), (x1, y1) = corners[EDGES[:, 0]].T, corners[EDGES[:, 1]].T
    sources = {
        "frame": theme.source("motion-octahedron", x0=x0, y0=y0, x1=x1, y1=y1),
        "arms": theme.source("motion-arms", x0=zero, y0=zero, x1=x, y1=y, colour=ordered),
        "dots": theme.source(
            "motion-dots", x=x, y=y, size=13 + 4 * near, feature=order.astype(float), colour=ordered
        ),
    }
    plot.segment("x0", "y0", "x1", "y1", source=sources["frame"], line_color=theme.LINE, line_width=1.5)
    plot.segment("x0", "y0", "x1", "y1", source=sources["arms"], line_width=2.5, line_color="colour")
    dots = plot.scatter("x", "y", size="size", source=sources["dots"], fill_color="colour", line_color=None)
    theme.tips(plot, dots, feature="@feature")
    return plot, sources


def _loss(
    run: dict[str, Any], steps: np.ndarray, most: int, runs: list[dict[str, Any]]
) -> tuple[figure, list[BoxAnnotation], Span]:
    """The loss of one start on logarithmic axes, with room for the plateaus of any."""
    losses = np.array([one["loss"] for one in runs])
    limits = (losses.min() / 1.3, losses.max() * 1.8)
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
    names = theme.source(
        "motion-stages", **_stages(run["plateaus"], steps), y=np.full(2 * len(run["plateaus"]), limits[1])
    )
    theme.write(plot, names, text_font_style="bold", y_offset=14)
    data = theme.source("motion-loss", step=steps, loss=np.array(run["loss"]))
    plot.line("step", "loss", source=data, line_color=theme.INK, line_width=2)
    now = Span(location=float(steps[-1]), dimension="height", line_color=palette.GOLD, line_width=2)
    plot.add_layout(now)
    return plot, shades, now
