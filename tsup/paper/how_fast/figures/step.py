"""Where a step of the CPU backend goes (the page *How fast*)."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tsup.paper.how_fast.figures import speed
from tsup.plots.kit import checks, palette, theme, words
from tsup.plots.kit.figure import Figure

PARTS = {"draw": "drawing rows", "arithmetic": "arithmetic", "rest": "the rest"}
COLOURS = (palette.GOLD, palette.SEQUENCE[2], palette.SLATE)


def breakdown(rows: Sequence[Mapping[str, Any]], about: str = "") -> Figure:
    """The shares of a step that go to drawing rows, to arithmetic and to the rest, of the densest and sparsest model.

    rows: a mapping for each model, with its workload, density, and microseconds of draw, arithmetic and rest (see
    `tsup.bench.parts`). about: where it was measured. Raises InputError where there are no rows.
    """
    checks.entries("rows", rows, ("workload",), ("density", "arithmetic"), ("draw", "rest"))
    names = list(dict.fromkeys(row["workload"] for row in rows))
    ends = [_ends([row for row in rows if row["workload"] == name]) for name in names]
    drawn = [row for pair in ends for row in pair]
    labels = [f"{row['workload']}, p = {row['density']:.3g}" for row in drawn]
    values = np.array([[row[part] for part in PARTS] for row in drawn])
    whole = values.sum(1, keepdims=True)
    edges = np.cumsum(values / whole, 1)
    plot = theme.panel((0, 1), (len(drawn) - 0.5, -0.5), height=34 * len(drawn) + 100)
    theme.label_ticks(plot.yaxis, dict(enumerate(labels)))
    plot.ygrid.visible = False
    plot.xaxis.axis_label = "share of a step"
    for k, (part, text) in enumerate(PARTS.items()):
        data = theme.source(
            f"breakdown-{part}",
            y=np.arange(len(drawn)).astype(float),
            left=edges[:, k] - values[:, k] / whole[:, 0],
            right=edges[:, k],
            us=values[:, k],
            whole=whole[:, 0],
        )
        bars = plot.hbar(
            y="y", left="left", right="right", height=0.72, source=data, color=COLOURS[k], legend_label=text
        )
        theme.tips(plot, bars, microseconds="@us{0.00} of @whole{0.00}")
    speed.legend_below(plot)
    look = (
        "A step of one model on one thread, the densest and the sparsest model of each workload: random numbers and "
        "the search for active entries; products, residuals and gradients; Adam, and what it costs to begin."
    )
    said = [
        f"{label} {row[0] / row.sum():.0%} of {row.sum():.3g} µs"
        for label, row in zip(labels, values, strict=True)
    ]
    return Figure(plot, speed.caption(look, about), f"Drawing rows takes {words.listing(said)}.")


def _ends(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The densest and the sparsest of the rows."""
    ordered = sorted(rows, key=lambda row: -row["density"])
    return [ordered[0], ordered[-1]] if len(ordered) > 1 else list(ordered)
