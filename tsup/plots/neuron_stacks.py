"""Neurons as stacks of their weights, a block for every feature (F27)."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from bokeh.models import LayoutDOM
from numpy.typing import ArrayLike

from tsup import measure
from tsup.errors import InputError
from tsup.plots import neurons
from tsup.plots.kit import checks, heat, palette, theme, words
from tsup.plots.kit.figure import Figure

Matrices = ArrayLike | Mapping[str, ArrayLike]


def stacks(
    weights: Matrices,
    *,
    values: ArrayLike | None = None,
    meaning: str = heat.SHARED,
    importance: ArrayLike | None = None,
    labels: Sequence[str] | None = None,
    order: ArrayLike | None = None,
    reach: tuple[float | int, float | int] | None = None,
    about: str = "",
) -> Figure:
    """A column for every neuron: blocks as high as its weights are large, positive above the axis, negative below.

    weights: (hidden, feature), or several of them by title, each a panel. values: (feature,) in [0, 1], the colour of
    each feature's blocks, slate at 0 and gold at 1, and meaning, what they are; interference without them.
    importance: (feature,), colours that tell the eight most important features apart instead. labels: a text for
    every neuron. order: (hidden,), the neurons of every panel from left to right; without it, each panel has
    `measure.neuron_order`. reach: the ends of the scale, below 0 and above, which the frames of an explorer must
    share; what is longer is cut. A tile below each column says whether the neuron holds one feature, several, or
    none. Raises InputError for other shapes, for values outside [0, 1], and for an order that isn't one. Row F27.
    """
    panels = _checked_weights(weights)
    size = next(iter(panels.values())).shape
    colours = _colours(size[1], values, importance)
    names = list(labels) if labels is not None else None
    if names is not None and len(names) != size[0]:
        raise InputError(f"labels must hold {size[0]} texts, got {len(names)}")
    ends = reach or neurons.common_scale(list(panels.values()))
    fixed = None if order is None else _checked_order(order, size[0])
    drawn: list[LayoutDOM] = []
    for k, (title, W) in enumerate(panels.items()):
        across = measure.neuron_order(W) if fixed is None else fixed
        drawn.append(neurons.panel(f"stacks-{k}", title, W, across, ends, colours, names))
    most = "≥ 1" if values is None else "1"
    keys = [heat.shared_key("stacks-key", meaning, most)] if importance is None else []
    told = [
        f"{title}: {neurons.in_words(W)}" if title else neurons.in_words(W) for title, W in panels.items()
    ]
    look = (
        "Each column is a neuron, each block a weight: positive ones upwards from the axis, negative ones downwards. "
        "The tile below says slate for a neuron that holds one feature, gold for one that holds several."
    )
    layout = theme.stack([drawn[0] if len(drawn) == 1 else theme.wrap(drawn, least=270), *keys])
    sizes = f"{words.count(size[0], 'neuron')} of {words.count(size[1], 'feature')}"
    return Figure(layout, words.caption(look, about), f"{sizes}. {'; '.join(told)}.")


def _checked_weights(weights: Matrices) -> dict[str, np.ndarray]:
    given = weights if isinstance(weights, Mapping) else {"": weights}
    if not given:
        raise InputError("weights must hold at least one matrix, got none")
    found: dict[str, np.ndarray] = {}
    for title, W in given.items():
        shape = next(iter(found.values())).shape if found else ("hidden", "feature")
        found[title] = checks.array(f"weights[{title!r}]" if title else "weights", W, *shape)
    return found


def _colours(n: int, values: ArrayLike | None, importance: ArrayLike | None) -> Any:
    """The feature's colours: names, or values of the scale, or None for each matrix's own interference."""
    if importance is not None:
        return palette.foremost(checks.array("importance", importance, n))
    if values is None:
        return None
    found = checks.array("values", values, n)
    if found.min() < 0 or found.max() > 1:
        raise InputError(f"values must lie in [0, 1], got {found[(found < 0) | (found > 1)][0]:g}")
    return found


def _checked_order(order: ArrayLike, hidden: int) -> np.ndarray:
    found = checks.array("order", order, hidden).astype(int)
    if sorted(found.tolist()) != list(range(hidden)):
        raise InputError(f"order must hold each of 0 … {hidden - 1} once, got {found.tolist()}")
    return found
