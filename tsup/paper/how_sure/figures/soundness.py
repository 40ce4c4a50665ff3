"""How sound what was trained is: beside models made by hand, and counted with other thresholds."""

from collections.abc import Mapping

import numpy as np
from bokeh.plotting import figure
from numpy.typing import ArrayLike

from tsup.errors import InputError
from tsup.plots.kit import checks, curves, palette, theme, words
from tsup.plots.kit.figure import Figure

TICKS = (0.2, 0.3, 0.5, 0.7, 1)


def against_handmade(ratios: Mapping[str, ArrayLike], allowed: float | int, about: str = "") -> Figure:
    """The losses of trainings over those of the best models made by hand, a line of points for each row.

    ratios: row → (training,) > 0, a best start's loss over that by hand. allowed: the ratio > 0 above which a training
    loses. about: what was trained. Raises InputError for no rows, other shapes or values.
    """
    if not ratios:
        raise InputError("ratios must have at least 1 row, got 0")
    if not allowed > 0:
        raise InputError(f"allowed must be > 0, got {allowed:g}")
    found = {row: _positive(row, values) for row, values in ratios.items()}
    every = np.concatenate(list(found.values()))
    plot = _lines(list(found), (0.9 * min(0.2, every.min()), 1.15 * max(1, every.max())))
    theme.guide(plot, "height", allowed, "dashed")
    place = np.repeat(np.arange(len(found)), [len(values) for values in found.values()])
    loses = every > allowed
    _scatter(plot, "not", every[~loses], place[~loses], palette.GOLD)
    _scatter(plot, "losing", every[loses], place[loses], palette.POSITIVE)
    look = (
        "Every point is a training at one density: the loss of its best start over that of the best model made by "
        f"hand. Right of the dashed line, at {allowed:g}, training would have failed."
    )
    return Figure(plot, words.caption(look, about), _alt(found, every, allowed))


def _positive(row: str, values: ArrayLike) -> np.ndarray:
    found = checks.array(f"ratios[{row!r}]", values, "training")
    if (found <= 0).any():
        raise InputError(f"ratios of {row!r} must be > 0, got {found.min():g}")
    return found


def _scatter(plot: figure, name: str, x: np.ndarray, y: np.ndarray, colour: str) -> None:
    data = theme.source(f"beside-{name}", x=x, y=y)
    dots = plot.scatter("x", "y", size=9, source=data, fill_color=colour, fill_alpha=0.45, line_color=None)
    theme.tips(plot, dots, ratio="@x{0.000}")


def _lines(rows: list[str], limits: theme.Limits) -> figure:
    """A panel with a line for every row and a logarithmic axis of ratios."""
    plot = theme.panel(limits, (len(rows) - 0.4, -0.6), height=21 * len(rows) + 70, x_axis_type="log")
    plot.xaxis.axis_label = "loss over that of the best model made by hand"
    theme.tick(plot.xaxis, TICKS, grid=plot.xgrid)
    theme.label_ticks(plot.yaxis, dict(enumerate(rows)), plot.ygrid)
    return plot


def _alt(found: Mapping[str, np.ndarray], every: np.ndarray, allowed: float) -> str:
    best = min(found, key=lambda row: found[row].min())
    losing = int((every > allowed).sum())
    lost = f"{losing or 'none'} {'loses' if losing < 2 else 'lose'} by more than allowed"
    counts = f"{words.count(len(every), 'training')} of {words.count(len(found), 'row')}"
    ends = f"the largest ratio is {every.max():.3f}. The smallest is {every.min():.2f}, in {best}."
    return f"{counts}: {lost}; {ends}"


def represented_by_threshold(
    norms: Mapping[str, ArrayLike],
    marks: tuple[float | int, float | int, float | int] = (0.25, 0.5, 1),
    about: str = "",
) -> Figure:
    """How many features count as represented, against the threshold that a norm has to exceed.

    norms: label → (feature,) ≥ 0, up to five labels, of as many features each. marks: thresholds ≥ 0, rising: half, the
    one in use, and twice. about: what was trained. Raises InputError for other shapes or values.
    """
    curves.check("norms", norms)
    found = {label: checks.array(f"norms[{label!r}]", one, "feature") for label, one in norms.items()}
    for label, one in found.items():
        if (one < 0).any():
            raise InputError(f"norms of {label!r} must be ≥ 0, got {one.min():g}")
    if list(marks) != sorted({*marks}) or marks[0] < 0:
        raise InputError(f"marks must rise from at least 0, got {marks}")
    at = np.array(marks, dtype=float)
    plot = _counts(found, at)
    half, used, twice = (f"{mark:g}" for mark in marks)
    look = (
        f"The features whose norm exceeds a threshold, for every threshold. The upright lines stand at the one in use, "
        f"{used}, and, dashed, at half and at twice. Where a curve is flat, the threshold does not matter."
    )
    said = [f"{label} {words.listing(_above(one, at).tolist())}" for label, one in found.items()]
    alt = f"Features that count at {half}, {used} and {twice}. {'; '.join(said)}."
    return Figure(plot, words.caption(look, about), alt)


def _counts(norms: Mapping[str, np.ndarray], marks: np.ndarray) -> figure:
    """A curve of counts for every label, with points where it crosses the marks."""
    x = np.linspace(0, 1.4 * marks[-1], 281)
    most = max(map(len, norms.values()))
    plot = theme.panel((0, float(x[-1])), (0, 1.3 * most), height=340, max_width=760)
    plot.xaxis.axis_label, plot.yaxis.axis_label = "threshold of the norm", "features that count"
    for mark in marks:
        theme.guide(plot, "height", float(mark), "solid" if mark == marks[1] else "dashed")
    curves.draw(plot, "counted", x, {label: _above(one, x) for label, one in norms.items()}, "top_right")
    for k, (label, one) in enumerate(norms.items()):
        at = theme.source(f"counted-at-{k}", x=marks, y=_above(one, marks))
        dots = plot.scatter("x", "y", size=9, source=at, fill_color=curves.COLOURS[k], line_color=None)
        theme.tips(plot, dots, model=label, threshold="@x{0.00}", features="@y")
    return plot


def _above(norms: np.ndarray, thresholds: np.ndarray) -> np.ndarray:
    """How many norms exceed each threshold."""
    return (norms > thresholds[:, None]).sum(1)
