"""What a step of one model costs as one size after another grows."""

from collections.abc import Mapping
from typing import Any, cast

import numpy as np
from bokeh.plotting import figure

from tsup.errors import InputError
from tsup.paper.how_fast.figures import speed
from tsup.plots.kit import checks, palette, theme
from tsup.plots.kit.figure import Figure


def sweep(points: Mapping[str, speed.Rows], about: str = "") -> Figure:
    """What a step of one model costs as one size after another grows, a panel a size.

    points: line → entries of a record's `sweep`, with axis, backend, value and us_per_model_step; lines of an axis
    share its panel. Raises InputError where there are none, or for an unknown backend.
    """
    lines = {label: own for label, own in points.items() if own}
    if not lines:
        raise InputError("points must hold at least one line, got none")
    for own in lines.values():
        checks.entries("points", own, ("axis", "backend"), ("value", "us_per_model_step"))
        speed.check_backends("points", own)
    axes = list(dict.fromkeys(point["axis"] for own in lines.values() for point in own))
    panels = [_sweep_panel(k, axis, lines) for k, axis in enumerate(axes)]
    look = (
        "Microseconds for a step of one model as one size grows and the others stay; both scales are logarithmic. "
        "Several of the sizes are primes, which no block of memory or register fits."
    )
    said = [_slowing(axis, label, own) for label, own in lines.items() for axis in axes]
    alt = f"Microseconds a step of one model. {'; '.join(one for one in said if one)}."
    return Figure(theme.wrap(panels, least=270), speed.caption(look, about), alt)


def _sweep_panel(place: int, axis: str, lines: Mapping[str, speed.Rows]) -> figure:
    own = {label: [p for p in points if p["axis"] == axis] for label, points in lines.items()}
    own = {label: points for label, points in own.items() if points}
    values = [p["value"] for points in own.values() for p in points]
    times = [p["us_per_model_step"] for points in own.values() for p in points]
    x, y = (min(values) / 1.4, 1.4 * max(values)), (min(times) / 1.8, 1.8 * max(times))
    plot = theme.panel(x, y, height=230, x_axis_type="log", y_axis_type="log", min_border_left=68)
    plot.xgrid.minor_grid_line_color = plot.ygrid.minor_grid_line_color = None
    plot.xaxis.axis_label, plot.yaxis.axis_label = axis, "µs"
    speed.powers(plot.xaxis, x)
    speed.powers(plot.yaxis, y)
    kinds = [points[0]["backend"] for points in own.values()]
    for k, (label, points) in enumerate(own.items()):
        kind = kinds[k]
        alone = kinds.count(kind) == 1
        colour = speed.COLOURS[kind] if alone else palette.sequence(len(own))[k]
        data = theme.source(
            f"sweep-{place}-{k}",
            value=np.array([p["value"] for p in points]),
            time=np.array([p["us_per_model_step"] for p in points]),
        )
        plot.line("value", "time", source=data, line_color=colour, line_width=2.5, legend_label=label)
        marker = cast(
            Any, ("circle", "square", "triangle", "diamond")[k % 4] if not alone else speed.MARKERS[kind]
        )
        drawn = plot.scatter(
            "value", "time", marker=marker, size=8, source=data, color=colour, legend_label=label
        )
        theme.tips(plot, drawn, **{axis: "@value{0}", "time": "@time{0.00} µs"})
    speed.legend_below(plot, columns=2)
    return plot


def _slowing(axis: str, label: str, points: speed.Rows) -> str:
    """From where to where a line runs, in words."""
    own = [point for point in points if point["axis"] == axis]
    if not own:
        return ""
    first, last = own[0], own[-1]
    return (
        f"{label}, {axis} {first['value']} to {last['value']}: {speed.rounded(first['us_per_model_step'])} to "
        f"{speed.rounded(last['us_per_model_step'])}"
    )
