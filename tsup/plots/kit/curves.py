"""Several curves over one axis, told apart by dash as well as by colour."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from bokeh.plotting import figure

from tsup.errors import InputError
from tsup.plots.kit import palette, theme

COLOURS = (palette.SLATE, palette.GOLD, palette.ACTIVE, palette.NEGATIVE, palette.POSITIVE)
DASHES = (
    "solid",
    "11 5",
    "2 4",
    "14 4 2 4",
    "6 3 2 3 2 3",
)  # as text: older Bokehs take a list for names of columns


def check(name: str, lines: Mapping[str, Any]) -> None:
    """Raise InputError unless there are one to five lines."""
    if not 1 <= len(lines) <= len(COLOURS):
        raise InputError(f"{name} must hold 1 to {len(COLOURS)} labels, got {len(lines)}")


def draw(plot: figure, name: str, x: np.ndarray, lines: Mapping[str, np.ndarray], place: str) -> None:
    """Draw labelled curves over x with their legend in a corner."""
    for k, (label, y) in enumerate(lines.items()):
        data = theme.source(f"{name}-{k}", x=x, y=y)
        style: dict[str, Any] = {"line_color": COLOURS[k], "line_dash": DASHES[k], "line_width": 2.5}
        plot.line("x", "y", source=data, legend_label=label, **style)
    theme.legend(plot, place)
