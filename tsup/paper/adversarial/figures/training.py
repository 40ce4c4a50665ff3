"""What adversarial training leaves of superposition, at every budget (F25)."""

from collections.abc import Mapping

import numpy as np
from bokeh.plotting import figure
from numpy.typing import ArrayLike

from tsup.errors import InputError
from tsup.plots.kit import checks, curves, theme, words
from tsup.plots.kit.figure import Figure

HEADROOM = 1.8  # times what is drawn, for the legend above it
Panels = dict[str, dict[str, np.ndarray]]


def hardening(
    share: ArrayLike,
    measures: Mapping[str, Mapping[str, ArrayLike]],
    about: str = "",
    tops: Mapping[str, float | int] | None = None,
) -> Figure:
    """A panel for every measure of the trained models, against the attacks' length, a line for each label.

    share: (budget,) ≥ 0, rising, at least two: the length over the input norm. measures: name of the measure → label →
    (budget, start) ≥ 0, the same one to five labels in each, such as densities. about: what was trained. tops: the
    greatest value > 0 that an axis is for, by measure; by default that of its points. Raises InputError for other
    shapes or values. Row F25.
    """
    x = checks.array("share", share, "budget")
    if len(x) < 2 or (np.diff(x) <= 0).any() or x[0] < 0:
        raise InputError(f"share must have at least 2 rising values ≥ 0, got {x.tolist()}")
    if not measures or len({tuple(lines) for lines in measures.values()}) != 1:
        raise InputError(
            f"measures must hold the same labels each, got {[list(lines) for lines in measures.values()]}"
        )
    found: Panels = {}
    for name, lines in measures.items():
        curves.check(name, lines)
        found[name] = {
            label: checks.array(f"{name}, {label}", one, len(x), "start") for label, one in lines.items()
        }
    greatest = {name: max(one.max() for one in lines.values()) for name, lines in found.items()}
    greatest.update(tops or {})
    panels = [
        _panel(k, name, x, lines, float(greatest[name])) for k, (name, lines) in enumerate(found.items())
    ]
    caption = words.caption(
        "Each model was trained on inputs moved by attacks of the length across, as a share of the input norm. Points "
        "are single trainings, lines their means. Zero is training without attacks.",
        about,
    )
    return Figure(theme.wrap(panels, least=260), caption, _alt(x, found))


def _panel(place: int, name: str, x: np.ndarray, lines: Mapping[str, np.ndarray], greatest: float) -> figure:
    margin = 0.04 * float(np.ptp(x))
    plot = theme.panel((x[0] - margin, x[-1] + margin), (0, HEADROOM * greatest), height=245)
    plot.xaxis.axis_label, plot.yaxis.axis_label = "attack length / input norm", name
    means = {label: one.mean(1) for label, one in lines.items()}
    curves.draw(plot, f"hardening-{place}", x, means, "top_right")
    for k, (label, one) in enumerate(lines.items()):
        data = theme.source(f"hardening-{place}-{k}-starts", x=np.repeat(x, one.shape[1]), y=one.ravel())
        dots = plot.scatter(
            "x", "y", size=7, source=data, fill_color=curves.COLOURS[k], fill_alpha=0.6, line_color=None
        )
        theme.tips(plot, dots, model=label, length="@x{0.0}", value="@y{0.00}")
    return plot


def _alt(x: np.ndarray, found: Panels) -> str:
    said = []
    for name, lines in found.items():
        ends = [
            f"{words.number(one[0].mean())} to {words.number(one[-1].mean())} ({label})"
            for label, one in lines.items()
        ]
        said.append(f"{name} from {' and from '.join(ends)}")
    return f"As attacks in training grow from {x[0]:g} to {x[-1]:g} of the norm: {'; '.join(said)}."
