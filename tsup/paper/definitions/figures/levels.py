"""Small matrices, and the level of the hierarchy that each stands on (F04)."""

from collections.abc import Mapping

import numpy as np
from bokeh.plotting import figure
from numpy.typing import ArrayLike

from tsup.errors import InputError
from tsup.plots.kit import checks, heat, palette, theme, words
from tsup.plots.kit.figure import Figure


def hierarchy(Ws: Mapping[str, ArrayLike], levels: Mapping[str, str], about: str = "") -> Figure:
    """Small weight matrices side by side, each with its name above and its level below.

    Ws: name → W (hidden, feature), any sizes. levels: name → level, for the same names, as `measure.level` gives
    them. about: what was trained, if anything. Raises InputError for other shapes or names. Row F04.
    """
    if not Ws or set(Ws) != set(levels):
        raise InputError(f"levels must name the matrices {list(Ws)}, got {list(levels)}")
    matrices = {name: checks.array(f"Ws[{name!r}]", W, "hidden", "feature") for name, W in Ws.items()}
    most = max(W.shape[0] for W in matrices.values()), max(W.shape[1] for W in matrices.values())
    panels = [
        _panel(f"hierarchy-{k}", name, W, levels[name], most) for k, (name, W) in enumerate(matrices.items())
    ]
    look = (
        "Each matrix is a W: its rows are hidden dimensions, its columns the features' directions. "
        "Blue is negative, red positive, and blank zero."
    )
    alt = "; ".join(f"{name} ({W.shape[0]} × {W.shape[1]}): {levels[name]}" for name, W in matrices.items())
    return Figure(theme.wrap(panels, least=250), words.caption(look, about), f"{alt}.")


def _panel(name: str, title: str, W: np.ndarray, level: str, most: tuple[int, int]) -> figure:
    """One matrix with its name above and its level below, in a panel with room for the largest."""
    rows, columns = W.shape
    x, y = (columns - 1) / 2, (rows - 1) / 2
    high, wide = most[0] / 2 + 0.75, most[1] / 2 + 0.1
    plot = theme.panel(
        (x - wide, x + wide), (y + high, y - high), aspect_ratio=wide / high, max_width=80 * most[1]
    )
    theme.bare(plot)
    drawn = heat.draw(plot, name, W, palette.signed())
    heat.cell_tips(plot, drawn, "hidden dimension", "feature", "weight")
    i, j = np.indices(W.shape).reshape(2, -1)
    heat.frames(plot, f"{name}-frames", *np.transpose([j - 0.5, i - 0.5, j + 0.5, i + 0.5]))
    cells = theme.source(f"{name}-values", x=j, y=i, text=[words.number(value, 1) for value in W.flat])
    theme.write(plot, cells)
    theme.label(plot, f"{name}-name", x, y - high + 0.4, title, text_font_style="bold")
    theme.label(plot, f"{name}-level", x, y + high - 0.4, level)
    return plot
