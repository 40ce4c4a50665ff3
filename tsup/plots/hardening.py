"""What adversarial training leaves of superposition, at every budget (F25)."""

from collections.abc import Mapping

import numpy as np
from bokeh.plotting import figure
from numpy.typing import ArrayLike

from tsup.errors import InputError
from tsup.plots import checks, curves, theme, words
from tsup.plots.figure import Figure

Panels = dict[str, dict[str, np.ndarray]]


def hardening(share: ArrayLike, measures: Mapping[str, Mapping[str, ArrayLike]], about: str = "") -> Figure:
    """A panel for every measure of the trained models, against the attacks' length, a line for each kind of budget.

    share: (budget,) ≥ 0, rising, at least two: the length over the input norm. measures: name of the measure → kind →
    (budget, start) ≥ 0, the same one to five kinds in each. about: what was trained. Raises InputError for other shapes
    or values. Row F25.
    """
    x = checks.array("share", share, "budget")
    if len(x) < 2 or (np.diff(x) <= 0).any() or x[0] < 0:
        raise InputError(f"share must have at least 2 rising values ≥ 0, got {x.tolist()}")
    if not measures or len({tuple(kinds) for kinds in measures.values()}) != 1:
        raise InputError(
            f"measures must hold the same kinds each, got {[list(k) for k in measures.values()]}"
        )
    found: Panels = {}
    for name, kinds in measures.items():
        curves.check(name, kinds)
        found[name] = {
            kind: checks.array(f"{name}, {kind}", one, len(x), "start") for kind, one in kinds.items()
        }
    panels = [_panel(k, name, x, kinds) for k, (name, kinds) in enumerate(found.items())]
    caption = words.caption(
        "Each model was trained on inputs moved by attacks of the length across, as a share of the mean input norm or "
        "of the input's own. Points are single trainings, lines their means. Zero is training without attacks.",
        about,
    )
    return Figure(theme.wrap(panels, least=260), caption, _alt(x, found))


def _panel(place: int, name: str, x: np.ndarray, kinds: Mapping[str, np.ndarray]) -> figure:
    top = 1.4 * max(one.max() for one in kinds.values())
    margin = 0.04 * float(np.ptp(x))
    plot = theme.panel((x[0] - margin, x[-1] + margin), (0, top), height=300)
    plot.xaxis.axis_label, plot.yaxis.axis_label = "attack length / input norm", name
    curves.draw(
        plot, f"hardening-{place}", x, {kind: one.mean(1) for kind, one in kinds.items()}, "top_right"
    )
    for k, (kind, one) in enumerate(kinds.items()):
        data = theme.source(f"hardening-{place}-{k}-starts", x=np.repeat(x, one.shape[1]), y=one.ravel())
        dots = plot.scatter(
            "x", "y", size=7, source=data, fill_color=curves.COLOURS[k], fill_alpha=0.6, line_color=None
        )
        theme.tips(plot, dots, budget=kind, length="@x{0.0}", value="@y{0.00}")
    return plot


def _alt(x: np.ndarray, found: Panels) -> str:
    said = []
    for name, kinds in found.items():
        ends = [
            f"{words.number(one[0].mean())} to {words.number(one[-1].mean())} ({kind})"
            for kind, one in kinds.items()
        ]
        said.append(f"{name} from {' and from '.join(ends)}")
    return f"As attacks in training grow from {x[0]:g} to {x[-1]:g} of the norm: {'; '.join(said)}."
