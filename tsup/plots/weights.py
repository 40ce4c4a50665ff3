"""What a model stores: WᵀW and b, the norms of the features, and both for one model or many (F06 to F09)."""

import numpy as np
from bokeh.plotting import figure
from numpy.typing import ArrayLike

from tsup import measure
from tsup.plots.kit import bars, checks, heat, palette, theme, words
from tsup.plots.kit.figure import Figure

GRAM_LOOK = (
    "WᵀW maps each feature to what the model gives back for it, and b is added: "
    "a red diagonal is a feature read back, anything off it is interference."
)
NORMS_LOOK = (
    "Each bar is the norm of a feature: long if the model represents it. "
    "Slate is a feature alone in its direction, gold one that others fire as hard as itself."
)


def gram(W: ArrayLike, b: ArrayLike, about: str = "") -> Figure:
    """WᵀW as a heat map with the biases as a column beside it.

    W: (hidden, feature). b: (feature,). about: what was trained. Raises InputError for other shapes. Row F06.
    """
    W, b = _checked(W, b)
    layout = theme.stack([_gram("gram", W, b), heat.signed_key("gram-key", "WᵀW and b")])
    return Figure(layout, words.caption(GRAM_LOOK, about), f"{_gram_in_words(W)}; {_biases_in_words(b)}.")


def norms(W: ArrayLike, about: str = "") -> Figure:
    """The norm ‖Wᵢ‖ of every feature as a bar, coloured by interference Σⱼ≠ᵢ (Ŵᵢ·Wⱼ)².

    W: (hidden, feature). about: what was trained. Raises InputError for other shapes. Rows F07 and F08.
    """
    W = checks.array("W", W, "hidden", "feature")
    plot = bars.panel(W.shape[1])
    bars.draw_norms(plot, "norms", W)
    layout = theme.stack([plot, heat.shared_key("norms-key")])
    return Figure(layout, words.caption(NORMS_LOOK, about), f"{_norms_in_words(W)}.")


def model(W: ArrayLike, b: ArrayLike, about: str = "") -> Figure:
    """One model: WᵀW and b, with the features' norms beside them.

    W: (hidden, feature). b: (feature,). about: what was trained. Raises InputError for other shapes. Rows F08, F09.
    """
    W, b = _checked(W, b)
    left = theme.stack([_gram("model-gram", W, b), heat.signed_key("model-gram-key", "WᵀW and b")])
    beside = bars.panel(len(b), _top(len(b)), height=None, **_proportions(len(b)))
    bars.draw_norms(beside, "model-norms", W)
    right = theme.stack([beside, heat.shared_key("model-norms-key")])
    return Figure(
        theme.wrap([left, right], least=290),
        words.caption(f"{GRAM_LOOK} {NORMS_LOOK}", about),
        f"{_norms_in_words(W)}; {_biases_in_words(b)}.",
    )


def gallery(W: ArrayLike, b: ArrayLike, density: ArrayLike, about: str = "") -> Figure:
    """Several models side by side, one at each density: WᵀW and b above, norms as bars below.

    W: (density, hidden, feature). b: (density, feature). density: (density,) in (0, 1]. about: what was trained.
    Raises InputError for other shapes. Rows F08, F09.
    """
    stack = checks.array("W", W, "density", "hidden", "feature")
    biases = checks.array("b", b, len(stack), stack.shape[2])
    density = checks.densities(density, len(stack))
    cells = [
        _thumbnail(f"gallery-{k}", one, bias, p)
        for k, (one, bias, p) in enumerate(zip(stack, biases, density, strict=True))
    ]
    keys = theme.wrap(
        [heat.signed_key("gallery-gram-key", "WᵀW and b"), heat.shared_key("gallery-norms-key")], least=240
    )
    kept, alone = np.array([bars.tally(one) for one in stack]).T
    alt = (
        f"{words.count(len(stack), 'model')} of {words.count(stack.shape[2], 'feature')} in "
        f"{words.count(stack.shape[1], 'dimension')}, at densities {words.listing([f'{p:g}' for p in density])}. "
        f"Represented are {words.listing(kept)} features; nearly alone in their direction are {words.listing(alone)}."
    )
    look = (
        "Each panel is a model at density p: WᵀW with b beside it, and below it the norms of the same features. "
        "Slate bars are features alone in their direction, gold ones share it."
    )
    layout = theme.stack([theme.wrap(cells, least=150), keys])
    return Figure(layout, words.caption(look, about), alt)


def _checked(W: ArrayLike, b: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    matrix = checks.array("W", W, "hidden", "feature")
    return matrix, checks.array("b", b, matrix.shape[1])


def _bias_column(n: int) -> tuple[float, float]:
    """Left edge and width of the column of biases beside n features."""
    return n - 0.5 + max(0.5, n / 25), max(1.0, n / 16)


def _cells(plot: figure, name: str, W: np.ndarray, b: np.ndarray) -> None:
    """Draw WᵀW and b in one scale of colours."""
    left, width = _bias_column(len(b))
    products = heat.draw(plot, f"{name}-products", measure.gram(W), palette.signed())
    heat.cell_tips(plot, products, "feature i", "feature j", "Wᵢ·Wⱼ")
    edges = -0.5, len(b) - 0.5
    boxes = [(edges[0], edges[0], edges[1], edges[1]), (left, edges[0], left + width, edges[1])]
    heat.frames(plot, f"{name}-frames", *boxes)
    biases = heat.draw(plot, f"{name}-biases", b[:, None], palette.signed(), x=left, dw=width)
    heat.cell_tips(plot, biases, "feature i", "", "bᵢ")


def _gram(name: str, W: np.ndarray, b: np.ndarray) -> figure:
    n = len(b)
    left, width = _bias_column(n)
    head = _top(n)
    plot = theme.panel((-0.5, left + width), (n - 0.5, head), **_proportions(n))
    plot.grid.visible = False
    plot.xaxis.axis_label, plot.yaxis.axis_label = "feature j", "feature i"
    theme.count_along(plot.xaxis, n, 10)
    theme.count_along(plot.yaxis, n, 10)
    plot.axis.bounds = (-0.5, n - 0.5)
    _cells(plot, name, W, b)
    theme.label(plot, f"{name}-products-name", n / 2 - 0.5, head + 0.045 * n, "WᵀW", text_font_style="bold")
    theme.label(plot, f"{name}-biases-name", left + width / 2, head + 0.045 * n, "b", text_font_style="bold")
    return plot


def _top(n: int) -> float:
    """Where a panel of n features begins that has room for names above its first row."""
    return -0.5 - 0.09 * n


def _proportions(n: int) -> dict[str, float]:
    """Proportions and size of a panel in which the cells of WᵀW come out square."""
    left, width = _bias_column(n)
    frame, axes = (300, 300 * (n - 0.5 - _top(n)) / (left + width + 0.5)), (58, 57)
    return {"aspect_ratio": (frame[0] + axes[0]) / (frame[1] + axes[1]), "max_width": 460}


def _thumbnail(name: str, W: np.ndarray, b: np.ndarray, density: float) -> figure:
    """WᵀW, b and the norms in one small panel whose columns are the features."""
    n = len(b)
    left, width = _bias_column(n)
    head, foot, high = -0.5 - 0.16 * n, n - 0.5 + 0.45 * n, 0.26 * n
    ends = (-0.5 - 0.02 * n, left + width)
    plot = theme.bare(
        theme.panel(ends, (foot, head), aspect_ratio=(ends[1] - ends[0]) / (foot - head), min_border=3)
    )
    _cells(plot, name, W, b)
    lengths = measure.norms(W)
    data = theme.source(
        f"{name}-norms",
        feature=np.arange(n),
        norm=lengths,
        base=np.full(n, foot),
        top=foot - high * lengths,
        interference=measure.interference(W),
    )
    drawn = plot.vbar(
        x="feature",
        bottom="base",
        top="top",
        width=0.8,
        source=data,
        fill_color=bars.by_interference(),
        line_color=None,
    )
    theme.tips(plot, drawn, **bars.TIPS)
    theme.label(
        plot, f"{name}-heading", n / 2 - 0.5, head + 0.07 * n, f"p = {density:g}", text_font_style="bold"
    )
    return plot


def _norms_in_words(W: np.ndarray) -> str:
    """How many features W represents and how many of them share a direction, in words."""
    hidden, n = W.shape
    kept, alone = bars.tally(W)
    return (
        f"{kept} of {words.count(n, 'feature')} represented in {words.count(hidden, 'dimension')}, "
        f"{alone} of them nearly alone in their direction"
    )


def _gram_in_words(W: np.ndarray) -> str:
    """The ranges of WᵀW on and off its diagonal, in words."""
    products = measure.gram(W)
    diagonal = np.diag(products)
    aside = np.abs(products[~np.eye(len(products), dtype=bool)])
    most = words.number(aside.max()) if aside.size else "0"
    ends = f"{words.number(diagonal.min())} to {words.number(diagonal.max())}"
    big = int((diagonal > 0.5).sum())
    return (
        f"WᵀW of {words.count(len(diagonal), 'feature')}: the diagonal runs from {ends}, above one half for {big}; "
        f"the largest entry off it is {most} in size"
    )


def _biases_in_words(b: np.ndarray) -> str:
    return f"biases from {words.number(b.min())} to {words.number(b.max())}"
