"""Directions that a sparse autoencoder has found in the plane, beside those of the features (F39)."""

import numpy as np
from numpy.typing import ArrayLike

from tsup.plots.kit import checks, palette, theme, words
from tsup.plots.kit.figure import Figure
from tsup.sparse_coding import measures

REACH, RAY = 1.5, 1.28
LOOK = (
    "Grey dots are hidden activations. Each dashed ray is a feature's direction, with its number; each gold arm is the "
    "direction of a latent. The number below is the mean over features of the largest cosine with a latent."
)


def dictionary(h: ArrayLike, W: ArrayLike, decoder: ArrayLike, about: str = "") -> Figure:
    """The directions of latents over a cloud of activations, and those of the features.

    h: (row, 2). W: (2, feature). decoder: (latent, 2), none of length 0. about: what was trained. Raises InputError for
    other shapes. Row F39.
    """
    rows = checks.array("h", h, "row", 2)
    columns = checks.array("W", W, 2, "feature")
    found = checks.array("decoder", decoder, "latent", 2)
    best = measures.best_cosines(columns, found)
    plot = theme.square(REACH, REACH)
    cloud = theme.source("dictionary-cloud", x=rows[:, 0], y=rows[:, 1])
    plot.scatter("x", "y", size=4, source=cloud, fill_color=theme.MUTED, fill_alpha=0.35, line_color=None)
    unit = columns / np.maximum(np.linalg.norm(columns, axis=0), 1e-12)
    _rays(plot, RAY * unit)
    arms = found.T / np.maximum(np.linalg.norm(found, axis=1), 1e-12)
    data = theme.source(
        "dictionary-latents",
        latent=np.arange(len(found)),
        origin=np.zeros(len(found)),
        x=arms[0],
        y=arms[1],
        cosine=measures.cosines(columns, found).max(0),
    )
    plot.segment("origin", "origin", "x", "y", source=data, line_width=3, line_color=palette.GOLD)
    dots = plot.scatter(
        "x", "y", size=11, marker="diamond", source=data, fill_color=palette.GOLD, line_color=None
    )
    theme.tips(plot, dots, latent="@latent", largest_cosine_with_a_feature="@cosine{0.000}")
    theme.label(plot, "dictionary-mean", 0, -1.4, f"{best.mean():.3f}", text_font_style="bold")
    alt = (
        f"Largest cosines with a latent of {words.count(len(best), 'feature')}: {words.numbers(best)}; "
        f"their mean is {words.number(best.mean(), 3)}."
    )
    return Figure(theme.stack([plot]), words.caption(LOOK, about), alt)


def _rays(plot: theme.figure, ends: np.ndarray) -> None:
    count = ends.shape[1]
    colours = palette.features(np.ones(count))
    data = theme.source(
        "dictionary-features",
        origin=np.zeros(count),
        x=ends[0],
        y=ends[1],
        colour=colours,
    )
    plot.segment(
        "origin", "origin", "x", "y", source=data, line_width=2, line_dash="5 4", line_color="colour"
    )
    texts = theme.source(
        "dictionary-numbers", x=1.06 * ends[0], y=1.06 * ends[1], text=[str(k) for k in range(count)]
    )
    theme.write(plot, texts, text_font_style="bold")
