"""How fast the backends train: ratios to the plain loop, the share of the peak, whole trainings."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

import numpy as np
from bokeh.plotting import figure

from tsup.errors import InputError
from tsup.plots.kit import checks, palette, theme, words
from tsup.plots.kit.figure import Figure

Rows = Sequence[Mapping[str, Any]]
COLOURS = {"reference": palette.SLATE, "cpu": palette.SEQUENCE[2], "gpu": palette.SEQUENCE[0]}
MARKERS = {"reference": "square", "cpu": "circle", "gpu": "triangle"}
FLOOR, AIM = "floor", "aim"


def ratios(rows: Rows, about: str = "") -> Figure:
    """How many times faster than the plain loop each backend is, a line a workload, with its floor and its aim.

    rows: entries of a record's `workloads` (see `tsup.bench`); those that were not measured are left out. about: where
    it was measured. Raises InputError where nothing was.
    """
    measured = _measured(rows, "ratio", "least", "most", "plain_ms", "backend_ms")
    names = list(dict.fromkeys(row["workload"] for row in measured))
    most = max(max(row["most"], row.get(AIM) or 0, row.get(FLOOR) or 0) for row in measured)
    plot = _lines_panel(names, (0.5, 1.6 * most), {r["workload"]: r["about"] for r in measured})
    plot.xaxis.axis_label = "times as fast as the plain loop"
    _plain_loop(plot, len(names))
    _goals(plot, measured, names)
    for kind in dict.fromkeys(row["backend"] for row in measured):
        _medians(plot, kind, [row for row in measured if row["backend"] == kind], names)
    legend_below(plot)
    look = (
        "Medians of alternating repetitions, with the spread of the repetitions as a bar; the dashed line is the plain "
        "loop itself. A short stroke is the floor that a backend must reach, an open diamond the aim."
    )
    return Figure(plot, caption(look, about), f"Times as fast as the plain loop. {_in_words(measured)}.")


def shares(rows: Rows, peaks: Mapping[str, float], about: str = "") -> Figure:
    """The multiply-adds a second of each workload, as a share of what a large matrix product reaches.

    rows: as for `ratios`. peaks: backend → multiply-adds a second. Raises InputError where nothing was measured.
    """
    measured = _measured(rows, "multiply_adds_a_second")
    checks.entries("peaks", [peaks], (), [row["backend"] for row in measured])
    names = list(dict.fromkeys(row["workload"] for row in measured))
    kinds = list(dict.fromkeys(row["backend"] for row in measured))
    share = {
        (r["workload"], r["backend"]): r["multiply_adds_a_second"] / peaks[r["backend"]] for r in measured
    }
    plot = theme.panel(
        (0, max(1.0, 1.08 * max(share.values()))), (len(names) - 0.5, -0.5), height=46 * len(names) + 90
    )
    _name_lines(plot, names)
    plot.xaxis.axis_label = "share of the peak"
    theme.label_ticks(plot.xaxis, {0: "0", 0.25: "25 %", 0.5: "50 %", 0.75: "75 %", 1: "100 %"})
    thick = 0.8 / len(kinds)
    for place, kind in enumerate(kinds):
        own = [name for name in names if (name, kind) in share]
        y = np.array([names.index(name) + (place - (len(kinds) - 1) / 2) * thick for name in own])
        values = np.array([share[name, kind] for name in own])
        data = theme.source(f"shares-{kind}", y=y, share=values, percent=100 * values)
        drawn = plot.hbar(
            y="y", right="share", height=0.85 * thick, source=data, color=COLOURS[kind], legend_label=kind
        )
        theme.tips(plot, drawn, of_peak="@percent{0} %")
    legend_below(plot)
    look = (
        "Multiply-adds a second of the five matrix products of a step, empty rows not counted, as a share of what a "
        "large matrix product reaches on the same machine; beyond 100 % they run faster than that."
    )
    said = [
        f"{kind}: {words.listing([f'{name} {share[name, kind]:.0%}' for name in names if (name, kind) in share])}"
        for kind in kinds
    ]
    return Figure(plot, caption(look, about), f"Share of the peak. {'; '.join(said)}.")


def trainings(rows: Rows, about: str = "") -> Figure:
    """Seconds of whole trainings before and after, a line each.

    rows: with name, before, after (seconds) and share (of the steps that `before` was timed over; below 1 it was
    extrapolated). Raises InputError where there are none.
    """
    checks.entries("rows", rows, ("name",), ("before", "after", "share"))
    names = [str(k) for k in range(len(rows))]
    ends = [row["before"] for row in rows], [row["after"] for row in rows]
    low, high = min(map(min, ends)), max(map(max, ends))
    plot = _lines_panel(
        names, (low / 2, 2 * high), dict(zip(names, [row["name"] for row in rows], strict=True))
    )
    plot.xaxis.axis_label, plot.yaxis.visible = "seconds", False
    y = np.arange(len(rows)) + 0.15
    data = theme.source("trainings", y=y, before=np.array(ends[0]), after=np.array(ends[1]))
    plot.segment("after", "y", "before", "y", source=data, line_color=theme.LINE, line_width=2)
    open_ends = [palette.SLATE if row["share"] == 1 else "#00000000" for row in rows]
    data.add(open_ends, "fill")
    options: dict[str, Any] = {"source": data, "size": 12, "line_width": 2}
    before = plot.scatter(
        "before",
        "y",
        marker="square",
        fill_color="fill",
        line_color=COLOURS["reference"],
        legend_label="reference",
        **options,
    )
    after = plot.scatter("after", "y", marker="circle", color=COLOURS["cpu"], legend_label="cpu", **options)
    theme.tips(plot, before, after, before="@before{0.0} s", after="@after{0.00} s")
    legend_below(plot)
    look = (
        "Seconds of whole trainings on the two backends. An open square was extrapolated from a share of the steps, "
        "for the whole would have taken minutes."
    )
    return Figure(
        plot, caption(look, about), f"Seconds before and after. {'; '.join(map(_before_after, rows))}."
    )


def _measured(rows: Rows, *numbers: str) -> list[Mapping[str, Any]]:
    """The rows that were measured, with these numbers, and a floor and an aim or None."""
    measured = [row for row in rows if row.get("measured") is True]
    checks.entries("rows", measured, ("workload", "about", "backend"), numbers)
    for row in measured:
        goals = [goal for goal in (FLOOR, AIM) if row.get(goal) is not None]
        checks.entries("rows", [row], (), goals)
    check_backends("rows", measured)
    return measured


def check_backends(name: str, entries: Rows) -> None:
    """Raise InputError for an entry of a backend that has no colour."""
    for entry in entries:
        if entry["backend"] not in COLOURS:
            raise InputError(f"{name} must be of backends {', '.join(COLOURS)}, got {entry['backend']!r}")


def caption(look: str, about: str) -> str:
    """What to look for, and where it was measured."""
    return f"{look} Measured: {about}." if about else look


def _lines_panel(names: Sequence[str], x: theme.Limits, texts: Mapping[str, str]) -> figure:
    """A panel with a logarithmic scale and a line for each name, its text above the line."""
    plot = theme.panel(x, (len(names) - 0.45, -0.6), height=58 * len(names) + 90, x_axis_type="log")
    _name_lines(plot, names)
    powers(plot.xaxis, x)
    plot.xgrid.minor_grid_line_color = None
    left = 10 ** (np.log10(x[0]) + 0.015 * np.log10(x[1] / x[0]))
    for k, name in enumerate(names):
        theme.label(
            plot,
            f"line-{name}",
            left,
            k - 0.26,
            texts[name],
            text_align="left",
            text_font_size=theme.SMALL,
            text_color=theme.MUTED,
        )
    return plot


def _name_lines(plot: figure, names: Sequence[str]) -> None:
    theme.label_ticks(plot.yaxis, dict(enumerate(names)))
    plot.ygrid.visible = False


def powers(axis: Any, limits: theme.Limits) -> None:
    """Tick a logarithmic axis at plain numbers: every power of ten, or 1, 2 and 5 of each where there are few."""
    low, high = np.log10(limits)
    powers = [10.0**k for k in range(int(np.floor(low)), int(np.ceil(high)) + 1)]
    marks = powers if high - low > 2.5 else [f * power for power in powers for f in (1, 2, 5)]
    theme.tick(axis, [mark for mark in marks if limits[0] <= mark <= limits[1]], ",g")


def _plain_loop(plot: figure, lines: int) -> None:
    """A dashed upright at 1, which leaves out the texts above the lines."""
    y = np.arange(lines)
    data = theme.source("plain-loop", x=np.ones(lines), low=y - 0.08, high=y + 0.54)
    plot.segment("x", "low", "x", "high", source=data, line_color=theme.MUTED, line_dash="dashed")


def _goals(plot: figure, rows: Rows, names: Sequence[str]) -> None:
    for goal, marker, size in ((FLOOR, "dash", 14), (AIM, "diamond", 12)):
        marked = [row for row in rows if row.get(goal) is not None]
        if not marked:
            continue
        data = theme.source(
            f"ratios-{goal}",
            x=np.array([row[goal] for row in marked]),
            y=np.array([names.index(row["workload"]) + 0.15 for row in marked]),
        )
        drawn = plot.scatter(
            "x",
            "y",
            marker=cast(Any, marker),
            size=size,
            angle=np.pi / 2 if marker == "dash" else 0.0,
            source=data,
            line_color=theme.INK,
            line_width=2,
            fill_color=None,
            legend_label=goal,
        )
        theme.tips(plot, drawn, **{goal: "@x{0}"})


def _medians(plot: figure, kind: str, rows: Rows, names: Sequence[str]) -> None:
    data = theme.source(
        f"ratios-{kind}",
        y=np.array([names.index(row["workload"]) + 0.15 for row in rows]),
        **{
            key: np.array([row[key] for row in rows])
            for key in ("ratio", "least", "most", "plain_ms", "backend_ms")
        },
    )
    plot.segment(
        "least", "y", "most", "y", source=data, line_color=COLOURS[kind], line_width=3, line_alpha=0.6
    )
    drawn = plot.scatter(
        "ratio",
        "y",
        marker=cast(Any, MARKERS[kind]),
        size=12,
        source=data,
        color=COLOURS[kind],
        legend_label=kind,
    )
    theme.tips(
        plot,
        drawn,
        ratio="@ratio{0.0} (@least{0.0} to @most{0.0})",
        plain="@plain_ms{0.00} ms",
        ours="@backend_ms{0.000} ms",
    )


def _in_words(rows: Rows) -> str:
    kinds = dict.fromkeys(row["backend"] for row in rows)
    each = {
        kind: [f"{r['workload']} {r['ratio']:.1f}" for r in rows if r["backend"] == kind] for kind in kinds
    }
    return "; ".join(f"{kind}: {words.listing(said)}" for kind, said in each.items())


def _before_after(row: Mapping[str, Any]) -> str:
    note = "" if row["share"] == 1 else f" (extrapolated from {row['share']:.2%} of the steps)"
    return f"{row['name']}: {rounded(row['before'])}{note}, then {rounded(row['after'])}"


def legend_below(plot: figure, columns: int = 4) -> None:
    """Put the panel's legend under its axis, where it hides nothing."""
    theme.legend(plot, "center")
    drawn = plot.legend[0]
    drawn.orientation, drawn.ncols = "horizontal", columns
    drawn.spacing = 10
    plot.add_layout(drawn, "below")


def rounded(value: float) -> str:
    """Three digits of a number, or all before the point."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
