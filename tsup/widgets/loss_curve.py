"""The loss of a training, step by step."""

import numpy as np
from numpy.typing import ArrayLike

from tsup.plots.kit import checks, palette, theme, words
from tsup.plots.kit.figure import Figure

TOP = 1.25


def draw(steps: ArrayLike, shares: ArrayLike, total: int) -> Figure:
    """Loss against step, as a share of what a model without features loses.

    steps, shares: (time,), possibly none yet. total: the steps that the training will take. Raises InputError for
    other shapes.
    """
    across = np.asarray(steps, float)
    up = checks.array("shares", shares, len(across)) if len(across) else across
    plot = theme.panel((0, total), (0, TOP), height=170)
    plot.xaxis.axis_label, plot.yaxis.axis_label = "step", "loss"
    theme.guide(plot, "width", 1, "dashed")
    note = theme.source(
        "loss-note", x=np.array([total]), y=np.array([1.03]), text=["a model without features"]
    )
    theme.write(plot, note, text_align="right", text_baseline="bottom", text_color=theme.MUTED)
    data = theme.source("loss", step=across, share=np.minimum(up, TOP))
    plot.line("step", "share", source=data, line_color=palette.SLATE, line_width=2.5)
    look = "The loss on each step's batch, as a share of the expected loss of a model without features."
    alt = (
        f"After {across[-1]:,.0f} steps the loss is {words.number(up[-1])} of that of a model without features."
        if len(across)
        else "Not trained yet."
    )
    return Figure(plot, look, alt)
