"""Why superposition happens: benefit against interference, few active features against many (F10, F11, C2)."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from bokeh.plotting import figure
from numpy.typing import ArrayLike

from tsup.errors import InputError
from tsup.plots import plane
from tsup.plots.kit import checks, curves, palette, theme, words
from tsup.plots.kit.figure import Figure

ARROWS = 1.75  # how far the panel of arrows reaches


def tradeoff(
    weight: ArrayLike,
    benefit: ArrayLike,
    interference: ArrayLike,
    at: float | int,
    W: ArrayLike,
    name: str = "weight",
    about: str = "",
) -> Figure:
    """What one weight costs: the part of the loss that falls as a feature is represented, and the part that grows.

    weight: (weight,), rising. benefit: (weight,), the loss left for want of the feature. interference: (weight,), the
    loss from features meeting. at: the weight marked, within their range. W: (2, feature), the features at that weight,
    drawn beside. name: what the weight is called. about: what was trained, if anything. Raises InputError for other
    shapes or values. Row F10.
    """
    w = checks.array("weight", weight, "weight")
    parts = {
        "from what is missing": checks.array("benefit", benefit, len(w)),
        "from interference": checks.array("interference", interference, len(w)),
    }
    if not w.min() <= at <= w.max():
        raise InputError(f"at must lie in [{w.min():g}, {w.max():g}], got {at:g}")
    total = sum(parts.values(), np.zeros(len(w)))
    matrix = checks.array("W", W, 2, "feature")
    plot = theme.panel((float(w.min()), float(w.max())), (0, 1.5 * float(total.max())), height=320)
    plot.xaxis.axis_label, plot.yaxis.axis_label = name, "loss"
    curves.draw(plot, "tradeoff", w, parts | {"both together": total}, "top_center")
    here = [float(np.interp(at, w, values)) for values in (*parts.values(), total)]
    marks = theme.source("tradeoff-here", x=np.full(3, float(at)), y=np.array(here), zero=np.zeros(3))
    plot.segment("x", "zero", "x", "y", source=marks, line_color=theme.MUTED, line_dash="2 3")
    dots = plot.scatter("x", "y", size=11, source=marks, fill_color=palette.GOLD, line_color=None)
    theme.tips(plot, dots, weight="@x{0.00}", loss="@y{0.0000}")
    arrows = plane.draw("tradeoff-arrows", matrix, np.ones(matrix.shape[1]), reach=ARROWS)
    look = (
        "The arrows are the features in their two dimensions, or in one, and the circle has radius 1. The curves are "
        "what they cost: a feature that comes back better is missed less, and meets others more. Dots: the arrows."
    )
    missing, meeting, both = here
    alt = (
        f"At {name} {words.number(at)}: {words.number(missing, 3)} from what is missing and "
        f"{words.number(meeting, 3)} from interference, {words.number(both, 3)} together; the least, "
        f"{words.number(total.min(), 3)}, is at {words.number(w[total.argmin()])}."
    )
    return Figure(theme.wrap([arrows, plot], least=270), words.caption(look, about), alt)


def activity(share: ArrayLike, loss: Mapping[str, ArrayLike], about: str = "") -> Figure:
    """How the loss is made up by the number of features that are active together.

    share: (active,), the probability that exactly k = 0, 1, … are active. loss: label of a model → (active,), its mean
    loss given k, up to five. about: what was trained, if anything. Raises InputError for other shapes. Row F11.
    """
    chance = checks.array("share", share, "active")
    curves.check("loss", loss)
    parts = {
        label: chance * checks.array(f"loss[{label!r}]", one, len(chance)) for label, one in loss.items()
    }
    k, top = (
        np.arange(len(chance)),
        max(1.0, max(float(one.max() / max(one.sum(), 1e-12)) for one in parts.values())),
    )
    plot = theme.panel((-0.6, len(k) - 0.4), (0, 1.15 * top), height=320)
    plot.xgrid.visible = False
    theme.count_along(plot.xaxis, len(k), 12)
    plot.xaxis.axis_label, plot.yaxis.axis_label = "features active together", "share of the loss"
    wide = 0.8 / len(parts)
    for place, (label, one) in enumerate(parts.items()):
        middle = k - 0.4 + wide * (place + 0.5)
        data = theme.source(
            f"activity-{place}",
            x=middle,
            share=one / max(one.sum(), 1e-12),
            loss=one,
            active=k,
            chance=chance,
        )
        bars = plot.vbar(
            "x",
            0.92 * wide,
            "share",
            source=data,
            color=curves.COLOURS[place],
            line_color=None,
            legend_label=label,
        )
        theme.tips(
            plot,
            bars,
            active="@active",
            chance="@chance{0.0000}",
            loss="@loss{0.000000}",
            share="@share{0.0%}",
        )
    theme.legend(plot, "top_right")
    look = "Each bar is the part of the expected loss that comes from inputs with so many active features."
    tops = [f"{label}: most from inputs with {one.argmax()} active" for label, one in parts.items()]
    return Figure(plot, words.caption(look, about), f"{'; '.join(tops)}.")


def polygons(k: ArrayLike, loss: ArrayLike, about: str = "") -> Figure:
    """The least loss per feature of a regular k-gon in the sparse limit, against k.

    k: (polygon,) whole numbers of at least 2. loss: (polygon,) ≥ 0. about: what was trained, if anything. Raises
    InputError for other shapes. Row F11.
    """
    count = checks.array("k", k, "polygon")
    value = checks.array("loss", loss, len(count))
    top = max(value.max(), 1e-9)
    plot = theme.panel((count.min() - 0.5, count.max() + 0.5), (-0.02 * top, 1.5 * top), height=320)
    plot.xgrid.visible = False
    plot.xaxis.axis_label, plot.yaxis.axis_label = "features k around the circle", "loss per feature"
    data = theme.source("polygons", k=count, loss=value, zero=np.zeros(len(count)))
    plot.segment("k", "zero", "k", "loss", source=data, line_color=palette.SLATE, line_width=2)
    dots = plot.scatter("k", "loss", size=11, source=data, fill_color=palette.GOLD, line_color=None)
    theme.tips(plot, dots, features="@k", loss="@loss{0.000000}")
    _shapes(plot, count, 1.3 * top)
    look = "Features spread evenly around a circle, one active at a time: free while no angle is below 90°."
    free = words.listing([f"{one:g}" for one in count[value < 1e-9]]) or "none"
    return Figure(
        plot, words.caption(look, about), f"Without loss: {free}; the loss rises to {value.max():.4f}."
    )


def _shapes(plot: figure, count: np.ndarray, height: float) -> None:
    """Each polygon above what it pays; two features are the ends of a line."""
    data = theme.source("polygons-shapes", k=count, y=np.full(len(count), height), angle=np.zeros(len(count)))
    plot.ngon(
        "k", "y", radius=0.3, n="k", source=data, fill_color=None, line_color=palette.SLATE, line_width=2
    )


def packings(n: ArrayLike, charges: ArrayLike, least: ArrayLike, about: str = "") -> Figure:
    """What n points on a sphere pay for meeting: where charges would stand, and at the least that was found.

    n: (count,) whole numbers. charges, least: (count,) ≥ 0. about: what was trained, if anything. Raises InputError for
    other shapes. Row F11.
    """
    count = checks.array("n", n, "count")
    lines = {
        "Thomson's charges": checks.array("charges", charges, len(count)),
        "least": checks.array("least", least, len(count)),
    }
    top = max(1e-9, *(one.max() for one in lines.values()))
    plot = theme.panel((count.min() - 0.5, count.max() + 0.5), (-0.05 * top, 1.2 * top), height=300)
    plot.xaxis.axis_label, plot.yaxis.axis_label = "points n on the sphere", "loss from interference"
    theme.tick(plot.xaxis, count)
    marks: Any = ({"marker": "circle", "size": 15, "fill_color": None}, {"marker": "x", "size": 9})
    for k, ((label, one), mark) in enumerate(zip(lines.items(), marks, strict=True)):
        data = theme.source(f"packings-{k}", n=count, loss=one)
        colour = (palette.SLATE, palette.GOLD)[k]
        drawn = plot.scatter(
            "n", "loss", source=data, line_color=colour, line_width=2.5, legend_label=label, **mark
        )
        theme.tips(plot, drawn, points="@n", loss="@loss{0.000}")
    theme.legend(plot, "top_left")
    apart = count[np.abs(lines["Thomson's charges"] - lines["least"]) > 5e-4]
    look = "Rings: points where charges would stand. Crosses: the least loss found, in its ring where they agree."
    alt = f"They differ at {words.listing([f'{one:g}' for one in apart]) or 'no'} points."
    return Figure(plot, words.caption(look, about), alt)


def branches(density: ArrayLike, losses: Mapping[str, ArrayLike], about: str = "") -> Figure:
    """The loss of each branch of solutions against density, and the slope of the least of them.

    density: (density,) in (0, 1], rising, at least three. losses: label of a branch → (density,), up to five. about:
    what was trained, if anything. Where the least loss changes branch its slope jumps. Raises InputError for other
    shapes. Rows F12, C2.
    """
    p = checks.rising_densities(density, 3)
    curves.check("losses", losses)
    lines = {label: checks.array(f"losses[{label!r}]", one, len(p)) for label, one in losses.items()}
    every = np.array([*lines.values()])
    least, leader = every.min(0), every.argmin(0)
    edges = (float(p.max()), float(p.min()))
    above = theme.panel(edges, (0, 1.1 * float(every.max())), height=300)
    above.yaxis.axis_label = "loss"
    curves.draw(above, "branches", p, lines, "top_right")
    slope = np.diff(least) / np.diff(p)
    pad = 0.1 * max(float(np.ptp(slope)), 1e-9)
    below = theme.panel(edges, (float(slope.min()) - pad, float(slope.max()) + pad), height=220)
    below.xaxis.axis_label, below.yaxis.axis_label = "density p", "slope of the least"
    curves.draw(
        below, "branches-slope", (p[1:] + p[:-1]) / 2, {"slope of the least loss": slope}, "bottom_right"
    )
    look = (
        "Above, the loss of each branch; below, the slope of whichever is least: it jumps where they cross."
    )
    names = list(lines)
    turns = [f"to {names[leader[i + 1]]} at {p[i + 1]:.3f}" for i in np.flatnonzero(np.diff(leader))]
    changes = f"changes {words.listing(turns)}" if turns else "never changes"
    alt = f"The least loss begins on {names[leader[0]]} and {changes}, as density rises."
    return Figure(theme.stack([above, below]), words.caption(look, about), alt)
