"""The weight of the extra feature in one dimension, followed as density changes: where it jumps (F12, C2)."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from tsup.plots.kit import checks, curves, palette, theme, words
from tsup.plots.kit.figure import Figure

MARKERS = ("square", "circle", "triangle", "diamond", "cross")
COLOURS = (palette.ACTIVE, palette.GOLD, palette.SLATE, palette.NEGATIVE, palette.POSITIVE)
TOP = 1.3
LOOK = (
    "The weight of the extra feature where the first feature's is positive: below 0 they are opposites, at 0 the extra "
    "feature is not learned, above 0 they point the same way. Look for gaps: there the weight jumps."
)


def extra_weight(density: ArrayLike, weights: Mapping[str, ArrayLike], about: str = "") -> Figure:
    """The extra feature's weight at every density, a row of points for each way of choosing it.

    density: (density,) in (0, 1], rising, at least two. weights: label → (density,), W₂ where W₁ > 0, up to five.
    about: what was minimised or trained. Raises InputError for other shapes. Rows F12, C2.
    """
    p = checks.rising_densities(density, 2)
    curves.check("weights", weights)
    rows = {label: checks.array(f"weights[{label!r}]", one, len(p)) for label, one in weights.items()}
    plot = theme.panel((float(p.max()), float(p.min())), (-TOP, TOP), height=380)
    plot.xaxis.axis_label, plot.yaxis.axis_label = "density p", "weight of the extra feature"
    theme.guide(plot, "width", 0, "dashed")
    for k, (label, one) in enumerate(rows.items()):
        data = theme.source(f"extra-weight-{k}", p=p, weight=one)
        drawn = plot.scatter(
            "p", "weight", size=6, marker=MARKERS[k], source=data, color=COLOURS[k], legend_label=label
        )
        theme.tips(plot, drawn, density="@p{0.000}", weight="@weight{0.000}")
    theme.legend(plot, "top_right")
    return Figure(plot, words.caption(LOOK, about), _alt(p, rows))


def _alt(p: np.ndarray, rows: Mapping[str, np.ndarray]) -> str:
    """The largest step of every row, and where it is."""
    said = []
    for label, one in rows.items():
        k = int(np.abs(np.diff(one)).argmax())
        ends = f"{words.number(one[k])} to {words.number(one[k + 1])}"
        said.append(f"{label}: the largest step is from {ends}, at {p[k + 1]:.3f}")
    return f"{'; '.join(said)}."
