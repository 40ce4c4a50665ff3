"""A record of timings as tables of text."""

from collections.abc import Iterator
from typing import Any

from tsup.bench.summary import on_threads

Table = tuple[str, tuple[str, ...], list[tuple[str, ...]]]  # title, heads, rows

HEADS = ("Workload", "Backend", "Plain", "Backend", "Ratio (spread)", "Floor", "Aim", "Of peak")


def tables(record: dict[str, Any]) -> Iterator[Table]:
    """The ratios, then whatever else a record holds: sweeps, and whole trainings in seconds."""
    top = peaks(record)
    cells = [_workload(row, top) for row in record["workloads"]]
    yield f"Milliseconds a step, {record['machine']['processor']}", HEADS, cells
    for kind, points in record.get("sweep", {}).items():
        cells = [
            (_axis(p), str(p["value"]), f"{p['us_per_model_step']:.2f}", _share(p, top[kind])) for p in points
        ]
        yield f"A step of one model, {kind}", ("Axis", "Value", "µs", "Of peak"), cells
    if "parts" in record:
        cells = [
            (
                f"{p['workload']}  p {p['density']:.3g}",
                *(f"{p[part]:.2f}" for part in ("draw", "arithmetic", "rest")),
            )
            for p in record["parts"]
        ]
        yield "A step of one model, µs on one thread", ("Model", "Draw", "Arithmetic", "Rest"), cells
    if "rows" in record:
        cells = [_training(row) for row in record["rows"]]
        opening = record["opening"]
        first = f"the opening figure, {opening['models']} models × {opening['steps']:,} steps"
        plain, ours = (
            f"{opening['plain_seconds']:.1f} (plain loop, extrapolated)",
            f"{opening['seconds']:.2f}",
        )
        yield "Whole trainings, seconds", ("Training", "Before", "After"), [(first, plain, ours), *cells]


def peaks(record: dict[str, Any]) -> dict[str, float]:
    """The peak, in multiply-adds a second, of the device that each backend ran on."""
    cpu = record["machine"]["peak_multiply_adds_a_second"]
    return {
        "reference": cpu,
        "cpu": cpu,
        "gpu": record["machine"].get("gpu_peak_multiply_adds_a_second", cpu),
    }


def _axis(point: dict[str, Any]) -> str:
    return f"{point['axis']}, {on_threads(point['threads'])}" if "threads" in point else point["axis"]


def _share(row: dict[str, Any], top: float) -> str:
    return f"{row['multiply_adds_a_second'] / top:.0%}"


def _workload(row: dict[str, Any], top: dict[str, float]) -> tuple[str, ...]:
    start = (f"{row['workload']}  {row['about']}", row["backend"])
    goals = tuple("" if row[goal] is None else f"{row[goal]:g}" for goal in ("floor", "aim"))
    if not row["measured"]:
        return (*start, "", "", f"not measured: {row['reason']}", *goals, "")
    ratio = f"{row['ratio']:.1f} ({row['least']:.1f} … {row['most']:.1f})"
    times = f"{row['plain_ms']:.3g}", f"{row['backend_ms']:.3g}"
    return (*start, *times, ratio, *goals, _share(row, top[row["backend"]]))


def _training(row: dict[str, Any]) -> tuple[str, str, str]:
    before, after = row["before"], row["after"]["seconds"]
    share = before["share_of_steps"]
    note = "" if share == 1 else f", extrapolated from {share:.2%} of the steps"
    name = f"{row['row']} {row['training']}, {row['models']} models × {row['steps']:,} steps"
    return (
        name,
        f"{before['seconds']:.1f} (reference{note})",
        "not measured" if after is None else f"{after:.1f}",
    )
