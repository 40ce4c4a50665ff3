"""The dimensionality of every feature over training, above the loss (F22)."""

from fractions import Fraction

import numpy as np
from bokeh.models import BasicTicker, Range
from bokeh.plotting import figure
from numpy.typing import ArrayLike

from tsup.errors import InputError
from tsup.plots.kit import checks, palette, theme, words
from tsup.plots.kit.figure import Figure

LEVELS = {0.0: "not learned", 0.4: "pentagon", 0.5: "digon", 2 / 3: "triangle", 1.0: "alone"}
NEAR = 0.05


def energy(
    step: ArrayLike,
    dimensionality: ArrayLike,
    norm: ArrayLike,
    loss: ArrayLike,
    about: str = "",
    highest: float | None = None,
) -> Figure:
    """A line for every feature that is represented at some time, and the loss, in units of the last, below on the same
    axis of steps.

    step: (time,), at least two, ascending; those below 1 are left out, because the axis is logarithmic.
    dimensionality: (time, feature) in [0, 1]. norm: (time, feature) ≥ 0; a feature with a norm of at most one half
    throughout is not drawn. loss: (time,) ≥ 0. about: what was trained. highest: the multiple of the last loss up to
    which the lower axis reaches, so that figures can share it; as far as the loss goes where it is None. Raises
    InputError for other shapes, steps that do not ascend, a last loss of 0, and where no feature is ever represented.
    Row F22.
    """
    steps = checks.array("step", step, "time")
    D = checks.array("dimensionality", dimensionality, len(steps), "feature")
    lengths = checks.array("norm", norm, *D.shape)
    losses = checks.array("loss", loss, len(steps))
    if (np.diff(steps) <= 0).any() or (steps >= 1).sum() < 2:
        raise InputError(f"step must ascend with at least two values ≥ 1, got {steps.tolist()}")
    ever = np.flatnonzero((lengths > 0.5).any(0))
    if not ever.size:
        raise InputError(f"norm must pass 0.5 somewhere, got at most {lengths.max():g}")
    if not losses[-1] > 0:
        raise InputError(f"loss must end above 0, got {losses[-1]:g}")
    shown, relative = steps >= 1, losses / losses[-1]
    upper = _trajectories(steps[shown], D[shown][:, ever], lengths[-1, ever] > 0.5, ever)
    lower = _loss(steps[shown], relative[shown], upper.x_range, highest)
    caption = words.caption(
        "Above, a line for each feature that is represented at some time: thin and gold for those that stay, thick and "
        "slate for those that are given up. Dashed lines are energy levels. Look for lines that lie flat on a level "
        "and then leave it for another; below, the loss falls while they do.",
        about,
    )
    return Figure(theme.stack([upper, lower]), caption, _alt(D, lengths, ever))


def _trajectories(steps: np.ndarray, D: np.ndarray, stays: np.ndarray, names: np.ndarray) -> figure:
    plot = theme.panel((float(steps[0]), float(steps[-1])), (-0.03, 1.06), height=360, x_axis_type="log")
    plot.yaxis.axis_label, plot.xaxis.visible = "dimensionality Dᵢ", False
    _log_steps(plot, steps)
    for level, name in LEVELS.items():
        theme.guide(plot, "width", level, "dashed")
        text = f"{Fraction(level).limit_denominator(10)} {name}"
        options = {"text_align": "left", "text_baseline": "bottom", "text_color": theme.MUTED, "x_offset": 4}
        theme.label(plot, f"energy-{name.replace(' ', '-')}", steps[0], level, text, **options)
    for stay, colour, alpha, width in ((True, palette.GOLD, 0.45, 1), (False, palette.SLATE, 1, 2.4)):
        chosen = np.flatnonzero(stays == stay)
        data = theme.source(
            f"energy-{'kept' if stay else 'dropped'}",
            xs=[steps for _ in chosen],
            ys=[D[:, k] for k in chosen],
            feature=names[chosen].astype(float),
        )
        drawn = plot.multi_line(
            "xs", "ys", source=data, line_color=colour, line_alpha=alpha, line_width=width,
            hover_line_alpha=1, hover_line_color=theme.INK,
        )  # fmt: skip
        theme.tips(plot, drawn, feature="@feature", step="$x{0,0}", dimensionality="$y{0.00}")
    return plot


def _log_steps(plot: figure, steps: np.ndarray) -> None:
    """Room on the left that both panels share, and a tick at 1 and 3 of every power of ten."""
    plot.min_border_left = 68
    powers = 10.0 ** np.arange(np.floor(np.log10(steps[0])), np.log10(steps[-1]) + 1)
    theme.tick(plot.xaxis, np.multiply.outer(powers, [1, 3]).ravel(), ",.0f", plot.xgrid)


def _loss(steps: np.ndarray, loss: np.ndarray, across: Range, highest: float | None) -> figure:
    top = highest or loss.max()
    margin = 0.06 * (top - 1) or 1.0
    plot = theme.panel((0, 1), (1 - margin, top + margin), height=150, x_axis_type="log", x_range=across)
    plot.xaxis.axis_label, plot.yaxis.axis_label = "step", "loss / last loss"
    plot.yaxis.ticker = BasicTicker(desired_num_ticks=3)
    _log_steps(plot, steps)
    data = theme.source("energy-loss", step=steps, loss=loss)
    drawn = plot.line("step", "loss", source=data, line_color=theme.INK, line_width=2)
    theme.tips(plot, drawn, step="@step{0,0}", **{"loss / last loss": "@loss{0.000}"})
    return plot


def _alt(D: np.ndarray, norm: np.ndarray, ever: np.ndarray) -> str:
    end, kept = D[-1, ever], norm[-1, ever] > 0.5
    on_half, at_zero = (int((np.abs(end - level) < NEAR).sum()) for level in (0.5, 0.0))
    return (
        f"{words.count(len(ever), 'feature')} of {D.shape[1]} are represented at some time and {int(kept.sum())} at "
        f"the end, where {on_half} have a dimensionality near one half and {at_zero} near 0."
    )
