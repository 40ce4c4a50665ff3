"""How fast a browser trains, in words, from what `live.py`, `live_page.py` and `live_memory.py` in benchmarks/ keep."""

import json
from pathlib import Path
from typing import Any

from tsup.bench.report import folder

NAMES = {"cpu": "CPU backend", "typescript": "TypeScript", "wasm": "WebAssembly"}


def record(name: str, place: Path | None = None) -> dict[str, Any]:
    """A record by its name, "live", "live-page" or "live-memory"."""
    found: dict[str, Any] = json.loads(((place or folder()) / f"{name}.json").read_text(encoding="utf-8"))
    return found


def speed(found: dict[str, Any]) -> str:
    """Steps a second of the plain loop and of each engine, a line for each workload, and the floor that it has."""
    lines = [_where(found)]
    for name, one in found["workloads"].items():
        lines.append(f"{name}: plain loop {one['steps_a_second']['plain']:,.0f} steps a second")
        for engine, ratio in one["ratio"].items():
            pace = one["steps_a_second"][engine]
            lines.append(f"    {NAMES[engine]:<12} {pace:>8,.0f}, {ratio:g} times as many")
        lines.append(f"    floor {one['floor']}, aim {one['aim']} times")
    skipped = ", ".join(f"{NAMES[name]} {ratio:g} times" for name, ratio in found["skipping"].items())
    return "\n".join(
        [*lines, f"steps with empty rows counted to those without, n = 5, p = 0.01: {skipped}; floor 10"]
    )


def feel(found: dict[str, Any]) -> str:
    """What a reader notices while a page trains."""
    lines = [
        _where(found),
        f"what trains, compressed: {found['kilobytes']:g} KB",
        f"from the press to the first step: {found['first_step_s']:g} s",
        f"from frame to frame: {found['frame_median_ms']:g} ms, at most {found['frame_p95_ms']:g} ms for 95 of 100",
        f"phase diagram: nine points of ten as in the end after {found['phases_readable_s']:g} s, "
        f"whole after {found['phases_whole_s']:g} s",
    ]
    return "\n".join(lines)


def memory(found: dict[str, Any]) -> str:
    """What a page holds in the first and in the last minute of a long training."""
    (heap, later_heap), (whole, later_whole) = found["heap_mb"], found["resident_mb"]
    return "\n".join(
        [
            _where(found),
            f"over {found['watched_s'] / 60:.0f} minutes and {found['resets']} resets, first minute and last:",
            f"    the page's own memory {heap:g} MB and {later_heap:g} MB",
            f"    with workers and WebAssembly, all processes that draw pages {whole:g} MB and {later_whole:g} MB",
        ]
    )


def _where(found: dict[str, Any]) -> str:
    return f"Chromium {found['chromium']} on {found['processor']}, load {found['load_average']:g}, {found['date'][:10]}"
