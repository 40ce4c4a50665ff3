"""The set-up of the toy models: sparse data, and what a feature costs that is not represented (F05)."""

import numpy as np
from numpy.typing import ArrayLike

from tsup.exact.theory import constant_answer, left_out
from tsup.plots.kit import checks, heat, palette, theme, words
from tsup.plots.kit.figure import Figure


def batch(x: ArrayLike, about: str = "") -> Figure:
    """A batch of sparse inputs as a heat map: a row for each input, a column for each feature.

    x: (row, feature), values in [0, 1]. about: what was trained, if anything. Raises InputError for other shapes.
    Row F05.
    """
    values = checks.array("x", x, "row", "feature")
    rows, n = values.shape
    plot = theme.panel((-0.5, n - 0.5), (rows - 0.5, -0.5), height=max(180, min(16 * rows, 380) + 60))
    plot.grid.visible = False
    plot.xaxis.axis_label, plot.yaxis.axis_label = "feature i", "input"
    theme.count_along(plot.xaxis, n, 10)
    theme.count_along(plot.yaxis, rows, 6)
    drawn = heat.draw(plot, "batch", values, palette.active())
    heat.cell_tips(plot, drawn, "input", "feature", "value")
    key = heat.key(
        "batch-key", palette.active(), (0, 1), {0.0: "0", 0.5: "0.5", 1.0: "1"}, "value of a feature"
    )
    look = (
        "Each row is one input and each column one feature: blank where it is off, stronger the larger it is."
    )
    on = int((values != 0).sum())
    alt = (
        f"{words.count(rows, 'input')} of {words.count(n, 'feature')}: {on:,} of {values.size:,} values are active, "
        f"a share of {words.number(on / values.size, 3)}."
    )
    return Figure(theme.stack([plot, key]), words.caption(look, about), alt)


def bias_cost(density: float | int, about: str = "") -> Figure:
    """What it costs to answer a feature that is not represented with a constant b, whatever the input.

    density: p in (0, 1]. The expected error of the answer b is p/3 − p·b + b², which is least at b = p/2, where it is
    p/3 − p²/4. about: what was trained, if anything. Raises InputError for another density. Row F05.
    """
    p = float(checks.densities(density))
    b = np.linspace(-0.1, 0.8, 91)
    best, least = p / 2, float(left_out(p))
    plot = theme.panel((-0.1, 0.8), (0, 0.45), height=300)
    plot.xaxis.axis_label, plot.yaxis.axis_label = "constant answer b", "expected error (x − b)²"
    curve = theme.source("bias-cost", b=b, cost=constant_answer(p, b))
    plot.line("b", "cost", source=curve, line_color=palette.SLATE, line_width=3)
    point = theme.source("bias-cost-best", b=np.array([best]), cost=np.array([least]), zero=np.zeros(1))
    plot.segment(
        "b", "zero", "b", "cost", source=point, line_color=palette.GOLD, line_width=2, line_dash="2 3"
    )
    drawn = plot.scatter("b", "cost", size=13, source=point, fill_color=palette.GOLD, line_color=None)
    theme.tips(plot, drawn, best_b="@b{0.000}", cost="@cost{0.0000}")
    theme.label(plot, "bias-cost-note", best, least + 0.03, f"b = p/2 = {best:.3g}", text_font_style="bold")
    look = (
        "The error of answering b whatever the input, for a feature of density p. The gold dot is the best."
    )
    alt = (
        f"At density {p:g} the best constant is {words.number(best, 3)}, "
        f"with an expected error of {words.number(least, 4)}."
    )
    return Figure(plot, words.caption(look, about), alt)
