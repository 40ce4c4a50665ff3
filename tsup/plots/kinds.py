"""Kinds of models side by side on the same data: which features each represents, and whether they share (F08)."""

from collections.abc import Mapping

from bokeh.plotting import figure
from bokeh.transform import transform
from numpy.typing import ArrayLike

from tsup import measure
from tsup.errors import InputError
from tsup.plots import bars, checks, heat, palette, theme, words
from tsup.plots.figure import Figure

LOOK = (
    "Each bar is the norm of a feature, slate where the feature is alone in its direction and gold where others fire "
    "as hard as itself. Both kinds of model saw the same data."
)
TICKS = {0.0: "0", 0.5: "0.5", 1.0: "≥ 1"}


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
    key = heat.key("contrast-key", palette.superposition(), (0, 1), TICKS, "interference: 0 alone, 1 shared")
    shown = "; ".join(f"{name}: {_tally(W)}" for name, W in stack.items())
    hidden, n = shape
    alt = f"{words.count(n, 'feature')} in {words.count(hidden, 'dimension')}. {shown}."
    return Figure(theme.stack([panels, key]), words.caption(LOOK, about), alt)


def _panel(label: str, W: ArrayLike, place: int) -> figure:
    n = measure.norms(W).size
    head = -0.5 - 0.09 * n
    plot = bars.panel(n, head)
    fill = transform("interference", palette.superposition())
    drawn = bars.bars(plot, f"contrast-{place}", measure.norms(W), fill, interference=measure.interference(W))
    theme.guide(plot, "height", 0.5, "dotted")
    theme.tips(plot, drawn, feature="@feature", norm="@norm{0.00}", interference="@interference{0.00}")
    theme.label(
        plot, f"contrast-{place}-name", bars.NORM_LIMIT / 2, head + 0.045 * n, label, text_font_style="bold"
    )
    return plot


def _tally(W: ArrayLike) -> str:
    kept = measure.represented(W)
    alone = kept & (measure.interference(W) < 0.1)
    return f"{kept.sum()} represented, {alone.sum()} of them nearly alone"
