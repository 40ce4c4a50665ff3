"""A record of timings as JSON: made whole, kept under benchmarks/results, and found again by the book."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tsup import files
from tsup.backends import BACKENDS
from tsup.bench import parts, timing, trainings
from tsup.bench.workloads import WORKLOADS
from tsup.config import Setup
from tsup.errors import InputError

NOT_MEASURED = "not measured"


def folder() -> Path:
    """Where records are kept: benchmarks/results of the source tree, or the copy inside an installed package."""
    own = Path(__file__).parents[2] / "benchmarks" / "results"
    return own if own.is_dir() else Path(__file__).with_name("records")


def record(
    names: Sequence[str] = (),
    kinds: Sequence[str] = BACKENDS,
    repeats: int = 5,
    rows: Mapping[str, Mapping[str, Setup]] | None = None,
    report: Callable[[str], None] = lambda _: None,
) -> dict[str, Any]:
    """Time workloads, all by default.

    rows: whole trainings to time as well, by row and name; with them come the sweeps, the parts of a step, and the
    opening figure. report: is told what comes next.
    """
    pairs = []
    for name in names or WORKLOADS:
        report(f"workload {name}")
        pairs += timing.compare(name, kinds, repeats)
    found: dict[str, Any] = {"machine": timing.machine(), "workloads": pairs}
    return found if rows is None else {**found, **_more(kinds, repeats, rows, report)}


def _more(
    kinds: Sequence[str],
    repeats: int,
    rows: Mapping[str, Mapping[str, Setup]],
    report: Callable[[str], None],
) -> dict[str, Any]:
    sweeps = {}
    for kind in kinds:
        report(f"sweep of backend {kind}")
        sweeps[kind] = timing.sweep(kind)
    report("the parts of a step")
    split = [one for name in WORKLOADS for one in parts.parts(name)]
    report("the opening figure")
    found: dict[str, Any] = {
        "sweep": sweeps,
        "parts": split,
        "opening": trainings.opening(repeats),
        "rows": [],
    }
    for name, setups in rows.items():
        report(f"row {name}")
        found["rows"] += trainings.row(name, setups)
    return found


def write(found: dict[str, Any], path: Path) -> None:
    """Write a record, whole or not at all. Raises InputError where no regular file can be written."""
    files.write(path, (json.dumps(found, indent=2, ensure_ascii=False) + "\n").encode())


def name_of(found: dict[str, Any]) -> str:
    """The name of a record's file: its date, and whether a GPU took part."""
    kind = "cpu" if found["machine"]["gpu"] == NOT_MEASURED else "gpu"
    return f"{found['machine']['date'][:10]}-{kind}.json"


def latest(kind: str = "cpu", place: Path | None = None) -> dict[str, Any] | None:
    """The newest whole record of a machine without a GPU ("cpu") or with one ("gpu"); None where there is none.

    Raises InputError for a record that cannot be read.
    """
    found = []
    for path in sorted((place or folder()).glob(f"*-{kind}.json")):
        try:
            found.append(json.loads(path.read_text(encoding="utf-8")))
        except ValueError as error:
            raise InputError(f"{path.name} must be JSON, got {error}") from None
    whole = [one for one in found if "sweep" in one and "rows" in one]
    return max(whole, key=lambda one: one["machine"]["date"], default=None)
