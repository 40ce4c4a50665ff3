"""The best of many starts, neuron by neuron, among the losses and the arrangements that all of them found (F28)."""

from typing import Any

import numpy as np
from bokeh.models import NumeralTickFormatter
from bokeh.plotting import figure
from numpy.typing import ArrayLike

from tsup import measure
from tsup.errors import InputError
from tsup.paper.privileged.analysis import signatures
from tsup.paper.privileged.figures import rotation
from tsup.plots import neurons
from tsup.plots.kit import checks, heat, palette, theme, words
from tsup.plots.kit.figure import Figure

SHOWN, WORST = 6, 2.0
LOOK = (
    "The best start as stacks and as a matrix. Below, first the losses of all starts in rising order, in units of the "
    "best; flat steps are arrangements that many find, the dot is the median, and what is beyond twice the best is "
    "not drawn; then the arrangements found most often, by how many features each neuron holds; gold is the best one."
)


def starts(
    W: ArrayLike,
    losses: ArrayLike,
    solutions: ArrayLike,
    count: ArrayLike,
    loss: ArrayLike,
    reach: tuple[float | int, float | int] | None = None,
    about: str = "",
) -> Figure:
    """The best model of many starts, all their losses, and how many starts found each of the frequent arrangements.

    W: (hidden, feature), of the least loss. losses: (start,) > 0. solutions: (solution, hidden, feature), an example
    of each frequent arrangement; count: (solution,), how many starts found it, falling, 0 where there are no more;
    loss: (solution,), the least among them, not looked at where count is 0. reach: as in `stacks`. about: what was
    trained. Raises InputError for other shapes. Row F28.
    """
    best = checks.array("W", W, "hidden", "feature")
    every = np.sort(checks.array("losses", losses, "start"))
    examples = checks.array("solutions", solutions, "solution", *best.shape)
    found = checks.array("count", count, len(examples))
    if every[0] <= 0:
        raise InputError(f"losses must be > 0, got {every[0]:g}")
    if found[0] <= 0 or (np.diff(found) > 0).any() or found.sum() > len(every):
        raise InputError(f"count must fall from at least 1 and sum to at most {len(every)}, got {found}")
    if np.shape(loss) != found.shape:
        raise InputError(f"loss must have shape {found.shape}, got {np.shape(loss)}")
    least = checks.array("loss", np.where(found > 0, loss, 0), len(examples))
    rows = _rows(best, examples[:SHOWN], found[:SHOWN], least[:SHOWN] / every[0], len(every))
    above = [
        _stack(best, reach),
        rotation.matrix("starts-weights", "weights W", best[measure.neuron_order(best)]),
    ]
    below = [_losses(every), _arrangements(rows)]
    keys = [
        heat.shared_key("starts-key"),
        heat.signed_key("starts-weights-key", "weight"),
    ]
    layout = theme.stack(
        [theme.wrap(above, least=290), theme.wrap(keys, least=240), theme.wrap(below, least=290)]
    )
    return Figure(layout, words.caption(LOOK, about), f"{_alt(best, every, rows)}.")


def _stack(W: np.ndarray, reach: tuple[float | int, float | int] | None) -> figure:
    ends = reach or neurons.common_scale([W])
    return neurons.panel("starts-stacks", "neurons", W, measure.neuron_order(W), ends, height=250)


def _losses(every: np.ndarray) -> figure:
    """The losses in rising order as a stair, with the median marked."""
    plot = theme.panel((0, 1), (0.97, WORST), height=250)
    plot.xaxis.axis_label, plot.yaxis.axis_label = "starts, the best first", "loss / best loss"
    plot.xaxis.formatter = NumeralTickFormatter(format="0%")
    ratio, ranks = every / every[0], np.arange(1, len(every) + 1) / len(every)
    near = ratio <= WORST
    stair = theme.source("starts-losses", share=ranks[near], ratio=ratio[near], loss=every[near])
    drawn = plot.line("share", "ratio", source=stair, line_color=palette.SLATE, line_width=3)
    theme.tips(plot, drawn, starts="@share{0%}", loss="@loss{0.00000}", ratio="@ratio{0.000}")
    middle = float(np.median(ratio))
    marks = theme.source("starts-median", x=np.array([0.5]), y=np.array([middle]))
    plot.scatter("x", "y", size=12, source=marks, fill_color=palette.GOLD, line_color=None)
    text = f"median {words.number(middle, 3)}"
    theme.label(plot, "starts-median-label", 0.5, middle, text, text_align="right", x_offset=-4, y_offset=-18)
    return plot


Row = dict[str, Any]


def _rows(W: np.ndarray, examples: np.ndarray, count: np.ndarray, ratio: np.ndarray, starts: int) -> Row:
    """The bars from the top: frequent arrangements, and all others together."""
    held = [_held(one) for one in examples]
    own = _held(W)
    rest = starts - count.sum()
    shares = np.append(count, rest) / starts
    texts = [
        f"{_sizes(one)}   {_percent(share)}, loss × {words.number(r, 3)}" if share else ""
        for one, share, r in zip(held, shares, ratio, strict=False)
    ]
    colours = [palette.GOLD if one == own else palette.SLATE for one in held]
    return {
        "share": shares,
        "text": [*texts, f"all others   {_percent(shares[-1])}"],
        "held": [*[" ".join(f"{{{', '.join(map(str, n))}}}" for n in one) for one in held], "others"],
        "colour": [*colours, palette.SLATE],
    }


def _arrangements(rows: Row) -> figure:
    """A bar for each arrangement, with what its neurons hold above it."""
    count = len(rows["text"])
    plot = theme.panel((0, 1), (count - 0.4, -0.75), height=250)
    plot.ygrid.visible = plot.yaxis.visible = False
    plot.xaxis.axis_label = "share of starts"
    plot.xaxis.formatter = NumeralTickFormatter(format="0%")
    at = np.arange(count).astype(float)
    columns = {name: rows[name] for name in ("share", "held", "colour")}
    data = theme.source("starts-arrangements", place=at, **columns)
    drawn = plot.hbar("place", right="share", height=0.32, source=data, fill_color="colour", line_color=None)
    theme.tips(plot, drawn, neurons_hold="@held", share="@share{0.0%}")
    texts = theme.source("starts-names", x=np.zeros(count), y=at - 0.38, text=rows["text"])
    theme.write(plot, texts, text_align="left", text_font_size=theme.SMALL, x_offset=2)
    return plot


def _held(W: np.ndarray) -> list[tuple[int, ...]]:
    """The features that each neuron holds, those of few features first."""
    return sorted(signatures(W[None])[0], key=lambda one: (len(one), one))


def _sizes(held: list[tuple[int, ...]]) -> str:
    return " ".join(str(len(one)) for one in held)


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _alt(W: np.ndarray, every: np.ndarray, rows: Row) -> str:
    middle = words.number(np.median(every) / every[0], 3)
    first = rows["text"][0].split("   ")
    return (
        f"The best of {words.count(len(every), 'start')} has {neurons.in_words(W)}. The median start loses "
        f"{middle} times as much. The arrangement found most often has neurons of {first[0]} features: {first[1]}"
    )
