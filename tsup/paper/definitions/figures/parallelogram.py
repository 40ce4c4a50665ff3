"""Arithmetic on words as a drawing: the two steps between four words, and where the sum leads (R3)."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from tsup.plots.kit import checks, palette, theme, words
from tsup.plots.kit.figure import Figure

WIDE, MARGIN = 1.7, 0.25


def parallelogram(
    vectors: Mapping[str, ArrayLike], a: str, b: str, c: str, answer: str, about: str = ""
) -> Figure:
    """Four words in the plane of their two steps, b to a and c to the answer, with b's step taken from c.

    vectors: word → (dimension,), at least these four. The step ends at a − b + c. about: what was trained, if anything.
    Raises InputError for other shapes and for a word that has no vector. Row R3.
    """
    named = (a, b, c, answer)
    checks.names("word", vectors, named)
    size = len(np.atleast_1d(vectors[a]))
    one, start, other, found = (checks.array(f"vectors[{word!r}]", vectors[word], size) for word in named)
    across, up = other - start, (one - start + found - other) / 2
    axes = np.linalg.qr(np.stack([across, up], 1))[0]
    axes *= np.sign([across @ axes[:, 0], up @ axes[:, 1]])
    at = np.stack([one, start, other, found, one - start + other]) @ axes
    low, high = at.min(0), at.max(0)
    pad = MARGIN * (high - low).max()
    plot = theme.bare(theme.panel(*_limits(low - pad, high + pad), aspect_ratio=WIDE, max_width=460))
    steps = theme.source(
        "parallelogram-steps", x0=at[[1, 2], 0], y0=at[[1, 2], 1], x1=at[[0, 4], 0], y1=at[[0, 4], 1]
    )
    plot.segment("x0", "y0", "x1", "y1", source=steps, line_color=palette.GOLD, line_width=3, line_dash="8 4")
    ends = theme.source("parallelogram-end", x=at[4:, 0], y=at[4:, 1])
    plot.scatter("x", "y", size=17, marker="star", source=ends, color=palette.GOLD)
    x, y = at[:4].T
    data = theme.source("parallelogram", x=x, y=y, text=list(named), down=np.array([-16, 18, 18, -16]))
    dots = plot.scatter("x", "y", size=11, source=data, color=palette.SLATE)
    theme.tips(plot, dots, word="@text")
    theme.write(plot, data, y_offset="down", text_font_style="bold")
    look = (
        f"Four words in the plane of their steps. The dashed step leads from {b} to {a}; taken from {c}, it ends at "
        f"the star, near {answer}."
    )
    off = float(np.linalg.norm(one - start + other - found) / np.linalg.norm(one - start))
    alt = f"The step from {c} ends {words.number(off)} of its own length from {answer}."
    return Figure(theme.stack([plot]), words.caption(look, about), alt)


def _limits(low: np.ndarray, high: np.ndarray) -> tuple[theme.Limits, theme.Limits]:
    """Limits of both axes in one scale, about the middle."""
    tall = max(float(high[1] - low[1]), float(high[0] - low[0]) / WIDE) / 2
    x, y = ((low + high) / 2).tolist()
    return (x - WIDE * tall, x + WIDE * tall), (y - tall, y + tall)
