"""Kinds of models side by side on the same data: which features each represents, and whether they share (F08)."""

from collections.abc import Mapping

import numpy as np
from bokeh.plotting import figure
from numpy.typing import ArrayLike

from tsup.errors import InputError
from tsup.plots.kit import bars, checks, heat, theme, words
from tsup.plots.kit.figure import Figure

LOOK = (
    "Each bar is the norm of a feature, slate where the feature is alone in its direction and gold where others fire "
    "as hard as itself. Both kinds of model saw the same data."
)


def contrast(models: Mapping[str, ArrayLike], about: str = "") -> Figure:
    """The norms of the features of several models, a panel each, coloured by interference.

    models: label → W (hidden, feature), two or more of one shape. about: what was trained. Raises InputError for
    fewer than two models, or for other shapes. Row F08.
    """
    if len(models) < 2:
        raise InputError(f"models must hold at least 2 models, got {len(models)}")
    label, first = next(iter(models.items()))
    shape = checks.array(f"models[{label!r}]", first, "hidden", "feature").shape
    stack = {name: checks.array(f"models[{name!r}]", W, *shape) for name, W in models.items()}
    panels = theme.wrap([_panel(name, W, k) for k, (name, W) in enumerate(stack.items())], least=290)
    key = heat.shared_key("contrast-key")
    shown = "; ".join(f"{name}: {_tally(W)}" for name, W in stack.items())
    hidden, n = shape
    alt = f"{words.count(n, 'feature')} in {words.count(hidden, 'dimension')}. {shown}."
    return Figure(theme.stack([panels, key]), words.caption(LOOK, about), alt)


def _panel(label: str, W: np.ndarray, place: int) -> figure:
    n = W.shape[1]
    head = -0.5 - 0.09 * n
    plot = bars.panel(n, head)
    bars.draw_norms(plot, f"contrast-{place}", W)
    right, above = 1.0, head + 0.045 * n
    theme.label(plot, f"contrast-{place}-name", right, above, label, text_font_style="bold")
    return plot


def _tally(W: np.ndarray) -> str:
    kept, alone = bars.tally(W)
    return f"{kept} represented, {alone} of them nearly alone"
