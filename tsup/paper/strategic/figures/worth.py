"""What a penalty leaves of the features, and what an activation buys (F35, F36)."""

from collections.abc import Mapping, Sequence

import numpy as np
from bokeh.plotting import figure
from numpy.typing import ArrayLike

from tsup.errors import InputError
from tsup.plots.kit import checks, curves, palette, theme, words
from tsup.plots.kit.figure import Figure

PAIRED = -0.9  # cosine below which two features are an antipodal pair
KINDS = ("alone", "pair", "other", "dropped")
LOOKS = (
    ("circle", palette.SLATE, palette.SLATE),
    ("diamond", palette.GOLD, palette.GOLD),
    ("triangle", palette.ACTIVE, palette.ACTIVE),
    ("circle", None, theme.MUTED),
)


def kinds(cosine: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """The place in `KINDS` of every feature (penalty, feature) of models whose features have these cosines."""
    both = kept[:, :, None] & kept[:, None, :] & ~np.eye(kept.shape[1], dtype=bool)
    nearest = np.where(both, cosine, 0).min(-1)
    most = np.where(both, np.abs(cosine), 0).max(-1)
    return np.select([~kept, nearest < PAIRED, most > 0.2], [3, 1, 2], 0)


def penalised(
    penalty: ArrayLike,
    importance: ArrayLike,
    cosine: ArrayLike,
    kept: ArrayLike,
    loss: ArrayLike,
    threshold: float | int,
    dearest: float | int,
    about: str = "",
) -> Figure:
    """Which features a penalty leaves, beside the derived threshold, and what it does to the loss.

    penalty: (penalty,) > 0. importance: (feature,) > 0. cosine: (penalty, feature, feature). kept: (penalty, feature),
    true for features that are represented. loss: (penalty,), without the penalty, over that of the model trained
    without one. threshold: the penalty over a feature's importance above which the exact loss drops it, > 0. dearest:
    up to where the losses are drawn, > 1. about: what was trained. Raises InputError for other shapes and values. Row
    F35.
    """
    weight = checks.array("penalty", penalty, "penalty")
    each = checks.array("importance", importance, "feature")
    if min(weight.min(), each.min(), threshold) <= 0:
        raise InputError("penalty, importance and threshold must be > 0, got one that is not")
    if dearest <= 1:
        raise InputError(f"dearest must be > 1, got {dearest:g}")
    between = checks.array("cosine", cosine, len(weight), len(each), len(each))
    own = checks.array("kept", kept, len(weight), len(each)).astype(bool)
    dearer = checks.array("loss", loss, len(weight))
    kind = kinds(between, own)
    left, right = (
        _features(weight, each, kind, threshold),
        _losses(weight, dearer, own.sum(1), float(dearest)),
    )
    look = (
        "First, every feature under every penalty: slate circles have a direction to themselves, gold diamonds share "
        "it with an opposite, teal triangles overlap in another way, empty circles are dropped. Above the line a "
        "feature is worth its penalty, by the exact loss. Second, what the model loses, its penalty left out, as a "
        "multiple of what one trained without a penalty does."
    )
    alt = (
        f"From penalty {weight[0]:g} to {weight[-1]:g} kept: {words.listing(own.sum(1).tolist())}; in pairs: "
        f"{words.listing((kind == 1).sum(1).tolist())}; loss times {words.numbers(dearer)}."
    )
    return Figure(theme.wrap([left, right], least=290), words.caption(look, about), alt)


def _features(penalty: np.ndarray, importance: np.ndarray, kind: np.ndarray, threshold: float) -> figure:
    x, y = np.repeat(penalty, len(importance)), np.tile(importance, len(penalty))
    limits = (penalty.min() / 1.3, penalty.max() * 1.3), (importance.min() / 1.4, importance.max() * 1.4)
    plot = theme.panel(*limits, x_axis_type="log", y_axis_type="log", height=360)
    plot.xaxis.axis_label, plot.yaxis.axis_label = "penalty λ", "importance of the feature"
    _plain_ticks(
        plot, [mark for mark in (0.05, 0.1, 0.2, 0.5, 1) if importance.min() <= mark <= importance.max()]
    )
    ends = np.array(limits[0])
    line = theme.source("penalised-threshold", x=ends, y=ends / threshold)
    plot.line("x", "y", source=line, line_color=theme.MUTED, line_dash="4 4", line_width=2)
    for place, (name, (marker, fill, edge)) in enumerate(zip(KINDS, LOOKS, strict=True)):
        here = kind.ravel() == place
        data = theme.source(
            f"penalised-{place}",
            x=x[here],
            y=y[here],
            feature=np.tile(np.arange(len(importance)), len(penalty))[here],
        )
        dots = plot.scatter(
            *("x", "y"),
            size=9,
            marker=marker,
            source=data,
            fill_color=fill,
            line_color=edge,
            legend_label=name,
        )
        theme.tips(plot, dots, feature="@feature", importance="@y{0.000}", penalty="@x{0.000}")
    theme.legend_above(plot)
    return plot


def _losses(penalty: np.ndarray, loss: np.ndarray, kept: np.ndarray, dearest: float) -> figure:
    limits = (penalty.min() / 1.3, penalty.max() * 1.3), (0.8, 1.3 * dearest)
    plot = theme.panel(*limits, x_axis_type="log", y_axis_type="log", height=360)
    plot.xaxis.axis_label, plot.yaxis.axis_label = "penalty λ", "loss over that without a penalty"
    _plain_ticks(plot, [mark for mark in (1, 2, 5, 10, 20, 50, 100) if mark <= 1.3 * dearest])
    theme.guide(plot, "width", 1, "dashed")
    data = theme.source("penalised-loss", x=penalty, y=loss, kept=kept)
    plot.line("x", "y", source=data, line_color=palette.SLATE, line_width=2.5)
    dots = plot.scatter("x", "y", size=9, source=data, fill_color=palette.GOLD, line_color=None)
    theme.tips(plot, dots, penalty="@x{0.000}", loss="@y{0.00} times", features_kept="@kept")
    return plot


def _plain_ticks(plot: figure, marks: Sequence[float | int]) -> None:
    """Penalties along the panel, and these marks beside it."""
    theme.tick(plot.xaxis, (0.02, 0.05, 0.1, 0.2, 0.5, 1), grid=plot.xgrid[0])
    theme.tick(plot.yaxis, marks, grid=plot.ygrid[0])


def activations(density: ArrayLike, reduction: Mapping[str, ArrayLike], about: str = "") -> Figure:
    """What arrangements take off the loss for every activation of a neuron, over density.

    density: (density,) in (0, 1]. reduction: label → (density,), of at most five arrangements. about: what was trained,
    if anything. Raises InputError for other shapes and values. Row F36.
    """
    p = checks.densities(density, "density")
    curves.check("reduction", reduction)
    lines = {label: checks.array(f"reduction[{label!r}]", one, len(p)) for label, one in reduction.items()}
    top = 1.15 * max(float(one.max()) for one in lines.values())
    plot = theme.panel((1.15 * p.max(), p.min() / 1.15), (0, top), x_axis_type="log", height=340)
    plot.xaxis.axis_label, plot.yaxis.axis_label = (
        "density p, dense to sparse",
        "loss taken off, for an activation",
    )
    theme.tick(plot.xaxis, (1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01), grid=plot.xgrid[0])
    curves.draw(plot, "activations", p, lines, "bottom_right")
    look = (
        "Each curve is an arrangement of equal features at its best norm and bias: what it takes off the loss, over "
        "the number of neurons that are on in the mean."
    )
    ends = [
        f"{label}: {words.number(one[0], 3)} to {words.number(one[-1], 3)}" for label, one in lines.items()
    ]
    return Figure(plot, words.caption(look, about), f"From density {p[0]:g} to {p[-1]:g}. {'; '.join(ends)}.")
